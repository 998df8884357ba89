//! What is measured, and how.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use api::WallTime;
use device_api::Moment;
use engine::{Engine, Now, Policy, Recovery};
use journal::{Journal, Record};
use serde_json::{Value, json};

use crate::made_up;

/// A start of the daemon, up to the decision that it begins with.
pub(crate) fn start(file: &Path, policy: Policy) -> Result<Value, Box<dyn Error>> {
    let began = now();
    let journal = Journal::open(file, &policy.machine)?;
    let mut recovery = Recovery::begin(&policy);
    journal.resume(|recorded| recovery.take_in(recorded))?;
    let (_engine, _step) = Engine::recover(policy, recovery, at(i64::MAX / 2));
    Ok(
        json!({ "start_ms": thousandths(micros(began)), "start_peak_mb": thousandths(peak_kb()? * 1_000 / 1_024) }),
    )
}

/// The time of a decision, so many seconds after 1970.
pub(crate) fn at(wall: i64) -> Now {
    Now { at: Moment::START, wall: WallTime(wall), chance: 0 }
}

/// What appends, statuses and syncs of as many bytes take.
pub(crate) struct Appends {
    pub(crate) append_us: Vec<u64>,
    pub(crate) status_us: Vec<u64>,
    pub(crate) sync_us: Vec<u64>,
}

/// Appends payments as the machine does, with a status after each, and syncs as many bytes in a file beside.
pub(crate) fn appends(
    journal: &mut Journal,
    file: &Path,
    from: u64,
    batches_max: usize,
) -> Result<Appends, Box<dyn Error>> {
    let mut measured = Appends { append_us: Vec::new(), status_us: Vec::new(), sync_us: Vec::new() };
    let log = file.with_extension("sqlite-wal");
    let mut raw = File::create(file.with_extension("raw"))?;
    journal.empty_log()?;
    for batch in (from..).flat_map(made_up::payment).take(batches_max) {
        let before = length(&log);
        let began = now();
        journal.append(made_up::BORN, &batch)?;
        measured.append_us.push(micros(began));
        let began = now();
        journal.balances()?;
        measured.status_us.push(micros(began));
        // A log that began anew at its head has not grown: then the write was no longer than the longest before.
        let bytes = usize::try_from(length(&log).saturating_sub(before)).unwrap_or_default();
        let bytes = vec![0x5A; bytes.max(FRAME)];
        let began = now();
        raw.write_all(&bytes)?;
        raw.sync_data()?;
        measured.sync_us.push(micros(began));
    }
    Ok(measured)
}

/// One page of SQLite's log with its head.
const FRAME: usize = 4_096 + 24;

/// The value that so many of a hundred others do not exceed, in milliseconds.
pub(crate) fn percentile(micros: &[u64], hundredths: usize) -> Value {
    let mut sorted = micros.to_vec();
    sorted.sort_unstable();
    let index = (sorted.len() - 1) * hundredths / 100;
    thousandths(sorted[index])
}

/// A number with three decimals.
fn thousandths(number: u64) -> Value {
    let text = format!("{}.{:03}", number / 1_000, number % 1_000);
    serde_json::from_str(&text).expect("digits and a point are a number")
}

fn length(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |file| file.len())
}

#[expect(clippy::disallowed_methods, reason = "what is measured is time")]
fn now() -> Instant {
    Instant::now()
}

fn micros(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// The most memory that this process ever had, as the system says.
fn peak_kb() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("the system tells no peak")?;
    Ok(line.split_whitespace().nth(1).ok_or("the peak has no number")?.parse()?)
}
