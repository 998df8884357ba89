use std::collections::BTreeMap;

use api::{BillId, PatientNumber, PaymentId, PaymentResult, QuoteOutcome};
use billing::BillFile;

/// A billing system that always answers, with its own book of what it was told.
#[derive(Default)]
pub(super) struct FakeBilling {
    bills: BTreeMap<BillId, BillFile>,
    results: BTreeMap<PaymentId, PaymentResult>,
}

impl FakeBilling {
    /// Takes the text of a bill file; a newer revision replaces an older one.
    pub(super) fn put(&mut self, text: &str) -> Result<(), String> {
        let found = billing::parse_bill_file(text.as_bytes()).map_err(|error| error.to_string())?;
        self.bills.insert(found.bill.id.clone(), found);
        Ok(())
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
