//! Notes on their way out, while nothing is broken.

use device_api::{Deposited, DispenseEnd, Paid, ShortCause, UnitCommand, UnitEvent, UnitPart};
use money::Denomination;

use super::bench::{Bench, READY};
use super::payout_variants;
use crate::models::id003::{DrumConfig, NoteUnitModelConfig, PayoutJam};

const YEN_1000: Denomination = Denomination::Yen1000;
const YEN_5000: Denomination = Denomination::Yen5000;

#[test]
fn notes_are_offered_one_after_the_other_and_taken() {
    for config in payout_variants() {
        for (note, pieces) in [(YEN_1000, 1), (YEN_1000, 3), (YEN_5000, 1), (YEN_5000, 3)] {
            let mut bench = Bench::loaded(config.clone());
            bench.dispense(7, note, pieces);
            bench.run_until_dispensed(1);
            let one = [UnitEvent::Out(Paid::Presented), UnitEvent::Out(Paid::Taken)];
            let mut expected = vec![one; usize::try_from(pieces).unwrap()].concat();
            expected.push(UnitEvent::Out(Paid::Dispensed {
                id: device_api::DispenseId(7),
                end: DispenseEnd::Complete,
            }));
            assert_eq!(bench.events, expected);
            assert_eq!(bench.model.truth().paid_out.pieces(note), pieces);
            assert_eq!(bench.model.truth().drums.pieces(note), 20 - pieces);
            bench.run(20_000);
            assert_eq!(bench.ends().len(), 1);
            bench.check_conservation();
        }
    }
}

#[test]
fn one_dispense_follows_the_other() {
    for config in payout_variants() {
        let mut bench = Bench::loaded(config);
        bench.dispense(1, YEN_5000, 1);
        bench.run_until_dispensed(1);
        bench.dispense(2, YEN_1000, 2);
        bench.run_until_dispensed(2);
        assert_eq!(bench.ends(), [(1, DispenseEnd::Complete), (2, DispenseEnd::Complete)]);
        bench.check_conservation();
    }
}

#[test]
fn a_note_that_is_not_taken_is_not_paid() {
    for config in payout_variants() {
        for (taken, pieces) in [(0, 1), (0, 3), (1, 3), (2, 3)] {
            let mut bench = Bench::loaded(config.clone());
            bench.taken_after = None;
            bench.dispense(1, YEN_1000, pieces);
            for note in 0..taken {
                let offered = usize::try_from(note + 1).unwrap();
                bench
                    .run_until("presented", |bench| bench.count(&UnitEvent::Out(Paid::Presented)) == offered);
                bench.act("take");
            }
            bench.run_until_dispensed(1);
            let end = DispenseEnd::Short { paid: taken, cause: ShortCause::NotTaken };
            assert_eq!(bench.ends(), [(1, end)], "{:?}", bench.model.config);
            assert_eq!(bench.count(&UnitEvent::Out(Paid::Presented)), usize::try_from(taken + 1).unwrap());
            assert_eq!(bench.model.truth().paid_out.pieces(YEN_1000), taken);
            assert!(bench.happened.iter().any(|what| what.contains("retracted")));
            bench.check_conservation();
        }
    }
}

#[test]
fn a_drum_gives_what_it_has() {
    for config in payout_variants() {
        for held in [0, 1, 2] {
            let drums = vec![DrumConfig { denomination: YEN_1000, capacity: 30, pieces: held }];
            let mut bench = Bench::new(NoteUnitModelConfig { drums, ..config.clone() });
            bench.run_until("ready", |bench| bench.events.contains(&READY));
            bench.run(1_000);
            bench.dispense(1, YEN_1000, 3);
            bench.run_until_dispensed(1);
            let end = DispenseEnd::Short { paid: held.into(), cause: ShortCause::Empty };
            assert_eq!(bench.ends(), [(1, end)]);
            bench.act("drum 1000 fill 5");
            bench.dispense(2, YEN_1000, 3);
            bench.run_until_dispensed(2);
            assert_eq!(bench.ends()[1], (2, DispenseEnd::Complete));
            bench.check_conservation();
        }
    }
}

#[test]
fn a_note_that_gets_stuck_is_not_paid() {
    for config in payout_variants() {
        for payout_jam in [PayoutJam::RecyclerError, PayoutJam::ReturnPayOutNote, PayoutJam::ReturnError] {
            for taken in [0, 1] {
                let mut bench = Bench::loaded(NoteUnitModelConfig { payout_jam, ..config.clone() });
                bench.dispense(1, YEN_5000, 3);
                let offered = usize::try_from(taken).unwrap();
                bench.run_until("presented", |bench| bench.count(&UnitEvent::Out(Paid::Taken)) == offered);
                bench.act("jam payout");
                bench.run(20_000);
                let _ = bench.model_act("jam clear");
                bench.run_until_dispensed(1);
                check_stuck(&bench, taken);
            }
        }
    }
}

#[test]
fn notes_are_paid_out_only_of_a_closed_device_at_rest() {
    let mut bench = Bench::loaded(NoteUnitModelConfig::default());
    bench.dispense(1, Denomination::Yen10000, 1);
    bench.dispense(2, YEN_1000, 0);
    bench.dispense(3, YEN_1000, 1);
    bench.dispense(4, YEN_1000, 1);
    bench.run_until("presented", |bench| bench.count(&UnitEvent::Out(Paid::Presented)) == 1);
    bench.dispense(5, YEN_5000, 1);
    bench.run_until_dispensed(5);
    bench.accept_all();
    bench.dispense(6, YEN_1000, 1);
    bench.run(1_000);
    bench.dispense(7, YEN_1000, 1);
    bench.act("insert 1000");
    bench.run(300);
    bench.inhibit();
    bench.dispense(8, YEN_1000, 1);
    bench.run(300);
    bench.dispense(9, YEN_1000, 1);
    bench.run_until("inhibited", |bench| bench.events.contains(&UnitEvent::In(Deposited::Inhibited)));
    bench.dispense(10, YEN_1000, 1);
    bench.run_until_dispensed(10);
    for (id, end) in bench.ends() {
        let refused = DispenseEnd::Short { paid: 0, cause: ShortCause::Refused };
        assert_eq!(end, if [3, 10].contains(&id) { DispenseEnd::Complete } else { refused }, "dispense {id}");
    }
    assert_eq!(bench.model.truth().paid_out.pieces(YEN_1000), 2);
}

#[test]
fn the_slot_opens_only_when_the_payout_is_over() {
    for wait in (0..4_000).step_by(50) {
        let mut bench = Bench::loaded(NoteUnitModelConfig::default());
        bench.dispense(1, YEN_1000, 1);
        bench.run(wait);
        bench.accept_all();
        bench.command(UnitCommand::ReadCounts(UnitPart::Acceptor));
        while bench.ends().is_empty() {
            bench.run(10);
            let closed = bench.model.settings.inhibited;
            assert!(closed || !bench.ends().is_empty(), "after {wait} ms");
        }
        bench.run(1_000);
        assert_eq!(bench.ends(), [(1, DispenseEnd::Complete)], "after {wait} ms");
        assert!(bench.events.iter().any(|event| matches!(event, UnitEvent::Counts(_))));
        bench.act("insert 1000");
        bench.run(4_000);
        assert_eq!(bench.credits(), [Some(YEN_1000)]);
    }
}

#[test]
fn closing_is_answered_after_the_payout() {
    let mut bench = Bench::loaded(NoteUnitModelConfig::default());
    bench.dispense(1, YEN_1000, 1);
    bench.inhibit();
    bench.run_until("inhibited", |bench| bench.events.contains(&UnitEvent::In(Deposited::Inhibited)));
    assert_eq!(bench.ends(), [(1, DispenseEnd::Complete)]);
}

/// Only where the counters cannot tell whether the note left its drum for good is it left to people.
fn check_stuck(bench: &Bench, taken: u32) {
    let (id, end) = bench.ends()[0];
    let exact = DispenseEnd::Short { paid: taken, cause: ShortCause::Jam };
    let open = bench.model.config.payout_jam == PayoutJam::RecyclerError
        && bench.model.config.drawn_back_to == crate::models::id003::DrawnBackTo::CashBox;
    let expected = if open { DispenseEnd::Unknown { paid: taken } } else { exact };
    assert_eq!((id, end), (1, expected), "{:?} {:?}", bench.events, bench.model.config);
    assert_eq!(bench.ends().len(), 1);
    assert_eq!(bench.model.truth().paid_out.pieces(YEN_5000), taken);
    bench.check_conservation();
}
