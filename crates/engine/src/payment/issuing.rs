//! The money part is over; the paper comes out.

use api::{Page, PatientNumber, PaymentId, ReceiptNumber};
use device_api::Moment;
use settings::Times;

use crate::books::Books;
use crate::papers;
use crate::turn::Turn;
use crate::visit::{Idle, Scene, Stage, Visit};

/// Papers of the payment are not all proven to have come out.
#[derive(Debug)]
pub(crate) struct Issuing {
    payment: PaymentId,
    receipts: Vec<ReceiptNumber>,
}

/// Take the 領収証; thank you.
#[derive(Debug)]
pub(crate) struct Thanking {
    receipts: Vec<ReceiptNumber>,
    since: Moment,
}

impl Issuing {
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        let papers = turn.books.papers.values().filter(|paper| paper.payment == payment);
        let receipts = papers.map(|paper| paper.number).collect();
        papers::print_next(turn, false);
        Issuing { payment, receipts }.papers_changed(turn)
    }
}

impl Stage for Issuing {
    fn page(&self, scene: &Scene<'_>) -> Page {
        match needs_staff(scene.books, self.payment) || !scene.health.printer.is_ready() {
            true => Page::PaperTrouble,
            false => Page::Printing,
        }
    }

    fn papers_changed(self, turn: &mut Turn<'_>) -> Visit {
        if turn.books.papers.values().any(|paper| paper.payment == self.payment) {
            return self.into();
        }
        Thanking { receipts: self.receipts, since: turn.now.at }.into()
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

fn needs_staff(books: &Books, payment: PaymentId) -> bool {
    let mut papers = books.papers.values().filter(|paper| paper.payment == payment);
    papers.any(|paper| papers::cause_of_doubt(paper).is_some())
}
