use money::Denomination;
use serde_json::json;
use wire::Moment;
use wire::id003::{FailureCode, Status};

use super::device::NoteUnitModel;
use super::state::State;
use crate::model::known_commands;

/// What people and circumstances can do, for [`Model::help`](crate::model::Model::help).
pub(super) const HELP: &[(&str, &str)] = &[
    ("insert VALUE", "push a note of that many yen into the slot"),
    ("second VALUE", "push a second note in behind one that is being taken in"),
    ("take", "take the note that sticks out of the mouth"),
    ("pull-back", "pull at a note that is being drawn in or stacked"),
    ("jam acceptor|stacker|clear", "a note is stuck there; clear frees it, the device notices at RESET"),
    ("jam payout", "the next note that is paid out gets stuck on its way; clear frees it"),
    ("drum VALUE fill N", "what staff do: N notes of that many yen into their drum, and the device is told"),
    ("drum VALUE take N", "staff take N notes out of it, and the device is told"),
    ("double-feed", "the next note that is paid out takes another along, which the device does not count"),
    ("cashbox remove|empty|insert", "what staff do with the cash box, in this order"),
    ("failure CODE|clear", "a part breaks, with the failure code in hex; clear repairs it"),
    ("power cut|on", "the device's own power"),
    ("stall on|off", "the motors stand still, though the device answers"),
    (
        "refuse drums|total N",
        "the next N questions for the counts of the drums, or for the totals, are refused",
    ),
    ("lose-reply N", "the next N replies do not arrive"),
    ("garble N", "the next N replies arrive with a flipped bit"),
    ("duplicate N", "the next N replies arrive twice"),
    ("noise N", "from now on every Nth reply arrives with a flipped bit; 0 ends it"),
    ("slow MS", "it takes that many milliseconds to look at each question"),
    ("uneven FROM..TO", "the same, but now shorter and now longer"),
    ("looks-every MS", "it looks at its line only so often, and answers one question each time"),
    ("prompt", "it answers at once again"),
];

/// What people do.
impl NoteUnitModel {
    pub(super) fn carry_out(&mut self, now: Moment, command: &str) -> Result<(), String> {
        match command.split_whitespace().collect::<Vec<_>>()[..] {
            ["insert", value] => self.insert(now, note(value)?),
            ["second", value] => self.push_second(note(value)?),
            ["take"] => self.take(now),
            ["pull-back"] => self.pull_back(now),
            ["jam", "acceptor"] => self.jam(Status::JamInAcceptor),
            ["jam", "stacker"] => self.jam(Status::JamInStacker),
            ["jam", "payout"] => self.jam_next_payout(),
            ["jam", "clear"] if self.jam_next_payout => self.spare_next_payout(),
            ["drum", value, "fill", pieces] => self.fill_drum(note(value)?, number(pieces)?),
            ["drum", value, "take", pieces] => self.take_from_drum(note(value)?, number(pieces)?),
            ["double-feed"] => {
                self.places.doubles_next = true;
                Ok(())
            }
            ["jam", "clear"] => self.repair("jam_cleared"),
            ["failure", "clear"] => self.repair("repaired"),
            ["failure", code] => self.break_part(code),
            ["cashbox", "remove"] => self.remove_cash_box(),
            ["cashbox", "empty"] => self.empty_cash_box(),
            ["cashbox", "insert"] => self.insert_cash_box(now),
            ["power", "cut"] => self.cut_power(),
            ["power", "on"] => self.restore_power(now),
            ["stall", "on"] => self.stall(true),
            ["stall", "off"] => self.stall(false),
            ["refuse", "drums", times] => number(times).map(|times| self.refuse_drums = times),
            ["refuse", "total", times] => number(times).map(|times| self.refuse_total = times),
            ["lose-reply", times] => number(times).map(|times| self.line.lose = times),
            ["garble", times] => number(times).map(|times| self.line.garble = times),
            ["duplicate", times] => number(times).map(|times| self.line.duplicate = times),
            ["noise", every] => number(every).map(|every| self.line.noise = every),
            ref habit => self.inbox.set(habit).ok_or_else(|| unknown(command))?,
        }
    }

    fn insert(&mut self, now: Moment, denomination: Denomination) -> Result<(), String> {
        if self.places.mouth.is_some() {
            return Err("a note sticks out of the mouth; take it first".to_owned());
        }
        match self.state {
            State::Rest if !self.settings.inhibited => {
                self.places.draw_in(denomination);
                self.state = State::Accepting { until: now.after(self.config.timing.accept) };
                self.happened("inserted", Some(denomination));
            }
            state if state.has_note_in_hand() => return self.push_second(denomination),
            _ => self.happened("refused_at_entry", Some(denomination)),
        }
        Ok(())
    }

    fn push_second(&mut self, denomination: Denomination) -> Result<(), String> {
        if self.places.mouth.is_some() || !self.state.has_note_in_hand() {
            return Err("a second note needs a first one that is being taken in, and a free mouth".to_owned());
        }
        self.places.push_second(denomination);
        let value = i64::from(denomination);
        self.tell(json!({ "happened": "inserted", "value": value, "second": true }));
        Ok(())
    }

    fn take(&mut self, now: Moment) -> Result<(), String> {
        let awake = !matches!(self.state, State::Off | State::Booting { .. } | State::PowerUp);
        let taken = self
            .places
            .take(awake)
            .ok_or("no note sticks out of the mouth; one is there after `returned` or `dispensed`")?;
        self.happened("taken", Some(taken));
        if let Some(uncounted) = self.places.doubled.take() {
            self.happened("uncounted_out", Some(uncounted));
        }
        if matches!(self.state, State::InMouth { .. }) {
            self.note_done(now);
        } else if matches!(self.state, State::PayStay { .. }) {
            self.state = State::PayValid;
        }
        Ok(())
    }

    fn pull_back(&mut self, now: Moment) -> Result<(), String> {
        let cheated = match self.state {
            State::Accepting { .. } => false,
            State::Stacking { .. } => true,
            _ => {
                return Err("a note can only be pulled back while it is being drawn in or stacked".to_owned());
            }
        };
        if self.is_paused() {
            return Err("a second note is in the way; take it first".to_owned());
        }
        let denomination = self.places.push_out();
        self.places.take(true);
        self.vend_valid_pending = false;
        self.happened("pulled_back", denomination);
        if cheated {
            self.state = State::Fault(Status::Cheated);
        } else {
            self.note_done(now);
        }
        Ok(())
    }

    fn jam(&mut self, status: Status) -> Result<(), String> {
        self.fault(status)?;
        let place = if status == Status::JamInAcceptor { "acceptor" } else { "stacker" };
        self.tell(json!({ "happened": "jammed", "place": place }));
        Ok(())
    }

    fn jam_next_payout(&mut self) -> Result<(), String> {
        self.jam_next_payout = true;
        Ok(())
    }

    fn spare_next_payout(&mut self) -> Result<(), String> {
        self.jam_next_payout = false;
        Ok(())
    }

    fn fill_drum(&mut self, denomination: Denomination, pieces: u32) -> Result<(), String> {
        let fits = u16::try_from(pieces).is_ok_and(|pieces| self.places.fill(denomination, pieces));
        if !fits {
            return Err(format!("no drum for {denomination} yen has room for {pieces} more"));
        }
        self.ran_empty = false;
        let value = i64::from(denomination);
        self.tell(json!({ "happened": "drum_filled", "value": value, "pieces": pieces }));
        Ok(())
    }

    fn take_from_drum(&mut self, denomination: Denomination, pieces: u32) -> Result<(), String> {
        let has = u16::try_from(pieces).is_ok_and(|pieces| self.places.take_from_drum(denomination, pieces));
        if !has {
            return Err(format!("there are not {pieces} notes of {denomination} yen in a drum"));
        }
        let value = i64::from(denomination);
        self.tell(json!({ "happened": "drum_emptied", "value": value, "pieces": pieces }));
        Ok(())
    }

    fn break_part(&mut self, code: &str) -> Result<(), String> {
        let code = u8::from_str_radix(code, 16).map_err(|_| "write `failure A6`, with a code in hex")?;
        self.fault(Status::Failure(FailureCode::from_byte(code)))?;
        self.tell(json!({ "happened": "broken", "code": code }));
        Ok(())
    }

    /// Something goes wrong while the device works.
    fn fault(&mut self, status: Status) -> Result<(), String> {
        if !self.state.is_running() {
            return Err("the device is not at work; wait until it shows idle or inhibit".to_owned());
        }
        self.standing_fault = Some(status);
        self.state = State::Fault(status);
        Ok(())
    }

    /// The cause is gone; the device notices at RESET.
    fn repair(&mut self, what: &str) -> Result<(), String> {
        self.standing_fault.take().ok_or("nothing is jammed or broken")?;
        self.tell(json!({ "happened": what }));
        Ok(())
    }

    fn remove_cash_box(&mut self) -> Result<(), String> {
        if !self.cash_box_in_place {
            return Err("the cash box is out already; `cashbox insert` puts it back".to_owned());
        }
        self.cash_box_in_place = false;
        if self.state.is_running() || matches!(self.state, State::Fault(_) | State::Initializing { .. }) {
            self.state = State::Fault(Status::StackerOpen);
        }
        self.tell(json!({ "happened": "cash_box", "in_place": false }));
        Ok(())
    }

    fn empty_cash_box(&mut self) -> Result<(), String> {
        if self.cash_box_in_place {
            return Err("the cash box is in its place; `cashbox remove` comes first".to_owned());
        }
        self.places.empty_cash_box();
        self.tell(json!({ "happened": "cash_box_emptied" }));
        Ok(())
    }

    fn insert_cash_box(&mut self, now: Moment) -> Result<(), String> {
        if self.cash_box_in_place {
            return Err("the cash box is in its place already".to_owned());
        }
        self.cash_box_in_place = true;
        self.tell(json!({ "happened": "cash_box", "in_place": true }));
        if self.state == State::Fault(Status::StackerOpen) {
            self.reset(now);
        }
        Ok(())
    }

    fn cut_power(&mut self) -> Result<(), String> {
        if self.state == State::Off {
            return Err("the power is off already; `power on` brings it back".to_owned());
        }
        self.power_off();
        self.tell(json!({ "happened": "power", "on": false }));
        Ok(())
    }

    fn restore_power(&mut self, now: Moment) -> Result<(), String> {
        if self.state != State::Off {
            return Err("the power is on already; `power cut` takes it away".to_owned());
        }
        self.power_on(now);
        self.tell(json!({ "happened": "power", "on": true }));
        Ok(())
    }

    fn stall(&mut self, stalled: bool) -> Result<(), String> {
        self.stalled = stalled;
        Ok(())
    }
}

fn note(value: &str) -> Result<Denomination, String> {
    let refusal = || format!("{value} yen is not a note; write `insert 1000`, 2000, 5000 or 10000");
    let yen = value.parse::<i64>().map_err(|_| refusal())?;
    Denomination::try_from(yen).ok().filter(|note| *note >= Denomination::Yen1000).ok_or_else(refusal)
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{text} is not a number; write for instance `lose-reply 1`"))
}

fn unknown(command: &str) -> String {
    let known = known_commands(HELP);
    format!("a note unit does not understand `{command}`; it knows: {known}")
}
