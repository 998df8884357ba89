use std::io::{self, BufRead, stdin};
use std::net::SocketAddr;
use std::path::Path;

use devices::Clock;
use serde_json::{Value, json};
use sim::carrier::{Asked, Ended, Player, Pty};
use sim::model::{CABLE, Model};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

use super::super::print_json;

/// Where hosts find the device.
#[derive(Clone, Copy)]
pub(super) enum Port<'a> {
    /// A pseudo-terminal behind a symlink of this name.
    Link(&'a Path),
    /// A port of the loopback interface.
    Tcp(SocketAddr),
}

/// Plays until standard input ends or somebody ends the program. The error is a sentence.
pub(super) async fn play<M: Model>(port: Port<'_>, model: M, baud: u32) -> Result<(), String> {
    let mut interrupted = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let mut terminated = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let help = model.help();
    let (happened_tx, happened) = mpsc::unbounded_channel();
    let (asked_tx, mut asked) = mpsc::channel(1);
    let mut player = Player::new(model, baud, Clock::start(), happened_tx);
    player.start();
    let printing = tokio::spawn(print_all(happened));
    std::thread::spawn(move || listen(&asked_tx, help));
    // On a signal the pseudo-terminal is dropped like at every other end, and with it its symlink.
    let played = tokio::select! {
        played = play_on(port, &mut player, &mut asked) => played,
        _ended = interrupted.recv() => Ok(()),
        _ended = terminated.recv() => Ok(()),
    };
    drop(player);
    // What happened last is still told; it cannot fail but by a panic, which has been told then.
    drop(printing.await);
    played
}

async fn print_all(mut happened: mpsc::UnboundedReceiver<Value>) {
    while let Some(value) = happened.recv().await {
        print_json(&value);
    }
}

/// Plays until nobody can ask for anything any more.
async fn play_on<M: Model>(
    port: Port<'_>,
    player: &mut Player<M>,
    asked: &mut mpsc::Receiver<Asked>,
) -> Result<(), String> {
    loop {
        // Unplugged, there is neither a symlink nor a listener, as there is no device file without an adapter.
        let ended = match port {
            Port::Link(link) => play_on_link(link, player, asked).await,
            Port::Tcp(address) => play_on_tcp(address, player, asked).await,
        };
        if ended? == Ended::NobodyAsks || !player.plugged_in_again(asked).await {
            return Ok(());
        }
    }
}

/// Plays until the cable is pulled out or nobody asks.
async fn play_on_link<M: Model>(
    link: &Path,
    player: &mut Player<M>,
    asked: &mut mpsc::Receiver<Asked>,
) -> Result<Ended, String> {
    loop {
        let pty = Pty::open(link).map_err(|error| cannot_link(link, &error))?;
        match player.play(pty, asked).await {
            // A host that is gone may come again.
            Ok(Ended::LineClosed) | Err(_) => {}
            Ok(ended) => return Ok(ended),
        }
    }
}

/// Plays to one host after the other until the cable is pulled out or nobody asks.
async fn play_on_tcp<M: Model>(
    address: SocketAddr,
    player: &mut Player<M>,
    asked: &mut mpsc::Receiver<Asked>,
) -> Result<Ended, String> {
    let listener = TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?;
    loop {
        let stream = match player.play_until(listener.accept(), asked).await {
            Ok(accepted) => accepted.map_err(|error| cannot_listen(address, &error))?.0,
            Err(ended) => return Ok(ended),
        };
        match player.play(stream, asked).await {
            // A host that is gone may come again.
            Ok(Ended::LineClosed) | Err(_) => {}
            Ok(ended) => return Ok(ended),
        }
    }
}

fn cannot_link(link: &Path, error: &io::Error) -> String {
    let folder = link.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (link, folder) = (link.display(), folder.display());
    match error.kind() {
        io::ErrorKind::NotFound => {
            format!("{link}: the folder {folder} does not exist; create it, or give another --link")
        }
        io::ErrorKind::AlreadyExists => {
            format!("{link}: something else than a symlink is there; remove it, or give another --link")
        }
        io::ErrorKind::PermissionDenied => {
            format!("{link}: you may not write in {folder}; give another --link, e.g. in /tmp")
        }
        _ => format!("{link}: cannot be made a symlink to a pseudo-terminal ({error}); give another --link"),
    }
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> String {
    format!(
        "{address}: nobody can connect there ({error}); end the program that has this port, or give another --tcp"
    )
}

/// Reads commands, one a line, and answers each with one JSON line.
fn listen(asked: &mpsc::Sender<Asked>, help: &[(&str, &str)]) {
    for line in stdin().lock().split(b'\n') {
        let Ok(line) = line else { return };
        let command = String::from_utf8_lossy(&line).trim().to_owned();
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
    help.iter().chain(CABLE).map(|(command, what)| ((*command).to_owned(), Value::from(*what))).collect()
}
