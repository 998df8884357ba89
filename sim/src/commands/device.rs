use std::fs;
use std::io::{BufRead, stdin};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use devices::Clock;
use devices::port::LineSettings;
use serde_json::{Value, json};
use settings::{PrinterProfile, ScannerProfile};
use sim::cabinet::Cabinet;
use sim::carrier::{Asked, Ended, Player, Pty};
use sim::model::Model;
use sim::models::cctalk::{CoinUnitModel, CoinUnitModelConfig};
use sim::models::id003::{NoteUnitModel, NoteUnitModelConfig};
use sim::paper::PaperFont;
use sim::paper_tray::PaperTray;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::print_json;

/// A note unit speaks at 9600 baud unless somebody changed its switches.
const NOTE_UNIT_BAUD: u32 = 9_600;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    device: Device,
    /// Make this path a symlink to a pseudo-terminal on which the device is played.
    #[arg(long, value_name = "PATH", required_unless_present = "tcp")]
    link: Option<PathBuf>,
    /// Play the device on this port of the loopback interface, for one client after the other.
    #[arg(long, value_name = "127.0.0.1:PORT", conflicts_with = "link", value_parser = loopback)]
    tcp: Option<SocketAddr>,
    /// cctalk: `usual`, `shuffled` (other positions and addresses) or `vending`. id003: `usual`, `shuffled` (other
    /// escrow codes) or `one-drum`. escpos, scanner: a profile file.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Reserved for devices that draw something from it; those of today do not.
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
            let config = coin_unit(arguments.profile.as_deref())?;
            let baud = LineSettings::from(&config.profile()).baud;
            serve(arguments, CoinUnitModel::new(config), baud)
        }
        Device::Id003 => serve(arguments, note_unit(arguments.profile.as_deref())?, NOTE_UNIT_BAUD),
        Device::Escpos => {
            let profile: PrinterProfile = read_profile(arguments.profile.as_deref())?;
            let baud = LineSettings::from(&profile).baud;
            let printer = Cabinet::printer(&profile);
            match &arguments.paper {
                Some(folder) => {
                    let font = PaperFont::find().map_err(|error| error.to_string())?;
                    let tray = PaperTray::new(printer, folder.clone(), Some(font));
                    serve(arguments, tray.map_err(|error| format!("{}: {error}", folder.display()))?, baud)
                }
                None => serve(arguments, printer, baud),
            }
        }
        Device::Scanner => {
            let profile: ScannerProfile = read_profile(arguments.profile.as_deref())?;
            serve(arguments, Cabinet::scanner(&profile), LineSettings::from(&profile).baud)
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

fn coin_unit(profile: Option<&str>) -> Result<CoinUnitModelConfig, String> {
    Ok(match profile {
        None | Some("usual") => CoinUnitModelConfig::default(),
        Some("shuffled") => CoinUnitModelConfig::shuffled(),
        Some("vending") => CoinUnitModelConfig::vending(),
        Some(other) => {
            return Err(format!("there is no coin unit `{other}`; there are usual, shuffled and vending"));
        }
    })
}

fn note_unit(profile: Option<&str>) -> Result<NoteUnitModel, String> {
    Ok(NoteUnitModel::new(match profile {
        None | Some("usual") => NoteUnitModelConfig::default(),
        Some("shuffled") => NoteUnitModelConfig::shuffled(),
        Some("one-drum") => NoteUnitModelConfig::one_drum(),
        Some(other) => {
            return Err(format!("there is no note unit `{other}`; there are usual, shuffled and one-drum"));
        }
    }))
}

fn read_profile<P: Default + serde::de::DeserializeOwned>(file: Option<&str>) -> Result<P, String> {
    let Some(file) = file else { return Ok(P::default()) };
    let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("{file}: {error}"))
}

fn serve<M: Model>(arguments: &Arguments, model: M, baud: u32) -> Result<ExitCode, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime.map_err(|error| error.to_string())?.block_on(play(arguments, model, baud));
    served.map_err(|error| error.to_string())
}

async fn play<M: Model>(arguments: &Arguments, model: M, baud: u32) -> std::io::Result<ExitCode> {
    let help = model.help();
    let (happened_tx, mut happened) = mpsc::unbounded_channel::<Value>();
    let (asked_tx, mut asked) = mpsc::channel(1);
    std::thread::spawn(move || listen(&asked_tx, help));
    tokio::spawn(async move {
        while let Some(value) = happened.recv().await {
            print_json(&value);
        }
    });
    let mut player = Player::new(model, baud, Clock::start(), happened_tx);
    player.start();
    let listener = match arguments.tcp {
        Some(address) => Some(TcpListener::bind(address).await?),
        None => None,
    };
    loop {
        let ended = match (&listener, &arguments.link) {
            (Some(listener), _) => {
                let (stream, _) = listener.accept().await?;
                player.play(stream, &mut asked).await
            }
            (None, Some(link)) => player.play(Pty::open(link)?, &mut asked).await,
            (None, None) => return Ok(ExitCode::FAILURE),
        };
        match ended {
            Ok(Ended::NobodyAsks) => return Ok(ExitCode::SUCCESS),
            Ok(Ended::Unplugged) => {
                if !player.plugged_in_again(&mut asked).await {
                    return Ok(ExitCode::SUCCESS);
                }
            }
            // A host that is gone may come again.
            Ok(Ended::LineClosed) | Err(_) => {}
        }
    }
}

/// Reads commands, one a line, and answers each with one JSON line.
fn listen(asked: &mpsc::Sender<Asked>, help: &[(&str, &str)]) {
    for line in stdin().lock().lines() {
        let Ok(line) = line else { return };
        let command = line.trim().to_owned();
        match command.as_str() {
            "" => {}
            "help" => print_json(&json!({ "ok": "help", "commands": commands(help) })),
            _ => {
                let (answer, answered) = oneshot::channel();
                if asked.blocking_send(Asked::Act { command: command.clone(), answer }).is_err() {
                    return;
                }
                match answered.blocking_recv() {
                    Ok(Ok(())) => print_json(&json!({ "ok": command })),
                    Ok(Err(sentence)) => print_json(&json!({ "error": sentence })),
                    Err(_) => return,
                }
            }
        }
    }
}

fn commands(help: &[(&str, &str)]) -> Value {
    let all = help.iter().chain(&[("unplug", "pull the cable out"), ("plug", "put the cable back")]);
    all.map(|(command, what)| ((*command).to_owned(), Value::from(*what))).collect()
}
