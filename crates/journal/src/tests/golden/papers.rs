//! Papers, and what people are called for and say.

use api::{PaperAnswer, WallTime};
use device_api::PrintCause;
use engine::{CallEntry, CallReason, Entry, MachineEntry, PaperEntry, PaymentEntry, PrintMark, Subject};

use super::{Golden, JOB, PAYMENT};

/// Papers, then what people are called for, then what they answer.
pub(super) fn lines() -> Vec<Golden> {
    [printed(), people(), answers()].concat()
}

fn printed() -> Vec<Golden> {
    vec![
        (
            Entry::Paper(PaperEntry::PrintIntended { job: JOB, attempt: 0, mark: PrintMark::Original }),
            r#"{"v":2,"family":"paper","type":"print_intended","job":34,"attempt":0,"mark":"original"}"#,
        ),
        (
            Entry::Paper(PaperEntry::PrintIntended { job: JOB, attempt: 1, mark: PrintMark::BadPrint }),
            r#"{"v":2,"family":"paper","type":"print_intended","job":34,"attempt":1,"mark":"bad_print"}"#,
        ),
        (
            Entry::Paper(PaperEntry::PrintIntended { job: JOB, attempt: 2, mark: PrintMark::Reissued }),
            r#"{"v":2,"family":"paper","type":"print_intended","job":34,"attempt":2,"mark":"reissued"}"#,
        ),
        (
            Entry::Paper(PaperEntry::Printed { job: JOB }),
            r#"{"v":2,"family":"paper","type":"printed","job":34}"#,
        ),
        (
            Entry::Paper(PaperEntry::PrintNotStarted { job: JOB, cause: PrintCause::NotResponding }),
            r#"{"v":2,"family":"paper","type":"print_not_started","job":34,"cause":"not_responding"}"#,
        ),
        (
            Entry::Paper(PaperEntry::PrintNotStarted { job: JOB, cause: PrintCause::CoverOpen }),
            r#"{"v":2,"family":"paper","type":"print_not_started","job":34,"cause":"cover_open"}"#,
        ),
        (
            Entry::Paper(PaperEntry::PrintUnknown { job: JOB, cause: PrintCause::PaperEnd }),
            r#"{"v":2,"family":"paper","type":"print_unknown","job":34,"cause":"paper_end"}"#,
        ),
        (
            Entry::Paper(PaperEntry::PrintUnknown { job: JOB, cause: PrintCause::Error }),
            r#"{"v":2,"family":"paper","type":"print_unknown","job":34,"cause":"error"}"#,
        ),
        (
            Entry::Paper(PaperEntry::PrintUnknown { job: JOB, cause: PrintCause::PowerLost }),
            r#"{"v":2,"family":"paper","type":"print_unknown","job":34,"cause":"power_lost"}"#,
        ),
        (
            Entry::Paper(PaperEntry::PrintAnswered {
                job: JOB,
                answer: PaperAnswer::Unknown,
                by: super::staff("鈴木"),
            }),
            r#"{"v":2,"family":"paper","type":"print_answered","job":34,"answer":"unknown","by":"鈴木"}"#,
        ),
    ]
}

fn people() -> Vec<Golden> {
    vec![
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Patient }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"patient"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Stuck }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"stuck"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Waiting }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"waiting"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Suspended }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"suspended"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Paper }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"paper"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::FoundMoney }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"found_money"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Owed }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"owed"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Stock }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"stock"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Billing }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"billing"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Doubt }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"doubt"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::Records }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"records"}"#,
        ),
        (
            Entry::Call(CallEntry::StaffCalled { reason: CallReason::OutOfOrder }),
            r#"{"v":2,"family":"call","type":"staff_called","reason":"out_of_order"}"#,
        ),
        (
            Entry::Machine(MachineEntry::MachineHalted { since: WallTime(1_800_000_000) }),
            r#"{"v":2,"family":"machine","type":"machine_halted","since":1800000000}"#,
        ),
    ]
}

fn answers() -> Vec<Golden> {
    vec![
        (
            Entry::Call(CallEntry::CallAnswered { reason: None, by: super::staff("鈴木") }),
            r#"{"v":2,"family":"call","type":"call_answered","by":"鈴木"}"#,
        ),
        (
            Entry::Call(CallEntry::CallAnswered {
                reason: Some(CallReason::Owed), by: super::staff("鈴木")
            }),
            r#"{"v":2,"family":"call","type":"call_answered","reason":"owed","by":"鈴木"}"#,
        ),
        (
            Entry::Payment(PaymentEntry::ResultDelivered { payment: PAYMENT }),
            r#"{"v":2,"family":"payment","type":"result_delivered","payment":12}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PrivateErased { subject: Subject::Payment(PAYMENT) }),
            r#"{"v":2,"family":"payment","type":"private_erased","subject":"payment 12"}"#,
        ),
    ]
}
