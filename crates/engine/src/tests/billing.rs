//! The way to the billing system: what is wrong with it costs only whom it concerns, and is told once.

use std::time::Duration;

use api::{Act, BillingTrouble, Button, DeliveryTrouble, FileFault, FileName, FolderTrouble, PaymentId};
use settings::Times;

use super::Machine;
use super::inputs::{bills, not_delivered, ordered, quoted, touch, units_at_rest, well_behaved_payment};
use crate::{BillingEvent, CallEntry, CallReason, Entry, Input, PaymentEntry};

const NOW: Duration = Duration::ZERO;
const SECOND: Duration = Duration::from_secs(1);
const LONG_ENOUGH_TO_CALL: Duration = Duration::from_secs(15);

fn connected() -> Input {
    Input::Billing(BillingEvent::Connected)
}

fn delivered(payment: u64) -> Input {
    Input::Billing(BillingEvent::Delivered { payment: PaymentId(payment) })
}

fn troubles(found: &[BillingTrouble]) -> Input {
    Input::Billing(BillingEvent::Troubles(found.to_vec()))
}

fn wrong_file(name: &str) -> BillingTrouble {
    BillingTrouble::WrongFile { file: FileName(name.into()), fault: FileFault::DoesNotAddUp }
}

/// A machine in which so many patients began to pay and cancelled, with a billing system that answers nothing.
fn with_results(count: u64) -> Machine {
    let mut machine = Machine::new();
    for number in 0..count {
        let [closed, coins_closed, counts] = units_at_rest(7);
        let request = 2 * number;
        let inputs = [
            well_behaved_payment().remove(0),
            quoted(request + 1, bills(2_700)),
            touch(Button::Yes),
            touch(Button::PayCash),
            quoted(request + 2, bills(2_700)),
            counts,
            touch(Button::Cancel),
            closed,
            coins_closed,
        ];
        inputs.into_iter().for_each(|input| machine.handle(input, NOW));
    }
    assert_eq!(machine.engine.status().undelivered_results, Some(u32::try_from(count).unwrap()));
    machine
}

impl Machine {
    fn sent_now(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.sent).into_iter().map(|payment| payment.0).collect()
    }

    /// Nothing is said for so long; the machine wakes up as often as it wants.
    fn wait(&mut self, time: Duration) {
        let until = self.now.after(time);
        let mut wakes = 0;
        while let Some(at) = self.engine.deadline().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.handle(Input::Tick, NOW);
            wakes += 1;
            assert!(wakes < 1_000, "the machine does not sleep");
        }
        self.now = until;
    }

    fn billing_calls(&self) -> usize {
        let is_call =
            |entry: &Entry| *entry == Entry::Call(CallEntry::StaffCalled { reason: CallReason::Billing });
        self.records.iter().filter(|record| is_call(&record.entry)).count()
    }

    fn rings(&self) -> bool {
        self.engine.calls().iter().any(|call| call.answered_by.is_none())
    }

    fn told(&self) -> Vec<BillingTrouble> {
        self.engine.status().billing_troubles
    }
}

/// K6: the question was given up, the patient confirms and asks anew; what the late answer says is so all the same.
#[test]
fn an_answer_that_comes_late_is_heeded() {
    let after = |late: Input| {
        let mut machine = Machine::new();
        well_behaved_payment().into_iter().take(13).for_each(|input| machine.handle(input, SECOND));
        machine.wait(Duration::from_secs(10) + Times::default().quote_timeout());
        machine.handle(touch(Button::Confirm), NOW);
        machine.handle(late, NOW);
        let suspended =
            |entry: &Entry| matches!(entry, Entry::Payment(PaymentEntry::PaymentSuspended { .. }));
        machine.records.iter().any(|record| suspended(&record.entry))
    };
    assert!(!after(quoted(3, bills(2_700))));
    assert!(after(quoted(3, bills(2_800))));
    assert!(!after(quoted(2, bills(2_800))), "of a time before the payment");
}

#[test]
fn a_result_that_is_refused_holds_up_no_other() {
    let mut machine = with_results(3);
    assert_eq!(machine.sent_now(), [1, 2, 3]);
    machine.handle(not_delivered(1, DeliveryTrouble::CannotWrite), NOW);
    machine.handle(delivered(2), NOW);
    machine.handle(delivered(3), NOW);
    assert_eq!(machine.engine.status().undelivered_results, Some(1));
    let cannot_write = BillingTrouble::Result { payment: PaymentId(1), cause: DeliveryTrouble::CannotWrite };
    assert_eq!(machine.told(), [cannot_write]);
}

#[test]
fn a_refused_result_is_sent_again_less_and_less_often_and_for_ever() {
    let mut machine = with_results(1);
    machine.sent_now();
    let mut pauses = Vec::new();
    for _ in 0..9 {
        machine.handle(not_delivered(1, DeliveryTrouble::BillStays), NOW);
        let refused_at = machine.now;
        while machine.sent.is_empty() {
            machine.wait(SECOND);
        }
        assert_eq!(machine.sent_now(), [1]);
        pauses.push((machine.now.micros() - refused_at.micros()) / 1_000_000);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);

    machine.handle(delivered(1), NOW);
    machine.handle(delivered(1), NOW);
    machine.wait(Duration::from_secs(3_600));
    assert_eq!((machine.sent_now(), machine.told()), (vec![], vec![]));
    let acknowledged = machine
        .records
        .iter()
        .filter(|one| matches!(one.entry, Entry::Payment(PaymentEntry::ResultDelivered { .. })));
    assert_eq!(acknowledged.count(), 1);
}

#[test]
fn a_result_that_is_not_answered_is_sent_again() {
    let mut machine = with_results(1);
    machine.sent_now();
    machine.wait(Duration::from_secs(30));
    let no_answer = BillingTrouble::Result { payment: PaymentId(1), cause: DeliveryTrouble::NoAnswer };
    assert_eq!(machine.told(), [no_answer]);
    machine.wait(SECOND);
    assert_eq!(machine.sent_now(), [1]);
}

/// Results that nobody can take must not take the places of those that can be delivered.
#[test]
fn refused_results_take_no_places() {
    let mut machine = with_results(100);
    assert_eq!(machine.sent_now(), (1..=64).collect::<Vec<_>>(), "so many at one time");
    for payment in 1..=64 {
        machine.handle(not_delivered(payment, DeliveryTrouble::SaysSomethingElse), NOW);
    }
    assert_eq!(machine.sent_now(), (65..=100).collect::<Vec<_>>());
    for payment in 65..=100 {
        machine.handle(delivered(payment), NOW);
    }
    assert_eq!(machine.engine.status().undelivered_results, Some(64));
}

#[test]
fn a_bridge_that_comes_is_sent_all_that_waits() {
    let mut machine = with_results(2);
    machine.handle(not_delivered(1, DeliveryTrouble::Folder), NOW);
    machine.sent_now();
    machine.handle(Input::Billing(BillingEvent::Disconnected), NOW);
    machine.wait(SECOND);
    assert!(machine.sent.is_empty(), "nobody is there");
    machine.handle(connected(), NOW);
    assert_eq!(machine.sent_now(), [1, 2]);
}

/// The desk hears of each matter once, and not of what is over by itself.
#[test]
fn each_matter_calls_once() {
    let folder = BillingTrouble::Folder(FolderTrouble::NotSetUp);
    let mut machine = Machine::new();
    machine.handle(troubles(std::slice::from_ref(&folder)), NOW);
    machine.wait(LONG_ENOUGH_TO_CALL - SECOND);
    assert_eq!((machine.billing_calls(), machine.told().len()), (0, 1), "status says it at once");
    machine.wait(SECOND);
    assert_eq!(machine.billing_calls(), 1);

    machine.handle(ordered(Act::AnswerCalls { reason: None }), NOW);
    machine.wait(Duration::from_secs(3_600));
    assert_eq!(machine.billing_calls(), 1, "it is the same matter");
    machine.handle(troubles(&[folder, wrong_file("a.json")]), NOW);
    machine.wait(LONG_ENOUGH_TO_CALL);
    assert_eq!((machine.billing_calls(), machine.rings()), (2, true), "another one");

    machine.handle(troubles(&[]), NOW);
    assert!(!machine.rings() && machine.told().is_empty(), "it is over by itself");
    machine.handle(troubles(&[wrong_file("a.json")]), NOW);
    machine.handle(troubles(&[]), SECOND);
    machine.wait(LONG_ENOUGH_TO_CALL);
    assert_eq!(machine.billing_calls(), 2, "too short to need anybody");
}

#[test]
fn many_results_that_wait_are_one_matter() {
    let mut machine = with_results(3);
    for payment in 1..=3 {
        machine.handle(not_delivered(payment, DeliveryTrouble::CannotWrite), NOW);
        machine.wait(Duration::from_secs(40));
    }
    assert_eq!(machine.billing_calls(), 1);
}

#[test]
fn a_bridge_that_is_away_or_silent_calls() {
    let mut machine = Machine::new();
    machine.handle(Input::Billing(BillingEvent::Disconnected), NOW);
    machine.wait(LONG_ENOUGH_TO_CALL);
    assert_eq!(machine.billing_calls(), 1);
    assert_eq!(machine.told(), [BillingTrouble::BridgeAway]);
    machine.handle(connected(), NOW);
    assert!(!machine.rings());

    machine.handle(well_behaved_payment().remove(0), NOW);
    machine.wait(Times::default().quote_timeout() + LONG_ENOUGH_TO_CALL);
    assert_eq!(machine.billing_calls(), 2);
    assert_eq!(machine.told(), [BillingTrouble::NoAnswer]);
    machine.handle(quoted(1, bills(900)), NOW);
    assert!(!machine.rings(), "it answers again, even if nobody waits for it");
}
