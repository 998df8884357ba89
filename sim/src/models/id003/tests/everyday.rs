//! What happens many times a day.

use device_api::{
    DepositCommand, Deposited, DeviceCounts, ExitBlock, Mismatch, Place, RejectCause, UnitCommand, UnitEvent,
    UnitPart, UnitTrouble,
};
use devices::id003::NoteUnit;
use money::{CashCount, Denomination, DenominationSet};
use settings::{NoteUnitProfile, StackCommand};

use super::bench::{Bench, NOTES, profile_for, troubled};
use super::{insert, variants};
use crate::models::id003::{DrumConfig, NoteUnitModelConfig};

#[test]
fn every_note_is_taken_whatever_the_codes_are() {
    for config in variants() {
        let mut bench = Bench::open(config);
        for note in NOTES {
            bench.act(&insert(note));
            bench.run(4_000);
        }
        assert_eq!(bench.credits(), NOTES.map(Some));
        bench.check_conservation();
    }
}

#[test]
fn notes_are_stored_where_the_device_says() {
    let drums = vec![DrumConfig { denomination: Denomination::Yen1000, capacity: 1, pieces: 0 }];
    check_stored(
        NoteUnitModelConfig { drums, ..NoteUnitModelConfig::default() },
        Place::Drum(1),
        Place::CashBox,
    );
    let drums = Vec::new();
    check_stored(
        NoteUnitModelConfig { drums, ..NoteUnitModelConfig::default() },
        Place::CashBox,
        Place::CashBox,
    );
}

#[test]
fn a_device_that_credits_before_the_end_of_the_way_is_understood() {
    let config = NoteUnitModelConfig::default();
    let profile = NoteUnitProfile { stack_command: StackCommand::Stack1, ..profile_for(&config) };
    let mut bench = Bench::with_driver(NoteUnit::new(profile), config);
    bench.open_for_all();
    bench.act("insert 5000");
    bench.run(4_000);
    assert_eq!(
        bench.events,
        [
            UnitEvent::In(Deposited::Arriving),
            UnitEvent::In(Deposited::Escrowed { denomination: Denomination::Yen5000 }),
            UnitEvent::In(Deposited::Stacked { denomination: Some(Denomination::Yen5000) }),
            UnitEvent::In(Deposited::Stored { place: Place::Drum(2) }),
        ]
    );
}

#[test]
fn a_note_that_is_given_back_is_returned_when_it_is_taken() {
    for config in variants() {
        let mut bench = Bench::open(config);
        bench.decision = UnitCommand::In(DepositCommand::Return);
        bench.act("insert 2000");
        bench.run(4_000);
        assert_eq!(bench.count(&UnitEvent::In(Deposited::Returned)), 0, "it still sticks out");
        bench.act("take");
        bench.run(1_000);
        assert_eq!(bench.count(&UnitEvent::In(Deposited::Returned)), 1);
        assert_eq!(bench.credits(), []);
        bench.check_conservation();
    }
}

#[test]
fn a_note_that_is_not_wanted_comes_back_by_itself() {
    let mut bench = Bench::open(NoteUnitModelConfig::shuffled());
    bench.command(UnitCommand::In(DepositCommand::Accept([Denomination::Yen1000].into_iter().collect())));
    bench.run(500);
    bench.act("insert 10000");
    bench.run(2_000);
    bench.act("take");
    bench.run(500);
    bench.act("insert 1000");
    bench.run(4_000);
    assert_eq!(bench.count(&UnitEvent::In(Deposited::Rejected { cause: RejectCause::NotWanted })), 1);
    assert_eq!(bench.credits(), [Some(Denomination::Yen1000)]);
}

#[test]
fn a_closed_slot_takes_nothing_and_says_so_once_a_command() {
    let mut bench = Bench::open(NoteUnitModelConfig::default());
    for times in 1..=3 {
        bench.inhibit();
        bench.run(2_000);
        assert_eq!(bench.count(&UnitEvent::In(Deposited::Inhibited)), times);
    }
    bench.act("insert 1000");
    assert!(bench.happened.last().unwrap().contains("refused_at_entry"));
    assert_eq!(bench.model.truth().inserted, CashCount::EMPTY);
}

#[test]
fn closing_waits_for_a_note_under_way() {
    for config in variants() {
        let mut bench = Bench::open(config);
        bench.act("insert 1000");
        bench.run(300);
        bench.inhibit();
        bench.run(4_000);
        let end = &bench.events[bench.events.len() - 2..];
        assert!(
            matches!(end, [UnitEvent::In(Deposited::Stored { .. }), UnitEvent::In(Deposited::Inhibited)]),
            "{:?}",
            bench.events
        );
        assert_eq!(bench.credits(), [Some(Denomination::Yen1000)]);
    }
}

#[test]
fn the_newest_wish_is_what_the_device_is_set_to() {
    let mut bench = Bench::open(NoteUnitModelConfig::default());
    for note in NOTES {
        bench.command(UnitCommand::In(DepositCommand::Accept([note].into_iter().collect())));
    }
    bench.run(1_000);
    bench.act("insert 1000");
    bench.run(2_000);
    bench.act("take");
    bench.run(500);
    bench.act("insert 10000");
    bench.run(4_000);
    assert_eq!(bench.credits(), [Some(Denomination::Yen10000)]);
}

#[test]
fn counts_are_the_device_s_own() {
    for (has_total_counter, stacked_total, paid_out_total) in [(true, Some(2), Some(0)), (false, None, None)]
    {
        let mut bench =
            Bench::open(NoteUnitModelConfig { has_total_counter, ..NoteUnitModelConfig::default() });
        for note in [Denomination::Yen1000, Denomination::Yen10000] {
            bench.act(&insert(note));
            bench.run(4_000);
        }
        for lost in 0..3 {
            bench.act(&format!("lose-reply {lost}"));
            bench.command(UnitCommand::ReadCounts(UnitPart::Acceptor));
            bench.run(2_000);
            let drums = bench.model.truth().drums;
            let counts = UnitEvent::Counts(DeviceCounts { drums, stacked_total, paid_out_total }.into());
            assert_eq!(bench.count(&counts), lost + 1, "{:?}", bench.events);
        }
    }
}

#[test]
fn a_note_without_a_decision_goes_back() {
    let mut bench = Bench::open(NoteUnitModelConfig::default());
    bench.decision = UnitCommand::ReadCounts(UnitPart::Acceptor);
    bench.act("insert 1000");
    bench.run(15_000);
    bench.act("take");
    bench.run(500);
    assert_eq!(bench.count(&UnitEvent::In(Deposited::Returned)), 1);
    bench.decision = UnitCommand::In(DepositCommand::Stack);
    bench.act("insert 1000");
    bench.run(4_000);
    assert_eq!(bench.credits(), [Some(Denomination::Yen1000)]);
}

#[test]
fn a_note_pulled_out_again_is_a_rejection() {
    let mut bench = Bench::open(NoteUnitModelConfig::default());
    bench.act("insert 1000");
    bench.run(400);
    bench.act("pull-back");
    bench.run(1_000);
    let rejected = UnitEvent::In(Deposited::Rejected { cause: RejectCause::Unreadable });
    assert_eq!(bench.events, [UnitEvent::In(Deposited::Arriving), rejected]);
    bench.check_conservation();
}

#[test]
fn a_second_note_only_delays_the_first() {
    for wait in (100..=1_800).step_by(100) {
        let mut bench = Bench::open(NoteUnitModelConfig::default());
        bench.act("insert 1000");
        bench.run(wait);
        bench.act("insert 5000");
        bench.run(3_000);
        let _ = bench.model_take();
        bench.run(5_000);
        assert_eq!(bench.credits(), [Some(Denomination::Yen1000)], "after {wait} ms");
        // Later the slot is closed to the second one.
        if wait <= 1_500 {
            assert_eq!(bench.exit, [Some(ExitBlock::SecondNote), None], "after {wait} ms");
        }
        bench.check_conservation();
    }
}

#[test]
fn a_device_with_other_values_than_the_profile_is_refused() {
    let usual = NoteUnitModelConfig::default();
    let without_2000 = NOTES.into_iter().filter(|note| *note != Denomination::Yen2000);
    let values = without_2000.collect::<DenominationSet>();
    let value = Mismatch::Value { read: "2000".to_owned(), expected: values };
    check_refused(NoteUnitProfile { values, ..profile_for(&usual) }, &usual, value);
    let country = Mismatch::Country { read: 0x0A, expected: 0x01 };
    check_refused(NoteUnitProfile { country_code: 0x01, ..profile_for(&usual) }, &usual, country);
    let [thousand, none] = [DenominationSet::from_iter([Denomination::Yen1000]), DenominationSet::EMPTY];
    let drum = |read, expected| Mismatch::Drum { number: 1, read: Some(read), expected };
    check_refused(NoteUnitProfile { drums: Vec::new(), ..profile_for(&usual) }, &usual, drum(thousand, none));
    let swapped = NoteUnitModelConfig { drums: usual.drums.iter().rev().copied().collect(), ..usual.clone() };
    let five_thousand = DenominationSet::from_iter([Denomination::Yen5000]);
    check_refused(profile_for(&swapped), &usual, drum(thousand, five_thousand));
    let plain = NoteUnitModelConfig { drums: Vec::new(), ..usual.clone() };
    check_refused(profile_for(&usual), &plain, drum(none, thousand));
}

#[test]
fn a_wrong_act_says_what_would_be_right() {
    let mut bench = Bench::open(NoteUnitModelConfig::default());
    for (act, sentence) in [
        ("insert 500", "500 yen is not a note"),
        ("insert", "it knows: insert VALUE"),
        ("drum 1000 fill 31", "room for 31 more"),
        ("drum 2000 fill 1", "no drum for 2,000 yen"),
        ("take", "no note sticks out"),
        ("pull-back", "while it is being drawn in"),
        ("jam clear", "nothing is jammed"),
        ("cashbox insert", "in its place already"),
        ("power on", "`power cut`"),
        ("lose-reply many", "lose-reply 1"),
        ("failure XY", "failure A6"),
    ] {
        let error = bench.act_wrongly(act);
        assert!(error.contains(sentence), "{act}: {error}");
    }
}

fn check_stored(config: NoteUnitModelConfig, first: Place, second: Place) {
    let mut bench = Bench::open(config);
    for _ in 0..2 {
        bench.act("insert 1000");
        bench.run(4_000);
    }
    let stored = bench.events.iter().filter(|event| matches!(event, UnitEvent::In(Deposited::Stored { .. })));
    let expected = [first, second].map(|place| UnitEvent::In(Deposited::Stored { place }));
    assert_eq!(stored.cloned().collect::<Vec<_>>(), expected);
    bench.check_conservation();
}

fn check_refused(profile: NoteUnitProfile, config: &NoteUnitModelConfig, mismatch: Mismatch) {
    let mut bench = Bench::with_driver(NoteUnit::new(profile), config.clone());
    bench.accept_all();
    bench.run(20_000);
    let not_responding = troubled(UnitTrouble::NotResponding);
    assert_eq!(bench.events, [not_responding, troubled(UnitTrouble::other_than_profile(mismatch))]);
    bench.act("insert 1000");
    assert_eq!(bench.model.truth().inserted, CashCount::EMPTY);
}
