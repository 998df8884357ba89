//! One device, on a pseudo-terminal or a loopback TCP port.

mod playing;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, ValueEnum};
use devices::port::LineSettings;
use settings::{
    ChosenProfile, CoinUnitProfile, DeviceProfile, NoteUnitProfile, PrinterProfile, ScannerProfile,
    choose_profile,
};
use sim::cabinet::Cabinet;
use sim::model::Model;
use sim::models::cctalk::{CoinUnitModel, CoinUnitModelConfig};
use sim::models::id003::{NoteUnitModel, NoteUnitModelConfig};
use sim::paper::PaperFont;
use sim::paper_tray::PaperTray;

use playing::Port;

/// The derived one would show both ports as if both were needed.
const USAGE: &str = "seisanki-sim device <DEVICE> (--link PATH | --tcp 127.0.0.1:PORT) [--profile NAME] [--seed N] \
                     [--paper DIR]";

#[derive(clap::Args)]
#[command(override_usage = USAGE, group = ArgGroup::new("port").required(true).args(["link", "tcp"]))]
pub(crate) struct Arguments {
    device: Device,
    /// Make this path a symlink to a pseudo-terminal on which the device is played.
    #[arg(long, value_name = "PATH")]
    link: Option<PathBuf>,
    /// Play the device on this port of the loopback interface, for one client after the other.
    #[arg(long, value_name = "127.0.0.1:PORT", value_parser = loopback)]
    tcp: Option<SocketAddr>,
    /// Which variant of the device: `full` (the usual one) or `vending`, as in the two usual cabinets; id003 and cctalk
    /// also `shuffled` (other codes, positions and addresses). Or the name of a shipped profile, or the path of a profile
    /// file, as in config/profiles. seisanki-diag device takes the same.
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// Draw from this number which bits `garble` and `noise` flip; without it, they are always the same ones.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// escpos: keep each cut piece of paper in this folder, as text and as a picture.
    #[arg(long, value_name = "DIR")]
    paper: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Device {
    /// ccTalk coin unit: an acceptor and hoppers.
    Cctalk,
    /// JCM ID-003 note unit with recycling drums.
    Id003,
    /// ESC/POS receipt printer.
    Escpos,
    /// Serial scanner.
    Scanner,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    match arguments.device {
        Device::Cctalk => {
            let chosen = profile(arguments)?;
            serve(arguments, CoinUnitModel::new(coin_unit(&chosen)), (&chosen.profile).into())
        }
        Device::Id003 => {
            let chosen = profile(arguments)?;
            serve(arguments, NoteUnitModel::new(note_unit(&chosen)), (&chosen.profile).into())
        }
        Device::Escpos => {
            let profile: PrinterProfile = profile(arguments)?.profile;
            let printer = Cabinet::printer(&profile);
            match &arguments.paper {
                Some(folder) => {
                    let font = PaperFont::find().map_err(|error| error.to_string())?;
                    let tray = PaperTray::new(printer, folder.clone(), Some(font));
                    let tray = tray.map_err(|error| format!("{}: {error}", folder.display()))?;
                    serve(arguments, tray, (&profile).into())
                }
                None => serve(arguments, printer, (&profile).into()),
            }
        }
        Device::Scanner => {
            let profile: ScannerProfile = profile(arguments)?.profile;
            serve(arguments, Cabinet::scanner(&profile), (&profile).into())
        }
    }
}

/// A device that anybody on the network could play with is no help to anybody.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "write it like 127.0.0.1:9100".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("it must be an address of this computer".to_owned())
    }
}

fn profile<P: DeviceProfile>(arguments: &Arguments) -> Result<ChosenProfile<P>, String> {
    choose_profile(arguments.profile.as_deref()).map_err(|error| error.to_string())
}

fn coin_unit(chosen: &ChosenProfile<CoinUnitProfile>) -> CoinUnitModelConfig {
    match chosen.name {
        Some("shuffled") => CoinUnitModelConfig::shuffled(),
        Some(_) | None => CoinUnitModelConfig::fitting(&chosen.profile),
    }
}

fn note_unit(chosen: &ChosenProfile<NoteUnitProfile>) -> NoteUnitModelConfig {
    let variant = match chosen.name {
        Some("shuffled") => NoteUnitModelConfig::shuffled(),
        Some(_) | None => NoteUnitModelConfig::default(),
    };
    variant.fitted_to(&chosen.profile)
}

fn serve<M: Model>(arguments: &Arguments, mut model: M, line: LineSettings) -> Result<ExitCode, String> {
    if let Some(seed) = arguments.seed {
        model.draw_from(seed);
    }
    let port = match (&arguments.link, arguments.tcp) {
        (Some(link), _) => Port::Link(link),
        (None, Some(address)) => Port::Tcp(address),
        (None, None) => return Err(format!("the device needs a port: {USAGE}")),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(playing::play(port, model, line.baud)).map(|()| ExitCode::SUCCESS)
}
