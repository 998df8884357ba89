//! Many notes with random faults; then the faults stop and everything must add up.

use device_api::{DepositCommand, UnitCommand, UnitTrouble};
use money::CashCount;

use super::bench::{Bench, NOTES};
use super::{insert, variants};

const SEEDS: u64 = 200;
const ROUNDS: u64 = 30;

#[test]
fn whatever_happens_the_credits_are_the_notes() {
    for seed in 0..SEEDS {
        let mut random = Random::new(seed);
        let mut variants = variants();
        let config = variants.swap_remove(random.below(5));
        let mut bench = Bench::open(config);
        for _ in 0..ROUNDS {
            happen(&mut bench, &mut random);
        }
        check_at_rest(&mut bench, seed);
    }
}

/// One random thing a patient, the line, the power or staff do, and some time after it.
fn happen(bench: &mut Bench, random: &mut Random) {
    let note = NOTES[random.below(NOTES.len())];
    let act = match random.below(24) {
        0..10 => insert(note),
        10..13 => "take".to_owned(),
        13 => "pull-back".to_owned(),
        14 => format!("lose-reply {}", random.below(6)),
        15 => format!("garble {}", random.below(6)),
        16 => format!("duplicate {}", random.below(6)),
        17 => "power cut".to_owned(),
        18 => "cashbox remove".to_owned(),
        19 => "jam stacker".to_owned(),
        20 => "jam acceptor".to_owned(),
        21 => return decide_otherwise(bench, random),
        _ => return bench.run(random.time()),
    };
    let _ = bench.model_act(&act);
    bench.run(random.time());
    if random.below(2) == 0 {
        cure(bench);
    }
    bench.run(random.time());
}

fn decide_otherwise(bench: &mut Bench, random: &mut Random) {
    match random.below(4) {
        0 => bench.decision = UnitCommand::In(DepositCommand::Return),
        1 => bench.decision = UnitCommand::In(DepositCommand::Hold),
        2 => bench.inhibit(),
        _ => {
            bench.decision = UnitCommand::In(DepositCommand::Stack);
            bench.accept_all();
        }
    }
}

fn cure(bench: &mut Bench) {
    for act in ["power on", "jam clear", "cashbox insert"] {
        let _ = bench.model_act(act);
    }
}

fn check_at_rest(bench: &mut Bench, seed: u64) {
    come_to_rest(bench);
    if !is_ready(bench) {
        // What staff do with a machine that does not come back: off, and on again.
        let _ = bench.model_act("power cut");
        bench.run(2_000);
        come_to_rest(bench);
    }
    let truth = bench.model.truth();
    let said = format!("seed {seed}: {:?} {truth:?}", bench.events);
    let called = bench.said_trouble(&UnitTrouble::NoteOfUnknownFate);
    let mut stored = truth.drums;
    for (note, pieces) in truth.cash_box.iter() {
        stored.add(note, pieces).unwrap();
    }
    let mut credited = CashCount::EMPTY;
    for credit in bench.credits() {
        credited.add(credit.expect("this run saw every note"), 1).unwrap();
    }
    assert!(NOTES.iter().all(|note| credited.pieces(*note) <= stored.pieces(*note)), "{said}");
    assert!(called || credited == stored, "{said}");
    assert!(called || is_ready(bench), "{said}");
    assert_eq!(truth.path, None, "{said}");
    bench.check_conservation();
}

/// Staff clear everything, patients take what sticks out.
fn come_to_rest(bench: &mut Bench) {
    cure(bench);
    for _ in 0..6 {
        bench.run(20_000);
        let _ = bench.model_act("take");
    }
}

/// The last word about the unit as a whole was that it works.
fn is_ready(bench: &Bench) -> bool {
    bench.is_ready()
}

/// Knuth's linear congruential generator: the same run from the same seed, without a dependency.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// Mostly about as long as a note moves, sometimes long enough for a device to wake up.
    pub(super) fn time(&mut self) -> u64 {
        let most = if self.below(4) == 0 { 12_000 } else { 1_500 };
        u64::try_from(self.below(most)).unwrap()
    }
}
