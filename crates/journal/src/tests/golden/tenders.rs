//! Do not change these lines: see the file beside this folder.

use std::collections::BTreeMap;

use api::Takes;
use device_api::{DeviceCounts, UnitId};
use engine::{Entry, Means, TenderEntry};
use money::Yen;

use super::{Golden, NOTES, TENDER, counts};

pub(super) fn lines() -> Vec<Golden> {
    let kept = Yen::new(1_730);
    vec![
        (
            intended(Takes::NotesAndCoins, &[(NOTES, counts(5, Some(700)))]),
            r#"{"v":2,"family":"tender","type":"tender_intended","tender":"12-1","asked":1730,"means":{"means":"cash","takes":"notes_and_coins","counts_before":{"notes":{"drums":[[1000,5]],"stacked_total":700}}}}"#,
        ),
        (
            intended(
                Takes::Notes,
                &[
                    (NOTES, DeviceCounts { paid_out_total: Some(90), ..counts(0, None) }),
                    (UnitId::fixed("notes-2"), counts(1, None)),
                ],
            ),
            r#"{"v":2,"family":"tender","type":"tender_intended","tender":"12-1","asked":1730,"means":{"means":"cash","takes":"notes","counts_before":{"notes":{"drums":[],"stacked_total":null,"paid_out_total":90},"notes-2":{"drums":[[1000,1]],"stacked_total":null}}}}"#,
        ),
        (
            intended(Takes::Coins, &[]),
            r#"{"v":2,"family":"tender","type":"tender_intended","tender":"12-1","asked":1730,"means":{"means":"cash","takes":"coins"}}"#,
        ),
        (
            Entry::Tender(TenderEntry::TenderTaken { tender: TENDER, kept }),
            r#"{"v":2,"family":"tender","type":"tender_taken","tender":"12-1","kept":1730}"#,
        ),
        (
            Entry::Tender(TenderEntry::TenderVoid { tender: TENDER, kept: Yen::ZERO }),
            r#"{"v":2,"family":"tender","type":"tender_void","tender":"12-1","kept":0}"#,
        ),
        (
            Entry::Tender(TenderEntry::TenderUnknown { tender: TENDER, kept }),
            r#"{"v":2,"family":"tender","type":"tender_unknown","tender":"12-1","kept":1730}"#,
        ),
    ]
}

fn intended(takes: Takes, counts_before: &[(UnitId, DeviceCounts)]) -> Entry {
    let counts_before: BTreeMap<_, _> = counts_before.iter().copied().collect();
    let (asked, means) = (Yen::new(1_730), Means::Cash { takes, counts_before });
    Entry::Tender(TenderEntry::TenderIntended { tender: TENDER, asked, means })
}
