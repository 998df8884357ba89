/// What goes wrong with the next replies on their way to the host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FaultyLine {
    pub(super) lose: u32,
    pub(super) garble: u32,
    pub(super) duplicate: u32,
    /// Each so many replies one is garbled, for good; 0 is a sound line.
    pub(super) noise: u32,
    replies: u32,
    /// Which bit the next garbled reply has flipped; moves on, so that each has its turn.
    flips: usize,
}

/// From one flipped bit to the next: another byte, and another bit in it. It divides the length of no usual reply, so
/// that no bit is left out.
const FLIP_STEP: usize = 11;

/// Bits among which a seed chooses where the first one flips; more than the longest reply has.
const BITS: usize = 8 * 1024;

impl FaultyLine {
    pub(super) fn draw_from(&mut self, seed: u64) {
        self.flips = fastrand::Rng::with_seed(seed).usize(..BITS);
    }

    /// What arrives of `reply`.
    pub(super) fn carry(&mut self, mut reply: Vec<u8>) -> Option<Vec<u8>> {
        self.replies = self.replies.wrapping_add(1);
        if take_one(&mut self.lose) {
            return None;
        }
        let noisy = self.noise > 0 && self.replies.is_multiple_of(self.noise);
        if take_one(&mut self.garble) || noisy {
            let bit = self.flips % (reply.len() * 8);
            reply[bit / 8] ^= 1 << (bit % 8);
            self.flips += FLIP_STEP;
        }
        if take_one(&mut self.duplicate) {
            reply.extend_from_within(..);
        }
        Some(reply)
    }
}

fn take_one(left: &mut u32) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}
