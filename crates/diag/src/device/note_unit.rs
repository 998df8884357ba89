use device_api::{CashCommand, CashEvent, Place};
use devices::id003::NoteUnit;
use devices::port::Direction;
use money::{Denomination, DenominationSet};
use serde_json::{Value, json};
use settings::NoteUnitProfile;
use wire::id003::Sender;

use super::{Ask, Bench, Told};

/// Accepts by the device's own table, and acknowledges what is stacked: there is no journal here.
#[derive(Default)]
pub(super) struct NoteUnitBench {
    values: DenominationSet,
    escrowed: Option<Denomination>,
    stacked: Option<Denomination>,
    last: Option<Value>,
}

/// Every note there is.
pub(super) fn usual_profile() -> NoteUnitProfile {
    let notes = [Denomination::Yen1000, Denomination::Yen2000, Denomination::Yen5000, Denomination::Yen10000];
    let mut profile = NoteUnitProfile::new("note unit", notes.into_iter().collect());
    profile.drums = vec![
        settings::DrumProfile { number: 1, denomination: Denomination::Yen1000 },
        settings::DrumProfile { number: 2, denomination: Denomination::Yen5000 },
    ];
    profile
}

impl Bench for NoteUnitBench {
    type Driver = NoteUnit;

    fn command(&mut self, line: &str) -> Result<Ask<CashCommand>, String> {
        match line {
            "accept on" => Ok(Ask::Command(CashCommand::Accept(self.values))),
            "accept off" => Ok(Ask::Command(CashCommand::Accept(DenominationSet::EMPTY))),
            "stack" => Ok(Ask::Command(CashCommand::Stack)),
            "return" => Ok(Ask::Command(CashCommand::Return)),
            "counts" => Ok(Ask::Command(CashCommand::ReadCounts)),
            "status" => Ok(Ask::Show(self.last.clone().unwrap_or_else(|| json!({ "event": "silent" })))),
            _ => Err("the commands are: accept on, accept off, stack, return, counts, status".to_owned()),
        }
    }

    fn event(&mut self, event: &CashEvent) -> Told<CashCommand> {
        let show = match event {
            CashEvent::Identified { model, values } => {
                self.values = *values;
                json!({ "event": "identified", "model": model, "values": values })
            }
            CashEvent::NoteArriving => json!({ "event": "note_arriving" }),
            CashEvent::Escrowed { denomination } => {
                self.escrowed = Some(*denomination);
                json!({ "event": "escrowed", "value": denomination })
            }
            CashEvent::Stacked { denomination } => {
                self.stacked = denomination.or(self.escrowed.take());
                json!({ "event": "stacked", "value": self.stacked })
            }
            CashEvent::Stored { place } => {
                json!({ "event": "stored", "value": self.stacked.take(), "place": place_name(*place) })
            }
            CashEvent::Returned => json!({ "event": "returned", "value": self.escrowed.take() }),
            CashEvent::Rejected { cause } => json!({ "event": "rejected", "cause": format!("{cause:?}") }),
            CashEvent::Inhibited => json!({ "event": "inhibited" }),
            CashEvent::Counts(counts) => {
                json!({ "event": "counts", "drums": counts.drums, "stacked_total": counts.stacked_total })
            }
            CashEvent::Trouble(trouble) => {
                let trouble = json!({ "event": "trouble", "trouble": trouble });
                self.last = Some(trouble.clone());
                trouble
            }
            CashEvent::Ready => {
                let ready = json!({ "event": "ready" });
                self.last = Some(ready.clone());
                ready
            }
        };
        let credited = matches!(event, CashEvent::Stacked { .. });
        Told { show, then: credited.then_some(CashCommand::AcknowledgeStacked) }
    }

    fn describe(direction: Direction, bytes: &[u8]) -> String {
        let sender = match direction {
            Direction::Sent => Sender::Host,
            Direction::Received => Sender::Device,
        };
        wire::id003::describe(sender, bytes)
    }
}

fn place_name(place: Place) -> String {
    match place {
        Place::Transport => "transport".to_owned(),
        Place::Drum(number) => format!("drum {number}"),
        Place::CashBox => "cash box".to_owned(),
    }
}
