//! Any bytes on the line of a ccTalk coin unit, read in both directions.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use wire::Moment;
use wire::cctalk::{
    Command, DATA_LENGTH_MAX, DamagedFrame, Decoder, FRAME_LENGTH_MIN, Frame, HOST, IDLE_MAX, Reply,
    Security, Sender, describe,
};

fuzz_target!(|data: &[u8]| {
    let [bytes @ .., piece] = data else { return };
    // A decoder keeps two of the longest frames; more at once is noise.
    let bytes = &bytes[..bytes.len().min(2 * (FRAME_LENGTH_MIN + DATA_LENGTH_MAX))];

    let mut decoder = Decoder::default();
    let whole = frames(&mut decoder, [bytes]);
    let in_pieces = frames(&mut Decoder::default(), bytes.chunks(usize::from(*piece).max(1)));
    assert_eq!(in_pieces, whole, "it makes no difference how bytes arrive");

    let damaged = whole.iter().position(Result::is_err);
    assert!(damaged.is_none_or(|place| place + 1 == whole.len()), "after damage it is deaf");
    let accepted: Vec<u8> = whole.iter().flatten().flat_map(Frame::to_bytes).collect();
    assert!(
        bytes.starts_with(&accepted),
        "frames follow each other without a gap, with their own check sums"
    );
    for frame in whole.iter().flatten() {
        check_command(frame);
        COMMANDS.iter().for_each(|command| check_reply(command, frame));
    }

    let poll = Command::SimplePoll.to_frame(2);
    decoder.push(Moment::START.after(IDLE_MAX + Duration::from_millis(1)), &poll.to_bytes());
    assert_eq!(decoder.next_frame(), Some(Ok(poll)), "silence heals everything");

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

fn check_command(frame: &Frame) {
    let expected = Frame::new(frame.destination(), HOST, frame.header(), frame.data());
    assert_eq!(Command::decode(frame).to_frame(frame.destination()), expected);
}

fn check_reply(command: &Command, frame: &Frame) {
    let Some(reply) = Reply::decode(command, frame) else { return };
    assert_eq!(Reply::decode(command, &reply.to_frame(frame.source())), Some(reply));
}

/// One for each way in which an answer is read.
const COMMANDS: [Command; 16] = [
    Command::SimplePoll,
    Command::Manufacturer,
    Command::SerialNumber,
    Command::CommsRevision,
    Command::SelfCheck,
    Command::ReadCoins,
    Command::ReadAcceptance,
    Command::ReadCredits,
    Command::CoinId(1),
    Command::ReadSorterPath(1),
    Command::Dispense { security: Security::Zeros, coins: 1 },
    Command::HopperStatus,
    Command::TestHopper,
    Command::DispenseTotal,
    Command::EmergencyStop,
    Command::Level,
];
