//! Do not change these lines: see the file beside this folder.

use api::Takes;
use device_api::DeviceCounts;
use engine::{Entry, Means, TenderEntry};
use money::Yen;

use super::{Golden, TENDER, counts};

pub(super) fn lines() -> Vec<Golden> {
    let kept = Yen::new(1_730);
    vec![
        (
            intended(Takes::NotesAndCoins, Some(counts(5, Some(700)))),
            r#"{"v":2,"family":"tender","type":"tender_intended","tender":"12-1","asked":1730,"means":{"means":"cash","takes":"notes_and_coins","counts_before":{"drums":[[1000,5]],"stacked_total":700}}}"#,
        ),
        (
            intended(Takes::Notes, Some(DeviceCounts { paid_out_total: Some(90), ..counts(0, None) })),
            r#"{"v":2,"family":"tender","type":"tender_intended","tender":"12-1","asked":1730,"means":{"means":"cash","takes":"notes","counts_before":{"drums":[],"stacked_total":null,"paid_out_total":90}}}"#,
        ),
        (
            intended(Takes::Coins, None),
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

fn intended(takes: Takes, counts_before: Option<DeviceCounts>) -> Entry {
    let (asked, means) = (Yen::new(1_730), Means::Cash { takes, counts_before });
    Entry::Tender(TenderEntry::TenderIntended { tender: TENDER, asked, means })
}
