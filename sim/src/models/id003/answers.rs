use wire::Moment;
use wire::id003::{
    Command, CommunicationMode, CurrencyEntry, CurrencyTable, DamagedFrame, EscrowCode, EscrowSet, Frame,
    RecyclerQuery, RecyclerReply, Reply, Setting, Status, TotalCount,
};

use super::config::{DamagedCommand, DrumConfig, EscrowWhileInhibited};
use super::device::{NoteUnitModel, Settings};
use super::state::{Ejection, State, Way};

/// The device's side of the dialogue.
impl NoteUnitModel {
    pub(super) fn answer(&mut self, now: Moment, received: Result<Frame, DamagedFrame>) {
        let reply = match (received, self.config.damaged_command) {
            (Ok(frame), _) => self.reply(now, &Command::decode(&frame)),
            (Err(DamagedFrame), DamagedCommand::Silence) => None,
            (Err(DamagedFrame), DamagedCommand::CommunicationError) => {
                Some(Reply::Status(Status::CommunicationError))
            }
        };
        if let Some(reply) = reply {
            self.transmit(reply.encode().to_bytes());
        }
    }

    fn reply(&mut self, now: Moment, command: &Command) -> Option<Reply> {
        Some(match command {
            Command::StatusRequest => {
                self.settings.shown = self.status();
                Reply::Status(self.settings.shown?)
            }
            Command::Ack => {
                self.acknowledged(now);
                return None;
            }
            Command::Reset => {
                self.reset(now);
                Reply::Ack
            }
            Command::Stack1 => self.decided(|model| model.stack(now, Way::Stack1)),
            Command::Stack2 => self.decided(|model| model.stack(now, Way::Stack2)),
            Command::Return => self.decided(|model| model.eject(now, Ejection::Returned)),
            Command::Hold => self.decided(|model| model.hold(now)),
            Command::Write(setting) => self.write(now, *setting),
            Command::Version => Reply::Version(self.config.version.clone()),
            Command::CurrencyAssign => Reply::CurrencyAssign(self.currency_table()),
            Command::Recycler(query) => self.recycler(*query),
            Command::RecyclerOrder(_) if self.config.drums.is_empty() => {
                Reply::Status(Status::InvalidCommand)
            }
            Command::RecyclerOrder(order) => self.recycler_ordered(now, *order),
            Command::Other(frame) => self.read_back(frame),
        })
    }

    /// Carries out a decision about the note in escrow, if there is one.
    fn decided(&mut self, carry_out: impl FnOnce(&mut NoteUnitModel)) -> Reply {
        let in_escrow = matches!(self.state, State::Escrow { .. } | State::Holding { .. });
        if !in_escrow || self.is_paused() {
            return Reply::Status(Status::InvalidCommand);
        }
        carry_out(self);
        Reply::Ack
    }

    fn hold(&mut self, now: Moment) {
        self.state = State::Holding { until: now.after(self.config.timing.hold) };
    }

    fn write(&mut self, now: Moment, setting: Setting) -> Reply {
        if !self.takes_settings() {
            return Reply::Status(Status::InvalidCommand);
        }
        match setting {
            Setting::DisabledDenominations(codes) => self.settings.disabled = codes,
            Setting::Inhibit(inhibited) => self.inhibit(now, inhibited),
            Setting::OptionalFunction(options) => self.settings.options = options,
            Setting::CommunicationMode(mode) => self.settings.mode = mode,
            Setting::HighSecurity(codes) => self.settings.high_security = codes,
            Setting::ForbiddenDirections(directions) => self.settings.directions = directions,
        }
        Reply::Setting(setting)
    }

    /// 80 to 85: what was written with C0 to C5.
    fn read_back(&self, question: &Frame) -> Reply {
        let Settings { disabled, high_security, mode, inhibited, directions, options, .. } = self.settings;
        let written = match question.code() {
            0x80 => Setting::DisabledDenominations(disabled),
            0x81 => Setting::HighSecurity(high_security),
            0x82 => Setting::CommunicationMode(mode),
            0x83 => Setting::Inhibit(inhibited),
            0x84 => Setting::ForbiddenDirections(directions),
            0x85 => Setting::OptionalFunction(options),
            _ => return Reply::Status(Status::InvalidCommand),
        };
        let echo = written.encode();
        Reply::Other(Frame::new(question.code(), echo.data().to_vec()))
    }

    /// A device that may begin to speak says that there is something new, once.
    pub(super) fn speak_up(&mut self) {
        let status = self.status();
        let wanted = match self.settings.mode {
            CommunicationMode::InterruptAtEachStatus => true,
            CommunicationMode::InterruptWhenNeeded => self.waits_for_host(),
            CommunicationMode::Polled | CommunicationMode::Other(_) => false,
        };
        if wanted && status.is_some() && status != self.settings.shown {
            self.settings.shown = status;
            self.transmit(Reply::Enquiry.encode().to_bytes());
        }
    }

    /// Nothing goes on before the host has said something.
    fn waits_for_host(&self) -> bool {
        matches!(
            self.state,
            State::Escrow { .. }
                | State::VendValid { .. }
                | State::PayValid
                | State::NotPaid(_)
                | State::Fault(_)
        )
    }

    fn takes_settings(&self) -> bool {
        match self.state {
            State::Initializing { .. } | State::Rest => true,
            state => state.is_running() && !self.config.settings_only_at_rest,
        }
    }

    fn inhibit(&mut self, now: Moment, inhibited: bool) {
        self.settings.inhibited = inhibited;
        self.settings.inhibit_written = true;
        let in_escrow = matches!(self.state, State::Escrow { .. } | State::Holding { .. });
        if inhibited && in_escrow && self.config.escrow_while_inhibited == EscrowWhileInhibited::Return {
            self.eject(now, Ejection::Returned);
        }
    }

    fn currency_table(&self) -> CurrencyTable {
        let entry = |&(code, denomination): &(u8, _)| {
            let (mantissa, exponent) = in_two_parts(i64::from(denomination));
            CurrencyEntry {
                code: EscrowCode::new(code),
                country: self.config.country_code,
                mantissa,
                exponent,
            }
        };
        CurrencyTable::new(self.config.currency.iter().map(entry).collect())
    }

    fn recycler(&mut self, query: RecyclerQuery) -> Reply {
        if self.config.drums.is_empty() || self.refuses(query) {
            return Reply::Status(Status::InvalidCommand);
        }
        Reply::Recycler(match query {
            RecyclerQuery::Status => RecyclerReply::Status(self.recycler_state()),
            RecyclerQuery::Currency => {
                RecyclerReply::Currency(self.config.drums.iter().map(|drum| self.codes_of(drum)).collect())
            }
            RecyclerQuery::CurrentCount => RecyclerReply::CurrentCount(self.places.drum_pieces()),
            RecyclerQuery::TotalCount if self.config.has_total_counter => {
                let (stacked, dispensed) = (self.places.stacked_total(), self.places.dispensed_total());
                RecyclerReply::TotalCount(TotalCount { stacked, dispensed, ..TotalCount::default() })
            }
            RecyclerQuery::TotalCount => return Reply::Status(Status::InvalidCommand),
        })
    }

    fn refuses(&mut self, query: RecyclerQuery) -> bool {
        let left = match query {
            RecyclerQuery::CurrentCount => &mut self.refuse_drums,
            RecyclerQuery::TotalCount => &mut self.refuse_total,
            RecyclerQuery::Status | RecyclerQuery::Currency => return false,
        };
        let refused = *left > 0;
        *left = left.saturating_sub(1);
        refused
    }

    fn codes_of(&self, drum: &DrumConfig) -> EscrowSet {
        let codes =
            self.config.currency.iter().filter(|(_, denomination)| *denomination == drum.denomination);
        codes.fold(EscrowSet::EMPTY, |set, (code, _)| set.with(EscrowCode::new(*code)))
    }
}

/// `value` as the currency table writes it: leading digits, and the number of zeros behind them.
fn in_two_parts(value: i64) -> (u8, u8) {
    let (mut mantissa, mut exponent) = (value, 0);
    while mantissa % 10 == 0 {
        mantissa /= 10;
        exponent += 1;
    }
    (u8::try_from(mantissa).expect("yen notes have one leading digit"), exponent)
}
