use api::{DoubtReach, IncidentSaid, Outcome, PaymentId, Takes};
use device_api::{Place, StoreId};
use engine::ledger::{Account, Posting};
use engine::{
    CallEntry, CallReason, CashEntry, DoubtEntry, Draft, Entry, IncidentEntry, Means, PaymentEntry,
    PayoutEntry, Purpose, Step, TenderEntry,
};
use money::{CashCount, Yen};

use super::at_work::Bug;
use crate::cabinet::{NOTES, SECOND_NOTES};

/// Some entries are written with the next ones, after what rests on them has left.
#[derive(Debug)]
pub(super) struct Late {
    is_late: fn(&Entry) -> bool,
    /// What is not written yet.
    unwritten: Vec<Draft>,
}

impl Late {
    pub(super) fn are(is_late: fn(&Entry) -> bool) -> Late {
        Late { is_late, unwritten: Vec::new() }
    }
}

impl Bug for Late {
    fn step(&mut self, mut step: Step) -> Step {
        let (late, now): (Vec<_>, Vec<_>) =
            step.entries.into_iter().partition(|draft| (self.is_late)(&draft.entry));
        step.entries = std::mem::replace(&mut self.unwritten, late);
        step.entries.extend(now);
        step
    }

    /// The program is killed: what was not written never will be.
    fn restarted(&mut self) -> Option<journal::MemoryJournal> {
        self.unwritten.clear();
        None
    }
}

/// Some entries are not written.
#[derive(Debug)]
pub(super) struct Unwritten(pub(super) fn(&Entry) -> bool);

impl Bug for Unwritten {
    fn step(&mut self, mut step: Step) -> Step {
        step.entries.retain(|draft| !(self.0)(&draft.entry));
        step
    }
}

/// Entries say something else.
#[derive(Debug)]
pub(super) struct Rewritten(pub(super) fn(&mut Entry));

impl Bug for Rewritten {
    fn step(&mut self, mut step: Step) -> Step {
        step.entries.iter_mut().for_each(|draft| (self.0)(&mut draft.entry));
        step
    }
}

/// A coin that falls in once the payment is being ended belongs to nobody.
#[derive(Debug, Default)]
pub(super) struct LateCoinsFound {
    ending: bool,
}

impl Bug for LateCoinsFound {
    fn step(&mut self, mut step: Step) -> Step {
        for draft in &mut step.entries {
            match draft.entry {
                Entry::Payment(PaymentEntry::PaymentOpened { .. }) => self.ending = false,
                Entry::Payment(PaymentEntry::PaymentConfirmed { .. })
                | Entry::Payment(PaymentEntry::ReturnDecided { .. }) => self.ending = true,
                Entry::Cash(CashEntry::CoinCredited { store, denomination, event_no, .. }) if self.ending => {
                    draft.entry = Entry::Cash(CashEntry::CoinFound { store, denomination, event_no });
                }
                _ => {}
            }
        }
        step
    }
}

pub(super) fn stock_is_added(entry: &mut Entry) {
    if let Entry::Cash(CashEntry::StockSet { before, .. }) = entry {
        *before = CashCount::EMPTY;
    }
}

pub(super) fn credited_to_the_one_before(entry: &mut Entry) {
    if let Entry::Cash(CashEntry::NoteCredited { purpose: Purpose::Tender(tender), .. })
    | Entry::Cash(CashEntry::CoinCredited { purpose: Purpose::Tender(tender), .. }) = entry
    {
        tender.payment = PaymentId(tender.payment.0.saturating_sub(1).max(1));
    }
}

/// What was in doubt is used again, and nobody has said what it came from.
pub(super) fn is_settled_doubt(entry: &Entry) -> bool {
    matches!(entry, Entry::Doubt(DoubtEntry::DoubtSettled { .. }))
}

/// Every doubt reaches no farther than one part.
pub(super) fn part_alone(entry: &mut Entry) {
    if let Entry::Doubt(DoubtEntry::DoubtOpened { reach, .. }) = entry {
        *reach = DoubtReach::PartAlone;
    }
}

pub(super) fn is_suspense(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::Incident(IncidentEntry::FoundSuspended { .. } | IncidentEntry::MissingSuspended { .. })
    )
}

pub(super) fn nothing_settled(entry: &mut Entry) {
    if let Entry::Incident(IncidentEntry::IncidentSettled { held, .. }) = entry {
        *held = Yen::ZERO;
    }
}

/// Also of what was found, and so is in the machine.
pub(super) fn patient_has_it(entry: &mut Entry) {
    if let Entry::Incident(IncidentEntry::IncidentSettled { said, .. }) = entry {
        *said = IncidentSaid::LeftWithPatient;
    }
}

pub(super) fn taken_in_coins(entry: &mut Entry) {
    if let Entry::Tender(TenderEntry::TenderIntended { means: Means::Cash { takes, .. }, .. }) = entry {
        *takes = Takes::Coins;
    }
}

/// A note is credited in the first note unit, whichever drew it in.
pub(super) fn credited_in_the_first_unit(entry: &mut Entry) {
    if let Entry::Cash(CashEntry::NoteCredited { unit, .. }) = entry {
        *unit = NOTES;
    }
}

/// A note is planned and booked from the first note unit, and another one pays it.
pub(super) fn paid_by_the_first_unit(entry: &mut Entry) {
    if let Entry::Payout(PayoutEntry::PayoutIntended { store, .. } | PayoutEntry::PayoutEnded { store, .. }) =
        entry
        && store.unit == SECOND_NOTES
    {
        store.unit = NOTES;
    }
}

pub(super) fn is_fate(entry: &Entry) -> bool {
    match entry {
        Entry::Tender(entry) => !matches!(entry, TenderEntry::TenderIntended { .. }),
        _ => false,
    }
}

pub(super) fn unknown_as_void(entry: &mut Entry) {
    if let Entry::Tender(TenderEntry::TenderUnknown { tender, kept }) = entry {
        *entry = Entry::Tender(TenderEntry::TenderVoid { tender: *tender, kept: *kept });
    }
}

pub(super) fn void_as_taken(entry: &mut Entry) {
    if let Entry::Tender(TenderEntry::TenderVoid { tender, kept }) = entry {
        *entry = Entry::Tender(TenderEntry::TenderTaken { tender: *tender, kept: *kept });
    }
}

pub(super) fn is_call_about_money(entry: &Entry) -> bool {
    matches!(entry, Entry::Call(CallEntry::StaffCalled { reason: CallReason::Suspended | CallReason::Owed }))
}

/// Value goes to another account than it should.
#[derive(Debug)]
pub(super) struct Misposted(pub(super) fn(&Entry, Account) -> Account);

impl Bug for Misposted {
    fn posted(&self, entry: &Entry, mut lines: Vec<Posting>) -> Vec<Posting> {
        for line in &mut lines {
            line.account = (self.0)(entry, line.account);
        }
        lines
    }
}

pub(super) fn take_over_as_fees(_entry: &Entry, account: Account) -> Account {
    match account {
        Account::TakenOver { .. } => Account::Fees,
        other => other,
    }
}

pub(super) fn found_as_fees(entry: &Entry, account: Account) -> Account {
    match (entry, account) {
        (
            Entry::Cash(CashEntry::NoteFound { .. }) | Entry::Cash(CashEntry::CoinFound { .. }),
            Account::Found,
        ) => Account::Fees,
        (_, other) => other,
    }
}

pub(super) fn count_as_found(_entry: &Entry, account: Account) -> Account {
    match account {
        Account::Float => Account::Found,
        other => other,
    }
}

pub(super) fn doubt_as_paid(entry: &Entry, account: Account) -> Account {
    match (entry, account) {
        (
            Entry::Payout(PayoutEntry::PayoutEnded { purpose: Purpose::Tender(tender), .. }),
            Account::Doubtful { .. },
        ) => Account::Deposit { tender: *tender },
        (_, other) => other,
    }
}

pub(super) fn slip_as_fees(entry: &Entry, account: Account) -> Account {
    match (entry, account) {
        (
            Entry::Payment(PaymentEntry::PaymentClosed { outcome: Outcome::PaidShort { .. }, .. }),
            Account::Owed { .. },
        ) => Account::Fees,
        (_, other) => other,
    }
}

pub(super) fn every_note_in_the_first_drum(_entry: &Entry, account: Account) -> Account {
    match account {
        Account::Cash { store: StoreId { unit, place: Place::Drum(_) }, denomination } => {
            Account::Cash { store: StoreId { unit, place: Place::Drum(1) }, denomination }
        }
        other => other,
    }
}
