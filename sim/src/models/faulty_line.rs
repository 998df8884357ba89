/// What goes wrong with the next replies on their way to the host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FaultyLine {
    pub(super) lose: u32,
    pub(super) garble: u32,
    pub(super) duplicate: u32,
    /// Which bit of which byte the next garbled reply has flipped; moves on, so that each place has its turn.
    flips: usize,
}

impl FaultyLine {
    /// What arrives of `reply`.
    pub(super) fn carry(&mut self, mut reply: Vec<u8>) -> Option<Vec<u8>> {
        if take_one(&mut self.lose) {
            return None;
        }
        if take_one(&mut self.garble) {
            let place = self.flips % reply.len();
            reply[place] ^= 1 << (self.flips % 8);
            self.flips += 1;
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
