use super::{Where, occasions, search};
use crate::planted::PlantedBug;
use crate::world::soak;

/// Machines of twenty visits each that are searched for a bug. What the soak draws may change: nobody relies on the
/// seed in which a bug is found, only on its being found soon.
const SEEDS_MAX: u64 = 500;

/// So many machines are looked at without a bug: those in which most bugs are found.
const SEEDS_WITHOUT: u64 = 20;

#[test]
fn every_planted_bug_is_found_and_nothing_without_one() {
    assert!(occasions::first_violation(None).unwrap().is_none(), "{:?}", occasions::first_violation(None));
    assert!(soak::first_violation(0..SEEDS_WITHOUT, None).unwrap().is_none(), "without a bug");
    let searched = search(&(0..SEEDS_MAX), Where::Occasions).unwrap();
    let wrong: Vec<_> = searched.iter().filter(|one| !one.is_as_expected()).collect();
    assert!(wrong.is_empty(), "not found, or by another invariant first: {wrong:#?}");
}

#[test]
fn a_bug_is_known_by_its_name() {
    for bug in PlantedBug::all() {
        assert_eq!(bug.name().parse(), Ok(bug), "two bugs of one name");
    }
    let refusal = "woodworm".parse::<PlantedBug>().unwrap_err();
    assert!(refusal.contains("`woodworm`") && refusal.contains("change-sign"), "{refusal}");
}
