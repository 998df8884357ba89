use std::collections::VecDeque;

use money::Denomination;
use serde_json::{Value, json};
use wire::Moment;
use wire::id003::{
    CommunicationMode, DamagedFrame, Decoder, Destination, EscrowCode, EscrowSet, Frame, RejectReason, Status,
};

use super::config::NoteUnitModelConfig;
use super::payout::Payout;
use super::people;
use super::places::{Depth, NoteUnitTruth, Places};
use super::state::{Ejection, NotPaid, State, Way};
use crate::model::{Inside, Model, ModelOutput, Trouble};

use crate::models::faulty_line::FaultyLine;
use crate::models::inbox::Inbox;

/// VEND VALID comes after this part of the way in when STACK-1 was commanded.
const LEVER_PART_OF_STACKING: u32 = 3;

/// A simulated note validator or recycler.
#[derive(Debug)]
pub struct NoteUnitModel {
    pub(super) config: NoteUnitModelConfig,
    pub(super) state: State,
    pub(super) places: Places,
    pub(super) settings: Settings,
    pub(super) cash_box_in_place: bool,
    /// A fault that stays until people remove it.
    pub(super) standing_fault: Option<Status>,
    /// The host has commanded the note inside to be stacked and has not acknowledged it.
    pub(super) vend_valid_pending: bool,
    /// What the host has told to be paid out, and is not over.
    pub(super) payout: Option<Payout>,
    /// The next note that is paid out gets stuck.
    pub(super) jam_next_payout: bool,
    /// So many questions for the counts of the drums (A2), and for the totals (A0), are still to be refused.
    pub(super) refuse_drums: u32,
    pub(super) refuse_total: u32,
    /// The last payout found its drum empty.
    pub(super) ran_empty: bool,
    /// The device goes through INITIALIZE once the note inside is out of the way.
    pub(super) starting: bool,
    pub(super) stalled: bool,
    /// The motors stand still although they have something to do.
    frozen: Option<Frozen>,
    pub(super) line: FaultyLine,
    pub(super) decoder: Decoder,
    /// What the host has said and the device has not looked at yet.
    pub(super) inbox: Inbox<Result<Frame, DamagedFrame>>,
    outbox: VecDeque<ModelOutput>,
}

/// A standstill of the motors.
#[derive(Clone, Copy, Debug)]
struct Frozen {
    since: Moment,
    /// What it holds up.
    state: State,
}

/// What the host has written. All but the options are forgotten at RESET.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) disabled: EscrowSet,
    pub(super) inhibited: bool,
    pub(super) inhibit_written: bool,
    pub(super) options: [u8; 2],
    pub(super) high_security: EscrowSet,
    pub(super) directions: u8,
    pub(super) mode: CommunicationMode,
    /// The last status that the host was told, or told of.
    pub(super) shown: Option<Status>,
}

impl Settings {
    pub(super) fn after_reset(options: [u8; 2]) -> Settings {
        Settings {
            disabled: EscrowSet::EMPTY,
            inhibited: true,
            inhibit_written: false,
            options,
            high_security: EscrowSet::EMPTY,
            directions: 0,
            mode: CommunicationMode::Polled,
            shown: None,
        }
    }
}

impl NoteUnitModel {
    /// A device that is off.
    pub fn new(config: NoteUnitModelConfig) -> NoteUnitModel {
        NoteUnitModel {
            places: Places::new(&config),
            config,
            state: State::Off,
            settings: Settings::after_reset([0; 2]),
            cash_box_in_place: true,
            standing_fault: None,
            vend_valid_pending: false,
            payout: None,
            jam_next_payout: false,
            refuse_drums: 0,
            refuse_total: 0,
            ran_empty: false,
            starting: false,
            stalled: false,
            frozen: None,
            line: FaultyLine::default(),
            decoder: Decoder::default(),
            inbox: Inbox::default(),
            outbox: VecDeque::new(),
        }
    }

    /// Where every note is.
    pub fn truth(&self) -> NoteUnitTruth {
        self.places.truth()
    }

    /// Whether it draws a note in that somebody holds to it.
    pub fn is_open(&self) -> bool {
        self.state == State::Rest && !self.settings.inhibited
    }

    /// Whether it is out of order, although it was mended, with a note in it that was inserted.
    pub fn waits_for_power_cycle(&self) -> bool {
        let has_note = self.places.inside.is_some_and(|note| note.depth != Depth::Payout);
        matches!(self.state, State::Fault(_)) && self.obstacle().is_none() && has_note
    }

    /// What the device would answer to STATUS REQUEST; `None` without power.
    pub fn status(&self) -> Option<Status> {
        Some(match self.state {
            State::Off | State::Booting { .. } => return None,
            _ if self.is_paused() => Status::Pause,
            State::PowerUp => self.power_up_status(),
            State::Initializing { .. } => Status::Initialize,
            State::Rest if self.settings.inhibited => Status::Inhibit,
            State::Rest => Status::Idling,
            State::Accepting { .. } => Status::Accepting,
            State::Escrow { .. } => Status::Escrow(self.escrow_code().unwrap_or(EscrowCode::new(0))),
            State::Holding { .. } => Status::Holding,
            State::Stacking { .. } | State::Stowing { .. } => {
                Status::Stacking(self.told(self.places.destination()))
            }
            State::VendValid { .. } => Status::VendValid,
            State::Stacked { place, .. } => Status::Stacked(self.told(place)),
            State::Ejecting { cause, .. } | State::InMouth { cause } => match cause {
                Ejection::Returned => Status::Returning,
                Ejection::Rejected(reason) => Status::Rejecting(reason),
            },
            State::Paying { .. } => Status::Paying,
            State::PayStay { .. } => Status::PayStay,
            State::PayValid => Status::PayValid,
            State::NotPaid(NotPaid::NotTaken) => Status::ReturnToBox,
            State::NotPaid(NotPaid::Returned) => Status::ReturnPayOutNote,
            State::NotPaid(NotPaid::Stuck) => Status::ReturnError,
            State::Fault(status) => status,
        })
    }
}

impl Model for NoteUnitModel {
    fn draw_from(&mut self, seed: u64) {
        self.line.draw_from(seed);
        self.inbox.draw_from(seed);
    }

    fn start(&mut self, now: Moment) {
        self.power_on(now);
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        self.advance(now);
        if matches!(self.state, State::Off | State::Booting { .. }) {
            return;
        }
        self.decoder.push(now, bytes);
        while let Some(received) = self.decoder.next_frame() {
            self.inbox.put(now, received);
        }
        self.advance(now);
    }

    fn handle_timeout(&mut self, now: Moment) {
        self.advance(now);
    }

    fn deadline(&self) -> Option<Moment> {
        Moment::earlier(self.motors_until(), self.inbox.next())
    }

    fn act(&mut self, now: Moment, command: &str) -> Result<(), String> {
        self.advance(now);
        let outcome = self.carry_out(now, command);
        self.update_freeze(now);
        outcome
    }

    fn poll(&mut self) -> Option<ModelOutput> {
        self.outbox.pop_front()
    }

    fn look_inside(&self) -> Inside {
        let fault = self.standing_fault;
        let is_broken = matches!(fault, Some(Status::Failure(_)));
        let troubles = [
            (Trouble::PowerOff, self.state == State::Off),
            (Trouble::Jammed, fault.is_some() && !is_broken),
            (Trouble::Broken, is_broken),
            (Trouble::WillJam, self.jam_next_payout),
            (Trouble::CashBoxOut, !self.cash_box_in_place),
            (Trouble::Stalled, self.stalled),
        ];
        Inside {
            cash: self.places.cash(),
            mouth: self.places.mouth,
            troubles: Trouble::among(troubles),
            ..Inside::default()
        }
    }

    fn help(&self) -> &'static [(&'static str, &'static str)] {
        people::HELP
    }
}

/// The passing of time.
impl NoteUnitModel {
    /// What the motors do and what the device looks at, in the order of time; of both at once, the motors first.
    fn advance(&mut self, now: Moment) {
        loop {
            let until = self.motors_until().filter(|until| *until <= now);
            let looks = self.inbox.next().filter(|at| *at <= now);
            match (until, looks) {
                (Some(until), looks) if looks.is_none_or(|at| until <= at) => self.step(until),
                (_, Some(at)) => self.look(at),
                (_, None) => return,
            }
        }
    }

    fn look(&mut self, now: Moment) {
        if let Some(received) = self.inbox.take(now) {
            self.answer(now, received);
        }
        self.update_freeze(now);
    }

    fn motors_until(&self) -> Option<Moment> {
        if self.frozen.is_some() {
            return None;
        }
        match self.state {
            State::Initializing { .. } if !self.settings.inhibit_written => None,
            state => state.until(),
        }
    }

    /// The motors have done what they were doing.
    fn step(&mut self, now: Moment) {
        let timing = self.config.timing;
        match self.state {
            State::Booting { .. } => self.state = State::PowerUp,
            State::Initializing { .. } => self.initialized(),
            State::Accepting { .. } => self.note_read(now),
            State::Escrow { .. } => self.eject(now, Ejection::Rejected(RejectReason::Inhibited)),
            State::Holding { .. } => self.state = State::Escrow { until: now.after(timing.escrow_limit) },
            State::Stacking { way, .. } => self.state = State::VendValid { way },
            State::Stowing { .. } => self.store(now),
            State::Stacked { .. } => self.note_done(now),
            State::Ejecting { cause, .. } => self.note_out(cause),
            State::Paying { .. } => self.note_at_mouth(now),
            State::PayStay { .. } => self.draw_back(),
            State::Off | State::PowerUp | State::Rest | State::VendValid { .. } | State::InMouth { .. } => {}
            State::PayValid | State::NotPaid(_) | State::Fault(_) => {}
        }
        self.update_freeze(now);
    }

    fn initialized(&mut self) {
        self.starting = false;
        self.state = self.obstacle().map_or(State::Rest, State::Fault);
    }

    fn note_read(&mut self, now: Moment) {
        match self.escrow_code() {
            None => self.eject(now, Ejection::Rejected(RejectReason::Discrimination)),
            Some(code) if self.settings.inhibited || self.settings.disabled.contains(code) => {
                self.eject(now, Ejection::Rejected(RejectReason::Inhibited));
            }
            Some(_) => {
                self.state = State::Escrow { until: now.after(self.config.timing.escrow_limit) };
                self.happened("escrowed", self.inside());
            }
        }
    }

    pub(super) fn eject(&mut self, now: Moment, cause: Ejection) {
        self.state = State::Ejecting { until: now.after(self.config.timing.eject), cause };
    }

    /// The note sticks out and waits to be taken.
    fn note_out(&mut self, cause: Ejection) {
        let denomination = self.places.push_out();
        self.vend_valid_pending = false;
        self.state = State::InMouth { cause };
        let what = if cause == Ejection::Returned { "returned" } else { "rejected" };
        self.happened(what, denomination);
    }

    /// The host has decided for the note in escrow.
    pub(super) fn stack(&mut self, now: Moment, way: Way) {
        if let Some(note) = &mut self.places.inside {
            note.depth = Depth::Stacker;
        }
        self.vend_valid_pending = true;
        let stack = self.config.timing.stack;
        let wait = if way == Way::Stack1 { stack / LEVER_PART_OF_STACKING } else { stack };
        self.state = State::Stacking { until: now.after(wait), way };
    }

    /// The host has taken note of what is shown.
    pub(super) fn acknowledged(&mut self, now: Moment) {
        if let State::VendValid { way } = self.state {
            self.credited(now, way);
        } else if let State::NotPaid(cause) = self.state {
            self.payout_given_up(now, cause);
        } else if self.state == State::PayValid {
            self.pay_next(now);
        }
    }

    fn credited(&mut self, now: Moment, way: Way) {
        self.vend_valid_pending = false;
        match way {
            Way::Stack1 => self.state = State::Stowing { until: now.after(self.config.timing.stack) },
            Way::Stack2 => self.store(now),
        }
    }

    fn store(&mut self, now: Moment) {
        let place = self.store_silently();
        self.state = State::Stacked { until: now.after(self.config.timing.stacked), place };
    }

    fn store_silently(&mut self) -> Destination {
        let place = self.places.destination();
        let denomination = self.places.store();
        let place_name = match place {
            Destination::CashBox => "cash_box".to_owned(),
            drum => format!("drum {}", drum.byte()),
        };
        self.tell(
            json!({ "happened": "stacked", "value": denomination.map(i64::from), "place": place_name }),
        );
        place
    }

    /// The path is free again.
    pub(super) fn note_done(&mut self, now: Moment) {
        if self.starting {
            self.initialize(now);
        } else {
            self.state = self.obstacle().map_or(State::Rest, State::Fault);
        }
    }

    fn initialize(&mut self, now: Moment) {
        self.state = State::Initializing { until: now.after(self.config.timing.initialize) };
    }
}

/// Power, RESET and faults.
impl NoteUnitModel {
    pub(super) fn power_on(&mut self, now: Moment) {
        self.state = State::Booting { until: now.after(self.config.timing.boot) };
    }

    /// Everything stands where it is.
    pub(super) fn power_off(&mut self) {
        self.state = State::Off;
        self.frozen = None;
        self.decoder.clear();
        self.inbox.clear();
    }

    /// RESET, or what a device does by itself when the cash box is put back. A fault that people have not removed
    /// is found again.
    pub(super) fn reset(&mut self, now: Moment) {
        self.settings = Settings::after_reset(self.settings.options);
        self.starting = true;
        self.payout = None;
        match (self.obstacle(), self.places.inside.map(|note| note.depth)) {
            (Some(status), _) => self.state = State::Fault(status),
            (None, None) if self.places.is_offering() => self.found_in_mouth(now),
            (None, None) => self.initialize(now),
            (None, Some(Depth::Payout)) => {
                self.take_back();
                self.initialize(now);
            }
            (None, Some(Depth::Acceptor)) => self.eject(now, Ejection::Returned),
            (None, Some(Depth::Stacker)) => self.finish_stacking(now),
        }
    }

    /// What stands against working.
    pub(super) fn obstacle(&self) -> Option<Status> {
        if !self.cash_box_in_place {
            return Some(Status::StackerOpen);
        }
        self.standing_fault.or(self.places.is_cash_box_full().then_some(Status::StackerFull))
    }

    fn finish_stacking(&mut self, now: Moment) {
        let told = self.config.vend_valid_replayed
            && self.settings.options[0] & wire::id003::OPTION_POWER_RECOVERY != 0
            && self.vend_valid_pending;
        if told {
            self.stack(now, Way::Stack2);
        } else {
            self.vend_valid_pending = false;
            self.store_silently();
            self.initialize(now);
        }
    }

    fn power_up_status(&self) -> Status {
        match self.places.inside.map(|note| note.depth) {
            None if self.places.is_offering() => Status::PowerUpBillInAcceptor,
            None => Status::PowerUp,
            Some(Depth::Acceptor) => Status::PowerUpBillInAcceptor,
            Some(Depth::Stacker | Depth::Payout) => Status::PowerUpBillInStacker,
        }
    }
}

/// Looks at itself, and what it shows.
impl NoteUnitModel {
    /// A second note in the mouth stops everything until it is taken away.
    pub(super) fn is_paused(&self) -> bool {
        let going_out = matches!(self.state, State::Ejecting { .. });
        self.places.mouth.is_some() && (self.state.has_note_in_hand() || going_out)
    }

    /// The note that is in the path.
    pub fn inside(&self) -> Option<Denomination> {
        self.places.inside.map(|note| note.denomination)
    }

    fn escrow_code(&self) -> Option<EscrowCode> {
        let inside = self.inside()?;
        let entry = self.config.currency.iter().find(|(_, denomination)| *denomination == inside)?;
        Some(EscrowCode::new(entry.0))
    }

    /// Only a recycler says where a note goes.
    fn told(&self, place: Destination) -> Option<Destination> {
        (!self.config.drums.is_empty()).then_some(place)
    }

    /// Starts or ends the standstill of the motors, which holds up whatever they were doing.
    fn update_freeze(&mut self, now: Moment) {
        let state = self.state;
        // What began during the standstill has been held up since then only.
        let earlier = self.frozen.take().filter(|frozen| frozen.state == state);
        if self.stalled || self.is_paused() {
            self.frozen = Some(earlier.unwrap_or(Frozen { since: now, state }));
        } else if let Some(Frozen { since, .. }) = earlier {
            self.state.postpone(now.since(since));
        }
        self.speak_up();
    }

    pub(super) fn happened(&mut self, what: &str, denomination: Option<Denomination>) {
        self.tell(json!({ "happened": what, "value": denomination.map(i64::from) }));
    }

    pub(super) fn tell(&mut self, happening: Value) {
        self.outbox.push_back(ModelOutput::Happened(happening));
    }

    pub(super) fn transmit(&mut self, reply: Vec<u8>) {
        if let Some(bytes) = self.line.carry(reply) {
            self.outbox.push_back(ModelOutput::Transmit(bytes));
        }
    }
}
