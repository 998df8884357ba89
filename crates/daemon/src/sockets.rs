//! One Unix socket a role. The socket a client came in by says what it may do.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use api::{FromBridge, Hello, KioskView, Lines, Refusal, ToBridge, ToDesk, Touch, to_line};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use crate::desk::DeskCall;

/// Messages to one bridge that it has not read yet. A quote and the results of a bad day fit; a bridge that
/// reads none of them is cut off.
const TO_BRIDGE_MAX: usize = 1024;

/// A client says hello with its first write; one that does not would keep others out.
const HELLO_TIMEOUT: Duration = Duration::from_secs(5);

/// Screens or technicians at one time; each may hold a line of some megabytes.
const CLIENTS_MAX: usize = 8;

/// When accepting fails it fails at once, so that without a pause the log would be full within a minute.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The sockets of the machine.
pub(crate) struct Sockets {
    pub(crate) kiosk: UnixListener,
    pub(crate) bridge: UnixListener,
    pub(crate) diag: UnixListener,
}

/// A socket cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be made: {error}. Check `machine.run` in the configuration and who may write there.")]
pub(crate) struct BindError {
    path: PathBuf,
    error: io::Error,
}

/// What the sockets tell the loop.
pub(crate) enum FromSocket {
    Touched(Touch),
    BridgeConnected(mpsc::Sender<ToBridge>),
    BridgeSaid(FromBridge),
    BridgeGone,
    Desk(DeskCall),
}

impl Sockets {
    pub(crate) fn bind(run: &Path) -> Result<Sockets, BindError> {
        std::fs::create_dir_all(run).map_err(|error| BindError { path: run.to_owned(), error })?;
        Ok(Sockets {
            kiosk: bind(run.join("kiosk.sock"))?,
            bridge: bind(run.join("bridge.sock"))?,
            diag: bind(run.join("diag.sock"))?,
        })
    }

    /// Accepts clients for ever.
    pub(crate) fn serve(self, views: watch::Receiver<KioskView>, to_loop: &mpsc::Sender<FromSocket>) {
        let sender = to_loop.clone();
        tokio::spawn(accept(self.kiosk, move |stream| kiosk(stream, views.clone(), sender.clone())));
        // One bridge after the other: two would answer the same question twice.
        let sender = to_loop.clone();
        tokio::spawn(async move {
            loop {
                if let Some(stream) = next(&self.bridge).await {
                    bridge(stream, &sender).await;
                }
            }
        });
        let sender = to_loop.clone();
        tokio::spawn(accept(self.diag, move |stream| crate::desk::serve(stream, sender.clone())));
    }
}

/// The client of a socket, after its hello.
pub(crate) struct Client {
    reader: OwnedReadHalf,
    lines: Lines,
}

impl Client {
    /// Reads the hello. `None` if there is none that this program understands; the client is told why.
    pub(crate) async fn greet(stream: UnixStream) -> Option<(Client, OwnedWriteHalf)> {
        let (reader, mut writer) = stream.into_split();
        let mut client = Client { reader, lines: Lines::default() };
        let hello: Hello = timeout(HELLO_TIMEOUT, client.next()).await.ok().flatten()?;
        debug!(role = %hello.role.escape_debug(), "a client is connected");
        if hello.hello != api::VERSION {
            let refused = Refusal::OtherVersion { client: hello.hello, daemon: api::VERSION };
            // The client may be gone already; there is nobody else to tell.
            let _gone = writer.write_all(&to_line(&ToDesk::Refused(refused))).await;
            return None;
        }
        Some((client, writer))
    }

    /// The next message; `None` at the end, or after a line that is none.
    pub(crate) async fn next<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut buffer = [0; 4096];
        loop {
            match self.lines.next_message() {
                Some(Ok(message)) => return Some(message),
                Some(Err(error)) => {
                    warn!("a client is cut off: {error}");
                    return None;
                }
                None => match self.reader.read(&mut buffer).await {
                    Ok(0) | Err(_) => return None,
                    Ok(count) => self.lines.push(&buffer[..count]),
                },
            }
        }
    }
}

fn bind(path: PathBuf) -> Result<UnixListener, BindError> {
    // A socket that a killed program left behind refuses to be bound again. That no second daemon runs is
    // ensured by the journal's lock, which is taken before.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(BindError { path, error }),
        Ok(()) | Err(_) => {}
    }
    UnixListener::bind(&path).map_err(|error| BindError { path, error })
}

async fn accept<F: Future<Output = ()> + Send + 'static>(
    listener: UnixListener,
    serve: impl Fn(UnixStream) -> F,
) {
    let free = Arc::new(Semaphore::new(CLIENTS_MAX));
    loop {
        let Ok(place) = Arc::clone(&free).acquire_owned().await else { return };
        if let Some(stream) = next(&listener).await {
            let served = serve(stream);
            tokio::spawn(async move {
                served.await;
                drop(place);
            });
        }
    }
}

async fn next(listener: &UnixListener) -> Option<UnixStream> {
    match listener.accept().await {
        Ok((stream, _)) => Some(stream),
        Err(error) => {
            // Most likely there are too many open files, and will be for a while.
            warn!("a client could not be accepted: {error}");
            sleep(ACCEPT_AGAIN_AFTER).await;
            None
        }
    }
}

/// A screen: it gets every view and sends touches.
async fn kiosk(stream: UnixStream, mut views: watch::Receiver<KioskView>, to_loop: mpsc::Sender<FromSocket>) {
    let Some((mut client, mut writer)) = Client::greet(stream).await else { return };
    views.mark_changed();
    loop {
        tokio::select! {
            changed = views.changed() => {
                let view = views.borrow_and_update().clone();
                if changed.is_err() || writer.write_all(&to_line(&view)).await.is_err() {
                    return;
                }
            }
            touch = client.next() => match touch {
                Some(touch) => {
                    if to_loop.send(FromSocket::Touched(touch)).await.is_err() {
                        return;
                    }
                }
                None => return,
            },
        }
    }
}

async fn bridge(stream: UnixStream, to_loop: &mpsc::Sender<FromSocket>) {
    let Some((mut client, mut writer)) = Client::greet(stream).await else { return };
    let (to_bridge, mut outgoing) = mpsc::channel(TO_BRIDGE_MAX);
    let mut open = to_loop.send(FromSocket::BridgeConnected(to_bridge)).await.is_ok();
    while open {
        open = tokio::select! {
            message = outgoing.recv() => match message {
                Some(message) => writer.write_all(&to_line(&message)).await.is_ok(),
                None => false,
            },
            said = client.next() => match said {
                Some(said) => to_loop.send(FromSocket::BridgeSaid(said)).await.is_ok(),
                None => false,
            },
        };
    }
    info!("the bridge is gone");
    // If the loop is gone too, there is nobody left to tell.
    let _stopping = to_loop.send(FromSocket::BridgeGone).await;
}
