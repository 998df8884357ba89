//! Any text as each of the TOML files of a machine.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use money::Denomination;
use serde::de::DeserializeOwned;
use settings::{
    CoinUnitProfile, FormTable, KioskWords, Machine, NoteUnitProfile, PrinterProfile, ReceiptWords,
    ScannerProfile, SettingsError,
};

/// Beside the shipped profiles, forms and words.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/fuzzed.toml");

fuzz_target!(|text: &str| {
    let file = Path::new(FILE);
    check(Machine::parse(text, file));
    check(KioskWords::parse(text, file));
    check(ReceiptWords::parse(text, file));
    read::<PrinterProfile>(text);
    read::<ScannerProfile>(text);
    read::<FormTable>(text);
    if let Some(profile) = read::<NoteUnitProfile>(text).filter(|profile| profile.check().is_ok()) {
        assert!(!profile.name.trim().is_empty());
        assert!(profile.drums.iter().all(|drum| profile.values.contains(drum.denomination)));
    }
    if let Some(profile) = read::<CoinUnitProfile>(text).filter(|profile| profile.check().is_ok()) {
        for path in Denomination::ALL.into_iter().filter_map(|coin| profile.path_for(coin)) {
            assert!(profile.sorter_paths.iter().any(|sorter| sorter.path == path));
            profile.target_of(path);
        }
    }
});

/// A file is refused with a sentence that names it, or one that it names.
fn check<T>(read: Result<T, SettingsError>) {
    if let Err(error) = read {
        assert!(error.to_string().contains("/config/"), "{error}");
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    toml::from_str(text).ok()
}
