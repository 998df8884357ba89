//! Money of which something is not known.

use api::{IncidentDoubt, IncidentSaid, IncidentView};

use crate::DeskWords;
use crate::text::section;

section!(Incidents {
    money_found,
    pieces_unaccounted,
    payout_unknown,
    note_unknown,
    returned_to_patient,
    handed_over,
    left_with_patient,
    counted_in_machine,
    over_short,
    line,
    of_payment,
    of_no_payment,
    worth,
    worth_unknown,
    can_be,
    none,
});

impl DeskWords {
    /// Incidents, one a line.
    pub fn incident_list(&self, incidents: &[IncidentView]) -> Vec<String> {
        match incidents {
            [] => vec![self.incidents.none.say()],
            some => some.iter().map(|one| self.incident_line(one)).collect(),
        }
    }

    /// One incident, and what can be said of it.
    pub fn incident(&self, incident: &IncidentView) -> Vec<String> {
        let can_be = |said: &IncidentSaid| {
            self.incidents.can_be.with(&[
                ("said", &self.incident_said(*said)),
                ("incident", &incident.incident),
                ("word", &command_word(*said)),
            ])
        };
        let settlements = incident.doubt.settlements(incident.value).iter();
        std::iter::once(self.incident_line(incident)).chain(settlements.map(can_be)).collect()
    }

    pub(crate) fn incident_line(&self, incident: &IncidentView) -> String {
        let words = &self.incidents;
        let about = match incident.about {
            Some(payment) => words.of_payment.with(&[("payment", &payment)]),
            None => words.of_no_payment.say(),
        };
        let worth = match incident.value.is_zero() {
            true => words.worth_unknown.say(),
            false => words.worth.with(&[("amount", &self.yen(incident.value))]),
        };
        words.line.with(&[
            ("incident", &incident.incident),
            ("doubt", &self.incident_doubt(incident.doubt)),
            ("worth", &worth),
            ("about", &about),
        ])
    }

    fn incident_doubt(&self, doubt: IncidentDoubt) -> String {
        let words = &self.incidents;
        match doubt {
            IncidentDoubt::MoneyFound => words.money_found.say(),
            IncidentDoubt::PiecesUnaccounted => words.pieces_unaccounted.say(),
            IncidentDoubt::PayoutUnknown => words.payout_unknown.say(),
            IncidentDoubt::NoteUnknown => words.note_unknown.say(),
        }
    }

    pub(crate) fn incident_said(&self, said: IncidentSaid) -> String {
        let words = &self.incidents;
        match said {
            IncidentSaid::ReturnedToPatient => words.returned_to_patient.say(),
            IncidentSaid::HandedOver => words.handed_over.say(),
            IncidentSaid::LeftWithPatient => words.left_with_patient.say(),
            IncidentSaid::CountedInMachine => words.counted_in_machine.say(),
            IncidentSaid::OverShort => words.over_short.say(),
        }
    }
}

/// What is written behind `--said`, in every language.
fn command_word(said: IncidentSaid) -> &'static str {
    match said {
        IncidentSaid::ReturnedToPatient => "returned-to-patient",
        IncidentSaid::HandedOver => "handed-over",
        IncidentSaid::LeftWithPatient => "left-with-patient",
        IncidentSaid::CountedInMachine => "counted-in-machine",
        IncidentSaid::OverShort => "over-short",
    }
}
