//! What the model says to a host byte by byte, without our driver.

use wire::Moment;

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
    let config = CoinUnitModelConfig { echo: false, ..CoinUnitModelConfig::default() };
    assert_eq!(said(config, request), reply, "to {request}");
}

fn said(config: CoinUnitModelConfig, request: &str) -> String {
    let mut model = CoinUnitModel::new(config);
    model.start(Moment::START);
    let awake = Moment::from_micros(2_000_000);
    let bytes =
        request.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect::<Vec<_>>();
    model.handle_bytes(awake, &bytes);
    let mut said = Vec::new();
    while let Some(output) = model.poll() {
        if let ModelOutput::Transmit(bytes) = output {
            said.extend(bytes.iter().map(|byte| format!("{byte:02X}")));
        }
    }
    said.join(" ")
}
