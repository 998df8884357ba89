//! The connection to seisankid, kept up for ever.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use api::{Hello, KioskView, Lines, Touch, to_line};

/// seisankid is back within a fraction of a second after a crash, and its page goes on at once; nobody should wait for the
/// screen after that. A refused attempt costs some microseconds.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// A touch is one short line. If it does not leave at once, seisankid reads no more.
const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// What the screen hears. It has no `Debug`: a view is private.
pub enum FromDaemon {
    /// What to show.
    View(KioskView),
    /// seisankid is away: what it said before no longer holds.
    Gone,
}

/// Sends touches to seisankid.
pub struct ToDaemon {
    connection: Arc<Connection>,
}

/// The open stream, as long as there is one.
#[derive(Default)]
struct Connection(Mutex<Option<UnixStream>>);

/// Why a connection ended. Nothing of what was said on it stands in here: views are private.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("{} cannot be reached: {error}", socket.display())]
    Unreachable { socket: PathBuf, error: io::Error },
    #[error("seisankid has ended, or has ended the connection")]
    ByDaemon,
    #[error("seisankid says what this program does not understand ({0}); install both from one release")]
    NotUnderstood(api::LineError),
}

/// Connects to `socket` on a thread of its own, again and again, and tells `hear` what comes.
pub fn start(socket: PathBuf, hear: impl Fn(FromDaemon) + Send + 'static) -> ToDaemon {
    let connection = Arc::new(Connection::default());
    let to_daemon = ToDaemon { connection: Arc::clone(&connection) };
    thread::spawn(move || {
        let mut said_before = String::new();
        loop {
            let Err(ended) = stay(&socket, &connection, &hear);
            connection.close();
            hear(FromDaemon::Gone);
            // One line for each cause, not one for each attempt: the log is for people.
            let says = ended.to_string();
            if says != said_before {
                eprintln!("seisanki-kiosk: {says}; trying again");
                said_before = says;
            }
            thread::park_timeout(AGAIN_AFTER);
        }
    });
    to_daemon
}

impl ToDaemon {
    /// Sends a touch. Without a connection it is lost: the page that was touched is gone as well.
    pub fn send(&self, touch: Touch) {
        let mut stream = self.connection.lock();
        let written = stream.as_mut().map(|stream| stream.write_all(&to_line(&touch)));
        if let Some(Err(_)) = written {
            // Half a line may have left, so that nothing more can be said on this connection.
            shut(stream.take());
        }
    }
}

impl Connection {
    fn lock(&self) -> MutexGuard<'_, Option<UnixStream>> {
        // What another thread left behind is an open stream or none; both are in order.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        shut(self.lock().take());
    }
}

/// One connection, to its end.
fn stay(
    socket: &Path,
    connection: &Connection,
    hear: &impl Fn(FromDaemon),
) -> Result<std::convert::Infallible, Ended> {
    let mut stream =
        greet(socket, connection).map_err(|error| Ended::Unreachable { socket: socket.to_owned(), error })?;
    let mut lines = Lines::default();
    let mut buffer = [0; 4096];
    loop {
        while let Some(view) = lines.next_message::<KioskView>() {
            hear(FromDaemon::View(view.map_err(Ended::NotUnderstood)?));
        }
        match stream.read(&mut buffer) {
            Ok(0) => return Err(Ended::ByDaemon),
            Ok(count) => lines.push(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(Ended::ByDaemon),
        }
    }
}

fn greet(socket: &Path, connection: &Connection) -> io::Result<UnixStream> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
    stream.write_all(&to_line(&Hello { hello: api::VERSION, role: "kiosk".into() }))?;
    *connection.lock() = Some(stream.try_clone()?);
    Ok(stream)
}

fn shut(stream: Option<UnixStream>) {
    if let Some(stream) = stream {
        // It may be shut already by the other side; that is what is wanted.
        let _already = stream.shutdown(Shutdown::Both);
    }
}
