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
    under_way: VecDeque<Message>,
    /// What has arrived last.
    arrived: Vec<u8>,
    /// Each byte arrives when its own last bit has passed.
    in_bytes: bool,
    faults: Vec<LineFault>,
    /// What has befallen messages so far.
    befallen: Vec<Damage>,
}

/// Bytes that were sent at once, as far as they have not arrived.
#[derive(Debug)]
struct Message {
    starts_at: Moment,
    bytes: Vec<u8>,
    /// So many of them have arrived.
    arrived: usize,
    /// Bytes that arrive next, at once.
    next: usize,
    /// When these arrive.
    at: Moment,
}

impl VirtualLine {
    /// A line of `baud` bits a second with `bits` bits a byte, start, stop and parity included.
    pub fn new(baud: u32, bits: u32) -> VirtualLine {
        let byte_micros = u64::from(bits) * 1_000_000 / u64::from(baud);
        VirtualLine {
            byte_micros,
            free_at: Moment::START,
            under_way: VecDeque::new(),
            arrived: Vec::new(),
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
        let (next, at) = match self.in_bytes {
            true if bytes.is_empty() => return,
            true => (1, self.arrival(starts_at, 1)),
            false => (bytes.len(), self.free_at),
        };
        self.under_way.push_back(Message { starts_at, bytes, arrived: 0, next, at });
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
    #[inline]
    pub fn next_arrival(&self) -> Option<Moment> {
        self.under_way.front().map(|message| message.at)
    }

    /// The next bytes that have arrived by `now`.
    #[inline]
    pub fn receive(&mut self, now: Moment) -> Option<&[u8]> {
        if self.next_arrival().is_some_and(|at| at <= now) { self.receive_next() } else { None }
    }

    fn receive_next(&mut self) -> Option<&[u8]> {
        let Message { starts_at, arrived, next, ref bytes, .. } = *self.under_way.front()?;
        if arrived + next >= bytes.len() {
            self.arrived = self.under_way.pop_front()?.bytes;
            return self.arrived.get(arrived..);
        }
        let at = self.arrival(starts_at, arrived + next + 1);
        let message = self.under_way.front_mut()?;
        (message.arrived, message.at) = (arrived + next, at);
        message.bytes.get(arrived..arrived + next)
    }

    /// The cable is out: what was under way is gone.
    pub fn clear(&mut self) {
        self.under_way.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that arrives until nothing more is under way, each time with its moment in byte times.
    fn arrivals(line: &mut VirtualLine) -> Vec<(u64, Vec<u8>)> {
        let mut all = Vec::new();
        while let Some(at) = line.next_arrival() {
            assert_eq!(line.receive(Moment::from_micros(at.micros() - 1)), None);
            let bytes = line.receive(at).unwrap().to_vec();
            all.push((at.micros() / BYTE_MICROS, bytes));
        }
        all
    }

    const BYTE_MICROS: u64 = 1_000;

    fn line() -> VirtualLine {
        VirtualLine::new(10_000, 10)
    }

    #[test]
    fn a_message_arrives_with_its_last_byte() {
        let mut line = line();
        line.send(Moment::START, vec![1, 2, 3]);
        line.send(Moment::START, vec![4]);
        assert_eq!(arrivals(&mut line), [(3, vec![1, 2, 3]), (4, vec![4])]);
    }

    #[test]
    fn an_adapter_without_a_buffer_hands_on_each_byte_when_it_has_passed() {
        let mut line = line();
        line.send(Moment::START, vec![1, 2]);
        line.hand_on_each_byte();
        line.send(Moment::START, vec![3, 4]);
        line.send(Moment::START, vec![5]);
        assert_eq!(arrivals(&mut line), [(2, vec![1, 2]), (3, vec![3]), (4, vec![4]), (5, vec![5])]);
    }

    #[test]
    fn of_a_lost_message_the_time_passes_and_no_byte_arrives() {
        let lost = || LineFault::new(Damage::Lost, 1, 0);
        let mut line = line();
        line.disturb(lost());
        line.send(Moment::START, vec![1, 2]);
        assert_eq!(arrivals(&mut line), [(2, vec![])]);
        line.hand_on_each_byte();
        line.disturb(lost());
        line.send(Moment::START, vec![3, 4]);
        line.send(Moment::START, vec![5]);
        assert_eq!(arrivals(&mut line), [(5, vec![5])]);
    }
}
