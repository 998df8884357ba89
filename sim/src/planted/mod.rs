//! Bugs put in on purpose, one at a time, to see that the world's checkers find each of them. A checker that finds
//! nothing may be blind.
//!
//! Each is a wrapper at a seam of the world: the bytes between a device and its driver, what a driver tells, what a
//! step of the engine comes to, the append to the journal. Nothing of them is in a program that holds money, and
//! without one the world is as it always is. `docs/invariants.md` says which invariant finds which.

mod at_work;
mod bytes;
mod drivers;
mod steps;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

pub(crate) use self::at_work::AtWork;
pub(crate) use self::bytes::Tampering;

/// A bug that a world can be built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlantedBug {
    /// Bytes: the drivers of note unit and coin unit do not look at check sums.
    ChecksumIgnored,
    /// Bytes: the coin unit's driver believes what it has read once.
    SingleReplyCredit,
    /// Driver event: a note is told as stacked when it is ordered to be, while it can still come back.
    CreditAtEscrow,
    /// Driver event: after a restart, or a failure of the line, the last coin is told once more.
    EventCounterNotKept,
    /// Driver event: a payout that did not end well is ordered once more, and only that end is told.
    BlindRetry,
    /// Driver event: a paper of which nobody knows is sent once more, and only what becomes of that is told.
    BlindReprint,
    /// Engine step: a payout leaves before its intention is written; that comes with the next entries.
    PayoutBeforeIntent,
    /// Engine step: change is reckoned upwards where it should be downwards, so that each unit pays one piece too many;
    /// intention, command and end say so alike.
    ChangeSign,
    /// Engine step: numbers of receipts begin with 1 once more, in the journal, on paper and for the billing system.
    ReceiptNumberReuse,
    /// Journal append: it says that entries are on disk before they are; a kill takes the newest away.
    FsyncLies,
}

impl PlantedBug {
    /// Every bug.
    pub const ALL: [PlantedBug; 10] = [
        PlantedBug::ChecksumIgnored,
        PlantedBug::SingleReplyCredit,
        PlantedBug::CreditAtEscrow,
        PlantedBug::EventCounterNotKept,
        PlantedBug::BlindRetry,
        PlantedBug::BlindReprint,
        PlantedBug::PayoutBeforeIntent,
        PlantedBug::ChangeSign,
        PlantedBug::ReceiptNumberReuse,
        PlantedBug::FsyncLies,
    ];

    /// What it is called on a command line.
    pub fn name(self) -> &'static str {
        match self {
            PlantedBug::ChecksumIgnored => "checksum-ignored",
            PlantedBug::SingleReplyCredit => "single-reply-credit",
            PlantedBug::CreditAtEscrow => "credit-at-escrow",
            PlantedBug::EventCounterNotKept => "event-counter-not-kept",
            PlantedBug::BlindRetry => "blind-retry",
            PlantedBug::BlindReprint => "blind-reprint",
            PlantedBug::PayoutBeforeIntent => "payout-before-intent",
            PlantedBug::ChangeSign => "change-sign",
            PlantedBug::ReceiptNumberReuse => "receipt-number-reuse",
            PlantedBug::FsyncLies => "fsync-lies",
        }
    }
}

impl fmt::Display for PlantedBug {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for PlantedBug {
    type Err = String;

    fn from_str(name: &str) -> Result<PlantedBug, String> {
        let named = PlantedBug::ALL.into_iter().find(|bug| bug.name() == name);
        named.ok_or_else(|| {
            let names = PlantedBug::ALL.map(PlantedBug::name).join(", ");
            format!("there is no planted bug `{name}`; there are {names}")
        })
    }
}
