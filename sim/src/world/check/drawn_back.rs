//! Where notes lie that a payout did not pay, if somebody took others out of the same drum: the drum's counter cannot tell
//! them apart. What the machine books to the cash box was perhaps taken, and what was drawn back is perhaps not booked there.

use std::collections::BTreeMap;

use device_api::UnitId;
use engine::{Entry, PayoutEntry};
use money::Denomination;

use super::apart::Apart;

/// By unit and kind.
#[derive(Debug, Default)]
pub(super) struct DrawnBack(BTreeMap<(UnitId, Denomination), Aside>);

/// Of one kind of note in one unit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Aside {
    /// Notes that payouts did not pay and that are not booked to the cash box, since the drum was last counted.
    pub(super) unpaid: i64,
    /// So many more lie in the cash box than the books say. Nobody counts it.
    pub(super) in_box: i64,
}

impl DrawnBack {
    pub(super) fn of(&self, unit: UnitId, kind: Denomination) -> Aside {
        self.0.get(&(unit, kind)).copied().unwrap_or_default()
    }

    pub(super) fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Payout(PayoutEntry::PayoutEnded { store, denomination, pieces, end, .. }) => {
                let (paid, doubtful) = end.paid_and_doubtful(*pieces);
                self.aside(store.unit, *denomination).unpaid += i64::from(pieces - paid - doubtful);
            }
            Entry::Payout(PayoutEntry::NotesRetracted { from, denomination, pieces }) => {
                self.aside(from.unit, *denomination).unpaid -= i64::from(*pieces);
            }
            _ => {}
        }
    }

    /// Somebody says what lies in the drum, out of which that much was moved by hand; in the cash box lie so many more
    /// than the books say. From here on the drum is right, and the box stays as it is.
    pub(super) fn is_counted(
        &mut self,
        unit: UnitId,
        kind: Denomination,
        apart: Apart,
        in_box: impl FnOnce() -> i64,
    ) {
        let aside = self.aside(unit, kind);
        if apart.emptied > 0 {
            let more = (in_box() - aside.in_box).clamp(-i64::from(apart.emptied), aside.unpaid.max(0));
            aside.in_box += more;
        }
        aside.unpaid = 0;
    }

    fn aside(&mut self, unit: UnitId, kind: Denomination) -> &mut Aside {
        self.0.entry((unit, kind)).or_default()
    }
}
