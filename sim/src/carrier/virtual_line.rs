use std::collections::VecDeque;
use std::time::Duration;

use wire::Moment;

use super::{Damage, LineFault};

/// One direction of a serial line: what is sent arrives when its last bit has passed.
#[derive(Debug)]
pub struct VirtualLine {
    byte_micros: u64,
    /// When the line is free again.
    free_at: Moment,
    under_way: VecDeque<(Moment, Vec<u8>)>,
    /// Each byte arrives when its own last bit has passed.
    in_bytes: bool,
    faults: Vec<LineFault>,
    /// What has befallen messages so far.
    befallen: Vec<Damage>,
}

impl VirtualLine {
    /// A line of `baud` bits a second with `bits` bits a byte, start, stop and parity included.
    pub fn new(baud: u32, bits: u32) -> VirtualLine {
        let byte_micros = u64::from(bits) * 1_000_000 / u64::from(baud);
        VirtualLine {
            byte_micros,
            free_at: Moment::START,
            under_way: VecDeque::new(),
            in_bytes: false,
            faults: Vec::new(),
            befallen: Vec::new(),
        }
    }

    /// From now on bytes arrive one by one, as an adapter without a buffer hands them on, and no longer a message at once.
    pub fn hand_on_each_byte(&mut self) {
        self.in_bytes = true;
    }

    /// Puts bytes on the line, behind those that are still being sent.
    pub fn send(&mut self, now: Moment, mut bytes: Vec<u8>) {
        let sent = bytes.len();
        let mut starts_at = self.free_at.max(now);
        for fault in &mut self.faults {
            if let Some(damage) = fault.befall(&mut bytes) {
                starts_at = starts_at.after(damage.delay());
                self.befallen.push(damage);
            }
        }
        self.faults.retain(|fault| !fault.is_over());
        self.free_at = self.arrival(starts_at, sent);
        if self.in_bytes {
            let arrive = (1..).zip(bytes).map(|(place, byte)| (self.arrival(starts_at, place), vec![byte]));
            self.under_way.extend(arrive.collect::<Vec<_>>());
        } else {
            self.under_way.push_back((self.free_at, bytes));
        }
    }

    /// When the last of so many bytes has passed.
    fn arrival(&self, starts_at: Moment, bytes: usize) -> Moment {
        let count = u64::try_from(bytes).unwrap_or(u64::MAX);
        starts_at.after(Duration::from_micros(self.byte_micros.saturating_mul(count)))
    }

    /// From now on `fault` befalls what is sent, with those that are not over.
    pub fn disturb(&mut self, fault: LineFault) {
        self.faults.push(fault);
    }

    /// What has befallen messages so far.
    pub fn befallen(&self) -> impl Iterator<Item = Damage> {
        self.befallen.iter().copied()
    }

    /// When the next bytes arrive.
    pub fn next_arrival(&self) -> Option<Moment> {
        self.under_way.front().map(|(at, _)| *at)
    }

    /// The next bytes that have arrived by `now`.
    pub fn receive(&mut self, now: Moment) -> Option<Vec<u8>> {
        self.under_way
            .front()
            .is_some_and(|(at, _)| *at <= now)
            .then(|| self.under_way.pop_front())?
            .map(|(_, b)| b)
    }

    /// The cable is out: what was under way is gone.
    pub fn clear(&mut self) {
        self.under_way.clear();
    }
}
