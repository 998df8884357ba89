//! What units say of themselves.

use api::{DoubtId, DoubtReach, DoubtSaid, PaymentId, ReceiptNumber};
use device_api::{PartId, Place, UnitCounts, UnitPart};
use engine::{Discrepancy, DoubtCause, DoubtEntry, Entry, PaymentEntry};

use super::{COINS, Golden, NOTES, PAYMENT, store};

const HOPPER: PartId = PartId { unit: COINS, part: UnitPart::Hopper(5) };

/// What they say, and what a person says of it.
pub(super) fn lines() -> Vec<Golden> {
    [counted(), opened(), settlements()].concat()
}

fn counted() -> Vec<Golden> {
    let notes = UnitCounts { serial: None, stacked_total: Some(700), paid_out_total: Some(90) };
    vec![
        (
            Entry::Doubt(DoubtEntry::UnitCounted { part: HOPPER, counts: hopper(1_000) }),
            r#"{"v":2,"family":"doubt","type":"unit_counted","part":"coins/hopper-5","counts":{"serial":12345,"paid_out_total":1000}}"#,
        ),
        (
            Entry::Doubt(DoubtEntry::UnitCounted { part: PartId::acceptor(NOTES), counts: notes }),
            r#"{"v":2,"family":"doubt","type":"unit_counted","part":"notes/acceptor","counts":{"stacked_total":700,"paid_out_total":90}}"#,
        ),
    ]
}

fn opened() -> Vec<Golden> {
    let doubt = DoubtId(3);
    vec![
        (
            Entry::Doubt(DoubtEntry::DoubtOpened {
                doubt,
                part: HOPPER,
                cause: DoubtCause::CountedMore,
                reach: DoubtReach::Records,
                expected: hopper(1_000),
                reported: hopper(1_003),
                since: 41,
                stores: vec![store(COINS, Place::Hopper(5))],
            }),
            r#"{"v":2,"family":"doubt","type":"doubt_opened","doubt":3,"part":"coins/hopper-5","cause":"counted_more","expected":{"serial":12345,"paid_out_total":1000},"reported":{"serial":12345,"paid_out_total":1003},"since":41,"stores":["coins/hopper-5"]}"#,
        ),
        (
            Entry::Doubt(DoubtEntry::DoubtOpened {
                doubt,
                part: HOPPER,
                cause: DoubtCause::CountedMore,
                reach: DoubtReach::PartAlone,
                expected: hopper(1_000),
                reported: hopper(1_003),
                since: 41,
                stores: vec![store(COINS, Place::Hopper(5))],
            }),
            r#"{"v":2,"family":"doubt","type":"doubt_opened","doubt":3,"part":"coins/hopper-5","cause":"counted_more","reach":"part_alone","expected":{"serial":12345,"paid_out_total":1000},"reported":{"serial":12345,"paid_out_total":1003},"since":41,"stores":["coins/hopper-5"]}"#,
        ),
        (
            Entry::Doubt(DoubtEntry::DoubtOpened {
                doubt,
                part: PartId::acceptor(COINS),
                cause: DoubtCause::OtherUnit,
                reach: DoubtReach::Records,
                expected: UnitCounts { serial: Some(1), ..UnitCounts::default() },
                reported: UnitCounts { serial: Some(2), ..UnitCounts::default() },
                since: 1,
                stores: vec![],
            }),
            r#"{"v":2,"family":"doubt","type":"doubt_opened","doubt":3,"part":"coins/acceptor","cause":"other_unit","expected":{"serial":1},"reported":{"serial":2},"since":1,"stores":[]}"#,
        ),
        (
            Entry::Doubt(DoubtEntry::DoubtOpened {
                doubt,
                part: PartId::acceptor(NOTES),
                cause: DoubtCause::CountedLess,
                reach: DoubtReach::Records,
                expected: UnitCounts { stacked_total: Some(2), ..UnitCounts::default() },
                reported: UnitCounts { stacked_total: Some(1), ..UnitCounts::default() },
                since: 1,
                stores: vec![store(NOTES, Place::Drum(1))],
            }),
            r#"{"v":2,"family":"doubt","type":"doubt_opened","doubt":3,"part":"notes/acceptor","cause":"counted_less","expected":{"stacked_total":2},"reported":{"stacked_total":1},"since":1,"stores":["notes/drum-1"]}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::UnitInDoubt,
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"unit_in_doubt"}}"#,
        ),
        (
            Entry::Payment(PaymentEntry::PaymentSuspended {
                payment: PAYMENT,
                discrepancy: Discrepancy::BillsMissing,
            }),
            r#"{"v":2,"family":"payment","type":"payment_suspended","payment":12,"discrepancy":{"kind":"bills_missing"}}"#,
        ),
    ]
}

fn settlements() -> Vec<Golden> {
    vec![
        settled(
            DoubtSaid::Counted,
            r#"{"v":2,"family":"doubt","type":"doubt_settled","doubt":3,"said":"counted","newest_receipt":17,"newest_payment":12,"by":"佐藤"}"#,
        ),
        settled(
            DoubtSaid::OtherUnit,
            r#"{"v":2,"family":"doubt","type":"doubt_settled","doubt":3,"said":"other_unit","newest_receipt":17,"newest_payment":12,"by":"佐藤"}"#,
        ),
        settled(
            DoubtSaid::MovedByTechnician,
            r#"{"v":2,"family":"doubt","type":"doubt_settled","doubt":3,"said":"moved_by_technician","newest_receipt":17,"newest_payment":12,"by":"佐藤"}"#,
        ),
        settled(
            DoubtSaid::JournalRestored,
            r#"{"v":2,"family":"doubt","type":"doubt_settled","doubt":3,"said":"journal_restored","newest_receipt":17,"newest_payment":12,"by":"佐藤"}"#,
        ),
    ]
}

fn hopper(total: u32) -> UnitCounts {
    UnitCounts { serial: Some(12_345), stacked_total: None, paid_out_total: Some(total) }
}

fn settled(said: DoubtSaid, bytes: &'static str) -> Golden {
    let (newest_receipt, newest_payment) = (ReceiptNumber(17), PaymentId(12));
    let entry = Entry::Doubt(DoubtEntry::DoubtSettled {
        doubt: DoubtId(3),
        said,
        newest_receipt,
        newest_payment,
        by: super::staff("佐藤"),
    });
    (entry, bytes)
}
