//! The machine against a world that says anything at any time. What devices and people really do is the world
//! simulation's matter; here it is enough that nothing they could say breaks a promise.

mod accounts;
mod billing;
mod calls;
mod doubts;
mod greeting;
mod halted;
mod inputs;
mod notes;
mod offer;
mod tenders;
mod units;

use std::collections::BTreeMap;
use std::time::Duration;

use api::{Act, Decision, Page, PatientNumber, PaymentId, ReceiptNumber, Touch};
use device_api::{
    Counted, DepositCommand, DispenseEnd, DispenseId, Moment, PayoutCommand, ShortCause, UnitCommand,
    UnitCounts, UnitEvent, UnitId, UnitPart,
};
use money::{Denomination, Yen};
use proptest::prelude::*;
use settings::Times;

use self::inputs::{
    COINS, NOTES, bills, clocks, input, ordered, policy, quoted, stock, take_over, units_at_rest,
    units_ready, units_ready_of, well_behaved_payment,
};
use crate::books::Books;
use crate::ledger::postings;
use crate::{
    BillingEvent, CashEntry, DoubtEntry, Draft, Engine, Entry, Input, Output, PaymentEntry, PayoutEntry,
    Policy, Recorded, Recovery, Step, Subject, TenderEntry,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_said_breaks_a_promise(inputs in proptest::collection::vec((input(), 0_u64..90), 1..120)) {
        let mut machine = Machine::new();
        for (input, seconds) in inputs {
            machine.handle(input, Duration::from_secs(seconds));
        }
    }

    /// A kill at any point of a payment: the money is on record, and the machine does not stand still.
    #[test]
    fn a_restart_at_any_point_loses_nothing(
        at in 0_usize..25,
        afterwards in proptest::collection::vec(input(), 0..20),
    ) {
        let mut machine = Machine::new();
        for input in well_behaved_payment().into_iter().take(at) {
            machine.handle(input, Duration::from_millis(100));
        }
        machine.restart();
        for input in afterwards {
            machine.handle(input, Duration::from_secs(1));
        }
    }

    /// A patient who is led through a payment, with anything said in between.
    #[test]
    fn a_disturbed_payment_breaks_no_promise(
        noise in proptest::collection::vec((0_usize..25, input()), 0..6),
    ) {
        let mut machine = Machine::new();
        for (index, input) in well_behaved_payment().into_iter().enumerate() {
            for (_, disturbance) in noise.iter().filter(|(at, _)| *at == index) {
                machine.handle(disturbance.clone(), Duration::from_millis(100));
            }
            machine.handle(input, Duration::from_millis(100));
        }
    }
}

#[test]
fn an_undisturbed_payment_is_paid() {
    let mut machine = Machine::new();
    for input in well_behaved_payment() {
        machine.handle(input, Duration::from_millis(100));
    }
    assert_eq!(machine.payouts_sent, 2);
    machine.handle(Input::Tick, Times::default().take_coins());
    assert_eq!(machine.engine.view().page, Page::Thanks { receipts: vec![ReceiptNumber(1)] });
}

/// K17: what was going on goes on after a short break, and is left to a person after a long one.
#[test]
fn a_payment_goes_on_after_a_short_break_only() {
    let after = |away: Duration| {
        let mut machine = Machine::new();
        for input in well_behaved_payment().into_iter().take(8) {
            machine.handle(input, Duration::from_millis(100));
        }
        machine.now = machine.now.after(away);
        machine.restart();
        for input in units_ready().into_iter().chain(units_at_rest(7)) {
            machine.handle(input, Duration::from_millis(100));
        }
        machine.engine.view().page.clone()
    };
    let inserted = Yen::new(200);
    let short = after(Duration::from_secs(29));
    assert!(matches!(short, Page::InsertCash { inserted: found, .. } if found == inserted), "{short:?}");
    assert!(matches!(after(Duration::from_secs(30)), Page::Suspended { .. }));
}

/// K10: off, unless the clinic sets it.
#[test]
fn enough_money_is_confirmed_by_itself_where_the_clinic_wants_it() {
    let confirms_after = |auto_confirm_s: Option<u32>, seconds: u64| {
        let mut machine = Machine::new();
        let policy = Policy { times: Times { auto_confirm_s, ..Times::default() }, ..policy() };
        let (engine, step) = {
            let journal = Recovery::of(&policy, machine.records.clone());
            Engine::recover(policy, journal, clocks(machine.now))
        };
        machine.engine = engine;
        machine.take(step);
        // Up to the note that makes it enough.
        for input in units_ready().into_iter().chain(well_behaved_payment().into_iter().take(13)) {
            machine.handle(input, Duration::from_millis(100));
        }
        machine.handle(Input::Tick, Duration::from_secs(seconds));
        for request in 3..6 {
            machine.handle(quoted(request, bills(2_700)), Duration::ZERO);
        }
        machine
            .records
            .iter()
            .any(|record| matches!(record.entry, Entry::Payment(PaymentEntry::PaymentConfirmed { .. })))
    };
    assert!(!confirms_after(None, 39));
    assert!(!confirms_after(Some(20), 19));
    assert!(confirms_after(Some(20), 20));
}

/// A payment is taken over while a unit says nothing more: how its payout ended is doubtful only if it was let go.
#[test]
fn a_payout_that_was_never_let_go_is_not_doubtful_when_it_is_given_up() {
    let given_up_after = |inputs: usize| {
        let mut machine = Machine::new();
        for input in well_behaved_payment().into_iter().take(inputs) {
            machine.handle(input, Duration::from_millis(100));
        }
        // Staff are called first.
        machine.handle(Input::Tick, Times::default().payout_timeout());
        machine.handle(Input::Tick, Times::default().payout_timeout());
        assert!(matches!(machine.engine.view().page, Page::Suspended { .. }));
        machine.handle(ordered(take_over(1)), Duration::from_secs(1));
        machine.records.into_iter().find_map(|record| match record.entry {
            Entry::Payout(PayoutEntry::PayoutEnded { end, .. }) => Some(end),
            _ => None,
        })
    };
    let [before_it_counted, after] = [18, 19];
    let nothing_moved = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };
    assert_eq!(given_up_after(before_it_counted), Some(nothing_moved));
    assert_eq!(given_up_after(after), Some(DispenseEnd::Unknown { paid: 0 }));
}

/// The journal's file lacks what lies beside the chain: nothing is receipted that cannot be printed, and money can go back.
#[test]
fn a_payment_whose_bills_are_missing_waits_for_a_person() {
    for inputs in 6..18 {
        let mut machine = Machine::new();
        for input in well_behaved_payment().into_iter().take(inputs) {
            machine.handle(input, Duration::from_millis(100));
        }
        machine.records.iter_mut().for_each(|record| record.private = None);
        machine.restart();
        let stacked = if inputs > 9 { 8 } else { 7 };
        let after = |machine: &mut Machine| {
            for input in units_at_rest(stacked) {
                machine.handle(input, Duration::from_millis(100));
            }
        };
        units_ready().into_iter().for_each(|input| machine.handle(input, Duration::from_millis(100)));
        after(&mut machine);
        let holds_nothing = inputs == 6;
        let is_suspended = matches!(machine.engine.view().page, Page::Suspended { .. });
        assert_eq!(is_suspended, !holds_nothing, "{inputs}");
        let decide = Act::Decide { payment: PaymentId(1), decision: Decision::Return };
        machine.handle(ordered(decide), Duration::from_secs(1));
        after(&mut machine);
        assert_eq!(machine.payouts_sent, u64::from(!holds_nothing), "{inputs}");
    }
}

#[test]
fn names_are_erased_a_week_after_the_billing_system_has_the_result() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let mut machine = Machine::new();
    for input in well_behaved_payment() {
        machine.handle(input, Duration::from_millis(100));
    }
    machine.handle(Input::Tick, 30 * DAY);
    assert!(machine.erased.is_empty(), "the billing system has no result yet");
    machine.handle(Input::Billing(BillingEvent::Delivered { payment: PaymentId(1) }), DAY);
    machine.handle(Input::Tick, 6 * DAY);
    assert!(machine.erased.is_empty(), "somebody may still ask");
    machine.handle(Input::Tick, DAY);
    assert_eq!(machine.erased, [Subject::Payment(PaymentId(1))]);
    machine.handle(Input::Tick, DAY);
    assert_eq!(machine.erased.len(), 1, "once is enough");
}

/// The engine with a journal, and everything checked after every step.
struct Machine {
    policy: Policy,
    engine: Engine,
    now: Moment,
    records: Vec<Recorded>,
    /// A note was decided to be stacked, and its fate is not known yet.
    stack_intended: bool,
    /// A tender was intended, and its fate is not known yet.
    tender_open: bool,
    /// Payouts that were written down and not sent yet.
    payouts_intended: Vec<DispenseId>,
    /// All that were sent.
    payouts_sent: u64,
    /// The payout whose counters were written down, and that was not told to go on yet.
    payout_prepared: Option<DispenseId>,
    erased: Vec<Subject>,
    /// The results that were sent to the bridge, in order.
    sent: Vec<PaymentId>,
    /// The questions to the billing system, in order.
    quotes: Vec<(u64, PatientNumber)>,
    /// What devices of the coin unit say when they are asked what they have counted.
    coin_counts: BTreeMap<UnitPart, UnitCounts>,
    /// Those that are asked.
    asked: Vec<UnitPart>,
}

/// A device that counts nothing.
const SILENT: UnitCounts = UnitCounts { serial: Some(1), stacked_total: None, paid_out_total: None };

impl Machine {
    /// With the usual units, and something in each store.
    fn new() -> Machine {
        let mut machine = Machine::with(policy());
        let stocked = [
            stock(Denomination::Yen1000, 25),
            stock(Denomination::Yen500, 9),
            stock(Denomination::Yen100, 9),
        ];
        stocked.into_iter().for_each(|input| machine.handle(input, Duration::ZERO));
        machine
    }

    /// All its units work.
    fn with(policy: Policy) -> Machine {
        let (engine, step) = Engine::recover(policy.clone(), Recovery::begin(&policy), clocks(Moment::START));
        let mut machine = Machine {
            policy,
            engine,
            now: Moment::START,
            records: Vec::new(),
            stack_intended: false,
            tender_open: false,
            payouts_intended: Vec::new(),
            payouts_sent: 0,
            payout_prepared: None,
            erased: Vec::new(),
            sent: Vec::new(),
            quotes: Vec::new(),
            coin_counts: BTreeMap::new(),
            asked: Vec::new(),
        };
        machine.take(step);
        let units: Vec<UnitId> = machine.policy.units.iter().map(|unit| unit.id).collect();
        let is_there = |input: &Input| match input {
            Input::Unit(unit, _) => units.contains(unit),
            _ => true,
        };
        let usual: Vec<Input> = units_ready().into_iter().filter(is_there).collect();
        let others =
            machine.policy.units.iter().map(|unit| unit.id).filter(|unit| ![NOTES, COINS].contains(unit));
        let others: Vec<Input> = others.flat_map(|unit| units_ready_of(NOTES, unit)).collect();
        usual.into_iter().chain(others).for_each(|input| machine.handle(input, Duration::ZERO));
        machine
    }

    /// Handles an input, whose step is to be looked at and then taken.
    fn step(&mut self, input: Input) -> Step {
        self.now = self.now.after(Duration::from_millis(100));
        self.engine.handle(clocks(self.now), input)
    }

    fn handle(&mut self, input: Input, later: Duration) {
        self.now = self.now.after(later);
        // A touch is meant for what is on screen, most of the time.
        let input = match input {
            Input::Touch(touch) => {
                Input::Touch(Touch { seq: self.engine.view().seq.saturating_sub(touch.seq), ..touch })
            }
            other => other,
        };
        let step = self.engine.handle(clocks(self.now), input);
        self.take(step);
        self.check();
        for device in std::mem::take(&mut self.asked) {
            let counts = self.coin_counts.get(&device).copied().unwrap_or(SILENT);
            self.handle(
                Input::Unit(COINS, UnitEvent::Counts(Counted { part: device, counts, stored: None })),
                Duration::ZERO,
            );
        }
    }

    /// Journals the entries, then looks at the outputs: each that moves money needs its entry before it (I9).
    fn take(&mut self, step: Step) {
        for draft in step.entries {
            self.stack_intended = match &draft.entry {
                Entry::Cash(CashEntry::StackIntended { .. }) => true,
                Entry::Cash(CashEntry::NoteCredited { .. })
                | Entry::Cash(CashEntry::NoteReturned { .. })
                | Entry::Payment(PaymentEntry::PaymentClosed { .. }) => false,
                _ => self.stack_intended,
            };
            if let Entry::Tender(entry) = &draft.entry {
                self.tender_open = matches!(entry, TenderEntry::TenderIntended { .. });
            }
            if let Entry::Payout(PayoutEntry::PayoutIntended { dispense, .. }) = &draft.entry {
                self.payouts_intended.push(*dispense);
            }
            if let Entry::Payout(PayoutEntry::PayoutPrepared { dispense, .. }) = &draft.entry {
                self.payout_prepared = Some(*dispense);
            }
            let sum = Yen::sum(postings(&draft.entry).unwrap().into_iter().map(|posting| posting.amount));
            assert_eq!(sum, Ok(Yen::ZERO), "{:?}", draft.entry);
            // Each night older books go, too, and nobody's name with them.
            let names = |subject: &Subject| *subject != Subject::Books;
            self.erased.extend(draft.entry.erases().filter(names));
            let seq = self.records.len() as u64 + 1;
            let at = clocks(self.now).wall;
            self.records.push(Recorded { seq, at, entry: draft.entry, private: draft.private });
        }
        for output in step.outputs {
            if let Output::Deliver(result) = &output {
                self.sent.push(result.payment);
            }
            if let Output::Quote { request, patient } = &output {
                self.quotes.push((*request, patient.clone()));
            }
            if let Output::Unit(COINS, UnitCommand::ReadCounts(device)) = output {
                self.asked.push(device);
            }
            if let Output::Unit(_, UnitCommand::In(DepositCommand::Accept(values))) = &output {
                assert!(values.is_empty() || self.tender_open, "a slot opens without a tender that says so");
            }
            if output == Output::Unit(NOTES, UnitCommand::In(DepositCommand::Stack)) {
                assert!(self.stack_intended, "a note is stacked without an entry that says so");
            }
            if let Output::Unit(_, UnitCommand::Out(PayoutCommand::Dispense(dispense))) = output {
                self.payouts_sent += 1;
                assert_eq!(self.payouts_intended, [dispense.id], "it was not written down, or is sent twice");
                assert_eq!(dispense.id, DispenseId(self.payouts_sent), "an id is used once");
                self.payouts_intended.clear();
            } else if let Output::Unit(_, UnitCommand::Out(PayoutCommand::Proceed(id))) = output {
                assert_eq!(
                    self.payout_prepared.take(),
                    Some(id),
                    "its counters were not written, or it goes twice"
                );
            }
        }
    }

    fn check(&self) {
        // The books that a restart would fold from the journal are the books that are kept now.
        let mut folded = Books::new(policy().machine);
        for Recorded { at, entry, private, .. } in self.records.clone() {
            folded.apply(at, &Draft { entry, private });
        }
        assert_eq!(format!("{folded:?}"), format!("{:?}", self.engine.books()));
        assert_eq!(self.credited(), self.closed_and_open(), "what was credited is not what payments hold");
        self.check_accounts();
        self.check_numbers();
    }

    /// The program is killed and started again.
    fn restart(&mut self) {
        let (engine, step) = Engine::recover(
            self.policy.clone(),
            Recovery::of(&self.policy, self.records.clone()),
            clocks(self.now),
        );
        self.engine = engine;
        self.take(step);
        self.check();
    }

    /// What all pieces are worth that were ever credited to a payment.
    fn credited(&self) -> Yen {
        let notes = self.records.iter().filter_map(|record| match &record.entry {
            Entry::Cash(CashEntry::NoteCredited { denomination, .. })
            | Entry::Cash(CashEntry::CoinCredited { denomination, .. }) => Some(denomination.value()),
            _ => None,
        });
        Yen::sum(notes).unwrap()
    }

    /// What payments that have ended held, and what the open one holds.
    fn closed_and_open(&self) -> Yen {
        let closed = self.records.iter().filter_map(|record| match &record.entry {
            Entry::Payment(PaymentEntry::PaymentClosed { inserted, .. }) => Some(inserted.total().unwrap()),
            _ => None,
        });
        let open = self.engine.books().open.as_ref().map(|open| open.brought());
        Yen::sum(closed.chain(open)).unwrap()
    }

    /// Numbers of receipts have no gaps but those that a person told of.
    fn check_numbers(&self) {
        let mut last = 0;
        for record in &self.records {
            match &record.entry {
                Entry::Doubt(DoubtEntry::DoubtSettled { newest_receipt, .. }) => {
                    last = last.max(newest_receipt.0)
                }
                Entry::Payment(PaymentEntry::PaymentClosed { receipts, .. }) => {
                    for receipt in receipts {
                        assert_eq!(receipt.number.0, last + 1, "receipt numbers have gaps");
                        last += 1;
                    }
                }
                _ => {}
            }
        }
    }
}
