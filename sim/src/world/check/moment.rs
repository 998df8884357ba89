//! What must be true at every moment, also while money moves: I1, I2, I8 as papers come out, and of I3, I4, I5 and I10
//! what can be told then.

use std::time::Duration;

use api::Page;
use money::{CashCount, Denomination};

use super::{Violation, ensure, nobody_left_alone, places, slots};
use crate::world::World;
use crate::world::cash_units::CashUnit;

/// I10: whatever happens, the machine is ready for the next patient after this, or has called staff.
pub(in crate::world) const LIVENESS: Duration = Duration::from_secs(300);

/// Looks whether everything is right, as far as anything has happened or was written.
pub(in crate::world) fn look(world: &mut World) {
    if world.watch.broken.is_some() {
        return;
    }
    see_screen(world);
    for index in 0..world.notes.len() {
        let CashUnit { id, station, .. } = &world.notes[index];
        let (id, waits) = (*id, station.model.waits_for_power_cycle());
        if world.watch.waits_for_people.is_to_be_said(world.now, id, waits) {
            let right = slots::says_what_it_needs(&world.said_of_unit(id));
            world.watch.break_at(right);
        }
    }
    let so_far = (world.happened.len(), world.written.len(), world.coins_unheard);
    if world.watch.looked_at != so_far {
        world.watch.looked_at = so_far;
        // What has come in changes only where something happens, and what is told only where something is written.
        if world.coins_unheard {
            let truth = world.truth();
            world.watch.excuse_untold_coins(&truth);
        }
        world.watch.read_papers(world.printer.model.pieces());
        let right = holds(world);
        world.watch.break_at(right);
    }
    if world.now > world.watch.people_acted.after(LIVENESS) {
        let right = goes_on(world);
        world.watch.break_at(right);
    }
}

fn see_screen(world: &mut World) {
    let decided = world.engine().view().seq;
    world.watch.offers.decides(world.now, decided);
    let view = &world.screen;
    if world.watch.seen == Some(view.seq) {
        return;
    }
    match world.machine.seams_mut().planted.shown(view) {
        Some(shown) => world.watch.see(world.now, &shown),
        None => world.watch.see(world.now, view),
    }
}

/// I1; I4: nothing is credited that did not go in, or came back; I5: nothing leaves that was not let out; I3.
pub(super) fn holds(world: &World) -> Result<(), Violation> {
    let truth = world.truth();
    places::conserved(&truth)?;
    let before = world.paid_out_before.last().map_or(CashCount::EMPTY, |(_, before)| *before);
    let paid_out = truth.paid_out();
    for kind in Denomination::ALL {
        let (told, kept) = (world.watch.told_in.pieces(kind), truth.kept(kind));
        ensure("I4", told <= kept, || format!("{told} of {kind} were credited or found, {kept} went in"))?;
        let left = paid_out.pieces(kind) - before.pieces(kind);
        let most = world.watch.let_out.pieces(kind);
        ensure("I5", left <= most, || format!("{left} of {kind} have left, {most} were let out"))?;
    }
    // Last, because books that are wrong follow from what is wrong above.
    places::not_misled(world, &truth)
}

/// I10: nobody has done anything for long, so the machine has found its way back, or has called somebody.
fn goes_on(world: &World) -> Result<(), Violation> {
    let page = &world.view().page;
    let is_known = match page {
        Page::Idle { .. } | Page::Closed { .. } | Page::Suspended { .. } | Page::PaperTrouble => true,
        _ => !world.engine().calls().is_empty(),
    };
    ensure("I10", is_known, || format!("nobody is called and the machine stays at {page:?}"))?;
    nobody_left_alone(world)
}
