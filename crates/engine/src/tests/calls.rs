//! Calls for staff: what each is about, and who answers which.

use std::time::Duration;

use api::{
    Act, Answer, Button, CallAbout, CallReason, ChainBreak, ChainFlaw, OutOfOrder, Question, RefusedCode,
    RefusedCodes,
};
use device_api::{Deposited, PartId, ScannedCode, ScannerEvent, Stated, StoreId, UnitEvent, UnitTrouble};
use money::Denomination;

use super::Machine;
use super::inputs::{HOPPER_100, HOPPER_500, NOTES, ordered, policy, touch};
use crate::{Input, Reply};

const NOW: Duration = Duration::ZERO;

fn calls(machine: &Machine) -> Vec<(CallReason, Vec<CallAbout>, bool)> {
    let Ok(Reply::Now(Answer::Calls(calls))) = machine.engine.answer(Question::Calls) else {
        panic!("calls")
    };
    calls.into_iter().map(|call| (call.reason, call.about, call.answered_by.is_some())).collect()
}

#[test]
fn one_call_is_answered_and_the_others_ring_on() {
    let mut machine = Machine::new();
    machine.handle(touch(Button::CallStaff), NOW);
    machine.handle(
        Input::Unit(NOTES, UnitEvent::In(Deposited::Stacked { denomination: Some(Denomination::Yen1000) })),
        NOW,
    );
    let denomination = Some(Denomination::Yen1000);
    let incident = machine.engine.incidents().into_iter().map(CallAbout::Incident);
    let found: Vec<CallAbout> = std::iter::once(CallAbout::Found { denomination }).chain(incident).collect();
    assert_eq!(found.len(), 2, "the piece, and the incident that it belongs to");
    let patient = |answered| (CallReason::Patient, Vec::new(), answered);
    let money = |answered| (CallReason::FoundMoney, found.clone(), answered);
    assert_eq!(calls(&machine), [patient(false), money(false)]);

    machine.handle(ordered(Act::AnswerCalls { reason: Some(CallReason::Patient) }), NOW);
    assert_eq!(calls(&machine), [patient(true), money(false)]);
    machine.restart();
    assert_eq!(calls(&machine), [money(false)], "nobody has answered it, so it rings again");
    machine.handle(ordered(Act::AnswerCalls { reason: None }), NOW);
    machine.restart();
    assert_eq!(calls(&machine), []);
}

/// Nobody has to come to the machine to notice that it does not work; and each part rings once.
#[test]
fn a_unit_that_does_not_work_calls_once() {
    let jam = |PartId { unit, part }| {
        Input::Unit(unit, UnitEvent::State(Stated::Trouble { part, trouble: UnitTrouble::Jam }))
    };
    let ready = |PartId { unit, part }| Input::Unit(unit, UnitEvent::State(Stated::Ready { part }));
    let hopper = |part| {
        let part = policy().part_name(part);
        CallAbout::OutOfOrder(OutOfOrder::Unit { part, trouble: UnitTrouble::Jam })
    };
    let [one, other] = [HOPPER_100, HOPPER_500].map(StoreId::part);
    let mut machine = Machine::new();
    machine.handle(jam(one), NOW);
    machine.handle(Input::Tick, Duration::from_secs(19));
    assert_eq!(calls(&machine), [], "it may have blinked");
    machine.handle(Input::Tick, Duration::from_secs(1));
    assert_eq!(calls(&machine), [(CallReason::OutOfOrder, vec![hopper(one)], false)]);

    machine.handle(ordered(Act::AnswerCalls { reason: None }), NOW);
    machine.handle(Input::Tick, Duration::from_secs(600));
    assert_eq!(calls(&machine), [], "somebody has been told");
    machine.handle(jam(other), NOW);
    machine.handle(Input::Tick, Duration::from_secs(20));
    assert_eq!(calls(&machine), [(CallReason::OutOfOrder, vec![hopper(one), hopper(other)], false)]);
    machine.handle(ready(one), NOW);
    machine.handle(ready(other), NOW);
    assert_eq!(calls(&machine), [], "it is over by itself");
}

/// A scanner that was set up anew sends another suffix: every patient is told to look at their card.
#[test]
fn five_cards_that_are_refused_alike_call_once() {
    let scan = |text: &str| Input::Scanner(ScannerEvent::Scanned(ScannedCode::new(text.to_owned())));
    let codes = |count| {
        let codes = RefusedCodes { how: RefusedCode::NotOurCard, count };
        vec![(CallReason::OutOfOrder, vec![CallAbout::OutOfOrder(OutOfOrder::Codes(codes))], false)]
    };
    let mut machine = Machine::new();
    for _ in 0..4 {
        machine.handle(scan("0042+"), Duration::from_secs(30));
    }
    machine.handle(Input::Tick, Duration::from_secs(60));
    assert_eq!(calls(&machine), [], "there are cards of other clinics");
    machine.handle(scan("0043+"), Duration::from_secs(30));
    machine.handle(Input::Tick, Duration::from_secs(20));
    assert_eq!(calls(&machine), codes(5));
    machine.handle(scan("0044+"), Duration::from_secs(30));
    assert_eq!(calls(&machine), codes(6));
    machine.handle(scan("0042"), Duration::from_secs(30));
    assert_eq!(calls(&machine), [], "one was taken");
}

/// What was written once is not there any more as it was; patients pay on.
#[test]
fn a_journal_that_does_not_hold_calls() {
    let found = ChainBreak { seq: 3, flaw: ChainFlaw::Changed };
    let mut machine = Machine::new();
    machine.handle(Input::JournalBroken(found), NOW);
    machine.handle(Input::Tick, Duration::from_secs(20));
    let about = vec![CallAbout::OutOfOrder(OutOfOrder::Journal(found))];
    assert_eq!(calls(&machine), [(CallReason::OutOfOrder, about, false)]);
}
