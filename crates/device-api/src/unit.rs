use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use money::{CashCount, Denomination, DenominationSet};
use serde::{Deserialize, Serialize};

use crate::text::{as_text, numbered};
use crate::{CountedBefore, Dispense, DispenseEnd, DispenseId, Disturbance, Mismatch, NotAPart, Place};

/// What the machine asks of a cash unit: whatever takes or gives money.
///
/// None of these is repeated by a driver unless the device positively reports that the first one did nothing. What a unit
/// has no use for, by its [`Capabilities`], it passes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitCommand {
    /// About pieces that come in.
    In(DepositCommand),
    /// About pieces that go out.
    Out(PayoutCommand),
    /// Say who this part is and what it has counted; answered by [`UnitEvent::Counts`] once it can be asked and pays
    /// nothing out.
    ReadCounts(UnitPart),
}

/// What the machine asks of a unit about pieces that come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DepositCommand {
    /// Take these denominations from now on and give back all others. The empty set inhibits the unit; once nothing is under
    /// way any more it answers [`Deposited::Inhibited`].
    Accept(DenominationSet),
    /// Stack the piece in escrow.
    Stack,
    /// Give the piece in escrow back.
    Return,
    /// Keep the piece in escrow while the patient is asked about it; [`DepositCommand::Stack`] or
    /// [`DepositCommand::Return`] must follow within ten seconds, or the device gives it back.
    Hold,
    /// The last [`Deposited::Stacked`] is in the journal; the device may forget it.
    AcknowledgeStacked,
    /// What an earlier driver told up to this value of the device's event counter is in the journal, and nothing later. Said
    /// once at the start: what happened since is told, though it did before this driver began.
    ToldUpTo(u8),
}

/// What the machine asks of a unit about pieces that go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayoutCommand {
    /// Pay pieces out. Only while inhibited, of a unit that counts its stores; answered by [`Paid::Prepared`] or, if it cannot
    /// be, by [`Paid::Dispensed`].
    Dispense(Dispense),
    /// The counters of [`Paid::Prepared`] are in the journal: pay out. Answered by exactly one [`Paid::Dispensed`].
    Proceed(DispenseId),
    /// This [`Paid::Disturbed`] is in the journal; the device may forget it.
    Noted {
        /// Of which dispense.
        id: DispenseId,
        /// What happened.
        what: Disturbance,
    },
    /// What became of a dispense that an earlier driver was told to proceed with? Answered by exactly one
    /// [`Paid::Dispensed`], once the device can be asked.
    Recall {
        /// Which one.
        dispense: Dispense,
        /// What [`Paid::Prepared`] said then.
        before: CountedBefore,
        /// What [`Paid::Disturbed`] has said since.
        disturbances: BTreeSet<Disturbance>,
    },
}

/// What a cash unit tells the machine, one family an arm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitEvent {
    /// A piece came in, or did not.
    In(Deposited),
    /// A piece goes out, or did not.
    Out(Paid),
    /// How the unit is.
    State(Stated),
    /// What it has counted, in answer to [`UnitCommand::ReadCounts`].
    Counts(Counted),
}

impl UnitEvent {
    /// A part cannot work.
    pub fn trouble(part: UnitPart, trouble: UnitTrouble) -> UnitEvent {
        UnitEvent::State(Stated::Trouble { part, trouble })
    }
}

/// What happened to a piece that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deposited {
    /// A piece is being drawn in; its value is not known yet.
    Arriving,
    /// A piece lies in escrow and waits for [`DepositCommand::Stack`] or [`DepositCommand::Return`].
    Escrowed {
        /// What it is.
        denomination: Denomination,
    },
    /// The piece cannot come back any more: credit it now, then [`DepositCommand::AcknowledgeStacked`].
    Stacked {
        /// What it is. `None` if the device credits a piece that was never seen in escrow.
        denomination: Option<Denomination>,
    },
    /// The stacked piece came to rest where the device says.
    Stored {
        /// Where it lies now.
        place: Place,
    },
    /// The piece in escrow went back to the exit (the mouth) and was taken.
    Returned,
    /// A piece is inside and cannot come back, of a unit without escrow: credit it. The device needs no answer.
    Inserted {
        /// What it is.
        denomination: Denomination,
        /// Where the device says it fell.
        place: Place,
        /// The device's event counter; each value is told once.
        event_no: u8,
    },
    /// More happened than the device could remember, or than it can name: what it was is unknown.
    EventsLost {
        /// How many events.
        count: u8,
        /// The device's event counter after the last of them.
        event_no: u8,
    },
    /// Everything that the device has counted up to here is told, and what came last was no piece: something that it gave
    /// back, or the beginning of its count, which may be a new one. A driver that begins later has to know it.
    ToldUpTo {
        /// The device's event counter.
        event_no: u8,
    },
    /// A piece was given back before anybody could decide about it.
    Rejected {
        /// Why, as far as the machine has to know.
        cause: RejectCause,
    },
    /// A piece that is not paid out sticks out of the exit (the mouth), and nothing goes on before somebody takes it; or
    /// nothing does any more. Said once for each change.
    ExitBlocked(Option<ExitBlock>),
    /// Somebody pressed the return lever.
    ReturnPressed,
    /// The unit takes nothing in, and nothing is under way in it.
    Inhibited,
}

impl Deposited {
    /// Whether the piece that was drawn in or lay in escrow is not there any more.
    pub fn leaves_escrow(&self) -> bool {
        match self {
            Deposited::Stacked { .. } | Deposited::Returned | Deposited::Rejected { .. } => true,
            Deposited::Arriving
            | Deposited::Escrowed { .. }
            | Deposited::Stored { .. }
            | Deposited::Inserted { .. }
            | Deposited::EventsLost { .. }
            | Deposited::ToldUpTo { .. }
            | Deposited::ExitBlocked(_)
            | Deposited::ReturnPressed
            | Deposited::Inhibited => false,
        }
    }
}

impl UnitEvent {
    /// The device's event counter, of what is told under it once and never again.
    pub fn event_no(&self) -> Option<u8> {
        match self {
            UnitEvent::In(
                Deposited::Inserted { event_no, .. }
                | Deposited::EventsLost { event_no, .. }
                | Deposited::ToldUpTo { event_no },
            ) => Some(*event_no),
            UnitEvent::In(_) | UnitEvent::Out(_) | UnitEvent::State(_) | UnitEvent::Counts(_) => None,
        }
    }
}

/// What happened to pieces that are paid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paid {
    /// A piece that is paid out sticks out of the exit and waits to be taken.
    Presented,
    /// The piece that was presented was taken.
    Taken,
    /// A [`PayoutCommand::Dispense`] can begin, and waits for [`PayoutCommand::Proceed`].
    Prepared {
        /// Which one.
        id: DispenseId,
        /// What the device counts now.
        before: CountedBefore,
    },
    /// Something happened to the dispense under way that its counters will not tell. The driver sends nothing that could
    /// make the device forget it until [`PayoutCommand::Noted`]. Said once for each kind.
    Disturbed {
        /// Of which dispense.
        id: DispenseId,
        /// What happened.
        what: Disturbance,
    },
    /// A [`PayoutCommand::Dispense`] has ended.
    Dispensed {
        /// Which one.
        id: DispenseId,
        /// How.
        end: DispenseEnd,
    },
}

/// How a unit is, as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated {
    /// All devices of the unit have answered, and every value they know is one that the profile knows.
    Identified {
        /// Models and firmware as the devices state them.
        model: String,
        /// The denominations that it takes.
        accepts: DenominationSet,
        /// The denominations that it pays out.
        pays: DenominationSet,
    },
    /// A part cannot work; said once, until [`Stated::Ready`] of the same part.
    Trouble {
        /// Which one.
        part: UnitPart,
        /// Why, and so who must act.
        trouble: UnitTrouble,
    },
    /// A part works (again).
    Ready {
        /// Which one.
        part: UnitPart,
    },
}

/// What a part counts. Counters prove something only as a difference of two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Which part.
    pub part: UnitPart,
    /// What it says of its life.
    pub counts: UnitCounts,
    /// What lies in its stores, if it counts that.
    pub stored: Option<CashCount>,
}

/// What a unit says of itself that outlives its power and our programs. What it does not tell proves nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitCounts {
    /// The number that its maker gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u32>,
    /// Pieces stacked in its life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stacked_total: Option<u32>,
    /// Pieces paid out in its life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_out_total: Option<u32>,
}

/// What can fail in a unit by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitPart {
    /// What takes pieces in. In a recycler it pays them out, too, and is the only part.
    Acceptor,
    /// A hopper, by its address on the bus of its unit.
    Hopper(u8),
}

impl fmt::Display for UnitPart {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnitPart::Acceptor => out.write_str("acceptor"),
            UnitPart::Hopper(number) => write!(out, "hopper-{number}"),
        }
    }
}

impl FromStr for UnitPart {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<UnitPart, NotAPart> {
        match text {
            "acceptor" => Ok(UnitPart::Acceptor),
            _ => numbered(text, "hopper-").map(UnitPart::Hopper).ok_or(NotAPart),
        }
    }
}

as_text!(UnitPart);

/// Why a part of a unit cannot work, and so who must act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "trouble")]
pub enum UnitTrouble {
    /// No answer on the line. Staff: power and cable.
    NotResponding,
    /// A piece is stuck. Staff.
    Jam,
    /// Nothing left to pay out. Staff.
    Empty,
    /// The cash box is not in its place. Staff.
    CashBoxRemoved,
    /// The cash box is full. Staff.
    CashBoxFull,
    /// The device saw somebody pull or trick a piece. Staff.
    Manipulated,
    /// The device reports a broken part; the code is the device's own. Technician.
    Broken {
        /// The code as in the device's manual.
        code: u8,
    },
    /// The device is another one than the profile says. Technician: profile, or device.
    UnknownValues {
        /// In what. Entries of older journals do not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mismatch: Option<Mismatch>,
    },
    /// Power came back with a piece whose fate the device cannot tell. Staff.
    NoteOfUnknownFate,
    /// Out of order with a piece in it that is not credited: to start it anew from here could make it forget that piece.
    /// Staff: switch it off and on.
    NeedsPowerCycle,
}

impl UnitTrouble {
    /// The device is another one than the profile says, in this.
    pub fn other_than_profile(mismatch: Mismatch) -> UnitTrouble {
        UnitTrouble::UnknownValues { mismatch: Some(mismatch) }
    }

    /// Whether a piece may be in the unit that nobody has decided on or heard of: then nobody may say that it holds nothing of
    /// the patient's.
    pub fn may_hide_a_piece(&self) -> bool {
        match self {
            // A piece may have gone in since the last answer, however short ago that was.
            UnitTrouble::NotResponding
            | UnitTrouble::Jam
            | UnitTrouble::Manipulated
            | UnitTrouble::Broken { .. }
            | UnitTrouble::NoteOfUnknownFate
            | UnitTrouble::NeedsPowerCycle => true,
            UnitTrouble::Empty
            | UnitTrouble::CashBoxRemoved
            | UnitTrouble::CashBoxFull
            | UnitTrouble::UnknownValues { .. } => false,
        }
    }

    /// Whether the part can still say what it has counted, though it cannot take or pay anything.
    pub fn leaves_counters(&self) -> bool {
        match self {
            UnitTrouble::Empty
            | UnitTrouble::Jam
            | UnitTrouble::Manipulated
            | UnitTrouble::CashBoxRemoved
            | UnitTrouble::CashBoxFull
            | UnitTrouble::NoteOfUnknownFate => true,
            UnitTrouble::NotResponding
            | UnitTrouble::Broken { .. }
            | UnitTrouble::UnknownValues { .. }
            | UnitTrouble::NeedsPowerCycle => false,
        }
    }
}

/// The piece that sticks out of the exit, and is not paid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitBlock {
    /// It was pushed back or given back.
    GivenBack,
    /// It was pushed in behind another one, which goes no further as long as it is there.
    SecondNote,
}

/// Why a piece was given back before anybody could decide about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectCause {
    /// It could not be read: soiled, folded, bent, two at once, unknown.
    Unreadable,
    /// This denomination is not taken just now.
    NotWanted,
}

/// What a unit can do, as data: no decision asks whether it takes notes or coins where one of these is what is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// A piece waits in escrow until the machine has it stacked or given back. Without, what falls in is inside.
    pub escrow: bool,
    /// It counts what lies in its stores, and what it stacks: the difference of two readings proves what came in and went out,
    /// and where pieces lie that did not.
    pub counts_stores: bool,
    /// It numbers what falls in, and after a start tells what fell in since a number.
    pub numbers_deposits: bool,
    /// What it pays out is presented at an exit, to be taken. Without, it falls into a tray, and is gone.
    pub presents: bool,
}

impl Capabilities {
    /// A unit that draws single pieces in, keeps them in drums and presents them again.
    pub const RECYCLER: Capabilities =
        Capabilities { escrow: true, counts_stores: true, numbers_deposits: false, presents: true };

    /// An acceptor into which pieces fall, and hoppers that throw them out.
    pub const ACCEPTOR_WITH_HOPPERS: Capabilities =
        Capabilities { escrow: false, counts_stores: false, numbers_deposits: true, presents: false };
}
