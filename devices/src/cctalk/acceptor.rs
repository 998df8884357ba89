use std::time::Duration;

use device_api::{Deposited, Mismatch, RejectCause, UnitEvent, UnitPart, UnitTrouble};
use money::DenominationSet;
use settings::CoinUnitProfile;
use wire::Moment;
use wire::cctalk::{Command, CreditBuffer, CreditEvent, ErrorKind, Reply};

use super::acceptance::Acceptance;
use super::contact::Contact;
use super::credits::{Credits, Finding};
use super::health::Health;
use super::identifying::{Identifying, Step};
use super::identity::{Identity, Known, place_of};
use super::unit::{OPTIONAL_TRIES, PROBE_INTERVAL, REFUSAL_PAUSE, REFUSALS_MAX, REFUSED_INTERVAL};

/// What a coin acceptor calls itself, exactly (§3).
const CATEGORY: &str = "Coin Acceptor";

/// How often an acceptor that is not healthy is asked whether it is: somebody waits beside it.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// How often an acceptor that is closed is asked for news: no coin waits for its credit there. Not less often, because
/// an acceptor expects it every 200 ms (docs/protocols/cctalk.md §6).
const REST_INTERVAL: Duration = Duration::from_millis(200);

/// Fault codes of the self-check that mean a coin in the way: credit sensor, sorter, reject sensor (§5).
const FAULTS_OF_JAM: [u8; 3] = [3, 8, 18];

/// The coin acceptor.
#[derive(Debug)]
pub(super) struct Acceptor {
    profile: CoinUnitProfile,
    phase: Phase,
    /// Not asked before: it did not answer or was refused.
    pause_until: Moment,
    /// When it last told its news; `None` if it is to be asked at once.
    polled_at: Option<Moment>,
    identity: Option<Known>,
    acceptance: Acceptance,
    credits: Credits,
    /// The events of the time before serving are told.
    caught_up: bool,
    health: Health,
    contact: Contact,
    news: Vec<UnitEvent>,
}

#[derive(Debug)]
enum Phase {
    Identifying(Identifying),
    /// Closed once, then asked again who it is.
    Refused,
    Serving,
}

impl Acceptor {
    pub(super) fn new(profile: CoinUnitProfile) -> Acceptor {
        Acceptor {
            phase: Phase::Identifying(Identifying::default()),
            pause_until: Moment::START,
            polled_at: None,
            identity: None,
            acceptance: Acceptance::default(),
            credits: Credits::default(),
            caught_up: false,
            health: Health::checking(Moment::START),
            contact: Contact::new(UnitPart::Acceptor, profile.comm_lost_after),
            news: Vec::new(),
            profile,
        }
    }

    pub(super) fn address(&self) -> u8 {
        self.profile.acceptor_address
    }

    pub(super) fn want(&mut self, wanted: DenominationSet) {
        self.acceptance.want(wanted);
    }

    pub(super) fn told_up_to(&mut self, event_no: u8) {
        self.credits.told_before(event_no);
    }

    pub(super) fn line_opened(&mut self, now: Moment) {
        self.identify(now);
    }

    pub(super) fn line_lost(&mut self, now: Moment) {
        self.contact.cut();
        self.lost(now);
    }

    /// The model and coins of an acceptor at work; `None` while it is not.
    pub(super) fn identified(&self) -> Option<(&str, DenominationSet)> {
        let known = self.identity.as_ref().filter(|_| matches!(self.phase, Phase::Serving))?;
        Some((&known.model, known.coins.values()))
    }

    /// Says which one it is; one that does not serve does so when it is asked again, as it is ready.
    pub(super) fn read_counts(&mut self) {
        if let (Phase::Serving, Some(known)) = (&self.phase, &self.identity) {
            self.news.push(known.counts());
        }
    }

    /// Adds what is new.
    pub(super) fn hand_over(&mut self, news: &mut Vec<UnitEvent>) {
        news.append(&mut self.news);
    }

    /// From when on it has something to ask.
    pub(super) fn due(&self) -> Moment {
        match self.phase {
            Phase::Identifying(_) | Phase::Refused => self.pause_until,
            Phase::Serving if self.credits.looks_again() || self.due_setting().is_some() => self.pause_until,
            Phase::Serving => self.health.due().map_or(self.poll_due(), |due| due.min(self.poll_due())),
        }
    }

    pub(super) fn next_request(&self, now: Moment) -> Command {
        match &self.phase {
            Phase::Identifying(identifying) => identifying.request(),
            Phase::Refused => Command::WriteAcceptance(false),
            Phase::Serving if self.credits.looks_again() || now >= self.poll_due() => Command::ReadCredits,
            Phase::Serving => self.due_setting().unwrap_or(Command::SelfCheck),
        }
    }

    pub(super) fn replied(&mut self, now: Moment, command: &Command, reply: Reply) {
        self.contact.answered();
        match (&mut self.phase, reply) {
            (Phase::Identifying(_), Reply::Nak | Reply::Busy) => self.step_refused(now),
            (Phase::Identifying(_), reply) => self.step_replied(now, reply),
            (Phase::Refused, _) => self.retry_later(now),
            (Phase::Serving, Reply::Nak | Reply::Busy) => self.request_refused(now, command),
            (Phase::Serving, Reply::Credits(buffer)) => self.polled(now, &buffer),
            (Phase::Serving, Reply::Ack) => self.acceptance.written(command),
            (Phase::Serving, Reply::Coins(mask)) => self.coins_read(now, mask),
            (Phase::Serving, Reply::Acceptance(open)) => {
                if self.acceptance.acceptance_read(now, open) {
                    self.restarted(now);
                }
            }
            (Phase::Serving, Reply::SelfCheck(fault)) => self.checked(now, fault),
            (Phase::Serving, _) => {}
        }
    }

    pub(super) fn unanswered(&mut self, now: Moment, command: &Command) {
        match &self.phase {
            Phase::Identifying(_) => self.step_unanswered(now),
            Phase::Refused => self.retry_later(now),
            Phase::Serving if self.contact.missed() => self.lost(now),
            Phase::Serving => {
                // The poll comes first: what happened since matters more than any setting.
                self.acceptance.doubt_device();
                self.acceptance.write_unanswered(command);
                self.polled_at = None;
                if *command == Command::SelfCheck {
                    self.check_unanswered(now);
                }
            }
        }
    }

    /// A reply is missing, or an old one may be among the new: two equal readings must not stand on both sides of that.
    pub(super) fn interrupted(&mut self) {
        self.credits.interrupted();
        self.acceptance.doubt_device();
        if let Health::Checking { reading, .. } = &mut self.health {
            reading.forget();
        }
        if let Phase::Identifying(identifying) = &mut self.phase {
            identifying.reading.forget();
        }
    }

    /// A reply has answered another question. Which of those before did so too nobody knows.
    pub(super) fn out_of_step(&mut self) {
        if let Phase::Identifying(identifying) = &mut self.phase {
            identifying.begin_table_anew();
        }
    }

    fn poll_due(&self) -> Moment {
        let interval = match self.acceptance.is_at_rest() {
            true => REST_INTERVAL,
            false => Duration::from_millis(self.profile.poll_interval_ms.into()),
        };
        self.polled_at.map_or(Moment::START, |polled_at| polled_at.after(interval))
    }

    fn due_setting(&self) -> Option<Command> {
        let known = self.identity.as_ref()?;
        self.acceptance.next_request(&known.coins, self.contact.is_ready())
    }
}

/// Who is there.
impl Acceptor {
    fn identify(&mut self, now: Moment) {
        self.phase = Phase::Identifying(Identifying::default());
        self.pause_until = now;
        self.credits.interrupted();
        self.acceptance.forget_device();
    }

    fn lost(&mut self, now: Moment) {
        self.identify(now);
        self.pause_until = now.after(PROBE_INTERVAL);
        self.news.extend(self.contact.trouble(UnitTrouble::NotResponding));
    }

    fn refuse(&mut self, mismatch: Mismatch) {
        self.phase = Phase::Refused;
        self.identity = None;
        self.news.extend(self.contact.trouble(UnitTrouble::other_than_profile(mismatch)));
    }

    fn retry_later(&mut self, now: Moment) {
        self.identify(now);
        self.pause_until = now.after(REFUSED_INTERVAL);
    }

    fn step_unanswered(&mut self, now: Moment) {
        let Phase::Identifying(identifying) = &mut self.phase else { return };
        identifying.reading.forget();
        if identifying.step.is_optional() {
            identifying.tries += 1;
            if identifying.tries >= OPTIONAL_TRIES {
                self.next_step(now, None);
            }
        } else if self.contact.missed() {
            self.lost(now);
        }
    }

    /// It is there, and does not say this.
    fn step_refused(&mut self, now: Moment) {
        let Phase::Identifying(identifying) = &mut self.phase else { return };
        if identifying.step.is_optional() {
            return self.step_unanswered(now);
        }
        identifying.reading.forget();
        identifying.tries += 1;
        if identifying.tries >= REFUSALS_MAX {
            return self.next_step(now, None);
        }
        self.pause_until = now.after(REFUSAL_PAUSE);
    }

    fn step_replied(&mut self, now: Moment, reply: Reply) {
        let Phase::Identifying(identifying) = &mut self.phase else { return };
        let believed = match reply {
            // Of a coin the second reading is the one of the way back.
            Reply::Ack | Reply::Coin(_) => Some(reply),
            reply => identifying.reading.observe(reply),
        };
        if believed.is_some() {
            self.next_step(now, believed);
        }
    }

    /// The reply was read twice, or the device does not know this step (`None`).
    fn next_step(&mut self, now: Moment, reply: Option<Reply>) {
        let Phase::Identifying(identifying) = &mut self.phase else { return };
        identifying.tries = 0;
        let step = identifying.step;
        match (step, reply) {
            (Step::Category, Some(Reply::Text(category))) if category == CATEGORY => {
                identifying.step = Step::SerialNumber;
            }
            (Step::Category, Some(Reply::Text(category))) => {
                self.refuse(Mismatch::category(&category, CATEGORY))
            }
            (Step::SerialNumber, Some(Reply::SerialNumber(serial))) => {
                identifying.serial = serial;
                identifying.step = Step::Product;
                if self.identity.as_ref().is_some_and(|known| known.serial == serial) {
                    self.set_paths(now);
                }
            }
            (Step::Product, reply) => {
                identifying.name_is(reply);
                identifying.step = Step::Software;
            }
            (Step::Software, reply) => {
                identifying.name_is(reply);
                identifying.step = Step::Coin(1);
            }
            (Step::Coin(position), Some(Reply::Coin(code))) => identifying.coin_read(position, code),
            (Step::CoinAgain(position), Some(Reply::Coin(code)))
                if identifying.says_again(position, code) =>
            {
                match position {
                    1 => self.table_read(now),
                    _ => identifying.step = Step::CoinAgain(position - 1),
                }
            }
            (Step::CoinAgain(_), Some(Reply::Coin(_))) => identifying.begin_table_anew(),
            // A device that does not know the question knows no ways at all, and each silence takes its time.
            (Step::ReadPath { .. }, None) => self.serve(now),
            (Step::ReadPath { index, written }, reply) => {
                let wrong =
                    matches!(reply, Some(Reply::SorterPath(path)) if path != identifying.paths[index].1);
                if wrong && !written {
                    identifying.step = Step::WritePath { index };
                } else {
                    // A sorter that does not obey still says with each coin where it went (§6).
                    self.path_set(now, index + 1);
                }
            }
            (Step::WritePath { index }, _) => identifying.step = Step::ReadPath { index, written: true },
            (Step::Category | Step::SerialNumber | Step::Coin(_) | Step::CoinAgain(_), _) => {
                let command = identifying.request().header();
                self.refuse(Mismatch::Untold { command });
            }
        }
    }

    fn table_read(&mut self, now: Moment) {
        let Phase::Identifying(identifying) = &mut self.phase else { return };
        let (serial, model) = (identifying.serial, std::mem::take(&mut identifying.model));
        match Identity::new(&self.profile, &identifying.codes) {
            Ok(coins) => {
                self.identity = Some(Known { serial, model, coins });
                self.set_paths(now);
            }
            Err(mismatch) => self.refuse(mismatch),
        }
    }

    fn set_paths(&mut self, now: Moment) {
        let Phase::Identifying(identifying) = &mut self.phase else { return };
        let known = self.identity.as_ref();
        identifying.paths = known.map_or_else(Vec::new, |known| known.coins.sorter_paths(&self.profile));
        self.path_set(now, 0);
    }

    fn path_set(&mut self, now: Moment, next: usize) {
        let Phase::Identifying(identifying) = &mut self.phase else { return };
        if next < identifying.paths.len() {
            identifying.step = Step::ReadPath { index: next, written: false };
        } else {
            self.serve(now);
        }
    }

    fn serve(&mut self, now: Moment) {
        self.phase = Phase::Serving;
        self.polled_at = None;
        self.caught_up = false;
        self.health = Health::checking(now);
    }
}

/// What happens at work.
impl Acceptor {
    fn polled(&mut self, now: Moment, buffer: &CreditBuffer) {
        self.polled_at = Some(now);
        match self.credits.observe(buffer) {
            Finding::LookAgain => {}
            Finding::Nothing => {
                if self.acceptance.nothing_new(now) {
                    self.news.push(UnitEvent::In(Deposited::Inhibited));
                }
                self.settled();
            }
            Finding::Restarted => self.restarted(now),
            Finding::News { events, lost, after } => {
                self.lost_up_to(after, lost);
                self.tell(now, &events);
            }
        }
        let not_told = self.credits.not_told().map(|event_no| Deposited::ToldUpTo { event_no });
        self.news.extend(not_told.map(UnitEvent::In));
    }

    /// The events of the time before are told; what comes now is of this time.
    fn settled(&mut self) {
        self.caught_up = true;
        if matches!(self.health, Health::Fine) {
            self.news.extend(self.contact.ready());
        }
    }

    /// Positions without a coin count for nothing: some devices show them as they like.
    fn coins_read(&mut self, now: Moment, mask: u16) {
        let known = self.identity.as_ref().map_or(0, |known| known.coins.mask(known.coins.values()));
        if self.acceptance.coins_read(mask & known) {
            self.restarted(now);
        }
    }

    /// The device was without power, even if nobody has missed it. What it had not told is unknown.
    fn restarted(&mut self, now: Moment) {
        if self.caught_up {
            self.news.extend(self.contact.trouble(UnitTrouble::NotResponding));
        }
        self.acceptance.forget_device();
        self.health = Health::checking(now);
        self.settled();
    }

    fn tell(&mut self, now: Moment, events: &[(u8, CreditEvent)]) {
        self.acceptance.something_new(now);
        for &(event_no, event) in events {
            match event {
                CreditEvent::Coin { position, path } => match self.denomination(position) {
                    Some(denomination) => {
                        let place = place_of(&self.profile, path, denomination);
                        self.credits.told(event_no);
                        self.news.push(UnitEvent::In(Deposited::Inserted { denomination, place, event_no }));
                    }
                    None => self.lost_up_to(event_no, 1),
                },
                CreditEvent::Error(error) => {
                    let told = self.error(now, error.kind());
                    self.news.extend(told);
                }
                CreditEvent::None => self.lost_up_to(event_no, 1),
            }
        }
        self.settled();
    }

    /// So many events up to this one are not known.
    fn lost_up_to(&mut self, event_no: u8, count: u8) {
        if count > 0 {
            self.credits.told(event_no);
            self.news.push(UnitEvent::In(Deposited::EventsLost { count, event_no }));
        }
    }

    fn error(&mut self, now: Moment, kind: ErrorKind) -> Option<UnitEvent> {
        let trouble = match kind {
            ErrorKind::Unreadable => {
                return Some(UnitEvent::In(Deposited::Rejected { cause: RejectCause::Unreadable }));
            }
            ErrorKind::NotWanted => {
                return Some(UnitEvent::In(Deposited::Rejected { cause: RejectCause::NotWanted }));
            }
            ErrorKind::ReturnPressed => return Some(UnitEvent::In(Deposited::ReturnPressed)),
            ErrorKind::Remark => return None,
            ErrorKind::Jam => UnitTrouble::Jam,
            ErrorKind::Manipulated => UnitTrouble::Manipulated,
        };
        self.health = Health::checking(now);
        self.contact.trouble(trouble)
    }

    fn denomination(&self, position: u8) -> Option<money::Denomination> {
        self.identity.as_ref()?.coins.denomination(position)
    }

    fn checked(&mut self, now: Moment, fault: u8) {
        let Health::Checking { due, reading, .. } = &mut self.health else { return };
        let Some(fault) = reading.observe(fault) else { return };
        if fault == 0 {
            self.found_healthy();
            return;
        }
        *due = now.after(CHECK_INTERVAL);
        let jammed = FAULTS_OF_JAM.contains(&fault);
        let trouble = if jammed { UnitTrouble::Jam } else { UnitTrouble::Broken { code: fault } };
        self.news.extend(self.contact.trouble(trouble));
    }

    /// An acceptor without self-check tells of faults by events only.
    fn check_unanswered(&mut self, now: Moment) {
        let Health::Checking { tries, due, .. } = &mut self.health else { return };
        *tries += 1;
        *due = now.after(CHECK_INTERVAL);
        if *tries >= OPTIONAL_TRIES {
            self.found_healthy();
        }
    }

    fn found_healthy(&mut self) {
        self.health = Health::Fine;
        if self.caught_up {
            self.settled();
        }
    }

    fn request_refused(&mut self, now: Moment, command: &Command) {
        match command {
            Command::SelfCheck => self.check_unanswered(now),
            Command::ReadCredits => self.unanswered(now, command),
            _ => self.acceptance.refused(),
        }
    }
}
