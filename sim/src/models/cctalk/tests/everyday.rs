//! What happens every day: coins in, coins out.

use device_api::{Deposited, DispenseEnd, Place, ShortCause, UnitEvent};
use money::Denomination;

use super::bench::Bench;
use super::variants;
use crate::models::cctalk::CoinUnitModelConfig;

#[test]
fn every_coin_is_credited_once_where_it_fell() {
    for config in variants() {
        let mut bench = Bench::open(config.clone());
        let coins = config.hoppers.iter().map(|hopper| hopper.denomination).collect::<Vec<_>>();
        for coin in &coins {
            bench.act(&format!("insert {}", i64::from(*coin)));
            bench.run(700);
        }
        assert_eq!(bench.credits(), coins, "{:?}", bench.events);
        let truth = bench.model.truth();
        let mut fallen = coins.iter().zip(&bench.events);
        assert!(
            fallen.all(|(coin, event)| match event {
                UnitEvent::In(Deposited::Inserted { place: Place::Hopper(_), .. }) =>
                    truth.hoppers.pieces(*coin) == 51,
                UnitEvent::In(Deposited::Inserted { place: Place::CoinBox, .. }) =>
                    truth.coin_box.pieces(*coin) == 1,
                _ => false,
            }),
            "{:?}",
            bench.events
        );
        let Some(UnitEvent::In(Deposited::Inserted { place, .. })) = bench.events.last() else {
            panic!("{:?}", bench.events)
        };
        assert_eq!(matches!(place, Place::Hopper(_)), config.knows_sorter_paths);
        bench.check_conservation();
    }
}

#[test]
fn two_equal_coins_in_quick_succession_are_two() {
    for gap in (80..400).step_by(10) {
        let mut bench = Bench::open(CoinUnitModelConfig::default());
        bench.act("insert 100");
        bench.run(gap);
        bench.act("insert 100");
        bench.run(1_500);
        assert_eq!(bench.credits(), [Denomination::Yen100; 2], "after {gap} ms: {:?}", bench.events);
    }
}

#[test]
fn a_payout_is_exact() {
    for config in variants() {
        for (coin, pieces) in
            [(Denomination::Yen100, 3), (Denomination::Yen10, 1), (Denomination::Yen500, 45)]
        {
            let mut bench = Bench::open(config.clone());
            let order = bench.order(coin, pieces);
            bench.run(30_000);
            assert_eq!(bench.end_of(order), DispenseEnd::Complete);
            assert_eq!(bench.dispensed(coin), pieces);
            bench.check_conservation();
        }
    }
}

#[test]
fn a_hopper_that_runs_empty_says_what_it_paid() {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    for (pieces, paid) in [(60, 50), (1, 0)] {
        let order = bench.order(Denomination::Yen50, pieces);
        bench.run(60_000);
        assert_eq!(bench.end_of(order), DispenseEnd::Short { paid, cause: ShortCause::Empty });
    }
    bench.act("hopper 50 fill 10");
    let order = bench.order(Denomination::Yen50, 10);
    bench.run(10_000);
    assert_eq!(bench.end_of(order), DispenseEnd::Complete);
    assert!(bench.is_ready(bench.hopper(Denomination::Yen50)));
}
