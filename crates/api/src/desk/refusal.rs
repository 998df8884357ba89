use money::DenominationSet;
use serde::{Deserialize, Serialize};

use super::{NewestNumbers, PaperName};
use crate::{ChainBreak, Discrepancy, DoubtId, IncidentId, IncidentSaid, PaymentId, StoreName};

/// Why something was not done. What to do now is said in the words of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Refusal {
    /// Nothing can be written down, so nothing can be done.
    Halted,
    /// A payment is under way, and the answer takes so long to find that a piece of money could not be credited.
    Busy,
    /// Nobody calls, or not for this.
    NobodyCalls,
    /// The payment is not open.
    NotOpen {
        /// Which.
        payment: PaymentId,
    },
    /// The payment is under way at the machine; nobody has to decide.
    UnderWay {
        /// Which.
        payment: PaymentId,
    },
    /// The machine cannot go on with the payment by itself in this way.
    CannotGoOn {
        /// Which.
        payment: PaymentId,
        /// Why it stopped.
        discrepancy: Box<Discrepancy>,
    },
    /// What its payout has paid is still being found out.
    PayoutUnderWay {
        /// Which.
        payment: PaymentId,
    },
    /// A unit for cash does not work.
    UnitOutOfOrder,
    /// A payment has to end first.
    PaymentOpen {
        /// Which.
        payment: PaymentId,
    },
    /// There is not exactly one drum or hopper for these pieces, or not the one that was named.
    NoSuchStore {
        /// Of what.
        kinds: DenominationSet,
    },
    /// Not every kind that lies there was counted, or others were.
    OtherKinds {
        /// Where.
        store: StoreName,
    },
    /// No such number of pieces fits in there.
    TooManyPieces {
        /// Where.
        store: StoreName,
        /// How many fit.
        capacity: u32,
    },
    /// The doubt does not stand.
    NoSuchDoubt {
        /// Which.
        doubt: DoubtId,
    },
    /// The incident is settled, or never was.
    NoSuchIncident {
        /// Which.
        incident: IncidentId,
    },
    /// That cannot be what became of it.
    CannotBeSaid {
        /// Of which incident.
        incident: IncidentId,
        /// What.
        said: IncidentSaid,
    },
    /// The computer's clock is believed.
    ClockNotInDoubt,
    /// The computer's clock cannot be right: it has to be set first.
    ClockNeverSet,
    /// These numbers are far beyond the last ones in the journal.
    FarBeyond {
        /// What was said.
        newest: NewestNumbers,
        /// The last ones in the journal.
        last: NewestNumbers,
    },
    /// The paper is not in doubt.
    PaperNotInDoubt {
        /// Which.
        paper: PaperName,
    },
    /// The paper was tried too often.
    PaperTriedTooOften {
        /// Which.
        paper: PaperName,
    },
    /// The code of the slip is gone from the journal's file, so it cannot be printed.
    PaperCodeGone {
        /// Which.
        paper: PaperName,
    },
    /// There never was such a payment.
    NoSuchPayment {
        /// Which.
        payment: PaymentId,
    },
    /// The journal does not hold what it must.
    JournalDoesNotHold {
        /// Where, and what was found.
        found: ChainBreak,
    },
    /// The journal cannot be read.
    JournalUnreadable {
        /// What the system says, for a technician.
        said: String,
    },
    /// The client is of another version of seisanki.
    OtherVersion {
        /// What the client speaks.
        client: u32,
        /// What the daemon speaks.
        daemon: u32,
    },
}

/// Who has to act, so that it can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Whoever asked: with another word, or later.
    Asker,
    /// Staff, at the machine.
    Staff,
    /// A technician.
    Technician,
}

impl Refusal {
    /// Who has to act.
    pub fn actor(&self) -> Actor {
        match self {
            Refusal::Busy
            | Refusal::NobodyCalls
            | Refusal::NotOpen { .. }
            | Refusal::UnderWay { .. }
            | Refusal::PaymentOpen { .. }
            | Refusal::NoSuchStore { .. }
            | Refusal::OtherKinds { .. }
            | Refusal::TooManyPieces { .. }
            | Refusal::NoSuchDoubt { .. }
            | Refusal::NoSuchIncident { .. }
            | Refusal::CannotBeSaid { .. }
            | Refusal::ClockNotInDoubt
            | Refusal::FarBeyond { .. }
            | Refusal::PaperNotInDoubt { .. }
            | Refusal::NoSuchPayment { .. } => Actor::Asker,
            Refusal::CannotGoOn { .. }
            | Refusal::PayoutUnderWay { .. }
            | Refusal::UnitOutOfOrder
            | Refusal::PaperTriedTooOften { .. }
            | Refusal::PaperCodeGone { .. } => Actor::Staff,
            Refusal::Halted
            | Refusal::ClockNeverSet
            | Refusal::JournalDoesNotHold { .. }
            | Refusal::JournalUnreadable { .. }
            | Refusal::OtherVersion { .. } => Actor::Technician,
        }
    }
}
