//! seisanki-bridge: carries bills and results between the clinic's billing system and seisankid. It holds no
//! money and keeps no state that matters: it may be killed at any time.

mod claim;
mod connection;
mod file_connector;
mod shared_folder;

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use api::MachineId;
use clap::Parser;
use settings::Machine;
use tracing::{Level, error};

use claim::Us;
use file_connector::FileConnector;
use shared_folder::SharedFolder;

/// Carries bills and results between the clinic's billing system and seisankid.
#[derive(Parser)]
#[command(name = "seisanki-bridge", version)]
struct Arguments {
    /// The machine's configuration (see config/machine.example.toml).
    #[arg(long, value_name = "FILE")]
    config: PathBuf,

    /// Make the folder of bills ready for this machine, once, and end. A share has to be mounted first.
    #[arg(long)]
    set_up: bool,

    /// How much is written to the log: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value_t = Level::INFO)]
    log: Level,
}

/// Why the program stopped. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Settings(#[from] settings::SettingsError),
    #[error(transparent)]
    Folder(#[from] shared_folder::SharedFolderError),
    #[error("the runtime could not be started: {0}")]
    Runtime(#[from] std::io::Error),
    #[error("the system gave no random number: {0}")]
    Random(#[from] getrandom::Error),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_max_level(arguments.log)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            error!("{stop}");
            ExitCode::FAILURE
        }
    }
}

/// Runs until it is killed.
fn run(arguments: &Arguments) -> Result<(), Stop> {
    let machine = Machine::load(&arguments.config)?;
    let id = MachineId(machine.id.clone());
    if arguments.set_up {
        SharedFolder::set_up(&machine.billing.folder, &id)?;
        return Ok(());
    }
    let us = Us { host: host(&arguments.config), token: format!("{:016x}", getrandom::u64()?) };
    let folder = SharedFolder::at(&machine.billing.folder, id, us);
    // The other half of the time is the answer's way back.
    let quote_time = Duration::from_secs(machine.times.quote_timeout_s.into()) / 2;
    let mut connector = FileConnector::new(folder, quote_time);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let socket = machine.run.join("bridge.sock");
    runtime.block_on(connection::keep_connected(&socket, &mut connector));
    Ok(())
}

/// What stays the same when this program starts again on this computer with this configuration. Where the computer has no
/// id, two look the same, and still only one of them uses the folder.
fn host(config: &Path) -> String {
    let computer = std::fs::read("/etc/machine-id").unwrap_or_default();
    let config = config.canonicalize().unwrap_or_else(|_| config.to_owned());
    // The id itself is nobody else's business.
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one((computer, config));
    format!("{hash:016x}")
}
