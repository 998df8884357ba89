use std::time::Duration;

use device_api::{
    Counted, CountedBefore, Dispense, DispenseEnd, DispenseId, Mismatch, Paid, Place, ShortCause, UnitCounts,
    UnitEvent, UnitPart, UnitTrouble,
};
use money::Denomination;
use settings::{CoinUnitProfile, HopperProfile, HopperSecurity};
use wire::Moment;
use wire::cctalk::{CoinCode, Command, Reply, Security, TestRegisters};

use super::contact::Contact;
use super::identity::number_of;
use super::payout::{Payout, Progress};
use super::proof::Before;
use super::unit::{OPTIONAL_TRIES, PROBE_INTERVAL, REFUSAL_PAUSE, REFUSALS_MAX, REFUSED_INTERVAL};
use crate::agreed::Agreed;

/// What a hopper calls itself, exactly (§3).
const CATEGORY: &str = "Payout";

/// How often a hopper at rest is looked after: soon enough to say before a payment that it is gone, seldom enough that
/// six of them leave the line to the acceptor (§8).
const LOOK_INTERVAL: Duration = Duration::from_secs(5);

/// How often a reset tries whether a stuck coin has been cleared. Somebody may have a hand in it, so not more often.
const FAULT_RESET_INTERVAL: Duration = Duration::from_secs(10);

/// How often switching off is tried after a payout. An enabled hopper does nothing without a dispense command.
const DISABLE_TRIES: u8 = 3;

/// One hopper.
#[derive(Debug)]
pub(super) struct Hopper {
    profile: HopperProfile,
    portion_max: u8,
    poll_interval: Duration,
    phase: Phase,
    /// Not asked before.
    pause_until: Moment,
    /// It has said who it is, at least once.
    known: bool,
    model: String,
    serial: [u8; 3],
    payout: Option<Payout>,
    /// What it is to be asked about as soon as it serves: a payout of an earlier driver.
    recall: Option<(Dispense, Before)>,
    /// It has shown in a payout that it takes encrypted commands only.
    wants_encryption: bool,
    /// It was gone during a payout and is to say who it is.
    identify_due: bool,
    /// What its life counter said last, while the machine waits for it.
    counting: Option<Agreed<u32>>,
    /// How often it may still be told to switch off.
    disable_tries: u8,
    reset_due: Moment,
    contact: Contact,
    news: Vec<UnitEvent>,
}

#[derive(Debug)]
enum Phase {
    Identifying { step: Step, reading: Agreed<Reply>, tries: u8 },
    Serving { reading: Agreed<TestRegisters>, resetting: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Category,
    SerialNumber,
    Product,
    Coin,
}

impl Hopper {
    pub(super) fn new(unit: &CoinUnitProfile, profile: HopperProfile) -> Hopper {
        Hopper {
            profile,
            portion_max: unit.coins_per_dispense,
            poll_interval: Duration::from_millis(unit.poll_interval_ms.into()),
            phase: Phase::identifying(),
            pause_until: Moment::START,
            known: false,
            model: String::new(),
            serial: [0; 3],
            payout: None,
            recall: None,
            wants_encryption: false,
            identify_due: false,
            counting: None,
            disable_tries: 0,
            reset_due: Moment::START,
            contact: Contact::new(UnitPart::Hopper(profile.address), unit.comm_lost_after),
            news: Vec::new(),
        }
    }

    pub(super) fn address(&self) -> u8 {
        self.profile.address
    }

    /// Where it is in the unit.
    pub(super) fn place(&self) -> Place {
        Place::Hopper(self.profile.address)
    }

    pub(super) fn denomination(&self) -> Denomination {
        self.profile.denomination
    }

    pub(super) fn line_opened(&mut self, now: Moment) {
        self.identify(now);
    }

    pub(super) fn line_lost(&mut self, now: Moment) {
        self.contact.cut();
        if let Some(payout) = &mut self.payout {
            let progress = payout.unanswered(true);
            self.go_on(now, progress);
        }
        self.lost(now);
    }

    /// The model of a hopper that has said who it is; `None` while it has not.
    pub(super) fn identified(&self) -> Option<&str> {
        self.known.then_some(self.model.as_str())
    }

    /// Whether it has said who it is, or there is a reason why not.
    pub(super) fn is_decided(&self) -> bool {
        self.contact.has_trouble() || self.identified().is_some()
    }

    /// Adds what is new.
    pub(super) fn hand_over(&mut self, news: &mut Vec<UnitEvent>) {
        news.append(&mut self.news);
    }

    pub(super) fn is_paying(&self) -> bool {
        self.payout.is_some()
    }

    /// Pays out, or says at once why not.
    pub(super) fn dispense(&mut self, now: Moment, dispense: Dispense) {
        let serving = matches!(self.phase, Phase::Serving { .. });
        if self.payout.is_some() || !serving || !self.contact.is_ready() || dispense.pieces == 0 {
            let end = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };
            self.news.push(UnitEvent::Out(Paid::Dispensed { id: dispense.id, end }));
            return;
        }
        let security = match self.profile.security {
            HopperSecurity::SerialNumber => Security::SerialNumber(self.serial),
            HopperSecurity::Zeros => Security::Zeros,
        };
        self.payout = Some(Payout::new(now, dispense, self.portion_max, security, self.poll_interval));
        self.disable_tries = 0;
        self.pause_until = now;
    }

    /// The counters are saved: pays out. Anything but the dispense that waits for this has ended meanwhile.
    pub(super) fn proceed(&mut self, now: Moment, id: DispenseId) {
        let waiting = self.payout.as_mut().filter(|payout| payout.dispense().id == id);
        if waiting.is_some_and(|payout| payout.proceed(now)) {
            self.pause_until = now;
        }
    }

    /// Asks what became of a payout, now or as soon as it serves.
    pub(super) fn recall(&mut self, now: Moment, dispense: Dispense, before: Before) {
        self.recall = Some((dispense, before));
        self.begin_recall(now);
    }

    /// Asks what it has counted, now or as soon as it serves and pays nothing out.
    pub(super) fn read_counts(&mut self, now: Moment) {
        self.counting = Some(Agreed::default());
        self.begin_counting(now);
    }

    fn begin_counting(&mut self, now: Moment) {
        if self.counting.is_some() && self.payout.is_none() && matches!(self.phase, Phase::Serving { .. }) {
            self.pause_until = now;
        }
    }

    fn counted(&mut self, now: Moment, total: u32) {
        if let Some(total) = self.counting.as_mut().and_then(|counting| counting.observe(total)) {
            self.tell_counts(now, Some(total));
        }
    }

    fn tell_counts(&mut self, now: Moment, paid_out_total: Option<u32>) {
        self.counting = None;
        self.pause_until = now.after(LOOK_INTERVAL);
        let part = UnitPart::Hopper(self.profile.address);
        let counts = UnitCounts { serial: Some(number_of(self.serial)), stacked_total: None, paid_out_total };
        self.news.push(UnitEvent::Counts(Counted { part, counts, stored: None }));
    }

    fn begin_recall(&mut self, now: Moment) {
        if self.payout.is_some() || !matches!(self.phase, Phase::Serving { .. }) {
            return;
        }
        if let Some((dispense, before)) = self.recall.take() {
            let (portion_max, interval) = (self.portion_max, self.poll_interval);
            self.payout = Some(Payout::recalled(now, dispense, before, portion_max, interval));
            self.pause_until = now;
        }
    }

    /// From when on it has something to ask.
    pub(super) fn due(&self) -> Moment {
        self.pause_until
    }

    /// When its payout ends, whatever the line does.
    pub(super) fn give_up_at(&self) -> Option<Moment> {
        self.payout.as_ref().map(Payout::give_up_at)
    }

    pub(super) fn next_request(&mut self) -> Command {
        if let Some(payout) = &mut self.payout {
            let command = payout.request();
            payout.requested();
            return command;
        }
        match &self.phase {
            Phase::Identifying { step, .. } => step.request(),
            Phase::Serving { .. } if self.disable_tries > 0 => Command::EnableHopper(false),
            Phase::Serving { resetting: true, .. } => Command::Reset,
            Phase::Serving { .. } if self.counting.is_some() => Command::DispenseTotal,
            Phase::Serving { .. } => Command::TestHopper,
        }
    }

    pub(super) fn replied(&mut self, now: Moment, command: &Command, reply: Reply) {
        self.contact.answered();
        if let Some(payout) = &mut self.payout {
            let progress = payout.replied(now, reply);
            return self.go_on(now, progress);
        }
        match &mut self.phase {
            Phase::Identifying { .. } => self.step_replied(now, reply),
            Phase::Serving { .. } if *command == Command::EnableHopper(false) => self.disable_tries = 0,
            Phase::Serving { resetting, .. } if *command == Command::Reset => {
                *resetting = false;
                self.pause_until = now.after(PROBE_INTERVAL);
            }
            Phase::Serving { .. } if *command == Command::DispenseTotal => match reply {
                Reply::Total(total) => self.counted(now, total),
                _ => self.tell_counts(now, None),
            },
            Phase::Serving { reading, .. } => match reply {
                Reply::Registers(registers) => {
                    if let Some(registers) = reading.follow(registers) {
                        self.looked(now, registers);
                    }
                    // Somebody waits for what it has counted, perhaps since this question was asked.
                    self.begin_counting(now);
                }
                _ => self.pause_until = now.after(LOOK_INTERVAL),
            },
        }
    }

    pub(super) fn unanswered(&mut self, now: Moment) {
        let lost = self.contact.missed();
        if let Some(payout) = &mut self.payout {
            let progress = payout.unanswered(lost);
            if lost {
                self.identify_due = true;
                self.news.extend(self.contact.trouble(UnitTrouble::NotResponding));
            }
            return self.go_on(now, progress);
        }
        self.disable_tries = self.disable_tries.saturating_sub(1);
        match &mut self.phase {
            Phase::Identifying { .. } => self.step_unanswered(now, lost),
            Phase::Serving { .. } if lost => self.lost(now),
            Phase::Serving { reading, .. } => {
                reading.forget();
                self.counting.iter_mut().for_each(Agreed::forget);
            }
        }
    }

    /// A reply is missing, or an old one may be among the new: two equal readings must not stand on both sides of that.
    pub(super) fn interrupted(&mut self) {
        if let Some(payout) = &mut self.payout {
            payout.interrupted();
        }
        self.counting.iter_mut().for_each(Agreed::forget);
        match &mut self.phase {
            Phase::Identifying { reading, .. } => reading.forget(),
            Phase::Serving { reading, .. } => reading.forget(),
        }
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, now: Moment) {
        if let Some(progress) = self.payout.as_mut().and_then(|payout| payout.tick(now)) {
            self.go_on(now, progress);
        }
    }

    fn go_on(&mut self, now: Moment, progress: Progress) {
        self.pause_until = match progress {
            Progress::Continue => now,
            Progress::Wait(pause) => now.after(pause),
            Progress::Prepared(before) => {
                let id = self.payout.as_ref().map(|payout| payout.dispense().id);
                self.news.extend(id.map(|id| UnitEvent::Out(Paid::Prepared { id, before: before.into() })));
                // Nothing is asked meanwhile.
                self.give_up_at().unwrap_or(now)
            }
            Progress::End(end) => {
                let ended = self.payout.take();
                self.wants_encryption |= ended.as_ref().is_some_and(|payout| payout.wants_encryption);
                self.news.extend(
                    ended.map(|payout| UnitEvent::Out(Paid::Dispensed { id: payout.dispense().id, end })),
                );
                self.disable_tries = DISABLE_TRIES;
                if std::mem::take(&mut self.identify_due) {
                    self.phase = Phase::identifying();
                }
                now
            }
        };
    }
}

/// Who is there.
impl Hopper {
    fn identify(&mut self, now: Moment) {
        self.pause_until = now;
        // How it is set up is read from its switches when power comes.
        self.wants_encryption = false;
        if self.payout.is_some() {
            self.identify_due = true;
        } else {
            self.phase = Phase::identifying();
        }
    }

    fn lost(&mut self, now: Moment) {
        self.identify(now);
        self.pause_until = now.after(PROBE_INTERVAL);
        self.news.extend(self.contact.trouble(UnitTrouble::NotResponding));
    }

    fn refuse(&mut self, now: Moment, mismatch: Mismatch) {
        self.known = false;
        self.phase = Phase::identifying();
        self.pause_until = now.after(REFUSED_INTERVAL);
        self.news.extend(self.contact.trouble(UnitTrouble::other_than_profile(mismatch)));
    }

    fn step_unanswered(&mut self, now: Moment, lost: bool) {
        let Phase::Identifying { step, reading, tries } = &mut self.phase else { return };
        reading.forget();
        *tries += 1;
        if step.is_optional() && *tries >= OPTIONAL_TRIES {
            self.contact.answered();
            self.next_step(now, None);
        } else if lost {
            self.lost(now);
        }
    }

    fn step_replied(&mut self, now: Moment, reply: Reply) {
        let Phase::Identifying { reading, .. } = &mut self.phase else { return };
        if matches!(reply, Reply::Nak | Reply::Busy) {
            return self.step_refused(now);
        }
        if let Some(reply) = reading.observe(reply) {
            self.next_step(now, Some(reply));
        }
    }

    /// It is there, and does not say this.
    fn step_refused(&mut self, now: Moment) {
        let Phase::Identifying { step, reading, tries } = &mut self.phase else { return };
        reading.forget();
        *tries += 1;
        if step.is_optional() || *tries >= REFUSALS_MAX {
            return self.next_step(now, None);
        }
        self.pause_until = now.after(REFUSAL_PAUSE);
    }

    /// The reply was read twice, or the device does not know this step (`None`).
    fn next_step(&mut self, now: Moment, reply: Option<Reply>) {
        let Phase::Identifying { step, tries, .. } = &mut self.phase else { return };
        *tries = 0;
        let asked = *step;
        match (asked, reply) {
            (Step::Category, Some(Reply::Text(category))) if category == CATEGORY => {
                *step = Step::SerialNumber
            }
            (Step::Category, Some(Reply::Text(category))) => {
                self.refuse(now, Mismatch::category(&category, CATEGORY))
            }
            (Step::SerialNumber, Some(Reply::SerialNumber(serial))) => {
                self.serial = serial;
                *step = Step::Product;
            }
            (Step::Product, reply) => {
                self.model = match reply {
                    Some(Reply::Text(text)) => text.trim().to_owned(),
                    Some(_) | None => CATEGORY.to_owned(),
                };
                *step = Step::Coin;
            }
            (Step::Coin, Some(Reply::Coin(code))) if !self.fits(code) => {
                let expected = self.profile.denomination;
                self.refuse(now, Mismatch::HopperCoin { read: code.to_string(), expected });
            }
            (Step::Coin, _) => {
                self.known = true;
                self.phase = Phase::Serving { reading: Agreed::default(), resetting: false };
                // Before anything is reset that it remembers.
                self.begin_recall(now);
            }
            (Step::Category | Step::SerialNumber, _) => {
                let command = asked.request().header();
                self.refuse(now, Mismatch::Untold { command });
            }
        }
    }

    /// Whether the hopper does not contradict the profile. One that was never told its coin says nothing usable.
    fn fits(&self, code: CoinCode) -> bool {
        code.is_unused() || code.yen() == Some(i64::from(self.profile.denomination))
    }
}

/// What happens at rest.
impl Hopper {
    fn looked(&mut self, now: Moment, registers: TestRegisters) {
        self.pause_until = now.after(LOOK_INTERVAL);
        if self.wants_encryption || registers.is_encrypted() {
            self.news.extend(self.contact.trouble(UnitTrouble::other_than_profile(Mismatch::Encryption)));
            return;
        }
        if !registers.is_stuck() {
            self.news.extend(self.contact.ready());
            return;
        }
        self.news.extend(self.contact.trouble(UnitTrouble::Jam));
        if now >= self.reset_due {
            self.reset_due = now.after(FAULT_RESET_INTERVAL);
            self.phase = Phase::Serving { reading: Agreed::default(), resetting: true };
            self.pause_until = now;
        }
    }
}

impl From<Before> for CountedBefore {
    fn from(Before { event, total, powered_up }: Before) -> CountedBefore {
        CountedBefore::Hopper { event, paid_out_total: total, powered_up }
    }
}

impl Phase {
    fn identifying() -> Phase {
        Phase::Identifying { step: Step::Category, reading: Agreed::default(), tries: 0 }
    }
}

impl Step {
    fn request(self) -> Command {
        match self {
            Step::Category => Command::Category,
            Step::SerialNumber => Command::SerialNumber,
            Step::Product => Command::Product,
            Step::Coin => Command::HopperCoin,
        }
    }

    /// Whether devices exist that do not know this.
    fn is_optional(self) -> bool {
        match self {
            Step::Category | Step::SerialNumber => false,
            Step::Product | Step::Coin => true,
        }
    }
}
