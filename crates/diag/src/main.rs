//! seisanki-diag: the technician's command line.

mod desk;
mod device;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Serialize;

/// Look into a running machine, or speak to one device alone. Answers are JSON, one object a line; what is for
/// people goes to standard error.
#[derive(Parser)]
#[command(name = "seisanki-diag", version)]
struct Arguments {
    /// The socket of the running seisankid (`machine.run` in its configuration, and diag.sock).
    #[arg(long, value_name = "PATH", default_value = "/run/seisanki/diag.sock", global = true)]
    socket: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// How the machine is: page, devices, billing, open payment, cash by place.
    Status,
    /// Who is calling for staff.
    Calls(desk::CallsArguments),
    /// The machine's record.
    #[command(subcommand)]
    Journal(desk::JournalCommand),
    /// One payment.
    Payment(desk::PaymentArguments),
    /// What lies in drums and hoppers, told by a person who has counted it.
    #[command(subcommand)]
    Stock(desk::StockCommand),
    /// What units have counted and does not fit the journal.
    #[command(subcommand)]
    Doubt(desk::DoubtCommand),
    /// Papers of which nobody knows whether they came out whole.
    #[command(subcommand)]
    Print(desk::PrintCommand),
    /// Run one driver alone against one device. Not while seisankid runs: the port is taken.
    Device(device::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Status => desk::status(&arguments.socket),
        Command::Calls(calls) => desk::calls(&arguments.socket, calls),
        Command::Journal(command) => desk::journal(&arguments.socket, &command),
        Command::Payment(payment) => desk::payment(&arguments.socket, payment),
        Command::Stock(command) => desk::stock(&arguments.socket, command),
        Command::Doubt(command) => desk::doubt(&arguments.socket, command),
        Command::Print(command) => desk::print(&arguments.socket, command),
        Command::Device(device) => device::run(&device),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// One JSON object a line. Who reads it may be gone; then nobody misses it.
fn print_json<T: Serialize>(value: &T) {
    let mut out = std::io::stdout().lock();
    if let Ok(line) = serde_json::to_string(value) {
        drop(writeln!(out, "{line}").and_then(|()| out.flush()));
    }
}
