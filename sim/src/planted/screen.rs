use api::{Bill, KioskView, Notice, Offer, Outcome, Page, Patient, QuoteOutcome, Takes, Way};
use engine::{BillingEvent, Entry, Input, Output, PaperFacts, PaymentEntry, Private, Step};
use money::Yen;

use super::at_work::{Bug, Turned, told};

/// The screen says whose bill it is in full.
#[derive(Debug, Default)]
pub(super) struct NameOnScreen(Option<Patient>);

impl Bug for NameOnScreen {
    fn told(&mut self, event: Input) -> Turned {
        self.0 = patient_of(&event).or(self.0.take());
        told([event])
    }

    fn shown(&mut self, view: &KioskView) -> Option<KioskView> {
        let (Some(patient), Page::ConfirmPayer { payer }) = (&self.0, &view.page) else { return None };
        let mut payer = payer.clone();
        payer.name = format!("{} {}", patient.family_kana, patient.given_kana);
        Some(KioskView { page: Page::ConfirmPayer { payer }, ..view.clone() })
    }
}

/// A name stands in the chain, from where it is never erased.
#[derive(Debug, Default)]
pub(super) struct NameInJournal(Option<Patient>);

impl Bug for NameInJournal {
    fn told(&mut self, event: Input) -> Turned {
        self.0 = patient_of(&event).or(self.0.take());
        told([event])
    }

    fn step(&mut self, mut step: Step) -> Step {
        for draft in &mut step.entries {
            if let Entry::Payment(PaymentEntry::PaymentClosed {
                outcome: Outcome::TakenOverByStaff { reason, .. },
                ..
            }) = &mut draft.entry
                && let Some(patient) = &self.0
                && let Ok(telling) = format!("{reason}: {}", patient.name).parse()
            {
                *reason = telling;
            }
        }
        step
    }
}

/// The screen shows what was inserted before the last piece.
#[derive(Debug, Default)]
pub(super) struct OnePieceBehind {
    shown: Yen,
    now: Yen,
}

impl Bug for OnePieceBehind {
    fn shown(&mut self, view: &KioskView) -> Option<KioskView> {
        let mut view = view.clone();
        let Page::InsertCash { inserted, .. } = &mut view.page else { return None };
        if *inserted != self.now {
            (self.shown, self.now) = (self.now.min(*inserted), *inserted);
        }
        *inserted = self.shown;
        Some(view)
    }
}

/// Staff are said to decide as soon as a note does not come out at once, though the payment goes on.
#[derive(Debug)]
pub(super) struct SuspendedTooSoon;

impl Bug for SuspendedTooSoon {
    fn shown(&mut self, view: &KioskView) -> Option<KioskView> {
        let Page::TakeNotes { presented: false, amount, .. } = view.page else { return None };
        let page = Page::Suspended { payment: None, inserted: amount };
        Some(KioskView { page, ..view.clone() })
    }
}

/// The start page and the page of the amount do not say that only coins, or only notes, can be inserted.
#[derive(Debug)]
pub(super) struct LimitUnsaid;

impl Bug for LimitUnsaid {
    fn shown(&mut self, view: &KioskView) -> Option<KioskView> {
        let mut view = view.clone();
        match &mut view.page {
            Page::Idle { offer: Offer { cash: Way::Open(cash), .. } }
                if cash.takes != Takes::NotesAndCoins =>
            {
                (cash.takes, cash.up_to) = (Takes::NotesAndCoins, None);
            }
            Page::ChooseMethod { takes, .. } if *takes != Takes::NotesAndCoins => {
                *takes = Takes::NotesAndCoins
            }
            _ => return None,
        }
        Some(view)
    }
}

/// Whoever cannot be served is told that the note unit is out of order.
#[derive(Debug)]
pub(super) struct FalseReason;

impl Bug for FalseReason {
    fn shown(&mut self, view: &KioskView) -> Option<KioskView> {
        let Page::Notice { notice: Notice::NotPayableHere | Notice::NeedsSmallCoins | Notice::NotesOnly } =
            view.page
        else {
            return None;
        };
        Some(KioskView { page: Page::Notice { notice: Notice::CoinsOnly }, ..view.clone() })
    }
}

/// The billing system's first word about a bill is kept, and no other asked for.
#[derive(Debug, Default)]
pub(super) struct CachedBills(Vec<Bill>);

impl Bug for CachedBills {
    fn told(&mut self, mut event: Input) -> Turned {
        if let Some(bills) = bills_of(&mut event) {
            for bill in bills {
                match self.0.iter().find(|known| known.id == bill.id) {
                    Some(known) => *bill = known.clone(),
                    None => self.0.push(bill.clone()),
                }
            }
        }
        told([event])
    }
}

/// A bill is known by its id and revision: one that changed is another bill.
#[derive(Debug)]
pub(super) struct RevisionInId;

/// Between the two.
const REVISION: char = '#';

impl Bug for RevisionInId {
    fn told(&mut self, mut event: Input) -> Turned {
        for bill in bills_of(&mut event).into_iter().flatten() {
            bill.id.0 = format!("{}{REVISION}{}", bill.id.0, bill.revision);
        }
        told([event])
    }

    /// Nobody sees it from outside.
    fn step(&mut self, mut step: Step) -> Step {
        for draft in &mut step.entries {
            if let Some(Private::Bills(bills)) = &mut draft.private {
                bills.iter_mut().for_each(|bill| cut(&mut bill.id.0));
            }
            match &mut draft.entry {
                Entry::Payment(PaymentEntry::PaymentOpened { lines, .. }) => {
                    lines.iter_mut().for_each(|line| cut(&mut line.bill.0));
                }
                Entry::Payment(PaymentEntry::PaymentClosed { receipts, .. }) => {
                    receipts.iter_mut().for_each(|receipt| cut(&mut receipt.bill.0));
                }
                _ => {}
            }
        }
        for output in &mut step.outputs {
            match output {
                Output::Deliver(result) => result.bills.iter_mut().for_each(|bill| cut(&mut bill.bill.0)),
                Output::Print(request) => {
                    if let PaperFacts::Receipt(facts) = &mut request.paper {
                        cut(&mut facts.bill.id.0);
                    }
                }
                _ => {}
            }
        }
        step
    }
}

fn cut(id: &mut String) {
    id.truncate(id.find(REVISION).unwrap_or(id.len()));
}

fn patient_of(event: &Input) -> Option<Patient> {
    match event {
        Input::Billing(BillingEvent::Quoted { outcome: QuoteOutcome::Bills(bills), .. }) => {
            bills.first().map(|bill| bill.patient.clone())
        }
        _ => None,
    }
}

fn bills_of(event: &mut Input) -> Option<&mut Vec<Bill>> {
    match event {
        Input::Billing(BillingEvent::Quoted {
            outcome: QuoteOutcome::Bills(bills) | QuoteOutcome::Alike { bills, .. },
            ..
        }) => Some(bills),
        _ => None,
    }
}
