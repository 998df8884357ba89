//! What is still known of a machine whose journal is an older one.

use std::collections::BTreeMap;

use device_api::Place;
use engine::ledger::{Account, postings};
use engine::{CashEntry, Entry, PaymentEntry, PayoutEntry, Recorded};
use money::{CashCount, Denomination};

use super::drawn_back::DrawnBack;
use super::elsewhere::Elsewhere;
use super::originals::{name_of_receipt, name_of_slip};
use super::papers::{is_receipt, is_slip};
use super::places::{Booked, Truth};
use super::watch::{Watch, lines};

impl Watch {
    /// The journal ends with `kept` from now on. What units and people know beyond it lies apart, to the piece. If units have
    /// counted nothing of what is lost, or the books did not know before what they had counted, nothing can show it, and what is
    /// wrong from here on is nobody's fault. Says whether something can.
    pub(in crate::world) fn begin_anew(&mut self, kept: Vec<Recorded>, shown: bool, truth: Truth) -> bool {
        let before = std::mem::replace(self, Watch::over(self.stores.clone()));
        let (entries, newest) = (kept.len(), kept.last().map(|record| record.at));
        let mut shown = shown;
        let mut told = BTreeMap::new();
        for Recorded { at, entry, private, .. } in kept {
            if let Entry::Cash(
                CashEntry::CoinCredited { store, denomination, .. }
                | CashEntry::CoinFound { store, denomination, .. },
            ) = &entry
            {
                *told.entry((store.unit, *denomination)).or_insert(0) += 1;
            }
            shown &= !self.leaves_counters_unknown(&entry);
            let posted = postings(&entry).unwrap_or_default();
            self.apply(at, (&entry, private.as_ref()), &posted, || truth.clone());
            self.stepped(&[entry]);
        }
        self.keep_what_is_out(before);
        self.drawn_back = DrawnBack::default();
        (self.looked_at.1, self.dated) = (entries, newest);
        (self.left_before, self.let_out) = (None, CashCount::EMPTY);
        self.is_tampered = true;
        // A note on its way comes to rest where nobody knows.
        let is_on_its_way = |account: &Account| matches!(account, Account::Cash { store, .. } if store.place == Place::Transport);
        self.is_blind |= !shown || self.balances.keys().any(is_on_its_way);
        self.tampered.expect_doubt(shown);
        let balances = lines(&self.balances);
        for (unit, inside) in truth.units() {
            for kind in Denomination::ALL {
                let booked = Booked { balances: &balances, unit, kind };
                let told = told.get(&(unit, kind)).copied().unwrap_or_default();
                let mut elsewhere = Elsewhere::of(inside, booked, told);
                elsewhere.in_store -= truth.apart(unit, kind).since(self.counted.get(&(unit, kind))).more();
                self.elsewhere.insert((unit, kind), elsewhere);
            }
        }
        self.excuse_untold_pieces(&truth);
        self.forget_untried();
        shown
    }

    /// What a unit counts after this may be of before.
    fn leaves_counters_unknown(&self, entry: &Entry) -> bool {
        match entry {
            Entry::Payment(PaymentEntry::PaymentClosed { .. }) => {
                self.facts.open.as_ref().is_some_and(|open| !open.stacking.is_empty())
            }
            Entry::Payout(PayoutEntry::PayoutEnded { pieces, end, .. }) => {
                end.paid_and_doubtful(*pieces).1 > 0
            }
            _ => false,
        }
    }

    /// Papers of which the journal does not know any more that they came out are printed as originals once more, unless
    /// a person has seen them.
    fn forget_untried(&mut self) {
        let Watch { facts, prints, originals, whole, forgotten, .. } = self;
        for receipt in facts.receipts() {
            if !prints.is_tried(receipt.job) {
                originals.remove(&name_of_receipt(receipt.number.0));
                forgotten.extend(whole.extract_if(.., |paper| is_receipt(paper, receipt.number)));
            }
        }
        for (_, issued) in facts.slips() {
            if !prints.is_tried(issued.job) {
                originals.remove(&name_of_slip(issued.code.as_str()));
                forgotten.extend(whole.extract_if(.., |paper| is_slip(paper, issued)));
            }
        }
    }

    /// What people have seen and what lies around is still there.
    fn keep_what_is_out(&mut self, before: Watch) {
        self.broken = before.broken;
        self.is_blind = before.is_blind;
        self.people_acted = before.people_acted;
        self.looked_at = before.looked_at;
        self.stopped_at = before.stopped_at;
        self.tampered = before.tampered;
        self.bills = before.bills;
        self.offers = before.offers;
        self.unheard = before.unheard;
        self.sent = before.sent;
        self.seen = before.seen;
        self.read = before.read;
        self.whole = before.whole;
        self.forgotten = before.forgotten;
        self.originals = before.originals;
    }
}
