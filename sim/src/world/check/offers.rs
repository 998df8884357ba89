//! K18: what the machine offers is what it then does, and the reasons that it gives are true. What works it knows from what
//! drivers told; that is looked at here without the engine.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{CashOffer, ClosedReason, DoubtId, KioskView, Notice, Page, QuoteOutcome, Takes, Way};
use device_api::{Stated, UnitEvent, UnitId, UnitPart};
use engine::{DoubtEntry, Entry, Input, MachineEntry, Means, TenderEntry};
use money::Yen;
use wire::Moment;

use super::{Violation, ensure};
use crate::cabinet::takes_coins;

/// In coins alone no more is paid (K18).
const COINS_ALONE_UP_TO: Yen = Yen::new(1_000);

/// What a unit tells changes what is offered so soon.
const DECIDED_WITHIN: Duration = Duration::from_secs(1);

/// A unit that fails while a patient reads may be back before the button is pressed; if it is not, the page says so after this.
const MAY_BE_BACK: Duration = Duration::from_secs(21);

/// What was offered so far, and what units told.
#[derive(Debug, Default)]
pub(super) struct Offers {
    slots: BTreeMap<UnitId, Slot>,
    /// When each view was decided that is not on screen yet: a slow disk shows it late, and a unit may have failed since.
    decided: BTreeMap<u64, Moment>,
    /// The view that was decided last.
    newest: Option<u64>,
    /// What the page of the amount said last.
    chosen: Option<Takes>,
    /// A part of a unit has failed since.
    failed_since: bool,
    /// What the bills come to that were asked for last.
    due: Option<Yen>,
    /// The page that was looked at last.
    page: Option<Page>,
    /// The units of whose acceptors nobody has settled what does not fit.
    in_doubt: BTreeMap<DoubtId, UnitId>,
}

/// A slot as its driver told of it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    works: bool,
    since: Moment,
}

impl Offers {
    /// A driver tells something.
    pub(super) fn told(&mut self, now: Moment, event: &Input) {
        let Input::Unit(unit, UnitEvent::State(stated)) = event else { return };
        self.failed_since |= matches!(stated, Stated::Trouble { .. });
        let works = match stated {
            Stated::Ready { part: UnitPart::Acceptor } => true,
            Stated::Trouble { part: UnitPart::Acceptor, .. } => false,
            Stated::Ready { part: UnitPart::Hopper(_) }
            | Stated::Trouble { part: UnitPart::Hopper(_), .. }
            | Stated::Identified { .. } => return,
        };
        if self.slots.get(unit).is_none_or(|slot| slot.works != works) {
            self.slots.insert(*unit, Slot { works, since: now });
        }
    }

    /// A view was decided, and is shown when what it rests on is written.
    #[inline]
    pub(super) fn decides(&mut self, now: Moment, seq: u64) {
        if self.newest.replace(seq) != Some(seq) {
            self.decided.entry(seq).or_insert(now);
        }
    }

    /// The billing system answers.
    pub(super) fn answered(&mut self, outcome: &QuoteOutcome) {
        if let QuoteOutcome::Bills(bills) | QuoteOutcome::Alike { bills, .. } = outcome {
            self.due = Yen::sum(bills.iter().map(|bill| bill.due)).ok();
        }
    }

    /// A payment is made with what the page of the amount said.
    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), Violation> {
        match entry {
            Entry::Tender(TenderEntry::TenderIntended {
                means: Means::Cash { takes, .. }, asked, ..
            }) => {
                ensure("K18", self.chosen == Some(*takes), || {
                    format!("{:?} were offered, and {takes:?} are taken", self.chosen)
                })?;
                is_little_enough(*takes, *asked)
            }
            Entry::Machine(MachineEntry::MachineStarted) => {
                let in_doubt = std::mem::take(&mut self.in_doubt);
                *self = Offers { in_doubt, ..Offers::default() };
                Ok(())
            }
            Entry::Doubt(DoubtEntry::DoubtOpened { doubt, part, .. }) => {
                if part.part == UnitPart::Acceptor {
                    self.in_doubt.insert(*doubt, part.unit);
                }
                Ok(())
            }
            Entry::Doubt(DoubtEntry::DoubtSettled { doubt, .. }) => {
                self.in_doubt.remove(doubt);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What is on screen now, beside what is taken in the payment that is open.
    pub(super) fn see(
        &mut self,
        now: Moment,
        view: &KioskView,
        in_payment: Option<Takes>,
    ) -> Result<(), Violation> {
        let now = self.decided.get(&view.seq).copied().unwrap_or(now);
        self.decided.retain(|seq, _| *seq > view.seq);
        if self.page.as_ref() == Some(&view.page) {
            return Ok(());
        }
        self.page = Some(view.page.clone());
        match &view.page {
            Page::Idle { offer } => match &offer.cash {
                Way::Open(cash) => self.is_offered(now, *cash),
                Way::Closed(reason) => self.is_a_reason(now, *reason),
            },
            Page::Closed { reason } => self.is_a_reason(now, *reason),
            Page::ChooseMethod { due, takes, .. } => {
                (self.chosen, self.failed_since) = (Some(*takes), false);
                is_little_enough(*takes, *due)?;
                self.are_as_told(now, *takes, MAY_BE_BACK)
            }
            Page::Notice { notice: Notice::CoinsOnly } => {
                let is_too_much = self.due.is_some_and(|due| due > COINS_ALONE_UP_TO);
                ensure("K18", is_too_much, || format!("{:?} are too much for coins", self.due))?;
                self.does_not_work(now, false)
            }
            Page::Notice { notice: Notice::NotesOnly } => self.does_not_work(now, true),
            Page::InsertCash { inserted, missing, accepting, .. } => {
                let Some(takes) = in_payment else { return Ok(()) };
                let wrong = accepting.iter().find(|kind| !takes_kind(takes, kind.is_coin()));
                ensure("K18", wrong.is_none(), || format!("{wrong:?} are asked for, and {takes:?} taken"))?;
                let is_promised = takes.coins() || !self.failed_since;
                let lacks = is_promised && inserted.is_zero() && !missing.is_zero() && accepting.is_empty();
                ensure("K18", !lacks, || format!("{missing} were to be paid, and nothing is taken"))
            }
            _ => Ok(()),
        }
    }

    fn is_offered(&self, now: Moment, cash: CashOffer) -> Result<(), Violation> {
        let up_to = (cash.takes == Takes::Coins).then_some(COINS_ALONE_UP_TO);
        ensure("K18", cash.up_to == up_to, || format!("{cash:?} is offered"))?;
        self.are_as_told(now, cash.takes, DECIDED_WITHIN)
    }

    /// What is taken works, and what is not does not.
    fn are_as_told(&self, now: Moment, takes: Takes, within: Duration) -> Result<(), Violation> {
        for (coins, is_taken) in [(false, takes.notes()), (true, takes.coins())] {
            match is_taken {
                true => self.works(now, coins, within)?,
                false => self.does_not_work(now, coins)?,
            }
        }
        Ok(())
    }

    fn is_a_reason(&self, now: Moment, reason: ClosedReason) -> Result<(), Violation> {
        match reason {
            ClosedReason::NoteUnit => self.does_not_work(now, false),
            ClosedReason::CoinUnit => self.does_not_work(now, true),
            ClosedReason::Starting
            | ClosedReason::Halted
            | ClosedReason::Exit
            | ClosedReason::Printer
            | ClosedReason::Records
            | ClosedReason::Scanner => Ok(()),
        }
    }

    fn works(&self, decided: Moment, coins: bool, within: Duration) -> Result<(), Violation> {
        let works = |slot: &Slot| slot.works || decided < slot.since.after(within);
        let is_so = !self.are_all_in_doubt(coins) && self.slots_of(coins).all(works);
        ensure("K18", is_so, || format!("{} are said to work, and they do not", slots(coins)))
    }

    /// One of several that does not is enough: without its word nothing could be proven later.
    fn does_not_work(&self, decided: Moment, coins: bool) -> Result<(), Violation> {
        let fails = |slot: &Slot| !slot.works || decided < slot.since.after(DECIDED_WITHIN);
        let is_so = self.are_all_in_doubt(coins) || self.slots_of(coins).any(fails);
        ensure("K18", is_so, || format!("{} are said not to work, and they do", slots(coins)))
    }

    /// Whether nothing is taken there; also if there is no such slot.
    fn are_all_in_doubt(&self, coins: bool) -> bool {
        let mut units = self.slots.keys().filter(|unit| takes_coins(**unit) == coins);
        units.all(|unit| self.in_doubt.values().any(|other| other == unit))
    }

    fn slots_of(&self, coins: bool) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(move |(unit, _)| takes_coins(**unit) == coins).map(|(_, slot)| slot)
    }
}

fn slots(coins: bool) -> &'static str {
    if coins { "slots for coins" } else { "slots for notes" }
}

fn takes_kind(takes: Takes, is_coin: bool) -> bool {
    if is_coin { takes.coins() } else { takes.notes() }
}

fn is_little_enough(takes: Takes, due: Yen) -> Result<(), Violation> {
    ensure("K18", takes != Takes::Coins || due <= COINS_ALONE_UP_TO, || {
        format!("{due} are to be paid in coins alone")
    })
}

#[cfg(test)]
mod tests {
    use api::{CallProgress, Change, DoubtCause, DoubtReach, Lookup, Offer};
    use device_api::{PartId, UnitCounts, UnitTrouble};

    use super::*;
    use crate::cabinet::{COINS, NOTES};

    const LATER: Moment = Moment::from_micros(60_000_000);

    /// What works and is in doubt takes nothing.
    #[test]
    fn a_slot_in_doubt_is_not_offered() {
        let opened = |part| {
            Entry::Doubt(DoubtEntry::DoubtOpened {
                doubt: DoubtId(1),
                part,
                cause: DoubtCause::CountedMore,
                reach: DoubtReach::PartAlone,
                expected: UnitCounts::default(),
                reported: UnitCounts::default(),
                since: 1,
                stores: Vec::new(),
            })
        };
        let (notes, hopper) = (PartId::acceptor(NOTES), PartId { unit: COINS, part: UnitPart::Hopper(5) });
        for (part, takes, expected) in [
            (notes, Takes::Coins, true),
            (notes, Takes::NotesAndCoins, false),
            (hopper, Takes::NotesAndCoins, true),
            (hopper, Takes::Coins, false),
        ] {
            let mut offers = Offers::default();
            for unit in [NOTES, COINS] {
                let ready = Stated::Ready { part: UnitPart::Acceptor };
                offers.told(Moment::from_micros(0), &Input::Unit(unit, UnitEvent::State(ready)));
            }
            offers.apply(&opened(part)).unwrap();
            let up_to = (takes == Takes::Coins).then_some(COINS_ALONE_UP_TO);
            let cash = CashOffer { takes, up_to, change: Change::EveryAmount };
            let page = Page::Idle { offer: Offer { lookup: Lookup::ByCard, cash: Way::Open(cash) } };
            let view = KioskView::new(1, page, CallProgress::None);
            assert_eq!(offers.see(LATER, &view, None).is_ok(), expected, "{part:?}: {takes:?}");
        }
    }

    /// A check that never fails proves nothing.
    #[test]
    fn a_false_offer_and_a_false_reason_are_seen() {
        let idle = |takes, up_to: Option<i64>| {
            let cash = CashOffer { takes, up_to: up_to.map(Yen::new), change: Change::EveryAmount };
            Page::Idle { offer: Offer { lookup: Lookup::ByCard, cash: Way::Open(cash) } }
        };
        let choose = |takes, due| Page::ChooseMethod {
            due: Yen::new(due),
            bills: Vec::new(),
            takes,
            exact_money_only: false,
        };
        let cases = [
            (idle(Takes::Coins, Some(1_000)), true),
            (idle(Takes::Coins, None), false),
            (idle(Takes::NotesAndCoins, None), false),
            (idle(Takes::Notes, None), false),
            (choose(Takes::Coins, 1_000), true),
            (choose(Takes::Coins, 1_010), false),
            (choose(Takes::NotesAndCoins, 100), false),
            (Page::Closed { reason: ClosedReason::NoteUnit }, true),
            (Page::Closed { reason: ClosedReason::CoinUnit }, false),
            (Page::Notice { notice: Notice::CoinsOnly }, true),
            (Page::Notice { notice: Notice::NotesOnly }, false),
        ];
        for (page, expected) in cases {
            let mut offers = Offers { due: Some(Yen::new(2_000)), ..Offers::default() };
            let part = UnitPart::Acceptor;
            let jam = Stated::Trouble { part, trouble: UnitTrouble::Jam };
            for (unit, stated) in [(NOTES, jam), (COINS, Stated::Ready { part })] {
                offers.told(Moment::from_micros(0), &Input::Unit(unit, UnitEvent::State(stated)));
            }
            let view = KioskView::new(1, page, CallProgress::None);
            assert_eq!(offers.see(LATER, &view, None).is_ok(), expected, "{view:?}");
        }
    }
}
