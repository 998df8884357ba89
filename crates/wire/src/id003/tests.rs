use proptest::prelude::*;

use super::frame::crc;
use super::*;

/// Host frames of the fact sheet (§2), byte by byte. Do not change me: devices in the field speak these bytes.
const FROM_HOST: &[(&str, Command)] = &[
    ("FC 05 11 27 56", Command::StatusRequest),
    ("FC 05 40 2B 15", Command::Reset),
    ("FC 05 41 A2 04", Command::Stack1),
    ("FC 05 42 39 36", Command::Stack2),
    ("FC 05 43 B0 27", Command::Return),
    ("FC 05 44 0F 53", Command::Hold),
    ("FC 05 50 AA 05", Command::Ack),
    ("FC 07 C0 00 00 2D B5", Command::Write(Setting::DisabledDenominations(EscrowSet::EMPTY))),
    ("FC 07 C1 00 00 F1 EF", Command::Write(Setting::HighSecurity(EscrowSet::EMPTY))),
    ("FC 06 C2 00 DC CF", Command::Write(Setting::CommunicationMode(CommunicationMode::Polled))),
    (
        "FC 06 C2 01 55 DE",
        Command::Write(Setting::CommunicationMode(CommunicationMode::InterruptAtEachStatus)),
    ),
    ("FC 06 C3 01 8D C7", Command::Write(Setting::Inhibit(true))),
    ("FC 06 C3 00 04 D6", Command::Write(Setting::Inhibit(false))),
    ("FC 06 C4 00 0C 9B", Command::Write(Setting::ForbiddenDirections(0))),
    ("FC 07 C5 02 00 20 BF", Command::Write(Setting::OptionalFunction([OPTION_POWER_RECOVERY, 0]))),
    ("FC 05 88 6F 5F", Command::Version),
    ("FC 05 8A 7D 7C", Command::CurrencyAssign),
    ("FC 07 F0 20 1A 6B AF", Command::Recycler(RecyclerQuery::Status)),
    ("FC 07 F0 20 90 39 84", Command::Recycler(RecyclerQuery::Currency)),
    ("FC 07 F0 20 A2 A8 96", Command::Recycler(RecyclerQuery::CurrentCount)),
    ("FC 09 F0 20 4A 01 02 8B 5C", Command::RecyclerOrder(RecyclerOrder::PayOut { pieces: 1, drum: 2 })),
    ("FC 09 F0 20 4A 03 01 A0 5D", Command::RecyclerOrder(RecyclerOrder::PayOut { pieces: 3, drum: 1 })),
    ("FC 07 F0 20 4D 51 89", Command::RecyclerOrder(RecyclerOrder::EmergencyStop)),
];

/// Device frames without a table in them. Do not change me either.
const FROM_DEVICE: &[(&str, Reply)] = &[
    ("FC 05 50 AA 05", Reply::Ack),
    ("FC 05 05 82 00", Reply::Enquiry),
    ("FC 05 11 27 56", Reply::Status(Status::Idling)),
    ("FC 05 12 BC 64", Reply::Status(Status::Accepting)),
    ("FC 06 13 61 B0 FB", Reply::Status(Status::Escrow(EscrowCode::new(0x61)))),
    ("FC 06 13 64 1D AC", Reply::Status(Status::Escrow(EscrowCode::new(0x64)))),
    ("FC 05 14 8A 01", Reply::Status(Status::Stacking(None))),
    ("FC 05 15 03 10", Reply::Status(Status::VendValid)),
    ("FC 05 16 98 22", Reply::Status(Status::Stacked(None))),
    ("FC 06 17 7E A6 74", Reply::Status(Status::Rejecting(RejectReason::PhotoPattern2))),
    ("FC 06 17 79 19 00", Reply::Status(Status::Rejecting(RejectReason::Inhibited))),
    ("FC 05 18 E6 CB", Reply::Status(Status::Returning)),
    ("FC 05 19 6F DA", Reply::Status(Status::Holding)),
    ("FC 05 1A F4 E8", Reply::Status(Status::Inhibit)),
    ("FC 05 1B 7D F9", Reply::Status(Status::Initialize)),
    ("FC 05 20 2D 76", Reply::Status(Status::Paying)),
    ("FC 05 23 B6 44", Reply::Status(Status::PayValid)),
    ("FC 05 24 09 30", Reply::Status(Status::PayStay)),
    ("FC 05 25 80 21", Reply::Status(Status::ReturnToBox)),
    ("FC 05 26 1B 13", Reply::Status(Status::ReturnPayOutNote)),
    ("FC 05 2F DA 8E", Reply::Status(Status::ReturnError)),
    ("FC 05 40 2B 15", Reply::Status(Status::PowerUp)),
    ("FC 05 41 A2 04", Reply::Status(Status::PowerUpBillInAcceptor)),
    ("FC 05 42 39 36", Reply::Status(Status::PowerUpBillInStacker)),
    ("FC 05 43 B0 27", Reply::Status(Status::StackerFull)),
    ("FC 05 44 0F 53", Reply::Status(Status::StackerOpen)),
    ("FC 05 45 86 42", Reply::Status(Status::JamInAcceptor)),
    ("FC 05 47 94 61", Reply::Status(Status::Pause)),
    ("FC 06 49 AB 61 BC", Reply::Status(Status::Failure(FailureCode::CashBoxNotReady))),
    ("FC 05 4A 71 BA", Reply::Status(Status::CommunicationError)),
    ("FC 05 4B F8 AB", Reply::Status(Status::InvalidCommand)),
    ("FC 07 C0 00 00 2D B5", Reply::Setting(Setting::DisabledDenominations(EscrowSet::EMPTY))),
];

#[test]
fn frozen_frames() {
    for (bytes, command) in FROM_HOST {
        check_frozen(bytes, &command.encode(), command, Command::decode);
    }
    for (bytes, reply) in FROM_DEVICE {
        check_frozen(bytes, &reply.encode(), reply, Reply::decode);
    }
    let without_62 =
        Command::Write(Setting::DisabledDenominations(EscrowSet::EMPTY.with(EscrowCode::new(0x62))));
    check_frozen("FC 07 C0 02 00 9D 86", &without_62.encode(), &without_62, Command::decode);
}

/// Do not change me.
#[test]
fn frozen_frames_with_tables() {
    let version = Reply::Version("i(ARG)100-SS ID003-05V186-24 18DEC12".to_owned());
    let version_bytes = "FC 29 88 69 28 41 52 47 29 31 30 30 2D 53 53 20 49 44 30 30 33 2D 30 35 56 31 38 36 2D 32 34 \
                         20 31 38 44 45 43 31 32 C0 70";
    let dollars = table(0x01, &[(1, 0), (0, 0), (5, 0), (10, 0), (20, 0), (50, 0), (100, 0), (0, 0)]);
    let dollars_bytes = "FC 25 8A 61 01 01 00 62 00 00 00 63 01 05 00 64 01 0A 00 65 01 14 00 66 01 32 00 67 01 64 00 \
                         68 00 00 00 F0 1B";
    let yen = table(0x0A, &[(1, 3), (2, 3), (5, 3), (1, 4), (0, 0), (0, 0), (0, 0), (0, 0)]);
    let yen_bytes = "FC 25 8A 61 0A 01 03 62 0A 02 03 63 0A 05 03 64 0A 01 04 65 00 00 00 66 00 00 00 67 00 00 00 \
                     68 00 00 00 3C F4";
    let drums = [0x61, 0x63].map(|code| EscrowSet::EMPTY.with(EscrowCode::new(code)));
    let cases = [
        (version_bytes, version),
        (dollars_bytes, dollars),
        (yen_bytes, yen),
        ("FC 0B F0 20 90 01 00 04 00 A5 9A", Reply::Recycler(RecyclerReply::Currency(drums.to_vec()))),
        ("FC 0B F0 20 A2 0C 00 03 00 7B 9E", Reply::Recycler(RecyclerReply::CurrentCount(vec![12, 3]))),
    ];
    for (bytes, reply) in cases {
        check_frozen(bytes, &reply.encode(), &reply, Reply::decode);
    }
}

#[test]
fn yen_values_come_from_mantissa_and_exponent() {
    let Reply::CurrencyAssign(table) = table(0x0A, &[(1, 3), (2, 3), (5, 3), (1, 4), (0, 3), (9, 200)])
    else {
        unreachable!()
    };
    let values = table.entries().iter().map(|entry| entry.value()).collect::<Vec<_>>();
    assert_eq!(values, [Some(1_000), Some(2_000), Some(5_000), Some(10_000), None, None]);
}

#[test]
fn a_reply_belongs_to_its_request_only() {
    let status = Reply::Status(Status::Idling);
    let refusal = Reply::Status(Status::InvalidCommand);
    let closed = Reply::Setting(Setting::Inhibit(true));
    let cases = [
        (&status, Command::StatusRequest, true),
        (&status, Command::Stack2, false),
        (&status, Command::Write(Setting::Inhibit(true)), false),
        (&refusal, Command::Stack2, true),
        (&Reply::Ack, Command::Stack2, true),
        (&Reply::Ack, Command::StatusRequest, false),
        (&Reply::Ack, Command::RecyclerOrder(RecyclerOrder::PayOut { pieces: 1, drum: 1 }), true),
        (&Reply::Ack, Command::Recycler(RecyclerQuery::CurrentCount), false),
        (&Reply::Enquiry, Command::StatusRequest, false),
        (&closed, Command::Write(Setting::Inhibit(true)), true),
        (&closed, Command::Write(Setting::Inhibit(false)), false),
        (&closed, Command::StatusRequest, false),
    ];
    for (reply, command, expected) in cases {
        assert_eq!(reply.answers(&command), expected, "{reply:?} to {command:?}");
    }
}

#[test]
fn descriptions_name_the_sender_s_meaning() {
    let bytes = unhex("FC 05 41 A2 04");
    assert_eq!(describe(Sender::Host, &bytes), "Stack1");
    assert_eq!(describe(Sender::Device, &bytes), "Status(PowerUpBillInAcceptor)");
    assert_eq!(describe(Sender::Device, &bytes[..4]), "incomplete frame");
    assert_eq!(describe(Sender::Device, &[0, 1, 2]), "3 bytes of noise");
    assert_eq!(describe(Sender::Device, &unhex("FC 05 41 A2 05")), "damaged frame");
}

#[test]
fn a_frame_that_pauses_too_long_is_dropped() {
    let mut decoder = Decoder::default();
    let good = Command::StatusRequest.encode();
    decoder.push(Moment::START, &[SYNC, 200, 1, 2]);
    let later = Moment::START.after(IDLE_MAX).after(std::time::Duration::from_micros(1));
    decoder.push(later, &good.to_bytes());
    assert_eq!(decoder.next_frame(), Some(Ok(good)));
    assert_eq!(decoder.next_frame(), None);
}

#[test]
fn every_flipped_byte_of_a_frozen_frame_is_refused() {
    for (bytes, _) in FROM_DEVICE {
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
                    prop_assert_eq!(&Command::decode(&frame).encode(), &frame);
                    let _ = Reply::decode(&frame).encode();
                }
            }
            let _ = describe(Sender::Device, &bytes);
        }
    }

    #[test]
    fn every_frame_survives_the_line(code: u8, data in proptest::collection::vec(any::<u8>(), 0..=DATA_LENGTH_MAX)) {
        let frame = Frame::new(code, data);
        prop_assert_eq!(frames_in(&frame.to_bytes()), [frame.clone()]);
        prop_assert_eq!(&Command::decode(&frame).encode(), &frame);
        let reply = Reply::decode(&frame);
        prop_assert_eq!(Reply::decode(&reply.encode()), reply);
    }

    #[test]
    fn a_good_frame_is_found_behind_noise(noise in proptest::collection::vec(0_u8..SYNC, 0..600), code: u8) {
        let frame = Frame::new(code, []);
        let bytes = [noise, frame.to_bytes()].concat();
        prop_assert_eq!(frames_in(&bytes), [frame]);
    }

    /// A flip of the length byte may, once in 65,536, leave a shorter frame that checks; never one of full length.
    #[test]
    fn no_flip_of_one_byte_passes(
        code: u8,
        data in proptest::collection::vec(any::<u8>(), 0..=DATA_LENGTH_MAX),
        position: proptest::sample::Index,
        flip in 1_u8..,
    ) {
        let mut bytes = Frame::new(code, data.clone()).to_bytes();
        let position = position.index(bytes.len());
        bytes[position] ^= flip;
        prop_assert!(frames_in(&bytes).iter().all(|frame| frame.data().len() != data.len()));
    }

    #[test]
    fn two_ways_to_compute_the_check_sum_agree(bytes: Vec<u8>) {
        prop_assert_eq!(crc(&bytes), crc_most_significant_bit_first(&bytes));
    }
}

/// `bytes` are what `encoded` puts on the line, and they decode to `message`.
fn check_frozen<M: std::fmt::Debug + PartialEq>(
    bytes: &str,
    encoded: &Frame,
    message: &M,
    decode: fn(&Frame) -> M,
) {
    let bytes = unhex(bytes);
    assert_eq!(encoded.to_bytes(), bytes, "{message:?}");
    assert_eq!(
        frames_in(&bytes).iter().map(decode).collect::<Vec<_>>().as_slice(),
        std::slice::from_ref(message)
    );
    let (covered, check_sum) = bytes.split_at(bytes.len() - 2);
    assert_eq!(crc_most_significant_bit_first(covered).to_le_bytes(), check_sum);
}

fn table(country: u8, values: &[(u8, u8)]) -> Reply {
    let entry = |(code, &(mantissa, exponent)): (u8, &(u8, u8))| CurrencyEntry {
        code: EscrowCode::new(code),
        country: if mantissa == 0 { 0 } else { country },
        mantissa,
        exponent,
    };
    Reply::CurrencyAssign(CurrencyTable::new((0x61..).zip(values).map(entry).collect()))
}

fn frames_in(bytes: &[u8]) -> Vec<Frame> {
    let mut decoder = Decoder::default();
    decoder.push(Moment::START, bytes);
    std::iter::from_fn(|| decoder.next_frame()).flatten().collect()
}

fn unhex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// CRC-16/KERMIT the other way round: each byte mirrored, polynomial 1021 from the top bit, the sum mirrored.
fn crc_most_significant_bit_first(bytes: &[u8]) -> u16 {
    let mut sum = 0_u16;
    for byte in bytes {
        sum ^= u16::from(byte.reverse_bits()) << 8;
        for _ in 0..8 {
            let carry = sum >> 15;
            sum <<= 1;
            sum ^= carry * 0x1021;
        }
    }
    sum.reverse_bits()
}
