//! A device that does not answer: said when it lasts, and with what can be told of the reason.

use std::collections::BTreeSet;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use devices::port::Direction;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

/// Every driver begins with a device that has not answered. Whoever has just plugged it in is told only if it stays so.
const BEGINS_WITHIN: Duration = Duration::from_secs(3);

/// Bytes on the line so far.
#[derive(Debug, Default)]
pub(super) struct Heard {
    sent: AtomicUsize,
    received: AtomicUsize,
}

impl Heard {
    pub(super) fn count(&self, direction: Direction, bytes: usize) {
        let counter = match direction {
            Direction::Sent => &self.sent,
            Direction::Received => &self.received,
        };
        counter.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Some lines give back what is sent on them: that is nobody's answer.
    fn somebody_answers(&self) -> bool {
        self.received.load(Ordering::Relaxed) > self.sent.load(Ordering::Relaxed)
    }
}

/// Keeps the first word of silence back for a while, of each device of a unit.
#[derive(Debug, Default)]
pub(super) struct Silence {
    /// Those that have said something, or were said to be silent.
    begun: BTreeSet<String>,
    kept: Vec<Value>,
    until: Option<Instant>,
}

impl Silence {
    /// What is shown now of what was said.
    pub(super) fn pass(&mut self, show: Value, heard: &Heard) -> Option<Value> {
        let device = show["device"].to_string();
        if !is_silence(&show) {
            self.kept.retain(|kept| kept["device"] != show["device"]);
            self.begun.insert(device);
            return Some(show);
        }
        if self.begun.contains(&device) {
            return Some(explained(show, heard));
        }
        self.until.get_or_insert_with(|| Instant::now() + BEGINS_WITHIN);
        self.kept.push(show);
        None
    }

    /// Comes when a silence has lasted.
    pub(super) async fn lasts(&self) {
        match self.until {
            Some(until) => sleep_until(until).await,
            None => pending().await,
        }
    }

    /// What is said then.
    pub(super) fn told(&mut self, heard: &Heard) -> Vec<Value> {
        self.until = None;
        let kept = std::mem::take(&mut self.kept);
        self.begun.extend(kept.iter().map(|show| show["device"].to_string()));
        kept.into_iter().map(|show| explained(show, heard)).collect()
    }
}

fn is_silence(show: &Value) -> bool {
    show["event"] == "trouble" && show["trouble"]["trouble"] == "not_responding"
}

fn explained(mut show: Value, heard: &Heard) -> Value {
    if heard.somebody_answers() {
        show["hint"] = json!(
            "something answers, but not in this protocol: look at the speed, the profile and what is plugged in here"
        );
    }
    show
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_said_when_it_lasts_and_with_what_was_heard() {
        let trouble = json!({ "event": "trouble", "trouble": { "trouble": "not_responding" } });
        let ready = json!({ "event": "ready" });
        let heard = Heard::default();
        let mut silence = Silence::default();
        assert_eq!(silence.pass(trouble.clone(), &heard), None, "it may answer soon");
        assert_eq!(silence.told(&heard), std::slice::from_ref(&trouble));
        assert_eq!(silence.pass(ready.clone(), &heard), Some(ready.clone()));
        assert_eq!(silence.pass(trouble.clone(), &heard), Some(trouble.clone()), "it did answer before");

        let mut silence = Silence::default();
        silence.pass(trouble.clone(), &heard);
        assert_eq!((silence.pass(ready.clone(), &heard), silence.told(&heard)), (Some(ready), Vec::new()));

        heard.count(Direction::Sent, 5);
        heard.count(Direction::Received, 5);
        assert_eq!(explained(trouble.clone(), &heard), trouble, "an echo is no answer");
        heard.count(Direction::Received, 1);
        assert!(explained(trouble, &heard)["hint"].is_string());
    }
}
