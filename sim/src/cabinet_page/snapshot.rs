//! Everything that the page shows, at one moment: what the machine believes beside what truly is.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{CallView, DeskAnswer, DeskRequest, DoubtfulPrint, KioskView, MachineStatus, PaymentSummary};
use device_api::Place;
use money::{CashCount, Denomination};
use serde::Serialize;
use tokio::time::Instant;

use super::Page;
use super::cards::Card;
use super::log::{self, Line, Paper};
use super::screen::{Head, ProgramState};
use super::spoken::Spoken;
use crate::machine::{Connection, MachineError, PROGRAM_PATIENCE};
use crate::model::{Inside, Trouble};
use crate::scenario::Device;

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
    status: MachineStatus,
    calls: Vec<CallView>,
    prints: Vec<DoubtfulPrint>,
    /// The payment that is open.
    payment: Option<PaymentSummary>,
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
    place: String,
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
    let machine_cash = believed.as_ref().map(|believed| pieces_by_words(&believed.status));
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
    let status = match page.machine.desk(DeskRequest::Status).await? {
        DeskAnswer::Status(status) => pieces_by_words(&status),
        other => return Err(unexpected(&other)),
    };
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
    let status = match answer(&mut desk, DeskRequest::Status).await? {
        DeskAnswer::Status(status) => *status,
        other => return Err(unexpected(&other)),
    };
    let calls = match answer(&mut desk, DeskRequest::Calls).await? {
        DeskAnswer::Calls(calls) => calls,
        other => return Err(unexpected(&other)),
    };
    let prints = match answer(&mut desk, DeskRequest::PrintList).await? {
        DeskAnswer::Prints(prints) => prints,
        other => return Err(unexpected(&other)),
    };
    let payment = match status.open_payment {
        Some(id) => match answer(&mut desk, DeskRequest::Payment { id }).await? {
            DeskAnswer::Payment(payment) => Some(*payment),
            // It ended between the two questions.
            _ => None,
        },
        None => None,
    };
    Ok(Believed { status, calls, prints, payment })
}

async fn answer(desk: &mut Connection, request: DeskRequest) -> Result<DeskAnswer, MachineError> {
    desk.say(&request).await?;
    desk.next(Instant::now() + PROGRAM_PATIENCE).await?.ok_or(MachineError::Late("an answer"))
}

fn unexpected(answer: &DeskAnswer) -> MachineError {
    MachineError::Refused(format!("not an answer to this question: {answer:?}"))
}

/// Pieces by the daemon's words for their place.
type ByWords = BTreeMap<(String, Denomination), u32>;

fn pieces_by_words(status: &MachineStatus) -> ByWords {
    let lines = status.cash.iter();
    let pieces = lines.flat_map(|line| line.pieces.iter().map(move |(kind, count)| (line, kind, count)));
    pieces.map(|(line, kind, count)| ((line.place.clone(), kind), count)).collect()
}

/// One row a kind and place: all stores, and elsewhere what is believed or is there.
fn rows(believed: Option<ByWords>, is: impl Iterator<Item = (Place, CashCount)>) -> Vec<CashRow> {
    let mut kinds: BTreeMap<(String, Denomination), (Option<Place>, u32)> = BTreeMap::new();
    for (place, pieces) in is {
        for kind in Denomination::ALL {
            let count = pieces.pieces(kind);
            let is_empty_hopper = place == Place::Hopper(kind);
            if count > 0 || is_empty_hopper {
                let row = kinds.entry((place.words(), kind)).or_insert((Some(place), 0));
                row.1 += count;
            }
        }
    }
    for (key, count) in believed.iter().flatten() {
        if *count > 0 {
            kinds.entry(key.clone()).or_insert((None, 0));
        }
    }
    let row = |((place, kind), (_, is)): ((String, Denomination), (Option<Place>, u32))| CashRow {
        believed: believed.as_ref().map(|all| all.get(&(place.clone(), kind)).copied().unwrap_or(0)),
        store: is_store(&place),
        place,
        kind,
        is,
    };
    let mut rows: Vec<CashRow> = kinds.into_iter().map(row).collect();
    rows.sort_by_key(|row| (order(&row.place), std::cmp::Reverse(row.kind)));
    rows
}

/// Where pieces are paid out from.
fn is_store(place: &str) -> bool {
    place.starts_with("drum") || place.starts_with("hopper")
}

/// As one walks through a cabinet: notes, coins, and what is on its way.
fn order(place: &str) -> u8 {
    match place {
        "cash box" => 1,
        "coin box" => 3,
        "transport" => 4,
        hopper if hopper.starts_with("hopper") => 2,
        _drum => 0,
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
            (("drum 1".to_owned(), Denomination::Yen1000), 3),
            (("cash box".to_owned(), Denomination::Yen10000), 1),
            (("coin box".to_owned(), Denomination::Yen1), 0),
        ];
        let is = [
            (Place::Drum(1), pile(Denomination::Yen1000, 2)),
            (Place::Hopper(Denomination::Yen5), CashCount::EMPTY),
            (Place::CashBox, CashCount::EMPTY),
            (Place::Transport, pile(Denomination::Yen1000, 1)),
        ];
        let rows = rows(Some(believed.into()), is.into_iter());
        let short: Vec<_> =
            rows.iter().map(|row| (row.place.as_str(), i64::from(row.kind), row.believed, row.is)).collect();
        assert_eq!(
            short,
            [
                ("drum 1", 1000, Some(3), 2),
                ("cash box", 10000, Some(1), 0),
                ("hopper 5", 5, Some(0), 0),
                ("transport", 1000, Some(0), 1),
            ]
        );
        assert_eq!(rows.iter().map(|row| row.store).collect::<Vec<_>>(), [true, false, true, false]);
    }

    #[test]
    fn a_machine_that_does_not_run_believes_nothing() {
        let rows = rows(None, [(Place::CashBox, pile(Denomination::Yen2000, 1))].into_iter());
        assert_eq!((rows[0].believed, rows[0].is), (None, 1));
    }
}
