//! What the start page offers, and the true reason for what it does not (K7, K18).

use std::time::Duration;

use api::{CashOffer, Change, ClosedReason, Lookup, Offer, Page, Takes, Way};
use device_api::{
    Place, PrinterEvent, PrinterStatus, ScannerEvent, Stated, StoreId, UnitEvent, UnitPart, UnitTrouble,
};
use money::{CashCount, Denomination, Yen};

use super::Machine;
use super::inputs::{COINS, DRUM, NOTES, notes, policy, ready_printer, stock, store};
use crate::books::Books;
use crate::cash::Till;
use crate::health::Health;
use crate::{BillingEvent, CashEntry, Draft, Input};

const SOON: Duration = Duration::from_millis(500);

/// Longer than a bridge that starts again needs.
const LONG: Duration = Duration::from_secs(20);

fn offer(lookup: Lookup, cash: Way<CashOffer>) -> Offer {
    Offer { lookup, cash }
}

#[test]
fn nothing_is_offered_that_cannot_be_done_now() {
    let mut machine = Machine::new();
    let open = cash(Change::EveryAmount);
    let offered = |machine: &Machine| match &machine.engine.view().page {
        Page::Idle { offer } => Ok(offer.clone()),
        Page::Closed { reason } => Err(*reason),
        page => panic!("{page:?} is no start page"),
    };
    let mut check = |input, after, expected| {
        machine.handle(input, after);
        machine.handle(Input::Tick, SOON);
        assert_eq!(offered(&machine), expected);
        let offer = machine.engine.status().offer;
        assert_eq!(offer.closed(), expected.as_ref().err().copied(), "the desk reads what the patient does");
    };
    let all = Ok(offer(Lookup::ByCard, open.clone()));
    let known = [Denomination::Yen100, Denomination::Yen500].into_iter().collect();
    let identified =
        UnitEvent::State(Stated::Identified { model: "any".into(), accepts: known, pays: known });
    check(Input::Unit(COINS, identified), SOON, all.clone());
    check(Input::Scanner(ScannerEvent::Connected(false)), SOON, Err(ClosedReason::Scanner));
    check(Input::Scanner(ScannerEvent::Connected(true)), SOON, all.clone());
    check(Input::Billing(BillingEvent::Disconnected), SOON, all.clone());
    check(Input::Tick, LONG, Ok(offer(Lookup::NoBilling, open)));
    check(Input::Billing(BillingEvent::Connected), SOON, all.clone());
    check(stock(Denomination::Yen100, 3), SOON, Ok(offer(Lookup::ByCard, cash(Change::SomeAmounts))));
    check(stock(Denomination::Yen100, 9), SOON, all.clone());
    let silent = Input::Printer(PrinterEvent::Status(PrinterStatus::SILENT));
    check(silent, SOON, Err(ClosedReason::Printer));
    let (part, change) = (UnitPart::Acceptor, Change::EveryAmount);
    let jam = Input::Unit(NOTES, UnitEvent::State(Stated::Trouble { part, trouble: UnitTrouble::Jam }));
    check(jam.clone(), SOON, Err(ClosedReason::NoteUnit));
    let working = Input::Printer(PrinterEvent::Status(ready_printer()));
    check(working, SOON, Err(ClosedReason::NoteUnit));
    let coins = CashOffer { takes: Takes::Coins, up_to: Some(Yen::new(1_000)), change };
    check(Input::Tick, LONG, Ok(offer(Lookup::ByCard, Way::Open(coins))));
    check(stock(Denomination::Yen100, 3), SOON, Err(ClosedReason::NoteUnit));
    check(stock(Denomination::Yen100, 9), SOON, Ok(offer(Lookup::ByCard, Way::Open(coins))));
    check(Input::Unit(NOTES, UnitEvent::State(Stated::Ready { part })), SOON, all.clone());
    let fraud = UnitEvent::State(Stated::Trouble { part, trouble: UnitTrouble::Manipulated });
    check(Input::Unit(COINS, fraud), SOON, Err(ClosedReason::CoinUnit));
    let notes = CashOffer { takes: Takes::Notes, up_to: None, change };
    check(Input::Tick, LONG, Ok(offer(Lookup::ByCard, Way::Open(notes))));
    check(jam, SOON, Err(ClosedReason::NoteUnit));
}

fn cash(change: Change) -> Way<CashOffer> {
    Way::Open(CashOffer { takes: Takes::NotesAndCoins, up_to: None, change })
}

/// What is said before anybody's sum is known is what turns out for every sum that can be paid here.
#[test]
fn there_is_change_for_the_sums_for_which_the_start_page_says_so() {
    let check = |fifties: u32, hundreds: u32, five_hundreds: u32, thousands: u32, expected| {
        let coins = [Denomination::Yen50, Denomination::Yen100, Denomination::Yen500];
        let policy = crate::Policy { stores: stores(&coins), ..policy() };
        let mut books = Books::new(policy.machine.clone());
        let held = coins.into_iter().chain([Denomination::Yen1000]);
        let counts = [fifties, hundreds, five_hundreds, thousands];
        for (store, (denomination, pieces)) in policy.stores.iter().zip(held.zip(counts)) {
            let (by, counted) =
                ("A".parse().unwrap(), CashCount::try_from(vec![(denomination, pieces)]).unwrap());
            let entry = CashEntry::StockSet { store: store.id, before: CashCount::EMPTY, counted, by };
            books.apply(api::WallTime(0), &Draft { entry: entry.into(), private: None });
        }
        let health = Health::working(notes(), coins.into_iter().collect(), &policy);
        let till = Till { policy: &policy, books: &books, health: &health, takes: Takes::NotesAndCoins };
        let counts = (fifties, hundreds, five_hundreds, thousands);
        assert_eq!(till.change(), expected, "{counts:?}");
        let exact_only = |due: &i64| till.takes_exact_money_only(Yen::new(*due));
        let sums = (1..20).map(|fifties| fifties * 50);
        match expected {
            Change::EveryAmount => assert_eq!(sums.filter(exact_only).count(), 0, "{counts:?}"),
            Change::SomeAmounts => {}
            Change::None => assert_eq!(sums.filter(|due| !exact_only(due)).count(), 0, "{counts:?}"),
        }
        let has_gap = (1..20).map(|fifties| fifties * 50).any(|due| exact_only(&due));
        assert_eq!(has_gap, expected != Change::EveryAmount, "{counts:?}");
    };
    check(0, 0, 0, 0, Change::None);
    check(0, 0, 0, 9, Change::SomeAmounts);
    check(1, 4, 1, 0, Change::EveryAmount);
    check(1, 3, 1, 0, Change::SomeAmounts);
    check(0, 9, 9, 9, Change::SomeAmounts);
    check(19, 0, 0, 0, Change::EveryAmount);
    check(18, 0, 0, 0, Change::SomeAmounts);
    for pieces in 0..3_u32.pow(3) {
        let [fifties, hundreds, five_hundreds] =
            [pieces % 3, pieces / 3 % 3, pieces / 9].map(|some| some * 2);
        let enough = fifties >= 1 && (five_hundreds >= 1 && fifties * 50 + hundreds * 100 >= 450);
        let expected = match (enough, pieces) {
            (true, _) => Change::EveryAmount,
            (false, 0) => Change::None,
            (false, _) => Change::SomeAmounts,
        };
        check(fifties, hundreds, five_hundreds, 0, expected);
    }
}

/// Hoppers for these coins, and a drum of 1,000 yen.
fn stores(coins: &[Denomination]) -> Vec<crate::Store> {
    let hopper = |(number, coin): (u8, &Denomination)| {
        let id = StoreId { unit: COINS, place: Place::Hopper(number) };
        store(id, *coin, None)
    };
    let drum = policy().stores.into_iter().filter(|store| store.id == DRUM);
    (3..).zip(coins).map(hopper).chain(drum).collect()
}
