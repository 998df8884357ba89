//! Many pages, and mishaps drawn from a seed: every page has one outcome in bounded time, and a page that is called
//! printed lies there whole.

use device_api::PrintJobId;

use super::*;

const SEEDS: u64 = 100;
const PAGES: u32 = 12;

/// Page time, pause limit and some: after this every page has its outcome.
const BOUND: Duration = Duration::from_secs(100);

/// The time between two mishaps, at most; a page takes about a second.
const MISHAP_MS_MAX: u64 = 1500;

const MISHAPS: [&str; 17] = [
    "cover open",
    "cover close",
    "cover close",
    "paper out",
    "paper near",
    "paper ok",
    "paper ok",
    "paper out-after 3",
    "cutter jam",
    "cutter clear",
    "power cut",
    "power on",
    "stall on",
    "stall off",
    "lose-reply 1",
    "garble 1",
    "garble 3",
];

/// Linear congruential, with the constants of Knuth's MMIX.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn act(&mut self, bench: &mut Bench) {
        let mishap = MISHAPS[usize::try_from(self.below(MISHAPS.len() as u64)).unwrap()];
        // "power on" is refused while it is on, which is no harm.
        let _ = bench.model.act(bench.now, mishap);
        bench.run(Duration::from_millis(self.below(MISHAP_MS_MAX)));
    }
}

/// Brings the printer back to where it can print, as staff would.
fn repair(bench: &mut Bench) {
    for act in ["power cut", "power on", "cover close", "paper ok", "cutter clear", "stall off"] {
        bench.act(act);
    }
    bench.act("lose-reply 0");
    bench.act("garble 0");
    bench.run(Duration::from_secs(15));
}

fn page_of(job: u32) -> (Vec<u8>, Vec<String>) {
    let lines: Vec<String> = (0..10).map(|line| format!("page {job} line {line}")).collect();
    let page = lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
    (page, lines)
}

/// Prints one page amid mishaps and checks its outcome against the paper; returns whether it was printed.
fn print_one(bench: &mut Bench, chance: &mut Chance, job: u32, context: &str) -> bool {
    let (page, lines) = page_of(job);
    bench.print_as(PrintJobId(job), 0, &page);
    for _ in 0..chance.below(4) {
        chance.act(bench);
    }
    bench.run(BOUND);
    let outcomes = bench.outcomes();
    let printed = PrinterEvent::Printed { job: PrintJobId(job) };
    assert_eq!(outcomes.len(), 1, "{context}: one outcome for page {job}, not {outcomes:?}");
    let is_printed = outcomes == [printed];
    let whole = bench.model.pieces().iter().filter(|piece| piece.complete && piece.text() == lines).count();
    if is_printed {
        assert_eq!(whole, 1, "{context}: page {job} is called printed");
    }
    is_printed
}

fn soak(process_id: bool) {
    let mut printed = 0;
    for seed in 0..SEEDS {
        let context = format!("seed {seed}, process id {process_id}");
        let mut bench = if process_id { Bench::ready() } else { Bench::without_process_id() };
        let mut chance = Chance(seed);
        for job in 1..=PAGES {
            printed += u32::from(print_one(&mut bench, &mut chance, job, &context));
        }
        repair(&mut bench);
        let (page, lines) = page_of(PAGES + 1);
        bench.print_as(PrintJobId(PAGES + 1), 0, &page);
        bench.run(BOUND);
        bench.check_outcome(PrinterEvent::Printed { job: PrintJobId(PAGES + 1) });
        assert_eq!(bench.texts().last(), Some(&lines), "{context}: a repaired printer prints");
    }
    assert!(printed > 100, "mishaps leave some pages alone; only {printed} were printed");
}

#[test]
fn with_process_ids() {
    soak(true);
}

#[test]
fn without_process_ids() {
    soak(false);
}
