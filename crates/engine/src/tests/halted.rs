//! What is heard while nothing can be written down.

use device_api::{DepositCommand, Deposited, Moment, UnitCommand, UnitEvent};
use money::Denomination;

use super::inputs::{COINS, HOPPER_100, clocks, policy};
use crate::{CashEntry, Engine, Entry, Input, Output, Recovery, Service};

fn coin(event_no: u8) -> Input {
    let (denomination, place) = (Denomination::Yen100, HOPPER_100.place);
    Input::Unit(COINS, UnitEvent::In(Deposited::Inserted { denomination, place, event_no }))
}

fn lost(count: u8, event_no: u8) -> Input {
    Input::Unit(COINS, UnitEvent::In(Deposited::EventsLost { count, event_no }))
}

fn told_up_to(event_no: u8) -> Input {
    Input::Unit(COINS, UnitEvent::In(Deposited::ToldUpTo { event_no }))
}

/// Coins with these numbers are told to a machine that stands still, whose journal ends with that of `written`. They are in
/// its first step then, which says up to which all are told.
#[track_caller]
fn check(written: Option<u8>, told: &[u8], found: &[u8], told_up_to: Option<u8>) {
    let told = told.iter().map(|event_no| coin(*event_no));
    check_events(written, told, found.iter().map(|event_no| (COIN, *event_no)), told_up_to);
}

const COIN: &str = "coin";
const LOST: &str = "lost";
const NO_COIN: &str = "no coin";

/// Like [`check`], of whatever an acceptor counts.
#[track_caller]
fn check_events(
    written: Option<u8>,
    told: impl IntoIterator<Item = Input>,
    found: impl IntoIterator<Item = (&'static str, u8)>,
    told_up_to: Option<u8>,
) {
    let now = clocks(Moment::START);
    let mut journal = Recovery::begin(&policy());
    journal.books.last_events = written.map(|event| (COINS, event)).into_iter().collect();
    let (mut service, _) = Service::recover(policy(), Recovery::begin(&policy()), now);
    service.halt(now, &[]);
    for event in told {
        assert_eq!(service.handle(now, event).entries, []);
    }
    let step = service.begin_anew(journal, now);
    let entries = step.entries.iter().filter_map(|draft| match draft.entry {
        Entry::Cash(CashEntry::CoinFound { event_no, .. }) => Some((COIN, event_no)),
        Entry::Cash(CashEntry::CoinsUnaccounted { event_no, .. }) => Some((LOST, event_no)),
        Entry::Cash(CashEntry::EventsTold { event_no, .. }) => Some((NO_COIN, event_no)),
        _ => None,
    });
    assert_eq!(entries.collect::<Vec<_>>(), found.into_iter().collect::<Vec<_>>());
    let says = step.outputs.iter().find_map(|output| match output {
        Output::Unit(COINS, UnitCommand::In(DepositCommand::ToldUpTo(last))) => Some(*last),
        _ => None,
    });
    assert_eq!(says, told_up_to);
}

#[test]
fn coins_that_fell_in_while_it_stood_still_are_written_when_it_begins_anew() {
    check(None, &[], &[], None);
    check(Some(3), &[], &[], Some(3));
    check(None, &[1, 2], &[1, 2], Some(2));
    // More than an acceptor remembers, and past the end of its counter.
    check(Some(250), &[251, 252, 253, 254, 255, 1, 2], &[251, 252, 253, 254, 255, 1, 2], Some(2));
    // The first was in a step of which nobody knew whether it was written.
    check(Some(4), &[4, 5, 6], &[5, 6], Some(6));
    check(Some(3), &[4, 5, 6], &[4, 5, 6], Some(6));
    check(Some(4), &[4], &[], Some(4));
}

#[test]
fn whatever_else_an_acceptor_counts_is_written_then_too() {
    check_events(Some(3), [lost(2, 5), coin(6)], [(LOST, 5), (COIN, 6)], Some(6));
    check_events(Some(5), [lost(2, 5), coin(6)], [(COIN, 6)], Some(6));
    check_events(Some(3), [told_up_to(4)], [(NO_COIN, 4)], Some(4));
    check_events(Some(4), [told_up_to(4)], [], Some(4));
}

/// An acceptor that lost power counts from 1 again, and so up to the number of a coin that was told before.
#[test]
fn a_counter_that_begins_anew_is_kept() {
    check_events(Some(1), [told_up_to(0), coin(1)], [(NO_COIN, 0), (COIN, 1)], Some(1));
    // It had lost power before the machine stood still, and that was written.
    let now = clocks(Moment::START);
    let mut journal = Recovery::begin(&policy());
    journal.books.last_events = [(COINS, 1)].into();
    let (mut engine, _) = Engine::recover(policy(), journal, now);
    let step = engine.handle(now, told_up_to(0));
    let entries = step.entries.into_iter().map(|draft| draft.entry).collect::<Vec<_>>();
    assert_eq!(entries, [Entry::Cash(CashEntry::EventsTold { unit: COINS, event_no: 0 })]);
    assert_eq!(engine.books().last_events.get(&COINS), Some(&0));
    assert_eq!(engine.handle(now, told_up_to(0)).entries, [], "nothing new");
}

/// The program starts on a disk that cannot be written: its drivers know nothing of what an earlier one has told.
#[test]
fn drivers_that_were_told_nothing_hide_nothing() {
    let now = clocks(Moment::START);
    let (mut begun, first) = Service::recover(policy(), Recovery::begin(&policy()), now);
    begun.halt(now, &first.entries);
    for mut service in [begun, Service::halted(policy(), now)] {
        service.handle(now, told_up_to(9));
        service.handle(now, coin(10));
        let mut journal = Recovery::begin(&policy());
        journal.books.last_events = [(COINS, 3)].into();
        let step = service.begin_anew(journal, now);
        assert!(step.outputs.contains(&Output::Unit(COINS, UnitCommand::In(DepositCommand::ToldUpTo(3)))));
        assert!(
            !step.entries.iter().any(|draft| matches!(draft.entry, Entry::Cash(_))),
            "{:?}",
            step.entries
        );
    }
}
