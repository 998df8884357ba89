use std::collections::BTreeMap;

use api::{Bill, PatientNumber, PaymentId, TenderId};
use device_api::UnitId;
use money::{CashCount, Denomination, Yen};

use super::deposit::not_below_zero;
use super::{Deposit, Tender, Unpaid};
use crate::{Discrepancy, Line, Whose};

/// A payment whose money part has not ended: bills that are to be paid, and the ways in which money comes in for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payment {
    pub(crate) id: PaymentId,
    pub(crate) lines: Vec<Line>,
    /// The bills themselves; empty if the private part is gone.
    pub(crate) bills: Vec<Bill>,
    pub(crate) tenders: Vec<Tender>,
    /// The patient pressed 支払いを確定する.
    pub(crate) confirmed: bool,
    pub(crate) suspended: Option<Discrepancy>,
}

impl Payment {
    pub(super) fn new(id: PaymentId, lines: &[Line], bills: Vec<Bill>) -> Payment {
        Payment { id, lines: lines.to_vec(), bills, tenders: Vec::new(), confirmed: false, suspended: None }
    }

    /// What all lines come to.
    pub(crate) fn due(&self) -> Yen {
        Yen::sum(self.lines.iter().map(|line| line.due)).expect("checked before the payment was opened")
    }

    /// What all tenders have brought.
    pub(crate) fn brought(&self) -> Yen {
        let each = self.tenders.iter().map(|tender| tender.cash.inserted_yen());
        Yen::sum(each).expect("pieces were each credited within a sum that fits")
    }

    /// The pieces that came in, of all tenders.
    pub(crate) fn inserted(&self) -> CashCount {
        self.pieces(|cash| cash.inserted)
    }

    /// The pieces that went out again, of all tenders.
    pub(crate) fn paid_out(&self) -> CashCount {
        self.pieces(|cash| cash.paid_out)
    }

    fn pieces(&self, of: fn(&Deposit) -> CashCount) -> CashCount {
        let each = self.tenders.iter().map(|tender| of(&tender.cash));
        let sum = |all: CashCount, more: CashCount| all.plus(&more).expect("nobody inserts that many pieces");
        each.fold(CashCount::EMPTY, sum)
    }

    /// What is left of that: what was brought, less what was paid out again.
    pub(crate) fn settled(&self) -> Yen {
        let each = self.tenders.iter().map(|tender| tender.cash.kept());
        Yen::sum(each).expect("no more is kept than was brought")
    }

    /// What is missing; zero once enough is there.
    pub(crate) fn missing(&self) -> Yen {
        not_below_zero(self.due(), self.brought())
    }

    /// What is too much for the lines.
    pub(crate) fn change(&self) -> Yen {
        not_below_zero(self.brought(), self.due())
    }

    /// An id that no tender had before.
    pub(crate) fn next_tender(&self) -> TenderId {
        let number = u8::try_from(self.tenders.len() + 1).expect("nobody pays in 255 ways");
        TenderId { payment: self.id, number }
    }

    /// The notes and coins that are coming in, or go out again.
    pub(crate) fn deposit(&self) -> Option<&Deposit> {
        let mut open = self.tenders.iter().filter(|tender| tender.fate.is_none());
        open.next().map(|tender| &tender.cash)
    }

    pub(super) fn deposit_mut(&mut self) -> Option<&mut Deposit> {
        let mut open = self.tenders.iter_mut().filter(|tender| tender.fate.is_none());
        open.next().map(|tender| &mut tender.cash)
    }

    /// Whether the machine holds nothing of the patient's and nothing is on its way.
    pub(crate) fn holds_nothing(&self) -> bool {
        self.tenders.iter().all(|tender| tender.cash.holds_nothing())
    }

    /// In each unit, a note that was to be stacked and of which nothing was heard since.
    pub(crate) fn stacking(&self) -> BTreeMap<UnitId, Denomination> {
        let each = self.tenders.iter().flat_map(|tender| &tender.cash.stacking);
        each.map(|(unit, note)| (*unit, *note)).collect()
    }

    /// What the newest payout did not pay, as far as it is not known where it lies.
    pub(crate) fn left_unpaid(&self) -> Option<Unpaid> {
        self.tenders.iter().find_map(|tender| tender.cash.unpaid)
    }

    /// Whose bills they are; without the private part nobody knows.
    pub(crate) fn patients(&self) -> Option<BTreeMap<Whose, PatientNumber>> {
        let whose = |line: &Line| Some((line.whose, self.bill_of(line)?.patient.number.clone()));
        self.lines.iter().map(whose).collect()
    }

    /// The bills of one patient.
    pub(crate) fn bills_of(&self, whose: Whose) -> Vec<&Bill> {
        let lines = self.lines.iter().filter(|line| line.whose == whose);
        lines.filter_map(|line| self.bill_of(line)).collect()
    }

    fn bill_of(&self, line: &Line) -> Option<&Bill> {
        self.bills.iter().find(|bill| bill.id == line.bill)
    }

    pub(super) fn suspend(&mut self, discrepancy: &Discrepancy) {
        self.suspended = Some(discrepancy.clone());
        self.was_stopped();
    }

    pub(super) fn was_stopped(&mut self) {
        self.tenders.iter_mut().for_each(|tender| tender.cash.was_stopped = true);
    }

    pub(super) fn was_doubted(&mut self) {
        self.tenders.iter_mut().for_each(|tender| tender.cash.was_doubted = true);
    }
}
