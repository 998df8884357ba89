//! Everything that the page shows, at one moment: what the machine believes beside what truly is.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{
    Answer, CallView, DoubtfulPrint, KioskView, MachineView, PaperAnswer, PaymentSummary, Question,
    StoreName, UnitKind, UnitName,
};
use device_api::Place;
use money::{CashCount, Denomination};
use serde::Serialize;

use super::Page;
use super::cards::Card;
use super::log::{self, Line, Paper};
use super::said::{InBoth, Sentences};
use super::screen::{Head, ProgramState};
use super::spoken::Spoken;
use crate::cabinet::{COINS, NOTES};
use crate::machine::{MachineError, not_an_answer};
use crate::model::{Inside, Spot, Trouble};
use crate::surroundings::Device;

/// A program that does not listen by then is taken for one that is not there.
const LISTENS_WITHIN: Duration = Duration::from_millis(200);

/// See the module.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Snapshot {
    /// What the machine says of itself; `None` while it does not run.
    believed: Option<Believed>,
    /// The page on screen, as data.
    view: Option<KioskView>,
    /// What the page says aloud.
    spoken: Option<Spoken>,
    screen_program: ProgramState,
    /// The size and number of the newest picture of the screen.
    picture: Option<Head>,
    devices: Vec<DeviceState>,
    /// A note that sticks out.
    mouth: Option<Denomination>,
    /// Coins that lie in the tray.
    tray: CashCount,
    cash: Vec<CashRow>,
    cards: Vec<Card>,
    papers: Vec<Paper>,
    log: Vec<Line>,
}

/// What the desk learns.
#[derive(Debug, PartialEq, Serialize)]
struct Believed {
    status: MachineView,
    calls: Vec<CallView>,
    prints: Vec<DoubtfulPrint>,
    /// What can be answered of each of them.
    answers: Vec<&'static [PaperAnswer]>,
    /// The payment that is open.
    payment: Option<PaymentSummary>,
    /// All of it in words.
    said: InBoth<Sentences>,
}

/// A device as it truly is.
#[derive(Debug, PartialEq, Serialize)]
struct DeviceState {
    name: &'static str,
    unplugged: bool,
    troubles: Vec<Trouble>,
}

/// Pieces of one kind in one place.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct CashRow {
    place: Spot,
    /// The place in words.
    name: InBoth<String>,
    pub(super) kind: Denomination,
    /// Money is paid out from there, and people can count it.
    pub(super) store: bool,
    /// `None` while the machine does not run.
    pub(super) believed: Option<u32>,
    pub(super) is: u32,
}

/// Looks at everything once.
pub(super) async fn take(page: &Page) -> Result<Snapshot, MachineError> {
    // A machine that does not answer is one of the things to show.
    let believed = ask(page).await.ok();
    let insides = look_inside(page).await?;
    let machine_cash = believed.as_ref().map(|believed| pieces_by_place(&believed.status));
    let cash = rows(machine_cash, insides.iter().flat_map(|(_, inside)| inside.cash.iter().copied()));
    let state = |(device, inside): &(Device, Inside)| DeviceState {
        name: log::name(*device),
        unplugged: inside.unplugged,
        troubles: inside.troubles.clone(),
    };
    let log = page.log();
    let view = page.screen.view.borrow().clone();
    Ok(Snapshot {
        believed,
        spoken: view.as_ref().map(|view| page.sentences.of(view.say)),
        view,
        screen_program: *page.screen.program.borrow(),
        picture: page.screen.picture.borrow().as_ref().map(|picture| picture.head),
        devices: insides.iter().map(state).collect(),
        mouth: insides.iter().find_map(|(_, inside)| inside.mouth),
        tray: insides.iter().map(|(_, inside)| inside.tray).find(|tray| !tray.is_empty()).unwrap_or_default(),
        cash,
        cards: page.cards().now(&page.machine.config().billing.join("bills")),
        papers: log.papers(),
        log: log.last(),
    })
}

/// The rows of the stores, with what is believed and what is.
pub(super) async fn count_stores(page: &Page) -> Result<Vec<CashRow>, MachineError> {
    let insides = look_inside(page).await?;
    let status = pieces_by_place(&page.machine.status().await?);
    let cash = insides.iter().flat_map(|(_, inside)| inside.cash.iter().copied());
    Ok(rows(Some(status), cash).into_iter().filter(|row| row.store).collect())
}

async fn look_inside(page: &Page) -> Result<Vec<(Device, Inside)>, MachineError> {
    let mut insides = Vec::new();
    for device in [Device::Id003, Device::Cctalk, Device::Escpos, Device::Scanner] {
        insides.push((device, page.machine.look_inside(device).await?));
    }
    Ok(insides)
}

async fn ask(page: &Page) -> Result<Believed, MachineError> {
    let mut desk = page.machine.go_to_desk(LISTENS_WITHIN).await?;
    let status = match desk.ask(Question::Status).await? {
        Answer::Status(status) => *status,
        other => return Err(not_an_answer(&other)),
    };
    let calls = match desk.ask(Question::Calls).await? {
        Answer::Calls(calls) => calls,
        other => return Err(not_an_answer(&other)),
    };
    // A machine that stands still cannot be asked for these.
    let prints = match desk.ask(Question::Papers).await {
        Ok(Answer::Papers(prints)) => prints,
        Ok(other) => return Err(not_an_answer(&other)),
        Err(_) => Vec::new(),
    };
    let payment = match status.open_payment {
        Some(id) => match desk.ask(Question::Payment { id }).await {
            Ok(Answer::Payment(payment)) => Some(*payment),
            // It ended between the two questions.
            _ => None,
        },
        None => None,
    };
    let said = InBoth::say(|words| Sentences::of(words, &status, &calls, &prints, payment.as_ref()));
    let answers = prints.iter().map(|print| print.doubt.answers()).collect();
    Ok(Believed { status, calls, prints, answers, payment, said })
}

type ByPlace = BTreeMap<(Spot, Denomination), u32>;

fn pieces_by_place(status: &MachineView) -> ByPlace {
    let kinds = |store: &StoreName, pieces: CashCount| {
        let (spot, holds) = (spot_of(store), store.holds);
        let told = move |kind: &Denomination| holds.contains(*kind) || pieces.pieces(*kind) > 0;
        let counts = Denomination::ALL.into_iter().filter(told);
        counts.map(move |kind| ((spot(kind), kind), pieces.pieces(kind))).collect::<Vec<_>>()
    };
    let stores = status.stores.iter().flat_map(|view| kinds(&view.store, view.pieces));
    stores.chain(status.elsewhere.iter().flat_map(|view| kinds(&view.store, view.pieces))).collect()
}

/// Where people find pieces of a kind that the machine says lie in this store.
fn spot_of(store: &StoreName) -> impl Fn(Denomination) -> Spot + use<> {
    let place = store.place;
    move |kind| match place {
        Place::Transport => Spot::Transport,
        Place::Drum(number) => Spot::Drum(number),
        Place::CashBox => Spot::CashBox,
        Place::Hopper(_) => Spot::Hopper(kind),
        Place::CoinBox => Spot::CoinBox,
    }
}

/// One row a kind and place: all stores, and elsewhere what is believed or is there.
fn rows(believed: Option<ByPlace>, is: impl Iterator<Item = (Spot, CashCount)>) -> Vec<CashRow> {
    let mut kinds: BTreeMap<(Spot, Denomination), u32> = BTreeMap::new();
    for (place, pieces) in is {
        for kind in Denomination::ALL {
            let count = pieces.pieces(kind);
            if count > 0 || place == Spot::Hopper(kind) {
                *kinds.entry((place, kind)).or_insert(0) += count;
            }
        }
    }
    for (key, count) in believed.iter().flatten() {
        if *count > 0 {
            kinds.entry(*key).or_insert(0);
        }
    }
    let row = |((place, kind), is): ((Spot, Denomination), u32)| CashRow {
        believed: believed.as_ref().map(|all| all.get(&(place, kind)).copied().unwrap_or(0)),
        name: InBoth::say(|words| words.store_name(&name_of(place))),
        store: is_store(place),
        place,
        kind,
        is,
    };
    let mut rows: Vec<CashRow> = kinds.into_iter().map(row).collect();
    rows.sort_by_key(|row| (order(row.place), std::cmp::Reverse(row.kind)));
    rows
}

/// As the desk calls it. The cabinets of this page have one unit of a kind.
fn name_of(spot: Spot) -> StoreName {
    let (unit, kind, place, holds) = match spot {
        Spot::Transport => (NOTES, UnitKind::Notes, Place::Transport, None),
        Spot::Drum(number) => (NOTES, UnitKind::Notes, Place::Drum(number), None),
        Spot::CashBox => (NOTES, UnitKind::Notes, Place::CashBox, None),
        Spot::Hopper(kind) => (COINS, UnitKind::Coins, Place::Hopper(0), Some(kind)),
        Spot::CoinBox => (COINS, UnitKind::Coins, Place::CoinBox, None),
    };
    let unit = UnitName { id: unit, kind, one_of_several: false };
    StoreName { unit, place, holds: holds.into_iter().collect() }
}

/// Where pieces are paid out from.
fn is_store(place: Spot) -> bool {
    match place {
        Spot::Drum(_) | Spot::Hopper(_) => true,
        Spot::CashBox | Spot::CoinBox | Spot::Transport => false,
    }
}

/// As one walks through a cabinet: notes, coins, and what is on its way.
fn order(place: Spot) -> u8 {
    match place {
        Spot::Drum(_) => 0,
        Spot::CashBox => 1,
        Spot::Hopper(_) => 2,
        Spot::CoinBox => 3,
        Spot::Transport => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pile(kind: Denomination, pieces: u32) -> CashCount {
        let mut pile = CashCount::EMPTY;
        pile.add(kind, pieces).unwrap();
        pile
    }

    #[test]
    fn what_is_believed_stands_beside_what_is() {
        let believed = [
            ((Spot::Drum(1), Denomination::Yen1000), 3),
            ((Spot::CashBox, Denomination::Yen10000), 1),
            ((Spot::CoinBox, Denomination::Yen1), 0),
        ];
        let is = [
            (Spot::Drum(1), pile(Denomination::Yen1000, 2)),
            (Spot::Hopper(Denomination::Yen5), CashCount::EMPTY),
            (Spot::CashBox, CashCount::EMPTY),
            (Spot::Transport, pile(Denomination::Yen1000, 1)),
        ];
        let rows = rows(Some(believed.into()), is.into_iter());
        let short: Vec<_> =
            rows.iter().map(|row| (row.place, i64::from(row.kind), row.believed, row.is)).collect();
        assert_eq!(
            short,
            [
                (Spot::Drum(1), 1000, Some(3), 2),
                (Spot::CashBox, 10000, Some(1), 0),
                (Spot::Hopper(Denomination::Yen5), 5, Some(0), 0),
                (Spot::Transport, 1000, Some(0), 1),
            ]
        );
        assert_eq!(rows.iter().map(|row| row.store).collect::<Vec<_>>(), [true, false, true, false]);
    }

    #[test]
    fn a_machine_that_does_not_run_believes_nothing() {
        let rows = rows(None, [(Spot::CashBox, pile(Denomination::Yen2000, 1))].into_iter());
        assert_eq!((rows[0].believed, rows[0].is), (None, 1));
    }
}
