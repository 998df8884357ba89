use std::time::Duration;

use api::{
    Act, Button, Decision, Done, DoubtfulPrint, Order, Page, PaperAnswer, PaperDoubt, PaperName, PaymentId,
    Refusal, Takes, Way,
};
use engine::{CallEntry, CallReason, CashEntry, Entry, PaymentEntry};
use fastrand::Rng;
use money::Denomination;
use wire::id003::Status;

use super::{LIVENESS, doubts, incidents, pass, wait_until};
use crate::models::id003::NoteUnitModel;
use crate::surroundings::{ClockSays, Device, Disk};
use crate::world::World;
use crate::world::check::is_receipt;

/// The attendant comes this long after the call.
const WAY: Duration = Duration::from_secs(5);

/// In this time a unit that comes back has said what it knows, and one that is gone is missed.
const NOTICED: Duration = Duration::from_secs(10);

/// What an attendant does with a cabinet that does not work, before anything is settled. What is not out of order
/// refuses to be mended, and that is all right.
const CURES: [(Device, &str); 22] = [
    (Device::Id003, "plug"),
    (Device::Id003, "take"),
    (Device::Id003, "jam clear"),
    (Device::Id003, "failure clear"),
    (Device::Id003, "cashbox insert"),
    (Device::Id003, "power on"),
    (Device::Id003, "stall off"),
    (Device::Id003, "prompt"),
    (Device::Cctalk, "plug"),
    (Device::Cctalk, "jam clear"),
    (Device::Cctalk, "power on"),
    (Device::Cctalk, "stall off"),
    (Device::Cctalk, "prompt"),
    (Device::Cctalk, "take"),
    (Device::Escpos, "plug"),
    (Device::Escpos, "power on"),
    (Device::Escpos, "cover close"),
    (Device::Escpos, "paper ok"),
    (Device::Escpos, "cutter clear"),
    (Device::Escpos, "stall off"),
    (Device::Scanner, "plug"),
    (Device::Scanner, "power on"),
];

/// A note unit that is not well after this long is switched off and on again, as its manual says.
const SWITCH_OFF_AFTER: u32 = 12;

/// Who has mended and decided whatever there is, and has switched the note unit off and on five times, has come often
/// enough for one patient. One errand takes from ten seconds to more than a minute, if notes have to be waited for, and
/// so all of them together have no time limit.
const ERRANDS_MAX: u32 = 5 * SWITCH_OFF_AFTER;

/// A unit that does not come to rest in the time of so many notes is counted as it is.
const NOTES_WAITED_FOR: u32 = 12;

/// Fewer pieces than this are filled up when somebody has come to count them anyway.
const FEW: u32 = 5;

/// How many pieces a roll or a band holds, and what is filled up at one time.
const FILLED_UP: u32 = 10;

/// A payment that stops again and again is settled by hand.
const DECIDED_AT_MOST: u32 = 3;

/// Signs for everything.
const NAME: &str = "attendant";

/// Whoever comes, and what they are inclined to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attendant {
    /// With a payment that stopped, if the machine lets them; otherwise they settle it by hand.
    decision: Option<Decision>,
    /// They cannot tell whether a paper came out, because somebody has taken it.
    misses_papers: bool,
    /// They leave to the next one what became of money of which something is not known, and a hopper that is not used because
    /// it was moved outside the books.
    is_late: bool,
}

impl Attendant {
    /// Of three one goes on and one gives back what was inserted; one of six looks for a paper in vain.
    pub(super) fn draw(rng: &mut Rng) -> Attendant {
        let decision = match rng.u32(0..3) {
            0 => Some(Decision::Continue),
            1 => Some(Decision::Return),
            _ => None,
        };
        let misses_papers = rng.u32(0..6) == 0;
        // What is drawn otherwise stays as it is.
        Attendant { decision, misses_papers, is_late: rng.clone().u32(0..3) == 0 }
    }
}

/// In the morning staff fill drums and hoppers: a lot, too little, or nothing.
pub(super) fn fill(world: &mut World, rng: &mut Rng) -> Result<(), String> {
    let most = rng.choice([0, 3, 25]).ok_or("there is nothing to choose from")?;
    for kind in stored(world) {
        put_in(world, kind, rng.u32(0..=most));
    }
    count(world)
}

/// Sees to it that the machine is ready for the next patient, or says why it is not. After whatever a person did, the
/// machine has its five minutes again, and nobody has to come for ever.
pub(super) fn attend(world: &mut World, who: Attendant) -> Result<(), String> {
    let mut errands = 0;
    let mut last_done = world.now();
    while !matches!(world.view().page, Page::Idle { .. }) || is_wanted(world) {
        pass(world, WAY)?;
        if is_wanted(world) {
            errands += 1;
            mend(world, errands)?;
            settle(world, who, errands)?;
            last_done = world.now();
        }
        let page = &world.view().page;
        if errands >= ERRANDS_MAX {
            return Err(format!("I10: somebody came {errands} times, and the machine is at {page:?}"));
        }
        if world.now() > last_done.after(LIVENESS) {
            return Err(format!("I10: the machine stays at {page:?}"));
        }
    }
    Ok(())
}

/// Until nothing more is going to happen, and units have noticed what did.
pub(super) fn see_through(world: &mut World, who: Attendant) -> Result<(), String> {
    loop {
        // The last of them may come while somebody is at work.
        let comes_more = world.has_plans();
        attend(world, who)?;
        if !comes_more {
            break;
        }
        pass(world, NOTICED)?;
        if !world.has_plans() {
            // The last of them may have come at the end of that time.
            pass(world, NOTICED)?;
        }
    }
    if !has_told_results(world) {
        wait_until(world, |world| has_told_results(world).then_some(()))?;
        attend(world, who)?;
    }
    Ok(())
}

/// The machine tells of each payment again and again until it has told it (I7), and nobody has to come for that.
fn has_told_results(world: &World) -> bool {
    let count = |of: fn(&Entry) -> bool| world.written().iter().filter(|entry| of(entry)).count();
    let closed = count(|entry| matches!(entry, Entry::Payment(PaymentEntry::PaymentClosed { .. })));
    closed == count(|entry| matches!(entry, Entry::Payment(PaymentEntry::ResultDelivered { .. })))
}

fn is_wanted(world: &World) -> bool {
    matches!(
        world.view().page,
        Page::Suspended { .. }
            | Page::BillChanged { .. }
            | Page::PaperTrouble
            | Page::Closed { .. }
            // Its patient has gone, and whoever looks at the screen takes it.
            | Page::TakeNoteBack
            | Page::TakeSecondNote
    ) || world.engine().calls().iter().any(|call| call.answered_by.is_none())
        || is_to_count(world)
        || offers_less(world)
}

/// Whoever is there anyway mends also what the machine goes on without.
fn offers_less(world: &World) -> bool {
    match &world.view().page {
        Page::Idle { offer } => match offer.cash {
            Way::Open(cash) => cash.takes != Takes::NotesAndCoins,
            Way::Closed(_) => true,
        },
        _ => false,
    }
}

/// Somebody has to count, and nothing stands in the way.
fn is_to_count(world: &World) -> bool {
    let mut newest_first = world.written().iter().rev();
    let called = newest_first.find_map(|entry| match entry {
        Entry::Call(CallEntry::StaffCalled { reason: CallReason::Stock }) => Some(true),
        Entry::Cash(CashEntry::StockSet { .. }) => Some(false),
        _ => None,
    });
    called == Some(true) && world.engine().open_payment().is_none()
}

/// A patient whose card is not read asks at the desk.
pub(super) fn see_to_scanner(world: &mut World) {
    for (device, command) in CURES.into_iter().filter(|(device, _)| *device == Device::Scanner) {
        drop(world.act(device, command));
    }
}

fn mend(world: &mut World, errand: u32) -> Result<(), String> {
    if errand.is_multiple_of(SWITCH_OFF_AFTER) {
        for device in world.note_devices() {
            drop(world.act(device, "power cut"));
        }
        pass(world, WAY)?;
    }
    for (device, command) in CURES {
        for device in device.all_of_its_kind() {
            drop(world.act(*device, command));
        }
    }
    if world.disk() != Disk::Sound {
        // Somebody makes room. The machine tries its journal again by itself.
        world.set_disk(Disk::Sound);
        pass(world, NOTICED)?;
    }
    world.slow_appends(Duration::ZERO);
    if world.clock() != ClockSays::Right {
        world.set_clock(ClockSays::Right);
        pass(world, NOTICED)?;
    }
    if world.doubts_clock() {
        drop(order(world, Act::ConfirmClock)?);
    }
    pass(world, WAY)
}

/// What a person decides who has looked.
fn settle(world: &mut World, who: Attendant, errand: u32) -> Result<(), String> {
    // The patient went away with money inside: whoever comes presses 「やめる」 and keeps the money for them.
    if matches!(world.view().page, Page::InsertCash { .. }) {
        world.touch(Button::Cancel);
        pass(world, WAY)?;
    }
    if let Some(payment) = world.engine().open_payment().filter(|payment| is_suspended(world, *payment)) {
        decide(world, payment, who, errand)?;
    }
    for print in world.engine().papers_in_doubt() {
        answer_paper(world, who, &print)?;
    }
    doubts::settle(world, who.is_late)?;
    if !who.is_late {
        incidents::settle(world)?;
    }
    if is_to_count(world) {
        wait_for_units(world)?;
        for kind in stored(world).into_iter().filter(|kind| held(world, *kind) < FEW).collect::<Vec<_>>() {
            put_in(world, kind, FILLED_UP);
        }
        count(world)?;
    }
    match world.engine().calls().iter().any(|call| call.answered_by.is_none()) {
        true => act(world, Act::AnswerCalls { reason: None }),
        false => Ok(()),
    }
}

fn is_suspended(world: &World, payment: PaymentId) -> bool {
    world.engine().payment(payment).is_some_and(|payment| payment.suspended.is_some())
}

/// What the machine does not let them, and what was tried too often, is settled by hand.
fn decide(world: &mut World, payment: PaymentId, who: Attendant, errand: u32) -> Result<(), String> {
    if let Some(decision) = who.decision.filter(|_| errand <= DECIDED_AT_MOST)
        && order(world, Act::Decide { payment, decision })?.is_ok()
    {
        return pass(world, WAY);
    }
    let reason = "soak".parse().map_err(|_| "a reason is wrong")?;
    act(world, Act::TakeOver { payment, reason })?;
    // What the units have still to say of it comes within that time.
    pass(world, WAY)
}

/// Nobody counts a drum or a hopper out of which pieces still come, or a drum into which a note goes back that was stuck.
fn wait_for_units(world: &mut World) -> Result<(), String> {
    for device in world.coin_devices() {
        if world.act(device, "stall off").is_ok() {
            pass(world, NOTICED)?;
        }
    }
    for _ in 0..NOTES_WAITED_FOR {
        let rests = |model: &NoteUnitModel| matches!(model.status(), Some(Status::Idling | Status::Inhibit));
        if world.note_units().all(|(_, model)| rests(model)) {
            break;
        }
        world.take_notes();
        pass(world, WAY)?;
    }
    Ok(())
}

/// Tells the desk what truly lies in drums and hoppers.
fn count(world: &mut World) -> Result<(), String> {
    for denomination in stored(world) {
        let pieces = held(world, denomination);
        act(world, Act::SetStock { store: None, counted: vec![(denomination, pieces)] })?;
    }
    Ok(())
}

/// What does not fit stays outside.
fn put_in(world: &mut World, kind: Denomination, pieces: u32) {
    let (units, store) = match kind.is_coin() {
        true => (Device::COIN_UNITS, "hopper"),
        false => (Device::NOTE_UNITS, "drum"),
    };
    drop(world.act_on_one_of(units, &format!("{store} {} fill {pieces}", i64::from(kind))));
}

/// What there is a drum or a hopper for.
pub(super) fn stored(world: &World) -> Vec<Denomination> {
    let hoppers = world.settings.devices.coin_units().flat_map(|unit| &unit.profile.hoppers);
    let hoppers = hoppers.map(|hopper| hopper.denomination);
    let drums = world.settings.devices.note_units().flat_map(|unit| &unit.profile.drums);
    let drums = drums.map(|drum| drum.denomination);
    hoppers.chain(drums).collect()
}

fn held(world: &World, kind: Denomination) -> u32 {
    let drums: u32 = world.note_units().map(|(_, model)| model.truth().drums.pieces(kind)).sum();
    let hoppers: u32 = world.coin_units().map(|(_, model)| model.truth().hoppers.pieces(kind)).sum();
    drums + hoppers
}

fn answer_paper(world: &mut World, who: Attendant, print: &DoubtfulPrint) -> Result<(), String> {
    let answer = Act::AnswerPaper { paper: print.paper, answer: look_at_paper(world, who, print) };
    match order(world, answer.clone())? {
        // One that was held begins by itself once the printer is ready, on a disk that has just written it.
        Err(Refusal::PaperNotInDoubt { .. }) if print.doubt == PaperDoubt::Held => Ok(()),
        said => is_possible(&answer, said),
    }
}

fn look_at_paper(world: &World, who: Attendant, print: &DoubtfulPrint) -> PaperAnswer {
    if who.misses_papers {
        return PaperAnswer::Unknown;
    }
    let mut whole = world.printer().pieces().iter().filter(|piece| piece.complete);
    match whole.any(|piece| is_paper(world, &piece.text().join("\n"), print.paper)) {
        true => PaperAnswer::Complete,
        false => PaperAnswer::Incomplete,
    }
}

fn is_paper(world: &World, paper: &str, name: PaperName) -> bool {
    match name {
        PaperName::Receipt(number) => is_receipt(paper, number),
        PaperName::Slip(of) => world.watch.is_slip_of(paper, of),
    }
}

/// What has to be possible, unless nothing is: then they read why, and come again.
pub(super) fn act(world: &mut World, act: Act) -> Result<(), String> {
    let said = order(world, act.clone())?;
    is_possible(&act, said)
}

fn is_possible(act: &Act, said: Result<Done, Refusal>) -> Result<(), String> {
    match said {
        // A call may have ended by itself, on a disk that has just written what ends it.
        Ok(_) | Err(Refusal::Halted | Refusal::NobodyCalls) => Ok(()),
        Err(refusal) => Err(format!("{act:?}: {refusal:?}")),
    }
}

fn order(world: &mut World, act: Act) -> Result<Result<Done, Refusal>, String> {
    let staff = NAME.parse().map_err(|_| "a name is wrong")?;
    world.order(Order { staff, act }).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cabinet::Cabinet;
    use crate::world::agenda::Happening;
    use crate::world::soak::wait_for;

    /// Nobody hears what the note unit says; no attendant looks there.
    const FAILURE: &str = "noise 1";

    /// An attendant has all the time they need, and cannot mend everything.
    #[test]
    fn errands_end_by_their_number_and_not_by_their_time() {
        let too_often = format!("I10: somebody came {ERRANDS_MAX} times");
        check(Some(LIVENESS * 3 / 2), None);
        check(None, Some(&too_often));
    }

    #[track_caller]
    fn check(mended_after: Option<Duration>, expected: Option<&str>) {
        let cabinet = Cabinet::default();
        let mut world = World::new(&Cabinet::settings(cabinet.profile).unwrap(), &cabinet, 0).unwrap();
        wait_for(&mut world, |page| matches!(page, Page::Idle { .. })).unwrap();
        world.act(Device::Id003, FAILURE).unwrap();
        if let Some(after) = mended_after {
            let command = "noise 0".to_owned();
            world.plan(after, Happening::Act { device: Device::Id003, command });
        }
        wait_for(&mut world, |page| !matches!(page, Page::Idle { .. })).unwrap();
        let outcome =
            attend(&mut world, Attendant { decision: None, misses_papers: false, is_late: false }).err();
        assert_eq!(outcome.is_some(), expected.is_some(), "{outcome:?}");
        assert!(outcome.unwrap_or_default().starts_with(expected.unwrap_or_default()));
    }
}
