//! seisanki-diag: the technician's command line.

mod answer;
mod desk;
mod device;
mod journal;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Serialize;

use answer::{Language, Reader};

/// Look into a running machine, or speak to one device alone.
///
/// What a running machine says is written in Japanese, in English (--language en), or as JSON, one object a line (--json).
/// A device alone always speaks JSON. What went wrong goes to standard error.
#[derive(Parser)]
#[command(name = "seisanki-diag", version)]
struct Arguments {
    /// The socket of the running seisankid (`machine.run` in its configuration, and diag.sock).
    #[arg(long, value_name = "PATH", default_value = "/run/seisanki/diag.sock", global = true)]
    socket: PathBuf,
    /// The language of answers.
    #[arg(long, value_enum, default_value_t = Language::Ja, global = true)]
    language: Language,
    /// Answers for programs.
    #[arg(long, global = true)]
    json: bool,
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
    Journal(journal::JournalCommand),
    /// One payment.
    Payment(desk::PaymentArguments),
    /// What lies in drums and hoppers, told by a person who has counted it.
    #[command(subcommand)]
    Stock(desk::StockCommand),
    /// What units have counted and does not fit the journal.
    #[command(subcommand)]
    Doubt(desk::DoubtCommand),
    /// Money of which something is not known, and what became of it.
    #[command(subcommand)]
    Incident(desk::IncidentCommand),
    /// The computer's clock.
    #[command(subcommand)]
    Clock(desk::ClockCommand),
    /// Papers of which nobody knows whether they came out whole.
    #[command(subcommand)]
    Print(desk::PrintCommand),
    /// Run one driver alone against one device. Not while seisankid runs: the port is taken.
    Device(device::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let reader = Reader { language: arguments.language, is_program: arguments.json };
    let desk = desk::Desk { socket: &arguments.socket, reader };
    let result = match arguments.command {
        Command::Status => desk.status(),
        Command::Calls(calls) => desk.calls(calls),
        Command::Journal(command) => journal::run(&desk, command),
        Command::Payment(payment) => desk.payment(payment),
        Command::Stock(command) => desk.stock(command),
        Command::Doubt(command) => desk.doubt(command),
        Command::Incident(command) => desk.incident(command),
        Command::Clock(command) => desk.clock(command),
        Command::Print(command) => desk.print(command),
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

/// One JSON object a line.
fn print_json<T: Serialize>(value: &T) {
    if let Ok(line) = serde_json::to_string(value) {
        print_line(&line);
    }
}

/// Who reads it may be gone; then nobody misses it.
fn print_line(line: &str) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}
