//! Every planted bug: what it is called, which invariant finds it first, and what it is.

use engine::{CashEntry, DoubtEntry, Entry, PaperEntry, PaymentEntry, PayoutEntry, TenderEntry};

use super::at_work::Bug;
use super::bytes::{
    AnswersBeforeMachine, EachCreditTwice, FittingCheckSums, OneCoinMore, Protocol, SaysPayoutTwice,
    SlotLeftOpen, Tampering,
};
use super::counters::{HoppersReckoned, Reckoned};
use super::drivers::{self, Escrow, LastCoin, LateCoins, Reprint, Retry, Tells};
use super::entries::{self, Late, LateCoinsFound, Misposted, Rewritten, Unwritten};
use super::journals::{BooksLackReceipt, ClockBelieved, FsyncLies, Torn};
use super::papers::{self, BillBefore, NoResults, Receipts, Results, Slips, Unmarked};
use super::recovery::{BreakNotMeasured, Forgets, FoundCoins};
use super::screen::{
    CachedBills, FalseReason, LimitUnsaid, NameInJournal, NameOnScreen, OnePieceBehind, RevisionInId,
    SuspendedTooSoon,
};
use super::steps::{self, Causes, ChangeSign, NoLimitOfCoins, NumbersReused};

/// A bug of the catalogue.
pub(super) struct Planted {
    pub(super) name: &'static str,
    /// The invariants of which one breaks first.
    pub(super) found_by: &'static [&'static str],
    pub(super) seam: Seam,
}

/// Where a bug sits.
#[derive(Clone, Copy)]
pub(super) enum Seam {
    /// Between the devices and their drivers.
    Bytes { notes: Option<fn() -> Box<dyn Tampering>>, coins: Option<fn() -> Box<dyn Tampering>> },
    /// Everywhere else.
    Above(fn() -> Box<dyn Bug>),
}

const fn notes(
    name: &'static str,
    found_by: &'static [&'static str],
    make: fn() -> Box<dyn Tampering>,
) -> Planted {
    Planted { name, found_by, seam: Seam::Bytes { notes: Some(make), coins: None } }
}

const fn coins(
    name: &'static str,
    found_by: &'static [&'static str],
    make: fn() -> Box<dyn Tampering>,
) -> Planted {
    Planted { name, found_by, seam: Seam::Bytes { notes: None, coins: Some(make) } }
}

const fn above(name: &'static str, found_by: &'static [&'static str], make: fn() -> Box<dyn Bug>) -> Planted {
    Planted { name, found_by, seam: Seam::Above(make) }
}

/// `docs/invariants.md` says what each does.
pub(super) static CATALOGUE: &[Planted] = &[
    // Bytes
    Planted {
        name: "checksum-ignored",
        found_by: &["I3", "I4", "I9", "I10", "I13"],
        seam: Seam::Bytes {
            notes: Some(|| Box::new(FittingCheckSums(Protocol::Id003))),
            coins: Some(|| Box::new(FittingCheckSums(Protocol::CcTalk))),
        },
    },
    coins("single-reply-credit", &["I4"], || Box::<EachCreditTwice>::default()),
    notes("stack-at-escrow", &["I9"], || Box::new(AnswersBeforeMachine::escrow_with_stack())),
    notes("return-at-escrow", &["I9"], || Box::new(AnswersBeforeMachine::escrow_with_return())),
    notes("acknowledge-at-vend-valid", &["I9"], || Box::new(AnswersBeforeMachine::vend_valid_with_ack())),
    notes("note-payout-said-twice", &["I9"], || Box::new(SaysPayoutTwice(Protocol::Id003))),
    coins("coin-payout-said-twice", &["I9"], || Box::new(SaysPayoutTwice(Protocol::CcTalk))),
    coins("one-coin-more", &["I9"], || Box::new(OneCoinMore)),
    coins("slot-left-open", &["I16"], || Box::<SlotLeftOpen>::default()),
    // What drivers tell
    above("credit-at-escrow", &["I4", "I9"], || Box::<Escrow>::default()),
    above("event-counter-not-kept", &["I4"], || Box::<LastCoin>::default()),
    above("blind-retry", &["I3", "I5", "I9"], || Box::<Retry>::default()),
    above("blind-reprint", &["I8"], || Box::<Reprint>::default()),
    above("short-told-as-complete", &["I5"], || Box::new(Tells(drivers::short_as_complete))),
    above("unknown-told-as-nothing", &["I3", "I5", "I13"], || Box::new(Tells(drivers::unknown_as_nothing))),
    above("one-piece-untold", &["I5"], || Box::new(Tells(drivers::one_too_few))),
    above("coin-table-shifted", &["I3", "I4"], || Box::new(Tells(drivers::next_coin_of_table))),
    above("hopper-untold", &["I3"], || Box::new(Tells(drivers::every_coin_to_the_box))),
    above("drum-untold", &["I3"], || Box::new(Tells(drivers::every_note_to_the_cash_box))),
    above("unknown-paper-told-as-printed", &["I8"], || Box::new(Tells(drivers::unknown_paper_as_printed))),
    above("unknown-paper-printed-again", &["I8", "I9"], || {
        Box::new(Tells(drivers::unknown_paper_as_not_started))
    }),
    above("acknowledged-untold", &["I9"], || Box::new(Tells(drivers::acknowledged_untold))),
    above("return-told-as-stacked", &["I3", "I4"], || Box::new(Tells(drivers::returned_as_stacked))),
    above("counters-not-awaited", &["I9"], || Box::new(Tells(drivers::proceeds_by_itself))),
    above("late-coin-held-back", &["I3", "I4"], || Box::<LateCoins>::default()),
    above("counters-not-compared", &["I3", "I4", "I13"], || Box::<Reckoned>::default()),
    above("hoppers-not-compared", &["I13"], || Box::<HoppersReckoned>::default()),
    above("power-cycle-untold", &["I10"], || Box::new(Tells(drivers::power_cycle_untold))),
    // What a step comes to
    above("payout-before-intent", &["I9"], || {
        Box::new(Late::are(|entry| matches!(entry, Entry::Payout(PayoutEntry::PayoutIntended { .. }))))
    }),
    above("payout-before-counters", &["I9"], || {
        Box::new(Late::are(|entry| matches!(entry, Entry::Payout(PayoutEntry::PayoutPrepared { .. }))))
    }),
    above("stack-before-intent", &["I9"], || {
        Box::new(Late::are(|entry| matches!(entry, Entry::Cash(CashEntry::StackIntended { .. }))))
    }),
    above("acknowledge-before-credit", &["I9"], || {
        Box::new(Late::are(|entry| matches!(entry, Entry::Cash(CashEntry::NoteCredited { .. }))))
    }),
    above("print-before-intent", &["I9"], || {
        Box::new(Late::are(|entry| matches!(entry, Entry::Paper(PaperEntry::PrintIntended { .. }))))
    }),
    above("result-before-close", &["I8", "I9"], || {
        Box::new(Late::are(|entry| matches!(entry, Entry::Payment(PaymentEntry::PaymentClosed { .. }))))
    }),
    above("slot-before-intent", &["I16"], || {
        Box::new(Late::are(|entry| matches!(entry, Entry::Tender(TenderEntry::TenderIntended { .. }))))
    }),
    above("fate-unwritten", &["I16"], || Box::new(Unwritten(entries::is_fate))),
    above("unknown-as-void", &["I16"], || Box::new(Rewritten(entries::unknown_as_void))),
    above("void-as-taken", &["I16"], || Box::new(Rewritten(entries::void_as_taken))),
    above("change-sign", &["I2", "I5"], || Box::<ChangeSign>::default()),
    above("receipt-number-reuse", &["I8"], || Box::new(NumbersReused)),
    above("coins-without-limit", &["K11"], || Box::<NoLimitOfCoins>::default()),
    above("late-coin-found", &["I4"], || Box::<LateCoinsFound>::default()),
    above("credited-to-the-one-before", &["I4"], || Box::new(Rewritten(entries::credited_to_the_one_before))),
    above("credited-to-the-other-unit", &["I3", "I9"], || {
        Box::new(Rewritten(entries::credited_in_the_first_unit))
    }),
    above("paid-by-the-other-unit", &["I9"], || Box::new(Rewritten(entries::paid_by_the_first_unit))),
    above("stock-added", &["I2"], || Box::new(Rewritten(entries::stock_is_added))),
    above("retraction-unwritten", &["I2", "I3"], || {
        Box::new(Unwritten(|entry| matches!(entry, Entry::Payout(PayoutEntry::NotesRetracted { .. }))))
    }),
    above("call-unwritten", &["I10"], || Box::new(Unwritten(entries::is_call_about_money))),
    above("doubt-closes-nothing", &["I13", "I8", "I12"], || Box::new(Unwritten(entries::is_settled_doubt))),
    above("old-journal-told-as-part", &["I13"], || Box::new(Rewritten(entries::part_alone))),
    above("incident-without-money", &["I18"], || Box::new(Unwritten(entries::is_suspense))),
    above("incident-settled-in-part", &["I2", "I18"], || Box::new(Rewritten(entries::nothing_settled))),
    above("incident-settled-otherwise", &["I18"], || Box::new(Rewritten(entries::patient_has_it))),
    // Accounts
    above("take-over-as-fees", &["I2"], || Box::new(Misposted(entries::take_over_as_fees))),
    above("found-as-fees", &["I2"], || Box::new(Misposted(entries::found_as_fees))),
    above("count-as-found", &["I2"], || Box::new(Misposted(entries::count_as_found))),
    above("doubt-as-paid", &["I2"], || Box::new(Misposted(entries::doubt_as_paid))),
    above("slip-as-fees", &["I2"], || Box::new(Misposted(entries::slip_as_fees))),
    above("all-in-drum-one", &["I2"], || Box::new(Misposted(entries::every_note_in_the_first_drum))),
    // Papers and results
    above("tendered-exactly", &["I8"], || Box::new(Receipts(papers::tendered_exactly))),
    above("received-what-was-inserted", &["I8"], || Box::new(Receipts(papers::received_what_was_inserted))),
    above("no-change-on-paper", &["I8"], || Box::new(Receipts(papers::no_change))),
    above("slip-unmentioned", &["I8"], || Box::new(Receipts(papers::nothing_owed))),
    above("receipt-of-the-one-before", &["I8"], || Box::<BillBefore>::default()),
    above("slip-rounded", &["I8"], || Box::new(Slips(papers::rounded_down))),
    above("slip-code-drawn-anew", &["I8"], || Box::new(Slips(papers::drawn_anew))),
    above("unmarked", &["I8"], || Box::new(Unmarked)),
    above("result-without-payout", &["I7"], || Box::new(Results(papers::nothing_paid_out))),
    above("result-of-first-revision", &["I7"], || Box::new(Results(papers::first_revision))),
    above("result-without-number", &["I7"], || Box::new(Results(papers::no_numbers))),
    above("result-without-tenders", &["I7"], || Box::new(Results(papers::no_tenders))),
    above("result-with-another-sum", &["I7"], || Box::new(Results(papers::due_is_what_was_inserted))),
    above("cancelled-told-as-paid", &["I7"], || Box::new(Results(papers::cancelled_is_paid))),
    above("result-lost", &["I7", "I10"], || Box::new(NoResults)),
    // After a break. What was forgotten then is missing in the books that are carried forward in the night, too.
    above("recovery-forgets-counters", &["I3", "I5", "I12"], || {
        Box::new(Forgets(|entry| matches!(entry, Entry::Payout(PayoutEntry::PayoutPrepared { .. }))))
    }),
    above("recovery-forgets-stacking", &["I3", "I4", "I12"], || {
        Box::new(Forgets(|entry| matches!(entry, Entry::Cash(CashEntry::StackIntended { .. }))))
    }),
    above("recovery-forgets-printing", &["I8", "I12"], || {
        Box::new(Forgets(|entry| matches!(entry, Entry::Paper(PaperEntry::PrintIntended { .. }))))
    }),
    above("recovery-forgets-units", &["I13", "I12"], || {
        Box::new(Forgets(|entry| matches!(entry, Entry::Doubt(DoubtEntry::UnitCounted { .. }))))
    }),
    above("recovery-credits-what-is-found", &["I3", "I4"], || Box::<FoundCoins>::default()),
    above("recovery-tells-last-coin-again", &["I4"], || Box::new(Causes(steps::last_coin_not_told))),
    above("break-not-measured", &["K17", "I12"], || Box::new(BreakNotMeasured)),
    // The journal
    above("clock-believed", &["I17", "I7"], || Box::<ClockBelieved>::default()),
    above("fsync-lies", &["I8", "I10", "I12"], || Box::<FsyncLies>::default()),
    above("books-carried-wrong", &["I12"], || Box::new(BooksLackReceipt)),
    above("append-torn", &["I4", "I5", "I12"], || Box::<Torn>::default()),
    // Bills, and what people see
    above("bill-kept-in-mind", &["K6"], || Box::<CachedBills>::default()),
    above("bill-known-by-revision", &["K6"], || Box::new(RevisionInId)),
    above("name-on-screen", &["I14"], || Box::<NameOnScreen>::default()),
    above("name-in-journal", &["I14"], || Box::<NameInJournal>::default()),
    above("suspended-too-soon", &["I15"], || Box::new(SuspendedTooSoon)),
    above("limit-unsaid", &["K18"], || Box::new(LimitUnsaid)),
    above("false-reason", &["K18"], || Box::new(FalseReason)),
    above("coins-where-notes-were-offered", &["K18"], || Box::new(Rewritten(entries::taken_in_coins))),
    above("screen-one-piece-behind", &["I15"], || Box::<OnePieceBehind>::default()),
];
