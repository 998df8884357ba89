use std::path::Path;
use std::time::Duration;

use api::{Hello, Lines, to_line};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::{Instant, sleep, timeout_at};

use super::{MachineError, io};

/// How often a socket is tried that is not there yet.
pub(crate) const CONNECT_EVERY: Duration = Duration::from_millis(20);

/// A client of one of the daemon's sockets.
pub(crate) struct Connection {
    stream: UnixStream,
    lines: Lines,
}

impl Connection {
    /// Connects as soon as the program listens, if it does so within `patience`.
    pub(crate) async fn open(
        socket: &Path,
        role: &str,
        patience: Duration,
    ) -> Result<Connection, MachineError> {
        let until = Instant::now() + patience;
        let stream = loop {
            match UnixStream::connect(socket).await {
                Ok(stream) => break stream,
                Err(error) if Instant::now() > until => {
                    return Err(MachineError::Io { what: socket.display().to_string(), error });
                }
                Err(_not_yet) => sleep(CONNECT_EVERY).await,
            }
        };
        let mut connection = Connection { stream, lines: Lines::default() };
        connection.say(&Hello { hello: api::VERSION, role: role.to_owned() }).await?;
        Ok(connection)
    }

    pub(crate) async fn say<T: Serialize>(&mut self, message: &T) -> Result<(), MachineError> {
        io("a message to seisankid", self.stream.write_all(&to_line(message)).await)
    }

    /// The next message; `None` if none comes until then. Nothing is lost if the future is dropped.
    pub(crate) async fn next<T: DeserializeOwned>(
        &mut self,
        until: Instant,
    ) -> Result<Option<T>, MachineError> {
        let mut buffer = [0; 4096];
        loop {
            if let Some(message) = self.lines.next_message() {
                return message.map(Some).map_err(|error| MachineError::Refused(error.to_string()));
            }
            match timeout_at(until, self.stream.read(&mut buffer)).await {
                Err(_elapsed) => return Ok(None),
                Ok(read) => match io("a socket", read)? {
                    0 => return Err(MachineError::Refused("the program closed the connection".to_owned())),
                    count => self.lines.push(&buffer[..count]),
                },
            }
        }
    }
}
