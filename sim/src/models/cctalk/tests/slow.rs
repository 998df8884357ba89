//! Devices that answer late, unevenly, or look at their line only now and then. A reply does not say what it answers.

use device_api::DispenseEnd;
use money::Denomination;

use super::bench::Bench;
use crate::models::cctalk::CoinUnitModelConfig;

/// One of each, the largest first: a table whose positions have moved by one shows with the first coin.
const COINS: [Denomination; 6] = [
    Denomination::Yen500,
    Denomination::Yen100,
    Denomination::Yen50,
    Denomination::Yen10,
    Denomination::Yen5,
    Denomination::Yen1,
];

#[test]
fn a_coin_is_credited_as_what_it_is_however_late_the_acceptor_answers() {
    for habit in ["slow 90", "slow 130", "slow 250", "looks-every 100", "looks-every 120", "looks-every 150"]
    {
        check(habit);
    }
    check("looks-every 300");
    check("uneven 60..350");
}

/// From the first byte on, and also if it becomes slow in the middle of its start-up.
fn check(habit: &str) {
    for wait in (0..1_900).step_by(190) {
        let mut bench = Bench::new(CoinUnitModelConfig::default());
        bench.run(wait);
        bench.act(habit);
        bench.open_for_all();
        bench.run(4_000);
        for coin in COINS {
            bench.act(&format!("insert {}", i64::from(coin)));
            bench.run(3_000);
        }
        assert_eq!(bench.credits(), COINS, "{habit} after {wait} ms: {:?}", bench.events);
    }
}

#[test]
fn a_payout_is_exact_however_late_the_hopper_answers() {
    for habit in ["slow 130", "looks-every 100", "looks-every 150", "uneven 60..350"] {
        for wait in (0..1_900).step_by(190) {
            let mut bench = Bench::open(CoinUnitModelConfig::default());
            let order = bench.order(Denomination::Yen100, 3);
            bench.run(wait);
            bench.act(&format!("hopper 100 {habit}"));
            bench.run(25_000);
            assert_eq!(bench.end_of(order), DispenseEnd::Complete, "{habit} after {wait} ms");
            assert_eq!(bench.dispensed(Denomination::Yen100), 3, "{habit} after {wait} ms");
        }
    }
}
