//! How far one dispense is, and what the device's statuses mean for it.

use std::time::Duration;

use device_api::Dispense;
use settings::DrumCounterFalls;
use wire::Moment;
use wire::id003::Status;

use super::dispensing::Dispensing;
use super::exit::{Exit, ExitNews, is_paying_out};
use super::phase::{Condition, condition};
use super::reading::Reading;

/// How long the device must be at rest before a payout that is not complete counts as ended. A recycler turns its
/// drum for a second or two before and between notes (§7), and a frame that was held up on its way is long dropped.
const SETTLE: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(super) enum Stage {
    #[default]
    Idle,
    /// The device pays out what an earlier run told it, or what this one has given up.
    Foreign,
    /// Reading the counters before.
    Preparing(Preparing),
    /// The counters are told, and the machine is to say that they are saved.
    Prepared(Running, Moment),
    /// PAY OUT is to be sent.
    Due(Running),
    /// PAY OUT was sent, and the device was not seen at rest since.
    Running(Running),
    /// At rest after PAY OUT: counters are read and compared.
    Resting(Resting),
}

#[derive(Debug)]
pub(super) struct Preparing {
    pub(super) dispense: Dispense,
    pub(super) drums: Vec<u8>,
    pub(super) counter_falls: DrumCounterFalls,
    pub(super) reading: Reading,
}

#[derive(Debug)]
pub(super) struct Running {
    pub(super) dispensing: Dispensing,
    pub(super) reading: Reading,
    pub(super) gone_since: Option<Moment>,
    pub(super) out_of_order_since: Option<Moment>,
}

#[derive(Debug)]
pub(super) struct Resting {
    pub(super) running: Running,
    pub(super) since: Moment,
    /// One look a status: a device at rest is not to be flooded with questions.
    pub(super) look_due: bool,
    /// Fewer were paid out for no reason that is known here; the recycler is asked.
    pub(super) asked_why: Option<u32>,
}

/// What a status means for a dispense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sighting {
    PayingOut,
    AtRest,
    OutOfOrder,
    /// It neither pays out nor rests.
    Busy,
    /// It says nothing.
    Nothing,
}

impl Running {
    pub(super) fn new(dispensing: Dispensing, reading: Reading) -> Running {
        Running { dispensing, reading, gone_since: None, out_of_order_since: None }
    }

    pub(super) fn observe(
        &mut self,
        now: Moment,
        status: Status,
        sighting: Sighting,
        news: Option<ExitNews>,
        exit: Exit,
    ) {
        self.gone_since = None;
        if let Some(news) = news {
            self.dispensing.note_moved(news);
        }
        match sighting {
            Sighting::PayingOut => {
                self.dispensing.heard();
                self.out_of_order_since = None;
            }
            Sighting::OutOfOrder => {
                self.dispensing.out_of_order(status, exit);
                self.out_of_order_since.get_or_insert(now);
            }
            Sighting::AtRest => {
                self.out_of_order_since = None;
                // An open slot is none of ours: PAY OUT is not sent again into it.
                if status != Status::Inhibit {
                    self.dispensing.interrupted();
                }
            }
            // A note where none should be.
            Sighting::Busy => self.dispensing.interrupted(),
            Sighting::Nothing => {}
        }
    }
}

impl Resting {
    pub(super) fn new(since: Moment, running: Running) -> Resting {
        let running = Running { reading: running.reading.again(), ..running };
        Resting { running, since, look_due: true, asked_why: None }
    }

    pub(super) fn is_settled(&self, now: Moment) -> bool {
        now >= self.since.after(SETTLE)
    }
}

impl Sighting {
    pub(super) fn of(status: Status) -> Sighting {
        match (condition(status), status) {
            (Condition::Running, Status::Idling | Status::Inhibit) => Sighting::AtRest,
            (Condition::Running, status) if is_paying_out(status) => Sighting::PayingOut,
            (Condition::Running, Status::Pause) | (Condition::Nothing, _) => Sighting::Nothing,
            (Condition::Running, _) => Sighting::Busy,
            (Condition::PowerUp | Condition::Initialize | Condition::Fault(_), _) => Sighting::OutOfOrder,
        }
    }
}
