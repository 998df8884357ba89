//! Everything that goes in and out.

use std::sync::Arc;

use api::{ChainBreak, Done, KioskView, Order, PaperName, Refusal, ToBridge, Touch, WallTime};
use device_api::UnitId;
use document::DocumentError;
use engine::{BillingEvent, Draft, Input, Recovery};

use crate::LineId;

/// Everything that can happen to the machine.
pub enum Wakeup<'a> {
    /// A line is open (again).
    LineOpened(LineId),
    /// A line is gone, or cannot be opened.
    LineLost(LineId),
    /// Bytes have come from a device.
    Bytes(LineId, &'a [u8]),
    /// A program on a socket says something.
    Told(Told),
    /// What [`Effect::Append`] asked for is durable.
    Appended,
    /// It is not, or nobody knows.
    NotAppended,
    /// What [`Effect::TryJournal`] asked for has come about; this is what the journal holds.
    JournalOpened(Box<Recovery>),
    /// It has not.
    JournalNotOpened,
    /// [`Machine::deadline`](crate::Machine::deadline) has passed.
    Timeout,
    /// The program is to end. Answered by [`Effect::Stopped`].
    Stop,
}

/// What comes in by a socket.
pub enum Told {
    /// A button on the screen.
    Touch(Touch),
    /// The bridge said something, or came or went.
    Billing(BillingEvent),
    /// What was written once is not there as it was.
    JournalBroken(ChainBreak),
    /// Staff did something; answered by exactly one [`Effect::AnswerDesk`]. The next may be told after that.
    Desk(Order),
}

impl From<Told> for Input {
    fn from(told: Told) -> Input {
        match told {
            Told::Touch(touch) => Input::Touch(touch),
            Told::Billing(event) => Input::Billing(event),
            Told::JournalBroken(found) => Input::JournalBroken(found),
            Told::Desk(action) => Input::Desk(action),
        }
    }
}

/// What the carrier has to do, in this order.
pub enum Effect {
    /// Write these entries in one transaction, and tell how that went. Nothing that rests on them is asked for before.
    Append {
        /// The time that is written beside them.
        at: WallTime,
        /// One or more.
        entries: Arc<Vec<Draft>>,
    },
    /// Open every line, those that are open once more: what is still under way on them is for nobody. Then tell of each
    /// whether it is open or lost.
    OpenLines,
    /// Send these bytes to a device.
    Transmit(LineId, Vec<u8>),
    /// Answer the desk.
    AnswerDesk(Box<Result<Done, Refusal>>),
    /// Tell the bridge. Without one a result is dropped, because the next one is told it again; a quote is answered at
    /// once, with `Unavailable`.
    ToBridge(Box<ToBridge>),
    /// Cut the bridge off, so that it comes again and tells everything anew.
    CutBridge,
    /// Show this.
    View(Box<KioskView>),
    /// Bring everything from the journal's log into its file. Nothing waits for it, and nobody stands in front who could be
    /// made to wait: a file that is copied or found alone holds all of it then, and no copy of what was erased is left.
    EmptyJournalLog,
    /// Try the disk, open the journal anew and read it, and tell how that went. It may take long.
    TryJournal,
    /// Write this to the log.
    Log(Box<Notice>),
    /// End. These units have not said that their slots are closed.
    Stopped(Vec<UnitId>),
}

/// What a technician finds in the log. Never what is printed, and never the code of a slip, which is worth money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// So many characters of a paper are not in the printer's font.
    CharactersReplaced {
        /// Which paper.
        paper: PaperName,
        /// How many.
        count: u32,
    },
    /// A paper cannot be printed.
    NotLaidOut {
        /// Which paper.
        paper: PaperName,
        /// Why.
        error: DocumentError,
    },
}
