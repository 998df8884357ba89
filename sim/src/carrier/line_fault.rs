use std::time::Duration;

use fastrand::Rng;

/// What goes wrong with messages on one direction of a line. A driver and a model send one frame at a time.
#[derive(Clone, Debug)]
pub struct LineFault {
    damage: Damage,
    befalls: Befalls,
    /// Draws which message, and the place within it.
    die: Rng,
}

/// Which messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Befalls {
    /// The next so many.
    Next(u32),
    /// One in so many, for good.
    OneIn(u32),
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Nothing of it arrives.
    Lost,
    /// One of its bytes does not arrive.
    ByteLost,
    /// One of its bits is turned over.
    BitFlipped,
    /// It arrives twice.
    Doubled,
    /// It arrives so much later, and what follows it too: bytes do not overtake each other.
    Late(Duration),
}

impl Damage {
    /// How much longer a message is under way.
    pub(super) fn delay(self) -> Duration {
        match self {
            Damage::Late(by) => by,
            Damage::Lost | Damage::ByteLost | Damage::BitFlipped | Damage::Doubled => Duration::ZERO,
        }
    }
}

impl LineFault {
    /// Befalls the next `messages`; `seed` says where in each.
    pub fn new(damage: Damage, messages: u32, seed: u64) -> LineFault {
        LineFault { damage, befalls: Befalls::Next(messages), die: Rng::with_seed(seed) }
    }

    /// Befalls one message in `one_in` for good, as on a bad cable; `seed` says which, and where.
    pub fn now_and_then(damage: Damage, one_in: u32, seed: u64) -> LineFault {
        LineFault { damage, befalls: Befalls::OneIn(one_in), die: Rng::with_seed(seed) }
    }

    /// Whether it has befallen all that it was for.
    pub(super) fn is_over(&self) -> bool {
        self.befalls == Befalls::Next(0)
    }

    /// Damages `message`, or spares it; tells what became of it.
    pub(super) fn befall(&mut self, message: &mut Vec<u8>) -> Option<Damage> {
        match &mut self.befalls {
            Befalls::Next(left) => *left = left.saturating_sub(1),
            Befalls::OneIn(count) if !self.die.u32(..).is_multiple_of(*count) => return None,
            Befalls::OneIn(_) => {}
        }
        self.damage(message);
        Some(self.damage)
    }

    fn damage(&mut self, message: &mut Vec<u8>) {
        let place = self.die.usize(..);
        match self.damage {
            Damage::Lost => message.clear(),
            Damage::ByteLost if !message.is_empty() => drop(message.remove(place % message.len())),
            Damage::BitFlipped if !message.is_empty() => {
                let bit = place % (message.len() * 8);
                message[bit / 8] ^= 1 << (bit % 8);
            }
            Damage::Doubled => message.extend_from_within(..),
            Damage::ByteLost | Damage::BitFlipped | Damage::Late(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: [u8; 4] = [1, 2, 4, 8];

    #[test]
    fn each_damage_does_what_it_says() {
        let late = Duration::from_millis(70);
        let cases = [
            (Damage::Lost, 0, 0, Duration::ZERO),
            (Damage::ByteLost, 3, 0, Duration::ZERO),
            (Damage::BitFlipped, 4, 1, Duration::ZERO),
            (Damage::Doubled, 8, 0, Duration::ZERO),
            (Damage::Late(late), 4, 0, late),
        ];
        for (damage, length, flipped, delay) in cases {
            for seed in 0..100 {
                let mut message = SENT.to_vec();
                assert_eq!(LineFault::new(damage, 1, seed).befall(&mut message), Some(damage));
                assert_eq!(damage.delay(), delay);
                let bits = message.iter().zip(SENT).map(|(one, other)| (one ^ other).count_ones());
                assert_eq!(message.len(), length, "{damage:?}");
                assert!(length != SENT.len() || bits.sum::<u32>() == flipped, "{damage:?} left {message:?}");
            }
        }
    }
}
