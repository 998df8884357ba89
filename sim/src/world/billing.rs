use std::collections::BTreeMap;

use api::{Bill, BillId, PatientNumber, PaymentId, PaymentResult, QuoteOutcome};

/// A billing system that always answers, with its own book of what it was told.
#[derive(Default)]
pub(super) struct FakeBilling {
    bills: BTreeMap<BillId, Bill>,
    results: BTreeMap<PaymentId, PaymentResult>,
}

impl FakeBilling {
    /// Takes the text of a bill file; a newer revision replaces an older one.
    pub(super) fn put(&mut self, text: &str) -> Result<(), String> {
        let bill = billing::parse_bill(text.as_bytes()).map_err(|error| error.to_string())?;
        self.bills.insert(bill.id.clone(), bill);
        Ok(())
    }

    pub(super) fn quote(&self, patient: &PatientNumber) -> QuoteOutcome {
        let bills = self.bills.values().filter(|bill| bill.patient.number == *patient);
        match bills.cloned().collect::<Vec<_>>() {
            none if none.is_empty() => QuoteOutcome::UnknownPatient,
            bills => QuoteOutcome::Bills(bills),
        }
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
