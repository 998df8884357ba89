//! seisankid: the program that holds the money. It owns the serial ports and the journal, has no network, and
//! speaks to all other programs on Unix sockets.

mod desk;
mod feed;
mod leisure;
mod places;
mod ports;
mod records;
mod run_folder;
mod service_manager;
mod shell;
mod sockets;
#[cfg(test)]
mod visitor;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use api::MachineId;
use clap::Parser;
use rustix::fs::Mode;
use rustix::process::umask;
use settings::Machine;
use tracing::{Level, error, info};

/// The simulator can be told to have bugs on purpose, to see that they are found. Here there are none to be told of:
/// `cargo xtask tidy` keeps them out of every crate but `sim`.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " planted=false");

/// The program that holds the money of a seisanki machine.
#[derive(Parser)]
#[command(name = "seisankid", version = VERSION)]
struct Arguments {
    /// The machine's configuration (see config/machine.example.toml).
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Make the empty journal of a new machine, and stop. Refuses if there is one already.
    #[arg(long)]
    provision: bool,
    /// How much is written to the log: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value_t = Level::INFO)]
    log: Level,
}

/// Whoever opens a socket has its role, and the journal holds names. So both are made for the user of this program alone,
/// whatever it was started with; who else may use a socket is let in by name (systemd/open-sockets).
const FOR_NOBODY_ELSE: Mode = Mode::RWXG.union(Mode::RWXO);

/// Why the program stopped. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Settings(#[from] settings::SettingsError),
    #[error(transparent)]
    Provision(#[from] journal::ProvisionError),
    #[error(
        "this computer's clock was never set: it is before the day on which this version was made. Set it (`timedatectl`), then \
         make the journal, which is dated by it"
    )]
    Clock,
    #[error(transparent)]
    Journal(#[from] records::RecordsError),
    #[error(transparent)]
    RunFolder(#[from] run_folder::RunFolderError),
    #[error(transparent)]
    Sockets(#[from] sockets::BindError),
    #[error(
        "a serial port's task has ended; this is a bug, and the machine stops rather than guess. See the log."
    )]
    Port,
    #[error(
        "the operating system has no random numbers ({0}), and without them the code of a slip could be guessed; the \
         machine stops rather than print such a slip. Check the system's random number source."
    )]
    Chance(#[from] getrandom::Error),
    #[error("the runtime could not be started: {0}")]
    Runtime(#[from] std::io::Error),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_max_level(arguments.log)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    umask(FOR_NOBODY_ELSE);
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            error!("{stop}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Stop> {
    let machine = Machine::load(&arguments.config)?;
    if arguments.provision {
        if !engine::was_clock_set(shell::wall_time()) {
            return Err(Stop::Clock);
        }
        journal::provision(&machine.journal, &MachineId(machine.id), shell::wall_time())?;
        info!(journal = %machine.journal.display(), "the journal is ready");
        return Ok(());
    }
    // One thread: the loop, the ports and the sockets take turns; only the journal waits elsewhere, for the disk.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(shell::run(machine))
}
