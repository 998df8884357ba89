//! Replies and requests that get lost, damaged or doubled, at each place of a dialogue.

use device_api::{
    DepositCommand, Deposited, DispenseEnd, RejectCause, Stated, UnitCommand, UnitEvent, UnitPart,
    UnitTrouble,
};
use money::{Denomination, DenominationSet};

use super::bench::Bench;
use super::{check_end, variants};
use crate::models::cctalk::CoinUnitModelConfig;

const FAULTS: [&str; 9] = [
    "lose-reply 1",
    "lose-reply 2",
    "garble 1",
    "garble 3",
    "duplicate 1",
    "duplicate 9",
    "deceive 1",
    "deceive 2",
    "noise 5",
];

#[test]
fn coins_are_credited_once_whatever_one_reply_suffers() {
    for config in variants() {
        for fault in FAULTS {
            for wait in (0..900).step_by(30) {
                let mut bench = Bench::open(config.clone());
                bench.act("insert 100");
                bench.run(90);
                bench.act("insert 500");
                bench.run(wait);
                bench.act(fault);
                bench.run(5_000);
                let expected = [Denomination::Yen100, Denomination::Yen500];
                assert_eq!(bench.credits(), expected, "{fault} after {wait} ms: {:?}", bench.events);
                bench.check_conservation();
            }
        }
    }
}

#[test]
fn a_payout_is_exact_whatever_one_reply_suffers() {
    for fault in FAULTS {
        for wait in (0..1_900).step_by(17) {
            let mut bench = Bench::open(CoinUnitModelConfig::default());
            let order = bench.order(Denomination::Yen100, 3);
            bench.run(wait);
            bench.act(fault);
            bench.run(10_000);
            assert_eq!(bench.end_of(order), DispenseEnd::Complete, "{fault} after {wait} ms");
            assert_eq!(bench.dispensed(Denomination::Yen100), 3, "{fault} after {wait} ms");
        }
    }
}

/// The request for coins itself is lost, so that it was never taken and is sent again; or only its reply.
#[test]
fn a_lost_dispense_command_never_pays_twice() {
    for times in [1, 2, 3, 5, 9] {
        for wait in (0..1_200).step_by(17) {
            for lose_requests in [true, false] {
                let mut bench = Bench::open(CoinUnitModelConfig::default());
                let order = bench.order(Denomination::Yen100, 2);
                bench.run(wait);
                if lose_requests {
                    bench.lose_requests(times);
                } else {
                    bench.act(&format!("lose-reply {times}"));
                }
                bench.run(30_000);
                let when = format!("{times} lost after {wait} ms, requests {lose_requests}");
                check_end(bench.end_of(order), 2, bench.dispensed(Denomination::Yen100), &when);
            }
        }
    }
}

#[test]
fn start_up_survives_what_a_reply_can_suffer() {
    for fault in FAULTS {
        for wait in (0..4_000).step_by(80) {
            let mut bench = Bench::new(CoinUnitModelConfig::shuffled());
            bench.run(wait);
            bench.act(fault);
            // Late in start-up, three replies in a row may all be the acceptor's: it counts as gone, and begins anew.
            bench.run(4_000);
            bench.open_for_all();
            bench.act("insert 5");
            bench.run(1_500);
            assert_eq!(bench.credits(), [Denomination::Yen5], "{fault} after {wait} ms: {:?}", bench.events);
        }
    }
}

#[test]
fn closing_is_answered_once_and_only_after_the_last_coin() {
    for wait in (0..900).step_by(20) {
        let mut bench = Bench::open(CoinUnitModelConfig::default());
        bench.act("insert 10");
        bench.run(wait);
        bench.close();
        bench.run(5_000);
        let inhibited = bench.events.iter().position(|event| *event == UnitEvent::In(Deposited::Inhibited));
        let inserted =
            bench.events.iter().position(|event| matches!(event, UnitEvent::In(Deposited::Inserted { .. })));
        assert!(inserted.is_some() && inserted < inhibited, "after {wait} ms: {:?}", bench.events);
        assert_eq!(bench.count(&UnitEvent::In(Deposited::Inhibited)), 1);
        bench.act("insert 10");
        bench.run(2_000);
        assert_eq!(bench.credits().len(), 1, "{:?}", bench.events);
        assert_eq!(bench.model.truth().tray.pieces(Denomination::Yen10), 1);
    }
}

#[test]
fn a_denomination_that_is_not_wanted_falls_into_the_tray() {
    let mut bench = Bench::open(CoinUnitModelConfig::shuffled());
    let wanted = [Denomination::Yen100].into_iter().collect::<DenominationSet>();
    bench.command(UnitCommand::In(DepositCommand::Accept(wanted)));
    bench.run(500);
    bench.act("insert 500");
    bench.run(500);
    bench.act("insert 100");
    bench.run(1_500);
    assert_eq!(bench.credits(), [Denomination::Yen100]);
    assert_eq!(bench.count(&UnitEvent::In(Deposited::Rejected { cause: RejectCause::NotWanted })), 1);
}

#[test]
fn a_coin_too_close_to_the_one_before_falls_into_the_tray() {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    bench.act("insert 100");
    bench.act("insert 100");
    bench.run(1_500);
    assert_eq!(bench.credits(), [Denomination::Yen100]);
    assert_eq!(bench.count(&UnitEvent::In(Deposited::Rejected { cause: RejectCause::Unreadable })), 1);
}

/// What fell in while the line was out is told when it is back; the acceptor closes by itself after a second.
#[test]
fn a_line_that_comes_back_tells_what_fell_in() {
    for wait in (0..800).step_by(20) {
        let mut bench = Bench::open(CoinUnitModelConfig::default());
        bench.act("insert 50");
        bench.run(wait);
        bench.unplug();
        bench.run(5_000);
        bench.act("insert 50");
        bench.plug();
        bench.run(10_000);
        assert_eq!(bench.credits(), [Denomination::Yen50], "after {wait} ms: {:?}", bench.events);
        let trouble = UnitEvent::State(Stated::Trouble {
            part: UnitPart::Acceptor,
            trouble: UnitTrouble::NotResponding,
        });
        assert_eq!(bench.count(&trouble), 1);
        assert!(bench.is_ready(UnitPart::Acceptor));
    }
}

/// The machine is switched off for the night, and three coins fall through before the daemon is started once more.
#[test]
fn coins_refused_between_two_runs_are_no_lost_events() {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    for _ in 0..4 {
        bench.act("insert 100");
        bench.run(1_000);
    }
    bench.act("power cut");
    bench.run(5_000);
    bench.act("power on");
    bench.run(5_000);
    bench.close();
    bench.run(1_000);
    for _ in 0..3 {
        bench.act("insert 100");
        bench.run(500);
    }
    bench.restart_and_recall();
    bench.run(5_000);
    assert_eq!(bench.credits().len(), 4);
    let lost =
        bench.events.iter().filter(|event| matches!(event, UnitEvent::In(Deposited::EventsLost { .. })));
    assert_eq!(lost.count(), 0, "{:?}", bench.events);
}

/// A driver that starts while coins are on their way can credit none twice, whatever the one before did.
#[test]
fn a_new_driver_credits_nothing_twice() {
    for wait in (0..800).step_by(10) {
        let mut bench = Bench::open(CoinUnitModelConfig::default());
        bench.act("insert 50");
        bench.run(wait);
        bench.restart_driver();
        bench.run(8_000);
        bench.accept_all();
        bench.run(1_000);
        assert!(bench.credits().len() <= 1, "after {wait} ms: {:?}", bench.events);
        bench.act("insert 5");
        bench.run(2_000);
        assert_eq!(bench.credits().last(), Some(&Denomination::Yen5));
    }
}
