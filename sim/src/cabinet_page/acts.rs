//! Everything that the page lets people do to the devices. A browser names a row; it never writes a command.

use crate::surroundings::Device::{self, Cctalk, Escpos, Id003, Scanner};

/// Names as the page uses them, with whose command line they stand for.
const ACTS: &[(&str, Device, &str)] = &[
    ("note.insert.1000", Id003, "insert 1000"),
    ("note.insert.2000", Id003, "insert 2000"),
    ("note.insert.5000", Id003, "insert 5000"),
    ("note.insert.10000", Id003, "insert 10000"),
    ("note.take", Id003, "take"),
    ("note.pull_back", Id003, "pull-back"),
    ("note.jam_acceptor", Id003, "jam acceptor"),
    ("note.jam_stacker", Id003, "jam stacker"),
    ("note.jam_payout", Id003, "jam payout"),
    ("note.clear", Id003, "jam clear"),
    ("note.box_out", Id003, "cashbox remove"),
    ("note.box_empty", Id003, "cashbox empty"),
    ("note.box_in", Id003, "cashbox insert"),
    ("note.fill.1000", Id003, "drum 1000 fill 5"),
    ("note.fill.5000", Id003, "drum 5000 fill 5"),
    ("note.power_cut", Id003, "power cut"),
    ("note.power_on", Id003, "power on"),
    ("note.unplug", Id003, "unplug"),
    ("note.plug", Id003, "plug"),
    ("note.stall_on", Id003, "stall on"),
    ("note.stall_off", Id003, "stall off"),
    ("note.lose_replies", Id003, "lose-reply 3"),
    ("coin.insert.1", Cctalk, "insert 1"),
    ("coin.insert.5", Cctalk, "insert 5"),
    ("coin.insert.10", Cctalk, "insert 10"),
    ("coin.insert.50", Cctalk, "insert 50"),
    ("coin.insert.100", Cctalk, "insert 100"),
    ("coin.insert.500", Cctalk, "insert 500"),
    ("coin.take", Cctalk, "take"),
    ("coin.return_lever", Cctalk, "return-lever"),
    ("coin.jam_acceptor", Cctalk, "jam acceptor"),
    ("coin.clear", Cctalk, "jam clear"),
    ("coin.power_cut", Cctalk, "power cut"),
    ("coin.power_on", Cctalk, "power on"),
    ("coin.unplug", Cctalk, "unplug"),
    ("coin.plug", Cctalk, "plug"),
    ("coin.stall_on", Cctalk, "stall on"),
    ("coin.stall_off", Cctalk, "stall off"),
    ("coin.lose_replies", Cctalk, "lose-reply 3"),
    ("hopper.empty.1", Cctalk, "hopper 1 empty"),
    ("hopper.empty.5", Cctalk, "hopper 5 empty"),
    ("hopper.empty.10", Cctalk, "hopper 10 empty"),
    ("hopper.empty.50", Cctalk, "hopper 50 empty"),
    ("hopper.empty.100", Cctalk, "hopper 100 empty"),
    ("hopper.empty.500", Cctalk, "hopper 500 empty"),
    ("hopper.fill.1", Cctalk, "hopper 1 fill 20"),
    ("hopper.fill.5", Cctalk, "hopper 5 fill 20"),
    ("hopper.fill.10", Cctalk, "hopper 10 fill 20"),
    ("hopper.fill.50", Cctalk, "hopper 50 fill 20"),
    ("hopper.fill.100", Cctalk, "hopper 100 fill 20"),
    ("hopper.fill.500", Cctalk, "hopper 500 fill 20"),
    ("hopper.jam.1", Cctalk, "hopper 1 jam"),
    ("hopper.jam.5", Cctalk, "hopper 5 jam"),
    ("hopper.jam.10", Cctalk, "hopper 10 jam"),
    ("hopper.jam.50", Cctalk, "hopper 50 jam"),
    ("hopper.jam.100", Cctalk, "hopper 100 jam"),
    ("hopper.jam.500", Cctalk, "hopper 500 jam"),
    ("printer.tear", Escpos, "tear"),
    ("printer.cover_open", Escpos, "cover open"),
    ("printer.cover_close", Escpos, "cover close"),
    ("printer.paper_out", Escpos, "paper out"),
    ("printer.paper_near", Escpos, "paper near"),
    ("printer.paper_ok", Escpos, "paper ok"),
    ("printer.cutter_jam", Escpos, "cutter jam"),
    ("printer.cutter_clear", Escpos, "cutter clear"),
    ("printer.power_cut", Escpos, "power cut"),
    ("printer.power_on", Escpos, "power on"),
    ("printer.unplug", Escpos, "unplug"),
    ("printer.plug", Escpos, "plug"),
    ("printer.stall_on", Escpos, "stall on"),
    ("printer.stall_off", Escpos, "stall off"),
    ("printer.lose_replies", Escpos, "lose-reply 3"),
    ("scanner.unplug", Scanner, "unplug"),
    ("scanner.plug", Scanner, "plug"),
];

/// Whose command line `name` stands for.
pub(super) fn command(name: &str) -> Option<(Device, &'static str)> {
    ACTS.iter().find(|(known, ..)| *known == name).map(|(_, device, command)| (*device, *command))
}

#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ACTS.iter().map(|(name, ..)| *name)
}

#[cfg(test)]
mod tests {
    use wire::Moment;

    use super::*;
    use crate::cabinet::{Cabinet, Profile};
    use crate::model::Model;

    /// A refusal because of the moment is a sentence of its own; only a line that no device knows is a mistake here.
    #[test]
    fn every_act_is_a_command_of_its_device() {
        let ports = Cabinet::settings(Profile::Full).unwrap().devices;
        let (note_unit, coin_unit) = (ports.note_unit().unwrap(), ports.coin_unit().unwrap());
        for (name, device, command) in ACTS {
            let cabinet = Cabinet::default();
            let mut model: Box<dyn Model> = match device {
                Id003 | Device::SecondId003 => Box::new(cabinet.note_unit(&note_unit.profile)),
                Cctalk | Device::SecondCctalk => Box::new(cabinet.coin_unit(&coin_unit.profile)),
                Escpos => Box::new(Cabinet::printer(&ports.printer.profile)),
                Scanner => Box::new(Cabinet::scanner(&ports.scanner.profile)),
            };
            if ["plug", "unplug"].contains(command) {
                continue;
            }
            if let Err(sentence) = model.act(Moment::START, command) {
                let unknown = sentence.contains("does not understand") || sentence.contains("takes one of");
                assert!(!unknown, "{name}: {sentence}");
            }
        }
    }

    #[test]
    fn a_command_line_is_no_name() {
        assert_eq!(command("coin.take"), Some((Cctalk, "take")));
        assert_eq!(command("insert 10000"), None);
    }
}
