//! One fault of the line at each moment of one note's way in.

use device_api::{DepositCommand, UnitCommand};
use money::Denomination;

use super::bench::Bench;
use super::variants;
use crate::models::id003::NoteUnitModelConfig;

/// From the mouth to its place a note takes two seconds, and a bit more in which the credit settles.
const WAY_IN_MS: u64 = 2_400;

/// Finer than the dialogue: a request and its reply take 13 ms on the line.
const STEP_MS: usize = 20;

#[test]
fn lost_replies_neither_lose_nor_double_the_credit() {
    for times in [1, 2, 3, 5, 20] {
        check_at_each_moment(|bench| bench.act(&format!("lose-reply {times}")));
    }
}

#[test]
fn forty_lost_replies_in_a_row_are_survived() {
    for times in 1..=40 {
        let mut bench = Bench::open(NoteUnitModelConfig::default());
        bench.act("insert 10000");
        bench.run(700);
        bench.act(&format!("lose-reply {times}"));
        bench.run(60_000);
        check_one_credit(&bench, &format!("{times} replies"));
    }
}

#[test]
fn garbled_and_doubled_replies_neither_lose_nor_double_the_credit() {
    check_at_each_moment(|bench| bench.act("garble 2"));
    check_at_each_moment(|bench| bench.act("garble 7"));
    check_at_each_moment(|bench| bench.act("duplicate 9"));
}

#[test]
fn damaged_and_lost_requests_neither_lose_nor_double_the_credit() {
    check_at_each_moment(|bench| bench.damage_requests(2));
    check_at_each_moment(|bench| bench.lose_requests(2));
    check_at_each_moment(|bench| bench.lose_requests(4));
}

#[test]
fn an_unplugged_cable_neither_loses_nor_doubles_the_credit() {
    check_at_each_moment(|bench| {
        bench.unplug();
        bench.run(1_000);
        bench.plug();
    });
}

/// The machine does not know yet whether the credit is durable: no ACK may go out, however often it is told.
#[test]
fn a_credit_is_held_until_it_is_acknowledged() {
    for config in variants() {
        let mut bench = Bench::open(config);
        bench.acknowledges = false;
        bench.act("insert 1000");
        bench.run(10_000);
        check_one_credit(&bench, "not acknowledged");
        assert!(bench.model.truth().path.is_some(), "the device keeps it in hand");
        bench.command(UnitCommand::In(DepositCommand::AcknowledgeStacked));
        bench.run(2_000);
        check_one_credit(&bench, "acknowledged");
        assert!(bench.model.truth().path.is_none());
    }
}

#[test]
fn a_daemon_restart_asks_again_instead_of_guessing() {
    for wait in (0..WAY_IN_MS).step_by(STEP_MS) {
        let mut bench = Bench::open(NoteUnitModelConfig::default());
        bench.act("insert 1000");
        bench.run(wait);
        bench.restart_driver();
        bench.run(10_000);
        let credits = bench.credits();
        // The second credit without a value is for the journal to tell apart: it knows the first.
        let fine = matches!(credits[..], [Some(Denomination::Yen1000)] | [None] | [Some(_), None]);
        assert!(fine, "after {wait} ms: {:?}", bench.events);
        assert_eq!(
            bench.model.truth().drums.pieces(Denomination::Yen1000),
            1,
            "never RESET: after {wait} ms"
        );
        bench.check_conservation();
    }
}

fn check_at_each_moment(fault: impl Fn(&mut Bench)) {
    for config in variants() {
        for wait in (0..WAY_IN_MS).step_by(STEP_MS) {
            let mut bench = Bench::open(config.clone());
            bench.act("insert 1000");
            bench.run(wait);
            fault(&mut bench);
            bench.run(40_000);
            check_one_credit(&bench, &format!("after {wait} ms"));
            bench.check_conservation();
            assert_eq!(bench.model.truth().path, None);
        }
    }
}

/// What is in the device was credited once. A note that nobody could answer for goes back after its time in escrow.
pub(super) fn check_one_credit(bench: &Bench, when: &str) {
    let truth = bench.model.truth();
    let inserted = truth.inserted.iter().map(|(note, _)| Some(note)).collect::<Vec<_>>();
    let expected = if truth.mouth.is_some() { Vec::new() } else { inserted };
    assert_eq!(bench.credits(), expected, "{when}: {:?}", bench.events);
    assert!(bench.is_ready(), "{when}: {:?}", bench.events);
}
