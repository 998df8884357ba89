//! Whether what is collected is what the billing system wants: K6. The same bill is collected once for ever, and never
//! an amount that the billing system has taken back.

use std::collections::{BTreeMap, BTreeSet};

use api::{Bill, BillId, QuoteOutcome};
use engine::{Entry, Line, PaymentEntry};
use money::Yen;

use super::{Violation, ensure};

/// A bill, its revision and what is due.
type Wanted = (BillId, u32, Yen);

/// What the billing system said, and what was collected.
#[derive(Debug, Default)]
pub(super) struct Bills {
    /// Its newest answer, if that named bills.
    newest: Option<Vec<Wanted>>,
    /// Every bill that it ever named, by id and revision.
    named: BTreeMap<(BillId, u32), Named>,
    collected: BTreeSet<BillId>,
    /// What may stand nowhere but on a 領収証.
    names: BTreeSet<String>,
}

/// What a 領収証 has to say of a bill. `Debug` says no name.
#[derive(Clone)]
pub(super) struct Named {
    pub(super) due: Yen,
    pub(super) patient_number: String,
    pub(super) patient_name: String,
}

impl std::fmt::Debug for Named {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Named({})", self.due)
    }
}

impl Bills {
    /// The billing system answers a question.
    pub(super) fn answered(&mut self, outcome: &QuoteOutcome) {
        let (QuoteOutcome::Bills(bills) | QuoteOutcome::Alike { bills, .. }) = outcome else {
            self.newest = None;
            return;
        };
        let wanted = bills.iter().map(|bill| (bill.id.clone(), bill.revision, bill.due));
        self.newest = Some(wanted.collect());
        bills.iter().for_each(|bill| self.keep(bill));
    }

    fn keep(&mut self, bill: &Bill) {
        self.named.entry((bill.id.clone(), bill.revision)).or_insert_with(|| Named {
            due: bill.due,
            patient_number: bill.patient.number.0.clone(),
            patient_name: bill.patient.name.clone(),
        });
        for name in [&bill.patient.name, &bill.patient.given_kana] {
            if !self.names.contains(name) {
                self.names.insert(name.clone());
            }
        }
    }

    pub(super) fn named(&self, bill: &Line) -> Option<&Named> {
        self.named.get(&(bill.bill.clone(), bill.revision))
    }

    /// I14: no name in `text`.
    pub(super) fn names_nobody(&self, what: &str, text: &str) -> Result<(), Violation> {
        let named = self.names.iter().any(|name| text.contains(name.as_str()));
        ensure("I14", !named, || format!("{what} names a patient"))
    }

    /// K6, at an entry. `paying` are the bills of the payment that is open.
    pub(super) fn apply(&mut self, entry: &Entry, paying: &[Line]) -> Result<(), Violation> {
        match entry {
            Entry::Payment(PaymentEntry::PaymentOpened { lines, .. }) => {
                self.say_whose(lines)?;
                let again = lines.iter().find(|line| self.collected.contains(&line.bill));
                ensure("K6", again.is_none(), || format!("{again:?} was collected before"))?;
                self.are_wanted(lines, self.newest.as_deref().unwrap_or_default())
            }
            Entry::Payment(PaymentEntry::PaymentConfirmed { .. }) => match &self.newest {
                Some(newest) => self.are_wanted(paying, newest),
                // A billing system that is away holds up nobody whose money is inside.
                None => Ok(()),
            },
            Entry::Payment(PaymentEntry::PaymentClosed { outcome, receipts, .. }) if outcome.is_paid() => {
                for receipt in receipts {
                    let first = self.collected.insert(receipt.bill.clone());
                    ensure("K6", first, || format!("{:?} is collected twice", receipt.bill))?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// I16: lines of one patient say so, and those of two do.
    fn say_whose(&self, lines: &[Line]) -> Result<(), Violation> {
        let patient = |line: &Line| self.named(line).map(|named| &named.patient_number);
        let differ =
            |one: &Line, other: &Line| (one.whose == other.whose) != (patient(one) == patient(other));
        let wrong = lines.iter().find(|one| lines.iter().any(|other| differ(one, other)));
        ensure("I16", wrong.is_none(), || format!("{lines:?} do not say whose each is"))
    }

    fn are_wanted(&self, collected: &[Line], wanted: &[Wanted]) -> Result<(), Violation> {
        let is_wanted = |line: &Line| wanted.contains(&(line.bill.clone(), line.revision, line.due));
        let stale = collected.iter().find(|line| !is_wanted(line));
        ensure("K6", stale.is_none(), || format!("{stale:?} is collected, wanted is {wanted:?}"))
    }
}

#[cfg(test)]
mod tests {
    use api::{Outcome, PaymentId, ReceiptNumber};
    use device_api::PrintJobId;
    use engine::{Receipt, Whose};
    use money::CashCount;

    use super::*;

    fn line(id: &str, revision: u32, due: i64, whose: u8) -> Line {
        Line { bill: BillId(id.to_owned()), revision, due: Yen::new(due), whose: Whose(whose) }
    }

    fn opened(line: Line) -> Entry {
        Entry::Payment(PaymentEntry::PaymentOpened { payment: PaymentId(1), lines: vec![line] })
    }

    fn paid(id: &str) -> Entry {
        let bill = BillId(id.to_owned());
        Entry::Payment(PaymentEntry::PaymentClosed {
            payment: PaymentId(1),
            outcome: Outcome::Paid,
            due: Yen::ZERO,
            inserted: CashCount::EMPTY,
            receipts: vec![Receipt { number: ReceiptNumber(1), bill, job: PrintJobId(1) }],
            paid_out: CashCount::EMPTY,
            slip: None,
        })
    }

    /// The billing system wants `wanted`; then this is written for a payment of `paying`.
    fn check(wanted: &Line, paying: &Line, before: &[Entry], entry: &Entry, right: bool) {
        let mut bills = Bills {
            newest: Some(vec![(wanted.bill.clone(), wanted.revision, wanted.due)]),
            ..Bills::default()
        };
        before.iter().for_each(|entry| bills.apply(entry, &[]).unwrap());
        let found = bills.apply(entry, std::slice::from_ref(paying));
        assert_eq!(found.is_ok(), right, "{found:?}");
    }

    #[test]
    fn a_bill_is_collected_once_and_as_it_is_now() {
        let (first, second) = (line("B", 1, 1_000, 1), line("B", 2, 1_100, 1));
        let confirmed = Entry::Payment(PaymentEntry::PaymentConfirmed { payment: PaymentId(1) });
        check(&first, &first, &[], &opened(first.clone()), true);
        check(&second, &first, &[], &opened(first.clone()), false);
        check(&first, &first, &[], &confirmed, true);
        check(&second, &first, &[], &confirmed, false);
        check(&first, &first, &[paid("B")], &opened(first.clone()), false);
        check(&first, &first, &[paid("B")], &paid("B"), false);
        check(&first, &first, &[paid("A")], &paid("B"), true);
    }

    #[test]
    fn whose_a_line_is_is_seen() {
        let named = |patient: &str| Named {
            due: Yen::ZERO,
            patient_number: patient.to_owned(),
            patient_name: String::new(),
        };
        let bill = |id: &str| (BillId(id.to_owned()), 1);
        let named = [(bill("A"), named("1")), (bill("B"), named("1")), (bill("C"), named("2"))];
        let bills = Bills { named: BTreeMap::from(named), ..Bills::default() };
        for (whose, right) in [([1, 1, 2], true), ([1, 2, 2], false), ([1, 1, 1], false), ([1, 2, 3], false)]
        {
            let lines: Vec<Line> =
                ["A", "B", "C"].iter().zip(whose).map(|(id, whose)| line(id, 1, 0, whose)).collect();
            assert_eq!(bills.say_whose(&lines).is_ok(), right, "{whose:?}");
        }
    }

    #[test]
    fn names_are_seen() {
        let bills = Bills { names: BTreeSet::from(["見本 花子".to_owned()]), ..Bills::default() };
        assert!(bills.names_nobody("a page", "ミホン ハ○○").is_ok());
        assert!(bills.names_nobody("a page", "{\"name\":\"見本 花子\"}").is_err());
    }
}
