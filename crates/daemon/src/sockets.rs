//! One Unix socket a role. The socket a client came in by says what it may do.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use api::{ChainBreak, FromBridge, Hello, KioskView, Lines, Refusal, ToBridge, ToDesk, Touch, to_line};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tracing::{debug, info, warn};

use crate::desk::DeskCall;
use crate::feed::Feed;
use crate::places::{Place, Places};
use crate::run_folder::RunFolder;

/// Messages to one bridge that it has not read yet. A quote and the results of a bad day fit; a bridge that
/// reads none of them is cut off.
const TO_BRIDGE_MAX: usize = 1024;

/// A client says hello with its first write; one that does not is no client.
const HELLO_TIMEOUT: Duration = Duration::from_secs(5);

/// Clients of one socket that have not said hello yet. Whoever says it at once, as all programs do, is gone from there
/// before so many others have come.
const UNGREETED_MAX: usize = 16;

/// Screens or technicians at one time; each may hold a line of some megabytes.
const CLIENTS_MAX: usize = 8;

/// A bridge speaks first when it comes, and answers what it is told within half the time of a question (20 s at most). One
/// that does not has no right to the place while another one waits for it.
const BRIDGE_ANSWERS_WITHIN: Duration = Duration::from_secs(20);

/// When accepting fails it fails at once, so that without a pause the log would be full within a minute.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The sockets of the machine.
pub(crate) struct Sockets {
    pub(crate) kiosk: UnixListener,
    pub(crate) bridge: UnixListener,
    pub(crate) diag: UnixListener,
    pub(crate) feed: UnixListener,
}

/// A socket cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be made: {error}. Check `machine.run` in the configuration and who may write there.")]
pub(crate) struct BindError {
    path: PathBuf,
    error: io::Error,
}

/// What sockets, and those who work beside the loop, tell it.
pub(crate) enum FromSocket {
    Touched(Touch),
    BridgeConnected(mpsc::Sender<ToBridge>),
    BridgeSaid(FromBridge),
    BridgeGone,
    Desk(DeskCall),
    JournalBroken(ChainBreak),
}

impl Sockets {
    pub(crate) fn bind(run: &RunFolder) -> Result<Sockets, BindError> {
        Ok(Sockets {
            kiosk: bind(run.socket("kiosk.sock"))?,
            bridge: bind(run.socket("bridge.sock"))?,
            feed: bind(run.socket("feed.sock"))?,
            // The last one: whoever waits for the sockets waits for this.
            diag: bind(run.socket("diag.sock"))?,
        })
    }

    /// Accepts clients for ever.
    pub(crate) fn serve(
        self,
        views: watch::Receiver<KioskView>,
        journal: Feed,
        to_loop: &mpsc::Sender<FromSocket>,
    ) {
        let sender = to_loop.clone();
        tokio::spawn(serve_many(self.kiosk, move |greeted| kiosk(greeted, views.clone(), sender.clone())));
        tokio::spawn(serve_bridges(self.bridge, to_loop.clone(), BRIDGE_ANSWERS_WITHIN));
        let sender = to_loop.clone();
        tokio::spawn(serve_many(self.diag, move |greeted| crate::desk::serve(greeted, sender.clone())));
        tokio::spawn(serve_many(self.feed, move |greeted| crate::feed::serve(greeted, journal.clone())));
    }
}

/// A client that has said hello.
pub(crate) struct Greeted {
    pub(crate) client: Client,
    pub(crate) writer: OwnedWriteHalf,
    role: String,
}

/// What a client says, after its hello.
pub(crate) struct Client {
    reader: OwnedReadHalf,
    lines: Lines,
    place: Option<Place>,
}

impl Greeted {
    /// Reads the hello. `None` if there is none that this program understands; the client is told why.
    pub(crate) async fn greet(stream: UnixStream) -> Option<Greeted> {
        let (reader, mut writer) = stream.into_split();
        let mut client = Client { reader, lines: Lines::default(), place: None };
        let hello: Hello = timeout(HELLO_TIMEOUT, client.next()).await.ok().flatten()?;
        debug!(role = %hello.role.escape_debug(), "a client is connected");
        if hello.hello != api::VERSION {
            let refused = Refusal::OtherVersion { client: hello.hello, daemon: api::VERSION };
            // The client may be gone already; there is nobody else to tell.
            let _gone = writer.write_all(&to_line(&ToDesk::Refused(refused))).await;
            return None;
        }
        Some(Greeted { client, writer, role: hello.role })
    }
}

impl Client {
    /// The next message; `None` at the end, or after a line that is none.
    pub(crate) async fn next<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut buffer = [0; 4096];
        loop {
            match self.lines.next_message() {
                Some(Ok(message)) => {
                    self.place.iter().for_each(Place::heard);
                    return Some(message);
                }
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
    // A socket that a killed program left behind refuses to be bound again. That no other program has made it is ensured
    // by the lock on the folder, which is taken before.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(BindError { path, error }),
        Ok(()) | Err(_) => {}
    }
    UnixListener::bind(&path).map_err(|error| BindError { path, error })
}

/// Greets whoever comes, all at the same time: who is silent keeps nobody waiting.
async fn greet_all(listener: UnixListener, welcome: impl Fn(Greeted) + Clone + Send + 'static) {
    let ungreeted = Places::new(UNGREETED_MAX);
    loop {
        let Some(stream) = next(&listener).await else { continue };
        let (place, leave) = ungreeted.take("");
        let welcome = welcome.clone();
        tokio::spawn(async move {
            tokio::select! {
                greeted = Greeted::greet(stream) => greeted.into_iter().for_each(welcome),
                () = leave.told() => debug!("a client that has not said hello is cut off"),
            }
            drop(place);
        });
    }
}

/// Serves each client that said hello, as many as there are places.
async fn serve_many<F: Future<Output = ()> + Send + 'static>(
    listener: UnixListener,
    serve: impl Fn(Greeted) -> F + Clone + Send + 'static,
) {
    let places = Places::new(CLIENTS_MAX);
    let welcome = move |mut greeted: Greeted| {
        let (place, leave) = places.take(&greeted.role);
        greeted.client.place = Some(place);
        let served = serve(greeted);
        tokio::spawn(async move {
            tokio::select! {
                () = served => {}
                () = leave.told() => info!("a client that was silent is cut off, because others came"),
            }
        });
    };
    greet_all(listener, welcome).await;
}

/// One bridge after the other: two would answer the same question twice. One more may wait, and gets the place of one that
/// does not answer.
async fn serve_bridges(listener: UnixListener, to_loop: mpsc::Sender<FromSocket>, answers_within: Duration) {
    let (waits, mut waiting) = mpsc::channel(1);
    // A third comes again by itself.
    tokio::spawn(greet_all(listener, move |greeted| drop(waits.try_send(greeted))));
    let mut next = None;
    loop {
        let bridge = match next.take() {
            Some(greeted) => greeted,
            None => match waiting.recv().await {
                Some(greeted) => greeted,
                None => return,
            },
        };
        next = serve_bridge(bridge, &mut waiting, &to_loop, answers_within).await;
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
async fn kiosk(greeted: Greeted, mut views: watch::Receiver<KioskView>, to_loop: mpsc::Sender<FromSocket>) {
    let Greeted { mut client, mut writer, .. } = greeted;
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

/// Serves it until it is gone, or does not answer while another one waits. Returns the one that waits.
async fn serve_bridge(
    bridge: Greeted,
    waiting: &mut mpsc::Receiver<Greeted>,
    to_loop: &mpsc::Sender<FromSocket>,
    answers_within: Duration,
) -> Option<Greeted> {
    let Greeted { mut client, mut writer, .. } = bridge;
    let (to_bridge, mut outgoing) = mpsc::channel(TO_BRIDGE_MAX);
    let mut open = to_loop.send(FromSocket::BridgeConnected(to_bridge)).await.is_ok();
    let mut next = None;
    // It speaks first.
    let mut asked_at = Some(Instant::now());
    while open {
        let patience = asked_at.unwrap_or_else(Instant::now) + answers_within;
        open = tokio::select! {
            message = outgoing.recv() => match message {
                Some(message) => {
                    asked_at.get_or_insert_with(Instant::now);
                    writes_within(&mut writer, &to_line(&message), answers_within).await
                }
                None => false,
            },
            said = client.next() => match said {
                Some(said) => {
                    asked_at = None;
                    to_loop.send(FromSocket::BridgeSaid(said)).await.is_ok()
                }
                None => false,
            },
            other = waiting.recv(), if next.is_none() => {
                next = other;
                next.is_some()
            }
            () = sleep_until(patience), if next.is_some() && asked_at.is_some() => {
                warn!("a bridge that does not answer is cut off, because another one waits");
                false
            }
        };
    }
    info!("the bridge is gone");
    // If the loop is gone too, there is nobody left to tell.
    let _stopping = to_loop.send(FromSocket::BridgeGone).await;
    next
}

/// Whether all of it was taken in time. One that reads nothing is no bridge.
async fn writes_within(writer: &mut OwnedWriteHalf, line: &[u8], time: Duration) -> bool {
    timeout(time, writer.write_all(line)).await.is_ok_and(|written| written.is_ok())
}

#[cfg(test)]
mod tests {
    use api::KioskView;
    use tempfile::TempDir;

    use super::*;
    use crate::visitor::Visitor;

    struct Bench {
        folder: TempDir,
        from_sockets: mpsc::Receiver<FromSocket>,
        views: watch::Sender<KioskView>,
    }

    impl Bench {
        fn new() -> Bench {
            let folder = TempDir::new().unwrap();
            let run = RunFolder::take(folder.path()).unwrap();
            let page = api::Page::LookingUp;
            let (views, views_rx) = watch::channel(KioskView::new(1, page, api::CallProgress::None));
            let (to_loop, from_sockets) = mpsc::channel(256);
            let (_, newest) = watch::channel(0);
            let machine = api::MachineId("m-1".to_owned());
            let feed = Feed { journal: folder.path().join("journal"), machine, newest };
            Sockets::bind(&run).unwrap().serve(views_rx, feed, &to_loop);
            Bench { folder, from_sockets, views }
        }

        fn socket(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }
    }

    #[tokio::test]
    async fn silent_clients_lock_nobody_out() {
        let mut bench = Bench::new();
        for socket in ["kiosk.sock", "diag.sock", "bridge.sock"].map(|name| bench.socket(name)) {
            let mut crowd = Vec::new();
            for _ in 0..3 * UNGREETED_MAX {
                crowd.push(Visitor::comes(&socket).await);
            }
            for visitor in &mut crowd[UNGREETED_MAX..] {
                // Half a line is nothing. Those that were cut off meanwhile do not notice.
                drop(visitor.stream.write_all(b"{\"hello\"").await);
            }
            let mut client = Visitor::greets(&socket, "client").await;
            match socket.file_name().and_then(|name| name.to_str()) {
                Some("kiosk.sock") => assert!(client.hears::<KioskView>().await.is_some()),
                Some("diag.sock") => {
                    client.says(&api::FromDesk::Ask(api::Question::Calls)).await;
                    let Some(FromSocket::Desk(_)) = bench.from_sockets.recv().await else { panic!() };
                }
                _ => assert!(matches!(bench.from_sockets.recv().await, Some(FromSocket::BridgeConnected(_)))),
            }
        }
    }

    #[tokio::test]
    async fn a_crowd_of_one_role_does_not_take_the_place_of_another() {
        let bench = Bench::new();
        let socket = bench.socket("kiosk.sock");
        let mut screen = Visitor::greets(&socket, "kiosk").await;
        assert!(screen.hears::<KioskView>().await.is_some());
        let mut crowd = Vec::new();
        for _ in 0..3 * CLIENTS_MAX {
            let mut page = Visitor::greets(&socket, "page").await;
            assert!(page.hears::<KioskView>().await.is_some(), "the newest is served");
            crowd.push(page);
        }
        assert!(
            crowd[0].hears::<KioskView>().await.is_none(),
            "the one that is silent for the longest is gone"
        );
        bench.views.send_modify(|view| view.seq += 1);
        assert_eq!(
            screen.hears::<KioskView>().await.map(|view| view.seq),
            Some(2),
            "the screen is still there"
        );
    }

    #[tokio::test]
    async fn a_bridge_that_does_not_answer_gives_its_place_to_one_that_waits() {
        let folder = TempDir::new().unwrap();
        let socket = folder.path().join("bridge.sock");
        let (to_loop, mut from_sockets) = mpsc::channel(256);
        let listener = UnixListener::bind(&socket).unwrap();
        tokio::spawn(serve_bridges(listener, to_loop, Duration::from_millis(1)));
        let mut mute = Visitor::greets(&socket, "bridge").await;
        let Some(FromSocket::BridgeConnected(_mute)) = from_sockets.recv().await else { panic!() };
        let mut bridge = Visitor::greets(&socket, "bridge").await;
        assert!(mute.hears::<ToBridge>().await.is_none());
        assert!(matches!(from_sockets.recv().await, Some(FromSocket::BridgeGone)));
        let Some(FromSocket::BridgeConnected(_bridge)) = from_sockets.recv().await else { panic!() };
        bridge.says(&FromBridge::Troubles(Vec::new())).await;
        assert!(matches!(from_sockets.recv().await, Some(FromSocket::BridgeSaid(_))));
        // One that has answered everything stays, whoever waits.
        let _other = Visitor::greets(&socket, "bridge").await;
        bridge.says(&FromBridge::Troubles(Vec::new())).await;
        assert!(matches!(from_sockets.recv().await, Some(FromSocket::BridgeSaid(_))));
    }
}
