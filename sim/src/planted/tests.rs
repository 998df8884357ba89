use std::ops::Range;

use super::PlantedBug;
use crate::world::soak;

/// Which invariant finds each bug first, and in which seeds. Who changes what the soak draws looks for others:
/// `seisanki-sim world --planted NAME --seeds 0..100`.
const FOUND: [(PlantedBug, Range<u64>, &str); 10] = [
    (PlantedBug::ChecksumIgnored, 39..42, "I10"),
    (PlantedBug::SingleReplyCredit, 0..3, "I4"),
    (PlantedBug::CreditAtEscrow, 15..18, "I4"),
    (PlantedBug::EventCounterNotKept, 0..3, "I4"),
    (PlantedBug::BlindRetry, 27..30, "I5"),
    (PlantedBug::BlindReprint, 24..27, "I8"),
    (PlantedBug::PayoutBeforeIntent, 0..3, "I9"),
    (PlantedBug::ChangeSign, 0..3, "I5"),
    (PlantedBug::ReceiptNumberReuse, 0..3, "I8"),
    (PlantedBug::FsyncLies, 12..15, "I12"),
];

#[test]
fn every_planted_bug_is_found_and_nothing_without_one() {
    for (bug, seeds, invariant) in FOUND {
        assert_eq!(found(seeds.clone(), Some(bug)).as_deref(), Some(invariant), "{bug} in {seeds:?}");
        assert_eq!(found(seeds.clone(), None), None, "no bug in {seeds:?}");
    }
    let checked: Vec<PlantedBug> = FOUND.into_iter().map(|(bug, ..)| bug).collect();
    assert_eq!(checked, PlantedBug::ALL);
}

#[test]
fn a_bug_is_known_by_its_name() {
    for bug in PlantedBug::ALL {
        assert_eq!(bug.name().parse(), Ok(bug));
    }
    let refusal = "woodworm".parse::<PlantedBug>().unwrap_err();
    assert!(refusal.contains("`woodworm`") && refusal.contains("change-sign"), "{refusal}");
}

/// The invariant that broke first, if one did.
fn found(seeds: Range<u64>, bug: Option<PlantedBug>) -> Option<String> {
    let summary = soak::run(seeds, bug, |_| {}).unwrap();
    let violation = summary.first_violation?;
    let invariant = violation.split(": ").find(|part| part.starts_with('I'));
    Some(invariant.unwrap_or(&violation).to_owned())
}
