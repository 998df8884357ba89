//! Every card that is held to the reader is answered, also where no page asks for one (K2, K16).

use std::time::Duration;

use api::{CardAnswer, Page, PatientNumber};
use device_api::Moment;

use crate::books::Payment;

/// How long the answer stands beside the page.
const SHOWN: Duration = Duration::from_secs(8);

/// What whoever held a card to the reader is told beside the page.
#[derive(Debug, Default)]
pub(crate) struct Cards {
    /// Whose card the page last asked for. A machine that began anew does not know it any more.
    asked_for: Option<PatientNumber>,
    shown: Option<(CardAnswer, Moment)>,
}

impl Cards {
    /// A card was read while `page` was on screen.
    pub(crate) fn read(
        &mut self,
        now: Moment,
        page: &Page,
        open: Option<&Payment>,
        number: Option<&PatientNumber>,
    ) {
        let is_own = number.is_some_and(|number| {
            let of_payment =
                open.is_some_and(|open| open.bills.iter().any(|bill| bill.patient.number == *number));
            of_payment || self.asked_for.as_ref() == Some(number)
        });
        let answer = match page {
            Page::Idle { .. } | Page::Notice { .. } | Page::AlreadyPaid { .. } | Page::Thanks { .. } => {
                self.asked_for = number.cloned();
                None
            }
            Page::Closed { .. } => Some(CardAnswer::AtDesk),
            // It says so itself.
            Page::InsertCash { .. } if !is_own => None,
            _ if is_own => Some(CardAnswer::ReadBefore),
            _ => Some(CardAnswer::Wait),
        };
        self.shown = answer.map(|answer| (answer, now));
    }

    pub(crate) fn answer(&self, now: Moment) -> CardAnswer {
        let lasting = self.shown.filter(|(_, at)| now < at.after(SHOWN));
        lasting.map_or(CardAnswer::None, |(answer, _)| answer)
    }

    /// When [`answer`](Cards::answer) changes by itself.
    pub(crate) fn deadline(&self, now: Moment) -> Option<Moment> {
        self.shown.map(|(_, at)| at.after(SHOWN)).filter(|at| now < *at)
    }
}
