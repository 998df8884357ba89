//! How long the program was away, by what it wrote (K17).

use api::WallTime;

use crate::{Entry, MachineEntry, PaymentEntry};

/// Whether the payment that is open may go on by itself, judged entry by entry.
#[derive(Debug)]
pub(crate) struct BreakLength {
    /// From so many seconds on a break is long.
    long_s: i64,
    /// When something was last written that no start wrote.
    alive_at: Option<WallTime>,
    started_at: Option<WallTime>,
    /// When the newest entry was written.
    last_at: Option<WallTime>,
    /// An earlier start found this payment after a long break, and no person has decided since.
    was_long: bool,
}

impl BreakLength {
    pub(crate) fn new(long_s: u32) -> BreakLength {
        BreakLength {
            long_s: long_s.into(),
            alive_at: None,
            started_at: None,
            last_at: None,
            was_long: false,
        }
    }

    /// Takes an entry into account that was written `at`.
    pub(crate) fn apply(&mut self, at: WallTime, entry: &Entry) {
        match entry {
            Entry::Machine(MachineEntry::MachineStarted) => {
                self.was_long |= self.is_long(at);
                self.started_at = Some(at);
            }
            // Nobody knows how long the break was. After a jump it is the next one of which nobody will know.
            Entry::Machine(MachineEntry::ClockDoubted { .. }) => self.was_long = true,
            Entry::Payment(entry) if decides(entry) => self.was_long = false,
            Entry::Machine(
                MachineEntry::JournalBegun { .. }
                | MachineEntry::BooksCarried
                | MachineEntry::ClockConfirmed { .. }
                | MachineEntry::MachineHalted { .. },
            )
            | Entry::Cash(_)
            | Entry::Payout(_)
            | Entry::Tender(_)
            | Entry::Payment(_)
            | Entry::Paper(_)
            | Entry::Call(_)
            | Entry::Doubt(_)
            | Entry::Incident(_) => {}
        }
        self.last_at = Some(at);
        // A machine that does nothing but start was away all the time, however often it does.
        if self.started_at != Some(at) || self.alive_at.is_none() {
            self.alive_at = Some(at);
        }
    }

    /// When the newest entry was written.
    pub(crate) fn last_at(&self) -> Option<WallTime> {
        self.last_at
    }

    /// Whether a start now, or one before it, came so late that nothing may move by itself.
    pub(crate) fn was_long(&self, now: WallTime) -> bool {
        self.was_long || self.is_long(now)
    }

    /// A clock that was set back proves no short break.
    fn is_long(&self, now: WallTime) -> bool {
        self.alive_at.is_some_and(|alive| !(0..self.long_s).contains(&(now.0 - alive.0)))
    }
}

/// Whether what was found after a long break is settled: by a person, or because another payment is concerned.
fn decides(entry: &PaymentEntry) -> bool {
    match entry {
        PaymentEntry::PaymentOpened { .. }
        | PaymentEntry::PaymentClosed { .. }
        | PaymentEntry::PaymentDecided { .. } => true,
        PaymentEntry::PaymentConfirmed { .. }
        | PaymentEntry::PaymentResumed { .. }
        | PaymentEntry::PaymentSuspended { .. }
        | PaymentEntry::ReturnDecided { .. }
        | PaymentEntry::ResultDelivered { .. }
        | PaymentEntry::PrivateErased { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use api::PaymentId;

    use super::*;
    use crate::{CallEntry, CallReason};

    const CALLED: Entry = Entry::Call(CallEntry::StaffCalled { reason: CallReason::Patient });
    const RESUMED: Entry = Entry::Payment(PaymentEntry::PaymentResumed { payment: PaymentId(1) });

    #[track_caller]
    fn check(written: &[(i64, Entry)], now: i64, long: bool) {
        let mut break_length = BreakLength::new(30);
        written.iter().for_each(|(at, entry)| break_length.apply(WallTime(*at), entry));
        assert_eq!(break_length.was_long(WallTime(now)), long, "{written:?}");
    }

    #[test]
    fn a_break_is_long_by_the_last_sign_of_life() {
        check(&[], 1_000, false);
        check(&[(100, Entry::Machine(MachineEntry::MachineStarted)), (100, CALLED)], 130, true);
        check(&[(100, CALLED)], 129, false);
        check(&[(100, CALLED)], 130, true);
        check(&[(100, CALLED)], 99, true);
        // What a start writes is no sign of life.
        check(
            &[(100, CALLED), (120, Entry::Machine(MachineEntry::MachineStarted)), (120, RESUMED)],
            140,
            true,
        );
        check(
            &[
                (100, CALLED),
                (120, Entry::Machine(MachineEntry::MachineStarted)),
                (120, RESUMED),
                (125, CALLED),
            ],
            140,
            false,
        );
    }

    #[test]
    fn a_long_break_is_not_made_short_by_a_second_start() {
        let started_late =
            [(100, CALLED), (160, Entry::Machine(MachineEntry::MachineStarted)), (165, CALLED)];
        check(&started_late, 170, true);
        let closed = Entry::Payment(PaymentEntry::PaymentClosed {
            payment: PaymentId(1),
            outcome: api::Outcome::Paid,
            due: money::Yen::ZERO,
            inserted: money::CashCount::EMPTY,
            receipts: Vec::new(),
            paid_out: money::CashCount::EMPTY,
            slip: None,
        });
        check(&[started_late.as_slice(), &[(168, closed)]].concat(), 170, false);
    }
}
