//! The money part is over; the paper comes out.

use api::{Notice, Outcome, Page, PatientNumber, PaymentId, PayoutPurpose, ReceiptNumber};
use device_api::Moment;
use money::Yen;
use settings::Times;

use super::{Idle, Noticing, Scene, Stage, Visit};
use crate::SlipFacts;
use crate::books::Books;
use crate::papers;
use crate::payment::close;
use crate::turn::Turn;

/// Papers of the payment are not all proven to have come out, or coins have just fallen into the tray.
#[derive(Debug)]
pub(crate) struct Issuing {
    payment: PaymentId,
    receipts: Vec<ReceiptNumber>,
    slip: Option<SlipFacts>,
    coins: Option<CoinsInTray>,
}

/// Nobody can tell when coins are taken, so they are pointed at for a while (K13).
#[derive(Clone, Copy, Debug)]
struct CoinsInTray {
    amount: Yen,
    purpose: PayoutPurpose,
    until: Moment,
}

/// Take the 領収証; thank you.
#[derive(Debug)]
pub(crate) struct Thanking {
    receipts: Vec<ReceiptNumber>,
    since: Moment,
}

/// The patient goes to the desk with a 預り票.
#[derive(Debug)]
pub(crate) struct Owing {
    slip: SlipFacts,
    since: Moment,
}

impl Issuing {
    /// `coins` were paid out.
    pub(crate) fn enter(
        turn: &mut Turn<'_>,
        payment: PaymentId,
        coins: Option<(Yen, PayoutPurpose)>,
    ) -> Visit {
        let until = turn.now.at.after(turn.policy.times.take_coins());
        Issuing::begin(turn, payment, coins.map(|(amount, purpose)| CoinsInTray { amount, purpose, until }))
    }

    /// Nothing is to be paid: there is only a 領収証 (K19).
    pub(super) fn nothing_due(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        close(turn, payment, Outcome::Paid);
        Issuing::begin(turn, payment, None)
    }

    /// After a start there are papers left of a payment that ended before.
    pub(crate) fn resume(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        Issuing::begin(turn, payment, None)
    }

    fn begin(turn: &mut Turn<'_>, payment: PaymentId, coins: Option<CoinsInTray>) -> Visit {
        let receipts = turn.books.receipts_to_print(payment);
        let slip = turn.books.slip(payment);
        papers::print_next(turn, false);
        Issuing { payment, receipts, slip, coins }.go_on(turn)
    }

    fn go_on(mut self, turn: &mut Turn<'_>) -> Visit {
        self.coins = self.coins.filter(|coins| turn.now.at < coins.until);
        let printing = turn.books.papers.values().any(|paper| paper.payment == self.payment);
        if printing || self.coins.is_some() {
            return self.into();
        }
        let since = turn.now.at;
        match self.slip {
            Some(slip) => Owing { slip, since }.into(),
            None if self.receipts.is_empty() => Noticing::enter(turn, Notice::MoneyReturned),
            None => Thanking { receipts: self.receipts, since }.into(),
        }
    }
}

impl Stage for Issuing {
    fn page(&self, scene: &Scene<'_>) -> Page {
        match (&self.coins, &self.slip) {
            (Some(coins), _) => {
                Page::TakeCoins { falling: false, amount: coins.amount, purpose: coins.purpose }
            }
            (None, Some(slip)) => owed(slip),
            (None, None) => {
                match needs_staff(scene.books, self.payment) || !scene.health.printer.is_ready() {
                    true => Page::PaperTrouble,
                    false => Page::Printing,
                }
            }
        }
    }

    fn deadline(&self, _now: Moment, _times: &Times) -> Option<Moment> {
        self.coins.map(|coins| coins.until)
    }

    fn papers_changed(self, turn: &mut Turn<'_>) -> Visit {
        self.go_on(turn)
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        self.go_on(turn)
    }
}

impl Stage for Thanking {
    fn page(&self, _scene: &Scene<'_>) -> Page {
        Page::Thanks { receipts: self.receipts.clone() }
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.thanks()))
    }

    fn scanned(self, turn: &mut Turn<'_>, number: Option<PatientNumber>) -> Visit {
        turn.calls.visit_ended();
        Idle.scanned(turn, number)
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Idle::enter(turn)
    }
}

impl Stage for Owing {
    fn page(&self, _scene: &Scene<'_>) -> Page {
        owed(&self.slip)
    }

    fn deadline(&self, _now: Moment, times: &Times) -> Option<Moment> {
        Some(self.since.after(times.slip()))
    }

    fn expired(self, turn: &mut Turn<'_>) -> Visit {
        Idle::enter(turn)
    }
}

fn owed(slip: &SlipFacts) -> Page {
    Page::Owed { amount: slip.amount, payment: slip.payment, code: slip.code.as_str().to_owned() }
}

fn needs_staff(books: &Books, payment: PaymentId) -> bool {
    let mut papers = books.papers.values().filter(|paper| paper.payment == payment);
    papers.any(|paper| papers::doubt_about(paper).is_some())
}
