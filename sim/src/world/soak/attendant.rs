use std::time::Duration;

use api::{DeskAnswer, DoubtfulPrint, Page, PaperAnswer};
use engine::DeskAction;

use super::{LIVENESS, pass};
use crate::scenario::Device;
use crate::world::World;

/// The attendant comes this long after the call.
const WAY: Duration = Duration::from_secs(5);

/// What an attendant does with a cabinet that does not work, before anything is settled. What is not out of order
/// refuses to be mended, and that is all right.
const CURES: [(Device, &str); 8] = [
    (Device::Id003, "take"),
    (Device::Id003, "jam clear"),
    (Device::Id003, "power on"),
    (Device::Id003, "stall off"),
    (Device::Escpos, "power on"),
    (Device::Escpos, "cover close"),
    (Device::Escpos, "paper ok"),
    (Device::Escpos, "stall off"),
];

/// A note unit that is not well after this long is switched off and on again, as its manual says.
const SWITCH_OFF_AFTER: u32 = 12;

/// Sees to it that the machine is ready for the next patient, or says why it is not.
pub(super) fn attend(world: &mut World) -> Result<(), String> {
    let give_up = world.now().after(LIVENESS);
    let mut visits = 0;
    while world.view().page != Page::Idle {
        pass(world, WAY)?;
        let needed = matches!(world.view().page, Page::Suspended | Page::PaperTrouble | Page::Closed { .. })
            || !world.engine().calls().is_empty();
        if needed {
            visits += 1;
            mend(world, visits)?;
            settle(world)?;
        }
        if world.now() > give_up {
            return Err(format!("I10: the machine stays at {:?}", world.view().page));
        }
    }
    Ok(())
}

fn mend(world: &mut World, visits: u32) -> Result<(), String> {
    if visits.is_multiple_of(SWITCH_OFF_AFTER) {
        drop(world.act(Device::Id003, "power cut"));
        pass(world, WAY)?;
    }
    for (device, command) in CURES {
        drop(world.act(device, command));
    }
    pass(world, WAY)
}

/// What a person decides who has looked.
fn settle(world: &mut World) -> Result<(), String> {
    if world.view().page == Page::Suspended
        && let Some(payment) = world.engine().open_payment()
    {
        act(world, DeskAction::TakeOver { payment, by: "attendant".to_owned(), reason: "soak".to_owned() })?;
    }
    for print in world.engine().papers_in_doubt() {
        let answer = look_at_paper(world, &print);
        act(world, DeskAction::PrintAnswer { number: print.number, answer, by: "attendant".to_owned() })?;
    }
    Ok(())
}

fn look_at_paper(world: &World, print: &DoubtfulPrint) -> PaperAnswer {
    let number = format!("No. {}", print.number);
    let mut whole = world.printer().pieces().iter().filter(|piece| piece.complete);
    match whole.any(|piece| piece.text().iter().any(|line| line.contains(&number))) {
        true => PaperAnswer::Complete,
        false => PaperAnswer::Incomplete,
    }
}

fn act(world: &mut World, action: DeskAction) -> Result<(), String> {
    match world.desk(action).map_err(|error| error.to_string())? {
        DeskAnswer::Refused(sentence) => Err(sentence),
        _ => Ok(()),
    }
}
