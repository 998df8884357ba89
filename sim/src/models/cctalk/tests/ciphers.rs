//! Hoppers that want to be asked for a key, and those that want a command encrypted with it.

use device_api::{DispenseEnd, Mismatch, ShortCause, UnitEvent, UnitTrouble};
use money::Denomination;
use settings::HopperSecurity;

use super::bench::Bench;
use crate::models::cctalk::{Cipher, CoinUnitModelConfig};

const COIN: Denomination = Denomination::Yen100;

/// Portions and a power cut included: each command wants a key of its own.
#[test]
fn a_hopper_without_encryption_is_asked_for_its_key_before_each_command() {
    let mut bench = Bench::open(with(Cipher::KeyAsked));
    bench.close();
    for pieces in [1, 25] {
        let id = bench.order(COIN, pieces);
        bench.run(20_000);
        assert_eq!(bench.end_of(id), DispenseEnd::Complete);
    }
    assert_eq!(bench.dispensed(COIN), 26);
    bench.check_conservation();
}

#[test]
fn a_hopper_whose_registers_tell_of_encryption_is_said_to_want_it() {
    let mut bench = Bench::new(with(Cipher::Encrypted { told: true }));
    bench.run(20_000);
    assert_eq!(bench.count(&wants_encryption(&bench)), 1, "{:?}", bench.events);
    assert!(!bench.is_ready(bench.hopper(COIN)));
}

/// Most have no register for it. What was ordered of it is refused, and it is said why.
#[test]
fn a_hopper_that_refuses_each_command_after_its_key_is_said_to_want_encryption() {
    let mut bench = Bench::open(with(Cipher::Encrypted { told: false }));
    bench.close();
    assert!(bench.is_ready(bench.hopper(COIN)));
    let id = bench.order(COIN, 3);
    bench.run(30_000);
    assert_eq!(bench.end_of(id), DispenseEnd::Short { paid: 0, cause: ShortCause::Refused });
    assert_eq!(bench.count(&wants_encryption(&bench)), 1, "{:?}", bench.events);
    assert!(!bench.is_ready(bench.hopper(COIN)));
    // Somebody moves its switch, which it reads when power comes.
    bench.act("power cut hopper 100");
    bench.run(5_000);
    bench.act("power on hopper 100");
    bench.run(20_000);
    assert!(bench.is_ready(bench.hopper(COIN)));
}

fn with(cipher: Cipher) -> CoinUnitModelConfig {
    let mut config = CoinUnitModelConfig::default();
    for hopper in &mut config.hoppers {
        (hopper.security, hopper.cipher) = (HopperSecurity::Zeros, cipher);
    }
    config
}

fn wants_encryption(bench: &Bench) -> UnitEvent {
    UnitEvent::trouble(bench.hopper(COIN), UnitTrouble::other_than_profile(Mismatch::Encryption))
}
