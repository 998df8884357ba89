//! Power fails in the device, and the program is killed: each at each moment of two notes' way out. What the new driver
//! calls proven is held against what was taken.

use std::time::Duration;

use device_api::DispenseEnd;
use money::Denomination;

use super::bench::Bench;
use super::payout_variants;
use crate::models::id003::NoteUnitModelConfig;

const NOTE: Denomination = Denomination::Yen1000;
const PIECES: u32 = 2;

/// Two notes are out by then, if they are taken soon.
const WAY_OUT_MS: usize = 5_000;

/// Who is there, RESET, INITIALIZE, settings, the counters: by then the device has come to rest.
const BACK_AT_WORK_MS: usize = 7_000;

/// No parts of the time between polls, nor of each other, so that all moments are met sooner or later.
const FAULT_STEP_MS: usize = 230;
const KILL_STEP_MS: usize = 170;

/// A short blip: within a reply, and so long that the device counts as gone.
const OFF_MS: [u64; 2] = [60, 1_300];

/// What happens to the device, and to the note.
#[derive(Clone, Copy, Debug)]
struct Blip {
    /// So long after the order.
    at: u64,
    off: u64,
    /// A hand takes the note meanwhile, if one sticks out.
    taken: bool,
    /// The patient stands there and takes each note, or is gone.
    attended: bool,
}

#[test]
fn power_fails_and_then_the_program_is_killed() {
    check_all(|bench, blip, killed_after| {
        bench.run(blip.at);
        power_blip(bench, blip);
        bench.run(killed_after);
        bench.restart_and_recall();
    });
}

#[test]
fn the_program_is_killed_and_then_power_fails() {
    check_all(|bench, blip, killed_after| {
        bench.run(blip.at);
        bench.restart_and_recall();
        bench.run(killed_after);
        power_blip(bench, blip);
    });
}

/// Nobody asks the device anything while it is without power, nor before.
#[test]
fn power_fails_while_the_program_is_away() {
    check_all(|bench, blip, away| {
        bench.run(blip.at);
        bench.stop_driver();
        bench.run(away / 2);
        power_blip(bench, blip);
        bench.run(away / 2);
        bench.restart_and_recall();
    });
}

#[test]
fn power_fails_twice_and_the_program_is_killed_in_between() {
    check_all(|bench, blip, killed_after| {
        bench.run(blip.at);
        power_blip(bench, blip);
        bench.run(killed_after);
        bench.restart_and_recall();
        bench.run(killed_after / 3);
        power_blip(bench, Blip { taken: !blip.taken, ..blip });
    });
}

#[test]
fn the_program_is_killed_twice_after_power_failed() {
    check_all(|bench, blip, killed_after| {
        bench.run(blip.at);
        power_blip(bench, blip);
        bench.run(killed_after / 2);
        bench.restart_and_recall();
        bench.run(killed_after / 2);
        bench.restart_and_recall();
    });
}

/// Out of order, with the program killed before or after people have cleared it.
#[test]
fn the_device_is_out_of_order_and_the_program_is_killed() {
    for (fault, cure) in [("failure A6", "failure clear"), ("cashbox remove", "cashbox insert")] {
        for killed_before_the_cure in [false, true] {
            check_all(|bench, blip, killed_after| {
                bench.run(blip.at);
                let _ = bench.model_act(fault);
                if blip.taken {
                    let _ = bench.model_take();
                }
                bench.run(blip.off);
                if killed_before_the_cure {
                    bench.restart_and_recall();
                }
                let _ = bench.model_act(cure);
                bench.run(killed_after);
                bench.restart_and_recall();
            });
        }
    }
}

/// What a device refuses to tell proves nothing.
#[test]
fn counters_that_are_refused_when_it_matters() {
    for refusal in ["refuse drums 3", "refuse total 3"] {
        check_all(|bench, blip, killed_after| {
            bench.run(blip.at);
            power_blip(bench, blip);
            bench.run(killed_after);
            bench.act(refusal);
            bench.restart_and_recall();
        });
    }
}

fn power_blip(bench: &mut Bench, blip: Blip) {
    bench.act("power cut");
    if blip.taken {
        let _ = bench.model_take();
    }
    bench.run(blip.off);
    bench.act("power on");
}

fn check_all(happen: impl Fn(&mut Bench, Blip, u64)) {
    for config in payout_variants() {
        for index in 0..WAY_OUT_MS / FAULT_STEP_MS {
            let at = u64::try_from(index * FAULT_STEP_MS).unwrap();
            for killed_after in (index * 17..BACK_AT_WORK_MS).step_by(KILL_STEP_MS) {
                let (taken, attended) = (killed_after % 2 == 0, index % 4 != 3);
                let off = OFF_MS[(killed_after / 2) % 2];
                let killed_after = u64::try_from(killed_after).unwrap();
                check(&config, Blip { at, off, taken, attended }, killed_after, &happen);
            }
        }
    }
}

fn check(
    config: &NoteUnitModelConfig,
    blip: Blip,
    killed_after: u64,
    happen: &impl Fn(&mut Bench, Blip, u64),
) {
    let mut bench = Bench::loaded(config.clone());
    bench.taken_after = blip.attended.then_some(Duration::from_millis(700));
    bench.dispense(1, NOTE, PIECES);
    happen(&mut bench, blip, killed_after);
    bench.run(if blip.attended { 10_000 } else { 35_000 });
    let _ = bench.model_take();
    bench.run_until_dispensed(1);
    bench.run(1_000);
    let paid_out = bench.model.truth().paid_out.pieces(NOTE);
    let said = format!(
        "{blip:?}, killed after {killed_after} ms, {config:?}: {paid_out} paid out, {:?}",
        bench.events
    );
    let [(1, end)] = bench.ends()[..] else { panic!("not one end: {said}") };
    match end {
        DispenseEnd::Complete => assert_eq!(paid_out, PIECES, "{said}"),
        DispenseEnd::Short { paid, .. } => assert_eq!(paid_out, paid, "{said}"),
        DispenseEnd::Unknown { paid } => assert!((paid..=PIECES).contains(&paid_out), "{said}"),
    }
    bench.check_conservation();
}
