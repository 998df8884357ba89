//! The device loses power at each moment of one note's way.

use device_api::{DepositCommand, UnitCommand, UnitTrouble};
use money::Denomination;

use super::bench::{Bench, READY, troubled};
use super::variants;
use crate::models::id003::NoteUnitModelConfig;

/// From the mouth to its place, and back to rest.
const WAY_MS: u64 = 2_400;

#[test]
fn a_power_cut_never_credits_what_is_not_there() {
    for config in variants() {
        for decision in [UnitCommand::In(DepositCommand::Stack), UnitCommand::In(DepositCommand::Return)] {
            for wait in (0..WAY_MS).step_by(20) {
                for off in [50, 3_000] {
                    check_cut(config.clone(), decision.clone(), wait, off);
                }
            }
        }
    }
}

#[test]
fn two_power_cuts_are_no_different() {
    for first in (0..WAY_MS).step_by(100) {
        for second in (0..8_000).step_by(250) {
            let mut bench = Bench::open(NoteUnitModelConfig::default());
            bench.act("insert 1000");
            bench.run(first);
            cut(&mut bench, 1_000);
            bench.run(second);
            cut(&mut bench, 1_000);
            check_rest(&mut bench, &format!("after {first} and {second} ms"));
        }
    }
}

/// A daemon that starts together with its device has seen nothing: what the device credits has no value then.
#[test]
fn a_note_from_before_has_no_value() {
    for wait in (800..WAY_MS).step_by(20) {
        let mut bench = Bench::open(NoteUnitModelConfig::default());
        bench.act("insert 1000");
        bench.run(wait);
        bench.act("power cut");
        bench.events.clear();
        bench.restart_driver();
        bench.act("power on");
        bench.run(30_000);
        let _ = bench.model_take();
        bench.run(10_000);
        let stored = bench.model.truth().drums.pieces(Denomination::Yen1000);
        assert!(bench.credits().iter().all(Option::is_none), "after {wait} ms: {:?}", bench.events);
        assert!(
            bench.credits().len() <= usize::try_from(stored).unwrap(),
            "after {wait} ms: {:?}",
            bench.events
        );
        bench.check_conservation();
    }
}

#[test]
fn a_note_nobody_can_tell_of_calls_staff_once_until_they_open_the_device() {
    let mut bench =
        Bench::open(NoteUnitModelConfig { vend_valid_replayed: false, ..NoteUnitModelConfig::default() });
    bench.act("insert 1000");
    bench.run(1_300);
    cut(&mut bench, 3_000);
    bench.run(60_000);
    let trouble = troubled(UnitTrouble::NoteOfUnknownFate);
    assert_eq!(bench.count(&trouble), 1, "{:?}", bench.events);
    assert_eq!(bench.events.last(), Some(&trouble));
    assert_eq!(bench.credits(), []);
    bench.act("insert 1000");
    assert!(bench.happened.last().unwrap().contains("refused_at_entry"));
    bench.act("cashbox remove");
    bench.run(2_000);
    bench.act("cashbox insert");
    bench.run(10_000);
    assert_eq!(bench.events.last(), Some(&READY));
    assert_eq!(bench.count(&trouble), 1);
}

fn check_cut(config: NoteUnitModelConfig, decision: UnitCommand, wait: u64, off: u64) {
    let when =
        format!("{decision:?} cut after {wait} ms for {off} ms, replay {}", config.vend_valid_replayed);
    let mut bench = Bench::open(config);
    bench.decision = decision;
    bench.act("insert 1000");
    bench.run(wait);
    cut(&mut bench, off);
    check_rest(&mut bench, &when);
}

fn cut(bench: &mut Bench, millis: u64) {
    bench.act("power cut");
    bench.run(millis);
    bench.act("power on");
}

/// Everything has come to rest: what was credited is in the device, and what is in the device was credited or has
/// staff looking for it.
fn check_rest(bench: &mut Bench, when: &str) {
    bench.run(20_000);
    let _ = bench.model_take();
    bench.run(20_000);
    let truth = bench.model.truth();
    let stored = truth.drums.pieces(Denomination::Yen1000) + truth.cash_box.pieces(Denomination::Yen1000);
    let credited = u32::try_from(bench.credits().len()).unwrap();
    let called = bench.said_trouble(&UnitTrouble::NoteOfUnknownFate);
    assert!(credited <= stored, "{when}: {:?}", bench.events);
    assert!(credited == stored || called, "{when}: {:?} {truth:?}", bench.events);
    assert!(
        bench.credits().iter().all(|credit| *credit == Some(Denomination::Yen1000)),
        "{when}: {:?}",
        bench.events
    );
    bench.check_conservation();
}
