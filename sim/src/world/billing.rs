use std::collections::BTreeMap;

use api::{BillId, PatientNumber, PaymentId, PaymentResult, QuoteOutcome};
use billing::BillFile;
use money::Yen;

/// A billing system that always answers, with its own book of what it was told.
#[derive(Default)]
pub(super) struct FakeBilling {
    bills: BTreeMap<BillId, BillFile>,
    newest: Option<BillId>,
    results: BTreeMap<PaymentId, PaymentResult>,
}

/// What the desk adds to a bill, in yen.
const MORE: i64 = 100;

impl FakeBilling {
    /// Takes the text of a bill file; a newer revision replaces an older one.
    pub(super) fn put(&mut self, text: &str) -> Result<(), String> {
        let found = billing::parse_bill_file(text.as_bytes()).map_err(|error| error.to_string())?;
        self.newest = Some(found.bill.id.clone());
        self.bills.insert(found.bill.id.clone(), found);
        Ok(())
    }

    /// A new revision of the bill that came last, with another amount.
    pub(super) fn change_newest(&mut self) {
        let Some(found) = self.newest.as_ref().and_then(|id| self.bills.get_mut(id)) else { return };
        found.bill.revision += 1;
        found.bill.due = found.bill.due.plus(Yen::new(MORE)).unwrap_or(found.bill.due);
    }

    pub(super) fn quote(&self, patient: &PatientNumber) -> QuoteOutcome {
        billing::quote(self.bills.values(), patient)
    }

    /// Keeps the first result of a payment for good.
    pub(super) fn deliver(&mut self, result: PaymentResult) -> PaymentId {
        let payment = result.payment;
        self.results.entry(payment).or_insert(result);
        payment
    }

    pub(super) fn results(&self) -> impl Iterator<Item = &PaymentResult> {
        self.results.values()
    }
}
