//! A second book-keeping, from what the entries mean: I2. It knows nothing of postings: it counts pieces in places and
//! yen in hands, and says what each account must come to.

use std::collections::BTreeMap;

use api::{IncidentId, IncidentSaid, Outcome, PaymentId, TenderId};
use device_api::{Place, StoreId, UnitId};
use engine::ledger::Account;
use engine::{CashEntry, Entry, IncidentEntry, PaymentEntry, PayoutEntry, Purpose, TenderEntry};
use money::{CashCount, Denomination, Yen};

use super::{Violation, ensure};

/// All accounts that are not nothing.
pub(super) type Balances = BTreeMap<Account, Yen>;

/// Who has what.
#[derive(Debug, Default)]
pub(super) struct SecondBooks {
    /// Pieces in places.
    pieces: BTreeMap<(StoreId, Denomination), i64>,
    /// What the open tenders hold for their patients.
    held: BTreeMap<TenderId, i64>,
    /// What the tenders of open payments had left when they ended.
    brought: BTreeMap<PaymentId, i64>,
    /// What the bills of open payments come to.
    due: BTreeMap<PaymentId, i64>,
    /// Belongs to somebody not yet known.
    found: i64,
    /// Is somewhere, and nobody knows where.
    doubtful: BTreeMap<TenderId, i64>,
    /// What incidents hold: what is missing is positive.
    incidents: BTreeMap<IncidentId, i64>,
    /// What became of them, by what people said.
    given_by_hand: i64,
    handed_over: i64,
    over_short: i64,
    /// Is the clinic's, for bills.
    fees: i64,
    /// Is the clinic's, by people's counts.
    float: i64,
    taken_over: BTreeMap<PaymentId, i64>,
    owed: BTreeMap<PaymentId, i64>,
}

impl SecondBooks {
    /// Takes an entry into account. Tells which accounts it moves.
    pub(super) fn apply(&mut self, entry: &Entry) -> Vec<Account> {
        match entry {
            Entry::Cash(entry) => self.apply_cash(entry),
            Entry::Payout(entry) => self.apply_payout(entry),
            Entry::Tender(entry) => self.apply_tender(entry),
            Entry::Payment(entry) => self.apply_payment(entry),
            Entry::Incident(entry) => self.apply_incident(entry),
            Entry::Machine(_) | Entry::Paper(_) | Entry::Call(_) | Entry::Doubt(_) => Vec::new(),
        }
    }

    fn apply_cash(&mut self, entry: &CashEntry) -> Vec<Account> {
        match entry {
            CashEntry::NoteCredited { purpose, unit, denomination } => {
                self.comes_in(*purpose, within(*unit, Place::Transport), *denomination)
            }
            CashEntry::CoinCredited { purpose, store, denomination, .. } => {
                self.comes_in(*purpose, *store, *denomination)
            }
            CashEntry::NoteFound { unit, denomination: Some(note) } => {
                self.is_found(within(*unit, Place::Transport), *note)
            }
            CashEntry::CoinFound { store, denomination, .. } => self.is_found(*store, *denomination),
            CashEntry::NoteStored { store, denomination } => {
                self.moves(within(store.unit, Place::Transport), *store, *denomination, 1)
            }
            CashEntry::StockSet { store, counted, .. } => self.is_counted(*store, *counted),
            CashEntry::StackIntended { .. }
            | CashEntry::NoteRefused { .. }
            | CashEntry::NoteReturned { .. }
            | CashEntry::NoteFound { denomination: None, .. }
            | CashEntry::CoinsUnaccounted { .. }
            | CashEntry::EventsTold { .. } => Vec::new(),
        }
    }

    fn apply_payout(&mut self, entry: &PayoutEntry) -> Vec<Account> {
        match entry {
            PayoutEntry::NotesRetracted { from, denomination, pieces } => {
                self.moves(*from, within(from.unit, Place::CashBox), *denomination, i64::from(*pieces))
            }
            PayoutEntry::PayoutEnded { purpose, store, denomination, pieces, end, .. } => {
                let (paid, doubtful) = end.paid_and_doubtful(*pieces);
                self.goes_out(*purpose, *store, *denomination, (paid.into(), doubtful.into()))
            }
            PayoutEntry::PayoutIntended { .. }
            | PayoutEntry::PayoutPrepared { .. }
            | PayoutEntry::PayoutDisturbed { .. } => Vec::new(),
        }
    }

    fn apply_tender(&mut self, entry: &TenderEntry) -> Vec<Account> {
        match entry {
            TenderEntry::TenderIntended { .. } => Vec::new(),
            TenderEntry::TenderTaken { tender, .. }
            | TenderEntry::TenderVoid { tender, .. }
            | TenderEntry::TenderUnknown { tender, .. } => self.is_over(*tender),
        }
    }

    fn apply_payment(&mut self, entry: &PaymentEntry) -> Vec<Account> {
        match entry {
            PaymentEntry::PaymentOpened { payment, lines } => {
                self.due.insert(*payment, lines.iter().map(|line| line.due.amount()).sum());
                Vec::new()
            }
            PaymentEntry::PaymentClosed { payment, outcome, .. } => self.ends(*payment, outcome),
            PaymentEntry::PaymentConfirmed { .. }
            | PaymentEntry::PaymentResumed { .. }
            | PaymentEntry::PaymentSuspended { .. }
            | PaymentEntry::ReturnDecided { .. }
            | PaymentEntry::PaymentDecided { .. }
            | PaymentEntry::ResultDelivered { .. }
            | PaymentEntry::PrivateErased { .. } => Vec::new(),
        }
    }

    fn apply_incident(&mut self, entry: &IncidentEntry) -> Vec<Account> {
        match entry {
            IncidentEntry::IncidentOpened { .. } => Vec::new(),
            IncidentEntry::FoundSuspended { incident, value } => {
                self.found -= value.amount();
                *self.incidents.entry(*incident).or_default() -= value.amount();
                vec![Account::Found, Account::Incident { incident: *incident }]
            }
            IncidentEntry::MissingSuspended { incident, tender, value } => {
                *self.doubtful.entry(*tender).or_default() -= value.amount();
                *self.incidents.entry(*incident).or_default() += value.amount();
                vec![Account::Doubtful { tender: *tender }, Account::Incident { incident: *incident }]
            }
            IncidentEntry::IncidentSettled { incident, said, about, .. } => {
                let held = self.incidents.remove(incident).unwrap_or_default();
                vec![Account::Incident { incident: *incident }, self.became_of(*said, *about, held)]
            }
        }
    }

    /// Whose it is, or whose loss, by what a person said.
    fn became_of(&mut self, said: IncidentSaid, about: Option<PaymentId>, held: i64) -> Account {
        match (said, about) {
            (IncidentSaid::ReturnedToPatient, _) => {
                self.given_by_hand += held;
                Account::GivenByHand
            }
            (IncidentSaid::HandedOver, _) => {
                self.handed_over += held;
                Account::HandedOver
            }
            (IncidentSaid::LeftWithPatient, Some(payment)) => {
                *self.taken_over.entry(payment).or_default() -= held;
                Account::TakenOver { payment }
            }
            (IncidentSaid::CountedInMachine, _) => {
                self.float -= held;
                Account::Float
            }
            (IncidentSaid::OverShort, _) | (IncidentSaid::LeftWithPatient, None) => {
                self.over_short += held;
                Account::OverShort
            }
        }
    }

    /// I2: the accounts that an entry moved, or was said to move, come to what they must.
    pub(super) fn agree<'a>(
        &self,
        entry: &Entry,
        balances: &Balances,
        accounts: impl IntoIterator<Item = &'a Account>,
    ) -> Result<(), Violation> {
        for account in accounts {
            let (booked, right) =
                (balances.get(account).map_or(0, |amount| amount.amount()), self.of(*account));
            ensure("I2", booked == right, || {
                format!("{entry:?} leaves {booked} on {account:?}, not {right}")
            })?;
        }
        Ok(())
    }

    fn comes_in(&mut self, purpose: Purpose, store: StoreId, kind: Denomination) -> Vec<Account> {
        let Purpose::Tender(tender) = purpose;
        *self.held.entry(tender).or_default() += i64::from(kind);
        self.add(store, kind, 1);
        vec![Account::Deposit { tender }, cash(store, kind)]
    }

    /// What a tender has left is its payment's, whatever became of it.
    fn is_over(&mut self, tender: TenderId) -> Vec<Account> {
        let payment = tender.payment;
        *self.brought.entry(payment).or_default() += self.held.remove(&tender).unwrap_or_default();
        vec![Account::Deposit { tender }, Account::Brought { payment }]
    }

    fn is_found(&mut self, store: StoreId, kind: Denomination) -> Vec<Account> {
        self.found += i64::from(kind);
        self.add(store, kind, 1);
        vec![Account::Found, cash(store, kind)]
    }

    fn moves(&mut self, from: StoreId, to: StoreId, kind: Denomination, pieces: i64) -> Vec<Account> {
        self.add(from, kind, -pieces);
        self.add(to, kind, pieces);
        vec![cash(from, kind), cash(to, kind)]
    }

    /// What is there was there before, or was put in or taken out by people.
    fn is_counted(&mut self, store: StoreId, counted: CashCount) -> Vec<Account> {
        for kind in Denomination::ALL {
            let before = self.pieces.get(&(store, kind)).copied().unwrap_or_default();
            let more = i64::from(counted.pieces(kind)) - before;
            self.float += more * i64::from(kind);
            self.add(store, kind, more);
        }
        let of_kinds = Denomination::ALL.into_iter().map(|kind| cash(store, kind));
        of_kinds.chain([Account::Float]).collect()
    }

    fn goes_out(
        &mut self,
        purpose: Purpose,
        store: StoreId,
        kind: Denomination,
        (paid, doubtful): (i64, i64),
    ) -> Vec<Account> {
        let Purpose::Tender(tender) = purpose;
        *self.held.entry(tender).or_default() -= paid * i64::from(kind);
        *self.doubtful.entry(tender).or_default() += doubtful * i64::from(kind);
        self.add(store, kind, -(paid + doubtful));
        vec![Account::Deposit { tender }, Account::Doubtful { tender }, cash(store, kind)]
    }

    /// Whose the money is from now on.
    fn ends(&mut self, payment: PaymentId, outcome: &Outcome) -> Vec<Account> {
        let due = self.due.remove(&payment).unwrap_or_default();
        let kept = self.brought.remove(&payment).unwrap_or_default();
        match outcome {
            Outcome::Paid | Outcome::PaidShort { .. } => {
                self.fees += due;
                self.owed.insert(payment, kept - due);
            }
            Outcome::Cancelled { .. } => drop(self.owed.insert(payment, kept)),
            Outcome::TakenOverByStaff { .. } => drop(self.taken_over.insert(payment, kept)),
        }
        let of_payment =
            [Account::Brought { payment }, Account::Owed { payment }, Account::TakenOver { payment }];
        of_payment.into_iter().chain([Account::Fees]).collect()
    }

    fn add(&mut self, store: StoreId, kind: Denomination, pieces: i64) {
        *self.pieces.entry((store, kind)).or_default() += pieces;
    }

    /// What must be on an account: what the machine has is positive, what it owes is negative.
    fn of(&self, account: Account) -> i64 {
        let of = |yen: &BTreeMap<PaymentId, i64>, payment| yen.get(&payment).map_or(0, |yen| -yen);
        match account {
            Account::Cash { store, denomination } => {
                let pieces = self.pieces.get(&(store, denomination)).copied().unwrap_or_default();
                pieces * i64::from(denomination)
            }
            Account::Deposit { tender } => self.held.get(&tender).map_or(0, |held| -held),
            Account::Brought { payment } => of(&self.brought, payment),
            Account::Fees => -self.fees,
            Account::TakenOver { payment } => of(&self.taken_over, payment),
            Account::Owed { payment } => of(&self.owed, payment),
            Account::Found => -self.found,
            Account::Doubtful { tender } => self.doubtful.get(&tender).copied().unwrap_or_default(),
            Account::Incident { incident } => self.incidents.get(&incident).copied().unwrap_or_default(),
            Account::GivenByHand => self.given_by_hand,
            Account::HandedOver => self.handed_over,
            Account::OverShort => self.over_short,
            Account::Float => -self.float,
        }
    }
}

fn cash(store: StoreId, denomination: Denomination) -> Account {
    Account::Cash { store, denomination }
}

fn within(unit: UnitId, place: Place) -> StoreId {
    StoreId { unit, place }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cabinet::NOTES;
    use device_api::{DispenseEnd, DispenseId};
    use engine::ledger::postings;

    const PAYMENT: PaymentId = PaymentId(1);
    const TENDER: TenderId = TenderId { payment: PAYMENT, number: 1 };
    const PURPOSE: Purpose = Purpose::Tender(TENDER);
    const NOTE: Denomination = Denomination::Yen1000;
    const DRUM: StoreId = StoreId { unit: NOTES, place: Place::Drum(1) };

    /// A machine that has taken two notes for a bill of 1,200 yen, and what comes then.
    fn check(then: &[Entry], mispost: fn(Account) -> Account, right: bool) {
        let (bill, due) = (api::BillId("B".to_owned()), Yen::new(1_200));
        let line = engine::Line { bill, revision: 1, due, whose: engine::Whose(1) };
        let credited =
            Entry::Cash(CashEntry::NoteCredited { purpose: PURPOSE, unit: NOTES, denomination: NOTE });
        let stored = Entry::Cash(CashEntry::NoteStored { store: DRUM, denomination: NOTE });
        let opened = Entry::Payment(PaymentEntry::PaymentOpened { payment: PAYMENT, lines: vec![line] });
        let before = [opened, credited.clone(), stored.clone(), credited, stored];
        let (mut books, mut balances) = (SecondBooks::default(), Balances::new());
        let mut agreed = Ok(());
        for entry in before.iter().chain(then) {
            let mut accounts = books.apply(entry);
            for line in postings(entry).unwrap() {
                let account = mispost(line.account);
                let balance = balances.entry(account).or_insert(Yen::ZERO);
                *balance = balance.plus(line.amount).unwrap();
                accounts.push(account);
            }
            agreed = agreed.and_then(|()| books.agree(entry, &balances, &accounts));
        }
        assert_eq!(agreed.is_ok(), right, "{agreed:?}");
    }

    fn taken(kept: i64) -> Entry {
        Entry::Tender(TenderEntry::TenderTaken { tender: TENDER, kept: Yen::new(kept) })
    }

    fn closed(outcome: Outcome) -> [Entry; 2] {
        let closed = Entry::Payment(PaymentEntry::PaymentClosed {
            payment: PAYMENT,
            outcome,
            due: Yen::new(1_200),
            inserted: CashCount::try_from(vec![(NOTE, 2)]).unwrap(),
            receipts: Vec::new(),
            paid_out: CashCount::EMPTY,
            slip: None,
        });
        [taken(2_000), closed]
    }

    #[test]
    fn value_on_another_account_is_seen() {
        let take_over =
            || Outcome::TakenOverByStaff { by: "a".parse().unwrap(), reason: "b".parse().unwrap() };
        let as_it_is = |account| account;
        check(&closed(take_over()), as_it_is, true);
        check(
            &closed(take_over()),
            |account| match account {
                Account::TakenOver { .. } => Account::Fees,
                other => other,
            },
            false,
        );
        let short = || Outcome::PaidShort { owed_to_patient: Yen::new(800) };
        check(&closed(short()), as_it_is, true);
        check(&closed(Outcome::Paid), as_it_is, false);
        check(&[taken(2_000)], as_it_is, true);
        check(&[taken(1_000)], as_it_is, false);
        check(&closed(take_over())[1..], as_it_is, false);
    }

    #[test]
    fn a_count_sets_what_is_there_whatever_was_believed() {
        let counted = |before, pieces| {
            let by = "staff".parse().unwrap();
            let [before, counted] =
                [before, pieces].map(|number| CashCount::try_from(vec![(NOTE, number)]).unwrap());
            [Entry::Cash(CashEntry::StockSet { store: DRUM, before, counted, by })]
        };
        check(&counted(2, 9), |account| account, true);
        check(&counted(2, 0), |account| account, true);
        check(&counted(0, 9), |account| account, false);
        let end = DispenseEnd::Unknown { paid: 1 };
        let ended = Entry::Payout(PayoutEntry::PayoutEnded {
            purpose: PURPOSE,
            dispense: DispenseId(1),
            store: DRUM,
            denomination: NOTE,
            pieces: 2,
            end,
        });
        check(std::slice::from_ref(&ended), |account| account, true);
        let doubt_is_float = |account| match account {
            Account::Doubtful { .. } => Account::Float,
            other => other,
        };
        check(&[ended], doubt_is_float, false);
    }
}
