//! The ways in which money comes in for a payment, as the books see them.

use std::collections::BTreeMap;

use api::{Fate, Method, PaidTender, Takes, TenderId};
use device_api::{DeviceCounts, PartId, UnitId};
use money::{Denomination, Yen};

use super::{Books, Counting, Deposit};
use crate::doubt::said_of_its_life;
use crate::{Means, Purpose, TenderEntry};

/// One way in which money comes in for a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tender {
    pub(crate) id: TenderId,
    /// Only notes and coins yet.
    pub(crate) cash: Deposit,
    /// What became of it, once that is written.
    pub(crate) fate: Option<Fate>,
}

impl Tender {
    pub(crate) fn method(&self) -> Method {
        Method::Cash
    }

    /// As the billing system is told.
    pub(super) fn paid(&self) -> PaidTender {
        // The entry that closes a payment is written with the fate of each tender; a journal that lacks one proves none.
        let fate = self.fate.unwrap_or(Fate::Unknown);
        PaidTender { tender: self.id, method: self.method(), fate, kept: self.cash.kept() }
    }
}

impl Books {
    pub(super) fn apply_tender(&mut self, entry: &TenderEntry) {
        let fate = match entry {
            TenderEntry::TenderIntended { tender, asked, means: Means::Cash { takes, counts_before } } => {
                self.cash_intended(*tender, *asked, *takes, counts_before);
                return;
            }
            TenderEntry::TenderTaken { .. } => Fate::Taken,
            TenderEntry::TenderVoid { .. } => Fate::Void,
            TenderEntry::TenderUnknown { .. } => Fate::Unknown,
        };
        let of = entry.tender();
        let tenders = self.open.iter_mut().flat_map(|open| &mut open.tenders);
        tenders.filter(|tender| tender.id == of).for_each(|tender| tender.fate = Some(fate));
    }

    fn cash_intended(
        &mut self,
        id: TenderId,
        asked: Yen,
        takes: Takes,
        counts_before: &BTreeMap<UnitId, DeviceCounts>,
    ) {
        // A drum that holds fewer than the books say is known from here on.
        self.left_unpaid = self.left_unpaid.filter(|unpaid| !counts_before.contains_key(&unpaid.store.unit));
        let counting =
            counts_before.iter().map(|(unit, counts)| (*unit, self.begin_counting(*unit, *counts)));
        let cash = Deposit::new(Purpose::Tender(id), asked, takes, counting.collect());
        self.with_open(|open| open.tenders.push(Tender { id, cash, fate: None }));
    }

    fn begin_counting(&mut self, unit: UnitId, counts: DeviceCounts) -> Counting {
        let drums = self.drums(unit);
        let differs = |kind: &Denomination| drums.pieces(*kind) != counts.drums.pieces(*kind);
        let miscounted = Denomination::ALL.into_iter().filter(differs).collect();
        self.drums_counted(unit, &miscounted);
        Counting::new(counts, miscounted)
    }

    /// What the note unit counted before it took anything is what it must count on from.
    pub(super) fn count_in_tender(&mut self, entry: &TenderEntry) {
        match entry {
            TenderEntry::TenderIntended { means: Means::Cash { counts_before, .. }, .. } => {
                for (unit, counts) in counts_before {
                    self.learn(PartId::acceptor(*unit), said_of_its_life(*counts));
                }
            }
            TenderEntry::TenderTaken { .. }
            | TenderEntry::TenderVoid { .. }
            | TenderEntry::TenderUnknown { .. } => {}
        }
    }
}
