//! The books, carried forward: what a start begins with instead of everything since the machine was born.

use api::WallTime;
use serde::{Deserialize, Serialize};

use super::{Books, PAID_LATELY_S};

/// Counts up when the same entries come to other books, also if the fields stay as they are: then what was carried forward
/// before is of no use, and everything is read once.
const SHAPE: u32 = 1;

/// What all entries up to one come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Shaped", into = "Shaped")]
pub struct CarriedBooks(Books);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shaped {
    shape: u32,
    books: Books,
}

/// Books of a program that reckoned otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the books are of shape {0}, and this program knows {SHAPE} only")]
pub struct OtherShape(u32);

impl CarriedBooks {
    /// The books that a start goes on with.
    pub(crate) fn go_on(self) -> Books {
        self.0
    }
}

impl From<CarriedBooks> for Shaped {
    fn from(carried: CarriedBooks) -> Shaped {
        Shaped { shape: SHAPE, books: carried.0 }
    }
}

impl TryFrom<Shaped> for CarriedBooks {
    type Error = OtherShape;

    fn try_from(shaped: Shaped) -> Result<CarriedBooks, OtherShape> {
        if shaped.shape == SHAPE { Ok(CarriedBooks(shaped.books)) } else { Err(OtherShape(shaped.shape)) }
    }
}

impl Books {
    /// The books, if this is the time to carry them forward: once after a day in which somebody paid, when the last patient
    /// has been gone for so long that none is kept in mind, no payment is open and no paper waits. So no patient is in them.
    pub(crate) fn to_carry(&self, now: WallTime) -> Option<CarriedBooks> {
        let is_time = self.closed_at.is_some_and(|closed| now.0 - closed.0 >= PAID_LATELY_S);
        let holds_nobody = self.open.is_none() && self.papers.is_empty();
        (is_time && holds_nobody).then(|| {
            let mut books = self.clone();
            books.paid.clear();
            CarriedBooks(books)
        })
    }

    /// Whoever paid before that is not kept in mind any more.
    pub(super) fn were_carried(&mut self) {
        self.paid.clear();
        self.closed_at = None;
    }
}
