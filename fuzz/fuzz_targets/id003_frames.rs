//! Any bytes on the line of an ID-003 note unit, read in both directions.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use wire::Moment;
use wire::id003::{
    Command, DamagedFrame, Decoder, FRAME_LENGTH_MAX, Frame, IDLE_MAX, Reply, Sender, describe,
};

fuzz_target!(|data: &[u8]| {
    let [bytes @ .., piece] = data else { return };
    // A decoder keeps four of the longest frames; of more it may drop the oldest.
    let bytes = &bytes[..bytes.len().min(4 * FRAME_LENGTH_MAX)];

    let mut decoder = Decoder::default();
    let whole = frames(&mut decoder, [bytes]);
    let in_pieces = frames(&mut Decoder::default(), bytes.chunks(usize::from(*piece).max(1)));
    assert_eq!(in_pieces, whole, "it makes no difference how bytes arrive");

    for frame in whole.iter().flatten() {
        let frame_bytes = frame.to_bytes();
        let arrived = bytes.windows(frame_bytes.len()).any(|window| window == frame_bytes);
        assert!(arrived, "a frame is accepted only with its own check sum");
        assert_eq!(Command::decode(frame).encode(), *frame);
        let reply = Reply::decode(frame);
        assert_eq!(Reply::decode(&reply.encode()), reply);
    }

    let after_silence = Moment::START.after(IDLE_MAX + Duration::from_millis(1));
    decoder.push(after_silence, &Command::StatusRequest.encode().to_bytes());
    assert_eq!(decoder.next_frame(), Some(Ok(Command::StatusRequest.encode())), "silence heals everything");

    describe(Sender::Host, bytes);
    describe(Sender::Device, bytes);
});

fn frames<'b>(
    decoder: &mut Decoder,
    pieces: impl IntoIterator<Item = &'b [u8]>,
) -> Vec<Result<Frame, DamagedFrame>> {
    let mut frames = Vec::new();
    for piece in pieces {
        decoder.push(Moment::START, piece);
        frames.extend(std::iter::from_fn(|| decoder.next_frame()));
    }
    frames
}
