//! What can be wrong with files, journal and units.

use api::{ChainFlaw, DiskFault, FeedRefusal, FileFault, FileName, JournalEpoch};
use device_api::{Mismatch, UnitTrouble};
use money::Denomination;

pub(super) const FLAWS: [ChainFlaw; 7] = [
    ChainFlaw::Missing,
    ChainFlaw::Changed,
    ChainFlaw::NoEntry,
    ChainFlaw::Postings,
    ChainFlaw::Private,
    ChainFlaw::StrayRows,
    ChainFlaw::File,
];

pub(super) const FAULTS: [DiskFault; 4] =
    [DiskFault::Full, DiskFault::ReadOnly, DiskFault::NoAccess, DiskFault::Failing];

pub(super) fn file_faults() -> Vec<FileFault> {
    let other = FileName("b.json".to_owned());
    let field = || "lines[2].amount".to_owned();
    let plain = [FileFault::CutOff, FileFault::TooLong, FileFault::NotUtf8, FileFault::NoFile];
    let sums = [FileFault::DoesNotAddUp, FileFault::AdjustsTaxed];
    let others = [
        FileFault::NotJson { line: 3, column: 9 },
        FileFault::Duplicate { field: field() },
        FileFault::NewerSchema { found: 2 },
        FileFault::Field { field: field(), rule: "is missing".to_owned() },
        FileFault::UnknownField { field: field() },
        FileFault::Unreadable { said: "Permission denied".to_owned() },
        FileFault::Contradiction { other },
    ];
    plain.into_iter().chain(sums).chain(others).collect()
}

pub(super) fn feed_refusals() -> [FeedRefusal; 3] {
    let epoch = JournalEpoch("0".repeat(32));
    [
        FeedRefusal::OtherVersion { client: 1, daemon: 2 },
        FeedRefusal::OtherJournal { epoch, newest: 7 },
        FeedRefusal::Unreadable,
    ]
}

pub(super) fn note_troubles() -> Vec<UnitTrouble> {
    [
        UnitTrouble::NotResponding,
        UnitTrouble::Jam,
        UnitTrouble::CashBoxRemoved,
        UnitTrouble::CashBoxFull,
        UnitTrouble::Manipulated,
        UnitTrouble::Broken { code: 0xA2 },
        UnitTrouble::UnknownValues { mismatch: None },
        UnitTrouble::NoteOfUnknownFate,
        UnitTrouble::NeedsPowerCycle,
    ]
    .into_iter()
    .chain(mismatches().map(UnitTrouble::other_than_profile))
    .collect()
}

pub(super) fn coin_troubles() -> Vec<UnitTrouble> {
    [
        UnitTrouble::NotResponding,
        UnitTrouble::Jam,
        UnitTrouble::Empty,
        UnitTrouble::Manipulated,
        UnitTrouble::Broken { code: 7 },
        UnitTrouble::UnknownValues { mismatch: None },
    ]
    .into_iter()
    .chain(mismatches().map(UnitTrouble::other_than_profile))
    .collect()
}

pub(super) fn mismatches() -> [Mismatch; 9] {
    let [two, five] = [Denomination::Yen2000, Denomination::Yen5000].map(|note| [note].into_iter().collect());
    let drum = |read| Mismatch::Drum { number: 1, read, expected: five };
    [
        Mismatch::category("Bill Validator", "Coin Acceptor"),
        Mismatch::Untold { command: 242 },
        Mismatch::Country { read: 1, expected: 10 },
        Mismatch::Value {
            read: "JP050A".to_owned(),
            expected: Denomination::ALL.into_iter().take(2).collect(),
        },
        Mismatch::EscrowCode { read: 0x71 },
        drum(Some(two)),
        drum(None),
        Mismatch::HopperCoin { read: "JP050A".to_owned(), expected: Denomination::Yen100 },
        Mismatch::Encryption,
    ]
}
