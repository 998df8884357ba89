//! Double entry: what each [`Entry`] moves between which accounts. The postings of an entry sum to zero.

use api::{IncidentId, IncidentSaid, Outcome, PaymentId, TenderId};
use device_api::{Place, StoreId, UnitId};
use money::{AmountOverflow, CashCount, Denomination, Yen};
use serde::{Deserialize, Serialize};

use crate::{CashEntry, Entry, IncidentEntry, PaymentEntry, PayoutEntry, Purpose, TenderEntry};

/// Where value can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "account")]
pub enum Account {
    /// Pieces in the machine (an asset: positive).
    Cash {
        /// Where.
        store: StoreId,
        /// Of what.
        denomination: Denomination,
    },
    /// What a patient has inserted and may still have back (a debt: negative).
    Deposit {
        /// By which tender.
        tender: TenderId,
    },
    /// What the tenders of a payment have brought by the end of each, until the payment closes: nothing between two steps.
    Brought {
        /// To which payment.
        payment: PaymentId,
    },
    /// What patients have paid the clinic (negative).
    Fees,
    /// What staff settle with a patient by hand (negative).
    TakenOver {
        /// From which payment.
        payment: PaymentId,
    },
    /// What a patient still has to get from the desk, by a 預り票 (negative).
    Owed {
        /// From which payment.
        payment: PaymentId,
    },
    /// Pieces that were found, until their incident is written: nothing between two steps.
    Found,
    /// Pieces of which nobody knows whether they were paid out, until their incident is written: nothing between two steps.
    Doubtful {
        /// They may have been paid out for this tender.
        tender: TenderId,
    },
    /// Money of which something is not known: found (negative) or missing (positive). Nothing once it is settled.
    Incident {
        /// Which.
        incident: IncidentId,
    },
    /// What staff gave by hand to whose it was (negative): the machine has it.
    GivenByHand,
    /// What staff handed over as lost property (negative): the machine has it.
    HandedOver,
    /// 現金過不足: what nobody could explain, less is positive and more is negative.
    OverShort,
    /// What the clinic has put into the machine, by people's counts (negative).
    Float,
}

/// One line of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Which account.
    pub account: Account,
    /// By how much it changes.
    pub amount: Yen,
}

/// The postings of `entry`; none for an entry that moves no value.
pub fn postings(entry: &Entry) -> Result<Vec<Posting>, AmountOverflow> {
    match entry {
        Entry::Cash(entry) => cash_moved(entry),
        Entry::Payout(entry) => paid_out(entry),
        Entry::Tender(entry) => tender_ended(entry),
        Entry::Payment(entry) => payment_closed(entry),
        Entry::Incident(entry) => suspended(entry),
        Entry::Machine(_) | Entry::Paper(_) | Entry::Call(_) | Entry::Doubt(_) => Ok(Vec::new()),
    }
}

fn cash_moved(entry: &CashEntry) -> Result<Vec<Posting>, AmountOverflow> {
    match entry {
        CashEntry::NoteCredited { purpose, unit, denomination } => {
            move_pieces(1, *denomination, purpose.account(), on_its_way(*unit, *denomination))
        }
        CashEntry::CoinCredited { purpose, store, denomination, .. } => {
            move_pieces(1, *denomination, purpose.account(), cash(*store, *denomination))
        }
        CashEntry::NoteStored { store, denomination } => {
            move_pieces(1, *denomination, on_its_way(store.unit, *denomination), cash(*store, *denomination))
        }
        CashEntry::NoteFound { unit, denomination: Some(denomination) } => {
            move_pieces(1, *denomination, Account::Found, on_its_way(*unit, *denomination))
        }
        CashEntry::CoinFound { store, denomination, .. } => {
            move_pieces(1, *denomination, Account::Found, cash(*store, *denomination))
        }
        CashEntry::StockSet { store, before, counted, .. } => count(*store, before, counted),
        CashEntry::StackIntended { .. }
        | CashEntry::NoteRefused { .. }
        | CashEntry::NoteReturned { .. }
        | CashEntry::NoteFound { denomination: None, .. }
        | CashEntry::CoinsUnaccounted { .. }
        | CashEntry::EventsTold { .. } => Ok(Vec::new()),
    }
}

fn paid_out(entry: &PayoutEntry) -> Result<Vec<Posting>, AmountOverflow> {
    match entry {
        PayoutEntry::PayoutEnded { purpose, store, denomination, pieces, end, .. } => {
            let (paid, doubtful) = end.paid_and_doubtful(*pieces);
            let from = cash(*store, *denomination);
            let mut lines = move_pieces(paid, *denomination, from, purpose.account())?;
            lines.extend(move_pieces(doubtful, *denomination, from, purpose.doubtful())?);
            Ok(lines)
        }
        PayoutEntry::NotesRetracted { from, denomination, pieces } => move_pieces(
            *pieces,
            *denomination,
            cash(*from, *denomination),
            cash(StoreId { unit: from.unit, place: Place::CashBox }, *denomination),
        ),
        PayoutEntry::PayoutIntended { .. }
        | PayoutEntry::PayoutPrepared { .. }
        | PayoutEntry::PayoutDisturbed { .. } => Ok(Vec::new()),
    }
}

/// What is left of a tender belongs to its payment from now on.
fn tender_ended(entry: &TenderEntry) -> Result<Vec<Posting>, AmountOverflow> {
    match entry {
        TenderEntry::TenderTaken { tender, kept }
        | TenderEntry::TenderVoid { tender, kept }
        | TenderEntry::TenderUnknown { tender, kept } => {
            let brought = Account::Brought { payment: tender.payment };
            move_value(*kept, brought, Purpose::Tender(*tender).account())
        }
        TenderEntry::TenderIntended { .. } => Ok(Vec::new()),
    }
}

/// Pieces of which something is not known belong to an incident, until a person says what became of them.
fn suspended(entry: &IncidentEntry) -> Result<Vec<Posting>, AmountOverflow> {
    match entry {
        IncidentEntry::IncidentOpened { .. } => Ok(Vec::new()),
        IncidentEntry::FoundSuspended { incident, value } => {
            move_value(*value, Account::Incident { incident: *incident }, Account::Found)
        }
        IncidentEntry::MissingSuspended { incident, tender, value } => {
            let from = Account::Doubtful { tender: *tender };
            move_value(*value, from, Account::Incident { incident: *incident })
        }
        IncidentEntry::IncidentSettled { incident, said, about, held, .. } => {
            move_value(*held, Account::Incident { incident: *incident }, settled_to(*said, *about))
        }
    }
}

fn settled_to(said: IncidentSaid, about: Option<PaymentId>) -> Account {
    match said {
        IncidentSaid::ReturnedToPatient => Account::GivenByHand,
        IncidentSaid::HandedOver => Account::HandedOver,
        // Staff have settled by hand what the payment kept, and this with it.
        IncidentSaid::LeftWithPatient => {
            about.map_or(Account::OverShort, |payment| Account::TakenOver { payment })
        }
        // The count found as much more than the books said.
        IncidentSaid::CountedInMachine => Account::Float,
        IncidentSaid::OverShort => Account::OverShort,
    }
}

fn payment_closed(entry: &PaymentEntry) -> Result<Vec<Posting>, AmountOverflow> {
    match entry {
        PaymentEntry::PaymentClosed { payment, outcome, due, inserted, paid_out, .. } => {
            let kept = inserted.total()?.minus(paid_out.total()?)?;
            close(*payment, outcome, *due, kept)
        }
        PaymentEntry::PaymentOpened { .. }
        | PaymentEntry::PaymentConfirmed { .. }
        | PaymentEntry::PaymentResumed { .. }
        | PaymentEntry::PaymentSuspended { .. }
        | PaymentEntry::ReturnDecided { .. }
        | PaymentEntry::PaymentDecided { .. }
        | PaymentEntry::ResultDelivered { .. }
        | PaymentEntry::PrivateErased { .. } => Ok(Vec::new()),
    }
}

/// What a person counted more or less than the books said, the clinic has put in or taken out.
fn count(store: StoreId, before: &CashCount, counted: &CashCount) -> Result<Vec<Posting>, AmountOverflow> {
    let mut lines = Vec::new();
    for kind in Denomination::ALL {
        let (before, pieces, here) = (before.pieces(kind), counted.pieces(kind), cash(store, kind));
        lines.extend(match pieces.checked_sub(before) {
            Some(more) => move_pieces(more, kind, Account::Float, here)?,
            None => move_pieces(before - pieces, kind, here, Account::Float)?,
        });
    }
    Ok(lines)
}

/// What the machine keeps of a patient's money belongs to somebody else from now on.
fn close(payment: PaymentId, outcome: &Outcome, due: Yen, kept: Yen) -> Result<Vec<Posting>, AmountOverflow> {
    let brought = Account::Brought { payment };
    let owed = Account::Owed { payment };
    match outcome {
        Outcome::Paid => move_value(kept, Account::Fees, brought),
        Outcome::PaidShort { owed_to_patient } => {
            let mut lines = move_value(due, Account::Fees, brought)?;
            lines.extend(move_value(*owed_to_patient, owed, brought)?);
            Ok(lines)
        }
        Outcome::Cancelled { owed_to_patient, .. } => move_value(*owed_to_patient, owed, brought),
        Outcome::TakenOverByStaff { .. } => move_value(kept, Account::TakenOver { payment }, brought),
    }
}

impl Purpose {
    /// Whose debt or claim it is that pieces come in and go out for.
    fn account(self) -> Account {
        match self {
            Purpose::Tender(tender) => Account::Deposit { tender },
        }
    }

    /// Where pieces stand of which nobody knows whether they went out for it.
    fn doubtful(self) -> Account {
        match self {
            Purpose::Tender(tender) => Account::Doubtful { tender },
        }
    }
}

fn cash(store: StoreId, denomination: Denomination) -> Account {
    Account::Cash { store, denomination }
}

fn on_its_way(unit: UnitId, denomination: Denomination) -> Account {
    cash(StoreId { unit, place: Place::Transport }, denomination)
}

fn move_pieces(
    pieces: u32,
    denomination: Denomination,
    from: Account,
    to: Account,
) -> Result<Vec<Posting>, AmountOverflow> {
    move_value(denomination.value().times(pieces)?, from, to)
}

fn move_value(amount: Yen, from: Account, to: Account) -> Result<Vec<Posting>, AmountOverflow> {
    if amount.is_zero() || from == to {
        return Ok(Vec::new());
    }
    Ok(vec![Posting { account: from, amount: Yen::ZERO.minus(amount)? }, Posting { account: to, amount }])
}
