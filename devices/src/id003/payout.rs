use std::collections::BTreeSet;
use std::time::Duration;

use device_api::{
    CountedBefore, Dispense, DispenseEnd, DispenseId, Disturbance, Paid, Place, ShortCause, UnitEvent,
};
use settings::NoteUnitProfile;
use wire::Moment;
use wire::id003::{Command, RecyclerQuery, RecyclerState, Status};

use super::dispensing::{Dispensing, Verdict};
use super::exit::{Exit, ExitNews, is_paying_out, is_to_be_acknowledged};
use super::reading::{Counters, Reading};
use super::stage::{Preparing, Resting, Running, Sighting, Stage};

/// The machine saves the counters and says so within milliseconds. If it has not after so long, it never will.
const PREPARED_MAX: Duration = Duration::from_secs(10);

/// How long the device may be out of reach. After a longer break nothing is proven any more: people may have had
/// their hands in it, and the machine leaves the money to them (§7).
const GONE_MAX: Duration = Duration::from_secs(30);

/// How long the device may be out of order, though it answers. Staff clear a jam in minutes; nobody waits longer for
/// their change, and then people count (§7).
const OUT_OF_ORDER_MAX: Duration = Duration::from_secs(600);

/// The one dispense that can be under way, and the note in the exit.
///
/// Each dispense gets exactly one end. PAY OUT is sent a second time only if the device is at rest and its counters
/// prove that the first one moved nothing (§7).
#[derive(Debug, Default)]
pub(super) struct Payout {
    stage: Stage,
    exit: Exit,
    /// The last status was one of paying out.
    moving: bool,
    ack_due: bool,
    events: Vec<UnitEvent>,
}

/// What the dialogue asks.
impl Payout {
    /// What the machine is to be told, oldest first.
    pub(super) fn take_events(&mut self) -> Vec<UnitEvent> {
        std::mem::take(&mut self.events)
    }

    /// Whether an ACK is to be sent now; true once a status. A device that has to keep in mind what it shows gets none:
    /// it shows it again.
    pub(super) fn take_ack(&mut self) -> bool {
        std::mem::take(&mut self.ack_due) && !self.is_unsaved()
    }

    /// Whether the device still has to keep something in mind for a later driver: RESET and ACK would make it forget.
    pub(super) fn is_unsaved(&self) -> bool {
        self.running().is_some_and(|running| running.dispensing.is_unsaved())
    }

    /// Whether the slot must stay closed for it.
    pub(super) fn is_under_way(&self) -> bool {
        !matches!(self.stage, Stage::Idle)
    }

    /// Whether a note that moves belongs to a dispense of this run.
    pub(super) fn is_own(&self) -> bool {
        self.is_under_way() && !matches!(self.stage, Stage::Foreign)
    }

    /// Whether the device was paying out when it last said how it is.
    pub(super) fn is_moving(&self) -> bool {
        self.moving
    }

    /// When [`Payout::expire`] has something to do although the device says nothing.
    pub(super) fn deadline(&self) -> Option<Moment> {
        if let Stage::Prepared(_, since) = &self.stage {
            return Some(since.after(PREPARED_MAX));
        }
        let running = self.running()?;
        let gone = running.gone_since.map(|since| since.after(GONE_MAX));
        let out_of_order = running.out_of_order_since.map(|since| since.after(OUT_OF_ORDER_MAX));
        gone.into_iter().chain(out_of_order).min()
    }

    /// What is to be sent now. [`Payout::sent`] must follow a PAY OUT.
    pub(super) fn request(&self) -> Option<Command> {
        let query = match &self.stage {
            Stage::Preparing(preparing) => preparing.reading.query(),
            Stage::Due(running) => return Some(Command::RecyclerOrder(running.dispensing.order())),
            Stage::Resting(Resting { look_due: false, .. }) => return None,
            Stage::Resting(Resting { asked_why: Some(_), .. }) => RecyclerQuery::Status,
            Stage::Resting(resting) => resting.running.reading.query(),
            Stage::Idle | Stage::Foreign | Stage::Prepared(..) | Stage::Running(_) => return None,
        };
        Some(Command::Recycler(query))
    }

    fn running(&self) -> Option<&Running> {
        match &self.stage {
            Stage::Due(running) | Stage::Running(running) => Some(running),
            Stage::Resting(resting) => Some(&resting.running),
            Stage::Idle | Stage::Foreign | Stage::Preparing(_) | Stage::Prepared(..) => None,
        }
    }

    fn running_mut(&mut self) -> Option<&mut Running> {
        match &mut self.stage {
            Stage::Due(running) | Stage::Running(running) => Some(running),
            Stage::Resting(resting) => Some(&mut resting.running),
            Stage::Idle | Stage::Foreign | Stage::Preparing(_) | Stage::Prepared(..) => None,
        }
    }
}

/// What happens.
impl Payout {
    /// The machine wants notes. `can_start` says whether the device is at rest, closed and empty.
    pub(super) fn begin(&mut self, dispense: Dispense, profile: &NoteUnitProfile, can_start: bool) {
        let drums = drums_of(dispense, profile);
        // One byte is all that PAY OUT has room for.
        let countable = (1..=u32::from(u8::MAX)).contains(&dispense.pieces);
        if self.is_under_way() || !can_start || !countable || drums.is_empty() {
            return self.say_nothing_moved(dispense, ShortCause::Refused);
        }
        let (counter_falls, reading) = (profile.drum_counter_falls, Reading::new(profile.has_total_counter));
        self.stage = Stage::Preparing(Preparing { dispense, drums, counter_falls, reading });
    }

    /// The counters are saved: pays out. Anything but the dispense that waits for this has ended meanwhile.
    pub(super) fn proceed(&mut self, id: DispenseId) {
        self.stage = match self.take_stage() {
            Stage::Prepared(running, _) if running.dispensing.dispense.id == id => Stage::Due(running),
            other => other,
        };
    }

    /// The machine has saved what it was told.
    pub(super) fn noted(&mut self, id: DispenseId, what: Disturbance) {
        if let Some(running) = self.running_mut().filter(|running| running.dispensing.dispense.id == id) {
            running.dispensing.saved(what);
        }
    }

    /// Asks what became of a dispense of an earlier driver.
    pub(super) fn recall(
        &mut self,
        now: Moment,
        dispense: Dispense,
        before: &CountedBefore,
        disturbances: &BTreeSet<Disturbance>,
        profile: &NoteUnitProfile,
    ) {
        let before = match before {
            CountedBefore::Drums { notes, paid_out_total } => {
                Some(Counters { drums: notes.clone(), dispensed: *paid_out_total })
            }
            CountedBefore::Hopper { .. } => None,
        };
        let dispensing = before.and_then(|before| {
            let drums = drums_of(dispense, profile);
            Dispensing::recalled(dispense, &drums, profile.drum_counter_falls, before, disturbances)
        });
        match dispensing.filter(|_| !self.is_own()) {
            Some(dispensing) => {
                let reading = Reading::new(profile.has_total_counter);
                // Until it is heard of.
                let gone_since = Some(now);
                self.stage = Stage::Running(Running { gone_since, ..Running::new(dispensing, reading) });
            }
            None => self.say_end(dispense, DispenseEnd::Unknown { paid: 0 }),
        }
    }

    /// PAY OUT went out.
    pub(super) fn sent(&mut self) {
        match self.take_stage() {
            Stage::Due(mut running) => {
                running.dispensing.sent();
                running.reading = running.reading.again();
                self.stage = Stage::Running(running);
            }
            other => self.stage = other,
        }
    }

    /// The device answered PAY OUT: ACK or INVALID COMMAND. That answer could be a late one to another command, so
    /// only the counters tell what it did; but it is not told again.
    pub(super) fn answered(&mut self) {
        if let Some(running) = self.running_mut() {
            running.dispensing.heard();
        }
    }

    /// One reply to STATUS REQUEST.
    pub(super) fn observe(&mut self, now: Moment, status: Status) {
        let news = self.exit.observe(status);
        let sighting = Sighting::of(status);
        self.events.extend(news.and_then(ExitNews::event));
        self.ack_due = is_to_be_acknowledged(status) || (self.is_own() && status == Status::VendValid);
        self.moving = is_paying_out(status) || (self.moving && sighting == Sighting::Nothing);
        let exit = self.exit;
        if let Some(running) = self.running_mut() {
            running.observe(now, status, sighting, news, exit);
        }
        self.go_on(now, status, sighting);
        self.say_disturbances();
    }

    /// The device is out of reach.
    pub(super) fn contact_lost(&mut self, now: Moment) {
        self.ack_due = false;
        self.exit.contact_lost();
        match self.take_stage() {
            Stage::Idle | Stage::Foreign => {}
            Stage::Preparing(preparing) => self.say_nothing_moved(preparing.dispense, ShortCause::Refused),
            Stage::Prepared(running, _) => {
                self.say_nothing_moved(running.dispensing.dispense, ShortCause::Refused);
            }
            Stage::Due(running) if !running.dispensing.has_been_sent() => {
                self.say_nothing_moved(running.dispensing.dispense, ShortCause::Refused);
            }
            Stage::Due(mut running)
            | Stage::Running(mut running)
            | Stage::Resting(Resting { mut running, .. }) => {
                running.dispensing.interrupted();
                running.gone_since.get_or_insert(now);
                self.stage = Stage::Running(running);
            }
        }
    }

    /// Time has passed. What a device does that comes back later belongs to nobody.
    pub(super) fn expire(&mut self, now: Moment) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        if let Some(running) = self.running() {
            let end = running.dispensing.unknown();
            self.end(end);
        } else if let Stage::Prepared(running, _) = self.take_stage() {
            self.say_nothing_moved(running.dispensing.dispense, ShortCause::Refused);
        }
    }

    /// A2 was read. False if it was not asked for here.
    pub(super) fn drums_read(&mut self, now: Moment, drums: &[u16]) -> bool {
        self.read(now, |reading| reading.drums_read(drums.to_vec()))
    }

    /// A0 was read, or refused. False if it was not asked for here.
    pub(super) fn total_read(&mut self, now: Moment, dispensed: Option<u32>) -> bool {
        self.read(now, |reading| reading.total_read(dispensed))
    }

    /// The device would not count its drums. False if it was not asked for here.
    pub(super) fn drums_refused(&mut self, now: Moment) -> bool {
        match &mut self.stage {
            Stage::Preparing(Preparing { dispense, .. }) => {
                let dispense = *dispense;
                self.stage = Stage::Idle;
                self.say_nothing_moved(dispense, ShortCause::Refused);
            }
            Stage::Resting(resting) => {
                resting.look_due = false;
                let end = resting.is_settled(now).then(|| resting.running.dispensing.unknown());
                if let Some(end) = end {
                    self.end(end);
                }
            }
            Stage::Idle | Stage::Foreign | Stage::Prepared(..) | Stage::Due(_) | Stage::Running(_) => {
                return false;
            }
        }
        true
    }

    /// The recycler said how it is, or would not. False if it was not asked for here.
    pub(super) fn recycler_explained(&mut self, state: Option<RecyclerState>) -> bool {
        let Stage::Resting(Resting { asked_why: Some(paid), .. }) = self.stage else { return false };
        let cause = match state {
            Some(RecyclerState::Empty) => ShortCause::Empty,
            Some(RecyclerState::Jam | RecyclerState::PayoutNoteError) => ShortCause::Jam,
            _ => ShortCause::Refused,
        };
        self.end(DispenseEnd::Short { paid, cause });
        true
    }
}

/// From stage to stage.
impl Payout {
    fn go_on(&mut self, now: Moment, status: Status, sighting: Sighting) {
        use Sighting::{AtRest, Busy, Nothing, OutOfOrder, PayingOut};
        self.stage = match (self.take_stage(), sighting) {
            (Stage::Idle | Stage::Foreign, PayingOut) => Stage::Foreign,
            (Stage::Foreign, Nothing) => Stage::Foreign,
            (Stage::Idle | Stage::Foreign, AtRest | OutOfOrder | Busy | Nothing) => Stage::Idle,
            (stage @ (Stage::Preparing(_) | Stage::Prepared(..) | Stage::Due(_)), _)
                if status == Status::Inhibit =>
            {
                stage
            }
            (Stage::Preparing(preparing), _) => {
                self.say_nothing_moved(preparing.dispense, ShortCause::Refused);
                Stage::Idle
            }
            (Stage::Prepared(running, _), _) => {
                self.say_nothing_moved(running.dispensing.dispense, ShortCause::Refused);
                Stage::Idle
            }
            (Stage::Due(running), _) if !running.dispensing.has_been_sent() => {
                self.say_nothing_moved(running.dispensing.dispense, ShortCause::Refused);
                Stage::Idle
            }
            (Stage::Due(running) | Stage::Running(running), AtRest) => {
                Stage::Resting(Resting::new(now, running))
            }
            (Stage::Due(running) | Stage::Running(running), PayingOut | OutOfOrder | Busy | Nothing) => {
                Stage::Running(running)
            }
            (Stage::Resting(resting), AtRest) => Stage::Resting(Resting { look_due: true, ..resting }),
            (Stage::Resting(resting), Nothing) => Stage::Resting(resting),
            (Stage::Resting(resting), PayingOut | OutOfOrder | Busy) => Stage::Running(resting.running),
        };
    }

    fn read(&mut self, now: Moment, step: impl FnOnce(&mut Reading) -> Option<Counters>) -> bool {
        match &mut self.stage {
            Stage::Preparing(preparing) => match step(&mut preparing.reading) {
                Some(counters) => self.prepared(now, counters),
                None if preparing.reading.is_hopeless() => return self.drums_refused(now),
                None => {}
            },
            Stage::Resting(resting) if resting.look_due && resting.asked_why.is_none() => {
                match step(&mut resting.running.reading) {
                    Some(counters) => self.judge(now, &counters),
                    None if resting.running.reading.is_hopeless() => return self.drums_refused(now),
                    None => {}
                }
            }
            Stage::Idle
            | Stage::Foreign
            | Stage::Prepared(..)
            | Stage::Due(_)
            | Stage::Running(_)
            | Stage::Resting(_) => return false,
        }
        true
    }

    fn prepared(&mut self, now: Moment, before: Counters) {
        let Stage::Preparing(preparing) = self.take_stage() else { return };
        let Preparing { dispense, drums, counter_falls, reading } = preparing;
        match Dispensing::new(dispense, &drums, counter_falls, before) {
            Some(dispensing) => {
                let Counters { drums, dispensed } = dispensing.before().clone();
                let before = CountedBefore::Drums { notes: drums, paid_out_total: dispensed };
                self.events.push(UnitEvent::Out(Paid::Prepared { id: dispense.id, before }));
                self.stage = Stage::Prepared(Running::new(dispensing, reading.again()), now);
            }
            None => self.say_nothing_moved(dispense, ShortCause::Empty),
        }
    }

    fn judge(&mut self, now: Moment, after: &Counters) {
        let Stage::Resting(mut resting) = self.take_stage() else { return };
        let verdict = resting.running.dispensing.verdict(after);
        match verdict {
            Verdict::Ended(end) => return self.say_end(resting.running.dispensing.dispense, end),
            Verdict::EndedIfAtRest(end) if resting.is_settled(now) => {
                return self.say_end(resting.running.dispensing.dispense, end);
            }
            Verdict::Unheard if resting.is_settled(now) => {
                self.stage = Stage::Due(resting.running);
                return;
            }
            Verdict::ShortWithoutCause { paid } if resting.is_settled(now) => resting.asked_why = Some(paid),
            Verdict::EndedIfAtRest(_) | Verdict::Unheard | Verdict::ShortWithoutCause { .. } => {
                resting.look_due = false;
            }
        }
        resting.running.reading = resting.running.reading.again();
        self.stage = Stage::Resting(resting);
    }

    fn end(&mut self, end: DispenseEnd) {
        let dispense = self.running().map(|running| running.dispensing.dispense);
        self.stage = if self.moving { Stage::Foreign } else { Stage::Idle };
        if let Some(dispense) = dispense {
            self.say_end(dispense, end);
        }
    }

    fn say_nothing_moved(&mut self, dispense: Dispense, cause: ShortCause) {
        self.say_end(dispense, DispenseEnd::Short { paid: 0, cause });
    }

    fn say_disturbances(&mut self) {
        let Some(running) = self.running_mut() else { return };
        let (id, untold) = (running.dispensing.dispense.id, running.dispensing.take_untold());
        self.events.extend(untold.into_iter().map(|what| UnitEvent::Out(Paid::Disturbed { id, what })));
    }

    fn say_end(&mut self, dispense: Dispense, end: DispenseEnd) {
        self.events.push(UnitEvent::Out(Paid::Dispensed { id: dispense.id, end }));
    }

    fn take_stage(&mut self) -> Stage {
        std::mem::take(&mut self.stage)
    }
}

/// The drum that is meant, if it holds what is to be paid out.
fn drums_of(dispense: Dispense, profile: &NoteUnitProfile) -> Vec<u8> {
    let drums = profile.drums.iter().filter(|drum| Place::Drum(drum.number) == dispense.place);
    drums.filter(|drum| drum.denomination == dispense.denomination).map(|drum| drum.number).collect()
}
