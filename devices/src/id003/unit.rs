use std::collections::VecDeque;
use std::time::Duration;

use device_api::{
    DepositCommand, Deposited, DeviceCounts, Driver, DriverOutput, ExitBlock, PayoutCommand, Stated,
    UnitCommand, UnitEvent, UnitPart, UnitTrouble,
};
use money::CashCount;
use settings::{NoteUnitProfile, StackCommand};
use wire::Moment;
use wire::id003::{Command, Decoder, RecyclerQuery, Reply, Setting, TotalCount};

use super::acceptance::Acceptance;
use super::identity::Identity;
use super::note::NoteUnderWay;
use super::order::Decision;
use super::payout::Payout;
use super::phase::{Configuring, Phase, Refused, RestartCause, start_up_settings};

/// When RESET is repeated if the device still only says that it has power: peers wait two seconds after RESET (§7).
const POWER_UP_RESET_INTERVAL: Duration = Duration::from_secs(2);

/// INITIALIZE takes a recycler up to half a minute (§7). One that takes longer may have lost the settings.
const INITIALIZE_MAX: Duration = Duration::from_secs(30);

/// How many settings and readings in a row may come to nothing. On a line that loses two frames in five this happens once
/// in months; a device that tells its status and obeys nothing is out of order (§7).
pub(super) const FRUITLESS_MAX: u8 = 12;

/// How often RESET tries whether a fault has been cleared. Each one moves the mechanics, maybe under somebody's
/// hands, so not more often (§6).
pub(super) const FAULT_RESET_INTERVAL: Duration = Duration::from_secs(10);

/// A note validator or recycler.
///
/// Each [`Deposited::Arriving`] is followed by `Escrowed` or `Rejected`, each `Escrowed` by `Stacked`,
/// `Returned` or trouble. After a failure of the line a note that is still in escrow is reported as `Escrowed` once
/// more, because the decision about it may be out of date. [`DepositCommand::Accept`] is a standing order: it is
/// written again to a device that has restarted, and waits while notes are paid out.
#[derive(Debug)]
pub struct NoteUnit {
    pub(super) profile: NoteUnitProfile,
    pub(super) phase: Phase,
    pub(super) identity: Identity,
    pub(super) note: NoteUnderWay,
    pub(super) payout: Payout,
    pub(super) acceptance: Acceptance,
    pub(super) counting: Option<Counting>,
    decoder: Decoder,
    pub(super) outstanding: Option<Outstanding>,
    /// Requests in a row that were not answered.
    pub(super) misses: u8,
    /// Times in a row that something essential was refused.
    pub(super) refusals: u8,
    /// Settings and readings in a row that came to nothing, whatever the device said of its status in between.
    pub(super) fruitless: u8,
    pub(super) poll_due: Moment,
    /// The end of the pause after an ACK, which has no reply to wait for, or after a reply that is missing.
    quiet_until: Moment,
    /// What the machine has been told last, while it stands.
    trouble: Option<UnitTrouble>,
    /// From then on people are told to switch it off and on. It outlives failures of the line, which change nothing of
    /// that.
    pub(super) power_cycle_due: Option<Moment>,
    pub(super) ready: bool,
    /// The note that sticks out and stops everything, as the machine has been told.
    exit_block: Option<ExitBlock>,
    outbox: VecDeque<DriverOutput<UnitEvent>>,
}

#[derive(Debug)]
pub(super) struct Outstanding {
    pub(super) command: Command,
    deadline: Moment,
}

/// How far the reading of the device's counters is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Counting {
    Drums,
    Total { drums: CashCount },
}

impl NoteUnit {
    /// A driver for a device like `profile`, without a line yet.
    pub fn new(profile: NoteUnitProfile) -> NoteUnit {
        NoteUnit {
            profile,
            phase: Phase::Closed,
            identity: Identity::default(),
            note: NoteUnderWay::default(),
            payout: Payout::default(),
            acceptance: Acceptance::default(),
            counting: None,
            decoder: Decoder::default(),
            outstanding: None,
            misses: 0,
            refusals: 0,
            fruitless: 0,
            poll_due: Moment::START,
            quiet_until: Moment::START,
            trouble: None,
            power_cycle_due: None,
            ready: false,
            exit_block: None,
            outbox: VecDeque::new(),
        }
    }
}

impl Driver for NoteUnit {
    type Command = UnitCommand;
    type Event = UnitEvent;

    fn line_opened(&mut self, now: Moment) {
        self.lose_contact(now, Phase::Probing);
        self.misses = 0;
        self.serve_line(now);
    }

    fn line_lost(&mut self, now: Moment) {
        self.lose_contact(now, Phase::Closed);
        self.outbox.retain(|output| matches!(output, DriverOutput::Event(_)));
        self.say_trouble(UnitTrouble::NotResponding);
        self.say_news_of_payout();
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        self.decoder.push(now, bytes);
        while let Some(received) = self.decoder.next_frame() {
            if let Ok(frame) = received {
                self.handle_reply(now, Reply::decode(&frame));
            }
        }
        self.serve_line(now);
    }

    fn handle_timeout(&mut self, now: Moment) {
        if let Some(Outstanding { command, .. }) =
            self.outstanding.take_if(|outstanding| outstanding.deadline <= now)
        {
            self.unanswered(now, &command);
            // What comes late must not pass for the answer to the next request (docs/adr/0009).
            self.quiet_until = now.after(self.reply_timeout());
        }
        self.payout.expire(now);
        self.serve_line(now);
    }

    fn command(&mut self, now: Moment, command: UnitCommand) {
        match command {
            UnitCommand::In(DepositCommand::Accept(denominations)) => self.acceptance.want(denominations),
            UnitCommand::In(DepositCommand::Stack) => self.note.decide(Decision::Stack),
            UnitCommand::In(DepositCommand::Return) => self.note.decide(Decision::Return),
            UnitCommand::In(DepositCommand::Hold) => self.note.hold(),
            UnitCommand::In(DepositCommand::AcknowledgeStacked) => self.note.acknowledge(),
            UnitCommand::ReadCounts(UnitPart::Acceptor) => self.counting = Some(Counting::Drums),
            // It has no hoppers, and numbers nothing: what it stacks it remembers until that is acknowledged.
            UnitCommand::ReadCounts(UnitPart::Hopper(_)) | UnitCommand::In(DepositCommand::ToldUpTo(_)) => {}
            UnitCommand::Out(PayoutCommand::Dispense(dispense)) => {
                let can_start = self.can_pay_out();
                self.payout.begin(dispense, &self.profile, can_start);
            }
            UnitCommand::Out(PayoutCommand::Proceed(id)) => self.payout.proceed(id),
            UnitCommand::Out(PayoutCommand::Noted { id, what }) => self.payout.noted(id, what),
            UnitCommand::Out(PayoutCommand::Recall { dispense, before, disturbances }) => {
                self.payout.recall(now, dispense, &before, &disturbances, &self.profile);
            }
        }
        self.serve_line(now);
    }

    fn poll(&mut self) -> Option<DriverOutput<UnitEvent>> {
        self.outbox.pop_front()
    }

    fn deadline(&self) -> Option<Moment> {
        match (&self.phase, &self.outstanding) {
            (Phase::Closed, _) => self.payout.deadline(),
            (_, Some(outstanding)) => Some(outstanding.deadline),
            (_, None) => Some(self.poll_due.max(self.quiet_until)),
        }
    }
}

/// One request at a time: what is sent next follows from the state alone, so that whatever got lost is asked again.
impl NoteUnit {
    fn serve_line(&mut self, now: Moment) {
        self.say_news_of_payout();
        if self.outstanding.is_some() || now < self.quiet_until {
            return;
        }
        let Some(command) = self.next_request(now) else { return };
        self.outbox.push_back(DriverOutput::Transmit(command.encode().to_bytes()));
        if command.has_reply() {
            self.outstanding = Some(Outstanding { command, deadline: now.after(self.reply_timeout()) });
        } else {
            self.quiet_until = now.after(self.poll_interval());
        }
    }

    fn next_request(&mut self, now: Moment) -> Option<Command> {
        match &self.phase {
            Phase::Closed => None,
            // A device that pays out is heard before anything else is asked of it.
            Phase::Probing => self.due_ack().or_else(|| self.status_request(now)),
            Phase::Identifying(identifying) => Some(identifying.step.request()),
            Phase::Refused(Refused { close_slot: true }) => Some(Command::Write(Setting::Inhibit(true))),
            Phase::Refused(Refused { close_slot: false }) => self.status_request(now),
            Phase::Restarting(_) => self.next_restarting(now),
            Phase::Configuring(configuring) => start_up_settings(&self.profile)
                .get(configuring.written)
                .map(|setting| Command::Write(*setting))
                .or_else(|| self.status_request(now)),
            Phase::Serving => self.next_serving(now),
        }
    }

    fn next_restarting(&mut self, now: Moment) -> Option<Command> {
        if let Some(ack) = self.due_ack() {
            return Some(ack);
        }
        if let Some(request) = self.status_request(now) {
            return Some(request);
        }
        let Phase::Restarting(restarting) = &mut self.phase else { return None };
        if restarting.ask_recycler {
            return Some(Command::Recycler(RecyclerQuery::Status));
        }
        let (wanted, interval) = match restarting.cause {
            RestartCause::PowerUp => (true, POWER_UP_RESET_INTERVAL),
            // A RESET could make the device forget a note that is not credited yet.
            RestartCause::Fault(_) => (!self.note.is_unproven(), FAULT_RESET_INTERVAL),
            RestartCause::CashBoxRemoved => (false, FAULT_RESET_INTERVAL),
        };
        // A note in the exit is somebody's: RESET would pull it out of their hand. And what RESET makes the device forget
        // must be saved.
        let must_wait = self.payout.is_moving() || self.payout.is_unsaved();
        if must_wait || !wanted || now < restarting.reset_due {
            return None;
        }
        restarting.reset_due = now.after(interval);
        Some(Command::Reset)
    }

    fn next_serving(&mut self, now: Moment) -> Option<Command> {
        if let Some(ack) = self.due_ack() {
            return Some(ack);
        }
        // After a request without reply, the status comes first: the note may have moved (§7).
        if let Some(decision) = self.note.due_decision().filter(|_| self.misses == 0) {
            self.note.order_sent();
            return Some(self.order(decision));
        }
        if self.misses == 0 && self.note.take_hold() {
            return Some(Command::Hold);
        }
        if let Some(request) = self.status_request(now) {
            return Some(request);
        }
        if self.payout.is_under_way() {
            return self.next_of_payout();
        }
        if let Some(setting) = self.due_setting() {
            self.acceptance.sent(setting);
            return Some(Command::Write(setting));
        }
        self.next_count()
    }

    /// Nothing is written while a note waits for a decision: closing the slot could push it back. A unit that is not
    /// ready stays closed.
    fn due_setting(&self) -> Option<Setting> {
        if self.note.is_undecided() {
            return None;
        }
        self.acceptance.next_write(&self.identity, self.ready)
    }

    /// Settings and counts wait meanwhile: the slot stays closed, and counters move.
    fn next_of_payout(&mut self) -> Option<Command> {
        let request = self.payout.request()?;
        if matches!(request, Command::RecyclerOrder(_)) {
            self.payout.sent();
        }
        Some(request)
    }

    fn due_ack(&mut self) -> Option<Command> {
        let (of_note, of_payout) = (self.note.take_ack(), self.payout.take_ack());
        (of_note || of_payout).then_some(Command::Ack)
    }

    /// Notes are paid out only by a device that works, is closed by its own word, and has no note under way (§6b).
    fn can_pay_out(&self) -> bool {
        let serving = matches!(self.phase, Phase::Serving) && self.ready && self.misses == 0;
        serving && self.acceptance.is_closed() && self.note.is_empty()
    }

    fn next_count(&mut self) -> Option<Command> {
        match self.counting? {
            Counting::Drums if self.profile.drums.is_empty() => {
                self.drums_counted(CashCount::EMPTY);
                self.next_count()
            }
            Counting::Drums => Some(Command::Recycler(RecyclerQuery::CurrentCount)),
            Counting::Total { .. } => Some(Command::Recycler(RecyclerQuery::TotalCount)),
        }
    }

    fn status_request(&self, now: Moment) -> Option<Command> {
        (now >= self.poll_due).then_some(Command::StatusRequest)
    }

    fn order(&self, decision: Decision) -> Command {
        match (decision, self.profile.stack_command) {
            (Decision::Stack, StackCommand::Stack1) => Command::Stack1,
            (Decision::Stack, StackCommand::Stack2) => Command::Stack2,
            (Decision::Return, _) => Command::Return,
        }
    }

    fn reply_timeout(&self) -> Duration {
        Duration::from_millis(self.profile.reply_timeout_ms.into())
    }

    pub(super) fn poll_interval(&self) -> Duration {
        Duration::from_millis(self.profile.poll_interval_ms.into())
    }
}

/// What the machine is told, and the beginnings of phases.
impl NoteUnit {
    /// Nothing is known of the device any more, but everything of the note.
    pub(super) fn lose_contact(&mut self, now: Moment, phase: Phase) {
        self.phase = phase;
        self.outstanding = None;
        self.decoder.clear();
        self.note.interrupted();
        self.payout.contact_lost(now);
        self.acceptance.forget_device();
        self.poll_due = now;
        self.quiet_until = now;
    }

    /// The device starts up, after people or power had to do with it.
    pub(super) fn configure(&mut self, now: Moment) {
        self.note.staff_has_looked();
        self.acceptance.forget_device();
        self.phase = Phase::Configuring(Configuring { written: 0, rewrite_due: now.after(INITIALIZE_MAX) });
    }

    pub(super) fn serve(&mut self, now: Moment) {
        self.phase = Phase::Serving;
        self.refusals = 0;
        self.poll_due = now;
        self.say_ready_if_resolved();
    }

    pub(super) fn say(&mut self, event: UnitEvent) {
        self.outbox.push_back(DriverOutput::Event(event));
    }

    pub(super) fn say_trouble(&mut self, trouble: UnitTrouble) {
        self.ready = false;
        if self.trouble.as_ref() != Some(&trouble) {
            self.trouble = Some(trouble.clone());
            self.say(UnitEvent::State(Stated::Trouble { part: UnitPart::Acceptor, trouble }));
        }
    }

    /// What went wrong; what people have to do weighs more, once it is due, and stands until they have done it.
    pub(super) fn say_fault(&mut self, now: Moment, trouble: Option<UnitTrouble>) {
        let is_due = self.power_cycle_due.is_some_and(|due| due <= now);
        let said = if is_due { Some(UnitTrouble::NeedsPowerCycle) } else { trouble };
        if let Some(trouble) = said {
            self.say_trouble(trouble);
        }
    }

    pub(super) fn say_ready_if_resolved(&mut self) {
        if self.note.is_fate_unknown() {
            self.say_trouble(UnitTrouble::NoteOfUnknownFate);
        } else if !self.ready && self.note.is_resolved() && self.fruitless < FRUITLESS_MAX {
            self.ready = true;
            self.trouble = None;
            self.say(UnitEvent::State(Stated::Ready { part: UnitPart::Acceptor }));
        }
    }

    /// Passes on what is new about the note.
    pub(super) fn say_news_of_note(&mut self) {
        for event in self.note.take_events() {
            match event {
                UnitEvent::State(Stated::Trouble { trouble, .. }) => self.say_trouble(trouble),
                event => self.say(event),
            }
        }
    }

    /// Says which note sticks out now, if that is news. A device out of reach leaves it as it was.
    pub(super) fn say_exit(&mut self, block: Option<ExitBlock>) {
        if self.exit_block != block {
            self.exit_block = block;
            self.say(UnitEvent::In(Deposited::ExitBlocked(block)));
        }
    }

    /// Passes on what is new about money on its way out.
    pub(super) fn say_news_of_payout(&mut self) {
        for event in self.payout.take_events() {
            self.say(event);
        }
    }

    /// The drums are counted; the total follows where there is one.
    pub(super) fn drums_counted(&mut self, drums: CashCount) {
        if self.profile.has_total_counter {
            self.counting = Some(Counting::Total { drums });
        } else {
            self.all_counted(drums, None);
        }
    }

    pub(super) fn all_counted(&mut self, drums: CashCount, total: Option<TotalCount>) {
        self.counting = None;
        let (stacked_total, paid_out_total) =
            (total.map(|total| total.stacked), total.map(|total| total.dispensed));
        let counts = DeviceCounts { drums, stacked_total, paid_out_total };
        self.say(UnitEvent::Counts(counts.into()));
    }
}
