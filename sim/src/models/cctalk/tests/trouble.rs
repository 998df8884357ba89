//! What staff are called for, and how the unit comes back.

use device_api::{Deposited, Mismatch, Place, Stated, UnitEvent, UnitPart, UnitTrouble};
use devices::cctalk::CoinUnit;
use money::Denomination;

use super::bench::Bench;
use super::variants;
use crate::models::cctalk::CoinUnitModelConfig;

/// The hopper for 100 yen.
fn hopper(bench: &Bench) -> UnitPart {
    bench.hopper(Denomination::Yen100)
}

fn acceptor(_bench: &Bench) -> UnitPart {
    UnitPart::Acceptor
}

#[test]
fn each_fault_is_said_once_and_over_when_it_is_cleared() {
    check("jam acceptor", "jam clear", acceptor, UnitTrouble::Jam);
    check("hopper 100 jam", "jam clear", hopper, UnitTrouble::Jam);
    check("power cut acceptor", "power on", acceptor, UnitTrouble::NotResponding);
    check("power cut hopper 100", "power on", hopper, UnitTrouble::NotResponding);
    check("power cut", "power on", hopper, UnitTrouble::NotResponding);
}

/// Shorter than three lost replies, and noticed by its event counter or its settings all the same.
#[test]
fn an_acceptor_that_restarted_unseen_is_opened_again() {
    for boot in [10, 100, 200, 300, 900] {
        for wait in (0..200).step_by(20) {
            let mut config = CoinUnitModelConfig::default();
            config.timing.boot = std::time::Duration::from_millis(boot);
            let mut bench = Bench::open(config);
            bench.act("insert 100");
            bench.run(1_000 + wait);
            bench.act("power cut acceptor");
            bench.act("power on");
            bench.run(8_000);
            bench.act("insert 500");
            bench.run(2_000);
            let expected = [Denomination::Yen100, Denomination::Yen500];
            assert_eq!(bench.credits(), expected, "boot {boot} after {wait} ms: {:?}", bench.events);
        }
    }
}

/// A coin that falls through while power fails is in the box, and nobody can know of it.
#[test]
fn a_power_cut_of_the_acceptor_credits_at_most_what_is_inside() {
    for wait in (0..900).step_by(20) {
        for off in [50, 3_000] {
            let mut bench = Bench::open(CoinUnitModelConfig::default());
            bench.act("insert 100");
            bench.run(wait);
            bench.act("power cut acceptor");
            bench.run(off);
            bench.act("power on");
            bench.run(8_000);
            assert!(bench.credits().len() <= 1, "{:?}", bench.events);
            let told = |event: &UnitEvent| {
                matches!(event, UnitEvent::State(Stated::Trouble { trouble: UnitTrouble::NotResponding, .. }))
            };
            let credited = bench.credits().len() == 1;
            assert!(credited || bench.events.iter().any(told), "{wait} ms: {:?}", bench.events);
            bench.check_conservation();
        }
    }
}

#[test]
fn more_events_than_the_acceptor_remembers_are_said_to_be_lost() {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    bench.unplug();
    for _ in 0..8 {
        bench.act("insert 100");
        bench.run(90);
    }
    bench.run(500);
    bench.plug();
    bench.run(8_000);
    assert_eq!(
        bench.count(&UnitEvent::In(Deposited::EventsLost { count: 3, event_no: 3 })),
        1,
        "{:?}",
        bench.events
    );
    assert_eq!(bench.credits(), [Denomination::Yen100; 5]);
}

#[test]
fn a_full_hopper_sends_coins_to_the_box() {
    let mut config = CoinUnitModelConfig::default();
    config.hoppers[4].capacity = 50;
    let mut bench = Bench::open(config);
    bench.act("insert 100");
    bench.run(1_000);
    let told =
        |event: &UnitEvent| matches!(event, UnitEvent::In(Deposited::Inserted { place: Place::CoinBox, .. }));
    assert!(bench.events.iter().any(told), "{:?}", bench.events);
    assert_eq!(bench.model.truth().coin_box.pieces(Denomination::Yen100), 1);
}

#[test]
fn the_return_lever_is_told() {
    let mut bench = Bench::open(CoinUnitModelConfig::default());
    bench.act("return-lever");
    bench.run(500);
    let told = [Deposited::ReturnPressed, Deposited::ToldUpTo { event_no: 1 }];
    assert_eq!(bench.events, told.map(UnitEvent::In));
}

#[test]
fn a_unit_that_the_profile_does_not_fit_is_refused() {
    let config = CoinUnitModelConfig::default();
    let mut other_coins = config.profile();
    other_coins.values = [Denomination::Yen10, Denomination::Yen100].into_iter().collect();
    let expected = other_coins.values;
    check_refused(other_coins, UnitPart::Acceptor, Mismatch::Value { read: "JP001A".to_owned(), expected });
    let mut other_hopper = config.profile();
    other_hopper.hoppers[4].address = config.hoppers[3].address;
    other_hopper.hoppers[3].address = config.hoppers[4].address;
    let expected = Denomination::Yen100;
    let mismatch = Mismatch::HopperCoin { read: "JP050A".to_owned(), expected };
    check_refused(other_hopper, UnitPart::Hopper(6), mismatch);
    let mut no_hopper = config.profile();
    (no_hopper.acceptor_address, no_hopper.hoppers[4].address) = (no_hopper.hoppers[4].address, 2);
    check_refused(no_hopper, UnitPart::Acceptor, Mismatch::category("Payout", "Coin Acceptor"));
}

#[test]
fn with_one_hopper_out_the_others_pay() {
    for config in variants() {
        let mut bench = Bench::new(config);
        bench.act("power cut hopper 10");
        bench.run(10_000);
        let identified = bench.events.iter().find_map(|event| match event {
            UnitEvent::State(Stated::Identified { pays, .. }) => Some(*pays),
            _ => None,
        });
        let pays = identified.unwrap();
        assert!(!pays.contains(Denomination::Yen10) && pays.contains(Denomination::Yen100));
        assert!(bench.is_ready(UnitPart::Acceptor) && bench.is_ready(hopper(&bench)));
    }
}

fn check_refused(profile: settings::CoinUnitProfile, device: UnitPart, mismatch: Mismatch) {
    let mut bench = Bench::with_driver(CoinUnit::new(profile), CoinUnitModelConfig::default());
    bench.run(25_000);
    let trouble = UnitEvent::trouble(device, UnitTrouble::other_than_profile(mismatch));
    assert_eq!(bench.count(&trouble), 1, "{:?}", bench.events);
    assert!(!bench.is_ready(device));
}

fn check(fault: &str, cure: &str, device: fn(&Bench) -> UnitPart, trouble: UnitTrouble) {
    for config in variants() {
        let mut bench = Bench::open(config);
        let device = device(&bench);
        bench.act(fault);
        bench.run(40_000);
        let trouble = UnitEvent::State(Stated::Trouble { part: device, trouble: trouble.clone() });
        assert_eq!(bench.count(&trouble), 1, "{fault}: {:?}", bench.events);
        assert!(!bench.is_ready(device), "{fault}: {:?}", bench.events);
        bench.act(cure);
        bench.run(20_000);
        assert!(bench.is_ready(device), "{cure}: {:?}", bench.events);
        bench.act("insert 100");
        bench.run(2_000);
        assert_eq!(bench.credits(), [Denomination::Yen100], "the standing order holds: {:?}", bench.events);
    }
}
