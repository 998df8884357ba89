use std::collections::VecDeque;
use std::io;
use std::pin::pin;
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
const CABLE_IN: &str = "the cable is in; `unplug` pulls it out";

/// Bytes that wait for a host which does not read: more than any device sends between two questions.
const UNREAD_MAX: usize = 65_536;

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
        stream: S,
        asked: &mut mpsc::Receiver<Asked>,
    ) -> io::Result<Ended> {
        let (mut from_host, mut to_host) = tokio::io::split(stream);
        let mut buffer = [0; 512];
        self.connect();
        loop {
            self.deliver();
            let wake_at = self.clock.instant(self.next_wake());
            let (writing, _) = self.writing.as_slices();
            tokio::select! {
                read = from_host.read(&mut buffer) => match read? {
                    0 => return Ok(Ended::LineClosed),
                    count => self.to_model.send(self.clock.now(), buffer[..count].to_vec()),
                },
                // A host that reads nothing must not keep people waiting, and so this is one branch among others.
                written = to_host.write(writing), if !writing.is_empty() => drop(self.writing.drain(..written?)),
                request = asked.recv() => if let Some(ended) = self.answer(request) {
                    return Ok(ended);
                },
                () = sleep_until(wake_at.into()) => {}
            }
        }
    }

    /// Plays with nobody at the other end, until `host` comes. What the model sends meanwhile is lost, as on a line that
    /// nobody reads. The error says why nobody will be played to.
    pub async fn play_until<H>(
        &mut self,
        host: impl Future<Output = H>,
        asked: &mut mpsc::Receiver<Asked>,
    ) -> Result<H, Ended> {
        let mut host = pin!(host);
        self.connect();
        loop {
            self.deliver();
            self.writing.clear();
            let wake_at = self.clock.instant(self.next_wake());
            tokio::select! {
                // Whoever connects and then asks for something means the device to be heard.
                biased;
                host = &mut host => return Ok(host),
                request = asked.recv() => if let Some(ended) = self.answer(request) {
                    return Err(ended);
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

    /// Nothing of what was under way to or from an earlier host reaches the next.
    fn connect(&mut self) {
        self.to_model.clear();
        self.to_host.clear();
        self.writing.clear();
    }

    /// Does what was asked for. `Some` if the line ends with it.
    fn answer(&mut self, request: Option<Asked>) -> Option<Ended> {
        match request {
            Some(Asked::Act { command, answer }) if command == "unplug" => {
                say(answer, Ok(()));
                return Some(Ended::Unplugged);
            }
            Some(Asked::Act { answer, command }) if command == "plug" => {
                say(answer, Err(CABLE_IN.to_owned()))
            }
            Some(Asked::Act { command, answer }) => say(answer, self.model.act(self.clock.now(), &command)),
            Some(Asked::LookInside { answer }) => say(answer, self.model.look_inside()),
            None => return Some(Ended::NobodyAsks),
        }
        None
    }

    /// Lets everything that is due happen.
    fn deliver(&mut self) {
        let now = self.clock.now();
        while let Some(bytes) = self.to_model.receive(now) {
            self.model.handle_bytes(now, bytes);
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
        // The oldest are lost first, as in a receiver that nobody empties.
        let excess = self.writing.len().saturating_sub(UNREAD_MAX);
        self.writing.drain(..excess);
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
