use std::convert::Infallible;
use std::io;
use std::path::Path;
use std::time::Duration;

use api::{Hello, Lines, to_line};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tracing::{info, warn};

use crate::file_connector::FileConnector;

/// A daemon that restarts is back within a second.
const PAUSE_MIN: Duration = Duration::from_millis(250);
/// A patient may stand before the machine while the bridge waits.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// How often the files are checked without a question.
const CHECK_EVERY: Duration = Duration::from_secs(5);

/// Why a connection ended. It is always tried again.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("seisankid closed the connection")]
    Closed,
    #[error("seisankid cannot be reached: {0}")]
    Unreachable(#[from] io::Error),
    #[error("{0}; install seisankid and seisanki-bridge from one release")]
    NotUnderstood(#[from] api::LineError),
}

/// Serves the daemon behind `socket` until the program is stopped.
pub(crate) async fn keep_connected(socket: &Path, connector: &mut FileConnector) {
    let mut pause = PAUSE_MIN;
    loop {
        connector.check_files();
        let Err(ended) = serve(socket, connector).await;
        if matches!(ended, Ended::Closed) {
            pause = PAUSE_MIN;
        }
        warn!("{ended}; trying again in {} ms", pause.as_millis());
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

async fn serve(socket: &Path, connector: &mut FileConnector) -> Result<Infallible, Ended> {
    let (mut reader, mut writer) = UnixStream::connect(socket).await?.into_split();
    let hello = Hello { hello: api::VERSION, role: "bridge".to_owned() };
    writer.write_all(&to_line(&hello)).await?;
    info!("connected to seisankid");
    let mut lines = Lines::default();
    let mut buffer = [0; 4096];
    let mut check = tokio::time::interval(CHECK_EVERY);
    connector.greet();
    loop {
        while let Some(message) = lines.next_message() {
            let answer = connector.answer(message?).await;
            writer.write_all(&to_line(&answer)).await?;
        }
        // After the answers: nobody waits for it.
        if let Some(news) = connector.news() {
            writer.write_all(&to_line(&news)).await?;
        }
        tokio::select! {
            count = reader.read(&mut buffer) => match count? {
                0 => return Err(Ended::Closed),
                count => lines.push(&buffer[..count]),
            },
            _ = check.tick() => connector.check_files(),
        }
    }
}

#[cfg(test)]
mod tests {
    use api::{FromBridge, PatientNumber, QuoteOutcome, ToBridge};
    use serde::de::DeserializeOwned;
    use tempfile::TempDir;
    use tokio::net::UnixListener;

    use super::*;
    use crate::file_connector::tests::{connector, paid};

    /// The daemon's end of a connection.
    struct Daemon {
        stream: UnixStream,
        lines: Lines,
    }

    impl Daemon {
        async fn accept(listener: &UnixListener) -> Daemon {
            let (stream, _) = listener.accept().await.unwrap();
            let mut daemon = Daemon { stream, lines: Lines::default() };
            let hello: Hello = daemon.hear().await;
            assert_eq!(hello, Hello { hello: api::VERSION, role: "bridge".into() });
            assert_eq!(daemon.hear::<FromBridge>().await, FromBridge::Troubles(Vec::new()));
            daemon
        }

        async fn say(&mut self, message: &ToBridge) {
            self.stream.write_all(&to_line(message)).await.unwrap();
        }

        async fn hear<T: DeserializeOwned>(&mut self) -> T {
            let mut buffer = [0; 1024];
            loop {
                if let Some(message) = self.lines.next_message() {
                    return message.unwrap();
                }
                let count = self.stream.read(&mut buffer).await.unwrap();
                assert!(count > 0, "the bridge hung up");
                self.lines.push(&buffer[..count]);
            }
        }
    }

    async fn against_a_bridge(daemon: impl AsyncFnOnce(&TempDir, &UnixListener)) {
        let folder = TempDir::new().unwrap();
        let socket = folder.path().join("bridge.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let mut connector = connector(folder.path());
        tokio::select! {
            () = daemon(&folder, &listener) => {}
            () = keep_connected(&socket, &mut connector) => {}
        }
    }

    #[tokio::test]
    async fn questions_are_answered_in_order() {
        against_a_bridge(async |_, listener| {
            let mut daemon = Daemon::accept(listener).await;
            let patient = PatientNumber("0042".into());
            daemon.say(&ToBridge::Quote { request: 1, patient }).await;
            daemon.say(&ToBridge::Deliver(paid())).await;
            let outcome = QuoteOutcome::UnknownPatient;
            assert_eq!(daemon.hear::<FromBridge>().await, FromBridge::Quoted { request: 1, outcome });
            assert_eq!(daemon.hear::<FromBridge>().await, FromBridge::Delivered { payment: paid().payment });
        })
        .await;
    }

    #[tokio::test]
    async fn a_lost_connection_is_made_again() {
        against_a_bridge(async |_, listener| {
            drop(Daemon::accept(listener).await);
            Daemon::accept(listener).await;
        })
        .await;
    }

    #[tokio::test]
    async fn a_result_that_cannot_be_written_holds_up_only_itself() {
        against_a_bridge(async |folder, listener| {
            let results = folder.path().join("results");
            let mut daemon = Daemon::accept(listener).await;
            std::fs::remove_dir(&results).unwrap();
            daemon.say(&ToBridge::Deliver(paid())).await;
            assert!(matches!(daemon.hear().await, FromBridge::NotDelivered { .. }));

            let patient = PatientNumber("0042".into());
            daemon.say(&ToBridge::Quote { request: 1, patient }).await;
            assert!(matches!(daemon.hear().await, FromBridge::Quoted { .. }), "others are answered");

            std::fs::create_dir(&results).unwrap();
            daemon.say(&ToBridge::Deliver(paid())).await;
            assert_eq!(daemon.hear::<FromBridge>().await, FromBridge::Delivered { payment: paid().payment });
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_wrong_is_told_without_a_question() {
        against_a_bridge(async |folder, listener| {
            let mut daemon = Daemon::accept(listener).await;
            std::fs::write(folder.path().join("bills/a.json"), "[]").unwrap();
            assert!(matches!(daemon.hear().await, FromBridge::Troubles(troubles) if troubles.len() == 1));
        })
        .await;
    }

    #[tokio::test]
    async fn a_line_that_is_no_message_ends_the_connection() {
        against_a_bridge(async |_, listener| {
            let mut daemon = Daemon::accept(listener).await;
            daemon.stream.write_all(b"{\"refused\":\"another version\"}\n").await.unwrap();
            Daemon::accept(listener).await;
        })
        .await;
    }
}
