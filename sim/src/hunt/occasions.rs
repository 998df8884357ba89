//! Short stories in which bugs show that a day seldom brings out. Each is told to the end, or as far as the bug lets it
//! go on; then the world is looked at.

use crate::cabinet::Cabinet;
use crate::machine::InWorld;
use crate::planted::PlantedBug;
use crate::scenario::{ParseError, Scenario, play};
use crate::world::check;
use crate::world::soak::Found;

/// A patient who has to pay 3,000 yen is about to insert money.
const PAYING: &str = "stock 1000=5 100=20 500=5\n\
    bill patient=0064 due=3000 id=B-64\n\
    scan 0064 -> screen confirm_payer\n\
    touch yes -> screen choose_method\n\
    touch cash -> screen insert_cash\n\
    insert 1000 1000 1000 -> screen insert_cash missing=0\n";

const OCCASIONS: [&str; 2] = [
    // A coin falls in while the patient confirms.
    "device cctalk insert 100\n\
    touch confirm\n\
    wait 20s\n\
    take coins\n\
    wait 20s\n\
    bill patient=0065 due=1000 id=B-65\n\
    scan 0065 -> screen confirm_payer\n\
    touch yes -> screen choose_method\n\
    touch cash -> screen insert_cash\n\
    wait 3s",
    // A bill that was paid comes again, changed.
    "touch confirm -> screen thanks\n\
    expect -> screen idle\n\
    bill patient=0064 due=4000 id=B-64 revision=2\n\
    scan 0064 -> screen confirm_payer\n\
    touch yes -> screen choose_method\n\
    touch cash -> screen insert_cash",
];

/// The first occasion on which something is wrong, if there is one; it counts as the seed.
pub(super) fn first_violation(bug: Option<PlantedBug>) -> Result<Option<Found>, String> {
    for (seed, occasion) in (0..).zip(OCCASIONS) {
        let story: Scenario =
            format!("{PAYING}{occasion}").parse().map_err(|error: ParseError| error.to_string())?;
        let mut machine = InWorld::with_bug(&Cabinet::default(), bug).map_err(|error| error.to_string())?;
        // With a bug in it a machine may not go on as the story expects: then it ends there.
        drop(play(&mut machine, &story));
        if let Err(violation) = check::at_rest(machine.world()) {
            return Ok(Some(Found { seed, what: violation.to_string(), payments: 1 }));
        }
    }
    Ok(None)
}
