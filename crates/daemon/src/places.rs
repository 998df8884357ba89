//! Who may stay on a socket when more come than there are places.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The places of one socket. They belong to those who speak: when all are taken, the newest gets that of the one who has
/// been silent for the longest, of the role that has the most. So no crowd of one role takes another role's last place.
#[derive(Clone)]
pub(crate) struct Places {
    max: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    /// Counts what was heard, so that the order of it is known without a clock.
    heard: u64,
    seats: BTreeMap<u64, Seat>,
}

struct Seat {
    role: String,
    /// When it said something last.
    heard: u64,
    /// Its client has to go when this is dropped.
    _stays: oneshot::Sender<()>,
}

/// A client's place, until it is dropped.
pub(crate) struct Place {
    id: u64,
    taken: Arc<Mutex<Taken>>,
}

/// Comes when the place was given to somebody else.
pub(crate) struct Leave(oneshot::Receiver<()>);

impl Places {
    pub(crate) fn new(max: usize) -> Places {
        Places { max, taken: Arc::default() }
    }

    /// A place for whoever has just come.
    pub(crate) fn take(&self, role: &str) -> (Place, Leave) {
        let mut taken = lock(&self.taken);
        if taken.seats.len() >= self.max {
            taken.send_one_away();
        }
        let (stays, leave) = oneshot::channel();
        taken.heard += 1;
        let id = taken.heard;
        taken.seats.insert(id, Seat { role: role.to_owned(), heard: id, _stays: stays });
        (Place { id, taken: Arc::clone(&self.taken) }, Leave(leave))
    }
}

impl Taken {
    fn send_one_away(&mut self) {
        let mut of_role: BTreeMap<&str, usize> = BTreeMap::new();
        self.seats.values().for_each(|seat| *of_role.entry(&seat.role).or_default() += 1);
        let rank = |seat: &Seat| (of_role[seat.role.as_str()], Reverse(seat.heard));
        let who = self.seats.iter().max_by_key(|(_, seat)| rank(seat)).map(|(id, _)| *id);
        who.and_then(|id| self.seats.remove(&id));
    }
}

impl Place {
    /// Its client has said something whole. Half a line is nothing.
    pub(crate) fn heard(&self) {
        let mut taken = lock(&self.taken);
        taken.heard += 1;
        let heard = taken.heard;
        taken.seats.get_mut(&self.id).into_iter().for_each(|seat| seat.heard = heard);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.taken).seats.remove(&self.id);
    }
}

impl Leave {
    pub(crate) async fn told(self) {
        // Nothing is ever sent: that the other end is gone says it.
        drop(self.0.await);
    }
}

/// Nothing panics while it is held, and a list of who is there is right whatever happened.
fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who comes, in this order, to three places; a name that comes again speaks. Then who had to go.
    #[track_caller]
    fn check(come: &[&str], gone: &[&str]) {
        let places = Places::new(3);
        let mut here: Vec<(&str, Place, Leave)> = Vec::new();
        for name in come {
            match here.iter().find(|(known, ..)| known == name) {
                Some((_, place, _)) => place.heard(),
                None => {
                    let (place, leave) = places.take(name.split('-').next().unwrap());
                    here.push((name, place, leave));
                }
            }
        }
        let closed = |leave: &mut Leave| leave.0.try_recv() == Err(oneshot::error::TryRecvError::Closed);
        let found: Vec<&str> =
            here.iter_mut().filter_map(|(name, _, leave)| closed(leave).then_some(*name)).collect();
        assert_eq!(found, gone, "{come:?}");
    }

    #[test]
    fn the_silent_go_first_and_no_role_takes_the_last_place_of_another() {
        check(&["diag-1", "diag-2", "diag-3"], &[]);
        check(&["diag-1", "diag-2", "diag-3", "diag-4"], &["diag-1"]);
        check(&["diag-1", "diag-2", "diag-3", "diag-1", "diag-4"], &["diag-2"]);
        check(&["diag-1", "page-1", "page-2", "page-3", "page-4"], &["page-1", "page-2"]);
        check(&["page-1", "page-2", "page-3", "diag-1"], &["page-1"]);
    }

    #[test]
    fn a_place_that_was_left_is_free() {
        let places = Places::new(1);
        drop(places.take("diag"));
        let (_place, mut leave) = places.take("diag");
        assert_eq!(leave.0.try_recv(), Err(oneshot::error::TryRecvError::Empty));
    }
}
