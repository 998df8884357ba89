//! Payouts that are interrupted at each moment.

use device_api::{DispenseEnd, DispenseId, ShortCause};
use money::Denomination;

use super::bench::Bench;
use super::{check_end, variants};
use crate::models::cctalk::CoinUnitModelConfig;

const COIN: Denomination = Denomination::Yen100;
/// From the order to the end of a payout of five coins.
const PAYOUT_MS: u64 = 3_000;
const PIECES: u32 = 5;

#[test]
fn a_power_cut_of_the_hopper_never_tells_a_lie() {
    for config in variants() {
        for wait in (0..PAYOUT_MS).step_by(50) {
            for off in [30, 400, 30_000] {
                check_interrupted(
                    &config,
                    wait,
                    &format!("hopper cut after {wait} ms for {off} ms"),
                    |bench| {
                        bench.act("power cut hopper 100");
                        bench.run(off);
                        bench.act("power on hopper 100");
                    },
                );
            }
        }
    }
}

#[test]
fn a_power_cut_of_everything_never_tells_a_lie() {
    for wait in (0..PAYOUT_MS).step_by(50) {
        for off in [30, 3_000] {
            let when = format!("all cut after {wait} ms for {off} ms");
            check_interrupted(&CoinUnitModelConfig::default(), wait, &when, |bench| {
                bench.act("power cut");
                bench.run(off);
                bench.act("power on");
            });
        }
    }
}

#[test]
fn two_power_cuts_are_no_different() {
    for wait in (0..PAYOUT_MS).step_by(200) {
        for between in (0..2_500).step_by(250) {
            let when = format!("cut after {wait} ms and again {between} ms later");
            check_interrupted(&CoinUnitModelConfig::default(), wait, &when, |bench| {
                for pause in [between, 0] {
                    bench.act("power cut hopper 100");
                    bench.run(200);
                    bench.act("power on hopper 100");
                    bench.run(pause);
                }
            });
        }
    }
}

#[test]
fn a_line_that_is_lost_ends_in_the_truth_or_in_unknown() {
    for wait in (0..PAYOUT_MS).step_by(50) {
        for off in [100, 5_000, 30_000] {
            let when = format!("unplugged after {wait} ms for {off} ms");
            check_interrupted(&CoinUnitModelConfig::default(), wait, &when, |bench| {
                bench.unplug();
                bench.run(off);
                bench.plug();
            });
        }
    }
}

#[test]
fn a_line_that_stays_away_ends_in_unknown() {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    let order = bench.order(COIN, PIECES);
    bench.run(1_000);
    bench.unplug();
    bench.run(60_000);
    assert!(matches!(bench.end_of(order), DispenseEnd::Unknown { .. }), "{:?}", bench.events);
}

#[test]
fn a_jam_or_standstill_is_said_and_the_rest_stays_inside() {
    for fault in ["hopper 100 jam", "stall on", "hopper 100 empty"] {
        for wait in (0..PAYOUT_MS).step_by(100) {
            let mut bench = Bench::open(CoinUnitModelConfig::default());
            let order = bench.order(COIN, PIECES);
            bench.run(wait);
            bench.act(fault);
            bench.run(40_000);
            let when = format!("{fault} after {wait} ms");
            check_end(bench.end_of(order), PIECES, bench.dispensed(COIN), &when);
            bench.check_conservation();
        }
    }
}

/// Nobody has to come: the next payout resets the hopper first.
#[test]
fn a_hopper_whose_motor_turned_back_too_often_is_reset_and_pays() {
    for wait in (0..PAYOUT_MS).step_by(100) {
        let mut bench = Bench::open(CoinUnitModelConfig::default());
        let order = bench.order(COIN, PIECES);
        bench.run(wait);
        bench.act("hopper 100 reverse-limit");
        bench.run(40_000);
        check_end(bench.end_of(order), PIECES, bench.dispensed(COIN), &format!("after {wait} ms"));
        let before = bench.dispensed(COIN);
        let next = bench.order(COIN, PIECES);
        bench.run(10_000);
        assert_eq!(bench.end_of(next), DispenseEnd::Complete, "after {wait} ms: {:?}", bench.events);
        assert_eq!(bench.dispensed(COIN), before + PIECES);
        bench.check_conservation();
    }
}

/// A hopper that gave up is asked why; what it has paid must be known before it answers.
#[test]
fn a_hopper_that_gives_up_and_is_then_lost_never_tells_a_lie() {
    for fault in ["hopper 100 empty", "hopper 100 jam"] {
        let (mut bench, order) = troubled_after_two_coins(fault);
        let begin = bench.now;
        bench.run_until("its end", |bench| !bench.ends_of(order).is_empty());
        let end_ms = u64::try_from(bench.now.since(begin).as_millis()).unwrap();
        for wait in (end_ms - 300..end_ms + 20).step_by(2) {
            for (index, lose) in LOSSES.into_iter().enumerate() {
                let (mut bench, order) = troubled_after_two_coins(fault);
                bench.run(wait);
                lose(&mut bench);
                bench.run(25_000);
                let when = format!("{fault}, {wait} ms later loss {index}");
                check_end(bench.end_of(order), PIECES, bench.dispensed(COIN), &when);
                bench.check_conservation();
            }
        }
    }
}

/// Power, the line and replies, for longer than anybody waits, and power for a moment.
const LOSSES: [fn(&mut Bench); 5] = [
    |bench| bench.act("power cut hopper 100"),
    |bench| bench.act("power cut"),
    Bench::unplug,
    |bench| bench.lose_requests(100),
    |bench| {
        bench.act("power cut hopper 100");
        bench.run(30);
        bench.act("power on hopper 100");
    },
];

fn troubled_after_two_coins(fault: &str) -> (Bench, DispenseId) {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    let order = bench.order(COIN, PIECES);
    bench.run_until("two coins", |bench| bench.dispensed(COIN) == 2);
    bench.act(fault);
    (bench, order)
}

/// An order is held up for as long as it has stood, and not for the whole standstill.
#[test]
fn an_order_late_in_a_standstill_is_paid_when_it_is_over() {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    bench.act("stall on");
    bench.run(300_000);
    let order = bench.order(COIN, PIECES);
    bench.run(1_000);
    assert_eq!(bench.dispensed(COIN), 0);
    bench.act("stall off");
    bench.run(PAYOUT_MS);
    assert_eq!(bench.end_of(order), DispenseEnd::Complete);
    assert_eq!(bench.dispensed(COIN), PIECES);
}

/// A hopper that pays while the daemon starts anew is left alone; then it pays again, for a new order.
#[test]
fn a_new_driver_leaves_a_running_payout_alone() {
    for wait in (0..PAYOUT_MS).step_by(50) {
        let mut bench = Bench::open(CoinUnitModelConfig::default());
        bench.order(COIN, PIECES);
        bench.run(wait);
        bench.restart_driver();
        bench.events.clear();
        bench.open_for_all();
        bench.run(3_000);
        let before = bench.dispensed(COIN);
        assert!(before == 0 || before == PIECES, "after {wait} ms: {before}");
        let order = bench.order(COIN, 2);
        bench.run(5_000);
        assert_eq!(bench.end_of(order), DispenseEnd::Complete, "after {wait} ms");
        assert_eq!(bench.dispensed(COIN), before + 2);
    }
}

/// A hopper knows what it has done, unless it was cut off from power at the wrong moment.
#[test]
fn a_new_driver_is_asked_what_became_of_a_payout() {
    for wait in (0..PAYOUT_MS).step_by(20) {
        let mut bench = Bench::open(CoinUnitModelConfig::default());
        let order = bench.order(COIN, PIECES);
        bench.run(wait);
        bench.restart_and_recall();
        bench.run(20_000);
        let (end, when) = (bench.end_of(order), format!("restart after {wait} ms"));
        check_end(end, PIECES, bench.dispensed(COIN), &when);
        assert!(!matches!(end, DispenseEnd::Unknown { .. }), "{when}: {end:?}");
        let next = bench.order(COIN, 2);
        bench.run(5_000);
        assert_eq!(bench.end_of(next), DispenseEnd::Complete, "{when}");
    }
}

#[test]
fn a_power_cut_of_everything_is_asked_about_too() {
    for hopper_only in [true, false] {
        for wait in (0..PAYOUT_MS).step_by(20) {
            let mut bench = Bench::open(CoinUnitModelConfig::default());
            let order = bench.order(COIN, PIECES);
            bench.run(wait);
            let whom = if hopper_only { format!(" hopper {}", i64::from(COIN)) } else { String::new() };
            bench.act(&format!("power cut{whom}"));
            bench.restart_and_recall();
            bench.run(2_000);
            bench.act("power on");
            bench.run(60_000);
            check_end(bench.end_of(order), PIECES, bench.dispensed(COIN), &format!("cut after {wait} ms"));
        }
    }
}

#[test]
fn a_second_order_is_refused_while_one_runs() {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    let first = bench.order(COIN, PIECES);
    bench.run(500);
    let refused = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };
    for coin in [COIN, Denomination::Yen1, Denomination::Yen1000] {
        let second = bench.order(coin, 1);
        assert_eq!(bench.end_of(second), refused);
    }
    bench.run(10_000);
    assert_eq!(bench.end_of(first), DispenseEnd::Complete);
    assert_eq!(bench.model.truth().dispensed.total(), COIN.value().times(PIECES));
}

#[test]
fn coins_are_credited_while_coins_are_paid_out() {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    let order = bench.order(COIN, 10);
    for _ in 0..8 {
        bench.act("insert 10");
        bench.run(300);
    }
    bench.run(5_000);
    assert_eq!(bench.credits(), [Denomination::Yen10; 8]);
    assert_eq!(bench.end_of(order), DispenseEnd::Complete);
}

fn check_interrupted(
    config: &CoinUnitModelConfig,
    wait: u64,
    when: &str,
    interrupt: impl FnOnce(&mut Bench),
) {
    let mut bench = Bench::open(config.clone());
    let order = bench.order(COIN, PIECES);
    bench.run(wait);
    interrupt(&mut bench);
    bench.run(25_000);
    check_end(bench.end_of(order), PIECES, bench.dispensed(COIN), when);
    bench.check_conservation();
    assert!(bench.is_ready(bench.hopper(COIN)), "{when}: {:?}", bench.events);
    let again = bench.order(COIN, 1);
    let before = bench.dispensed(COIN);
    bench.run(10_000);
    assert_eq!(bench.end_of(again), DispenseEnd::Complete, "{when}");
    assert_eq!(bench.dispensed(COIN), before + 1, "{when}");
}
