use proptest::prelude::*;

use super::*;

/// Host frames of the fact sheet (§2), byte by byte. Do not change me: devices in the field speak these bytes.
const FROM_HOST: &[(&str, u8, Command)] = &[
    ("02 00 01 FE FF", 2, Command::SimplePoll),
    ("02 00 01 F2 0B", 2, Command::SerialNumber),
    ("02 00 01 F5 08", 2, Command::Category),
    ("02 01 01 B8 06 3E", 2, Command::CoinId(6)),
    ("02 02 01 E7 FF FF 16", 2, Command::WriteCoins(0xFFFF)),
    ("02 01 01 E4 01 17", 2, Command::WriteAcceptance(true)),
    ("02 01 01 E4 00 18", 2, Command::WriteAcceptance(false)),
    ("02 00 01 E5 18", 2, Command::ReadCredits),
    ("03 01 01 A4 A5 B2", 3, Command::EnableHopper(true)),
    ("03 01 01 A4 00 57", 3, Command::EnableHopper(false)),
    (
        "03 04 01 A7 01 02 03 03 48",
        3,
        Command::Dispense { security: Security::SerialNumber([1, 2, 3]), coins: 3 },
    ),
    (
        "03 09 01 A7 00 00 00 00 00 00 00 00 05 47",
        3,
        Command::Dispense { security: Security::Zeros, coins: 5 },
    ),
    ("03 00 01 A6 56", 3, Command::HopperStatus),
    ("03 00 01 A3 59", 3, Command::TestHopper),
    ("03 00 01 AC 50", 3, Command::EmergencyStop),
    ("03 00 01 A8 54", 3, Command::DispenseTotal),
    ("03 00 01 AB 51", 3, Command::HopperCoin),
];

/// Device frames of the fact sheet, each with what it answers. Do not change me either.
fn from_device() -> Vec<(&'static str, u8, Command, Reply)> {
    let dispense = Command::Dispense { security: Security::SerialNumber([1, 2, 3]), coins: 3 };
    let mut coin = CreditBuffer { counter: 1, ..CreditBuffer::default() };
    coin.events[0] = CreditEvent::Coin { position: 6, path: 1 };
    let status = HopperStatus { event: 1, remaining: 2, paid: 1, unpaid: 0 };
    let category = "01 0D 02 00 43 6F 69 6E 20 41 63 63 65 70 74 6F 72 16";
    let nothing = "01 0B 02 00 00 00 00 00 00 00 00 00 00 00 00 F2";
    let credit = "01 0B 02 00 01 06 01 00 00 00 00 00 00 00 00 EA";
    vec![
        ("01 00 02 00 FD", 2, Command::SimplePoll, Reply::Ack),
        ("01 03 02 00 4E 61 BC 8F", 2, Command::SerialNumber, Reply::SerialNumber([0x4E, 0x61, 0xBC])),
        (category, 2, Command::Category, Reply::Text("Coin Acceptor".to_owned())),
        ("01 06 02 00 4A 50 35 30 30 41 87", 2, Command::CoinId(6), Reply::Coin(CoinCode::new(*b"JP500A"))),
        (nothing, 2, Command::ReadCredits, Reply::Credits(CreditBuffer::default())),
        (credit, 2, Command::ReadCredits, Reply::Credits(coin)),
        ("01 01 03 00 01 FA", 3, dispense, Reply::Dispensing(1)),
        ("01 04 03 00 01 02 01 00 F4", 3, Command::HopperStatus, Reply::HopperStatus(status)),
        ("01 00 03 05 F7", 3, Command::EnableHopper(true), Reply::Nak),
        ("01 00 02 06 F7", 2, Command::SimplePoll, Reply::Busy),
    ]
}

#[test]
fn frozen_frames() {
    for (bytes, address, command) in FROM_HOST {
        let bytes = unhex(bytes);
        assert_eq!(command.to_frame(*address).to_bytes(), bytes, "{command:?}");
        assert!(frames_in(&bytes).iter().map(Command::decode).eq([command.clone()]));
        assert!(has_check_sum(&bytes));
    }
    for (bytes, address, command, reply) in from_device() {
        let bytes = unhex(bytes);
        assert_eq!(reply.to_frame(address).to_bytes(), bytes, "{reply:?}");
        let decoded =
            frames_in(&bytes).iter().map(|frame| Reply::decode(&command, frame)).collect::<Vec<_>>();
        assert_eq!(decoded, [Some(reply)]);
        assert!(has_check_sum(&bytes));
    }
}

#[test]
fn a_reply_is_read_by_what_was_asked() {
    let one_byte = Frame::new(HOST, 3, 0, [7]);
    let ack = Frame::new(HOST, 3, 0, []);
    let cases = [
        (Command::ReadSorterPath(1), &one_byte, Some(Reply::SorterPath(7))),
        (Command::EmergencyStop, &one_byte, Some(Reply::Unpaid(7))),
        (Command::Level, &one_byte, Some(Reply::Level(7))),
        (Command::TestHopper, &one_byte, Some(Reply::Registers(TestRegisters([7, 0, 0])))),
        (Command::HopperStatus, &one_byte, None),
        (Command::HopperStatus, &ack, None),
        (Command::ReadCredits, &ack, None),
        (Command::Reset, &ack, Some(Reply::Ack)),
        (Command::WriteAcceptance(true), &one_byte, None),
    ];
    for (command, frame, expected) in cases {
        assert_eq!(Reply::decode(&command, frame), expected, "{command:?}");
    }
}

#[test]
fn yen_values_stand_in_three_characters() {
    let cases = [
        (b"JP001A", Some(1)),
        (b"JP050A", Some(50)),
        (b"JP500B", Some(500)),
        (b"JP1K0A", Some(1_000)),
        (b"JP10KA", Some(10_000)),
        (b"JPK50A", Some(500)),
        (b"JP5.0A", None),
        (b"EU100A", None),
        (b"TKN001", None),
        (b"......", None),
    ];
    for (text, expected) in cases {
        assert_eq!(CoinCode::new(*text).yen(), expected, "{:?}", CoinCode::new(*text));
    }
    assert_eq!(CoinCode::of_yen(50, 'B'), Some(CoinCode::new(*b"JP050B")));
    assert_eq!(CoinCode::new(*b"JP050B").issue(), 'B');
    assert!(CoinCode::new(*b"......").is_unused() && !CoinCode::new(*b"JP050B").is_unused());
}

#[test]
fn the_event_counter_never_steps_onto_zero() {
    assert_eq!((steps(0, 0), steps(7, 7), steps(0, 1), steps(7, 9)), (0, 0, 1, 2));
    assert_eq!((steps(255, 1), steps(254, 2), steps(9, 7), steps(9, 0)), (1, 3, 253, 0));
    assert_eq!((next_count(0), next_count(254), next_count(255)), (1, 255, 1));
}

#[test]
fn errors_are_sorted_by_what_they_mean() {
    let cases = [
        (CoinError::REJECT, ErrorKind::Unreadable),
        (CoinError::INHIBITED, ErrorKind::NotWanted),
        (CoinError(128), ErrorKind::NotWanted),
        (CoinError(159), ErrorKind::NotWanted),
        (CoinError::SECOND_CLOSE_COIN, ErrorKind::Unreadable),
        (CoinError::COIN_RETURN, ErrorKind::ReturnPressed),
        (CoinError::CREDIT_SENSOR_BLOCKED, ErrorKind::Jam),
        (CoinError(20), ErrorKind::Manipulated),
        (CoinError(253), ErrorKind::Remark),
    ];
    for (error, kind) in cases {
        assert_eq!(error.kind(), kind, "{error:?}");
    }
}

#[test]
fn the_echo_is_taken_out_wherever_the_line_cuts_it() {
    let sent = unhex("02 00 01 E5 18");
    let reply = unhex("01 00 02 06 F7");
    let both = [sent.clone(), reply.clone()].concat();
    for cut in 0..both.len() {
        let mut echo = EchoFilter::default();
        echo.sent(&sent);
        let rest = [echo.strip(&both[..cut]).to_vec(), echo.strip(&both[cut..]).to_vec()].concat();
        assert_eq!(rest, reply, "cut at {cut}");
    }
    let mut echo = EchoFilter::default();
    echo.sent(&sent);
    assert_eq!(echo.strip(&reply), reply, "an adapter without echo");
}

#[test]
fn descriptions_name_both_ends() {
    let poll = unhex("02 00 01 E5 18");
    assert_eq!(describe(Sender::Host, &poll), "to 2: ReadCredits");
    assert_eq!(describe(Sender::Device, &poll), "echo to 2: ReadCredits");
    assert_eq!(describe(Sender::Device, &unhex("01 00 02 00 FD")), "from 2: ACK");
    let coin = unhex("01 06 02 00 4A 50 35 30 30 41 87");
    assert_eq!(describe(Sender::Device, &coin), "from 2: `JP500A`");
    assert_eq!(describe(Sender::Device, &poll[..4]), "incomplete frame");
    assert_eq!(describe(Sender::Device, &[]), "0 bytes of noise");
    assert_eq!(describe(Sender::Device, &unhex("01 00 02 00 FE")), "damaged frame");
}

#[test]
fn a_frame_that_pauses_too_long_is_dropped() {
    let mut decoder = Decoder::default();
    let good = Command::SimplePoll.to_frame(2);
    decoder.push(Moment::START, &[1, 200, 2]);
    decoder.push(Moment::START.after(IDLE_MAX).after(std::time::Duration::from_micros(1)), &good.to_bytes());
    assert_eq!(decoder.next_frame(), Some(Ok(good)));
    assert_eq!(decoder.next_frame(), None);
}

/// One in 256 of all wrong places in a stream has a fitting sum, so nothing is looked for behind damage.
#[test]
fn after_damage_only_silence_helps() {
    let good = Command::SimplePoll.to_frame(2);
    let mut decoder = Decoder::default();
    decoder.push(Moment::START, &[unhex("01 00 02 00 FE"), good.to_bytes()].concat());
    assert_eq!(decoder.next_frame(), Some(Err(DamagedFrame)));
    decoder.push(Moment::START, &good.to_bytes());
    assert_eq!(decoder.next_frame(), None);
    let later = Moment::START.after(IDLE_MAX * 2);
    decoder.push(later, &good.to_bytes());
    assert_eq!(decoder.next_frame(), Some(Ok(good)));
}

#[test]
fn every_flipped_byte_of_a_frozen_frame_is_refused() {
    for (bytes, ..) in from_device() {
        let bytes = unhex(bytes);
        for position in 0..bytes.len() {
            for flip in 1..=255 {
                let mut damaged = bytes.clone();
                damaged[position] ^= flip;
                assert_eq!(frames_in(&damaged), [], "byte {position} of {bytes:02X?} flipped by {flip:02X}");
            }
        }
    }
}

/// Why credits and payouts are read twice: a coin that never was, by two flipped bits.
#[test]
fn two_flipped_bits_can_pass() {
    let mut bytes = unhex("01 0B 02 00 01 06 01 00 00 00 00 00 00 00 00 EA");
    bytes[4] ^= 0x02;
    bytes[15] ^= 0x02;
    let frames = frames_in(&bytes);
    assert!(matches!(
        Reply::decode(&Command::ReadCredits, &frames[0]),
        Some(Reply::Credits(CreditBuffer { counter: 3, .. }))
    ));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(chunks: Vec<(u32, Vec<u8>)>) {
        let mut decoder = Decoder::default();
        let mut now = 0;
        for (wait, bytes) in chunks {
            now += u64::from(wait);
            decoder.push(Moment::from_micros(now), &bytes);
            while let Some(received) = decoder.next_frame() {
                if let Ok(frame) = received {
                    let command = Command::decode(&frame);
                    let _ = Reply::decode(&command, &frame);
                }
            }
            let _ = describe(Sender::Device, &bytes);
        }
    }

    #[test]
    fn every_command_survives_the_line(
        address: u8,
        header: u8,
        data in proptest::collection::vec(any::<u8>(), 0..=DATA_LENGTH_MAX),
    ) {
        let frame = Frame::new(address, HOST, header, data);
        prop_assert_eq!(frames_in(&frame.to_bytes()), [frame.clone()]);
        prop_assert_eq!(Command::decode(&frame).to_frame(address), frame);
    }

    #[test]
    fn every_credit_buffer_survives_the_line(data in proptest::array::uniform11(any::<u8>())) {
        let frame = Frame::new(HOST, 2, 0, data);
        let reply = Reply::decode(&Command::ReadCredits, &frame).unwrap();
        prop_assert_eq!(reply.to_frame(2), frame);
    }

    /// A flip of the length byte may leave a shorter frame that checks; never one of full length.
    #[test]
    fn no_flip_of_one_byte_passes(
        header: u8,
        data in proptest::collection::vec(any::<u8>(), 0..=DATA_LENGTH_MAX),
        position: proptest::sample::Index,
        flip in 1_u8..,
    ) {
        let mut bytes = Frame::new(2, HOST, header, data.clone()).to_bytes();
        let position = position.index(bytes.len());
        bytes[position] ^= flip;
        prop_assert!(frames_in(&bytes).iter().all(|frame| frame.data().len() != data.len()));
    }

    #[test]
    fn two_ways_to_compute_the_check_sum_agree(data in proptest::collection::vec(any::<u8>(), 0..=DATA_LENGTH_MAX)) {
        prop_assert!(has_check_sum(&Frame::new(2, HOST, 7, data).to_bytes()));
    }

    #[test]
    fn steps_lead_where_they_say(from: u8, count in 0_u8..255) {
        let to = (0..count).fold(from, |counter, _| next_count(counter));
        prop_assert_eq!(steps(from, to), count);
    }
}

/// The check sum the other way round: 256 minus what the bytes before it add up to, in a wide sum.
fn has_check_sum(bytes: &[u8]) -> bool {
    let (check_sum, covered) = bytes.split_last().unwrap();
    let sum: u32 = covered.iter().map(|byte| u32::from(*byte)).sum();
    u32::from(*check_sum) == (256 - sum % 256) % 256
}

fn frames_in(bytes: &[u8]) -> Vec<Frame> {
    let mut decoder = Decoder::default();
    decoder.push(Moment::START, bytes);
    std::iter::from_fn(|| decoder.next_frame()).flatten().collect()
}

fn unhex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}
