use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserialize;

use crate::file::{Refusal, require};

/// How long the machine waits for people and for other programs, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Times {
    /// The screen asks a patient who does nothing (K16).
    pub prompt_after_s: u32,
    /// Staff are called to a patient who does nothing (K16).
    pub call_after_s: u32,
    /// Enough money is confirmed by itself when the patient has done nothing for so long. Nothing: the patient presses
    /// 支払いを確定する (K10).
    pub auto_confirm_s: Option<u32>,
    /// A short answer stays on screen: long enough for whoever reads slowly.
    pub notice_s: u32,
    /// The thanks page stays on screen.
    pub thanks_s: u32,
    /// Coins that were paid out are pointed at; the tray cannot tell when they are taken (K13).
    pub take_coins_s: u32,
    /// The amount and code of a 預り票 that was printed stay on screen (K15).
    pub slip_s: u32,
    /// A payout may take this long, or a note wait to be taken, before staff are called.
    pub payout_timeout_s: u32,
    /// The billing system may take this long to say what a patient owes.
    pub quote_timeout_s: u32,
    /// A call that nobody answered sends the patient to the desk (K24).
    pub call_unanswered_s: u32,
    /// A payment goes on by itself after a break of less than this; after a longer one a person decides (K17).
    pub resume_within_s: u32,
    /// The note unit may take this long to come to rest before the payment is suspended.
    pub fixing_timeout_s: u32,
}

impl Default for Times {
    fn default() -> Times {
        Times {
            prompt_after_s: 40,
            call_after_s: 70,
            auto_confirm_s: None,
            notice_s: 15,
            thanks_s: 10,
            take_coins_s: 5,
            slip_s: 30,
            payout_timeout_s: 60,
            quote_timeout_s: 5,
            call_unanswered_s: 60,
            resume_within_s: 30,
            fixing_timeout_s: 30,
        }
    }
}

impl Times {
    /// See [`Times::prompt_after_s`].
    pub fn prompt_after(&self) -> Duration {
        seconds(self.prompt_after_s)
    }

    /// A patient who does nothing has walked away: see [`Times::call_after_s`].
    pub fn walked_away(&self) -> Duration {
        seconds(self.call_after_s)
    }

    /// See [`Times::auto_confirm_s`].
    pub fn auto_confirm(&self) -> Option<Duration> {
        self.auto_confirm_s.map(seconds)
    }

    /// See [`Times::notice_s`].
    pub fn notice(&self) -> Duration {
        seconds(self.notice_s)
    }

    /// See [`Times::thanks_s`].
    pub fn thanks(&self) -> Duration {
        seconds(self.thanks_s)
    }

    /// See [`Times::take_coins_s`].
    pub fn take_coins(&self) -> Duration {
        seconds(self.take_coins_s)
    }

    /// See [`Times::slip_s`].
    pub fn slip(&self) -> Duration {
        seconds(self.slip_s)
    }

    /// See [`Times::payout_timeout_s`].
    pub fn payout_timeout(&self) -> Duration {
        seconds(self.payout_timeout_s)
    }

    /// See [`Times::quote_timeout_s`].
    pub fn quote_timeout(&self) -> Duration {
        seconds(self.quote_timeout_s)
    }

    /// See [`Times::call_unanswered_s`].
    pub fn call_unanswered(&self) -> Duration {
        seconds(self.call_unanswered_s)
    }

    /// See [`Times::fixing_timeout_s`].
    pub fn fixing_timeout(&self) -> Duration {
        seconds(self.fixing_timeout_s)
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        // Too short hurries people who walk with a stick; too long keeps the next patient waiting.
        let bounds: [(&'static str, u32, RangeInclusive<u32>); 11] = [
            ("times.prompt_after_s", self.prompt_after_s, 10..=600),
            ("times.call_after_s", self.call_after_s, 20..=900),
            ("times.notice_s", self.notice_s, 3..=60),
            ("times.thanks_s", self.thanks_s, 3..=60),
            ("times.take_coins_s", self.take_coins_s, 2..=30),
            ("times.slip_s", self.slip_s, 10..=300),
            ("times.payout_timeout_s", self.payout_timeout_s, 20..=300),
            ("times.quote_timeout_s", self.quote_timeout_s, 2..=30),
            ("times.call_unanswered_s", self.call_unanswered_s, 15..=600),
            ("times.resume_within_s", self.resume_within_s, 0..=120),
            ("times.fixing_timeout_s", self.fixing_timeout_s, 10..=120),
        ];
        for (key, seconds, range) in bounds {
            let rule = format!("must be {} to {} seconds", range.start(), range.end());
            require(range.contains(&seconds), key, rule)?;
        }
        let prompt_comes_first = self.prompt_after_s < self.call_after_s;
        require(prompt_comes_first, "times.call_after_s", "must be more than times.prompt_after_s")
    }
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(u64::from(count))
}
