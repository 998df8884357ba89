use std::collections::BTreeMap;

use device_api::{
    Counted, Deposited, Dispense, DispenseEnd, DispenseId, Paid, PayoutCommand, Place, Stated, UnitCommand,
    UnitEvent, UnitPart,
};
use devices::cctalk::CoinUnit;
use devices::port::Direction;
use money::Denomination;
use serde_json::{Value, json};
use settings::CoinUnitProfile;
use wire::cctalk::Sender;

use super::{Accepting, Ask, Bench, Told};

/// The commands, for whoever types another.
const COMMANDS: &str = "the commands are: accept on, accept off, status, dispense VALUE PIECES";

/// Accepts by the device's own table. There is no journal here, so coins go out only outside the books.
pub(super) struct CoinUnitBench {
    outside_the_books: bool,
    /// The hoppers, by what lies in them.
    hoppers: Vec<(Denomination, Place)>,
    accepting: Accepting,
    dispenses: u64,
    /// The newest order; the unit does one at a time.
    order: Option<Dispense>,
    /// How each device of the unit is, by its own last word.
    devices: BTreeMap<UnitPart, Value>,
}

impl CoinUnitBench {
    pub(super) fn new(outside_the_books: bool, profile: &CoinUnitProfile) -> CoinUnitBench {
        let hoppers = profile.hoppers.iter();
        CoinUnitBench {
            outside_the_books,
            hoppers: hoppers.map(|hopper| (hopper.denomination, Place::Hopper(hopper.address))).collect(),
            accepting: Accepting::default(),
            dispenses: 0,
            order: None,
            devices: BTreeMap::new(),
        }
    }

    fn dispense(&mut self, value: &str, pieces: &str) -> Result<UnitCommand, String> {
        if !self.outside_the_books {
            return Err("dispense moves money that the journal of seisankid does not know; start with \
                        --outside-the-books if that is meant"
                .to_owned());
        }
        if self.order.is_some() {
            return Err("coins are being paid out; wait for `dispensed`".to_owned());
        }
        let denomination = value.parse().ok().and_then(|yen: i64| Denomination::try_from(yen).ok());
        let denomination = denomination.ok_or_else(|| format!("there is no coin of {value} yen"))?;
        let hopper = self.hoppers.iter().find(|(kind, _)| *kind == denomination);
        let (_, place) = hopper.copied().ok_or_else(|| format!("no hopper is for {value} yen"))?;
        let pieces = pieces.parse().map_err(|_| format!("{pieces} is not a number of coins"))?;
        self.dispenses += 1;
        let dispense = Dispense { id: DispenseId(self.dispenses), place, denomination, pieces };
        self.order = Some(dispense);
        Ok(UnitCommand::Out(PayoutCommand::Dispense(dispense)))
    }

    fn dispensed(&mut self, end: DispenseEnd) -> Value {
        let order = self.order.take();
        let (pieces, name, cause) = match end {
            DispenseEnd::Complete => (order.map(|order| order.pieces), "complete", None),
            DispenseEnd::Short { paid, cause } => (Some(paid), "short", Some(cause)),
            DispenseEnd::Unknown { paid } => (Some(paid), "unknown", None),
        };
        let value = order.map(|order| order.denomination);
        json!({ "event": "dispensed", "value": value, "pieces": pieces, "end": name, "cause": cause })
    }
}

impl Bench for CoinUnitBench {
    type Driver = CoinUnit;

    fn command(&mut self, line: &str) -> Result<Ask<UnitCommand>, String> {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["accept", "on"] => Ok(self.accepting.on()),
            ["accept", "off"] => Ok(self.accepting.off()),
            ["status"] if self.devices.is_empty() => Ok(Ask::Show(json!({ "event": "silent" }))),
            ["status"] => {
                let devices: Vec<&Value> = self.devices.values().collect();
                Ok(Ask::Show(json!({ "event": "status", "devices": devices })))
            }
            ["dispense", value, pieces] => self.dispense(value, pieces).map(Ask::Command),
            _ => Err(COMMANDS.to_owned()),
        }
    }

    fn event(&mut self, event: &UnitEvent) -> Told<UnitCommand> {
        let show = match event {
            UnitEvent::State(Stated::Identified { model, accepts, pays }) => {
                json!({ "event": "identified", "model": model, "accepts": accepts, "pays": pays })
            }
            UnitEvent::In(Deposited::Inserted { denomination, place, event_no }) => {
                json!({ "event": "inserted", "value": denomination, "place": place, "event_no": event_no })
            }
            UnitEvent::In(Deposited::EventsLost { count, event_no }) => {
                json!({ "event": "events_lost", "count": count, "event_no": event_no })
            }
            UnitEvent::In(Deposited::ToldUpTo { event_no }) => {
                json!({ "event": "told_up_to", "event_no": event_no })
            }
            UnitEvent::In(Deposited::Rejected { cause }) => {
                json!({ "event": "rejected", "cause": format!("{cause:?}") })
            }
            UnitEvent::In(Deposited::ReturnPressed) => json!({ "event": "return_pressed" }),
            UnitEvent::In(Deposited::Inhibited) => json!({ "event": "inhibited" }),
            UnitEvent::Counts(Counted { part: device, counts, .. }) => {
                json!({ "event": "counts", "device": device, "counts": counts })
            }
            UnitEvent::Out(Paid::Prepared { before, .. }) => json!({ "event": "prepared", "before": before }),
            UnitEvent::Out(Paid::Dispensed { end, .. }) => self.dispensed(*end),
            UnitEvent::State(Stated::Trouble { part: device, trouble }) => {
                json!({ "event": "trouble", "device": device, "trouble": trouble })
            }
            UnitEvent::State(Stated::Ready { part: device }) => json!({ "event": "ready", "device": device }),
            // Nothing waits in escrow here, and nothing is presented.
            UnitEvent::In(
                Deposited::Arriving
                | Deposited::Escrowed { .. }
                | Deposited::Stacked { .. }
                | Deposited::Stored { .. }
                | Deposited::Returned
                | Deposited::ExitBlocked(_),
            )
            | UnitEvent::Out(Paid::Presented | Paid::Taken | Paid::Disturbed { .. }) => {
                json!({ "event": format!("{event:?}") })
            }
        };
        if let UnitEvent::State(Stated::Trouble { part: device, .. })
        | UnitEvent::State(Stated::Ready { part: device }) = event
        {
            self.devices.insert(*device, show.clone());
        }
        let then = match event {
            UnitEvent::State(Stated::Identified { accepts, .. }) => self.accepting.identified(*accepts),
            UnitEvent::Out(Paid::Prepared { id, .. }) => Some(UnitCommand::Out(PayoutCommand::Proceed(*id))),
            _ => None,
        };
        Told { show, then }
    }

    fn describe(direction: Direction, bytes: &[u8]) -> String {
        let sender = match direction {
            Direction::Sent => Sender::Host,
            Direction::Received => Sender::Device,
        };
        wire::cctalk::describe(sender, bytes)
    }
}

#[cfg(test)]
mod tests {

    use device_api::{DepositCommand, Mismatch, UnitTrouble};
    use money::DenominationSet;

    use super::*;

    fn bench(outside_the_books: bool) -> CoinUnitBench {
        let text = include_str!("../../../../config/profiles/coin-unit-cctalk.toml");
        CoinUnitBench::new(outside_the_books, &toml::from_str(text).unwrap())
    }

    #[test]
    fn coins_go_out_only_outside_the_books() {
        let refusal = bench(false).command("dispense 100 3").err().unwrap();
        assert!(refusal.contains("--outside-the-books"), "{refusal}");
        let Ok(Ask::Command(command)) = bench(true).command("dispense 100 3") else {
            panic!("it is allowed")
        };
        let (place, denomination) = (Place::Hopper(7), Denomination::Yen100);
        let dispense = Dispense { id: DispenseId(1), place, denomination, pieces: 3 };
        assert_eq!(command, UnitCommand::Out(PayoutCommand::Dispense(dispense)));
    }

    #[test]
    fn status_tells_of_every_device() {
        let mut bench = bench(false);
        let hopper = UnitPart::Hopper(7);
        bench.event(&UnitEvent::State(Stated::Trouble { part: hopper, trouble: UnitTrouble::Jam }));
        bench.event(&UnitEvent::State(Stated::Ready { part: UnitPart::Acceptor }));
        let Ok(Ask::Show(status)) = bench.command("status") else { panic!("it is only a look") };
        assert_eq!(status["devices"][0], json!({ "event": "ready", "device": "acceptor" }));
        assert_eq!(status["devices"][1]["trouble"], json!({ "trouble": "jam" }));
    }

    #[test]
    fn a_device_that_is_not_the_one_of_the_profile_is_shown_with_both() {
        let mut bench = bench(false);
        let mismatch = Mismatch::category("Bill Validator", "Coin Acceptor");
        let trouble = UnitTrouble::other_than_profile(mismatch);
        let shown = bench.event(&UnitEvent::trouble(UnitPart::Acceptor, trouble)).show;
        let (read, expected) =
            (&shown["trouble"]["mismatch"]["read"], &shown["trouble"]["mismatch"]["expected"]);
        assert_eq!((read, expected), (&json!("Bill Validator"), &json!("Coin Acceptor")));
    }

    #[test]
    fn accepting_waits_for_what_the_device_takes() {
        let mut bench = bench(false);
        assert!(matches!(bench.command("accept on"), Ok(Ask::Show(_))));
        let accepts = [Denomination::Yen100].into_iter().collect();
        let identified = UnitEvent::State(Stated::Identified {
            model: String::new(),
            accepts,
            pays: DenominationSet::EMPTY,
        });
        assert_eq!(bench.event(&identified).then, Some(UnitCommand::In(DepositCommand::Accept(accepts))));
        assert_eq!(bench.event(&identified).then, None, "once is enough");
        let accepted = bench.command("accept on");
        assert!(
            matches!(accepted, Ok(Ask::Command(UnitCommand::In(DepositCommand::Accept(coins)))) if coins == accepts)
        );
    }
}
