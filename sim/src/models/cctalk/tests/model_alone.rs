//! What the model says to a host byte by byte, without our driver.

use wire::Moment;
use wire::cctalk::{Frame, HOST};

use crate::model::{Model, ModelOutput};
use crate::models::cctalk::{CoinUnitModel, CoinUnitModelConfig};

/// A zero glued before `02 01 01 E4 01 17` makes it a reset of everybody with a fitting check sum.
#[test]
fn only_a_whole_command_with_its_own_data_is_answered() {
    check("02 00 01 FE FF", "01 00 02 00 FD");
    check("02 00 01 FE FE", "");
    check("02 00 01 14 E9", "");
    check("09 00 01 FE F8", "");
    check("00 02 01 01 E4 01 17", "");
    check("02 02 01 01 E4 01 15", "");
    check("02 00 01 01 FC", "01 00 02 00 FD");
    check("02 01 01 B8 06 3E", "01 06 02 00 4A 50 35 30 30 41 87");
    check("02 00 01 E5 18", "01 0B 02 00 00 00 00 00 00 00 00 00 00 00 00 F2");
    check("03 04 01 A7 01 02 03 03 48", "01 00 03 05 F7");
    check("03 00 01 AC 50", "01 01 03 00 00 FB");
}

/// The minimum sets (part 3, appendix 13) without 1 and 167, which do something, and what hosts ask besides.
#[test]
fn whatever_every_device_of_its_kind_answers_is_answered() {
    const ACCEPTOR: [u8; 16] = [254, 246, 245, 244, 242, 241, 232, 230, 229, 227, 216, 197, 192, 4, 249, 1];
    const HOPPER: [u8; 18] =
        [254, 246, 245, 244, 242, 241, 217, 216, 192, 172, 171, 168, 166, 163, 4, 197, 160, 1];
    let asked = |address, header| {
        let frame = Frame::new(address, HOST, header, Vec::new());
        let hex = frame.to_bytes().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
        let config = CoinUnitModelConfig { echo: false, ..CoinUnitModelConfig::default() };
        assert_ne!(said(config, &hex), "", "{header} to {address}");
    };
    ACCEPTOR.iter().for_each(|header| asked(2, *header));
    HOPPER.iter().for_each(|header| asked(3, *header));
    check("03 08 01 A1 01 02 03 04 05 06 07 08 2F", "01 00 03 00 FC");
    check("03 00 01 A0 5C", "01 08 03 00 61 A2 39 42 70 E6 4C 0B C9");
}

/// 228 looks at one bit, and any value but A5 switches a hopper off.
#[test]
fn settings_are_taken_with_the_bits_that_mean_something() {
    check_all(&[("02 01 01 E4 FF 19", "01 00 02 00 FD"), ("02 00 01 E3 1A", "01 01 02 00 01 FB")]);
    check_all(&[("02 01 01 E4 FE 1A", "01 00 02 00 FD"), ("02 00 01 E3 1A", "01 01 02 00 00 FC")]);
    let on = ("03 01 01 A4 A5 B2", "01 00 03 00 FC");
    let off = ("03 01 01 A4 01 56", "01 00 03 00 FC");
    check_all(&[on, off, ("03 00 01 A3 59", "01 03 03 00 C0 00 00 39")]);
}

/// That power came since the last reset stands in the registers, and keeps nothing inside.
#[test]
fn a_hopper_pays_without_a_reset_before() {
    let on = ("03 01 01 A4 A5 B2", "01 00 03 00 FC");
    check_all(&[on, ("03 04 01 A7 03 34 12 01 07", "01 01 03 00 01 FA")]);
    let config = CoinUnitModelConfig { echo: false, ..CoinUnitModelConfig::default() };
    let mut strict = config;
    strict.hoppers[0].pays_after_power_up = false;
    check_of(strict, &[on, ("03 04 01 A7 03 34 12 01 07", "01 00 03 05 F7")]);
}

#[test]
fn an_echo_comes_before_the_answer() {
    let config = CoinUnitModelConfig { echo: true, ..CoinUnitModelConfig::default() };
    assert_eq!(said(config, "02 00 01 FE FF"), "02 00 01 FE FF 01 00 02 00 FD");
}

#[test]
fn a_wrong_act_is_refused_with_a_sentence() {
    let mut model = CoinUnitModel::new(CoinUnitModelConfig::vending());
    for (act, expected) in [
        ("insert 1000", "is not a coin"),
        ("insert two", "is not a coin"),
        ("take", "nothing lies in the tray"),
        ("hopper 1 empty", "there is no hopper for 1 yen"),
        ("hopper 10 fill 999", "do not fit"),
        ("jam clear", "nothing is stuck"),
        ("power cut printer", "write for instance"),
        ("garble x", "is not a number"),
        ("dance", "does not understand `dance`"),
    ] {
        let error = model.act(Moment::START, act).unwrap_err();
        assert!(error.contains(expected), "{act}: {error}");
    }
}

fn check(request: &str, reply: &str) {
    check_all(&[(request, reply)]);
}

fn check_all(dialogue: &[(&str, &str)]) {
    check_of(CoinUnitModelConfig { echo: false, ..CoinUnitModelConfig::default() }, dialogue);
}

fn check_of(config: CoinUnitModelConfig, dialogue: &[(&str, &str)]) {
    let mut model = awake(config);
    for (request, reply) in dialogue {
        assert_eq!(heard(&mut model, request), *reply, "to {request}");
    }
}

fn said(config: CoinUnitModelConfig, request: &str) -> String {
    heard(&mut awake(config), request)
}

fn awake(config: CoinUnitModelConfig) -> CoinUnitModel {
    let mut model = CoinUnitModel::new(config);
    model.start(Moment::START);
    model
}

fn heard(model: &mut CoinUnitModel, request: &str) -> String {
    let bytes =
        request.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect::<Vec<_>>();
    model.handle_bytes(Moment::from_micros(2_000_000), &bytes);
    let mut said = Vec::new();
    while let Some(output) = model.poll() {
        if let ModelOutput::Transmit(bytes) = output {
            said.extend(bytes.iter().map(|byte| format!("{byte:02X}")));
        }
    }
    said.join(" ")
}
