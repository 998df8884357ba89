use std::collections::VecDeque;
use std::time::Duration;

use device_api::{
    CoinCommand, CoinDevice, CoinEvent, CountedBefore, Dispense, DispenseEnd, Driver, DriverOutput,
    ShortCause,
};
use settings::CoinUnitProfile;
use wire::Moment;
use wire::cctalk::{Command, Decoder, EchoFilter, Frame, HOST, Reply};

use super::acceptor::Acceptor;
use super::evidence::Before;
use super::hopper::Hopper;

/// How often a device that does not answer is asked whether it is back. Power-up takes it about this long
/// (docs/protocols/cctalk.md §8).
pub(super) const PROBE_INTERVAL: Duration = Duration::from_secs(1);

/// How often a device that the profile does not fit is asked who it is (§8): a technician may have put in another.
pub(super) const REFUSED_INTERVAL: Duration = Duration::from_secs(10);

/// A request that devices need not know goes unanswered twice before it is left out: one lost reply is noise.
pub(super) const OPTIONAL_TRIES: u8 = 2;

/// A coin acceptor and its hoppers on one line.
///
/// [`CoinCommand::Accept`] is a standing order: it is written again to an acceptor that has restarted. Each
/// [`CoinCommand::Dispense`] is answered by exactly one [`CoinEvent::Dispensed`], also if line or power fail, but not
/// if this driver ends; then the next one is asked, with the counters that the journal kept.
#[derive(Debug)]
pub struct CoinUnit {
    profile: CoinUnitProfile,
    acceptor: Acceptor,
    hoppers: Vec<Hopper>,
    is_open: bool,
    outstanding: Option<Outstanding>,
    decoder: Decoder,
    echo: EchoFilter,
    /// Who the machine was last told is there.
    identified: Option<CoinEvent>,
    /// Good news of devices that the machine has not been told of yet.
    held: Vec<CoinEvent>,
    outbox: VecDeque<DriverOutput<CoinEvent>>,
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
    deadline: Moment,
}

impl CoinUnit {
    /// A driver for devices like `profile`, without a line yet.
    pub fn new(profile: CoinUnitProfile) -> CoinUnit {
        CoinUnit {
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
    type Command = CoinCommand;
    type Event = CoinEvent;

    fn line_opened(&mut self, now: Moment) {
        self.is_open = true;
        self.forget_line();
        self.acceptor.line_opened(now);
        self.hoppers.iter_mut().for_each(|hopper| hopper.line_opened(now));
        self.proceed(now);
    }

    fn line_lost(&mut self, now: Moment) {
        self.is_open = false;
        self.forget_line();
        self.outbox.retain(|output| matches!(output, DriverOutput::Event(_)));
        self.acceptor.line_lost(now);
        self.hoppers.iter_mut().for_each(|hopper| hopper.line_lost(now));
        self.proceed(now);
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        let heard = self.echo.strip(bytes);
        // The echo alone tells nothing.
        if heard.is_empty() {
            return;
        }
        self.decoder.push(now, heard);
        while let Some(received) = self.decoder.next_frame() {
            if let Ok(frame) = received {
                self.handle_frame(now, &frame);
            }
        }
        self.proceed(now);
    }

    fn handle_timeout(&mut self, now: Moment) {
        if let Some(missed) = self.outstanding.take_if(|outstanding| outstanding.deadline <= now) {
            match missed.station {
                Station::Acceptor => self.acceptor.unanswered(now, &missed.command),
                Station::Hopper(index) => self.hoppers[index].unanswered(now),
            }
        }
        self.proceed(now);
    }

    fn command(&mut self, now: Moment, command: CoinCommand) {
        match command {
            CoinCommand::Accept(denominations) => self.acceptor.want(denominations),
            CoinCommand::ToldUpTo(event_no) => self.acceptor.told_up_to(event_no),
            CoinCommand::ReadCounts(CoinDevice::Acceptor) => self.acceptor.read_counts(),
            CoinCommand::ReadCounts(CoinDevice::Hopper(kind)) => {
                let hopper = self.hoppers.iter_mut().find(|hopper| hopper.denomination() == kind);
                hopper.into_iter().for_each(|hopper| hopper.read_counts(now));
            }
            CoinCommand::Dispense(dispense) => self.dispense(now, dispense),
            CoinCommand::Proceed(id) => self.hoppers.iter_mut().for_each(|hopper| hopper.go_ahead(now, id)),
            CoinCommand::Recall { dispense, before } => self.recall(now, dispense, &before),
        }
        self.proceed(now);
    }

    fn poll(&mut self) -> Option<DriverOutput<CoinEvent>> {
        self.outbox.pop_front()
    }

    fn deadline(&self) -> Option<Moment> {
        let give_up_at = self.hoppers.iter().filter_map(Hopper::give_up_at).min();
        let line = match &self.outstanding {
            _ if !self.is_open => None,
            Some(outstanding) => Some(outstanding.deadline),
            None => self.hoppers.iter().map(Hopper::due).chain([self.acceptor.due()]).min(),
        };
        line.into_iter().chain(give_up_at).min()
    }
}

/// One request at a time: what is sent next follows from the state alone, so that whatever got lost is asked again.
impl CoinUnit {
    fn proceed(&mut self, now: Moment) {
        self.hoppers.iter_mut().for_each(|hopper| hopper.tick(now));
        self.tell_news();
        if self.is_open && self.outstanding.is_none() {
            self.send_next(now);
        }
    }

    fn send_next(&mut self, now: Moment) {
        let Some(station) = self.next_station(now) else { return };
        let (address, command) = match station {
            Station::Acceptor => (self.acceptor.address(), self.acceptor.next_request(now)),
            Station::Hopper(index) => (self.hoppers[index].address(), self.hoppers[index].next_request()),
        };
        let bytes = command.to_frame(address).to_bytes();
        self.decoder.clear();
        if self.profile.echo {
            self.echo.sent(&bytes);
        }
        let deadline = now.after(Duration::from_millis(self.profile.reply_timeout_ms.into()));
        self.outstanding = Some(Outstanding { station, command, deadline });
        self.outbox.push_back(DriverOutput::Transmit(bytes));
    }

    /// The acceptor first: it closes if it is not asked, and forgets. Then a hopper that pays out.
    fn next_station(&self, now: Moment) -> Option<Station> {
        if self.acceptor.due() <= now {
            return Some(Station::Acceptor);
        }
        let due = self.hoppers.iter().enumerate().filter(|(_, hopper)| hopper.due() <= now);
        let next = due.min_by_key(|(_, hopper)| (!hopper.is_paying(), hopper.due()));
        next.map(|(index, _)| Station::Hopper(index))
    }

    /// Takes a frame, if it can be the reply to the outstanding request. Anything else, an echo too, tells nothing.
    fn handle_frame(&mut self, now: Moment, frame: &Frame) {
        let Some(Outstanding { station, command, .. }) = &self.outstanding else { return };
        let address = match station {
            Station::Acceptor => self.acceptor.address(),
            Station::Hopper(index) => self.hoppers[*index].address(),
        };
        if frame.destination() != HOST || frame.source() != address {
            return;
        }
        let Some(reply) = Reply::decode(command, frame) else { return };
        let Some(Outstanding { station, command, .. }) = self.outstanding.take() else { return };
        match station {
            Station::Acceptor => self.acceptor.replied(now, &command, reply),
            Station::Hopper(index) => self.hoppers[index].replied(now, &command, reply),
        }
    }

    /// One unproven movement of money at a time: while a hopper pays, every other order is refused.
    fn dispense(&mut self, now: Moment, dispense: Dispense) {
        let busy = self.hoppers.iter().any(Hopper::is_paying);
        let hopper = self.hoppers.iter_mut().find(|hopper| hopper.denomination() == dispense.denomination);
        match hopper.filter(|_| !busy) {
            Some(hopper) => hopper.dispense(now, dispense),
            None => {
                let end = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };
                self.tell(CoinEvent::Dispensed { id: dispense.id, end });
            }
        }
    }

    /// What was counted in another unit, or by a hopper that is not there any more, proves nothing here.
    fn recall(&mut self, now: Moment, dispense: Dispense, before: &CountedBefore) {
        let hopper = self.hoppers.iter_mut().find(|hopper| hopper.denomination() == dispense.denomination);
        match (hopper, before) {
            (Some(hopper), CountedBefore::Hopper { event, paid_out_total, powered_up }) => {
                let before = Before { event: *event, total: *paid_out_total, powered_up: *powered_up };
                hopper.recall(now, dispense, before);
            }
            (None, _) | (Some(_), CountedBefore::Drums { .. }) => {
                let end = DispenseEnd::Unknown { paid: 0 };
                self.tell(CoinEvent::Dispensed { id: dispense.id, end });
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
    fn tell_in_order(&mut self, event: CoinEvent) {
        match event {
            CoinEvent::Ready { .. } if self.identified.is_none() => self.held.push(event),
            CoinEvent::Trouble { device, .. } => {
                self.held.retain(|held| *held != CoinEvent::Ready { device });
                self.tell(event);
            }
            event => self.tell(event),
        }
    }

    fn tell(&mut self, event: CoinEvent) {
        self.outbox.push_back(DriverOutput::Event(event));
    }

    /// Who is there, once the acceptor and every hopper that answers have said so.
    fn identity(&self) -> Option<CoinEvent> {
        let (model, accepts) = self.acceptor.identified()?;
        if !self.hoppers.iter().all(Hopper::is_decided) {
            return None;
        }
        let known =
            self.hoppers.iter().filter_map(|hopper| Some((hopper.denomination(), hopper.identified()?)));
        let (pays, mut models): (Vec<_>, Vec<_>) = known.unzip();
        models.dedup();
        let model = std::iter::once(model).chain(models).collect::<Vec<_>>().join("; ");
        Some(CoinEvent::Identified { model, accepts, pays: pays.into_iter().collect() })
    }
}
