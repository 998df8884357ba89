use std::collections::BTreeSet;

use device_api::{Dispense, DispenseEnd, Disturbance, ShortCause};
use settings::DrumCounterFalls;
use wire::id003::{RecyclerOrder, Status};

use super::exit::{Exit, ExitNews};
use super::phase::{Condition, RestartCause, condition};
use super::reading::Counters;

/// How often PAY OUT is sent at most, each time after the counters proved that the one before moved nothing. Two lost
/// frames in a row are noise; a third is a device that does not obey (§7).
const SENDS_MAX: u8 = 3;

/// One dispense whose PAY OUT is about to be sent, or was: what is proven of it.
#[derive(Debug)]
pub(super) struct Dispensing {
    pub(super) dispense: Dispense,
    drum: u8,
    /// What the device is told: never more than lies in the drum by its own count, because what a device does that
    /// is told to pay more than it has is not known.
    asked: u8,
    counter_falls: DrumCounterFalls,
    before: Counters,
    /// PAY OUT was sent by an earlier driver, and nobody saw which notes were taken before this one came.
    recalled: bool,
    sends: u8,
    /// The device may be at it: it acknowledged, refused, or showed that it moves. From then on it is never told
    /// again.
    heard: bool,
    /// Line, device or power failed in between.
    interrupted: bool,
    /// The device itself has said that it stopped working.
    stop_seen: bool,
    /// What the counters do not tell.
    disturbances: BTreeSet<Disturbance>,
    /// Those that the machine has not saved yet.
    unsaved: BTreeSet<Disturbance>,
    /// Those of them that it has not been told yet.
    untold: Vec<Disturbance>,
    /// PAY VALIDs.
    paid: u32,
    /// One of them may have told of two notes: only the counters know.
    perhaps_more: bool,
    /// Notes that the device reported as inside again.
    drawn_back: u32,
    cause: Option<ShortCause>,
}

/// What the counters prove after the device has come to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This, and nothing that the device could still do changes it.
    Ended(DispenseEnd),
    /// This, if the device stays at rest.
    EndedIfAtRest(DispenseEnd),
    /// Fewer, if the device stays at rest; the recycler may know why.
    ShortWithoutCause { paid: u32 },
    /// Nothing moved, and the device may never have heard of it.
    Unheard,
}

impl Dispensing {
    /// For `dispense` out of the fullest of `drums`; `None` if none of them holds a note or the device does not
    /// count them.
    pub(super) fn new(
        dispense: Dispense,
        drums: &[u8],
        counter_falls: DrumCounterFalls,
        before: Counters,
    ) -> Option<Dispensing> {
        let held = |drum: &u8| before.drums.get(usize::from(*drum).checked_sub(1)?).copied();
        let (held, drum) = drums.iter().filter_map(|drum| Some((held(drum)?, *drum))).max()?;
        let asked = u8::try_from(dispense.pieces.min(held.into())).unwrap_or(u8::MAX);
        (asked > 0).then_some(Dispensing {
            dispense,
            drum,
            asked,
            counter_falls,
            before,
            recalled: false,
            sends: 0,
            heard: false,
            interrupted: false,
            stop_seen: false,
            disturbances: BTreeSet::new(),
            unsaved: BTreeSet::new(),
            untold: Vec::new(),
            paid: 0,
            perhaps_more: false,
            drawn_back: 0,
            cause: None,
        })
    }

    /// `dispense` as an earlier driver began it. The device may be at it, and is never told again.
    pub(super) fn recalled(
        dispense: Dispense,
        drums: &[u8],
        counter_falls: DrumCounterFalls,
        before: Counters,
        disturbances: &BTreeSet<Disturbance>,
    ) -> Option<Dispensing> {
        let begun = Dispensing::new(dispense, drums, counter_falls, before)?;
        let cause = disturbances.iter().copied().find_map(cause_of_return);
        let disturbances = disturbances.clone();
        Some(Dispensing {
            recalled: true,
            sends: 1,
            heard: true,
            interrupted: true,
            disturbances,
            cause,
            ..begun
        })
    }

    /// What the device counted before.
    pub(super) fn before(&self) -> &Counters {
        &self.before
    }

    pub(super) fn order(&self) -> RecyclerOrder {
        RecyclerOrder::PayOut { pieces: self.asked, drum: self.drum }
    }

    pub(super) fn has_been_sent(&self) -> bool {
        self.sends > 0
    }

    pub(super) fn sent(&mut self) {
        self.sends = self.sends.saturating_add(1);
    }

    /// The device is at it, or has said that it is not going to be.
    pub(super) fn heard(&mut self) {
        self.heard = true;
    }

    pub(super) fn interrupted(&mut self) {
        self.interrupted = true;
    }

    /// A note came out, was taken, or went back.
    pub(super) fn note_moved(&mut self, news: ExitNews) {
        self.heard = true;
        match news {
            ExitNews::Presented => {}
            ExitNews::Taken => self.paid = self.paid.saturating_add(1),
            ExitNews::PerhapsAnother => self.perhaps_more = true,
            ExitNews::DrawnBack(how) => {
                self.drawn_back = self.drawn_back.saturating_add(1);
                self.cause = self.cause.or(cause_of_return(how));
                self.disturbed(how);
            }
        }
    }

    /// The device cannot work.
    pub(super) fn out_of_order(&mut self, status: Status, exit: Exit) {
        self.interrupted = true;
        match condition(status) {
            Condition::PowerUp => self.disturbed(Disturbance::PowerLost),
            // It has restarted, and nobody saw what came before.
            Condition::Initialize if !self.stop_seen => self.disturbed(Disturbance::PowerLost),
            Condition::Fault(fault) => {
                if exit.may_offer() {
                    self.disturbed(Disturbance::FailedWhileOffered);
                }
                self.cause.get_or_insert(cause_of(fault));
            }
            Condition::Initialize | Condition::Running | Condition::Nothing => {}
        }
        self.stop_seen = true;
    }

    fn disturbed(&mut self, what: Disturbance) {
        if self.disturbances.insert(what) {
            self.unsaved.insert(what);
            self.untold.push(what);
        }
    }

    /// What the machine is to save, each once.
    pub(super) fn take_untold(&mut self) -> Vec<Disturbance> {
        std::mem::take(&mut self.untold)
    }

    /// The machine has saved it.
    pub(super) fn saved(&mut self, what: Disturbance) {
        self.unsaved.remove(&what);
    }

    /// Whether the device still has to keep something in mind for a later driver.
    pub(super) fn is_unsaved(&self) -> bool {
        !self.unsaved.is_empty()
    }

    /// A note may have been taken without being counted.
    fn is_unwatched(&self) -> bool {
        let unwatched = [Disturbance::PowerLost, Disturbance::FailedWhileOffered];
        unwatched.iter().any(|what| self.disturbances.contains(what))
    }

    /// Notes that are proven to be paid out, and never more than the machine asked for. A PAY VALID that an earlier
    /// driver did not acknowledge is repeated to this one, so those of a recalled dispense prove nothing alone.
    pub(super) fn proven(&self) -> u32 {
        if self.recalled { 0 } else { self.paid.min(self.dispense.pieces) }
    }

    pub(super) fn unknown(&self) -> DispenseEnd {
        DispenseEnd::Unknown { paid: self.proven() }
    }

    /// PAY VALIDs against counters (§8): only if both agree is the number of paid notes known.
    pub(super) fn verdict(&self, after: &Counters) -> Verdict {
        let Some(paid) = self.paid_for_certain(after).filter(|paid| !self.may_be_taken_uncounted(*paid))
        else {
            return Verdict::EndedIfAtRest(self.unknown());
        };
        if paid == self.dispense.pieces {
            return Verdict::Ended(DispenseEnd::Complete);
        }
        if paid == u32::from(self.asked) {
            return Verdict::Ended(DispenseEnd::Short { paid, cause: ShortCause::Empty });
        }
        if !self.heard && !self.interrupted {
            return self.unheard();
        }
        let empty = (self.pieces_in_drum(after) == Some(0)).then_some(ShortCause::Empty);
        match self.cause.or(empty) {
            Some(cause) => Verdict::EndedIfAtRest(DispenseEnd::Short { paid, cause }),
            None => Verdict::ShortWithoutCause { paid },
        }
    }

    fn unheard(&self) -> Verdict {
        if self.sends < SENDS_MAX {
            return Verdict::Unheard;
        }
        Verdict::EndedIfAtRest(DispenseEnd::Short { paid: 0, cause: ShortCause::Refused })
    }

    /// How many were paid, if everything that is known of it agrees.
    fn paid_for_certain(&self, after: &Counters) -> Option<u32> {
        let others = |counters: &Counters| {
            let indexed = counters.drums.iter().copied().enumerate();
            indexed.filter(|(index, _)| index + 1 != usize::from(self.drum)).collect::<Vec<_>>()
        };
        if others(&self.before) != others(after) {
            return None;
        }
        let fallen = self.pieces_in_drum(&self.before)?.checked_sub(self.pieces_in_drum(after)?)?;
        let dispensed = match (self.before.dispensed, after.dispensed) {
            (None, None) => None,
            (Some(before), Some(after)) => Some(after.checked_sub(before)?),
            (Some(_), None) | (None, Some(_)) => return None,
        };
        let fallen = u32::from(fallen);
        let paid = match (self.recalled, self.perhaps_more) {
            (true, _) => self.paid_by_counters(fallen, dispensed)?,
            (false, true) => self.paid_unseen(fallen, dispensed)?,
            (false, false) => self.is_explained(fallen, dispensed).then_some(self.paid)?,
        };
        (paid <= self.asked.into()).then_some(paid)
    }

    /// What the counters alone tell. A note that left its drum and was not paid was drawn back into the cash box; where
    /// it may have been taken uncounted it may be anywhere. Without a counter of paid notes only that nothing moved is
    /// certain.
    fn paid_by_counters(&self, fallen: u32, dispensed: Option<u32>) -> Option<u32> {
        match dispensed {
            Some(paid) if paid == fallen => Some(paid),
            Some(paid) if paid < fallen && !self.is_unwatched() => Some(paid),
            Some(_) => None,
            None => (fallen == 0).then_some(0),
        }
    }

    /// PAY VALIDs cannot tell whether one more note was taken than they say. Without a counter of paid notes only as many as
    /// they say are certain, if no more have left the drum.
    fn paid_unseen(&self, fallen: u32, dispensed: Option<u32>) -> Option<u32> {
        match dispensed {
            Some(_) => self.paid_by_counters(fallen, dispensed).filter(|paid| *paid >= self.paid),
            None => (fallen == self.paid).then_some(fallen),
        }
    }

    /// A note that was drawn back left its drum for good if it went to the cash box, so it may be counted as fallen or
    /// not, but never as paid. After a power failure nothing but PAY VALIDs is taken for an explanation.
    fn is_explained(&self, fallen: u32, dispensed: Option<u32>) -> bool {
        let power_lost = self.disturbances.contains(&Disturbance::PowerLost);
        let tolerated = if power_lost { 0 } else { self.drawn_back };
        let falls = self.paid..=self.paid.saturating_add(tolerated);
        falls.contains(&fallen) && dispensed.is_none_or(|dispensed| dispensed == self.paid)
    }

    /// A counter that falls only at PAY VALID cannot tell a note that was taken behind the device's back from one that
    /// went back to its drum.
    fn may_be_taken_uncounted(&self, paid: u32) -> bool {
        let all_taken = paid == u32::from(self.asked);
        self.counter_falls == DrumCounterFalls::AtPayValid && self.is_unwatched() && !all_taken
    }

    fn pieces_in_drum(&self, counters: &Counters) -> Option<u16> {
        counters.drums.get(usize::from(self.drum).checked_sub(1)?).copied()
    }
}

/// Why a note is not paid that is inside again.
fn cause_of_return(how: Disturbance) -> Option<ShortCause> {
    match how {
        Disturbance::NotTaken => Some(ShortCause::NotTaken),
        Disturbance::WentBack => Some(ShortCause::Jam),
        Disturbance::PowerLost | Disturbance::FailedWhileOffered => None,
    }
}

fn cause_of(fault: RestartCause) -> ShortCause {
    match fault {
        RestartCause::Fault(Status::JamInAcceptor | Status::JamInStacker | Status::RecyclerError) => {
            ShortCause::Jam
        }
        RestartCause::Fault(_) | RestartCause::CashBoxRemoved | RestartCause::PowerUp => ShortCause::Refused,
    }
}
