use std::time::Duration;

use device_api::{Deposited, Mismatch, UnitEvent, UnitTrouble};
use wire::Moment;
use wire::id003::{Command, CurrencyTable, EscrowSet, RecyclerQuery, RecyclerReply, Reply, Setting, Status};

use super::exit::is_paying_out;
use super::identity::{Identity, count_drums};
use super::phase::{
    Condition, Identifying, IdentifyingStep, Phase, Refused, RestartCause, Restarting, condition, exit_block,
    is_essential, trouble_of, trouble_of_recycler,
};
use super::unit::{Counting, FAULT_RESET_INTERVAL, FRUITLESS_MAX, NoteUnit, Outstanding};

/// How often a device that does not answer is asked whether it is back. Power-up takes it longer than this
/// (docs/protocols/id003.md §7).
const GIVEN_UP_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// How often a device may refuse an essential setting, or to read its counters, before it counts as broken.
/// A device can be busy or have restarted in the middle; three times is neither (§3).
const REFUSALS_MAX: u8 = 3;

/// A device that has just told its name, and is silent so often in a row about its drums, does not know the question.
const SILENT_MIN: u8 = 2;

/// The code reported for a device that refuses what it must know: that of its answer, INVALID COMMAND.
const REFUSAL_CODE: u8 = 0x4B;

/// Replies, and their absence.
impl NoteUnit {
    /// Takes a reply, if it can be the one to the outstanding request. A late reply to another one tells nothing.
    pub(super) fn handle_reply(&mut self, now: Moment, reply: Reply) {
        let Some(Outstanding { command, .. }) =
            self.outstanding.take_if(|outstanding| reply.answers(&outstanding.command))
        else {
            return;
        };
        if reply == Reply::Status(Status::CommunicationError) {
            return self.unanswered(now, &command);
        }
        self.misses = 0;
        if matches!(reply, Reply::Setting(_) | Reply::Recycler(_)) {
            self.fruitless = 0;
        }
        match reply {
            Reply::Status(status) if command == Command::StatusRequest => self.status_received(now, status),
            Reply::Status(_) => self.refused(now, &command),
            Reply::Setting(setting) => self.setting_echoed(now, setting),
            Reply::Version(model) => self.version_received(model),
            Reply::CurrencyAssign(table) => self.currency_received(&table),
            Reply::Recycler(reply) => self.recycler_replied(now, reply),
            Reply::Ack => self.order_acknowledged(now, &command),
            // A status without a meaning here; the device lives.
            Reply::Enquiry | Reply::Other(_) => self.poll_due = now.after(self.poll_interval()),
        }
    }

    /// An order was taken: the next status shows it.
    fn order_acknowledged(&mut self, now: Moment, command: &Command) {
        self.poll_due = now;
        if matches!(command, Command::RecyclerOrder(_)) {
            self.payout.answered();
        }
    }

    /// The outstanding request got no reply. The next one follows from the state, with a look at the status first.
    pub(super) fn unanswered(&mut self, now: Moment, command: &Command) {
        self.misses = self.misses.saturating_add(1);
        self.poll_due = now;
        match command {
            Command::Write(_) if self.is_fruitless() => self.disobeyed(UnitTrouble::NotResponding),
            // A plain validator knows no recycler commands, and some are silent where others refuse.
            Command::Recycler(RecyclerQuery::Currency)
                if self.profile.drums.is_empty() && self.misses >= SILENT_MIN =>
            {
                self.misses = 0;
                return self.query_refused(now, RecyclerQuery::Currency);
            }
            Command::Recycler(RecyclerQuery::Currency) => {}
            Command::Recycler(query) if self.is_fruitless() => self.query_refused(now, *query),
            _ => {}
        }
        if self.misses >= self.profile.comm_lost_after {
            self.lose_contact(now, Phase::Probing);
            self.say_trouble(UnitTrouble::NotResponding);
            self.poll_due = now.after(GIVEN_UP_POLL_INTERVAL);
        }
    }

    /// Counts a setting or a reading that came to nothing.
    fn is_fruitless(&mut self) -> bool {
        self.fruitless = self.fruitless.saturating_add(1);
        self.fruitless >= FRUITLESS_MAX
    }

    /// The device tells its status, and takes no setting. It is told to close until it does.
    fn disobeyed(&mut self, trouble: UnitTrouble) {
        self.acceptance.forget_device();
        self.say_trouble(trouble);
    }

    /// INVALID COMMAND to something other than a status request.
    fn refused(&mut self, now: Moment, command: &Command) {
        self.poll_due = now;
        match command {
            Command::Stack1 | Command::Stack2 | Command::Return => self.note.order_refused(),
            Command::Write(setting) => self.setting_refused(now, *setting),
            Command::Version | Command::CurrencyAssign => self.essential_refused(now),
            Command::Recycler(query) => self.query_refused(now, *query),
            Command::RecyclerOrder(_) => self.payout.answered(),
            Command::StatusRequest | Command::Ack | Command::Reset | Command::Hold | Command::Other(_) => {
                self.poll_due = now.after(self.poll_interval());
            }
        }
    }

    /// Without this the device cannot be served; it is asked from the start, and said to be broken if that does not
    /// help.
    fn essential_refused(&mut self, now: Moment) {
        self.count_refusal();
        self.lose_contact(now, Phase::Probing);
        self.poll_due = now.after(self.poll_interval());
    }

    fn count_refusal(&mut self) -> bool {
        self.refusals = self.refusals.saturating_add(1);
        let too_often = self.refusals >= REFUSALS_MAX;
        if too_often {
            self.say_trouble(UnitTrouble::Broken { code: REFUSAL_CODE });
        }
        too_often
    }
}

/// Status by status.
impl NoteUnit {
    fn status_received(&mut self, now: Moment, status: Status) {
        self.poll_due = now.after(self.poll_interval());
        if !matches!(condition(status), Condition::Fault(_) | Condition::Nothing) {
            // It was switched off and on, or goes on by itself: what stops it from now on is another fault.
            self.power_cycle_due = None;
        }
        self.payout.observe(now, status);
        self.say_news_of_payout();
        match &self.phase {
            // Who it is can wait until the note is taken; what would disturb it is not known.
            Phase::Probing if is_paying_out(status) => {}
            Phase::Probing => self.found(status),
            Phase::Restarting(_) | Phase::Serving => self.follow(now, status),
            Phase::Configuring(configuring) if status == Status::Initialize => {
                if configuring.rewrite_due <= now {
                    self.configure(now);
                }
            }
            Phase::Configuring(_) => {
                self.serve(now);
                self.poll_due = now.after(self.poll_interval());
                self.follow(now, status);
            }
            Phase::Closed | Phase::Identifying(_) | Phase::Refused(_) => {}
        }
    }

    /// A device is there, in whatever state: who is it?
    fn found(&mut self, found: Status) {
        if condition(found) != Condition::Nothing {
            self.ready = false;
            self.phase = Phase::Identifying(Identifying { found, step: IdentifyingStep::Version });
        }
    }

    fn follow(&mut self, now: Moment, status: Status) {
        let waking_up =
            matches!(&self.phase, Phase::Restarting(restarting) if restarting.cause == RestartCause::PowerUp);
        match condition(status) {
            Condition::PowerUp if waking_up => {}
            Condition::PowerUp => self.found(status),
            Condition::Initialize => self.configure(now),
            Condition::Fault(cause) => self.out_of_order(now, status, cause),
            Condition::Running => self.running(now, status),
            Condition::Nothing => return,
        }
        // The path was cleared before that, or is about to be.
        if condition(status) != Condition::Running {
            self.say_exit(None);
        }
    }

    fn running(&mut self, now: Moment, status: Status) {
        let at_rest = matches!(status, Status::Idling | Status::Inhibit);
        if at_rest && matches!(self.phase, Phase::Restarting(_)) {
            // Not every device shows INITIALIZE; this one has gone through it.
            return self.configure(now);
        }
        let denomination = match status {
            Status::Escrow(code) => self.identity.denomination(code),
            _ => None,
        };
        // What moves during a dispense is paid out, or was to be, and no patient's note.
        if !self.payout.is_own() {
            self.note.observe(status, denomination);
            self.say_news_of_note();
            self.say_exit(exit_block(status));
        }
        if matches!(self.phase, Phase::Serving) {
            self.serving(status);
        }
    }

    fn serving(&mut self, status: Status) {
        self.acceptance.observe(status);
        let path_is_empty = self.note.is_empty() && !self.payout.is_under_way();
        if self.acceptance.take_answer(status, path_is_empty) {
            self.say(UnitEvent::In(Deposited::Inhibited));
        }
        self.say_ready_if_resolved();
    }

    fn out_of_order(&mut self, now: Moment, status: Status, cause: RestartCause) {
        let earlier = match &self.phase {
            Phase::Restarting(restarting) => Some((restarting.cause, restarting.reset_due)),
            _ => None,
        };
        if earlier.is_none_or(|(earlier, _)| earlier != cause) {
            let reset_due = earlier.map_or(now, |(_, due)| due).max(now.after(FAULT_RESET_INTERVAL));
            let ask_recycler = trouble_of(status).is_none();
            self.phase = Phase::Restarting(Restarting { cause, reset_due, ask_recycler });
        }
        let due = self.power_cycle_due.unwrap_or(now.after(FAULT_RESET_INTERVAL));
        self.power_cycle_due = self.needs_power_cycle().then_some(due);
        self.say_fault(now, trouble_of(status));
    }

    /// Only people can bring it back without its forgetting a note.
    fn needs_power_cycle(&self) -> bool {
        let is_faulty =
            matches!(&self.phase, Phase::Restarting(Restarting { cause: RestartCause::Fault(_), .. }));
        is_faulty && self.note.is_uncredited()
    }
}

/// Who is there.
impl NoteUnit {
    fn version_received(&mut self, model: String) {
        if let Phase::Identifying(identifying) = &mut self.phase {
            identifying.step = IdentifyingStep::CurrencyTable { model };
        }
    }

    fn currency_received(&mut self, table: &CurrencyTable) {
        let identity = Identity::new(&self.profile, table);
        let Phase::Identifying(identifying) = &mut self.phase else { return };
        let IdentifyingStep::CurrencyTable { model } = &mut identifying.step else { return };
        match identity {
            Ok(identity) => {
                identifying.step = IdentifyingStep::Drums { model: std::mem::take(model), identity };
            }
            Err(mismatch) => self.refuse_device(mismatch),
        }
    }

    fn drums_received(&mut self, now: Moment, drums: &[EscrowSet]) {
        let Phase::Identifying(Identifying { found, step }) = &mut self.phase else { return };
        let IdentifyingStep::Drums { model, identity } = step else { return };
        let (found, model, identity) = (*found, std::mem::take(model), std::mem::take(identity));
        match identity.check_drums(&self.profile, drums) {
            Ok(()) => {
                self.say(identity.event(model, &self.profile));
                self.identity = identity;
                self.identified(now, found);
            }
            Err(mismatch) => self.refuse_device(mismatch),
        }
    }

    fn refuse_device(&mut self, mismatch: Mismatch) {
        let Phase::Identifying(Identifying { found, .. }) = &self.phase else { return };
        let close_slot = condition(*found) == Condition::Running;
        self.phase = Phase::Refused(Refused { close_slot });
        self.say_trouble(UnitTrouble::other_than_profile(mismatch));
    }

    /// The dialogue goes on from where the device is. One that runs is never RESET: it may hold a note.
    fn identified(&mut self, now: Moment, found: Status) {
        match condition(found) {
            Condition::PowerUp => {
                if !self.payout.is_own() {
                    self.note.powered_up(found);
                    self.say_news_of_note();
                }
                let cause = RestartCause::PowerUp;
                self.phase = Phase::Restarting(Restarting { cause, reset_due: now, ask_recycler: false });
            }
            Condition::Initialize => self.configure(now),
            Condition::Fault(cause) => self.out_of_order(now, found, cause),
            Condition::Running | Condition::Nothing => self.serve(now),
        }
    }
}

/// Settings and counters.
impl NoteUnit {
    fn setting_echoed(&mut self, now: Moment, setting: Setting) {
        self.acceptance.confirmed(setting);
        match &mut self.phase {
            Phase::Refused(refused) => refused.close_slot = false,
            Phase::Configuring(_) => self.setting_done(now),
            Phase::Closed
            | Phase::Probing
            | Phase::Identifying(_)
            | Phase::Restarting(_)
            | Phase::Serving => {}
        }
    }

    fn setting_refused(&mut self, now: Moment, setting: Setting) {
        match &mut self.phase {
            Phase::Refused(refused) => refused.close_slot = false,
            Phase::Configuring(_) if is_essential(setting) => self.essential_refused(now),
            Phase::Configuring(_) => self.setting_done(now),
            Phase::Serving => {
                // While a note moves, some devices take none.
                if self.acceptance.is_shown_at_rest() && self.is_fruitless() {
                    self.disobeyed(UnitTrouble::Broken { code: REFUSAL_CODE });
                }
                self.acceptance.refused();
            }
            Phase::Closed | Phase::Probing | Phase::Identifying(_) | Phase::Restarting(_) => {}
        }
    }

    fn setting_done(&mut self, now: Moment) {
        if let Phase::Configuring(configuring) = &mut self.phase {
            configuring.written += 1;
            self.poll_due = now;
        }
    }

    fn recycler_replied(&mut self, now: Moment, reply: RecyclerReply) {
        if self.payout_replied(now, &reply) {
            return;
        }
        match (reply, self.counting) {
            (RecyclerReply::Status(state), _) => self.recycler_explained(now, trouble_of_recycler(state)),
            (RecyclerReply::Currency(drums), _) => self.drums_received(now, &drums),
            (RecyclerReply::CurrentCount(pieces), Some(Counting::Drums)) => {
                match count_drums(&self.profile, &pieces) {
                    Some(drums) => self.drums_counted(drums),
                    None => self.query_refused(now, RecyclerQuery::CurrentCount),
                }
            }
            (RecyclerReply::TotalCount(total), Some(Counting::Total { drums })) => {
                self.all_counted(drums, Some(total));
            }
            // The machine asked anew in between.
            (RecyclerReply::CurrentCount(_) | RecyclerReply::TotalCount(_), _) => {}
        }
    }

    /// Whether the payout was waiting for this.
    fn payout_replied(&mut self, now: Moment, reply: &RecyclerReply) -> bool {
        match reply {
            RecyclerReply::Status(state) => self.payout.recycler_explained(Some(*state)),
            RecyclerReply::CurrentCount(drums) => self.payout.drums_read(now, drums),
            RecyclerReply::TotalCount(total) => self.payout.total_read(now, Some(total.dispensed)),
            RecyclerReply::Currency(_) => false,
        }
    }

    fn payout_refused(&mut self, now: Moment, query: RecyclerQuery) -> bool {
        match query {
            RecyclerQuery::Status => self.payout.recycler_explained(None),
            RecyclerQuery::CurrentCount => self.payout.drums_refused(now),
            RecyclerQuery::TotalCount => self.payout.total_read(now, None),
            RecyclerQuery::Currency => false,
        }
    }

    fn query_refused(&mut self, now: Moment, query: RecyclerQuery) {
        if self.payout_refused(now, query) {
            return;
        }
        match (query, self.counting) {
            (RecyclerQuery::Status, _) => {
                self.recycler_explained(now, UnitTrouble::Broken { code: Status::RecyclerError.code() });
            }
            // A plain validator knows no recycler commands, and so has no drums.
            (RecyclerQuery::Currency, _) => self.drums_received(now, &[]),
            (RecyclerQuery::TotalCount, Some(Counting::Total { drums })) => self.all_counted(drums, None),
            (RecyclerQuery::CurrentCount | RecyclerQuery::TotalCount, _) => {
                if self.count_refusal() {
                    self.counting = None;
                }
            }
        }
    }

    fn recycler_explained(&mut self, now: Moment, trouble: UnitTrouble) {
        if let Phase::Restarting(restarting) = &mut self.phase {
            restarting.ask_recycler = false;
        }
        self.say_fault(now, Some(trouble));
    }
}
