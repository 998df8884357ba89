//! `cargo xtask bench journal`: what a journal of years costs, on the disk that it lies on. Prints one line of JSON.
//!
//! The start is measured in a process of its own, as the daemon's is, whose memory holds nothing else.

#![expect(clippy::print_stdout, reason = "the results of a measurement belong on standard output")]

mod made_up;
mod measure;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use engine::{Draft, Engine, Entry, Input, MachineEntry, Policy, Recorded, Recovery};
use journal::{Journal, Record};
use serde_json::{Value, json};

/// Appends that are measured.
const APPENDS: usize = 2_000;

/// Entries in one transaction while the journal is made up, so that this takes a minute and no hour.
const AT_ONCE: usize = 2_000;

/// From the last patient to the morning.
const NIGHT_S: i64 = 14 * 60 * 60;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["start", file] => println!("{}", measure::start(Path::new(file), policy()?)?),
        ["all", payments, folder] => println!("{}", all(payments.parse()?, Path::new(folder))?),
        _ => return Err("`bench all PAYMENTS FOLDER`: the file is made in that folder".into()),
    }
    Ok(())
}

fn all(payments: u64, folder: &Path) -> Result<Value, Box<dyn Error>> {
    let folder = tempfile::tempdir_in(folder)?;
    let file = folder.path().join("journal.sqlite");
    let policy = policy()?;
    journal::provision(&file, &policy.machine, made_up::BORN)?;
    let mut journal = Journal::open(&file, &policy.machine)?;
    fill(&mut journal, &policy, payments)?;
    let entries = journal.verify()?.entries;
    journal.empty_log()?;
    drop(journal);
    let started = start_apart(&file)?;
    let mut journal = Journal::open(&file, &policy.machine)?;
    let measured = measure::appends(&mut journal, &file, payments + 1, APPENDS)?;
    Ok(json!({
        "payments": payments,
        "entries": entries,
        "start_ms": started["start_ms"],
        "start_peak_mb": started["start_peak_mb"],
        "status_ms_p99": measure::percentile(&measured.status_us, 99),
        "append_ms_p50": measure::percentile(&measured.append_us, 50),
        "append_ms_p99": measure::percentile(&measured.append_us, 99),
        "fdatasync_ms_p50": measure::percentile(&measured.sync_us, 50),
    }))
}

/// All days but the last, the night in which the engine carries its books forward, and the last day.
fn fill(journal: &mut Journal, policy: &Policy, payments: u64) -> Result<(), Box<dyn Error>> {
    let mut recovery = Recovery::begin(policy);
    write(journal, made_up::stock(), &mut recovery)?;
    let last_day = payments.saturating_sub(made_up::A_DAY) + 1;
    let mut waiting = Vec::new();
    for payment in 1..last_day {
        waiting.extend(made_up::payment(payment).into_iter().flatten());
        if waiting.len() >= AT_ONCE || payment + 1 == last_day {
            write(journal, std::mem::take(&mut waiting), &mut recovery)?;
        }
    }
    carry_forward(journal, policy, recovery)?;
    let last: Vec<Draft> = (last_day..=payments).flat_map(made_up::payment).flatten().collect();
    Ok(journal.append(made_up::BORN, &last)?)
}

fn write(journal: &mut Journal, drafts: Vec<Draft>, recovery: &mut Recovery) -> Result<(), Box<dyn Error>> {
    journal.append(made_up::BORN, &drafts)?;
    for Draft { entry, private } in drafts {
        recovery.take_in(Recorded { seq: 0, at: made_up::BORN, entry, private });
    }
    Ok(())
}

fn carry_forward(journal: &mut Journal, policy: &Policy, recovery: Recovery) -> Result<(), Box<dyn Error>> {
    let morning = measure::at(made_up::BORN.0 + NIGHT_S);
    let (mut engine, started) = Engine::recover(policy.clone(), recovery, morning);
    let ticked = engine.handle(morning, Input::Tick);
    let drafts = [started.entries, ticked.entries].concat();
    let carried = |draft: &Draft| matches!(draft.entry, Entry::Machine(MachineEntry::BooksCarried));
    if !drafts.iter().any(carried) {
        return Err("the engine does not carry its books forward".into());
    }
    Ok(journal.append(morning.wall, &drafts)?)
}

fn start_apart(file: &Path) -> Result<Value, Box<dyn Error>> {
    let output = Command::new(env::current_exe()?).arg("start").arg(file).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn policy() -> Result<Policy, Box<dyn Error>> {
    let config = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../config/machine.example.toml");
    Ok(Policy::of(&settings::Machine::load(&config)?))
}
