//! Which bridge uses the folder. Two machines at one folder would collect the same bill twice, and locks on network shares
//! are only as good as the options of their mounts; so a file says who it is, and a beat in it that they live.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How often the file is written anew. Once in a while is enough: it is read before each use of the folder.
const BEAT_EVERY: Duration = Duration::from_secs(5);

/// Another bridge whose file stays the same for so long does not live: it has missed three beats. Counted on our own clock
/// from what we saw, so that no two clocks have to agree.
const SILENT_FOR: Duration = Duration::from_secs(20);

/// Two bridges may find the same silent one. After so long each sees which of them wrote last.
const SETTLES_WITHIN: Duration = Duration::from_secs(2);

/// Our claim to the folder.
pub(crate) struct Claim {
    path: PathBuf,
    us: Us,
    hold: Hold,
}

/// Who claims.
pub(crate) struct Us {
    /// The same for every start of this machine's bridge on this computer.
    pub(crate) host: String,
    /// Drawn anew at each start.
    pub(crate) token: String,
}

enum Hold {
    /// Nothing was looked at yet.
    Never,
    Ours {
        beat: u64,
        beaten_at: Duration,
    },
    /// Written over one that was silent.
    Taking {
        since: Duration,
    },
    Others {
        said: Vec<u8>,
        since: Duration,
    },
}

#[derive(Serialize, Deserialize)]
struct Content<'a> {
    schema: u32,
    host: &'a str,
    token: &'a str,
    beat: u64,
}

impl Claim {
    pub(crate) fn new(path: PathBuf, us: Us) -> Claim {
        Claim { path, us, hold: Hold::Never }
    }

    /// Whether the folder is ours now. `now` counts from the start of the program.
    pub(crate) fn hold(&mut self, now: Duration) -> io::Result<bool> {
        let said = match fs::read(&self.path) {
            Ok(said) => said,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.begin(now),
            Err(error) => return Err(error),
        };
        let (token, host) = match serde_json::from_slice::<Content<'_>>(&said) {
            Ok(content) => (content.token == self.us.token, content.host == self.us.host),
            // Just being written, or not by us.
            Err(_) => (false, false),
        };
        match &self.hold {
            Hold::Taking { since } if token && now.saturating_sub(*since) < SETTLES_WITHIN => Ok(false),
            _ if token => {
                self.beat(now);
                Ok(true)
            }
            // Our predecessor was killed. Not twice in one life: somebody else of our name would do the same.
            Hold::Never if host => {
                self.write_over(now)?;
                self.hold = Hold::Ours { beat: 0, beaten_at: now };
                Ok(true)
            }
            Hold::Others { said: before, since } if *before == said => {
                if now.saturating_sub(*since) >= SILENT_FOR {
                    self.write_over(now)?;
                    self.hold = Hold::Taking { since: now };
                }
                Ok(false)
            }
            Hold::Never | Hold::Ours { .. } | Hold::Taking { .. } | Hold::Others { .. } => {
                self.hold = Hold::Others { said, since: now };
                Ok(false)
            }
        }
    }

    /// Only one of two can make the file.
    fn begin(&mut self, now: Duration) -> io::Result<bool> {
        match File::create_new(&self.path) {
            Ok(mut file) => {
                file.write_all(&self.content(0))?;
                self.hold = Hold::Ours { beat: 0, beaten_at: now };
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// In place, which needs no room on a full disk. A beat that cannot be written costs nothing as long as nobody else
    /// claims the folder, and whoever does is seen before the next use.
    fn beat(&mut self, now: Duration) {
        let (beat, is_due) = match self.hold {
            Hold::Ours { beat, beaten_at } => (beat + 1, now.saturating_sub(beaten_at) >= BEAT_EVERY),
            Hold::Never | Hold::Taking { .. } | Hold::Others { .. } => (0, true),
        };
        if is_due {
            let content = self.content(beat);
            let written =
                File::options().write(true).open(&self.path).and_then(|mut file| file.write_all(&content));
            drop(written);
            self.hold = Hold::Ours { beat, beaten_at: now };
        }
    }

    fn write_over(&self, now: Duration) -> io::Result<()> {
        let unfinished = self.path.with_extension(format!("{}.tmp", self.us.token));
        let beat = u64::try_from(now.as_millis()).unwrap_or(0);
        fs::write(&unfinished, self.content(beat))?;
        fs::rename(&unfinished, &self.path)
    }

    /// Always of one length, so that a beat overwrites all of the one before.
    fn content(&self, beat: u64) -> Vec<u8> {
        let Us { host, token } = &self.us;
        // A beat beyond ten digits is in no machine's life.
        let beat = BEAT_FROM + beat % BEAT_FROM;
        let mut line = serde_json::to_vec(&Content { schema: 1, host, token, beat }).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

/// The smallest beat, so that all have as many digits.
const BEAT_FROM: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn claim(place: &TempDir, host: &str, token: &str) -> Claim {
        let us = Us { host: host.into(), token: token.into() };
        Claim::new(place.path().join("in-use.json"), us)
    }

    /// Asks once a second; whether it was ours at each.
    fn ask(claims: &mut [&mut Claim], seconds: std::ops::Range<u32>) -> Vec<Vec<bool>> {
        seconds
            .map(|second| claims.iter_mut().map(|claim| claim.hold(SECOND * second).unwrap()).collect())
            .collect()
    }

    #[test]
    fn the_second_is_refused_as_long_as_the_first_lives() {
        let place = TempDir::new().unwrap();
        let (mut first, mut second) = (claim(&place, "a", "1"), claim(&place, "b", "2"));
        for answers in ask(&mut [&mut first, &mut second], 0..100) {
            assert_eq!(answers, [true, false]);
        }
    }

    #[test]
    fn one_that_is_silent_is_followed_after_a_while() {
        let place = TempDir::new().unwrap();
        let (mut first, mut second) = (claim(&place, "a", "1"), claim(&place, "b", "2"));
        ask(&mut [&mut first], 0..7);
        let answers = ask(&mut [&mut second], 7..40).concat();
        assert_eq!(answers.iter().position(|ours| *ours), Some(22), "20 s of silence, 2 s to settle");
        // The first was only suspended.
        assert_eq!(ask(&mut [&mut first, &mut second], 40..100).concat()[..2], [false, true]);
    }

    #[test]
    fn a_killed_bridge_goes_on_at_once() {
        let place = TempDir::new().unwrap();
        assert!(claim(&place, "a", "1").hold(SECOND).unwrap());
        assert!(claim(&place, "a", "2").hold(SECOND).unwrap());
    }

    /// Two computers that are copies of one another: one of the two stops at its next look, and they do not take turns.
    #[test]
    fn of_two_with_one_name_one_is_refused() {
        let place = TempDir::new().unwrap();
        let (mut first, mut second) = (claim(&place, "a", "1"), claim(&place, "a", "2"));
        ask(&mut [&mut first], 0..2);
        for answers in ask(&mut [&mut second, &mut first], 2..100) {
            assert_eq!(answers, [true, false]);
        }
    }

    #[test]
    fn of_two_that_wait_one_gets_it() {
        let place = TempDir::new().unwrap();
        claim(&place, "a", "1").hold(SECOND).unwrap();
        let (mut second, mut third) = (claim(&place, "b", "2"), claim(&place, "c", "3"));
        for answers in ask(&mut [&mut second, &mut third], 2..100) {
            assert!(answers != [true, true], "both at one time");
        }
        assert!(second.hold(SECOND * 100).unwrap() != third.hold(SECOND * 100).unwrap());
    }

    #[test]
    fn a_half_written_claim_is_somebody_elses() {
        let place = TempDir::new().unwrap();
        fs::write(place.path().join("in-use.json"), "{\"sch").unwrap();
        let answers = ask(&mut [&mut claim(&place, "a", "1")], 0..40).concat();
        assert_eq!(answers.iter().position(|ours| *ours), Some(22));
    }
}
