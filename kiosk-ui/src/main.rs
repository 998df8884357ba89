//! `seisanki-kiosk`: the program around the screen.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use kiosk_ui::{Mirrored, Options, Shown};

/// The screen of the machine. It shows what seisankid says and tells it what was touched; money, bills and devices are
/// seisankid's business alone. While seisankid is away the screen says that the machine is not ready, or, to who is
/// in the middle of a payment, that the records are safe; and it comes back by itself.
///
/// It fills an upright panel of 1080 x 1920 or of the same shape, with a window manager or without, and refuses any other.
#[derive(Parser)]
#[command(name = "seisanki-kiosk", version)]
struct Arguments {
    /// The machine's configuration, the same file that seisankid reads; the words of the screen lie beside it, in
    /// languages/ja/kiosk.toml and languages/en/kiosk.toml.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Fill the whole screen; this is what it does without being asked.
    #[arg(long, conflicts_with_all = ["windowed", "headless"])]
    fullscreen: bool,
    /// Draw in a window of 1080 x 1920.
    #[arg(long, conflicts_with = "headless")]
    windowed: bool,
    /// Draw on no screen at all: for simulations, together with --mirror.
    #[arg(long)]
    headless: bool,
    /// Make a Unix socket at PATH and send every new picture to whoever connects: one line of JSON
    /// {"w":..,"h":..,"seq":..,"len":BYTES}, then so many bytes of PNG. Whoever may open PATH sees names and amounts.
    #[arg(long, value_name = "PATH")]
    mirror: Option<PathBuf>,
    /// Who is connected to the mirror may touch as well: lines of JSON {"x":..,"y":..}, in pixels from the upper left.
    /// Not on a machine that patients use.
    #[arg(long, requires = "mirror")]
    mirror_touch: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let shown = match (arguments.windowed, arguments.headless) {
        (true, _) => Shown::Windowed,
        (false, true) => Shown::Headless,
        (false, false) => Shown::Fullscreen,
    };
    let mirrored = arguments.mirror.map(|path| Mirrored { path, touchable: arguments.mirror_touch });
    match kiosk_ui::run(&Options { config: arguments.config, shown, mirrored }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("seisanki-kiosk: {error}");
            ExitCode::FAILURE
        }
    }
}
