//! What is kept in mind of a world while it runs, so that each step is looked at once and only what is new in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use engine::ledger::{Account, postings};
use engine::{Entry, Output, Slip};
use money::{CashCount, Denomination, Yen};
use wire::Moment;

use super::papers::{is_marked, is_slip, number_of_receipt};
use super::places::Truth;
use super::{Violation, ensure, violation};
use crate::models::escpos::PaperPiece;

/// What the entries and the papers so far say.
#[derive(Debug, Default)]
pub(in crate::world) struct Watch {
    /// The first output that left before what it rests on was written.
    pub(super) unwritten: Option<Output>,
    /// Somebody moved money outside the books, exchanged a unit or put back another journal: there is reason for doubt.
    pub(in crate::world) is_tampered: bool,
    /// What was wrong first.
    pub(super) broken: Option<Violation>,
    /// When somebody last did something with the machine.
    pub(super) people_acted: Moment,
    /// How much had happened and was written when the world was last looked at.
    pub(super) looked_at: (usize, usize),
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
    /// What staff had put in and taken out by the time when each kind was last counted.
    pub(super) counted: BTreeMap<Denomination, ByStaff>,
    /// The 領収証 that were issued; their numbers begin with 1.
    issued: u32,
    slips: Vec<Slip>,
    /// Pieces of paper that were read.
    read: usize,
    /// The texts of those that are whole.
    pub(super) whole: Vec<String>,
    /// The numbers and codes that stand on papers without a mark.
    originals: BTreeSet<String>,
}

/// Pieces of one kind that staff have moved without the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ByStaff {
    /// Into drum or hopper.
    pub(super) filled: u32,
    /// Out of drum, cash box or hopper.
    pub(super) emptied: u32,
}

impl Watch {
    /// Somebody touches something.
    pub(in crate::world) fn people_act(&mut self, now: Moment) {
        self.people_acted = now;
    }

    /// An output leaves before what it rests on is written.
    pub(in crate::world) fn note_unwritten(&mut self, output: &Output) {
        self.unwritten.get_or_insert_with(|| output.clone());
    }

    /// Takes an entry into account that was just written. The devices' truth is asked for only where it is needed.
    pub(in crate::world) fn apply(&mut self, entry: &Entry, truth: impl Fn() -> Truth) {
        match entry {
            Entry::PaymentOpened { .. } => self.let_out = CashCount::EMPTY,
            Entry::NoteCredited { denomination, .. }
            | Entry::NoteFound { denomination: Some(denomination) }
            | Entry::CoinCredited { denomination, .. }
            | Entry::CoinFound { denomination, .. } => add(&mut self.told_in, *denomination, 1),
            Entry::PayoutIntended { denomination, pieces, .. } => {
                self.intended = Some((*denomination, *pieces));
                self.left_before = Some(truth().paid_out());
            }
            Entry::PayoutPrepared { .. } => {
                if let Some((denomination, pieces)) = self.intended.take() {
                    add(&mut self.let_out, denomination, pieces);
                }
            }
            Entry::PayoutEnded { denomination, pieces, end, .. } => {
                let (paid, doubtful) = end.paid_and_doubtful(*pieces);
                add(&mut self.doubtful, *denomination, doubtful);
                let right = self.has_left(*denomination, paid..=paid + doubtful, &truth());
                self.break_at(right);
            }
            Entry::DoubtOpened { .. } if !self.is_tampered => {
                self.break_at(Err(violation("I13", format!("a doubt without a reason: {entry:?}"))));
            }
            Entry::StockSet { denomination, .. } => {
                self.counted.insert(*denomination, truth().by_staff(*denomination));
            }
            _ => {}
        }
        let right = self.book(entry).and_then(|()| self.issue(entry));
        self.break_at(right);
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

    /// I2: what an entry posts sums to zero.
    fn book(&mut self, entry: &Entry) -> Result<(), Violation> {
        let overflow = |error| violation("I2", format!("{entry:?}: {error}"));
        let lines = postings(entry).map_err(overflow)?;
        let sum = Yen::sum(lines.iter().map(|line| line.amount));
        ensure("I2", sum == Ok(Yen::ZERO), || format!("{entry:?} posts {lines:?}"))?;
        for line in lines {
            let balance = self.balances.entry(line.account).or_insert(Yen::ZERO);
            *balance = balance.plus(line.amount).map_err(overflow)?;
            if balance.is_zero() {
                self.balances.remove(&line.account);
            }
        }
        Ok(())
    }

    /// I8: the numbers of 領収証 have no gaps.
    fn issue(&mut self, entry: &Entry) -> Result<(), Violation> {
        if let Entry::DoubtSettled { newest_receipt, .. } = entry {
            self.issued = self.issued.max(newest_receipt.0);
        }
        let Entry::PaymentClosed { receipts, slip, .. } = entry else { return Ok(()) };
        self.slips.extend(slip.clone());
        for receipt in receipts {
            let last = self.issued;
            self.issued += 1;
            ensure("I8", receipt.number.0 == self.issued, || {
                format!("receipt {} follows {last}", receipt.number)
            })?;
        }
        Ok(())
    }

    /// Reads the papers that have come out since this was last called.
    pub(super) fn read_papers(&mut self, pieces: &[PaperPiece]) {
        for piece in &pieces[self.read..] {
            if piece.complete {
                let text = piece.text().join("\n");
                let right = self.recognise(&text);
                self.break_at(right);
                self.whole.push(text);
            }
        }
        self.read = pieces.len();
    }

    /// I8: a paper without a mark is the only one of its number or code, and a 領収証 has a number that was issued.
    fn recognise(&mut self, text: &str) -> Result<(), Violation> {
        if let Some(number) = number_of_receipt(text) {
            ensure("I8", (1..=self.issued).contains(&number), || format!("receipt {number} was not issued"))?;
            return self.is_first(text, format!("receipt {number}"));
        }
        let slip = self.slips.iter().find(|slip| is_slip(text, slip));
        match slip.map(|slip| slip.code.as_str().to_owned()) {
            Some(code) => self.is_first(text, format!("slip {code}")),
            None => Ok(()),
        }
    }

    fn is_first(&mut self, text: &str, name: String) -> Result<(), Violation> {
        if is_marked(text) {
            return Ok(());
        }
        let what = format!("a second unmarked original of {name}");
        ensure("I8", self.originals.insert(name), || what)
    }

    /// Keeps what was wrong first.
    pub(super) fn break_at(&mut self, right: Result<(), Violation>) {
        if let Err(violation) = right {
            self.broken.get_or_insert(violation);
        }
    }
}

fn add(pile: &mut CashCount, kind: Denomination, pieces: u32) {
    pile.add(kind, pieces).expect("a cabinet holds few pieces");
}

#[cfg(test)]
mod tests {
    use api::PaymentId;
    use device_api::{DispenseEnd, DispenseId, Place};

    use super::*;
    use crate::cabinet::Cabinet;
    use crate::machine::InWorld;

    #[test]
    fn books_follow_the_entries() {
        let (place, denomination) = (Place::Drum(1), Denomination::Yen1000);
        let (payment, dispense) = (PaymentId(1), DispenseId(1));
        let stock = Entry::StockSet { place, denomination, before: 0, pieces: 5, by: "attendant".to_owned() };
        let end = DispenseEnd::Unknown { paid: 1 };
        let ended = Entry::PayoutEnded { payment, dispense, place, denomination, pieces: 3, end };
        let machine = InWorld::start(&Cabinet::default()).unwrap();
        let truth = || Truth::of(machine.world().note_unit(), machine.world().coin_unit());
        let mut watch = Watch::default();
        for entry in [stock, ended] {
            watch.apply(&entry, truth);
        }
        assert!(watch.broken.is_none());
        let balance = |account| watch.balances.get(&account).map(|amount| amount.amount());
        assert_eq!(balance(Account::Cash { place, denomination }), Some(2_000));
        assert_eq!(balance(Account::Deposit { payment }), Some(1_000));
        assert_eq!(watch.doubtful.pieces(denomination), 2);
    }

    /// A check that never fails proves nothing.
    #[test]
    fn a_second_original_and_a_number_from_nowhere_are_seen() {
        let mut watch = Watch { issued: 1, ..Watch::default() };
        let cases = [
            ("領収証 No. 000002", Err("I8")),
            ("領収証 No. 000001", Ok(())),
            ("領収証 No. 000001 再発行", Ok(())),
            ("領収証 No. 000001", Err("I8")),
        ];
        for (paper, expected) in cases {
            let found = watch.recognise(paper).map_err(|violation| violation.invariant);
            assert_eq!(found, expected, "{paper}");
        }
    }
}
