use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use devices::Clock;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;
use wire::Moment;

use crate::carrier::VirtualLine;
use crate::model::{Inside, Model, ModelOutput};

/// What somebody beside a device wants of it, with the way back for the answer.
pub enum Asked {
    /// A person does something: one line of the device's commands.
    Act {
        /// E.g. `insert 1000`.
        command: String,
        /// Whether it could be done.
        answer: oneshot::Sender<Result<(), String>>,
    },
    /// What truly is inside?
    LookInside {
        /// The way back.
        answer: oneshot::Sender<Inside>,
    },
}

/// Why a model is not played any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The host's end of the line is closed.
    LineClosed,
    /// Somebody said `unplug`.
    Unplugged,
    /// Nobody can ask for anything any more.
    NobodyAsks,
}

const CABLE_OUT: &str = "the cable is out; `plug` puts it back";

/// Plays a model on a byte stream in wall time.
pub struct Player<M> {
    model: M,
    clock: Clock,
    /// Bytes that are still on their way to the model, and to the host.
    to_model: VirtualLine,
    to_host: VirtualLine,
    writing: VecDeque<u8>,
    happened: mpsc::UnboundedSender<Value>,
}

impl<M: Model> Player<M> {
    /// A model on a line of `baud` bits a second. What happens is told to `happened`.
    pub fn new(model: M, baud: u32, clock: Clock, happened: mpsc::UnboundedSender<Value>) -> Player<M> {
        // Start bit, eight data bits, parity or not, stop bit: eleven is right for ID-003 and near enough for all.
        let line = || VirtualLine::new(baud, 11);
        Player { model, clock, to_model: line(), to_host: line(), writing: VecDeque::new(), happened }
    }

    /// Power is on; done once, before the first [`play`](Player::play).
    pub fn start(&mut self) {
        self.model.start(self.clock.now());
    }

    /// Plays until the stream ends, somebody unplugs it, or nobody can ask for anything any more.
    pub async fn play<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        mut stream: S,
        asked: &mut mpsc::Receiver<Asked>,
    ) -> io::Result<Ended> {
        let mut buffer = [0; 512];
        self.to_model.clear();
        self.to_host.clear();
        loop {
            self.deliver();
            if !self.writing.is_empty() {
                let bytes: Vec<u8> = self.writing.drain(..).collect();
                stream.write_all(&bytes).await?;
            }
            let wake_at = self.clock.instant(self.next_wake());
            tokio::select! {
                read = stream.read(&mut buffer) => match read? {
                    0 => return Ok(Ended::LineClosed),
                    count => self.to_model.send(self.clock.now(), buffer[..count].to_vec()),
                },
                request = asked.recv() => match request {
                    Some(Asked::Act { command, answer }) if command == "unplug" => {
                        say(answer, Ok(()));
                        return Ok(Ended::Unplugged);
                    }
                    Some(Asked::Act { command, answer }) => say(answer, self.model.act(self.clock.now(), &command)),
                    Some(Asked::LookInside { answer }) => say(answer, self.model.look_inside()),
                    None => return Ok(Ended::NobodyAsks),
                },
                () = sleep_until(wake_at.into()) => {}
            }
        }
    }

    /// With its cable out a device hears nobody and does nothing. False if nobody will plug it in any more.
    pub async fn plugged_in_again(&mut self, asked: &mut mpsc::Receiver<Asked>) -> bool {
        while let Some(request) = asked.recv().await {
            match request {
                Asked::Act { command, answer } if command == "plug" => {
                    say(answer, Ok(()));
                    return true;
                }
                Asked::Act { answer, .. } => say(answer, Err(CABLE_OUT.to_owned())),
                Asked::LookInside { answer } => {
                    say(answer, Inside { unplugged: true, ..self.model.look_inside() })
                }
            }
        }
        false
    }

    /// Lets everything that is due happen.
    fn deliver(&mut self) {
        let now = self.clock.now();
        while let Some(bytes) = self.to_model.receive(now) {
            self.model.handle_bytes(now, &bytes);
        }
        if self.model.deadline().is_some_and(|at| at <= now) {
            self.model.handle_timeout(now);
        }
        while let Some(output) = self.model.poll() {
            match output {
                ModelOutput::Transmit(bytes) => self.to_host.send(now, bytes),
                // Nobody listening any more means that the program is ending.
                ModelOutput::Happened(value) => drop(self.happened.send(value)),
            }
        }
        while let Some(bytes) = self.to_host.receive(now) {
            self.writing.extend(bytes);
        }
    }

    fn next_wake(&self) -> Option<Moment> {
        // A timer cannot be set to "now", and a model may ask for one over and over.
        let soonest = self.clock.now().after(Duration::from_micros(200));
        let times = [self.model.deadline(), self.to_model.next_arrival(), self.to_host.next_arrival()];
        times.into_iter().flatten().min().map(|at| at.max(soonest))
    }
}

/// Who asked may be gone; the thing is done all the same.
fn say<T>(answer: oneshot::Sender<T>, what: T) {
    drop(answer.send(what));
}
