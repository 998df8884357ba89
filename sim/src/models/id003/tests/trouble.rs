//! What staff are called for, and how the unit comes back.

use device_api::{Deposited, UnitCommand, UnitEvent, UnitPart, UnitTrouble};
use money::Denomination;

use super::bench::{Bench, READY, troubled};
use crate::models::id003::NoteUnitModelConfig;

#[test]
fn each_fault_is_said_once_and_over_when_it_is_cleared() {
    check(&["jam acceptor"], UnitTrouble::Jam, &["jam clear"]);
    check(&["jam stacker"], UnitTrouble::Jam, &["jam clear"]);
    check(&["failure A6"], UnitTrouble::Broken { code: 0xA6 }, &["failure clear"]);
    check(&["cashbox remove"], UnitTrouble::CashBoxRemoved, &["cashbox insert"]);
    check(&["power cut"], UnitTrouble::NotResponding, &["power on"]);
}

#[test]
fn a_full_cash_box_is_over_when_staff_empty_it() {
    let config = NoteUnitModelConfig { cash_box_capacity: 1, ..NoteUnitModelConfig::default() };
    let mut bench = Bench::open(config);
    bench.act("insert 10000");
    bench.run(30_000);
    assert_eq!(bench.count(&troubled(UnitTrouble::CashBoxFull)), 1);
    assert_eq!(bench.credits(), [Some(Denomination::Yen10000)]);
    for act in ["cashbox remove", "cashbox empty", "cashbox insert"] {
        bench.act(act);
        bench.run(1_000);
    }
    bench.run(10_000);
    assert_eq!(bench.events.last(), Some(&READY));
    bench.check_conservation();
}

#[test]
fn a_note_pulled_at_while_it_is_stacked_is_not_credited() {
    let mut bench = Bench::open(NoteUnitModelConfig::default());
    bench.act("insert 1000");
    bench.run(1_300);
    bench.act("pull-back");
    bench.run(30_000);
    assert_eq!(bench.events.last(), Some(&troubled(UnitTrouble::NeedsPowerCycle)));
    assert!(bench.said_trouble(&UnitTrouble::Manipulated));
    assert_eq!(bench.credits(), []);
    bench.check_conservation();
}

/// RESET would make the device forget the note, so only people end this.
#[test]
fn a_jam_with_a_note_that_is_not_credited_waits_for_staff() {
    let mut bench = Bench::open(NoteUnitModelConfig::default());
    bench.act("insert 1000");
    bench.run(1_300);
    bench.act("jam stacker");
    bench.run(1_000);
    bench.act("jam clear");
    bench.run(60_000);
    assert_eq!(bench.events.last(), Some(&troubled(UnitTrouble::NeedsPowerCycle)));
    assert!(bench.said_trouble(&UnitTrouble::Jam));
    assert_eq!(bench.model.truth().path, Some(Denomination::Yen1000));
    bench.act("power cut");
    bench.run(3_000);
    bench.act("power on");
    bench.run(20_000);
    assert_eq!(bench.credits(), [Some(Denomination::Yen1000)]);
    assert_eq!(bench.count(&READY), 1, "{:?}", bench.events);
    bench.check_conservation();
}

#[test]
fn a_jam_around_a_note_in_escrow_gives_it_back() {
    let mut bench = Bench::open(NoteUnitModelConfig::default());
    bench.decision = UnitCommand::ReadCounts(UnitPart::Acceptor);
    bench.act("insert 1000");
    bench.run(2_000);
    bench.act("jam acceptor");
    bench.run(1_000);
    bench.act("jam clear");
    bench.run(20_000);
    bench.act("take");
    bench.run(10_000);
    assert_eq!(bench.count(&UnitEvent::In(Deposited::Returned)), 1, "{:?}", bench.events);
    assert_eq!(bench.count(&READY), 1);
    assert_eq!(bench.credits(), []);
}

#[test]
fn a_stalled_device_is_waited_for() {
    for wait in (0..2_400).step_by(100) {
        let mut bench = Bench::open(NoteUnitModelConfig::default());
        bench.act("insert 1000");
        bench.run(wait);
        bench.act("stall on");
        bench.run(30_000);
        bench.act("stall off");
        bench.run(10_000);
        assert_eq!(bench.credits(), [Some(Denomination::Yen1000)], "after {wait} ms");
        assert_eq!(bench.count(&READY), 0);
    }
}

fn check(faults: &[&str], trouble: UnitTrouble, cures: &[&str]) {
    let mut bench = Bench::open(NoteUnitModelConfig::default());
    for act in faults {
        bench.act(act);
    }
    bench.run(40_000);
    assert_eq!(bench.count(&troubled(trouble.clone())), 1, "{:?}", bench.events);
    assert_eq!(bench.events.last(), Some(&troubled(trouble)));
    for act in cures {
        bench.act(act);
    }
    bench.run(40_000);
    assert_eq!(bench.events.last(), Some(&READY), "{:?}", bench.events);
    bench.act("insert 1000");
    bench.run(4_000);
    assert_eq!(bench.credits(), [Some(Denomination::Yen1000)], "the standing order holds");
}
