use device_api::{
    Counted, DepositCommand, Deposited, Dispense, DispenseEnd, DispenseId, ExitBlock, Paid, PayoutCommand,
    Place, Stated, UnitCommand, UnitEvent, UnitPart,
};
use devices::id003::NoteUnit;
use devices::port::Direction;
use money::Denomination;
use serde_json::{Value, json};
use settings::NoteUnitProfile;
use wire::id003::Sender;

use super::{Accepting, Ask, Bench, Told};

/// Why a decision about a note is refused: there is none that it could be about.
const NOTHING_IN_ESCROW: &str = "no note lies in escrow; put one in, and wait for `escrowed`";

/// Accepts by the device's own table, and acknowledges what is stacked: there is no journal here.
#[derive(Default)]
pub(super) struct NoteUnitBench {
    accepting: Accepting,
    escrowed: Option<Denomination>,
    stacked: Option<Denomination>,
    /// Whether money may be paid out that no journal knows of.
    outside_the_books: bool,
    /// The drums, by what lies in them.
    drums: Vec<(Denomination, Place)>,
    /// The newest payout; the device does one at a time.
    payout: Option<Dispense>,
    payouts: u64,
    last: Option<Value>,
}

impl Bench for NoteUnitBench {
    type Driver = NoteUnit;

    fn command(&mut self, line: &str) -> Result<Ask<UnitCommand>, String> {
        match line {
            "accept on" => Ok(self.accepting.on()),
            "accept off" => Ok(self.accepting.off()),
            "stack" | "return" | "hold" if self.escrowed.is_none() => Err(NOTHING_IN_ESCROW.to_owned()),
            "stack" => Ok(Ask::Command(UnitCommand::In(DepositCommand::Stack))),
            "return" => Ok(Ask::Command(UnitCommand::In(DepositCommand::Return))),
            "hold" => Ok(Ask::Command(UnitCommand::In(DepositCommand::Hold))),
            "counts" => Ok(Ask::Command(UnitCommand::ReadCounts(UnitPart::Acceptor))),
            "status" => Ok(Ask::Show(self.last.clone().unwrap_or_else(|| json!({ "event": "silent" })))),
            _ => match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["payout", value, pieces] => self.pay_out(value, pieces).map(Ask::Command),
                _ => Err(
                    "the commands are: accept on, accept off, stack, return, hold, counts, payout VALUE PIECES, \
                          status"
                        .to_owned(),
                ),
            },
        }
    }

    fn event(&mut self, event: &UnitEvent) -> Told<UnitCommand> {
        let show = match event {
            UnitEvent::State(Stated::Identified { model, accepts, .. }) => {
                json!({ "event": "identified", "model": model, "values": accepts })
            }
            UnitEvent::In(Deposited::Arriving) => json!({ "event": "note_arriving" }),
            UnitEvent::In(Deposited::Escrowed { denomination }) => {
                self.escrowed = Some(*denomination);
                json!({ "event": "escrowed", "value": denomination })
            }
            UnitEvent::In(Deposited::Stacked { denomination }) => {
                self.stacked = denomination.or(self.escrowed.take());
                json!({ "event": "stacked", "value": self.stacked })
            }
            UnitEvent::In(Deposited::Stored { place }) => {
                json!({ "event": "stored", "value": self.stacked.take(), "place": place })
            }
            UnitEvent::In(Deposited::Returned) => {
                json!({ "event": "returned", "value": self.escrowed.take() })
            }
            UnitEvent::In(Deposited::Rejected { cause }) => {
                json!({ "event": "rejected", "cause": format!("{cause:?}") })
            }
            UnitEvent::In(Deposited::ExitBlocked(block)) => {
                json!({ "event": "exit", "sticks_out": sticks_out(*block) })
            }
            UnitEvent::Out(Paid::Presented) => json!({ "event": "presented", "value": self.payout_value() }),
            UnitEvent::Out(Paid::Taken) => json!({ "event": "taken", "value": self.payout_value() }),
            UnitEvent::Out(Paid::Prepared { before, .. }) => json!({ "event": "prepared", "before": before }),
            UnitEvent::Out(Paid::Disturbed { what, .. }) => json!({ "event": "disturbed", "what": what }),
            UnitEvent::Out(Paid::Dispensed { end, .. }) => self.dispensed(*end),
            UnitEvent::In(Deposited::Inhibited) => json!({ "event": "inhibited" }),
            UnitEvent::Counts(Counted { counts, stored, .. }) => {
                json!({
                    "event": "counts",
                    "drums": stored,
                    "stacked_total": counts.stacked_total,
                    "paid_out_total": counts.paid_out_total,
                })
            }
            UnitEvent::State(Stated::Trouble { trouble, .. }) => {
                let trouble = json!({ "event": "trouble", "trouble": trouble });
                self.last = Some(trouble.clone());
                trouble
            }
            UnitEvent::State(Stated::Ready { .. }) => {
                let ready = json!({ "event": "ready" });
                self.last = Some(ready.clone());
                ready
            }
            // What falls into other units is drawn in here.
            UnitEvent::In(
                Deposited::Inserted { .. }
                | Deposited::EventsLost { .. }
                | Deposited::ToldUpTo { .. }
                | Deposited::ReturnPressed,
            ) => json!({ "event": format!("{event:?}") }),
        };
        let then = match event {
            UnitEvent::State(Stated::Identified { accepts, .. }) => self.accepting.identified(*accepts),
            UnitEvent::In(Deposited::Stacked { .. }) => {
                Some(UnitCommand::In(DepositCommand::AcknowledgeStacked))
            }
            UnitEvent::Out(Paid::Prepared { id, .. }) => Some(UnitCommand::Out(PayoutCommand::Proceed(*id))),
            UnitEvent::Out(Paid::Disturbed { id, what }) => {
                Some(UnitCommand::Out(PayoutCommand::Noted { id: *id, what: *what }))
            }
            _ => None,
        };
        Told { show, then }
    }

    fn describe(direction: Direction, bytes: &[u8]) -> String {
        let sender = match direction {
            Direction::Sent => Sender::Host,
            Direction::Received => Sender::Device,
        };
        wire::id003::describe(sender, bytes)
    }
}

impl NoteUnitBench {
    pub(super) fn new(outside_the_books: bool, profile: &NoteUnitProfile) -> NoteUnitBench {
        let drums = profile.drums.iter().map(|drum| (drum.denomination, Place::Drum(drum.number))).collect();
        NoteUnitBench { outside_the_books, drums, ..NoteUnitBench::default() }
    }

    fn pay_out(&mut self, value: &str, pieces: &str) -> Result<UnitCommand, String> {
        if !self.outside_the_books {
            return Err("payout needs --outside-the-books: seisankid does not learn of it".to_owned());
        }
        if self.payout.is_some() {
            return Err("a payout is under way; wait for `dispensed`".to_owned());
        }
        let denomination = value.parse::<i64>().ok().and_then(|yen| Denomination::try_from(yen).ok());
        let (Some(denomination), Ok(pieces)) = (denomination, pieces.parse::<u32>()) else {
            return Err("write for instance `payout 1000 2`: two notes of 1,000 yen".to_owned());
        };
        let drum = self.drums.iter().find(|(kind, _)| *kind == denomination);
        let (_, place) = drum.copied().ok_or_else(|| format!("no drum is for {value} yen"))?;
        self.payouts += 1;
        let dispense = Dispense { id: DispenseId(self.payouts), place, denomination, pieces };
        self.payout = Some(dispense);
        Ok(UnitCommand::Out(PayoutCommand::Dispense(dispense)))
    }

    /// What each note of the payout under way is worth; unknown for one from before this run.
    fn payout_value(&self) -> Option<Denomination> {
        self.payout.map(|dispense| dispense.denomination)
    }

    fn dispensed(&mut self, end: DispenseEnd) -> Value {
        let dispense = self.payout.take();
        let (pieces, name, cause) = match end {
            DispenseEnd::Complete => (dispense.map(|dispense| dispense.pieces), "complete", None),
            DispenseEnd::Short { paid, cause } => (Some(paid), "short", Some(cause)),
            DispenseEnd::Unknown { paid } => (Some(paid), "unknown", None),
        };
        let value = dispense.map(|dispense| dispense.denomination);
        json!({ "event": "dispensed", "value": value, "pieces": pieces, "end": name, "cause": cause })
    }
}

fn sticks_out(block: Option<ExitBlock>) -> Option<&'static str> {
    block.map(|block| match block {
        ExitBlock::GivenBack => "given_back",
        ExitBlock::SecondNote => "second_note",
    })
}
