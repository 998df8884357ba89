//! What units say they have counted is compared with what the journal expects of them: at every start, before each
//! payment and before each payout. A difference is never put right in silence: it is a doubt, and a person settles it. Until
//! then nothing begins, or, if the part has fitted since the program began, that part alone is not used.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    CallReason, Discrepancy, Done, DoubtId, DoubtReach, DoubtSaid, DoubtView, NewestNumbers, PaymentId,
    ReceiptNumber, Refusal, Staff, Takes,
};
use device_api::{
    Counted, CountedBefore, DeviceCounts, PartId, Stated, StoreId, UnitCounts, UnitEvent, UnitId, UnitTrouble,
};

use crate::books::{Books, Doubt, Payout};
use crate::doubt::{Counters, Expected, said_before_payout, said_of_its_life};
use crate::turn::Turn;
use crate::{DoubtEntry, Input, Policy};

/// More receipts than a machine prints in a year are a typing error, and numbers that are skipped never come back.
const RECEIPTS_SKIPPED_MAX: u32 = 100_000;

/// As many payments; several of them may have had no receipt.
const PAYMENTS_SKIPPED_MAX: u64 = 1_000_000;

/// Everything that is asked at one time what it has counted, and what of it has said it.
#[derive(Debug)]
pub(crate) struct Round {
    /// What the units say that count their stores, if they are asked.
    stored: BTreeMap<UnitId, DeviceCounts>,
    /// Those of them that have not answered yet.
    uncounted: BTreeSet<UnitId>,
    /// The parts of other units that have not answered yet.
    unheard: Vec<PartId>,
    heard: Vec<PartId>,
}

impl Round {
    /// Before a payment: whatever works is asked.
    pub(crate) fn before_payment(turn: &mut Turn<'_>, takes: Takes) -> Round {
        let parts = turn.health.parts_ready();
        Round::begin(turn, takes.notes(), parts)
    }

    /// Before money moves. In a payment that was interrupted or suspended the books may lack something: every part that
    /// can be asked is, also one that is empty. In any other, only what counts its stores is still to be proven.
    pub(crate) fn before_payout(turn: &mut Turn<'_>) -> Round {
        let deposit = turn.books.deposit();
        let of_stores = deposit.is_none_or(|deposit| deposit.takes.notes());
        let was_stopped = deposit.is_some_and(|deposit| deposit.was_stopped);
        let parts = if was_stopped { turn.health.parts_with_counters() } else { Vec::new() };
        Round::begin(turn, of_stores, parts)
    }

    fn begin(turn: &mut Turn<'_>, of_stores: bool, parts: Vec<PartId>) -> Round {
        ask(turn, of_stores, &parts);
        let uncounted = turn.policy.who_counts_stores().filter(|_| of_stores).collect();
        Round { stored: BTreeMap::new(), uncounted, unheard: parts, heard: Vec::new() }
    }

    /// A part that fails now is not paid from, and one that works again is asked by [`look`].
    pub(crate) fn unit_said(&mut self, turn: &Turn<'_>, unit: UnitId, event: &UnitEvent) {
        let counts_stores = turn.policy.can(unit).counts_stores;
        match event {
            UnitEvent::Counts(counted) if counts_stores => {
                // Who was not asked says it when it comes back.
                if let Some(counts) = DeviceCounts::of(counted)
                    && (self.uncounted.remove(&unit) || self.stored.contains_key(&unit))
                {
                    self.stored.insert(unit, counts);
                }
            }
            UnitEvent::Counts(Counted { part, .. }) => {
                let part = PartId { unit, part: *part };
                self.unheard.retain(|asked| *asked != part);
                self.heard.push(part);
            }
            UnitEvent::State(Stated::Trouble { part, .. }) => {
                let part = PartId { unit, part: *part };
                self.unheard.retain(|asked| *asked != part);
            }
            UnitEvent::State(Stated::Ready { part }) if !counts_stores => {
                let part = PartId { unit, part: *part };
                if !self.has_heard(part) {
                    self.unheard.push(part);
                }
            }
            UnitEvent::State(Stated::Ready { .. } | Stated::Identified { .. })
            | UnitEvent::In(_)
            | UnitEvent::Out(_) => {}
        }
    }

    /// What lies in stores that are counted, once all that were asked have answered.
    pub(crate) fn ended(&self) -> Option<BTreeMap<UnitId, DeviceCounts>> {
        (self.uncounted.is_empty() && self.unheard.is_empty()).then(|| self.stored.clone())
    }

    /// Who has been asked and has said nothing.
    pub(crate) fn who_does_not_answer(&self, turn: &Turn<'_>) -> Discrepancy {
        let mut silent =
            self.uncounted.iter().map(|unit| PartId::acceptor(*unit)).chain(self.unheard.clone());
        let part = silent.next().expect("whoever has every answer waits no more");
        let (part, trouble) = (turn.policy.part_name(part), UnitTrouble::NotResponding);
        Discrepancy::UnitFailed { part, trouble }
    }

    /// Whether this part has said what it has counted.
    pub(crate) fn has_heard(&self, part: PartId) -> bool {
        self.heard.contains(&part)
    }
}

/// Compares what a unit tells at rest; one that has just begun to work is asked. In a payment the counters of a unit that
/// counts its stores are first to prove what became of its notes ([`compare_life`]), and those of a hopper that pays
/// out are not at rest.
pub(crate) fn look(turn: &mut Turn<'_>, input: &Input) {
    let Input::Unit(unit, event) = input else { return };
    let part = match event {
        UnitEvent::State(Stated::Ready { part }) | UnitEvent::Counts(Counted { part, .. }) => *part,
        UnitEvent::State(Stated::Trouble { .. } | Stated::Identified { .. })
        | UnitEvent::In(_)
        | UnitEvent::Out(_) => return,
    };
    let counts_stores = turn.policy.can(*unit).counts_stores;
    let counter = PartId { unit: *unit, part };
    let deposit = turn.books.deposit();
    let is_at_rest = match deposit {
        Some(_) if counts_stores => false,
        Some(deposit) => deposit.paying.is_none_or(|payout| payout.store.part() != counter),
        None => true,
    };
    match event {
        _ if !is_at_rest => {}
        UnitEvent::Counts(counted) => compare(turn, counter, counted.counts),
        UnitEvent::State(_) | UnitEvent::In(_) | UnitEvent::Out(_) => turn.ask_counts(counter),
    }
}

/// Compares the counters of a unit that counts its stores in the middle of a payment, once they have proven what they can.
pub(crate) fn compare_life(turn: &mut Turn<'_>, unit: UnitId, counts: DeviceCounts) {
    compare(turn, PartId::acceptor(unit), said_of_its_life(counts));
}

/// Whether what a unit that counts its stores has counted in its life is what the books expect.
pub(crate) fn fits_books(turn: &Turn<'_>, unit: UnitId, counts: DeviceCounts) -> bool {
    let part = PartId::acceptor(unit);
    !turn.books.units.is_in_doubt(part) && is_expected(turn, part, said_of_its_life(counts))
}

/// Whether a unit that has counted just before a payout fits the books. If not, nothing may be paid out.
pub(crate) fn fits_before_payout(turn: &mut Turn<'_>, payout: Payout, before: &CountedBefore) -> bool {
    let part = payout.store.part();
    compare(turn, part, said_before_payout(before));
    !turn.books.units.is_in_doubt(part)
}

/// Whether what units say of themselves stops the payment that is open. An older journal does; and so does whatever ceased
/// to fit while its money was under way, because what moved then may be its patient's. A part that was in doubt before is
/// only not used.
pub(crate) fn stops_payment(turn: &Turn<'_>) -> bool {
    let was_doubted = turn.books.deposit().is_some_and(|deposit| deposit.was_doubted);
    turn.books.units.are_records_in_doubt() || was_doubted
}

fn is_expected(turn: &Turn<'_>, part: PartId, reported: UnitCounts) -> bool {
    turn.books.units.expected(part).is_none_or(|expected| expected.compare(reported).is_none())
}

/// Asks whatever counts its stores, if it is to be asked, and these parts of other units for their counters.
fn ask(turn: &mut Turn<'_>, of_stores: bool, parts: &[PartId]) {
    if of_stores {
        turn.ask_who_counts_stores();
    }
    parts.iter().for_each(|part| turn.ask_counts(*part));
}

fn compare(turn: &mut Turn<'_>, part: PartId, reported: UnitCounts) {
    let units = &turn.books.units;
    let standing = units.reach_of(part);
    if standing == Some(DoubtReach::Records) {
        return;
    }
    let expected = units.expected(part).unwrap_or_default();
    let Some(cause) = expected.compare(reported) else {
        return fits(turn, part, expected, reported);
    };
    let reach = turn.fitted.reach(part, expected.differing(reported));
    // What is out of use may move on, as long as it says nothing of the journal.
    if standing == Some(reach) {
        return;
    }
    let doubt = units.next_doubt();
    let (expected, since, stores) = (expected.counts(), expected.since, stores_of(turn, part));
    turn.record(DoubtEntry::DoubtOpened { doubt, part, cause, reach, expected, reported, since, stores });
    turn.call_staff(CallReason::Doubt);
}

fn fits(turn: &mut Turn<'_>, part: PartId, expected: Expected, reported: UnitCounts) {
    turn.fitted.note(part, expected.known(reported));
    // In a payment a hopper whose payout ended unknown may still pay: what it has counted is not its last word.
    if expected.is_news(reported) && turn.books.open.is_none() {
        turn.record(DoubtEntry::UnitCounted { part, counts: reported });
        turn.fitted.note(part, Counters::told(reported));
    }
}

/// Where the part pays from.
fn stores_of(turn: &Turn<'_>, part: PartId) -> Vec<StoreId> {
    turn.policy.stores.iter().map(|store| store.id).filter(|store| store.part() == part).collect()
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
    let Some(part) = turn.books.units.doubts.get(&doubt).map(|doubt| doubt.part) else {
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
    let ready = turn.health.parts_ready();
    ask(turn, true, &ready);
    let to_count = stores_of(turn, part).into_iter().map(|store| turn.policy.store_name(store));
    Ok(Done::DoubtSettled { to_count: to_count.collect() })
}

/// The doubts that stand, for the desk.
pub(crate) fn list(policy: &Policy, books: &Books) -> Vec<DoubtView> {
    let view = |(id, doubt): (&DoubtId, &Doubt)| DoubtView {
        doubt: *id,
        part: policy.part_name(doubt.part),
        cause: doubt.cause,
        reach: doubt.reach,
        expected: doubt.expected,
        reported: doubt.reported,
        since_entry: doubt.since,
        opened_at_entry: doubt.opened,
    };
    books.units.doubts.iter().map(view).collect()
}
