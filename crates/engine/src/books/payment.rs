//! Payments, as the books see them.

use api::{BillId, Decision, Method, Outcome, PaidBill, PaymentId, PaymentResult, WallTime};
use money::CashCount;

use super::paper::Content;
use super::{Books, NoteUnheard, PAID_LATELY_S, Paid, Paper, Payment, Tender};
use crate::{CallReason, Line, PaymentEntry, Private, Receipt, Slip, Subject, Together};

impl Books {
    pub(super) fn apply_payment(&mut self, at: WallTime, entry: &PaymentEntry, private: Option<&Private>) {
        match entry {
            PaymentEntry::PaymentOpened { payment, lines } => {
                let bills = match private {
                    Some(Private::Bills(bills)) => bills.clone(),
                    Some(Private::SlipCode(_) | Private::Books(_)) | None => Vec::new(),
                };
                self.last_payment = payment.0;
                self.open = Some(Payment::new(*payment, lines, bills));
            }
            PaymentEntry::PaymentConfirmed { .. } => self.with_open(|open| open.confirmed = true),
            PaymentEntry::PaymentResumed { .. } => {}
            PaymentEntry::PaymentSuspended { discrepancy, .. } => {
                self.with_open(|open| open.suspend(discrepancy));
            }
            PaymentEntry::ReturnDecided { .. } => self.decided(Decision::Return),
            PaymentEntry::PaymentDecided { decision, .. } => self.decided(*decision),
            PaymentEntry::PaymentClosed { payment, outcome, inserted, receipts, paid_out, slip, .. } => {
                let slip = slip.as_ref();
                self.close(at, *payment, outcome, (*inserted, *paid_out), receipts, slip);
                if let Some(slip) = slip {
                    self.add_slip(at, *payment, slip, private);
                }
            }
            PaymentEntry::ResultDelivered { payment } => {
                self.undelivered.remove(payment);
                self.private_since.insert(*payment, at);
            }
            PaymentEntry::PrivateErased { subject: Subject::Payment(payment) } => {
                self.private_since.remove(payment);
            }
            // Only newer books take their place, and these say so themselves.
            PaymentEntry::PrivateErased { subject: Subject::Books } => {}
        }
    }

    fn decided(&mut self, decision: Decision) {
        self.with_open(|open| open.suspended = None);
        self.with_deposit(|deposit| deposit.returning |= decision == Decision::Return);
    }

    fn close(
        &mut self,
        at: WallTime,
        payment: PaymentId,
        outcome: &Outcome,
        (inserted, paid_out): (CashCount, CashCount),
        receipts: &[Receipt],
        slip: Option<&Slip>,
    ) {
        let Some(open) = self.open.take() else { return };
        self.closed_at = Some(at);
        self.unanswered.remove(&CallReason::Waiting);
        self.unanswered.remove(&CallReason::Stuck);
        for (unit, note) in open.stacking() {
            self.notes_of_unknown_fate.entry(unit).or_insert(NoteUnheard { note, payment });
        }
        self.left_unpaid = open.left_unpaid();
        if matches!(outcome, Outcome::TakenOverByStaff { .. }) {
            self.taken_over.extend(open.lines.iter().map(|line| (line.bill.clone(), line.revision)));
        }
        let result = PaymentResult {
            machine: self.machine.clone(),
            payment,
            outcome: outcome.clone(),
            closed_at: at,
            bills: paid_bills(&open.lines, receipts),
            tenders: open.tenders.iter().map(Tender::paid).collect(),
            inserted,
            paid_out,
        };
        self.undelivered.insert(payment, result);
        let paid = Paid { at, method: Method::Cash };
        if outcome.is_paid() {
            self.paid.retain(|_, paid| at.0 - paid.at.0 < PAID_LATELY_S);
            self.paid.extend(open.bills.iter().map(|bill| (bill.patient.number.clone(), paid)));
        }
        for receipt in receipts {
            self.last_receipt = receipt.number.0;
            self.last_job = receipt.job.0;
            self.collected.insert(receipt.bill.clone(), paid);
            self.add_receipt(at, &open, receipt, slip);
        }
    }

    /// A slip whose code is gone from the journal's file cannot be printed: staff write one by hand.
    fn add_slip(&mut self, at: WallTime, payment: PaymentId, slip: &Slip, private: Option<&Private>) {
        let code = match private {
            Some(Private::SlipCode(code)) => Some(code.clone()),
            Some(Private::Bills(_) | Private::Books(_)) | None => None,
        };
        self.last_job = slip.job.0;
        let content = Content::Slip { amount: slip.amount, code };
        self.papers.insert(slip.job, Paper::new(payment, content, at));
    }

    /// A bill whose private part was erased can no longer be printed; it was settled long before.
    fn add_receipt(&mut self, at: WallTime, open: &Payment, receipt: &Receipt, slip: Option<&Slip>) {
        let Some(bill) = open.bills.iter().find(|bill| bill.id == receipt.bill) else { return };
        let bills = u32::try_from(open.lines.len()).expect("nobody pays that many bills");
        let content = Content::Receipt {
            number: receipt.number,
            bill: Box::new(bill.clone()),
            together: (bills > 1).then(|| Together { bills, due: open.due() }),
            inserted: open.brought(),
            change: open.change(),
            owed: slip.map(|slip| slip.amount).unwrap_or_default(),
        };
        self.papers.insert(receipt.job, Paper::new(open.id, content, at));
    }
}

fn paid_bills(lines: &[Line], receipts: &[Receipt]) -> Vec<PaidBill> {
    let number_of = |bill: &BillId| receipts.iter().find(|receipt| receipt.bill == *bill).map(|r| r.number);
    let paid = lines.iter().map(|line| PaidBill {
        bill: line.bill.clone(),
        revision: line.revision,
        due: line.due,
        receipt: number_of(&line.bill),
    });
    paid.collect()
}
