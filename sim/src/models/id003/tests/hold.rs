//! A note that is kept while the patient is asked about it.

use device_api::{DepositCommand, Deposited, UnitCommand, UnitEvent, UnitPart};
use money::Denomination;

use super::bench::Bench;
use super::line_faults::check_one_credit;
use super::variants;
use crate::models::id003::NoteUnitModelConfig;

const NOTE: Denomination = Denomination::Yen10000;
const ESCROWED: UnitEvent = UnitEvent::In(Deposited::Escrowed { denomination: NOTE });

#[test]
fn a_held_note_is_stacked_after_the_device_would_have_given_it_back() {
    for config in variants() {
        let mut bench = asked(config, UnitCommand::In(DepositCommand::Hold));
        bench.run(12_000);
        assert_eq!(bench.events, [UnitEvent::In(Deposited::Arriving), ESCROWED], "it is not announced again");
        bench.command(UnitCommand::In(DepositCommand::Stack));
        bench.run(4_000);
        check_one_credit(&bench, "held");
        assert_eq!(bench.credits(), [Some(NOTE)]);
        bench.check_conservation();
    }
}

#[test]
fn a_note_that_is_not_held_goes_back_before_the_patient_has_answered() {
    for config in variants() {
        let mut bench = asked(config, UnitCommand::ReadCounts(UnitPart::Acceptor));
        bench.run(12_000);
        bench.command(UnitCommand::In(DepositCommand::Hold));
        bench.command(UnitCommand::In(DepositCommand::Stack));
        bench.run(4_000);
        check_returned(&mut bench);
    }
}

#[test]
fn a_held_note_is_given_back_when_that_is_decided_or_nothing_is() {
    for config in variants() {
        let mut bench = asked(config.clone(), UnitCommand::In(DepositCommand::Hold));
        bench.run(5_000);
        bench.command(UnitCommand::In(DepositCommand::Return));
        bench.run(1_000);
        check_returned(&mut bench);
        let mut bench = asked(config, UnitCommand::In(DepositCommand::Hold));
        bench.run(25_000);
        check_returned(&mut bench);
    }
}

#[test]
fn a_note_is_held_as_long_as_the_machine_asks_for_it() {
    let mut bench = asked(NoteUnitModelConfig::default(), UnitCommand::In(DepositCommand::Hold));
    for _ in 0..10 {
        bench.run(9_000);
        bench.command(UnitCommand::In(DepositCommand::Hold));
    }
    bench.command(UnitCommand::In(DepositCommand::Stack));
    bench.run(4_000);
    assert_eq!(bench.credits(), [Some(NOTE)]);
    assert_eq!(bench.count(&ESCROWED), 1);
}

#[test]
fn lost_holds_and_replies_cost_no_money() {
    for times in [1, 2, 3, 5, 20] {
        check_at_each_moment(|bench| bench.act(&format!("lose-reply {times}")));
        check_at_each_moment(|bench| bench.lose_requests(times));
    }
    check_at_each_moment(|bench| bench.damage_requests(2));
    check_at_each_moment(|bench| bench.act("garble 3"));
    check_at_each_moment(|bench| {
        bench.unplug();
        bench.run(1_000);
        bench.plug();
    });
}

#[test]
fn a_hold_that_does_not_arrive_lets_the_note_go_back() {
    let mut bench = asked(NoteUnitModelConfig::default(), UnitCommand::ReadCounts(UnitPart::Acceptor));
    bench.lose_requests(1);
    bench.command(UnitCommand::In(DepositCommand::Hold));
    bench.run(12_000);
    check_returned(&mut bench);
}

#[test]
fn a_daemon_restart_finds_a_held_note() {
    for wait in (0..14_000).step_by(500) {
        let mut bench = asked(NoteUnitModelConfig::default(), UnitCommand::In(DepositCommand::Hold));
        bench.run(wait);
        bench.decision = UnitCommand::In(DepositCommand::Stack);
        bench.restart_driver();
        bench.run(15_000);
        assert_eq!(bench.credits(), [Some(NOTE)], "after {wait} ms: {:?}", bench.events);
        bench.check_conservation();
    }
}

/// A note in escrow; the machine has answered with `first`.
fn asked(config: NoteUnitModelConfig, first: UnitCommand) -> Bench {
    let mut bench = Bench::open(config);
    bench.decision = first;
    bench.act("insert 10000");
    bench.run_until("escrow", |bench| bench.events.contains(&ESCROWED));
    bench
}

/// The fault comes some time after HOLD, and the patient decides while the device still waits.
fn check_at_each_moment(fault: impl Fn(&mut Bench)) {
    for config in variants() {
        for wait in (0..1_000).step_by(20) {
            let mut bench = asked(config.clone(), UnitCommand::In(DepositCommand::Hold));
            bench.run(wait);
            fault(&mut bench);
            bench.run(8_000);
            bench.command(UnitCommand::In(DepositCommand::Stack));
            bench.decision = UnitCommand::In(DepositCommand::Stack);
            bench.run(40_000);
            check_one_credit(&bench, &format!("after {wait} ms"));
            bench.check_conservation();
            assert_eq!(bench.model.truth().path, None);
        }
    }
}

#[track_caller]
fn check_returned(bench: &mut Bench) {
    bench.act("take");
    bench.run(1_000);
    assert_eq!(bench.count(&UnitEvent::In(Deposited::Returned)), 1, "{:?}", bench.events);
    assert_eq!(bench.credits(), []);
    bench.check_conservation();
}
