//! What lies where, for the desk.

use api::{PiecesView, Standing, StoreView};
use device_api::StoreId;

use crate::books::Books;
use crate::health::Health;
use crate::{Policy, Store};

/// Where change is paid from.
pub(crate) fn stores(policy: &Policy, books: &Books, health: &Health) -> Vec<StoreView> {
    let view = |store: &Store| StoreView {
        store: policy.store_name(store.id),
        pieces: books.pieces_in(store.id),
        capacity: store.capacity,
        accuracy: books.accuracy(store.id),
        standing: match (books.uncertain.contains(&store.id), health.found_empty(store)) {
            (_, true) => Standing::FoundEmpty,
            (true, false) => Standing::ToCount,
            (false, false) => Standing::Certain,
        },
    };
    policy.stores.iter().map(view).collect()
}

/// What lies in boxes, and is on its way; and what lay in units that are not there any more.
pub(crate) fn elsewhere(policy: &Policy, books: &Books) -> Vec<PiecesView> {
    let is_store = |id: StoreId| policy.stores.iter().any(|store| store.id == id);
    let others = books.cash.iter().filter(|(id, _)| !is_store(**id));
    others.map(|(id, pieces)| PiecesView { store: policy.store_name(*id), pieces: *pieces }).collect()
}
