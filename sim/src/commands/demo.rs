use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;
use sim::cabinet::Cabinet;
use sim::cabinet_page::{CabinetPage, Options};
use sim::machine::{MachineError, OnPtys};
use sim::scenario::{self, Reason, Report, Scenario};
use tokio::signal::unix::{SignalKind, signal};

use super::print_json;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder in which seisankid, seisanki-bridge and seisanki-kiosk lie.
    #[arg(long, value_name = "DIR")]
    bin_dir: PathBuf,
    /// Play this story and print one JSON line of how it ended. Without it, the cabinet page is served.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["port", "window"])]
    script: Option<PathBuf>,
    /// Serve the cabinet page on this port of the loopback interface; without it, on any that is free.
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Show the kiosk screen in a window too.
    #[arg(long)]
    window: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    match &arguments.script {
        Some(file) => play(arguments, file),
        None => show(arguments),
    }
}

/// Whoever reads the line learns there too that nothing was played.
fn play(arguments: &Arguments, file: &Path) -> Result<ExitCode, String> {
    let (mut machine, scenario) = prepare(arguments, file)
        .inspect_err(|sentence| print_json(&Report::refused(Reason::Story(sentence.clone()))))?;
    match scenario::play(&mut machine, &scenario) {
        Ok(report) => {
            print_json(&report);
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => {
            print_json(&json!({ "error": failure.to_string() }));
            Err(failure.to_string())
        }
    }
}

fn prepare(arguments: &Arguments, file: &Path) -> Result<(OnPtys, Scenario), String> {
    let scenario = read(file).map_err(|sentence| format!("{}: {sentence}", file.display()))?;
    let profile = scenario.profiles.first().copied().unwrap_or_default();
    let cabinet = Cabinet { profile, ..Cabinet::default() };
    let machine = OnPtys::start(&arguments.bin_dir, cabinet).map_err(|error| error.to_string())?;
    Ok((machine, scenario))
}

fn read(file: &Path) -> Result<Scenario, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot be read ({error}); give a story like those in tests/scenarios"))?;
    let scenario: Scenario = text.parse().map_err(|error| format!("{error}"))?;
    match scenario.on_ptys {
        true => Ok(scenario),
        false => Err("this story does not run on `pty`; add it to the line `runs-on:`".to_owned()),
    }
}

fn show(arguments: &Arguments) -> Result<ExitCode, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let shown = runtime.map_err(|error| error.to_string())?.block_on(serve(arguments));
    shown.map_err(|error| error.to_string())
}

/// Serves the page until somebody ends it; the machine ends with it.
async fn serve(arguments: &Arguments) -> Result<ExitCode, MachineError> {
    let told = |error| MachineError::Io { what: "signals".to_owned(), error };
    let mut interrupted = signal(SignalKind::interrupt()).map_err(told)?;
    let mut terminated = signal(SignalKind::terminate()).map_err(told)?;
    let Arguments { bin_dir, port, window, .. } = arguments;
    let served = async {
        eprintln!("Starting the machine...");
        let page = CabinetPage::start(&Options { programs: bin_dir, port: *port, window: *window }).await?;
        eprintln!("The machine is running. Open {} in a browser; Ctrl-C ends it.", page.url());
        let places = page.places();
        for (what, place) in [
            ("Bills are read from", &places.bills),
            ("Papers lie as pictures in", &places.papers),
            ("Sockets are in", &places.sockets),
        ] {
            eprintln!("{what} {}", place.display());
        }
        print_json(&json!({ "url": page.url(), "places": places }));
        page.serve().await
    };
    tokio::select! {
        served = served => served?,
        _ended = interrupted.recv() => {}
        _ended = terminated.recv() => {}
    }
    Ok(ExitCode::SUCCESS)
}
