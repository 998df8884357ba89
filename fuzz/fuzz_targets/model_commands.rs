//! Any lines as commands to the models of `seisanki-sim device`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use settings::{PrinterProfile, ScannerProfile};
use sim::cabinet::Cabinet;
use sim::model::{Model, ModelOutput};
use sim::models::cctalk::{CoinUnitModel, CoinUnitModelConfig};
use sim::models::id003::{NoteUnitModel, NoteUnitModelConfig};
use wire::Moment;

/// Commands of one run; a long story is many short ones.
const LINES_MAX: usize = 50;
/// What a model does between two commands before it is called restless.
const TURNS_MAX: usize = 2_000;

// The first line says which device is meant.
fuzz_target!(|text: &str| {
    match text.split_once('\n') {
        Some(("id003", commands)) => play(NoteUnitModel::new(NoteUnitModelConfig::default()), commands),
        Some(("cctalk", commands)) => play(CoinUnitModel::new(CoinUnitModelConfig::default()), commands),
        Some(("escpos", commands)) => play(Cabinet::printer(&PrinterProfile::default()), commands),
        Some(("scanner", commands)) => play(Cabinet::scanner(&ScannerProfile::default()), commands),
        Some(_) | None => {}
    }
});

fn play(mut model: impl Model, text: &str) {
    let mut now = Moment::START;
    model.start(now);
    for line in text.lines().take(LINES_MAX) {
        if let Err(sentence) = model.act(now, line) {
            assert!(!sentence.is_empty(), "a refusal says why");
        }
        now = rest(&mut model, now);
    }
    model.look_inside();
}

/// Lets the model go on until it waits for somebody; some poll for ever, so there is an end.
fn rest(model: &mut impl Model, mut now: Moment) -> Moment {
    for _ in 0..TURNS_MAX {
        while let Some(output) = model.poll() {
            if let ModelOutput::Happened(happening) = output {
                assert!(happening["happened"].is_string(), "{happening}");
            }
        }
        match model.deadline() {
            None => break,
            Some(deadline) => {
                now = deadline.max(now);
                model.handle_timeout(now);
            }
        }
    }
    now
}
