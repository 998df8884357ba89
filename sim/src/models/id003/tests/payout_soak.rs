//! Many dispenses with random faults: not one of them pays more than it was told, or other than it says.

use std::time::Duration;

use device_api::{DispenseEnd, UnitTrouble};
use money::Denomination;

use super::bench::{Bench, troubled};
use super::payout_variants;
use super::soak::Random;
use crate::models::id003::{NoteUnitModelConfig, PayoutJam};

const SEEDS: u64 = 200;
const DISPENSES: u64 = 8;
const DRUMS: [Denomination; 2] = [Denomination::Yen1000, Denomination::Yen5000];

#[test]
fn whatever_happens_no_dispense_pays_more_or_other_than_it_says() {
    for seed in 0..SEEDS {
        let mut random = Random::new(seed);
        let mut bench = Bench::loaded(any_device(&mut random));
        for id in 1..=DISPENSES {
            dispense(&mut bench, &mut random, &format!("seed {seed}, dispense {id}"), id);
        }
    }
}

fn any_device(random: &mut Random) -> NoteUnitModelConfig {
    let mut variants = payout_variants();
    let config = variants.swap_remove(random.below(variants.len()));
    let jams = [PayoutJam::RecyclerError, PayoutJam::ReturnPayOutNote, PayoutJam::ReturnError];
    NoteUnitModelConfig { payout_jam: jams[random.below(jams.len())], ..config }
}

fn dispense(bench: &mut Bench, random: &mut Random, place: &str, id: u64) {
    let note = DRUMS[random.below(DRUMS.len())];
    let pieces = u32::try_from(1 + random.below(4)).unwrap();
    let before = bench.model.truth().paid_out.pieces(note);
    bench.taken_after = [None, Some(50), Some(700), Some(5_000)][random.below(4)].map(Duration::from_millis);
    bench.dispense(id, note, pieces);
    bench.run(random.time());
    for _ in 0..random.below(5) {
        happen(bench, random);
    }
    come_to_rest(bench);
    let paid_out = bench.model.truth().paid_out.pieces(note) - before;
    let said = format!("{place}: {paid_out} of {pieces} paid out, {:?}", bench.events);
    let ends = bench.ends();
    let [(told, end)] = ends[..] else { panic!("not one end, {said}") };
    assert_eq!(told, id);
    match end {
        DispenseEnd::Complete => assert_eq!(paid_out, pieces, "{said}"),
        DispenseEnd::Short { paid, .. } => assert_eq!(paid_out, paid, "{said}"),
        DispenseEnd::Unknown { paid } => assert!((paid..=pieces).contains(&paid_out), "{said}"),
    }
    bench.check_conservation();
    bench.events.clear();
}

fn happen(bench: &mut Bench, random: &mut Random) {
    let act = match random.below(17) {
        0 => format!("lose-reply {}", random.below(12)),
        1 => format!("garble {}", random.below(6)),
        2 => format!("duplicate {}", random.below(6)),
        3 => return bench.lose_requests(u32::try_from(random.below(6)).unwrap()),
        4 => return bench.damage_requests(u32::try_from(random.below(6)).unwrap()),
        5 => return bench.unplug(),
        6 => "power cut".to_owned(),
        7 => "jam acceptor".to_owned(),
        8 => "jam payout".to_owned(),
        9 => "cashbox remove".to_owned(),
        10 => "failure A6".to_owned(),
        11 | 12 => "take".to_owned(),
        13 if bench.is_plugged() => {
            bench.restart_and_recall();
            return bench.run(random.time());
        }
        _ => return bench.run(random.time()),
    };
    let _ = bench.model_act(&act);
    bench.run(random.time());
    if random.below(2) == 0 {
        cure(bench);
    }
    bench.run(random.time());
}

fn cure(bench: &mut Bench) {
    if !bench.is_plugged() {
        bench.plug();
    }
    for act in ["power on", "jam clear", "failure clear", "jam clear", "cashbox insert"] {
        let _ = bench.model_act(act);
    }
}

/// Staff clear everything and fill the drums, patients take what sticks out.
fn come_to_rest(bench: &mut Bench) {
    for _ in 0..4 {
        cure(bench);
        bench.run(30_000);
        let _ = bench.model_act("take");
    }
    bench.run(30_000);
    for act in ["drum 1000 fill 4", "drum 5000 fill 4"] {
        let _ = bench.model_act(act);
    }
    if bench.last_word() == Some(&troubled(UnitTrouble::NoteOfUnknownFate)) {
        // Only somebody who looks inside ends this.
        bench.act("cashbox remove");
        bench.run(2_000);
        bench.act("cashbox insert");
        bench.run(20_000);
    }
    assert!(bench.is_ready(), "{:?}", bench.events);
}
