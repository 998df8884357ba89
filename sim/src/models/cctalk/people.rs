use money::Denomination;
use serde_json::json;
use wire::Moment;
use wire::cctalk::{CoinError, CreditEvent};

use super::acceptor::Entry;
use super::device::CoinUnitModel;
use super::hopper::Hopper;
use super::places::add;
use super::power::Power;
use crate::model::known_commands;

/// What people and circumstances can do, for [`Model::help`](crate::model::Model::help).
pub(super) const HELP: &[(&str, &str)] = &[
    ("insert VALUE", "drop a coin of that many yen into the slot"),
    ("take", "take the coins that lie in the tray"),
    ("return-lever", "press the coin return lever"),
    ("hopper VALUE fill N", "staff put N coins into the hopper of that value"),
    ("hopper VALUE empty", "staff take all coins out of it"),
    ("hopper VALUE pay-outside N", "a technician lets it pay N coins out, which no books know"),
    (
        "hopper VALUE exchange",
        "another one is put in its place, without power, and its coins are poured over",
    ),
    ("hopper VALUE double N", "the next N coins that it pays take another along, which it does not count"),
    ("unseen N", "the next N coins fall into the coin box without a credit"),
    ("hopper VALUE jam", "a coin gets stuck in its exit"),
    ("hopper VALUE reverse-limit", "its motor turned back once too often; it pays nothing until it is reset"),
    ("jam acceptor", "a coin gets stuck at the credit sensor"),
    ("jam clear", "free everything that is stuck"),
    ("power cut|on [acceptor|hopper VALUE]", "the power of one device, or of all"),
    ("stall on|off", "coins and motors stand still, though the devices answer"),
    ("lose-reply N", "the next N replies do not arrive"),
    ("garble N", "the next N replies arrive with a flipped bit"),
    ("duplicate N", "the next N replies arrive twice"),
    ("noise N", "from now on every Nth reply arrives with a flipped bit; 0 ends it"),
    (
        "[acceptor|hopper VALUE] slow MS",
        "it takes that many milliseconds to look at each question; without a name, all do",
    ),
    ("[acceptor|hopper VALUE] uneven FROM..TO", "the same, but now shorter and now longer"),
    (
        "[acceptor|hopper VALUE] looks-every MS",
        "it looks at its line only so often, and answers one question each time",
    ),
    ("[acceptor|hopper VALUE] prompt", "it answers at once again"),
    ("deceive N", "the next N replies arrive with two flipped bits that their check sum does not show"),
];

/// Whom a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    All,
    Acceptor,
    Hopper(usize),
}

/// What people do.
impl CoinUnitModel {
    pub(super) fn carry_out(&mut self, now: Moment, command: &str) -> Result<(), String> {
        match command.split_whitespace().collect::<Vec<_>>()[..] {
            ["insert", value] => {
                let denomination = coin(value)?;
                self.insert(now, denomination);
                Ok(())
            }
            ["take"] => self.take(),
            ["return-lever"] => self.press_return(),
            ["hopper", value, "fill", pieces] => self.fill(now, value, number(pieces)?),
            ["hopper", value, "empty"] => self.empty(now, value),
            ["hopper", value, "pay-outside", pieces] => self.pay_outside(value, number(pieces)?),
            ["hopper", value, "exchange"] => self.hopper(value)?.exchange(),
            ["hopper", value, "double", coins] => {
                let doubles = number(coins)?;
                self.hopper(value).map(|hopper| hopper.doubles = doubles)
            }
            ["unseen", coins] => number(coins).map(|coins| self.unseen = coins),
            ["hopper", value, "jam"] => self.jam_hopper(now, value),
            ["hopper", value, "reverse-limit"] => self.reach_reverse_limit(value),
            ["jam", "acceptor"] => self.jam_acceptor(),
            ["jam", "clear"] => self.clear(now),
            ["power", "cut", ref part @ ..] => self.cut_power(self.part(part)?),
            ["power", "on", ref part @ ..] => self.restore_power(now, self.part(part)?),
            ["stall", "on"] => self.stall(now, true),
            ["stall", "off"] => self.stall(now, false),
            ["lose-reply", times] => number(times).map(|times| self.line.lose = times),
            ["garble", times] => number(times).map(|times| self.line.garble = times),
            ["duplicate", times] => number(times).map(|times| self.line.duplicate = times),
            ["noise", every] => number(every).map(|every| self.line.noise = every),
            ["deceive", times] => number(times).map(|times| self.deceive = times),
            ["acceptor", ref habit @ ..] => self.keep_waiting(Part::Acceptor, habit, command),
            ["hopper", value, ref habit @ ..] => {
                let part = Part::Hopper(self.hopper_index(value)?);
                self.keep_waiting(part, habit, command)
            }
            ref habit => self.keep_waiting(Part::All, habit, command),
        }
    }

    /// How long devices take to look at what they are asked.
    fn keep_waiting(&mut self, part: Part, habit: &[&str], command: &str) -> Result<(), String> {
        let no_habit = || unknown(command);
        if part.has_acceptor() {
            self.acceptor.inbox.set(habit).ok_or_else(no_habit)??;
        }
        for index in part.hoppers(self.hoppers.len()) {
            self.hoppers[index].inbox.set(habit).ok_or_else(no_habit)??;
        }
        Ok(())
    }

    fn insert(&mut self, now: Moment, denomination: Denomination) {
        add(&mut self.places.inserted, denomination, 1);
        let stalled = self.stalled_since.is_some();
        if !stalled && self.acceptor.enter(now, &self.config, denomination) == Entry::Taken {
            self.happened("inserted", denomination);
        } else {
            add(&mut self.places.tray, denomination, 1);
            self.happened("refused_at_entry", denomination);
        }
    }

    fn take(&mut self) -> Result<(), String> {
        let tray = std::mem::take(&mut self.places.tray);
        if tray.is_empty() {
            return Err("nothing lies in the tray".to_owned());
        }
        for (denomination, pieces) in tray.iter() {
            add(&mut self.places.taken, denomination, pieces);
        }
        let coins = tray.iter().map(|(kind, pieces)| (i64::from(kind), pieces)).collect::<Vec<_>>();
        self.tell(json!({ "happened": "taken", "coins": coins }));
        Ok(())
    }

    fn press_return(&mut self) -> Result<(), String> {
        if self.acceptor.power.is_on() {
            self.acceptor.happen(CreditEvent::Error(CoinError::COIN_RETURN));
        }
        self.give_back_stuck();
        Ok(())
    }

    /// What is stuck falls into the tray. Coins that are past the flap go on.
    fn give_back_stuck(&mut self) {
        let (stuck, moving): (Vec<_>, Vec<_>) =
            self.acceptor.travelling.iter().partition(|coin| coin.arrives.is_none());
        self.acceptor.travelling = moving;
        for coin in stuck {
            add(&mut self.places.tray, coin.denomination, 1);
            self.happened("returned", coin.denomination);
        }
    }

    fn fill(&mut self, now: Moment, value: &str, pieces: u32) -> Result<(), String> {
        let timing = self.config.timing;
        let hopper = self.hopper(value)?;
        if hopper.pieces + pieces > hopper.config.capacity {
            return Err(format!("{pieces} more do not fit; it holds {}", hopper.config.capacity));
        }
        hopper.pieces += pieces;
        if hopper.motion.is_some() {
            hopper.await_coin(now, &timing);
        }
        let denomination = hopper.config.denomination;
        add(&mut self.places.filled, denomination, pieces);
        self.tell(json!({ "happened": "filled", "value": i64::from(denomination), "pieces": pieces }));
        Ok(())
    }

    fn empty(&mut self, now: Moment, value: &str) -> Result<(), String> {
        let timing = self.config.timing;
        let hopper = self.hopper(value)?;
        let pieces = std::mem::take(&mut hopper.pieces);
        if hopper.motion.is_some() {
            hopper.await_coin(now, &timing);
        }
        let denomination = hopper.config.denomination;
        add(&mut self.places.emptied, denomination, pieces);
        self.tell(json!({ "happened": "emptied", "value": i64::from(denomination), "pieces": pieces }));
        Ok(())
    }

    fn pay_outside(&mut self, value: &str, pieces: u32) -> Result<(), String> {
        let hopper = self.hopper(value)?;
        hopper.pay_outside(pieces)?;
        let denomination = hopper.config.denomination;
        add(&mut self.places.emptied, denomination, pieces);
        self.tell(json!({ "happened": "paid_outside", "value": i64::from(denomination), "pieces": pieces }));
        Ok(())
    }

    fn jam_hopper(&mut self, now: Moment, value: &str) -> Result<(), String> {
        let timing = self.config.timing;
        let hopper = self.hopper(value)?;
        hopper.jammed = true;
        if hopper.motion.is_some() {
            hopper.await_coin(now, &timing);
        }
        let denomination = hopper.config.denomination;
        self.happened("jammed", denomination);
        Ok(())
    }

    fn reach_reverse_limit(&mut self, value: &str) -> Result<(), String> {
        let hopper = self.hopper(value)?;
        hopper.reach_reverse_limit();
        let denomination = hopper.config.denomination;
        self.happened("reverse_limit", denomination);
        Ok(())
    }

    fn jam_acceptor(&mut self) -> Result<(), String> {
        if !self.acceptor.power.is_on() {
            return Err("the acceptor is off; `power on` comes first".to_owned());
        }
        self.acceptor.jammed = true;
        self.acceptor.travelling.iter_mut().for_each(|coin| coin.arrives = None);
        self.acceptor.happen(CreditEvent::Error(CoinError::CREDIT_SENSOR_BLOCKED));
        self.tell(json!({ "happened": "jammed" }));
        Ok(())
    }

    fn clear(&mut self, now: Moment) -> Result<(), String> {
        let timing = self.config.timing;
        if !self.acceptor.jammed && !self.hoppers.iter().any(|hopper| hopper.jammed) {
            return Err("nothing is stuck".to_owned());
        }
        self.acceptor.jammed = false;
        self.give_back_stuck();
        for hopper in &mut self.hoppers {
            if std::mem::take(&mut hopper.jammed) && hopper.motion.is_some() {
                hopper.await_coin(now, &timing);
            }
        }
        self.tell(json!({ "happened": "jam_cleared" }));
        Ok(())
    }

    fn cut_power(&mut self, part: Part) -> Result<(), String> {
        if part.has_acceptor() {
            self.acceptor.power = Power::Off;
            self.drop_uncredited();
            self.acceptor.forget();
        }
        for index in part.hoppers(self.hoppers.len()) {
            self.hoppers[index].power_off();
        }
        self.tell(json!({ "happened": "power", "on": false }));
        Ok(())
    }

    fn restore_power(&mut self, now: Moment, part: Part) -> Result<(), String> {
        let timing = self.config.timing;
        if part.has_acceptor() && self.acceptor.power == Power::Off {
            self.acceptor.power = Power::Booting { until: now.after(timing.boot) };
        }
        for index in part.hoppers(self.hoppers.len()) {
            let hopper = &mut self.hoppers[index];
            if hopper.power == Power::Off {
                hopper.power_on(now, &timing);
            }
        }
        self.tell(json!({ "happened": "power", "on": true }));
        Ok(())
    }

    fn stall(&mut self, now: Moment, stalled: bool) -> Result<(), String> {
        match (stalled, self.stalled_since) {
            (true, None) => self.stalled_since = Some(now),
            (false, Some(since)) => {
                self.stalled_since = None;
                self.hoppers.iter_mut().for_each(|hopper| hopper.resume(now, since));
                // A stalled unit takes no coin, so these were on their way before.
                for at in self.acceptor.travelling.iter_mut().filter_map(|coin| coin.arrives.as_mut()) {
                    *at = at.after(now.since(since));
                }
            }
            (true, Some(_)) | (false, None) => {}
        }
        Ok(())
    }

    fn hopper(&mut self, value: &str) -> Result<&mut Hopper, String> {
        let index = self.hopper_index(value)?;
        Ok(&mut self.hoppers[index])
    }

    fn hopper_index(&self, value: &str) -> Result<usize, String> {
        let denomination = coin(value)?;
        let found = self.hoppers.iter().position(|hopper| hopper.config.denomination == denomination);
        found.ok_or_else(|| format!("there is no hopper for {value} yen"))
    }

    fn part(&self, words: &[&str]) -> Result<Part, String> {
        match words {
            [] => Ok(Part::All),
            ["acceptor"] => Ok(Part::Acceptor),
            ["hopper", value] => self.hopper_index(value).map(Part::Hopper),
            _ => {
                Err("write for instance `power cut`, `power cut acceptor` or `power cut hopper 100`"
                    .to_owned())
            }
        }
    }
}

impl Part {
    fn has_acceptor(self) -> bool {
        match self {
            Part::All | Part::Acceptor => true,
            Part::Hopper(_) => false,
        }
    }

    fn hoppers(self, count: usize) -> std::ops::Range<usize> {
        match self {
            Part::All => 0..count,
            Part::Acceptor => 0..0,
            Part::Hopper(index) => index..index + 1,
        }
    }
}

fn coin(value: &str) -> Result<Denomination, String> {
    let refusal = || format!("{value} yen is not a coin; write `insert 1`, 5, 10, 50, 100 or 500");
    let yen = value.parse::<i64>().map_err(|_| refusal())?;
    Denomination::try_from(yen).ok().filter(|coin| *coin <= Denomination::Yen500).ok_or_else(refusal)
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{text} is not a number; write for instance `lose-reply 1`"))
}

fn unknown(command: &str) -> String {
    let known = known_commands(HELP);
    format!("a coin unit does not understand `{command}`; it knows: {known}")
}
