use api::{IncidentDoubt, IncidentId, IncidentView};
use money::Yen;

use super::{NOW, PAYMENT};

pub(super) fn incident(doubt: IncidentDoubt, value: i64) -> IncidentView {
    let value = Yen::new(value);
    let about = (doubt != IncidentDoubt::MoneyFound).then_some(PAYMENT);
    IncidentView { incident: IncidentId(3), opened: NOW, doubt, about, value }
}

/// Every doubt, with a worth and without.
pub(super) fn incidents() -> Vec<IncidentView> {
    vec![
        incident(IncidentDoubt::MoneyFound, 500),
        incident(IncidentDoubt::PiecesUnaccounted, 0),
        incident(IncidentDoubt::PayoutUnknown, 2_000),
        incident(IncidentDoubt::NoteUnknown, 0),
    ]
}
