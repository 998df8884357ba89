use std::collections::VecDeque;

use money::{CashCount, Denomination};
use serde_json::{Value, json};
use settings::SorterTarget;
use wire::Moment;
use wire::cctalk::{Command, CreditEvent, Decoder, Frame, HOST, Reply};

use super::acceptor::{Acceptor, Coin};
use super::config::CoinUnitModelConfig;
use super::hopper::{Hopper, Move};
use super::people;
use super::places::{CoinUnitTruth, Places, add};
use super::power::Power;
use crate::model::{Inside, Model, ModelOutput, Spot, Trouble};
use crate::models::faulty_line::FaultyLine;

/// A reply's data follow destination, length, source and header.
const DATA_OFFSET: usize = 4;

/// A simulated acceptor with hoppers, on one line.
#[derive(Debug)]
pub struct CoinUnitModel {
    pub(super) config: CoinUnitModelConfig,
    pub(super) acceptor: Acceptor,
    pub(super) hoppers: Vec<Hopper>,
    pub(super) places: Places,
    /// Since when coins and motors stand still, although the devices answer.
    pub(super) stalled_since: Option<Moment>,
    pub(super) line: FaultyLine,
    /// Damage that the check sum does not show: so many replies.
    pub(super) deceive: u32,
    /// So many coins fall past the credit sensor unseen.
    pub(super) unseen: u32,
    /// Which two bits the next such damage takes, of those that it can; moves on, so that two in a row are not alike.
    deceptions: usize,
    decoder: Decoder,
    outbox: VecDeque<ModelOutput>,
}

impl CoinUnitModel {
    /// Devices that are off.
    pub fn new(config: CoinUnitModelConfig) -> CoinUnitModel {
        let mut places = Places::default();
        for hopper in &config.hoppers {
            add(&mut places.filled, hopper.denomination, hopper.pieces);
        }
        CoinUnitModel {
            acceptor: Acceptor::new(),
            hoppers: config.hoppers.iter().map(|hopper| Hopper::new(*hopper)).collect(),
            config,
            places,
            stalled_since: None,
            line: FaultyLine::default(),
            deceive: 0,
            unseen: 0,
            deceptions: 0,
            decoder: Decoder::default(),
            outbox: VecDeque::new(),
        }
    }

    /// Whether it takes any coin that somebody drops in, as long as it is polled.
    pub fn is_open(&self) -> bool {
        self.acceptor.power.is_on() && self.acceptor.takes_any()
    }

    /// Where every coin is.
    pub fn truth(&self) -> CoinUnitTruth {
        let mut hoppers = CashCount::EMPTY;
        for hopper in &self.hoppers {
            add(&mut hoppers, hopper.config.denomination, hopper.pieces);
        }
        let Places { inserted, filled, coin_box, tray, taken, emptied, dispensed, .. } = self.places;
        let Places { uncounted_out, uncounted_in, .. } = self.places;
        CoinUnitTruth {
            inserted,
            filled_by_staff: filled,
            in_transit: self.in_transit(),
            unasked: self.acceptor.credited_since,
            hoppers,
            coin_box,
            tray,
            taken_by_patient: taken,
            emptied_by_staff: emptied,
            dispensed,
            uncounted_out,
            uncounted_in,
        }
    }

    /// The coins that have not come to rest.
    pub fn in_transit(&self) -> CashCount {
        let mut in_transit = CashCount::EMPTY;
        for coin in &self.acceptor.travelling {
            add(&mut in_transit, coin.denomination, 1);
        }
        in_transit
    }
}

impl Model for CoinUnitModel {
    fn draw_from(&mut self, seed: u64) {
        self.line.draw_from(seed);
        self.acceptor.inbox.draw_from(seed);
        self.hoppers.iter_mut().for_each(|hopper| hopper.inbox.draw_from(seed));
    }

    fn start(&mut self, now: Moment) {
        self.acceptor.power = Power::Booting { until: now.after(self.config.timing.boot) };
        for hopper in &mut self.hoppers {
            hopper.power_on(now, &self.config.timing);
        }
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        self.advance(now);
        if self.config.echo {
            self.outbox.push_back(ModelOutput::Transmit(bytes.to_vec()));
        }
        self.decoder.push(now, bytes);
        while let Some(received) = self.decoder.next_frame() {
            // A damaged frame gets no answer (§2).
            if let Ok(frame) = received {
                self.hear(now, &frame);
            }
        }
        self.answer(now);
    }

    fn handle_timeout(&mut self, now: Moment) {
        self.advance(now);
    }

    fn deadline(&self) -> Option<Moment> {
        let awake = self.hoppers.iter().map(|hopper| hopper.power).chain([self.acceptor.power]);
        let moves = self.hoppers.iter().filter_map(|hopper| hopper.motion).map(|motion| motion.ends);
        let arrivals = self.acceptor.travelling.iter().filter_map(|coin| coin.arrives);
        let mechanics = moves.chain(arrivals).min().filter(|_| self.stalled_since.is_none());
        let looks = self.hoppers.iter().map(|hopper| hopper.inbox.next()).chain([self.acceptor.inbox.next()]);
        awake.filter_map(Power::awake_at).chain(looks.flatten()).chain(mechanics).min()
    }

    fn act(&mut self, now: Moment, command: &str) -> Result<(), String> {
        self.advance(now);
        self.carry_out(now, command)
    }

    fn poll(&mut self) -> Option<ModelOutput> {
        self.outbox.pop_front()
    }

    fn look_inside(&self) -> Inside {
        let truth = self.truth();
        let hoppers = self.hoppers.iter().map(|hopper| {
            let kind = hopper.config.denomination;
            (Spot::Hopper(kind), of_one_kind(kind, hopper.pieces))
        });
        let powers = self.hoppers.iter().map(|hopper| hopper.power).chain([self.acceptor.power]);
        let troubles = [
            (Trouble::PowerOff, powers.into_iter().any(|power| power == Power::Off)),
            (Trouble::Jammed, self.acceptor.jammed || self.hoppers.iter().any(|hopper| hopper.jammed)),
            (Trouble::Stalled, self.stalled_since.is_some()),
        ];
        Inside {
            cash: hoppers
                .chain([(Spot::CoinBox, truth.coin_box), (Spot::Transport, truth.in_transit)])
                .collect(),
            tray: truth.tray,
            troubles: Trouble::among(troubles),
            ..Inside::default()
        }
    }

    fn help(&self) -> &'static [(&'static str, &'static str)] {
        people::HELP
    }
}

/// The line.
impl CoinUnitModel {
    /// Each device that is awake keeps what it is asked until it looks at it.
    fn hear(&mut self, now: Moment, frame: &Frame) {
        if frame.source() != HOST {
            return;
        }
        let (address, command) = (frame.destination(), Command::decode(frame));
        if address == self.config.acceptor_address && self.acceptor.power.is_on() {
            self.acceptor.inbox.put(now, command);
        } else if let Some(hopper) = self.hoppers.iter_mut().find(|hopper| hopper.config.address == address)
            && hopper.power.is_on()
        {
            hopper.inbox.put(now, command);
        }
    }

    /// Answers what the devices look at by now.
    fn answer(&mut self, now: Moment) {
        let timing = self.config.timing;
        while let Some(command) = self.acceptor.inbox.take(now) {
            let on = self.acceptor.power.is_on();
            let reply = on.then(|| self.acceptor.answer(now, &self.config, &command)).flatten();
            self.say(self.config.acceptor_address, reply);
        }
        for index in 0..self.hoppers.len() {
            while let Some(command) = self.hoppers[index].inbox.take(now) {
                let hopper = &mut self.hoppers[index];
                let address = hopper.config.address;
                let reply = hopper.power.is_on().then(|| hopper.answer(now, &timing, &command)).flatten();
                self.say(address, reply);
            }
        }
    }

    fn say(&mut self, address: u8, reply: Option<Reply>) {
        let Some(reply) = reply else { return };
        let mut bytes = reply.to_frame(address).to_bytes();
        self.maybe_deceive(&mut bytes);
        self.outbox.extend(self.line.carry(bytes).map(ModelOutput::Transmit));
    }

    /// One in 28 of all two-bit faults leaves the check sum as it was (§2): a bit falls in one byte of data, and the
    /// same bit rises in another.
    fn maybe_deceive(&mut self, reply: &mut [u8]) {
        let Some(data) = reply.get_mut(DATA_OFFSET..) else { return };
        let Some((_check_sum, data)) = data.split_last_mut() else { return };
        if self.deceive == 0 || data.len() < 2 {
            return;
        }
        self.deceive -= 1;
        let swaps = undetected_swaps(data);
        if let Some((from, to, bit)) = swaps.get(self.deceptions % swaps.len().max(1)) {
            data[*from] ^= bit;
            data[*to] ^= bit;
        }
        self.deceptions += 1;
    }
}

/// The passing of time.
impl CoinUnitModel {
    fn advance(&mut self, now: Moment) {
        while let Some(until) = self.deadline().filter(|until| *until <= now) {
            self.step(until);
        }
    }

    /// Whatever is due at `now` happens.
    fn step(&mut self, now: Moment) {
        let is_due = |at: Option<Moment>| at.is_some_and(|at| at <= now);
        if is_due(self.acceptor.power.awake_at()) {
            self.acceptor.power = Power::On;
        }
        for hopper in self.hoppers.iter_mut().filter(|hopper| is_due(hopper.power.awake_at())) {
            hopper.power = Power::On;
        }
        self.answer(now);
        if self.stalled_since.is_some() {
            return;
        }
        for index in 0..self.hoppers.len() {
            if is_due(self.hoppers[index].motion.map(|motion| motion.ends)) {
                self.turn(now, index);
            }
        }
        let (arrived, travelling) =
            self.acceptor.travelling.iter().partition(|coin: &&Coin| is_due(coin.arrives));
        self.acceptor.travelling = travelling;
        let arrived: Vec<Coin> = arrived;
        for coin in arrived {
            self.credit(coin);
        }
    }

    fn turn(&mut self, now: Moment, index: usize) {
        let hopper = &mut self.hoppers[index];
        let denomination = hopper.config.denomination;
        match hopper.turn(now, &self.config.timing) {
            Move::Nothing => {}
            Move::CoinOut => self.coin_out(denomination),
            Move::TwoOut => {
                self.coin_out(denomination);
                add(&mut self.places.tray, denomination, 1);
                add(&mut self.places.dispensed, denomination, 1);
                add(&mut self.places.uncounted_out, denomination, 1);
                self.happened("uncounted_out", denomination);
            }
        }
    }

    fn coin_out(&mut self, denomination: Denomination) {
        add(&mut self.places.tray, denomination, 1);
        add(&mut self.places.dispensed, denomination, 1);
        self.happened("dispensed", denomination);
    }

    /// The coin has passed the credit sensor, and falls where the sorter stands.
    fn credit(&mut self, coin: Coin) {
        let Coin { denomination, position, .. } = coin;
        if let Some(fewer) = self.unseen.checked_sub(1) {
            self.unseen = fewer;
            self.drop(denomination, SorterTarget::CoinBox);
            add(&mut self.places.uncounted_in, denomination, 1);
            self.happened("uncounted_in", denomination);
            return;
        }
        let is_full =
            |kind| self.hoppers.iter().any(|hopper| hopper.config.denomination == kind && hopper.is_full());
        let (path, target) = self.acceptor.way(&self.config, position, is_full);
        self.acceptor.happen(CreditEvent::Coin { position, path });
        add(&mut self.acceptor.credited_since, denomination, 1);
        let place = self.drop(denomination, target);
        self.tell(json!({ "happened": "credited", "value": i64::from(denomination), "place": place }));
    }

    /// A hopper holds one kind of coin. A coin that the sorter sends to another one's hopper rolls on into the box.
    fn drop(&mut self, denomination: Denomination, target: SorterTarget) -> String {
        let hopper =
            self.hoppers.iter_mut().find(|hopper| target == SorterTarget::Hopper(hopper.config.denomination));
        match hopper.filter(|hopper| hopper.config.denomination == denomination) {
            Some(hopper) => {
                hopper.pieces += 1;
                format!("hopper {}", i64::from(denomination))
            }
            None => {
                add(&mut self.places.coin_box, denomination, 1);
                "coin_box".to_owned()
            }
        }
    }

    /// Coins on their way fall through uncredited, as they do when power fails or the device starts anew.
    pub(super) fn drop_uncredited(&mut self) {
        for coin in std::mem::take(&mut self.acceptor.travelling) {
            self.drop(coin.denomination, SorterTarget::CoinBox);
        }
    }

    pub(super) fn happened(&mut self, what: &str, denomination: Denomination) {
        self.tell(json!({ "happened": what, "value": i64::from(denomination) }));
    }

    pub(super) fn tell(&mut self, happening: Value) {
        self.outbox.push_back(ModelOutput::Happened(happening));
    }
}

fn of_one_kind(kind: Denomination, pieces: u32) -> CashCount {
    let mut pile = CashCount::EMPTY;
    add(&mut pile, kind, pieces);
    pile
}

/// Each bit that is set in one byte and not in another: from where, to where, and which.
fn undetected_swaps(data: &[u8]) -> Vec<(usize, usize, u8)> {
    let bits = || (0..8).map(|shift| 1_u8 << shift);
    let pairs = (0..data.len()).flat_map(|from| (0..data.len()).map(move |to| (from, to)));
    let swaps = pairs.flat_map(|(from, to)| bits().map(move |bit| (from, to, bit)));
    swaps.filter(|(from, to, bit)| data[*from] & bit != 0 && data[*to] & bit == 0).collect()
}
