//! What units say they have counted is compared with what the journal expects of them: at every start, before each
//! payment and before each payout. A difference is never put right in silence: it is a doubt, and a person settles it.

use api::{
    CallReason, Discrepancy, Done, DoubtId, DoubtSaid, DoubtView, NewestNumbers, PaymentId, ReceiptNumber,
    Refusal, Staff, Unit, UnitCounts,
};
use device_api::{
    CashCommand, CashEvent, CashTrouble, CoinCommand, CoinDevice, CoinEvent, CoinTrouble, CountedBefore,
    DeviceCounts, Place,
};

use crate::books::{Books, Doubt, Payout};
use crate::doubt::{said_before_payout, said_by_coin_device, said_by_note_unit};
use crate::turn::Turn;
use crate::{DoubtEntry, Input};

/// More receipts than a machine prints in a year are a typing error, and numbers that are skipped never come back.
const RECEIPTS_SKIPPED_MAX: u32 = 100_000;

/// As many payments; several of them may have had no receipt.
const PAYMENTS_SKIPPED_MAX: u64 = 1_000_000;

/// Every unit that is asked at one time what it has counted, and which of them have said it.
#[derive(Debug)]
pub(crate) struct Round {
    notes: Option<DeviceCounts>,
    /// The devices of the coin unit that have not answered yet.
    unheard: Vec<CoinDevice>,
    heard: Vec<CoinDevice>,
}

impl Round {
    /// Before a payment: every unit that works is asked.
    pub(crate) fn before_payment(turn: &mut Turn<'_>) -> Round {
        let devices = turn.health.coin_devices_ready();
        Round::begin(turn, devices)
    }

    /// Before money moves. In a payment that was interrupted or suspended the books may lack something: every unit that
    /// can be asked is, also one that is empty. In any other, only the note unit's part is still to be proven.
    pub(crate) fn before_payout(turn: &mut Turn<'_>) -> Round {
        let was_stopped = turn.books.deposit().is_some_and(|deposit| deposit.was_stopped);
        let devices = if was_stopped { turn.health.coin_devices_with_counters() } else { Vec::new() };
        Round::begin(turn, devices)
    }

    fn begin(turn: &mut Turn<'_>, devices: Vec<CoinDevice>) -> Round {
        ask(turn, &devices);
        Round { notes: None, unheard: devices, heard: Vec::new() }
    }

    pub(crate) fn note_unit_said(&mut self, counts: DeviceCounts) {
        self.notes = Some(counts);
    }

    /// One that fails now is not paid from, and one that works again is asked by [`look`].
    pub(crate) fn coin_unit_said(&mut self, event: &CoinEvent) {
        match event {
            CoinEvent::Counts { device, .. } => {
                self.unheard.retain(|asked| asked != device);
                self.heard.push(*device);
            }
            CoinEvent::Trouble { device, .. } => self.unheard.retain(|asked| asked != device),
            CoinEvent::Ready { device } if !self.heard.contains(device) => self.unheard.push(*device),
            CoinEvent::Ready { .. }
            | CoinEvent::Identified { .. }
            | CoinEvent::Inserted { .. }
            | CoinEvent::EventsLost { .. }
            | CoinEvent::Rejected { .. }
            | CoinEvent::ReturnPressed
            | CoinEvent::Inhibited
            | CoinEvent::Prepared { .. }
            | CoinEvent::Dispensed { .. } => {}
        }
    }

    /// What the note unit has counted, once all that were asked have answered.
    pub(crate) fn ended(&self) -> Option<DeviceCounts> {
        self.notes.filter(|_| self.unheard.is_empty())
    }

    /// Who has been asked and has said nothing.
    pub(crate) fn who_does_not_answer(&self) -> Discrepancy {
        match self.notes {
            Some(_) => Discrepancy::CoinUnit { trouble: CoinTrouble::NotResponding },
            None => Discrepancy::NoteUnit { trouble: CashTrouble::NotResponding },
        }
    }

    /// Whether this device has said what it has counted.
    pub(crate) fn has_heard(&self, device: CoinDevice) -> bool {
        self.heard.contains(&device)
    }
}

/// Compares what a unit tells at rest; one that has just begun to work is asked. In a payment the note unit's counters
/// are first to prove what became of its notes ([`compare_note_unit`]), and those of a hopper that pays out are not at rest.
pub(crate) fn look(turn: &mut Turn<'_>, input: &Input) {
    let deposit = turn.books.deposit();
    let paying = deposit.and_then(|deposit| deposit.paying).map(|payout| Unit::at(payout.place));
    let is_open = deposit.is_some();
    let is_at_rest = |device: CoinDevice| paying != Some(device.into());
    match input {
        Input::Cash(CashEvent::Ready) if !is_open => turn.cash(CashCommand::ReadCounts),
        Input::Cash(CashEvent::Counts(counts)) if !is_open => {
            compare(turn, Unit::NoteUnit, said_by_note_unit(*counts));
        }
        Input::Coin(CoinEvent::Ready { device }) if is_at_rest(*device) => {
            turn.coin(CoinCommand::ReadCounts(*device));
        }
        Input::Coin(CoinEvent::Counts { device, counts }) if is_at_rest(*device) => {
            compare(turn, (*device).into(), said_by_coin_device(*counts));
        }
        _ => {}
    }
}

/// Compares the note unit's counters in the middle of a payment, once they have proven what they can.
pub(crate) fn compare_note_unit(turn: &mut Turn<'_>, counts: DeviceCounts) {
    compare(turn, Unit::NoteUnit, said_by_note_unit(counts));
}

/// Whether a unit that has counted just before a payout fits the books. If not, nothing may be paid out.
pub(crate) fn fits_before_payout(turn: &mut Turn<'_>, payout: Payout, before: &CountedBefore) -> bool {
    let (unit, reported) = (Unit::at(payout.place), said_before_payout(before));
    let fits = turn.books.units.expected(unit).is_none_or(|expected| expected.compare(reported).is_none());
    if !fits {
        compare(turn, unit, reported);
    }
    fits
}

/// Asks the note unit and these devices of the coin unit for their counters.
fn ask(turn: &mut Turn<'_>, devices: &[CoinDevice]) {
    turn.cash(CashCommand::ReadCounts);
    devices.iter().for_each(|device| turn.coin(CoinCommand::ReadCounts(*device)));
}

fn compare(turn: &mut Turn<'_>, unit: Unit, reported: UnitCounts) {
    let units = &turn.books.units;
    if units.is_in_doubt(unit) {
        return;
    }
    let expected = units.expected(unit).unwrap_or_default();
    let Some(cause) = expected.compare(reported) else {
        // In a payment a hopper whose payout ended unknown may still pay: what it has counted is not its last word.
        if expected.is_news(reported) && turn.books.open.is_none() {
            turn.record(DoubtEntry::UnitCounted { unit, counts: reported });
        }
        return;
    };
    let doubt = units.next_doubt();
    let (expected, since, stores) = (expected.counts(), expected.since, stores_of(turn, unit));
    turn.record(DoubtEntry::DoubtOpened { doubt, unit, cause, expected, reported, since, stores });
    turn.call_staff(CallReason::Doubt);
}

/// Where the unit pays from.
fn stores_of(turn: &Turn<'_>, unit: Unit) -> Vec<Place> {
    let places = turn.policy.stores.iter().map(|store| store.place);
    places.filter(|place| Unit::at(*place) == unit).collect()
}

/// A person says what a doubt comes from. What the unit counts now is taken as given from here on; what lies in its
/// drums or hopper is to be counted.
pub(crate) fn settle(
    turn: &mut Turn<'_>,
    doubt: DoubtId,
    said: DoubtSaid,
    newest: NewestNumbers,
    by: Staff,
) -> Result<Done, Refusal> {
    let Some(unit) = turn.books.units.doubts.get(&doubt).map(|doubt| doubt.unit) else {
        return Err(Refusal::NoSuchDoubt { doubt });
    };
    if let Some(open) = &turn.books.open {
        return Err(Refusal::PaymentOpen { payment: open.id });
    }
    let last = NewestNumbers {
        receipt: ReceiptNumber(turn.books.last_receipt()),
        payment: turn.books.last_payment().unwrap_or(PaymentId(0)),
    };
    if newest.receipt.0.saturating_sub(last.receipt.0) > RECEIPTS_SKIPPED_MAX
        || newest.payment.0.saturating_sub(last.payment.0) > PAYMENTS_SKIPPED_MAX
    {
        return Err(Refusal::FarBeyond { newest, last });
    }
    let NewestNumbers { receipt: newest_receipt, payment: newest_payment } = newest;
    turn.record(DoubtEntry::DoubtSettled { doubt, said, newest_receipt, newest_payment, by });
    if turn.books.units.doubts.is_empty() {
        turn.calls.settled(CallReason::Doubt);
    }
    // What has moved since the unit was read is seen at once.
    let ready = turn.health.coin_devices_ready();
    ask(turn, &ready);
    Ok(Done::DoubtSettled { to_count: stores_of(turn, unit) })
}

/// The doubts that stand, for the desk.
pub(crate) fn list(books: &Books) -> Vec<DoubtView> {
    let view = |(id, doubt): (&DoubtId, &Doubt)| DoubtView {
        doubt: *id,
        unit: doubt.unit,
        cause: doubt.cause,
        expected: doubt.expected,
        reported: doubt.reported,
        since_entry: doubt.since,
        opened_at_entry: doubt.opened,
    };
    books.units.doubts.iter().map(view).collect()
}
