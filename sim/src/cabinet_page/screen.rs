//! The kiosk screen as the page shows it: the picture of the real screen program, and what the daemon wants shown.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::{Button, KioskView, Touch};
use axum::body::Bytes;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};

use crate::cabinet::ConfigFolder;
use crate::machine::{Connection, MachineError, PROGRAM_PATIENCE, program};

/// The program that draws the screen.
const PROGRAM: &str = "seisanki-kiosk";

/// A picture of a screen is some hundred kilobytes; more is no picture.
const PICTURE_BYTES_MAX: usize = 16 << 20;

/// Touches that nobody has taken yet.
const TOUCHES_MAX: usize = 16;

/// How often a program is tried that does not listen.
const AGAIN_AFTER: Duration = Duration::from_millis(300);

/// How long one look for a new view lasts.
const LOOK: Duration = Duration::from_secs(3600);

/// Both ways to the screen.
pub(super) struct Screen {
    /// The newest picture.
    pub(super) picture: watch::Receiver<Option<Picture>>,
    /// What the daemon wants shown.
    pub(super) view: watch::Receiver<Option<KioskView>>,
    /// How the screen program is.
    pub(super) program: watch::Receiver<ProgramState>,
    touches: mpsc::Sender<Point>,
    presses: mpsc::Sender<Button>,
}

/// A picture of the screen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    pub(super) head: Head,
    pub(super) png: Bytes,
}

/// The line before the bytes of each picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    w: u32,
    h: u32,
    pub(super) seq: u64,
    #[serde(skip_serializing)]
    len: usize,
}

/// Where somebody touches, in pixels of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Point {
    x: u32,
    y: u32,
}

/// How the screen program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ProgramState {
    /// It does not lie beside the other programs.
    Missing,
    Running,
    /// It has ended by itself; its own words stand on standard error.
    Ended,
}

impl Screen {
    /// Starts the screen program, if there is one, and follows what is shown.
    pub(super) fn start(
        programs: &Path,
        config: &ConfigFolder,
        window: bool,
    ) -> Result<Screen, MachineError> {
        let (picture_tx, picture) = watch::channel(None);
        let (view_tx, view) = watch::channel(None);
        let (program_tx, program) = watch::channel(ProgramState::Missing);
        let (touches, touched) = mpsc::channel(TOUCHES_MAX);
        let (presses, pressed) = mpsc::channel(TOUCHES_MAX);
        if programs.join(PROGRAM).exists() {
            let mirror = config.run.join("mirror.sock");
            start_program(programs, config, &mirror, window, program_tx)?;
            tokio::spawn(follow_mirror(mirror, picture_tx, touched));
        }
        tokio::spawn(follow_view(config.run.join("kiosk.sock"), view_tx, pressed));
        Ok(Screen { picture, view, program, touches, presses })
    }

    /// Somebody touches the picture. False if there is no screen.
    pub(super) fn touch(&self, point: Point) -> bool {
        self.touches.try_send(point).is_ok()
    }

    /// Somebody presses a button of the page that the daemon wants shown. False if there is no daemon.
    pub(super) fn press(&self, button: Button) -> bool {
        self.presses.try_send(button).is_ok()
    }
}

fn start_program(
    programs: &Path,
    config: &ConfigFolder,
    mirror: &Path,
    window: bool,
    state: watch::Sender<ProgramState>,
) -> Result<(), MachineError> {
    let mut kiosk = program(programs, PROGRAM, config);
    kiosk.arg("--mirror").arg(mirror).arg("--mirror-touch");
    if !window {
        kiosk.arg("--headless");
    }
    let mut child = kiosk.spawn().map_err(|error| MachineError::Io { what: PROGRAM.to_owned(), error })?;
    state.send_replace(ProgramState::Running);
    tokio::spawn(async move {
        // However it ended: without it there is no screen.
        drop(child.wait().await);
        state.send_replace(ProgramState::Ended);
    });
    Ok(())
}

/// Takes every picture and hands on every touch, for ever.
async fn follow_mirror(
    socket: PathBuf,
    pictures: watch::Sender<Option<Picture>>,
    mut touched: mpsc::Receiver<Point>,
) {
    loop {
        if let Ok(stream) = UnixStream::connect(&socket).await {
            let (reader, mut writer) = stream.into_split();
            tokio::select! {
                // Either end of the connection is reason enough to try again.
                _ended = take_pictures(reader, &pictures) => {}
                _ended = hand_on(&mut touched, &mut writer) => {}
            }
        }
        sleep(AGAIN_AFTER).await;
    }
}

async fn take_pictures(reader: OwnedReadHalf, pictures: &watch::Sender<Option<Picture>>) -> io::Result<()> {
    let mut reader = BufReader::new(reader);
    let mut line = String::new();
    while reader.read_line(&mut line).await? > 0 {
        let head: Head = serde_json::from_str(&line)?;
        if head.len > PICTURE_BYTES_MAX {
            return Err(io::Error::other("a picture of the screen is too large"));
        }
        let mut png = vec![0; head.len];
        reader.read_exact(&mut png).await?;
        pictures.send_replace(Some(Picture { head, png: png.into() }));
        line.clear();
    }
    Ok(())
}

async fn hand_on(touched: &mut mpsc::Receiver<Point>, writer: &mut OwnedWriteHalf) -> io::Result<()> {
    while let Some(point) = touched.recv().await {
        writer.write_all(&api::to_line(&point)).await?;
    }
    Ok(())
}

/// Takes every view and hands on every press, for ever.
async fn follow_view(
    socket: PathBuf,
    views: watch::Sender<Option<KioskView>>,
    mut pressed: mpsc::Receiver<Button>,
) {
    loop {
        if let Ok(mut screen) = Connection::open(&socket, "kiosk", PROGRAM_PATIENCE).await {
            // It ends with the daemon, and comes back with it.
            drop(exchange(&mut screen, &views, &mut pressed).await);
            views.send_replace(None);
        }
        sleep(AGAIN_AFTER).await;
    }
}

async fn exchange(
    screen: &mut Connection,
    views: &watch::Sender<Option<KioskView>>,
    pressed: &mut mpsc::Receiver<Button>,
) -> Result<(), MachineError> {
    loop {
        let seq = views.borrow().as_ref().map_or(0, |view| view.seq);
        tokio::select! {
            view = screen.next::<KioskView>(Instant::now() + LOOK) => {
                if let Some(view) = view? {
                    views.send_replace(Some(view));
                }
            }
            button = pressed.recv() => match button {
                Some(button) => screen.say(&Touch { seq, button }).await?,
                None => return Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::UnixListener;

    use super::*;

    /// The test is the screen program: it shows a picture and reads the touch.
    #[tokio::test]
    async fn pictures_come_and_touches_go() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("mirror.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let (picture_tx, mut picture) = watch::channel(None);
        let (touches, touched) = mpsc::channel(TOUCHES_MAX);
        tokio::spawn(follow_mirror(socket, picture_tx, touched));

        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"{\"w\":1080,\"h\":1920,\"seq\":1,\"len\":3}\nPNG").await.unwrap();
        stream.write_all(b"{\"w\":1080,\"h\":1920,\"seq\":2,\"len\":2}\nPN").await.unwrap();
        let newest = picture.wait_for(|picture| picture.as_ref().is_some_and(|one| one.head.seq == 2)).await;
        assert_eq!(newest.unwrap().as_ref().unwrap().png, Bytes::from_static(b"PN"));

        touches.send(Point { x: 5, y: 7 }).await.unwrap();
        let mut line = String::new();
        BufReader::new(&mut stream).read_line(&mut line).await.unwrap();
        assert_eq!(line, "{\"x\":5,\"y\":7}\n");
    }

    #[tokio::test]
    async fn a_picture_that_is_none_ends_the_connection() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("mirror.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let (picture_tx, _picture) = watch::channel(None);
        let (_touches, touched) = mpsc::channel(TOUCHES_MAX);
        tokio::spawn(follow_mirror(socket, picture_tx, touched));

        let (mut first, _) = listener.accept().await.unwrap();
        first.write_all(b"{\"w\":1,\"h\":1,\"seq\":1,\"len\":999999999999}\n").await.unwrap();
        let (_second, _) = listener.accept().await.unwrap();
        assert_eq!(first.read(&mut [0]).await.unwrap(), 0);
    }
}
