//! What a patient is offered now, from what units, books, printer, reader and bridge show; and the true reason for what
//! is not (K18).

use api::{CashOffer, Change, ClosedReason, Lookup, Offer, Takes, Way};
use money::Yen;

use crate::Policy;
use crate::billing::Billing;
use crate::books::Books;
use crate::cash::{COINS_ALONE_UP_TO, Till, what_can_be_inserted};
use crate::health::Health;
use crate::turn::Turn;
use crate::upkeep::Upkeep;

/// Of whom it depends what can be offered.
#[derive(Clone, Copy)]
pub(crate) struct Offering<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) books: &'a Books,
    pub(crate) health: &'a Health,
    pub(crate) billing: &'a Billing,
    pub(crate) upkeep: &'a Upkeep,
}

/// Why no payment can begin now, in whichever way it would be paid.
pub(crate) fn closed(turn: &Turn<'_>) -> Option<ClosedReason> {
    let Turn { policy, books, health, billing, upkeep, .. } = turn;
    Offering { policy, books, health, billing, upkeep }.closed()
}

impl Offering<'_> {
    /// Everything that can be done now.
    pub(crate) fn offer(self) -> Offer {
        let cash = match self.cash() {
            Ok(cash) => Way::Open(cash),
            Err(reason) => Way::Closed(reason),
        };
        Offer { lookup: self.lookup(), cash }
    }

    /// Why no payment can begin, in whichever way it would be paid.
    fn closed(self) -> Option<ClosedReason> {
        let no_reader = self.lookup() == Lookup::NoReader;
        self.cash().err().or(no_reader.then_some(ClosedReason::Scanner))
    }

    /// How cash can be taken, or why not. With a journal that may be an older one, or another machine's, a number could be
    /// given twice and money paid out twice. With a clock that is not believed, a 領収証 would be dated by guessing.
    fn cash(self) -> Result<CashOffer, ClosedReason> {
        let Offering { policy, books, health, upkeep, .. } = self;
        let takes = what_can_be_inserted(books, health, upkeep)?;
        if health.exit().is_some() {
            return Err(ClosedReason::Exit);
        }
        if !health.printer.is_ready() {
            return Err(ClosedReason::Printer);
        }
        if books.units.are_records_in_doubt() || health.clock.is_some() {
            return Err(ClosedReason::Records);
        }
        let till = Till::new(policy, books, health, upkeep);
        let change = till.change();
        let in_doubt = till.lacks_a_unit().then_some(ClosedReason::Records);
        match health.closed_by_units().or(in_doubt) {
            // Two limits at once are more than a start page can tell: what to pay with, and that it has to be exact.
            Some(reason) if change != Change::EveryAmount => Err(reason),
            Some(_) | None => Ok(CashOffer { takes, up_to: up_to(takes), change }),
        }
    }

    fn lookup(self) -> Lookup {
        match (self.health.scanner_connected, self.billing.serves_nobody()) {
            (false, _) => Lookup::NoReader,
            (true, true) => Lookup::NoBilling,
            (true, false) => Lookup::ByCard,
        }
    }
}

fn up_to(takes: Takes) -> Option<Yen> {
    match takes {
        Takes::Coins => Some(COINS_ALONE_UP_TO),
        Takes::NotesAndCoins | Takes::Notes => None,
    }
}
