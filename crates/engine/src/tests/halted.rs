//! What is heard while nothing can be written down.

use device_api::{DepositCommand, Deposited, Moment, UnitCommand, UnitEvent};
use money::Denomination;

use super::inputs::{COINS, HOPPER_100, clocks, policy};
use crate::{CashEntry, Entry, Input, Output, Recovery, Service};

fn coin(event_no: u8) -> Input {
    let (denomination, place) = (Denomination::Yen100, HOPPER_100.place);
    Input::Unit(COINS, UnitEvent::In(Deposited::Inserted { denomination, place, event_no }))
}

/// Coins with these numbers are told to a machine that stands still, whose journal ends with that of `written`. They are in
/// its first step then, which says up to which all are told.
#[track_caller]
fn check(written: Option<u8>, told: &[u8], found: &[u8], told_up_to: Option<u8>) {
    let now = clocks(Moment::START);
    let mut journal = Recovery::begin(&policy());
    journal.books.last_events = written.map(|event| (COINS, event)).into_iter().collect();
    let mut service = Service::halted(policy(), now);
    for event_no in told {
        assert_eq!(service.handle(now, coin(*event_no)).entries, []);
    }
    let step = service.begin_anew(journal, now);
    let entries = step.entries.iter().filter_map(|draft| match draft.entry {
        Entry::Cash(CashEntry::CoinFound { event_no, .. }) => Some(event_no),
        _ => None,
    });
    assert_eq!(entries.collect::<Vec<_>>(), found);
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
