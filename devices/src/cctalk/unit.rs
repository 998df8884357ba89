use std::collections::VecDeque;
use std::time::Duration;

use device_api::{
    CountedBefore, DepositCommand, Dispense, DispenseEnd, Driver, DriverOutput, Paid, PayoutCommand,
    ShortCause, Stated, UnitCommand, UnitEvent, UnitPart,
};
use settings::CoinUnitProfile;
use wire::Moment;
use wire::cctalk::{Command, DamagedFrame, Decoder, EchoFilter, Frame, HOST, Reply};

use super::acceptor::Acceptor;
use super::hopper::Hopper;
use super::pace::Pace;
use super::proof::Before;

/// How often a device that does not answer is asked whether it is back. Power-up takes it about this long
/// (docs/protocols/cctalk.md §8).
pub(super) const PROBE_INTERVAL: Duration = Duration::from_secs(1);

/// How often a device that the profile does not fit is asked who it is (§8): a technician may have put in another.
pub(super) const REFUSED_INTERVAL: Duration = Duration::from_secs(10);

/// A request that devices need not know goes unanswered twice before it is left out: one lost reply is noise.
pub(super) const OPTIONAL_TRIES: u8 = 2;

/// How often in a row a device may refuse to say who it is: one that starts is busy for a moment.
pub(super) const REFUSALS_MAX: u8 = 10;

/// And how long it is left alone in between.
pub(super) const REFUSAL_PAUSE: Duration = Duration::from_millis(200);

/// A coin acceptor and its hoppers on one line.
///
/// [`DepositCommand::Accept`] is a standing order: it is written again to an acceptor that has restarted. Each
/// [`PayoutCommand::Dispense`] is answered by exactly one [`Paid::Dispensed`], also if line or power fail, but not
/// if this driver ends; then the next one is asked, with the counters that the journal kept.
#[derive(Debug)]
pub struct CoinUnit {
    profile: CoinUnitProfile,
    acceptor: Acceptor,
    hoppers: Vec<Hopper>,
    /// Of the acceptor and of the hoppers, in the order of [`Station::index`].
    paces: Vec<Pace>,
    is_open: bool,
    outstanding: Option<Outstanding>,
    decoder: Decoder,
    echo: EchoFilter,
    /// Who the machine was last told is there.
    identified: Option<UnitEvent>,
    /// Good news of devices that the machine has not been told of yet.
    held: Vec<UnitEvent>,
    outbox: VecDeque<DriverOutput<UnitEvent>>,
}

/// Whom a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Station {
    Acceptor,
    /// By its index in the profile.
    Hopper(usize),
}

/// The request on the line.
#[derive(Debug)]
struct Outstanding {
    station: Station,
    command: Command,
    asked_at: Moment,
    deadline: Moment,
    /// A damaged frame came: the device has answered, so that nothing more of it is under way.
    damaged: bool,
}

impl Station {
    fn index(self) -> usize {
        match self {
            Station::Acceptor => 0,
            Station::Hopper(index) => index + 1,
        }
    }
}

impl CoinUnit {
    /// A driver for devices like `profile`, without a line yet.
    pub fn new(profile: CoinUnitProfile) -> CoinUnit {
        let patience = Duration::from_millis(profile.reply_timeout_ms.into());
        CoinUnit {
            paces: vec![Pace::new(patience); profile.hoppers.len() + 1],
            acceptor: Acceptor::new(profile.clone()),
            hoppers: profile.hoppers.iter().map(|hopper| Hopper::new(&profile, *hopper)).collect(),
            profile,
            is_open: false,
            outstanding: None,
            decoder: Decoder::default(),
            echo: EchoFilter::default(),
            identified: None,
            held: Vec::new(),
            outbox: VecDeque::new(),
        }
    }
}

impl Driver for CoinUnit {
    type Command = UnitCommand;
    type Event = UnitEvent;

    fn line_opened(&mut self, now: Moment) {
        self.is_open = true;
        self.forget_line();
        self.paces.iter_mut().for_each(|pace| pace.line_opened(now));
        self.acceptor.line_opened(now);
        self.hoppers.iter_mut().for_each(|hopper| hopper.line_opened(now));
        self.serve_line(now);
    }

    fn line_lost(&mut self, now: Moment) {
        self.is_open = false;
        self.forget_line();
        self.outbox.retain(|output| matches!(output, DriverOutput::Event(_)));
        self.acceptor.line_lost(now);
        self.hoppers.iter_mut().for_each(|hopper| hopper.line_lost(now));
        self.serve_line(now);
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        let heard = self.echo.strip(bytes);
        // The echo alone tells nothing.
        if heard.is_empty() {
            return;
        }
        self.decoder.push(now, heard);
        while let Some(received) = self.decoder.next_frame() {
            match received {
                Ok(frame) => self.handle_frame(now, &frame),
                Err(DamagedFrame) => self.outstanding.iter_mut().for_each(|asked| asked.damaged = true),
            }
        }
        self.serve_line(now);
    }

    fn handle_timeout(&mut self, now: Moment) {
        if let Some(mut missed) = self.outstanding.take_if(|outstanding| outstanding.deadline <= now) {
            missed.damaged |= self.decoder.has_partial_frame_for(HOST);
            if !missed.damaged {
                self.paces[missed.station.index()].missed(missed.asked_at);
                self.interrupted(missed.station);
            }
            self.unanswered(now, &missed);
        }
        self.serve_line(now);
    }

    fn command(&mut self, now: Moment, command: UnitCommand) {
        match command {
            UnitCommand::In(DepositCommand::Accept(denominations)) => self.acceptor.want(denominations),
            UnitCommand::In(DepositCommand::ToldUpTo(event_no)) => self.acceptor.told_up_to(event_no),
            UnitCommand::ReadCounts(UnitPart::Acceptor) => self.acceptor.read_counts(),
            UnitCommand::ReadCounts(UnitPart::Hopper(address)) => {
                let hopper = self.hoppers.iter_mut().find(|hopper| hopper.address() == address);
                hopper.into_iter().for_each(|hopper| hopper.read_counts(now));
            }
            UnitCommand::Out(PayoutCommand::Dispense(dispense)) => self.dispense(now, dispense),
            UnitCommand::Out(PayoutCommand::Proceed(id)) => {
                self.hoppers.iter_mut().for_each(|hopper| hopper.proceed(now, id))
            }
            UnitCommand::Out(PayoutCommand::Recall { dispense, before, .. }) => {
                self.recall(now, dispense, &before)
            }
            // Without escrow nothing waits for a decision, and nothing that it does is told only once.
            UnitCommand::In(
                DepositCommand::Stack
                | DepositCommand::Return
                | DepositCommand::Hold
                | DepositCommand::AcknowledgeStacked,
            )
            | UnitCommand::Out(PayoutCommand::Noted { .. }) => {}
        }
        self.serve_line(now);
    }

    fn poll(&mut self) -> Option<DriverOutput<UnitEvent>> {
        self.outbox.pop_front()
    }

    fn deadline(&self) -> Option<Moment> {
        let give_up_at = self.hoppers.iter().filter_map(Hopper::give_up_at).min();
        let line = match &self.outstanding {
            _ if !self.is_open => None,
            Some(outstanding) => Some(outstanding.deadline),
            None => self.stations().map(|station| self.due(station)).min(),
        };
        line.into_iter().chain(give_up_at).min()
    }
}

/// One request at a time: what is sent next follows from the state alone, so that whatever got lost is asked again.
impl CoinUnit {
    fn serve_line(&mut self, now: Moment) {
        self.hoppers.iter_mut().for_each(|hopper| hopper.tick(now));
        self.tell_news();
        if self.is_open && self.outstanding.is_none() {
            self.send_next(now);
        }
    }

    fn send_next(&mut self, now: Moment) {
        let Some(station) = self.next_station(now) else { return };
        let command = match station {
            Station::Acceptor => self.acceptor.next_request(now),
            Station::Hopper(index) => self.hoppers[index].next_request(),
        };
        let bytes = command.to_frame(self.address(station)).to_bytes();
        self.decoder.clear();
        if self.profile.echo {
            self.echo.sent(&bytes);
        }
        let deadline = now.after(self.paces[station.index()].patience());
        self.outstanding = Some(Outstanding { station, command, asked_at: now, deadline, damaged: false });
        self.outbox.push_back(DriverOutput::Transmit(bytes));
    }

    /// The acceptor first: it closes if it is not asked, and forgets. Then a hopper that pays out.
    fn next_station(&self, now: Moment) -> Option<Station> {
        let due = self.stations().filter(|station| self.due(*station) <= now);
        due.min_by_key(|station| match station {
            Station::Acceptor => (false, false, Moment::START),
            Station::Hopper(index) => (true, !self.hoppers[*index].is_paying(), self.hoppers[*index].due()),
        })
    }

    fn stations(&self) -> impl Iterator<Item = Station> + use<> {
        std::iter::once(Station::Acceptor).chain((0..self.hoppers.len()).map(Station::Hopper))
    }

    /// From when on it has something to be asked and no old reply of it can be under way.
    fn due(&self, station: Station) -> Moment {
        let due = match station {
            Station::Acceptor => self.acceptor.due(),
            Station::Hopper(index) => self.hoppers[index].due(),
        };
        due.max(self.paces[station.index()].quiet_until())
    }

    fn address(&self, station: Station) -> u8 {
        match station {
            Station::Acceptor => self.acceptor.address(),
            Station::Hopper(index) => self.hoppers[index].address(),
        }
    }

    /// Takes a frame as the reply to the outstanding request, if it can be that. One from the same device that cannot, or
    /// one that nobody waits for, answers an older question (docs/protocols/cctalk.md §2). An echo, and what is not for
    /// the host, tells nothing.
    fn handle_frame(&mut self, now: Moment, frame: &Frame) {
        let from = self.stations().find(|station| self.address(*station) == frame.source());
        let Some(station) = from.filter(|_| frame.destination() == HOST) else { return };
        let asked = self.outstanding.take_if(|outstanding| outstanding.station == station);
        let reply = asked.as_ref().and_then(|asked| Reply::decode(&asked.command, frame));
        match (asked, reply) {
            (Some(asked), Some(reply)) => {
                self.paces[station.index()].answered();
                match station {
                    Station::Acceptor => self.acceptor.replied(now, &asked.command, reply),
                    Station::Hopper(index) => self.hoppers[index].replied(now, &asked.command, reply),
                }
            }
            (asked, _) => {
                self.paces[station.index()].out_of_step(now);
                self.interrupted(station);
                if station == Station::Acceptor {
                    self.acceptor.out_of_step();
                }
                asked.iter().for_each(|asked| self.unanswered(now, asked));
            }
        }
    }

    fn unanswered(&mut self, now: Moment, missed: &Outstanding) {
        match missed.station {
            Station::Acceptor => self.acceptor.unanswered(now, &missed.command),
            Station::Hopper(index) => self.hoppers[index].unanswered(now),
        }
    }

    /// Two equal readings must not stand on both sides of this.
    fn interrupted(&mut self, station: Station) {
        match station {
            Station::Acceptor => self.acceptor.interrupted(),
            Station::Hopper(index) => self.hoppers[index].interrupted(),
        }
    }

    /// One unproven movement of money at a time: while a hopper pays, every other order is refused.
    fn dispense(&mut self, now: Moment, dispense: Dispense) {
        let busy = self.hoppers.iter().any(Hopper::is_paying);
        match self.payer_of(dispense).filter(|_| !busy) {
            Some(hopper) => hopper.dispense(now, dispense),
            None => {
                let end = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };
                self.tell(UnitEvent::Out(Paid::Dispensed { id: dispense.id, end }));
            }
        }
    }

    /// The hopper that is meant, if it holds what is to be paid out.
    fn payer_of(&mut self, dispense: Dispense) -> Option<&mut Hopper> {
        let is_meant = |hopper: &&mut Hopper| {
            hopper.place() == dispense.place && hopper.denomination() == dispense.denomination
        };
        self.hoppers.iter_mut().find(is_meant)
    }

    /// What was counted in another unit, or by a hopper that is not there any more, proves nothing here.
    fn recall(&mut self, now: Moment, dispense: Dispense, before: &CountedBefore) {
        match (self.payer_of(dispense), before) {
            (Some(hopper), CountedBefore::Hopper { event, paid_out_total, powered_up }) => {
                let before = Before { event: *event, total: *paid_out_total, powered_up: *powered_up };
                hopper.recall(now, dispense, before);
            }
            (None, _) | (Some(_), CountedBefore::Drums { .. }) => {
                let end = DispenseEnd::Unknown { paid: 0 };
                self.tell(UnitEvent::Out(Paid::Dispensed { id: dispense.id, end }));
            }
        }
    }

    fn forget_line(&mut self) {
        self.outstanding = None;
        self.decoder.clear();
        self.echo.clear();
    }
}

/// What the machine is told.
impl CoinUnit {
    fn tell_news(&mut self) {
        let mut news = Vec::new();
        self.acceptor.hand_over(&mut news);
        self.hoppers.iter_mut().for_each(|hopper| hopper.hand_over(&mut news));
        // Once told, who is there changes only with a device that was in trouble, and is told with its news.
        if news.is_empty() && self.identified.is_some() {
            return;
        }
        if let Some(identified) = self.identity().filter(|event| self.identified.as_ref() != Some(event)) {
            self.identified = Some(identified.clone());
            self.tell(identified);
            for event in std::mem::take(&mut self.held) {
                self.tell(event);
            }
        }
        for event in news {
            self.tell_in_order(event);
        }
    }

    /// That a device works is told only after the machine knows which device that is.
    fn tell_in_order(&mut self, event: UnitEvent) {
        match event {
            UnitEvent::State(Stated::Ready { .. }) if self.identified.is_none() => self.held.push(event),
            UnitEvent::State(Stated::Trouble { part: device, .. }) => {
                self.held.retain(|held| *held != UnitEvent::State(Stated::Ready { part: device }));
                self.tell(event);
            }
            event => self.tell(event),
        }
    }

    fn tell(&mut self, event: UnitEvent) {
        self.outbox.push_back(DriverOutput::Event(event));
    }

    /// Who is there, once the acceptor and every hopper that answers have said so.
    fn identity(&self) -> Option<UnitEvent> {
        let (model, accepts) = self.acceptor.identified()?;
        if !self.hoppers.iter().all(Hopper::is_decided) {
            return None;
        }
        let known =
            self.hoppers.iter().filter_map(|hopper| Some((hopper.denomination(), hopper.identified()?)));
        let (pays, mut models): (Vec<_>, Vec<_>) = known.unzip();
        models.dedup();
        let model = std::iter::once(model).chain(models).collect::<Vec<_>>().join("; ");
        Some(UnitEvent::State(Stated::Identified { model, accepts, pays: pays.into_iter().collect() }))
    }
}
