//! Money of which something is not known.

use api::{IncidentDoubt, IncidentId, IncidentSaid};
use engine::{Entry, IncidentEntry};
use money::Yen;

use super::{Golden, PAYMENT, TENDER, staff};

const INCIDENT: IncidentId = IncidentId(3);

/// From its first word to what a person says.
pub(super) fn lines() -> Vec<Golden> {
    [opened(), suspended(), settled()].concat()
}

fn opened() -> Vec<Golden> {
    let opened =
        |about, doubt| Entry::Incident(IncidentEntry::IncidentOpened { incident: INCIDENT, about, doubt });
    vec![
        (
            opened(None, IncidentDoubt::MoneyFound),
            r#"{"v":2,"family":"incident","type":"incident_opened","incident":3,"about":null,"doubt":"money_found"}"#,
        ),
        (
            opened(Some(PAYMENT), IncidentDoubt::PiecesUnaccounted),
            r#"{"v":2,"family":"incident","type":"incident_opened","incident":3,"about":12,"doubt":"pieces_unaccounted"}"#,
        ),
        (
            opened(Some(PAYMENT), IncidentDoubt::PayoutUnknown),
            r#"{"v":2,"family":"incident","type":"incident_opened","incident":3,"about":12,"doubt":"payout_unknown"}"#,
        ),
        (
            opened(Some(PAYMENT), IncidentDoubt::NoteUnknown),
            r#"{"v":2,"family":"incident","type":"incident_opened","incident":3,"about":12,"doubt":"note_unknown"}"#,
        ),
    ]
}

fn suspended() -> Vec<Golden> {
    let value = Yen::new(500);
    vec![
        (
            Entry::Incident(IncidentEntry::FoundSuspended { incident: INCIDENT, value }),
            r#"{"v":2,"family":"incident","type":"found_suspended","incident":3,"value":500}"#,
        ),
        (
            Entry::Incident(IncidentEntry::MissingSuspended { incident: INCIDENT, tender: TENDER, value }),
            r#"{"v":2,"family":"incident","type":"missing_suspended","incident":3,"tender":"12-1","value":500}"#,
        ),
    ]
}

fn settled() -> Vec<Golden> {
    let settled = |said, about, held| {
        let (held, by) = (Yen::new(held), staff("佐藤"));
        Entry::Incident(IncidentEntry::IncidentSettled { incident: INCIDENT, said, about, held, by })
    };
    vec![
        (
            settled(IncidentSaid::ReturnedToPatient, None, -500),
            r#"{"v":2,"family":"incident","type":"incident_settled","incident":3,"said":"returned_to_patient","about":null,"held":-500,"by":"佐藤"}"#,
        ),
        (
            settled(IncidentSaid::HandedOver, Some(PAYMENT), -500),
            r#"{"v":2,"family":"incident","type":"incident_settled","incident":3,"said":"handed_over","about":12,"held":-500,"by":"佐藤"}"#,
        ),
        (
            settled(IncidentSaid::LeftWithPatient, Some(PAYMENT), 500),
            r#"{"v":2,"family":"incident","type":"incident_settled","incident":3,"said":"left_with_patient","about":12,"held":500,"by":"佐藤"}"#,
        ),
        (
            settled(IncidentSaid::CountedInMachine, Some(PAYMENT), 500),
            r#"{"v":2,"family":"incident","type":"incident_settled","incident":3,"said":"counted_in_machine","about":12,"held":500,"by":"佐藤"}"#,
        ),
        (
            settled(IncidentSaid::OverShort, None, 0),
            r#"{"v":2,"family":"incident","type":"incident_settled","incident":3,"said":"over_short","about":null,"held":0,"by":"佐藤"}"#,
        ),
    ]
}
