//! One fault at each moment of two notes' way out: what is reported, held against what was taken.

use std::time::Duration;

use device_api::{Deposited, DispenseEnd, Paid, ShortCause, UnitEvent};
use money::Denomination;

use super::bench::Bench;
use super::payout_variants;
use crate::models::id003::{DamagedCommand, NoteUnitModelConfig};

const NOTE: Denomination = Denomination::Yen1000;
const PIECES: u32 = 2;

/// Counters, and for each note the way to the mouth and the patient's hand.
const WAY_OUT_MS: u64 = 5_000;

/// A patient who stands there: the milliseconds a note sticks out before it is taken.
const TAKEN_SOON: Option<u64> = Some(700);

/// About as long as two requests and their replies on the line, and no part of the time between polls.
const STEP_MS: usize = 40;

/// Short of a second, the device does not count as gone.
#[test]
fn a_few_lost_or_damaged_frames_do_not_matter() {
    check_complete(|bench| bench.act("lose-reply 1"));
    check_complete(|bench| bench.act("lose-reply 2"));
    check_complete(|bench| bench.act("garble 2"));
    check_complete(|bench| bench.act("duplicate 9"));
    check_complete(|bench| bench.act("duplicate 500"));
    check_complete(|bench| bench.lose_requests(2));
    check_complete(|bench| bench.damage_requests(2));
}

#[test]
fn many_lost_frames_are_survived() {
    for times in [3, 5, 9, 20] {
        check_at_each_moment(|bench| bench.act(&format!("lose-reply {times}")));
        check_at_each_moment(|bench| bench.lose_requests(times));
    }
    check_at_each_moment(|bench| bench.act("garble 7"));
}

#[test]
fn every_reply_can_be_lost_garbled_or_doubled() {
    for fault in ["lose-reply 1", "garble 1", "duplicate 1", "lose-reply 2", "garble 2"] {
        for (index, config) in
            (0..60).flat_map(|index| payout_variants().into_iter().map(move |it| (index, it)))
        {
            let mut bench = Bench::loaded(config);
            bench.dispense(1, NOTE, PIECES);
            let replies = bench.replies;
            bench.run_until("a reply", |bench| bench.replies >= replies + index || !bench.ends().is_empty());
            bench.act(fault);
            bench.run_until_dispensed(1);
            assert_eq!(bench.ends(), [(1, DispenseEnd::Complete)], "{fault} at {index}: {:?}", bench.events);
            check_end(&mut bench, &format!("{fault} at reply {index}"));
        }
    }
}

#[test]
fn a_pulled_cable_is_no_reason_to_guess() {
    for off in [1_000, 8_000, 40_000] {
        check_at_each_moment(|bench| {
            bench.unplug();
            bench.run(off);
            bench.plug();
        });
    }
}

#[test]
fn a_cable_that_stays_pulled_ends_the_payout() {
    let mut bench = Bench::loaded(NoteUnitModelConfig::default());
    bench.dispense(1, NOTE, PIECES);
    bench.run_until("taken", |bench| bench.count(&UnitEvent::Out(Paid::Taken)) == 1);
    bench.unplug();
    bench.run(29_000);
    assert_eq!(bench.ends(), []);
    bench.run(2_000);
    assert_eq!(bench.ends(), [(1, DispenseEnd::Unknown { paid: 1 })]);
    bench.plug();
    bench.run(20_000);
    assert_eq!(bench.ends().len(), 1);
    assert_eq!(bench.count(&UnitEvent::Out(Paid::Taken)), 2, "the device still waits for its ACK");
    check_works_again(&mut bench, "plugged in again");
}

#[test]
fn a_power_cut_at_each_moment() {
    for config in payout_variants() {
        for taken_after in [None, Some(20), TAKEN_SOON] {
            for (off, step) in [(50, 50), (3_000, 50), (45_000, 500)] {
                for wait in (0..WAY_OUT_MS).step_by(step) {
                    check_power_cut(&config, taken_after, wait, off);
                }
            }
        }
    }
}

/// The same, where a hand takes the note while the device is off and cannot notice.
#[test]
fn a_note_taken_behind_the_device_s_back_is_never_called_unpaid() {
    for config in payout_variants() {
        for wait in (0..WAY_OUT_MS).step_by(50) {
            let mut bench = in_the_middle(&config, TAKEN_SOON, wait);
            bench.act("power cut");
            let _ = bench.model_take();
            bench.run(2_000);
            bench.act("power on");
            bench.run_until_dispensed(1);
            bench.run(1_000);
            check_end(&mut bench, &format!("cut after {wait} ms"));
        }
    }
}

#[test]
fn other_faults_at_each_moment() {
    let faults = [
        ("jam acceptor", "jam clear"),
        ("jam stacker", "jam clear"),
        ("failure A6", "failure clear"),
        ("cashbox remove", "cashbox insert"),
        ("stall on", "stall off"),
    ];
    for (fault, cure) in faults {
        check_at_each_moment(|bench| {
            let _ = bench.model_act(fault);
            bench.run(5_000);
            let _ = bench.model_act(cure);
            bench.run(20_000);
            let _ = bench.model_take();
        });
    }
}

/// An order is held up for as long as it has stood, and not for the whole standstill.
#[test]
fn an_order_late_in_a_standstill_is_paid_when_it_is_over() {
    let mut bench = Bench::loaded(NoteUnitModelConfig::default());
    bench.act("stall on");
    bench.run(300_000);
    bench.dispense(1, NOTE, 1);
    bench.run(1_000);
    assert_eq!(bench.model.truth().paid_out.pieces(NOTE), 0);
    bench.act("stall off");
    bench.run(10_000);
    assert_eq!(bench.ends(), [(1, DispenseEnd::Complete)]);
}

/// A device that has no more notes, or a stuck one, and is then lost.
#[test]
fn a_payout_that_falls_short_and_is_then_cut_off() {
    let losses: [fn(&mut Bench); 4] = [
        |bench| {
            bench.act("power cut");
            bench.run(3_000);
            bench.act("power on");
        },
        |bench| bench.act("power cut"),
        |bench| {
            bench.unplug();
            bench.run(3_000);
            bench.plug();
        },
        Bench::unplug,
    ];
    for (index, lose) in losses.into_iter().enumerate() {
        check_short_and_then(lose, &format!("loss {index}"));
    }
}

#[test]
fn a_fault_that_stays_ends_the_payout() {
    let mut bench = Bench::loaded(NoteUnitModelConfig::default());
    bench.dispense(1, NOTE, PIECES);
    bench.act("jam payout");
    bench.run(595_000);
    assert_eq!(bench.ends(), []);
    bench.run(10_000);
    assert_eq!(bench.ends(), [(1, DispenseEnd::Unknown { paid: 0 })]);
    bench.act("jam clear");
    bench.run(60_000);
    assert_eq!(bench.ends().len(), 1);
    check_works_again(&mut bench, "after the jam");
}

/// A new driver knows of no dispense: it lets the device finish, and takes no note before.
#[test]
fn a_daemon_restart_at_each_moment() {
    for config in payout_variants() {
        for taken_after in [None, TAKEN_SOON] {
            for wait in (0..WAY_OUT_MS).step_by(50) {
                let mut bench = in_the_middle(&config, taken_after, wait);
                let (told, offered) = (bench.ends().len(), bench.count(&UnitEvent::Out(Paid::Presented)));
                bench.restart_driver();
                bench.accept_all();
                bench.run(if taken_after.is_some() { 10_000 } else { 40_000 });
                let when = format!("restart after {wait} ms, taken after {taken_after:?}");
                assert_eq!(bench.ends().len(), told, "{when}: {:?}", bench.events);
                let paid = bench.model.truth().paid_out.pieces(NOTE);
                assert!([0, if taken_after.is_some() { PIECES } else { 0 }].contains(&paid), "{when}");
                assert!(
                    bench.count(&UnitEvent::Out(Paid::Taken)) >= usize::try_from(paid).unwrap(),
                    "{when}"
                );
                assert!(
                    bench.count(&UnitEvent::Out(Paid::Presented)) <= offered + 2,
                    "{when}: {:?}",
                    bench.events
                );
                check_takes_notes(&mut bench, &when);
            }
        }
    }
}

/// A new driver that is asked lets the device finish, and tells what became of the dispense. A device that counts what
/// it pays out in its life always knows.
#[test]
fn a_daemon_restart_at_each_moment_and_the_device_is_asked() {
    for config in payout_variants() {
        for taken_after in [None, TAKEN_SOON] {
            for wait in (0..WAY_OUT_MS).step_by(50) {
                let mut bench = in_the_middle(&config, taken_after, wait);
                bench.restart_and_recall();
                bench.run(60_000);
                let when = format!("restart after {wait} ms, taken after {taken_after:?}");
                check_end(&mut bench, &when);
                let known = !matches!(bench.ends()[0].1, DispenseEnd::Unknown { .. });
                assert!(known || !config.has_total_counter, "{when}: {:?}", bench.events);
                check_works_again(&mut bench, &when);
            }
        }
    }
}

#[test]
fn a_power_cut_of_everything_at_each_moment_and_the_device_is_asked() {
    for config in payout_variants() {
        for wait in (0..WAY_OUT_MS).step_by(50) {
            let mut bench = in_the_middle(&config, TAKEN_SOON, wait);
            bench.act("power cut");
            bench.restart_and_recall();
            bench.run(2_000);
            bench.act("power on");
            bench.run(60_000);
            let _ = bench.model_take();
            bench.run(10_000);
            check_end(&mut bench, &format!("cut after {wait} ms"));
        }
    }
}

/// The whole machine loses power: nobody knows of the dispense but the journal and the counters.
#[test]
fn a_power_cut_of_everything_at_each_moment() {
    for config in payout_variants() {
        for wait in (0..WAY_OUT_MS).step_by(50) {
            let mut bench = in_the_middle(&config, TAKEN_SOON, wait);
            bench.act("power cut");
            let told = bench.ends().len();
            bench.restart_driver();
            bench.run(2_000);
            bench.act("power on");
            bench.run(10_000);
            let _ = bench.model_take();
            bench.run(10_000);
            let when = format!("cut after {wait} ms: {:?}", bench.events);
            assert_eq!(bench.ends().len(), told, "{when}");
            assert_eq!(bench.credits(), [], "{when}");
            assert!(bench.model.truth().paid_out.pieces(NOTE) <= PIECES, "{when}");
            bench.check_conservation();
        }
    }
}

#[test]
fn a_payout_that_the_device_never_heard_of_is_told_again_but_not_for_ever() {
    let mut bench = Bench::loaded(NoteUnitModelConfig::default());
    bench.lose_payouts = 2;
    bench.dispense(1, NOTE, PIECES);
    bench.run_until_dispensed(1);
    assert_eq!(bench.ends(), [(1, DispenseEnd::Complete)]);
    bench.lose_payouts = 9;
    bench.dispense(2, NOTE, PIECES);
    bench.run_until_dispensed(2);
    assert_eq!(bench.ends()[1], (2, DispenseEnd::Short { paid: 0, cause: ShortCause::Refused }));
    assert_eq!(bench.lose_payouts, 6, "three times");
}

/// A dispense, some time after it was ordered.
fn in_the_middle(config: &NoteUnitModelConfig, taken_after: Option<u64>, wait: u64) -> Bench {
    let mut bench = Bench::loaded(config.clone());
    bench.taken_after = taken_after.map(Duration::from_millis);
    bench.dispense(1, NOTE, PIECES);
    bench.run(wait);
    bench
}

fn check_power_cut(config: &NoteUnitModelConfig, taken_after: Option<u64>, wait: u64, off: u64) {
    let when = format!("cut after {wait} ms for {off} ms, taken after {taken_after:?}");
    let mut bench = in_the_middle(config, taken_after, wait);
    bench.act("power cut");
    bench.run(off);
    bench.act("power on");
    bench.run(10_000);
    let _ = bench.model_take();
    bench.run_until_dispensed(1);
    bench.run(10_000);
    check_end(&mut bench, &when);
    // After half a minute nobody knows any more whose note it is that is found inside.
    if off < 30_000 {
        assert_eq!(
            bench.count(&UnitEvent::In(Deposited::Returned)),
            0,
            "{when}: it was nobody's: {:?}",
            bench.events
        );
        check_works_again(&mut bench, &when);
    }
}

/// The second of two notes does not come, and at each moment from there on the device is lost.
fn check_short_and_then(lose: fn(&mut Bench), which: &str) {
    for config in payout_variants() {
        for is_jam in [false, true] {
            for wait in (0..WAY_OUT_MS).step_by(STEP_MS) {
                let when = format!("jam {is_jam}, {which} after {wait} ms");
                let mut bench = second_note_missing(&config, is_jam);
                bench.run(wait);
                lose(&mut bench);
                bench.run(60_000);
                let _ = bench.model_act("jam clear");
                bench.run_until_dispensed(1);
                check_end(&mut bench, &when);
            }
        }
    }
}

/// One of two notes was taken.
fn second_note_missing(config: &NoteUnitModelConfig, is_jam: bool) -> Bench {
    let mut bench = Bench::filled(config.clone(), if is_jam { 20 } else { 1 });
    bench.taken_after = TAKEN_SOON.map(Duration::from_millis);
    bench.dispense(1, NOTE, PIECES);
    bench.run_until("taken", |bench| bench.count(&UnitEvent::Out(Paid::Taken)) == 1);
    if is_jam {
        bench.act("jam payout");
    }
    bench
}

/// With a fault that does not count as a break of the line.
fn check_complete(fault: impl Fn(&mut Bench)) {
    check_each(fault, |bench, when| {
        assert_eq!(bench.ends(), [(1, DispenseEnd::Complete)], "{when}: {:?}", bench.events);
    });
}

fn check_at_each_moment(fault: impl Fn(&mut Bench)) {
    check_each(fault, |_, _| {});
}

fn check_each(fault: impl Fn(&mut Bench), also: impl Fn(&Bench, &str)) {
    for mut config in payout_variants() {
        for wait in (0..WAY_OUT_MS).step_by(STEP_MS) {
            config.damaged_command =
                if wait % 80 == 0 { DamagedCommand::Silence } else { DamagedCommand::CommunicationError };
            let mut bench = in_the_middle(&config, TAKEN_SOON, wait);
            fault(&mut bench);
            bench.run_until_dispensed(1);
            bench.run(1_000);
            let when = format!("after {wait} ms of {config:?}");
            check_end(&mut bench, &when);
            also(&bench, &when);
        }
    }
}

/// Told once, and true.
fn check_end(bench: &mut Bench, when: &str) {
    let paid_out = bench.model.truth().paid_out.pieces(NOTE);
    let said = format!("{when}: {paid_out} paid out, {:?}", bench.events);
    let [(1, end)] = bench.ends()[..] else { panic!("not one end: {said}") };
    match end {
        DispenseEnd::Complete => assert_eq!(paid_out, PIECES, "{said}"),
        DispenseEnd::Short { paid, .. } => assert_eq!(paid_out, paid, "{said}"),
        DispenseEnd::Unknown { paid } => assert!((paid..=PIECES).contains(&paid_out), "{said}"),
    }
    bench.check_conservation();
}

/// The next dispense is not hurt by what was.
fn check_works_again(bench: &mut Bench, when: &str) {
    bench.taken_after = Some(Duration::from_millis(700));
    let before = bench.model.truth().paid_out.pieces(NOTE);
    bench.dispense(2, NOTE, 1);
    bench.run_until_dispensed(2);
    assert_eq!(bench.ends().last(), Some(&(2, DispenseEnd::Complete)), "{when}: {:?}", bench.events);
    assert_eq!(bench.model.truth().paid_out.pieces(NOTE), before + 1, "{when}");
    bench.check_conservation();
}

fn check_takes_notes(bench: &mut Bench, when: &str) {
    bench.act("insert 5000");
    bench.run(5_000);
    assert_eq!(bench.credits(), [Some(Denomination::Yen5000)], "{when}: {:?}", bench.events);
    bench.check_conservation();
}
