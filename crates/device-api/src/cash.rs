use std::collections::BTreeSet;

use money::{CashCount, Denomination, DenominationSet};
use serde::{Deserialize, Serialize};

use crate::{CountedBefore, Dispense, DispenseEnd, DispenseId, Disturbance};

/// What the machine asks of the note unit.
///
/// None of these is repeated by a driver unless the device positively reports that the first one did nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CashCommand {
    /// Take these denominations into escrow from now on and push back all others. The empty set inhibits the
    /// unit; once nothing is under way any more it answers [`CashEvent::Inhibited`].
    Accept(DenominationSet),
    /// Stack the note in escrow.
    Stack,
    /// Give the note in escrow back.
    Return,
    /// Keep the note in escrow while the patient is asked about it; [`CashCommand::Stack`] or
    /// [`CashCommand::Return`] must follow within ten seconds, or the device gives it back.
    Hold,
    /// The last [`CashEvent::Stacked`] is in the journal; the device may forget it.
    AcknowledgeStacked,
    /// Answer with [`CashEvent::Counts`].
    ReadCounts,
    /// Pay notes out of a drum. Only while inhibited; answered by [`CashEvent::Prepared`] or, if it cannot be, by
    /// [`CashEvent::Dispensed`].
    Dispense(Dispense),
    /// The counters of [`CashEvent::Prepared`] are in the journal: pay out. Answered by exactly one
    /// [`CashEvent::Dispensed`].
    Proceed(DispenseId),
    /// This [`CashEvent::Disturbed`] is in the journal; the device may forget it.
    Noted {
        /// Of which dispense.
        id: DispenseId,
        /// What happened.
        what: Disturbance,
    },
    /// What became of a dispense that an earlier driver was told to proceed with? Answered by exactly one
    /// [`CashEvent::Dispensed`], once the device can be asked.
    Recall {
        /// Which one.
        dispense: Dispense,
        /// What [`CashEvent::Prepared`] said then.
        before: CountedBefore,
        /// What [`CashEvent::Disturbed`] has said since.
        disturbances: BTreeSet<Disturbance>,
    },
}

/// What the note unit tells the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CashEvent {
    /// The device has answered, and every value it knows is one that the profile knows.
    Identified {
        /// Model and firmware as the device states them.
        model: String,
        /// The denominations in its currency table.
        values: DenominationSet,
    },
    /// A note is being drawn in; its value is not known yet.
    NoteArriving,
    /// A note lies in escrow and waits for [`CashCommand::Stack`] or [`CashCommand::Return`].
    Escrowed {
        /// What the note is.
        denomination: Denomination,
    },
    /// The note cannot come back any more: credit it now, then [`CashCommand::AcknowledgeStacked`].
    Stacked {
        /// What the note is. `None` if the device credits a note that was never seen in escrow.
        denomination: Option<Denomination>,
    },
    /// The stacked note came to rest where the device says.
    Stored {
        /// Where it lies now.
        place: Place,
    },
    /// The note in escrow went back to the exit (the mouth) and was taken.
    Returned,
    /// A piece was pushed back before it reached escrow.
    Rejected {
        /// Why, as far as the machine has to know.
        cause: RejectCause,
    },
    /// A note that is not paid out sticks out of the exit (the mouth), and nothing goes on before somebody takes it; or
    /// nothing does any more. Said once for each change.
    ExitBlocked(Option<ExitBlock>),
    /// The unit takes nothing in and nothing is under way in it.
    Inhibited,
    /// A note that is paid out sticks out of the exit and waits to be taken.
    Presented,
    /// The note that was presented was taken.
    Taken,
    /// A [`CashCommand::Dispense`] can begin, and waits for [`CashCommand::Proceed`].
    Prepared {
        /// Which one.
        id: DispenseId,
        /// What the device counts now.
        before: CountedBefore,
    },
    /// Something happened to the dispense under way that its counters will not tell. The driver sends nothing that could
    /// make the device forget it until [`CashCommand::Noted`]. Said once for each kind.
    Disturbed {
        /// Of which dispense.
        id: DispenseId,
        /// What happened.
        what: Disturbance,
    },
    /// A [`CashCommand::Dispense`] has ended.
    Dispensed {
        /// Which one.
        id: DispenseId,
        /// How.
        end: DispenseEnd,
    },
    /// What the device itself counted, in answer to [`CashCommand::ReadCounts`].
    Counts(DeviceCounts),
    /// The unit cannot work; said once, until [`CashEvent::Ready`].
    Trouble(CashTrouble),
    /// The unit works (again).
    Ready,
}

/// The note that sticks out of the exit, and is not paid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitBlock {
    /// It was pushed back or given back.
    GivenBack,
    /// It was pushed in behind another one, which goes no further as long as it is there.
    SecondNote,
}

/// Where a piece of cash lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Past the point of no return, resting place not reported yet.
    Transport,
    /// A recycling drum, counted from 1 as the device does.
    Drum(u8),
    /// The cash box of the note unit, from which nothing is paid out.
    CashBox,
    /// The hopper of this denomination.
    Hopper(Denomination),
    /// The coin box, from which nothing is paid out.
    CoinBox,
}

/// The device's own counters. They only ever prove something as a difference of two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCounts {
    /// What lies in the drums.
    pub drums: CashCount,
    /// Notes stacked in the device's life, drums and cash box together; `None` where a model has no such counter.
    pub stacked_total: Option<u32>,
    /// Notes paid out in the device's life; `None` where a model has no such counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_out_total: Option<u32>,
}

/// Why a piece was pushed back before escrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectCause {
    /// It could not be read: soiled, folded, two at once, unknown.
    Unreadable,
    /// This denomination is not taken just now.
    NotWanted,
}

/// Why the note unit cannot work, and so who must act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "trouble")]
pub enum CashTrouble {
    /// No answer on the line. Staff: power and cable.
    NotResponding,
    /// A note is stuck. Staff.
    Jam,
    /// The cash box is not in its place. Staff.
    CashBoxRemoved,
    /// The cash box is full. Staff.
    CashBoxFull,
    /// The device saw somebody pull or trick a note. Staff.
    Manipulated,
    /// The device reports a broken part; the code is the device's own. Technician.
    Broken {
        /// The code as in the device's manual.
        code: u8,
    },
    /// The device knows values that the profile does not, or other ones. Technician: profile.
    UnknownValues,
    /// Power came back with a note whose fate the device cannot tell. Staff.
    NoteOfUnknownFate,
    /// Out of order with a note in it that is not credited: to start it anew from here could make it forget that note.
    /// Staff: switch it off and on.
    NeedsPowerCycle,
}
