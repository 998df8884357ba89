//! Notes and coins: what comes in on one account, and what goes out again. Nothing here knows a visit, a payment or a bill:
//! it says how far it is, and whoever asked decides what that means. `cargo xtask tidy` holds that.

mod counters;
mod deposit;
mod dispensing;
mod fixing;
mod recall;
mod settling;
mod taking;
mod till;

use device_api::{PartId, UnitId, UnitTrouble};

pub(crate) use self::counters::{book_left_on_its_way, book_left_unpaid, book_what_counters_prove};
pub(crate) use self::deposit::{
    DrawnIn, accept_what_fits, book_lost, book_returned, book_stored, credit, credit_fallen, refuse, stack,
    stops_deposit, stray, takes_part, while_ending,
};
pub(crate) use self::dispensing::{Dispensing, Showing, book_payout, give_up_payout, note_disturbance};
pub(crate) use self::fixing::{Fixed, Fixing};
pub(crate) use self::recall::Recall;
pub(crate) use self::settling::Settling;
pub(crate) use self::taking::{COINS_ALONE_UP_TO, what_can_be_inserted, what_may_be_inserted};
pub(crate) use self::till::Till;
use crate::Discrepancy;
use crate::books::Deposit;
use crate::turn::Turn;

/// How far something with cash is.
#[derive(Debug)]
pub(crate) enum Progress<S, R = ()> {
    /// It goes on.
    On(S),
    /// It has come to its end.
    Done(R),
    /// Nobody can prove what moved: a person has to look.
    InDoubt(Discrepancy),
}

impl<S, R> Progress<S, R> {
    /// Goes on, unless `said` shows that it cannot.
    fn unless(said: Result<(), Discrepancy>, on: S) -> Progress<S, R> {
        match said {
            Ok(()) => Progress::On(on),
            Err(discrepancy) => Progress::InDoubt(discrepancy),
        }
    }
}

/// The notes and coins that are coming in, or go out again.
pub(crate) fn deposit<'a>(turn: &'a Turn<'_>) -> &'a Deposit {
    turn.books.deposit().expect("cash comes in and goes out on an account")
}

/// What stands in the journal of a unit that cannot work.
pub(crate) fn failed(turn: &Turn<'_>, unit: UnitId, trouble: UnitTrouble) -> Discrepancy {
    part_failed(turn, PartId::acceptor(unit), trouble)
}

/// The same of one part.
pub(crate) fn part_failed(turn: &Turn<'_>, part: PartId, trouble: UnitTrouble) -> Discrepancy {
    Discrepancy::UnitFailed { part: turn.policy.part_name(part), trouble }
}
