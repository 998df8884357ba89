//! The names under which happenings are counted.

use api::{Decision, IncidentDoubt, IncidentSaid, Outcome, PaperAnswer, Takes, UnitKind};
use device_api::{DispenseEnd, Disturbance, Paper, PrintCause, PrinterStatus, ShortCause, UnitTrouble};
use engine::{
    CallEntry, CallReason, CashEntry, Discrepancy, DoubtEntry, Entry, IncidentEntry, MachineEntry, Means,
    PaperEntry, PaymentEntry, PayoutEntry, PrintMark, RefusalReason, TenderEntry,
};
use serde_json::Value;

use crate::carrier::Damage;
use crate::surroundings::{BillingAct, ClockSays, Device, Disk};
use crate::world::KilledAt;
use crate::world::put_back::PutBack;

pub(super) fn of_entry(entry: &Entry) -> Option<&'static str> {
    match entry {
        Entry::Machine(MachineEntry::JournalBegun { .. }) => None,
        Entry::Machine(MachineEntry::BooksCarried) => Some("books_carried"),
        Entry::Machine(MachineEntry::ClockDoubted { .. }) => Some("clock_doubted"),
        Entry::Machine(MachineEntry::ClockConfirmed { .. }) => Some("clock_confirmed"),
        Entry::Machine(MachineEntry::MachineStarted) => Some("started"),
        Entry::Machine(MachineEntry::MachineHalted { .. }) => Some("halted"),
        Entry::Cash(entry) => of_cash(entry),
        Entry::Payout(entry) => of_payout(entry),
        Entry::Tender(entry) => of_tender(entry),
        Entry::Payment(entry) => of_payment(entry),
        Entry::Paper(entry) => of_paper(entry),
        Entry::Call(CallEntry::StaffCalled { reason }) => Some(of_call(*reason)),
        Entry::Doubt(DoubtEntry::DoubtSettled { .. }) => Some("doubt.settled"),
        Entry::Incident(IncidentEntry::IncidentOpened { doubt, .. }) => Some(match doubt {
            IncidentDoubt::MoneyFound => "incident.money_found",
            IncidentDoubt::PiecesUnaccounted => "incident.pieces_unaccounted",
            IncidentDoubt::PayoutUnknown => "incident.payout_unknown",
            IncidentDoubt::NoteUnknown => "incident.note_unknown",
        }),
        Entry::Incident(IncidentEntry::IncidentSettled { said, .. }) => Some(match said {
            IncidentSaid::ReturnedToPatient => "incident.settled.returned_to_patient",
            IncidentSaid::HandedOver => "incident.settled.handed_over",
            IncidentSaid::LeftWithPatient => "incident.settled.left_with_patient",
            IncidentSaid::CountedInMachine => "incident.settled.counted_in_machine",
            IncidentSaid::OverShort => "incident.settled.over_short",
        }),
        // Steps on the way to what is counted, here and below; how far doubts reach is counted in `doubts`.
        Entry::Call(CallEntry::CallAnswered { .. })
        | Entry::Doubt(DoubtEntry::UnitCounted { .. } | DoubtEntry::DoubtOpened { .. })
        | Entry::Incident(IncidentEntry::FoundSuspended { .. } | IncidentEntry::MissingSuspended { .. }) => {
            None
        }
    }
}

fn of_cash(entry: &CashEntry) -> Option<&'static str> {
    Some(match entry {
        CashEntry::NoteCredited { .. } => "note.credited",
        CashEntry::NoteReturned { .. } => "note.returned",
        CashEntry::NoteFound { .. } => "note.found",
        CashEntry::NoteRefused { reason, .. } => of_refusal(*reason),
        CashEntry::CoinCredited { .. } => "coin.credited",
        CashEntry::CoinFound { .. } => "coin.found",
        CashEntry::CoinsUnaccounted { .. } => "coin.unaccounted",
        CashEntry::StockSet { before, counted, .. } if before != counted => "stock.differs",
        CashEntry::StockSet { .. } => "stock.agrees",
        CashEntry::EventsTold { .. } => "coin.events_told",
        CashEntry::StackIntended { .. } | CashEntry::NoteStored { .. } => return None,
    })
}

fn of_payout(entry: &PayoutEntry) -> Option<&'static str> {
    match entry {
        PayoutEntry::NotesRetracted { .. } => Some("payout.drawn_back_to_cash_box"),
        PayoutEntry::PayoutDisturbed { what, .. } => Some(of_disturbance(*what)),
        PayoutEntry::PayoutEnded { end, .. } => Some(of_payout_end(*end)),
        PayoutEntry::PayoutIntended { .. } | PayoutEntry::PayoutPrepared { .. } => None,
    }
}

fn of_payment(entry: &PaymentEntry) -> Option<&'static str> {
    Some(match entry {
        PaymentEntry::PaymentOpened { .. } => "payment.opened",
        PaymentEntry::PaymentConfirmed { .. } => "payment.confirmed",
        PaymentEntry::ReturnDecided { .. } => "payment.cancelled_by_patient",
        PaymentEntry::PaymentSuspended { discrepancy, .. } => of_discrepancy(discrepancy),
        PaymentEntry::PaymentDecided { decision: Decision::Continue, .. } => "decision.continue",
        PaymentEntry::PaymentDecided { decision: Decision::Return, .. } => "decision.return",
        PaymentEntry::PaymentClosed { outcome, .. } => of_outcome(outcome),
        PaymentEntry::PaymentResumed { .. }
        | PaymentEntry::ResultDelivered { .. }
        | PaymentEntry::PrivateErased { .. } => return None,
    })
}

fn of_tender(entry: &TenderEntry) -> Option<&'static str> {
    match entry {
        TenderEntry::TenderIntended { means: Means::Cash { takes, .. }, .. } => match takes {
            Takes::NotesAndCoins => None,
            Takes::Notes => Some("tender.notes_alone"),
            Takes::Coins => Some("tender.coins_alone"),
        },
        TenderEntry::TenderTaken { .. } => Some("tender.taken"),
        TenderEntry::TenderVoid { .. } => Some("tender.void"),
        TenderEntry::TenderUnknown { .. } => Some("tender.unknown"),
    }
}

fn of_paper(entry: &PaperEntry) -> Option<&'static str> {
    Some(match entry {
        PaperEntry::PrintIntended { mark: PrintMark::Original, .. } => "paper.original",
        PaperEntry::PrintIntended { mark: PrintMark::BadPrint, .. } => "paper.printed_again",
        PaperEntry::PrintIntended { mark: PrintMark::Reissued, .. } => "paper.reissued",
        PaperEntry::PrintNotStarted { cause, .. } | PaperEntry::PrintUnknown { cause, .. } => {
            of_print_cause(*cause)
        }
        PaperEntry::PrintAnswered { answer: PaperAnswer::Complete, .. } => "paper.answer.complete",
        PaperEntry::PrintAnswered { answer: PaperAnswer::Incomplete, .. } => "paper.answer.incomplete",
        PaperEntry::PrintAnswered { answer: PaperAnswer::Unknown, .. } => "paper.answer.unknown",
        PaperEntry::PrintAnswered { answer: PaperAnswer::WrittenByHand, .. } => {
            "paper.answer.written_by_hand"
        }
        PaperEntry::Printed { .. } => return None,
    })
}

fn of_outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Paid => "outcome.paid",
        Outcome::PaidShort { .. } => "outcome.paid_short",
        Outcome::Cancelled { owed_to_patient, .. } if !owed_to_patient.is_zero() => "outcome.cancelled_short",
        Outcome::Cancelled { returned, .. } if returned.is_zero() => "outcome.cancelled_untouched",
        Outcome::Cancelled { .. } => "outcome.cancelled",
        Outcome::TakenOverByStaff { .. } => "outcome.taken_over_by_staff",
    }
}

fn of_discrepancy(discrepancy: &Discrepancy) -> &'static str {
    match discrepancy {
        Discrepancy::Interrupted => "discrepancy.interrupted",
        Discrepancy::UnitFailed { part, .. } => match part.unit.kind {
            UnitKind::Notes => "discrepancy.note_unit",
            UnitKind::Coins => "discrepancy.coin_unit",
        },
        Discrepancy::BillChanged => "discrepancy.bill_changed",
        Discrepancy::CoinsUnaccounted => "discrepancy.coins_unaccounted",
        Discrepancy::PayoutUnknown => "discrepancy.payout_unknown",
        Discrepancy::UnexpectedNote { .. } => "discrepancy.unexpected_note",
        Discrepancy::CountsDiffer { .. } => "discrepancy.counts_differ",
        Discrepancy::UnitInDoubt => "discrepancy.unit_in_doubt",
        Discrepancy::BillsMissing => "discrepancy.bills_missing",
    }
}

fn of_refusal(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::DoesNotFit => "note.refused.does_not_fit",
        RefusalReason::PatientTookBack => "note.refused.patient_took_back",
        RefusalReason::NoLongerAccepting => "note.refused.no_longer_accepting",
        RefusalReason::NoPayment => "note.refused.no_payment",
        RefusalReason::OneAtATime => "note.refused.one_at_a_time",
    }
}

fn of_payout_end(end: DispenseEnd) -> &'static str {
    match end {
        DispenseEnd::Complete => "payout.complete",
        DispenseEnd::Short { cause: ShortCause::Empty, .. } => "payout.short.empty",
        DispenseEnd::Short { cause: ShortCause::NotTaken, .. } => "payout.short.not_taken",
        DispenseEnd::Short { cause: ShortCause::Jam, .. } => "payout.short.jam",
        DispenseEnd::Short { cause: ShortCause::Refused, .. } => "payout.short.refused",
        DispenseEnd::Unknown { .. } => "payout.unknown",
    }
}

fn of_disturbance(what: Disturbance) -> &'static str {
    match what {
        Disturbance::PowerLost => "payout.disturbed.power_lost",
        Disturbance::FailedWhileOffered => "payout.disturbed.failed_while_offered",
        Disturbance::NotTaken => "payout.disturbed.not_taken",
        Disturbance::WentBack => "payout.disturbed.went_back",
    }
}

fn of_print_cause(cause: PrintCause) -> &'static str {
    match cause {
        PrintCause::NotResponding => "paper.trouble.not_responding",
        PrintCause::CoverOpen => "paper.trouble.cover_open",
        PrintCause::PaperEnd => "paper.trouble.paper_end",
        PrintCause::Error => "paper.trouble.error",
        PrintCause::PowerLost => "paper.trouble.power_lost",
        PrintCause::Interrupted => "paper.trouble.interrupted",
        PrintCause::NotPrintable => "paper.trouble.not_printable",
    }
}

fn of_call(reason: CallReason) -> &'static str {
    match reason {
        CallReason::Patient => "call.patient",
        CallReason::Waiting => "call.waiting",
        CallReason::Stuck => "call.stuck",
        CallReason::Suspended => "call.suspended",
        CallReason::Paper => "call.paper",
        CallReason::FoundMoney => "call.found_money",
        CallReason::Owed => "call.owed",
        CallReason::Stock => "call.stock",
        CallReason::Billing => "call.billing",
        CallReason::Doubt => "call.doubt",
        CallReason::Records => "call.records",
        CallReason::OutOfOrder => "call.out_of_order",
    }
}

pub(super) fn of_note_trouble(trouble: &UnitTrouble) -> &'static str {
    match trouble {
        UnitTrouble::NotResponding => "trouble.notes.not_responding",
        UnitTrouble::Jam => "trouble.notes.jam",
        UnitTrouble::Empty => "trouble.notes.empty",
        UnitTrouble::CashBoxRemoved => "trouble.notes.cash_box_removed",
        UnitTrouble::CashBoxFull => "trouble.notes.cash_box_full",
        UnitTrouble::Manipulated => "trouble.notes.manipulated",
        UnitTrouble::Broken { .. } => "trouble.notes.broken",
        UnitTrouble::UnknownValues { .. } => "trouble.notes.unknown_values",
        UnitTrouble::NoteOfUnknownFate => "trouble.notes.note_of_unknown_fate",
        UnitTrouble::NeedsPowerCycle => "trouble.notes.needs_power_cycle",
    }
}

pub(super) fn of_coin_trouble(trouble: &UnitTrouble) -> &'static str {
    match trouble {
        UnitTrouble::NotResponding => "trouble.coins.not_responding",
        UnitTrouble::Jam => "trouble.coins.jam",
        UnitTrouble::Empty => "trouble.coins.empty",
        UnitTrouble::CashBoxRemoved => "trouble.coins.cash_box_removed",
        UnitTrouble::CashBoxFull => "trouble.coins.cash_box_full",
        UnitTrouble::Manipulated => "trouble.coins.manipulated",
        UnitTrouble::Broken { .. } => "trouble.coins.broken",
        UnitTrouble::UnknownValues { .. } => "trouble.coins.unknown_values",
        UnitTrouble::NoteOfUnknownFate => "trouble.coins.piece_of_unknown_fate",
        UnitTrouble::NeedsPowerCycle => "trouble.coins.needs_power_cycle",
    }
}

pub(super) fn of_printer_status(status: PrinterStatus) -> Option<&'static str> {
    if !status.responding {
        return Some("trouble.printer.not_responding");
    }
    if status.cover_open {
        return Some("trouble.printer.cover_open");
    }
    match status.paper {
        Paper::End => Some("trouble.printer.paper_end"),
        Paper::Ok | Paper::NearEnd => status.error.then_some("trouble.printer.error"),
    }
}

pub(super) fn of_kill(at: KilledAt) -> &'static str {
    match at {
        KilledAt::BeforeAppend => "fault.killed.before_append",
        KilledAt::AfterAppend => "fault.killed.after_append",
        KilledAt::AfterOutput => "fault.killed.after_output",
    }
}

/// An older journal in the place of the newest.
pub(super) fn of_put_back(what: PutBack) -> &'static str {
    match what {
        PutBack::WithoutLog => "journal.without_log",
        PutBack::Copy => "journal.copy_put_back",
    }
}

/// Whether units have counted something of what is lost.
pub(super) fn of_lost(shown: bool) -> &'static str {
    match shown {
        true => "journal.lost.shown_by_units",
        false => "journal.lost.shown_by_nothing",
    }
}

/// Money that somebody moved outside the books.
pub(super) fn of_move(device: Device, command: &str) -> Option<&'static str> {
    let words: Vec<&str> = command.split(' ').collect();
    Some(match (device.first_of_its_kind(), words.as_slice()) {
        (Device::Cctalk, ["hopper", _, "fill", _]) => "moved.into_hopper",
        (Device::Cctalk, ["hopper", _, "empty"]) => "moved.out_of_hopper",
        (Device::Id003, ["drum", _, "fill", _]) => "moved.into_drum",
        (Device::Id003, ["drum", _, "take", _]) => "moved.out_of_drum",
        _ => return None,
    })
}

/// The program was killed while it waited for the disk.
pub(super) fn of_append_cut_short(is_written: bool) -> &'static str {
    match is_written {
        true => "fault.killed.append_under_way.written",
        false => "fault.killed.append_under_way.lost",
    }
}

/// The program has ended as it was told.
pub(super) fn of_stop(all_closed: bool) -> &'static str {
    match all_closed {
        true => "stopped.all_closed",
        false => "stopped.something_open",
    }
}

/// Of what people do only what makes things worse, and only what devices do not tell by themselves.
pub(super) fn of_act(device: Device, command: &str) -> Option<&'static str> {
    let words: Vec<&str> = command.split(' ').collect();
    Some(match (device.first_of_its_kind(), words.as_slice()) {
        (Device::Id003, ["unplug"]) => "fault.notes.unplugged",
        (Device::Cctalk, ["unplug"]) => "fault.coins.unplugged",
        (Device::Escpos, ["unplug"]) => "fault.printer.unplugged",
        (Device::Scanner, ["unplug"]) => "fault.scanner.unplugged",
        (Device::Id003, ["power", "cut"]) => "fault.notes.power_cut",
        (Device::Cctalk, ["power", "cut"]) => "fault.coins.power_cut",
        (Device::Cctalk, ["power", "cut", "acceptor"]) => "fault.acceptor.power_cut",
        (Device::Cctalk, ["power", "cut", "hopper", _]) => "fault.hopper.power_cut",
        (Device::Escpos, ["power", "cut"]) => "fault.printer.power_cut",
        (Device::Scanner, ["power", "cut"]) => "fault.scanner.power_cut",
        (Device::Id003, ["stall", "on"]) => "fault.notes.stands_still",
        (Device::Cctalk, ["stall", "on"]) => "fault.coins.stand_still",
        (Device::Id003, ["slow" | "uneven" | "looks-every", _]) => "fault.notes.slow",
        (Device::Cctalk, ["slow" | "uneven" | "looks-every", _]) => "fault.coins.slow",
        (Device::Cctalk, ["hopper", _, "jam"]) => "fault.hopper.jam",
        (Device::Cctalk, ["hopper", _, "empty"]) => "fault.hopper.emptied",
        (Device::Cctalk, ["hopper", _, "exchange"]) => "tampered.hopper_exchanged",
        (Device::Cctalk, ["hopper", _, "pay-outside", _]) => "tampered.paid_outside",
        (Device::Cctalk, ["jam", "acceptor"]) => "fault.acceptor.jam",
        (Device::Cctalk, ["deceive", _]) => "fault.coins.check_sum_deceives",
        (Device::Escpos, ["cover", "open"]) => "fault.printer.cover_opened",
        (Device::Escpos, ["cutter", "jam"]) => "fault.printer.cutter_jam",
        _ => return None,
    })
}

/// How a disk fails.
pub(super) fn of_clock(says: ClockSays) -> Option<&'static str> {
    match says {
        ClockSays::Right => None,
        ClockSays::NeverSet => Some("fault.clock.never_set"),
        ClockSays::Off(seconds) if seconds < 0 => Some("fault.clock.behind"),
        ClockSays::Off(_) => Some("fault.clock.ahead"),
    }
}

pub(super) fn of_disk(disk: Disk) -> Option<&'static str> {
    match disk {
        Disk::Sound => None,
        Disk::Full => Some("fault.disk.full"),
        Disk::ReadOnly => Some("fault.disk.read_only"),
        Disk::Denying => Some("fault.disk.denying"),
    }
}

/// What makes things worse on the side of the billing system.
pub(super) fn of_billing(act: &BillingAct) -> Option<&'static str> {
    Some(match act {
        BillingAct::BridgeAway => "fault.billing.bridge_away",
        BillingAct::FolderAway => "fault.billing.folder_away",
        BillingAct::Silent => "fault.billing.silent",
        BillingAct::Latency(time) if !time.is_zero() => "fault.billing.slow",
        BillingAct::RefuseNextResult => "fault.billing.result_refused",
        BillingAct::WrongFile { .. } => "fault.billing.wrong_file",
        BillingAct::BridgeBack
        | BillingAct::FolderBack
        | BillingAct::Speaking
        | BillingAct::Latency(_)
        | BillingAct::TakeResults
        | BillingAct::NoWrongFiles => return None,
    })
}

/// What a device tells of itself.
pub(super) fn of_happening(what: &Value) -> Option<&'static str> {
    Some(match (what["happened"].as_str()?, what["place"].as_str()) {
        ("jammed", Some("acceptor")) => "fault.notes.jam_in_acceptor",
        ("jammed", Some("stacker")) => "fault.notes.jam_in_stacker",
        ("jammed", Some("payout")) => "fault.notes.jam_in_payout",
        ("inserted", _) if what["second"] == true => "fault.notes.second_note",
        ("pulled_back", _) => "fault.notes.pulled_back",
        ("retracted", _) => "note.drawn_back",
        ("uncounted_out", _) => match what["value"].as_i64() {
            Some(1_000..) => "miscounted.note_out",
            _ => "miscounted.coin_out",
        },
        ("uncounted_in", _) => "miscounted.coin_in",
        ("broken", _) => "fault.notes.broken",
        ("cash_box", _) if what["in_place"] == false => "fault.notes.cash_box_removed",
        _ => return None,
    })
}

pub(super) fn of_damage(device: Device, damage: Damage) -> &'static str {
    match (device, damage) {
        (Device::Id003 | Device::SecondId003, Damage::Lost) => "fault.notes.line.lost",
        (Device::Id003 | Device::SecondId003, Damage::ByteLost) => "fault.notes.line.byte_lost",
        (Device::Id003 | Device::SecondId003, Damage::BitFlipped) => "fault.notes.line.bit_flipped",
        (Device::Id003 | Device::SecondId003, Damage::Doubled) => "fault.notes.line.doubled",
        (Device::Id003 | Device::SecondId003, Damage::Late(_)) => "fault.notes.line.late",
        (Device::Cctalk | Device::SecondCctalk, Damage::Lost) => "fault.coins.line.lost",
        (Device::Cctalk | Device::SecondCctalk, Damage::ByteLost) => "fault.coins.line.byte_lost",
        (Device::Cctalk | Device::SecondCctalk, Damage::BitFlipped) => "fault.coins.line.bit_flipped",
        (Device::Cctalk | Device::SecondCctalk, Damage::Doubled) => "fault.coins.line.doubled",
        (Device::Cctalk | Device::SecondCctalk, Damage::Late(_)) => "fault.coins.line.late",
        (Device::Escpos, Damage::Lost) => "fault.printer.line.lost",
        (Device::Escpos, Damage::ByteLost) => "fault.printer.line.byte_lost",
        (Device::Escpos, Damage::BitFlipped) => "fault.printer.line.bit_flipped",
        (Device::Escpos, Damage::Doubled) => "fault.printer.line.doubled",
        (Device::Escpos, Damage::Late(_)) => "fault.printer.line.late",
        (Device::Scanner, Damage::Lost) => "fault.scanner.line.lost",
        (Device::Scanner, Damage::ByteLost) => "fault.scanner.line.byte_lost",
        (Device::Scanner, Damage::BitFlipped) => "fault.scanner.line.bit_flipped",
        (Device::Scanner, Damage::Doubled) => "fault.scanner.line.doubled",
        (Device::Scanner, Damage::Late(_)) => "fault.scanner.line.late",
    }
}
