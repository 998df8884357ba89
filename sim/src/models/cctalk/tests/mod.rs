//! The driver against the model: what one end believes, held against where the coins really are.

mod bench;
mod ciphers;
mod everyday;
mod line_faults;
mod model_alone;
mod payouts;
mod slow;
mod soak;
mod trouble;

use device_api::DispenseEnd;

use super::CoinUnitModelConfig;

/// The kinds of unit that are on the market, as far as they behave differently.
fn variants() -> Vec<CoinUnitModelConfig> {
    let fixed_ways =
        CoinUnitModelConfig { knows_sorter_paths: false, echo: false, ..CoinUnitModelConfig::default() };
    vec![
        CoinUnitModelConfig::default(),
        CoinUnitModelConfig::shuffled(),
        CoinUnitModelConfig::vending(),
        fixed_ways,
    ]
}

/// What was said of an order for `pieces` coins is true, given that so many fell into the tray.
fn check_end(end: DispenseEnd, pieces: u32, paid_in_truth: u32, when: &str) {
    let holds = match end {
        DispenseEnd::Complete => paid_in_truth == pieces,
        DispenseEnd::Short { paid, .. } => paid_in_truth == paid && paid < pieces,
        DispenseEnd::Unknown { paid } => paid <= paid_in_truth && paid_in_truth <= pieces,
    };
    assert!(holds, "{when}: {end:?}, but {paid_in_truth} of {pieces} fell into the tray");
}
