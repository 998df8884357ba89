//! The picture, for others to see: each client of a Unix socket gets every new one as PNG, and may touch it if the
//! machine was started so.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fs, thread};

use serde::{Deserialize, Serialize};

use crate::headless::Picture;

/// At most five pictures a second: enough to follow, and little to encode.
const PICTURE_EVERY: Duration = Duration::from_millis(200);

/// A client that reads nothing for so long is cut off.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// The cabinet page, a helper at the desk, a test.
const CLIENTS_MAX: usize = 8;

/// A touch is a short line; who sends more sends something else.
const TOUCH_BYTES_MAX: u64 = 256;

/// When accepting fails it fails at once.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Stands before the bytes of each PNG.
#[derive(Serialize)]
struct Head {
    w: u32,
    h: u32,
    seq: u64,
    len: usize,
}

/// Where a client touches, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct MirrorTouch {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

/// See the module.
#[derive(Clone)]
pub(crate) struct Mirror {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    clients: usize,
    /// The newest picture, until it is encoded.
    picture: Option<Picture>,
    frame: Option<Arc<Frame>>,
}

/// A picture as it is sent.
struct Frame {
    seq: u64,
    bytes: Vec<u8>,
}

/// What becomes of touches on the mirror.
type OnTouch = Arc<dyn Fn(MirrorTouch) + Send + Sync>;

impl Mirror {
    /// Listens at `path`. Without `on_touch`, what clients send is thrown away.
    pub(crate) fn start(path: &Path, on_touch: Option<OnTouch>) -> io::Result<Mirror> {
        let listener = bind(path)?;
        let mirror = Mirror { shared: Arc::default() };
        let shared = Arc::clone(&mirror.shared);
        thread::spawn(move || shared.encode());
        let shared = Arc::clone(&mirror.shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                match stream {
                    Ok(stream) => shared.welcome(stream, on_touch.clone()),
                    Err(_) => thread::park_timeout(ACCEPT_AGAIN_AFTER),
                }
            }
        });
        Ok(mirror)
    }

    /// Whether anybody looks.
    pub(crate) fn is_watched(&self) -> bool {
        self.shared.lock().clients > 0
    }

    /// What the screen shows now.
    pub(crate) fn offer(&self, picture: &Picture) {
        self.shared.lock().picture = Some(picture.clone());
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change of the state is one assignment, so that it is in order even after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while(&self, condition: impl FnMut(&mut State) -> bool) -> MutexGuard<'_, State> {
        self.changed.wait_while(self.lock(), condition).unwrap_or_else(PoisonError::into_inner)
    }

    /// Encodes the newest picture while somebody looks, for ever.
    fn encode(&self) {
        let mut last: Option<Picture> = None;
        let mut seq = 0;
        loop {
            let mut state = self.wait_while(|state| state.clients == 0 || state.picture.is_none());
            let picture = state.picture.take();
            drop(state);
            if let Some(picture) = picture
                && last.as_ref().is_none_or(|last| last.as_bytes() != picture.as_bytes())
                && let Ok(png) = png_of(&picture)
            {
                seq += 1;
                let head = Head { w: picture.width(), h: picture.height(), seq, len: png.len() };
                let bytes = [api::to_line(&head), png].concat();
                self.lock().frame = Some(Arc::new(Frame { seq, bytes }));
                self.changed.notify_all();
                last = Some(picture);
            }
            thread::park_timeout(PICTURE_EVERY);
        }
    }

    fn welcome(self: &Arc<Shared>, stream: UnixStream, on_touch: Option<OnTouch>) {
        let Ok(touches) = stream.try_clone() else { return };
        let mut state = self.lock();
        if state.clients >= CLIENTS_MAX {
            return;
        }
        if state.clients == 0 && state.picture.is_some() {
            // What was sent to the last client is over, and nobody's business any more.
            state.frame = None;
        }
        state.clients += 1;
        drop(state);
        self.changed.notify_all();

        let gone = Arc::new(Mutex::new(false));
        let shared = Arc::clone(self);
        let gone_too = Arc::clone(&gone);
        thread::spawn(move || {
            shared.send_frames(stream, &gone_too);
            shared.lock().clients -= 1;
        });
        let shared = Arc::clone(self);
        thread::spawn(move || {
            read_touches(touches, on_touch.as_ref());
            // Under the lock, or the sender could look at `gone` just before, and wait just after.
            let state = shared.lock();
            *gone.lock().unwrap_or_else(PoisonError::into_inner) = true;
            drop(state);
            shared.changed.notify_all();
        });
    }

    fn send_frames(&self, mut stream: UnixStream, gone: &Mutex<bool>) {
        let mut sent = 0;
        let is_gone = || *gone.lock().unwrap_or_else(PoisonError::into_inner);
        if stream.set_write_timeout(Some(WRITE_TIMEOUT)).is_err() {
            return;
        }
        loop {
            let nothing_new = |state: &mut State| state.frame.as_ref().is_none_or(|frame| frame.seq == sent);
            let frame = self.wait_while(|state| !is_gone() && nothing_new(state)).frame.clone();
            let Some(frame) = frame.filter(|_| !is_gone()) else { break };
            if stream.write_all(&frame.bytes).is_err() {
                break;
            }
            sent = frame.seq;
        }
        // Ends the reader as well.
        let _already = stream.shutdown(std::net::Shutdown::Both);
    }
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    // The socket of a program that was killed is still there. Anything else at this place is not ours.
    if fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket()) {
        fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    // Names and amounts pass here.
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

fn read_touches(stream: UnixStream, on_touch: Option<&OnTouch>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let read = io::Read::take(&mut reader, TOUCH_BYTES_MAX).read_until(b'\n', &mut line);
        if !read.is_ok_and(|count| count > 0) || line.last() != Some(&b'\n') {
            return;
        }
        if let (Some(on_touch), Ok(touch)) = (on_touch, serde_json::from_slice(&line)) {
            on_touch(touch);
        }
    }
}

fn png_of(picture: &Picture) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header()?.write_image_data(picture.as_bytes())?;
    Ok(bytes)
}
