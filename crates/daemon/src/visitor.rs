//! A client's end of a socket, for tests.

use std::path::Path;

use api::{Hello, Lines, to_line};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

pub(crate) struct Visitor {
    pub(crate) stream: UnixStream,
    lines: Lines,
}

impl Visitor {
    pub(crate) fn at(stream: UnixStream) -> Visitor {
        Visitor { stream, lines: Lines::default() }
    }

    pub(crate) async fn comes(socket: &Path) -> Visitor {
        Visitor::at(UnixStream::connect(socket).await.unwrap())
    }

    pub(crate) async fn greets(socket: &Path, role: &str) -> Visitor {
        let mut visitor = Visitor::comes(socket).await;
        visitor.says_hello(role).await;
        visitor
    }

    pub(crate) async fn says_hello(&mut self, role: &str) {
        self.says(&Hello { hello: api::VERSION, role: role.to_owned() }).await;
    }

    pub(crate) async fn says<T: Serialize>(&mut self, message: &T) {
        self.stream.write_all(&to_line(message)).await.unwrap();
    }

    /// `None` if it was cut off.
    pub(crate) async fn hears<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut buffer = [0; 4096];
        loop {
            if let Some(message) = self.lines.next_message() {
                return Some(message.unwrap());
            }
            match self.stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.lines.push(&buffer[..count]),
            }
        }
    }
}
