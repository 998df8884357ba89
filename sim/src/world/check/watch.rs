//! What is kept in mind of a world while it runs, so that each step is looked at once and only what is new in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use api::{KioskView, PaymentId, PaymentResult, QuoteOutcome, WallTime};
use device_api::{DepositCommand, StoreId, UnitCommand, UnitId};
use engine::ledger::{Account, Posting};
use engine::{
    CashEntry, DoubtEntry, Entry, Input, Output, PaymentEntry, PayoutEntry, Private, Recovery, Store,
};
use money::{CashCount, Denomination, DenominationSet, Yen};
use wire::Moment;

use super::accounts::SecondBooks;
use super::apart::Apart;
use super::bills::Bills;
use super::calls::Ringing;
use super::doubts::Doubts;
use super::drawn_back::DrawnBack;
use super::elsewhere::Elsewhere;
use super::facts::Facts;
use super::incidents::{Incidents, hold_everything};
use super::line::Sent;
use super::offers::Offers;
use super::papers::is_slip;
use super::places::{Booked, Truth};
use super::prints::Prints;
use super::slots::WaitsForPeople;
use super::standstill::Standstill;
use super::tampered::Tampered;
use super::unheard::Unheard;
use super::{Violation, deposits, ensure, results, screen, tenders, violation};
use crate::cabinet::takes_coins;

/// What the entries and the papers so far say.
#[derive(Debug, Default)]
pub(in crate::world) struct Watch {
    /// The first output that left before what it rests on was written.
    pub(super) unwritten: Option<Output>,
    /// Somebody moved money outside the books, exchanged a unit or put back another journal: there is reason for doubt.
    pub(in crate::world) is_tampered: bool,
    /// Where notes lie that payouts did not pay.
    pub(super) drawn_back: DrawnBack,
    /// What was wrong first.
    pub(super) broken: Option<Violation>,
    /// When somebody last did something with the machine.
    pub(super) people_acted: Moment,
    /// How much had happened and was written when the world was last looked at, and whether coins may have been unheard.
    pub(super) looked_at: (usize, usize, bool),
    /// Credited or found, ever.
    pub(super) told_in: CashCount,
    /// The newest payout, as long as it is not let go.
    intended: Option<(Denomination, u32)>,
    /// What units were told to pay out in the newest payment.
    pub(super) let_out: CashCount,
    /// What had left in all when the payout under way was intended.
    pub(super) left_before: Option<CashCount>,
    /// All postings so far, by account. Accounts that come to nothing are not in it.
    pub(super) balances: BTreeMap<Account, Yen>,
    /// Of these nobody knows whether they were paid out.
    pub(super) doubtful: CashCount,
    /// What lies where, by the configuration.
    pub(super) stores: Vec<Store>,
    /// What the machine could not know by the time when each kind in a unit was last counted.
    pub(super) counted: BTreeMap<(UnitId, Denomination), Apart>,
    /// The same, from what the entries mean.
    pub(super) second_books: SecondBooks,
    /// Each payment, by the entries.
    pub(super) facts: Facts,
    pub(super) bills: Bills,
    incidents: Incidents,
    pub(super) offers: Offers,
    standstill: Standstill,
    pub(super) tampered: Tampered,
    doubts: Doubts,
    /// What an older journal that was put back does not know of, by unit and kind. Nothing if none was.
    pub(super) elsewhere: BTreeMap<(UnitId, Denomination), Elsewhere>,
    /// Nothing can show any more what is wrong.
    pub(super) is_blind: bool,
    pub(super) waits_for_people: WaitsForPeople,
    /// Since when nothing is decided.
    pub(super) stopped_at: Option<Moment>,
    pub(super) ringing: Ringing,
    pub(super) prints: Prints,
    /// Coins that the machine cannot have been told of.
    pub(super) unheard: Unheard,
    /// The newest command to pay out that left on a line.
    pub(super) sent: Option<Sent>,
    /// The newest view that was looked at.
    pub(super) seen: Option<u64>,
    /// The 領収証 that were issued; their numbers begin with 1.
    pub(super) issued: u32,
    /// When the newest entry was written, by itself.
    pub(super) dated: Option<WallTime>,
    /// Pieces of paper that were read.
    pub(super) read: usize,
    /// The texts of those that are whole.
    pub(super) whole: Vec<String>,
    /// The texts of those of which an older journal that was put back knows no try.
    pub(super) forgotten: Vec<String>,
    /// The numbers and codes that stand on papers without a mark.
    pub(super) originals: BTreeSet<String>,
}

/// Whether somebody does something to a device that the machine's books do not know, and its own counters do.
fn is_tampering(command: &str) -> bool {
    command.split(' ').any(|word| ["exchange", "pay-outside"].contains(&word))
}

/// No more coins of a kind are taken once so many are inside (K11).
const COINS_OF_A_KIND_MAX: u32 = 20;

impl Watch {
    /// Over a machine that has these.
    pub(in crate::world) fn over(stores: Vec<Store>) -> Watch {
        Watch { stores, ..Watch::default() }
    }

    /// Somebody has done something to a coin unit, which may be more than its books can know.
    pub(in crate::world) fn tampers(&mut self, unit: UnitId, command: &str) {
        self.is_tampered |= is_tampering(command);
        self.tampered.happen(unit, command, &self.stores);
    }

    /// Somebody touches something.
    pub(in crate::world) fn people_act(&mut self, now: Moment) {
        self.people_acted = now;
    }

    /// An output leaves before what it rests on is written.
    pub(in crate::world) fn note_unwritten(&mut self, output: &Output) {
        self.unwritten.get_or_insert_with(|| output.clone());
    }

    /// Takes an entry into account that was written `at`, with what it posted. The devices' truth is asked for only
    /// where it is needed.
    pub(in crate::world) fn apply(
        &mut self,
        at: WallTime,
        (entry, private): (&Entry, Option<&Private>),
        posted: &[Posting],
        truth: impl Fn() -> Truth,
    ) {
        let right = self
            .standstill
            .apply(entry)
            .and_then(|()| self.prints.apply(entry))
            .and_then(|()| self.tampered.apply(entry))
            .and_then(|()| self.doubts.apply(entry))
            .and_then(|()| self.offers.apply(entry))
            .and_then(|()| deposits::belong_to_the_open_payment(&self.facts, entry))
            .and_then(|()| tenders::have_fates(&self.facts, entry))
            .and_then(|()| {
                let paying = self.facts.open.as_ref().map(|open| open.lines.as_slice());
                self.bills.apply(entry, paying.unwrap_or_default())
            });
        self.break_at(right);
        let right = self.facts.apply(at, entry, private);
        self.break_at(right);
        self.count(entry, truth);
        self.drawn_back.apply(entry);
        let right = self
            .book(entry, posted)
            .and_then(|()| self.incidents.apply(entry, &self.balances))
            .and_then(|()| self.issue(entry))
            .and_then(|()| self.is_private(entry));
        self.break_at(right);
    }

    /// I12: books that were carried forward come to what all entries before them come to.
    pub(in crate::world) fn carried(&mut self, all: &Recovery, books: &Recovery) {
        let right = all.comes_to_the_same(books);
        self.break_at(ensure("I12", right, || {
            "the books carried forward are not what was written".to_owned()
        }));
    }

    /// I12: the machine can read the books that it carried forward.
    pub(in crate::world) fn refuses_books(&mut self, seq: u64) {
        self.break_at(ensure("I12", false, || format!("the books of entry {seq} cannot be read")));
    }

    /// What a store is for.
    pub(super) fn held_in(&self, store: StoreId) -> DenominationSet {
        let known = self.stores.iter().find(|known| known.id == store);
        known.map_or(DenominationSet::EMPTY, |store| store.holds)
    }

    /// Whether a paper is the slip of this payment.
    pub(in crate::world) fn is_slip_of(&self, paper: &str, payment: PaymentId) -> bool {
        self.facts.slips().any(|(of, slip)| of == payment && is_slip(paper, slip))
    }

    /// Pieces that an entry tells of.
    fn count(&mut self, entry: &Entry, truth: impl Fn() -> Truth) {
        match entry {
            Entry::Payment(PaymentEntry::PaymentOpened { .. }) => {
                let truth = truth();
                for ((unit, kind), elsewhere) in &mut self.elsewhere {
                    elsewhere.opens(truth.at_rest_in(*unit, *kind));
                }
                self.let_out = CashCount::EMPTY;
                self.unheard.may_be_more = false;
            }
            Entry::Cash(CashEntry::NoteCredited { unit, denomination, .. })
            | Entry::Cash(CashEntry::NoteFound { unit, denomination: Some(denomination) })
            | Entry::Cash(CashEntry::CoinCredited { store: StoreId { unit, .. }, denomination, .. })
            | Entry::Cash(CashEntry::CoinFound { store: StoreId { unit, .. }, denomination, .. }) => {
                add(&mut self.told_in, *denomination, 1);
                if let Some(elsewhere) = self.elsewhere.get_mut(&(*unit, *denomination)) {
                    let right = elsewhere.comes_in(entry, || truth().kept_in(*unit, *denomination));
                    self.break_at(right);
                }
            }
            Entry::Cash(CashEntry::CoinsUnaccounted { events, .. }) => {
                self.unheard.lost_events += u32::from(*events)
            }
            Entry::Payout(PayoutEntry::PayoutIntended { denomination, pieces, .. }) => {
                self.intended = Some((*denomination, *pieces));
                let truth = truth();
                self.left_before = Some(truth.paid_out());
                let told = |kind| self.told_in.pieces(kind);
                let right = deposits::are_all_told(&truth, told, &self.unheard);
                self.break_at(right);
            }
            Entry::Payout(PayoutEntry::PayoutPrepared { .. }) => {
                if let Some((denomination, pieces)) = self.intended.take() {
                    add(&mut self.let_out, denomination, pieces);
                }
            }
            Entry::Payout(PayoutEntry::PayoutEnded { denomination, pieces, end, .. }) => {
                let (paid, doubtful) = end.paid_and_doubtful(*pieces);
                add(&mut self.doubtful, *denomination, doubtful);
                let right = self.has_left(*denomination, paid..=paid + doubtful, &truth());
                self.break_at(right);
            }
            Entry::Doubt(DoubtEntry::DoubtOpened { .. }) if !self.is_tampered => {
                self.break_at(Err(violation("I13", format!("a doubt without a reason: {entry:?}"))));
            }
            Entry::Cash(CashEntry::StockSet { store, .. }) => {
                let truth = truth();
                self.held_in(*store).iter().for_each(|kind| self.is_counted(store.unit, kind, &truth));
            }
            _ => {}
        }
    }

    /// Somebody says what lies in drum or hopper.
    fn is_counted(&mut self, unit: UnitId, kind: Denomination, truth: &Truth) {
        let known = (unit, kind);
        let moved = truth.apart(unit, kind);
        let (balances, elsewhere) = (&self.balances, self.elsewhere.get(&known));
        let in_box = || {
            let booked = Booked { balances: &lines(balances), unit, kind }.in_box();
            truth.in_box_of(unit, kind) - booked - elsewhere.map_or(0, |elsewhere| elsewhere.in_box)
        };
        self.drawn_back.is_counted(unit, kind, moved.since(self.counted.get(&known)), in_box);
        self.elsewhere.entry(known).and_modify(Elsewhere::is_counted);
        self.counted.insert(known, moved);
    }

    /// I17: entries were written at this time, by a person's word about the clock or without it.
    pub(in crate::world) fn dated(&mut self, at: WallTime, by_word: bool) {
        let before = self.dated.unwrap_or(at);
        self.break_at(ensure("I17", at >= before || by_word, || {
            format!("entries are dated {} after others that are dated {}", at.0, before.0)
        }));
        self.dated = Some(at);
    }

    /// Entries were written in one step.
    pub(in crate::world) fn stepped(&mut self, written: &[Entry]) {
        let right = self.ringing.apply(written).and_then(|()| hold_everything(&self.balances));
        self.break_at(right);
    }

    /// The billing system answers.
    pub(in crate::world) fn answered(&mut self, outcome: &QuoteOutcome) {
        self.bills.answered(outcome);
        self.offers.answered(outcome);
    }

    /// Drivers and billing system tell something.
    pub(in crate::world) fn told(&mut self, now: Moment, event: &Input) {
        self.doubts.told(event);
        self.offers.told(now, event);
    }

    /// The billing system is told a result.
    pub(in crate::world) fn delivered(&mut self, result: &PaymentResult, machine: &str) {
        let right = results::is_true(result, machine, &self.facts);
        self.break_at(right);
    }

    /// I12: a program that starts finds everything that was written, unless somebody took the journal away.
    pub(in crate::world) fn finds(&mut self, records: usize, written: usize) {
        let right = ensure("I12", records == written || self.is_tampered, || {
            format!("{records} entries are left of {written}")
        });
        self.break_at(right);
    }

    /// From now on nothing is decided: the program is gone, or cannot write.
    pub(in crate::world) fn stops(&mut self, now: Moment) {
        self.stopped_at.get_or_insert(now);
    }

    /// Whether nothing is decided for now.
    pub(in crate::world) fn is_stopped(&self) -> bool {
        self.stopped_at.is_some()
    }

    /// Things are decided again. A break of more than so many seconds was a long one.
    pub(in crate::world) fn begins(&mut self, now: Moment, long_s: u32) {
        let stopped_at = self.stopped_at.take();
        self.waits_for_people.begins();
        if stopped_at.is_some_and(|at| now.since(at).as_secs() > u64::from(long_s)) {
            self.standstill.was_away_for_long();
        }
    }

    /// Nobody is told of what the journal has forgotten.
    pub(super) fn excuse_untold_pieces(&mut self, truth: &Truth) {
        for kind in Denomination::ALL {
            let untold = truth.kept(kind).saturating_sub(self.told_in.pieces(kind));
            let more = untold.saturating_sub(self.unheard.excused(kind));
            add(&mut self.unheard.excused, kind, more);
        }
    }

    /// The acceptor or the program began anew: what came in and is not told may never be.
    pub(in crate::world) fn excuse_untold_coins(&mut self, truth: &Truth) {
        self.unheard.may_be_more = true;
        for kind in Denomination::ALL.into_iter().filter(|kind| kind.is_coin()) {
            let untold = truth.kept(kind).saturating_sub(self.told_in.pieces(kind));
            let more = untold.saturating_sub(self.unheard.excused(kind));
            add(&mut self.unheard.excused, kind, more);
        }
    }

    /// I13, K11: what the machine asks for.
    pub(in crate::world) fn asked(&mut self, output: &Output) {
        let right = self.doubts.asked(output);
        self.break_at(right);
        let (Output::Unit(unit, UnitCommand::In(DepositCommand::Accept(coins))), Some(open)) =
            (output, &self.facts.open)
        else {
            return;
        };
        if !takes_coins(*unit) {
            return;
        }
        let too_many = coins.iter().find(|coin| open.credited.pieces(*coin) >= COINS_OF_A_KIND_MAX);
        let right = ensure("K11", too_many.is_none(), || {
            format!("more of {too_many:?} are taken beside {:?}", open.credited)
        });
        self.break_at(right);
    }

    /// What is on screen now, and was not before.
    pub(super) fn see(&mut self, now: Moment, view: &KioskView) {
        self.seen = Some(view.seq);
        let text = serde_json::to_string(view).unwrap_or_default();
        let takes = self.facts.open.as_ref().and_then(|open| open.takes);
        let right = screen::is_true(view, &self.facts)
            .and_then(|()| self.bills.names_nobody("the screen", &text))
            .and_then(|()| self.offers.see(now, view, takes));
        self.break_at(right);
    }

    /// I14: nothing that is chained names anybody.
    fn is_private(&self, entry: &Entry) -> Result<(), Violation> {
        let text = serde_json::to_string(entry).unwrap_or_default();
        self.bills.names_nobody("an entry", &text)
    }

    /// How many of a kind have left since the payout under way was intended.
    pub(super) fn left_since_intended(&self, kind: Denomination, truth: &Truth) -> u32 {
        let before = self.left_before.map_or(0, |before| before.pieces(kind));
        truth.paid_out().pieces(kind) - before
    }

    /// I5: what has left since the payout was intended is what the journal says of its end.
    fn has_left(
        &mut self,
        kind: Denomination,
        told: RangeInclusive<u32>,
        truth: &Truth,
    ) -> Result<(), Violation> {
        let Some(before) = self.left_before.take() else { return Ok(()) };
        let left = truth.paid_out().pieces(kind) - before.pieces(kind);
        ensure("I5", told.contains(&left), || {
            format!("{left} of {kind} have left in a payout, told are {told:?}")
        })
    }

    /// I2: what an entry posts sums to zero, and goes to the accounts that it means.
    fn book(&mut self, entry: &Entry, posted: &[Posting]) -> Result<(), Violation> {
        let overflow = |error| violation("I2", format!("{entry:?}: {error}"));
        let sum = Yen::sum(posted.iter().map(|line| line.amount));
        ensure("I2", sum == Ok(Yen::ZERO), || format!("{entry:?} posts {posted:?}"))?;
        for line in posted {
            let balance = self.balances.entry(line.account).or_insert(Yen::ZERO);
            *balance = balance.plus(line.amount).map_err(overflow)?;
            if balance.is_zero() {
                self.balances.remove(&line.account);
            }
        }
        let moved = self.second_books.apply(entry);
        let accounts = moved.iter().chain(posted.iter().map(|line| &line.account));
        self.second_books.agree(entry, &self.balances, accounts)
    }

    /// I8: the numbers of 領収証 have no gaps.
    fn issue(&mut self, entry: &Entry) -> Result<(), Violation> {
        if let Entry::Doubt(DoubtEntry::DoubtSettled { newest_receipt, .. }) = entry {
            self.issued = self.issued.max(newest_receipt.0);
        }
        let Entry::Payment(PaymentEntry::PaymentClosed { receipts, .. }) = entry else { return Ok(()) };
        for receipt in receipts {
            let last = self.issued;
            self.issued += 1;
            ensure("I8", receipt.number.0 == self.issued, || {
                format!("receipt {} follows {last}", receipt.number)
            })?;
        }
        Ok(())
    }

    /// Keeps what was wrong first.
    pub(in crate::world) fn break_at(&mut self, right: Result<(), Violation>) {
        if let Err(violation) = right
            && !self.is_blind
        {
            self.broken.get_or_insert(violation);
        }
    }
}

/// Each account and what lies on it.
pub(super) fn lines(balances: &BTreeMap<Account, Yen>) -> Vec<(Account, Yen)> {
    balances.iter().map(|(account, amount)| (*account, *amount)).collect()
}

fn add(pile: &mut CashCount, kind: Denomination, pieces: u32) {
    pile.add(kind, pieces).expect("a cabinet holds few pieces");
}

#[cfg(test)]
mod tests {
    use api::TenderId;
    use device_api::{DispenseEnd, DispenseId, Place};
    use engine::Purpose;
    use engine::ledger::postings;

    use super::*;
    use crate::cabinet::{Cabinet, NOTES};
    use crate::machine::InWorld;

    #[test]
    fn books_follow_the_entries() {
        let (store, denomination) = (StoreId { unit: NOTES, place: Place::Drum(1) }, Denomination::Yen1000);
        let (tender, dispense) = (TenderId { payment: PaymentId(1), number: 1 }, DispenseId(1));
        let stock = Entry::Cash(CashEntry::StockSet {
            store,
            before: CashCount::EMPTY,
            counted: CashCount::try_from(vec![(denomination, 5)]).unwrap(),
            by: "attendant".parse().unwrap(),
        });
        let end = DispenseEnd::Unknown { paid: 1 };
        let ended = Entry::Payout(PayoutEntry::PayoutEnded {
            purpose: Purpose::Tender(tender),
            dispense,
            store,
            denomination,
            pieces: 3,
            end,
        });
        let machine = InWorld::start(&Cabinet::default()).unwrap();
        let truth = || machine.world().truth();
        let mut watch = Watch::default();
        for entry in [stock, ended] {
            watch.apply(WallTime(0), (&entry, None), &postings(&entry).unwrap(), truth);
        }
        assert!(watch.broken.is_none());
        let balance = |account| watch.balances.get(&account).map(|amount| amount.amount());
        assert_eq!(balance(Account::Cash { store, denomination }), Some(2_000));
        assert_eq!(balance(Account::Deposit { tender }), Some(1_000));
        assert_eq!(watch.doubtful.pieces(denomination), 2);
    }
}
