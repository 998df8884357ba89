//! What can be paid out now, and so what may be inserted (K7, K9, K10, K11).

use api::{Change, Notice, Takes};
use device_api::{StoreId, UnitId};
use money::change::{Stock, can_pay, plan_up_to};
use money::{CashCount, Denomination, DenominationSet, Yen};

use super::taking::{COINS_ALONE_UP_TO, is_in_doubt, what_may_be_inserted};
use crate::books::{Books, Deposit};
use crate::health::Health;
use crate::turn::Turn;
use crate::upkeep::Upkeep;
use crate::{CashUnit, Policy, Store};

/// Of one kind, in one payment: the clinic may refuse more (通貨法7条).
const COINS_OF_A_KIND_MAX: u32 = 20;

/// Accepted, and never counted as change.
const NEVER_PAID_OUT: [Denomination; 2] = [Denomination::Yen2000, Denomination::Yen10000];

/// Why a stock can always be summed.
const FEW_PIECES: &str = "no cabinet holds four thousand million pieces";

/// The machine's pieces, as far as somebody can vouch for them.
#[derive(Clone, Copy)]
pub(crate) struct Till<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) books: &'a Books,
    pub(crate) health: &'a Health,
    /// What can be inserted: in the payment that is under way, else now.
    pub(crate) takes: Takes,
}

/// What may be inserted now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acceptance {
    /// Where: what one unit could pay back may not be payable from another one.
    pub(crate) by_unit: Vec<(UnitId, DenominationSet)>,
    /// The largest coin of which no more is taken in this payment (K11).
    pub(crate) coins_limit: Option<Denomination>,
}

impl Acceptance {
    /// Whatever any unit takes.
    pub(crate) fn pieces(&self) -> DenominationSet {
        let sets = self.by_unit.iter().map(|(_, pieces)| *pieces);
        sets.fold(DenominationSet::EMPTY, DenominationSet::union)
    }
}

/// Pieces of one kind from one store: one command to one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Portion {
    pub(crate) store: StoreId,
    pub(crate) denomination: Denomination,
    pub(crate) pieces: u32,
}

impl<'a> Till<'a> {
    pub(crate) fn of(turn: &'a Turn<'_>) -> Till<'a> {
        Till::new(turn.policy, turn.books, turn.health, turn.upkeep)
    }
}

impl<'a> Till<'a> {
    pub(crate) fn new(policy: &'a Policy, books: &'a Books, health: &'a Health, upkeep: &Upkeep) -> Till<'a> {
        let in_payment = books.deposit().map(|deposit| deposit.takes);
        let now = || what_may_be_inserted(books, health, upkeep);
        let takes = in_payment.or_else(now).unwrap_or(Takes::NotesAndCoins);
        Till { policy, books, health, takes }
    }

    /// Every kind that can be inserted.
    pub(crate) fn kinds(self) -> DenominationSet {
        let units = self.policy.units.iter().filter(|unit| self.takes_by(unit));
        units.fold(DenominationSet::EMPTY, |all, unit| all.union(self.health.accepted_by(unit.id)))
    }

    /// Whether anything can come in by this unit.
    fn takes_by(self, unit: &CashUnit) -> bool {
        self.takes.uses(unit.can) && !is_in_doubt(self.books, unit.id)
    }

    /// Why a sum cannot be paid here now, if so (K7, K18).
    pub(crate) fn no_way_to_pay(self, due: Yen) -> Option<Notice> {
        match self.takes {
            Takes::Coins if due > COINS_ALONE_UP_TO => Some(Notice::CoinsOnly),
            _ if self.can_be_paid(due) => None,
            Takes::Notes if self.lacks_a_unit() => Some(Notice::NotesOnly),
            Takes::NotesAndCoins | Takes::Notes | Takes::Coins if self.lacks_small_coins_for(due) => {
                Some(Notice::NeedsSmallCoins)
            }
            Takes::NotesAndCoins | Takes::Notes | Takes::Coins => Some(Notice::NotPayableHere),
        }
    }

    /// Whether one of the machine's units is out of order, or in doubt, and can take nothing.
    pub(crate) fn lacks_a_unit(self) -> bool {
        self.policy.units.iter().any(|unit| !self.takes.uses(unit.can))
    }

    /// Whether a sum can be paid here at all (K7). Without a slot for coins, it is paid with notes that can be changed.
    fn can_be_paid(self, due: Yen) -> bool {
        self.kinds().can_make(due) || (!self.takes.coins() && !self.takes_exact_money_only(due))
    }

    /// Whether a sum needs coins of 1 or 5 yen that this machine neither takes nor pays (K7).
    pub(crate) fn lacks_small_coins_for(self, due: Yen) -> bool {
        let small = [Denomination::Yen1, Denomination::Yen5];
        let pays = |coin| self.policy.stores.iter().any(|store| store.holds.contains(coin));
        let ends_in_0 = due.amount() % Denomination::Yen10.value().amount() == 0;
        !ends_in_0 && !small.into_iter().any(|coin| self.kinds().contains(coin) || pays(coin))
    }

    /// Whether nobody who pays with too large a note can get change: said before the first piece (K7).
    pub(crate) fn takes_exact_money_only(self, due: Yen) -> bool {
        let stock = self.stock();
        let changeable = |note: Denomination| {
            let value = note.value().amount();
            let too_much = (value - due.amount() % value) % value;
            too_much != 0 && can_pay(Yen::new(too_much), &stock)
        };
        !self.large().any(changeable)
    }

    /// For which sums there is change, before anybody's sum is known. With the smallest notes that are enough for it, less
    /// than the smallest note is too much; and with coins alone, less than the largest coin.
    pub(crate) fn change(self) -> Change {
        let mut large = self.large();
        let piece = if self.takes.notes() { large.next() } else { large.last() };
        let piece = piece.map_or(Yen::ZERO, Denomination::value);
        let stock = self.stock();
        let small = stock.pieces().iter().filter(|(kind, count)| *count > 0 && kind.value() < piece);
        let step = self.smallest_of_a_sum().map_or(piece, Denomination::value);
        let most = piece.minus(step).unwrap_or(Yen::ZERO);
        if most <= every_sum_up_to(small, step) {
            return Change::EveryAmount;
        }
        if stock.pieces().is_empty() { Change::None } else { Change::SomeAmounts }
    }

    /// What is too much of a sum: notes, or coins if there are no others.
    fn large(self) -> impl Iterator<Item = Denomination> {
        self.kinds().iter().filter(move |kind| kind.is_note() || !self.takes.notes())
    }

    /// What every sum that is paid here is made of.
    fn smallest_of_a_sum(self) -> Option<Denomination> {
        let stores = self.policy.stores.iter().flat_map(|store| store.holds.iter());
        self.kinds().iter().chain(stores).min()
    }

    /// What may be inserted now. Once enough is inside only coins are taken, for round change (K10).
    pub(crate) fn acceptance(self, deposit: &Deposit) -> Acceptance {
        let full = |coin: &Denomination| deposit.inserted.pieces(*coin) >= COINS_OF_A_KIND_MAX;
        let more_notes = !deposit.missing().is_zero();
        let stock = self.stock_to_come();
        let is_wanted = |kind: &Denomination| if kind.is_coin() { !full(kind) } else { more_notes };
        let accepted_by = |unit: &CashUnit| {
            let fits = |piece: &Denomination| self.is_acceptable_beside(stock, deposit, unit.id, *piece);
            let known = self.health.accepted_by(unit.id).iter().filter(|_| self.takes_by(unit));
            (unit.id, known.filter(|kind| is_wanted(kind) && fits(kind)).collect())
        };
        Acceptance {
            by_unit: self.policy.units.iter().map(accepted_by).collect(),
            coins_limit: self.kinds().iter().filter(|kind| kind.is_coin() && full(kind)).last(),
        }
    }

    /// Whether what is asked for can still come in exactly, or be changed, with one more piece inside (K9, a).
    pub(crate) fn is_acceptable(self, deposit: &Deposit, unit: UnitId, piece: Denomination) -> bool {
        self.is_acceptable_beside(self.stock_to_come(), deposit, unit, piece)
    }

    fn is_acceptable_beside(
        self,
        stock: Stock,
        deposit: &Deposit,
        unit: UnitId,
        piece: Denomination,
    ) -> bool {
        match deposit.with(piece) {
            Ok(too_much) => can_pay(too_much, &self.with_one_more(stock, unit, piece)),
            Err(missing) => self.can_be_paid(missing),
        }
    }

    /// Whether everything could be paid back with one more note inside (K9, b).
    pub(crate) fn is_returnable_with(self, deposit: &Deposit, unit: UnitId, note: Denomination) -> bool {
        let inserted = deposit.inserted_yen().plus(note.value());
        let stock = self.with_one_more(self.stock_to_come(), unit, note);
        inserted.is_ok_and(|inserted| can_pay(inserted, &stock))
    }

    /// Whether everything that is inside could be paid back now.
    pub(crate) fn is_returnable(self, deposit: &Deposit) -> bool {
        can_pay(deposit.inserted_yen(), &self.stock_to_come())
    }

    /// Whether exactly `amount` can be paid out now.
    pub(crate) fn can_pay(self, amount: Yen) -> bool {
        can_pay(amount, &self.stock())
    }

    /// The best pieces for as much of `amount` as can be paid: notes first, the largest first, unit by unit.
    pub(crate) fn plan(self, amount: Yen) -> Vec<Portion> {
        let (pieces, _owed) = plan_up_to(amount, &self.stock(), &self.policy.change);
        let mut portions = Vec::new();
        for kind in Denomination::ALL.into_iter().rev() {
            let mut wanted = pieces.pieces(kind);
            for (store, held) in self.payable() {
                let pieces = wanted.min(held.pieces(kind));
                if pieces > 0 {
                    portions.push(Portion { store: store.id, denomination: kind, pieces });
                }
                wanted -= pieces;
            }
            assert_eq!(wanted, 0, "the plan takes more than the stores hold");
        }
        portions
    }

    /// Whether a drum or hopper waits for somebody to count it. Of one that is in doubt that comes after the doubt.
    pub(crate) fn has_to_be_counted(self) -> bool {
        self.policy.stores.iter().any(|store| !self.is_vouched_for(store) && !self.is_in_doubt(store))
    }

    fn stock(self) -> Stock {
        let pieces = self.payable().flat_map(|(_, held)| held.iter().collect::<Vec<_>>());
        Stock::of(pieces).expect(FEW_PIECES)
    }

    /// The stock once each note that moves lies where it will go.
    fn stock_to_come(self) -> Stock {
        let moving = self.books.in_transport.iter();
        moving.fold(self.stock(), |stock, (unit, note)| self.with_one_more(stock, *unit, *note))
    }

    /// The stock once `piece` lies where it will go, too. If that is not known it is not counted.
    fn with_one_more(self, stock: Stock, unit: UnitId, piece: Denomination) -> Stock {
        let mut pieces = *stock.pieces();
        if self.goes_to_a_store(unit, piece) {
            pieces.add(piece, 1).expect(FEW_PIECES);
        }
        Stock::from(pieces)
    }

    /// Whether the next note of this kind in this unit goes to a drum, because it certainly fits. Where a coin falls is
    /// known only when it has fallen: its sorter may send it to the box.
    pub(crate) fn goes_to_a_store(self, unit: UnitId, note: Denomination) -> bool {
        let fits = |store: &Store| {
            let held = self.books.pieces_in(store.id).number();
            store.capacity.is_some_and(|capacity| held < capacity)
        };
        let mut stores = self.policy.stores.iter().filter(|store| store.id.unit == unit);
        self.policy.who_counts_stores().any(|known| known == unit)
            && stores.any(|store| store.holds.contains(note) && fits(store) && self.pays(store, note))
    }

    /// What can be paid out of each drum and hopper.
    fn payable(self) -> impl Iterator<Item = (Store, CashCount)> {
        let held = move |store: &Store| {
            let pays = |kind| store.holds.contains(kind) && self.pays(store, kind);
            (*store, self.books.pieces_in(store.id).only(pays))
        };
        self.policy.stores.iter().map(held)
    }

    fn pays(self, store: &Store, kind: Denomination) -> bool {
        let never = NEVER_PAID_OUT.contains(&kind);
        let is_known = self.was_asked(store) && self.is_vouched_for(store) && !self.is_in_doubt(store);
        !never && is_known && self.health.can_pay_from(store)
    }

    /// What pays from here has counted something that does not fit, and nobody has settled it.
    fn is_in_doubt(self, store: &Store) -> bool {
        self.books.units.is_in_doubt(store.id.part())
    }

    /// A note unit that comes back in the middle of a payment in coins was not asked what its drums hold.
    fn was_asked(self, store: &Store) -> bool {
        let can = self.policy.can(store.id.unit);
        !can.counts_stores || self.takes.uses(can)
    }

    /// A unit that counted one kind otherwise than the books may have the pieces of another one there, too.
    fn is_vouched_for(self, store: &Store) -> bool {
        let deposit = self.books.deposit();
        let is_miscounted =
            |kind| deposit.is_some_and(|deposit: &Deposit| deposit.is_miscounted(store.id, kind));
        !store.holds.iter().any(is_miscounted) && !self.books.uncertain.contains(&store.id)
    }
}

/// The largest sum up to which each multiple of `step` can be paid from `pieces`, smallest first: with all sums up to one
/// payable, a piece leaves a gap only if it is more than the next one.
fn every_sum_up_to(pieces: impl Iterator<Item = (Denomination, u32)>, step: Yen) -> Yen {
    let mut sum = Yen::ZERO;
    for (kind, count) in pieces {
        if sum.plus(step).is_ok_and(|next| kind.value() > next) {
            break;
        }
        let more = kind.value().times(count).and_then(|more| sum.plus(more));
        sum = more.expect(FEW_PIECES);
    }
    sum
}
