//! What a patient is offered now, from what units, books, printer, reader and bridge show; and the true reason for what
//! is not.

use api::{CashOffer, ClosedReason, Lookup, Offer, Way};

use crate::Policy;
use crate::billing::Billing;
use crate::books::Books;
use crate::cash::Till;
use crate::health::Health;
use crate::turn::Turn;

/// Of whom it depends what can be offered.
#[derive(Clone, Copy)]
pub(crate) struct Offering<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) books: &'a Books,
    pub(crate) health: &'a Health,
    pub(crate) billing: &'a Billing,
}

/// Why no payment can begin now, in whichever way it would be paid.
pub(crate) fn closed(turn: &Turn<'_>) -> Option<ClosedReason> {
    let Turn { policy, books, health, billing, .. } = turn;
    Offering { policy, books, health, billing }.closed()
}

impl Offering<'_> {
    /// Everything that can be done now.
    pub(crate) fn offer(self) -> Offer {
        let Offering { policy, books, health, .. } = self;
        let till = Till { policy, books, health };
        let cash = match self.no_cash() {
            Some(reason) => Way::Closed(reason),
            None => Way::Open(CashOffer { change: till.change() }),
        };
        Offer { lookup: self.lookup(), cash }
    }

    /// Why no payment can begin, in whichever way it would be paid.
    pub(crate) fn closed(self) -> Option<ClosedReason> {
        let no_reader = self.lookup() == Lookup::NoReader;
        self.no_cash().or(no_reader.then_some(ClosedReason::Scanner))
    }

    /// Why cash cannot be taken. With a journal that may be an older one, or another machine's, a number could be given
    /// twice and money paid out twice. With a clock that is not believed, a 領収証 would be dated by guessing.
    fn no_cash(self) -> Option<ClosedReason> {
        let in_doubt = !self.books.units.doubts.is_empty() || self.health.clock.is_some();
        let by_units = self.health.closed_by_units();
        by_units
            .or(self.health.exit().map(|_| ClosedReason::Exit))
            .or((!self.health.printer.is_ready()).then_some(ClosedReason::Printer))
            .or(in_doubt.then_some(ClosedReason::Records))
    }

    fn lookup(self) -> Lookup {
        match (self.health.scanner_connected, self.billing.serves_nobody()) {
            (false, _) => Lookup::NoReader,
            (true, true) => Lookup::NoBilling,
            (true, false) => Lookup::ByCard,
        }
    }
}
