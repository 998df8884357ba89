//! What was written before it was done: I9.

use device_api::{DepositCommand, Dispense, DispenseId, Disturbance, PayoutCommand, UnitCommand, UnitId};
use engine::{CashEntry, Entry, Output, PaperEntry, PaymentEntry, PayoutEntry, PrintRequest, TenderEntry};

use super::{Violation, ensure};
use crate::world::World;

/// I9: no output has left before the entry that it rests on was written.
pub(super) fn come_first(world: &World) -> Result<(), Violation> {
    let first = &world.watch.unwritten;
    let invariant = if first.as_ref().is_some_and(opens_a_slot) { "I16" } else { "I9" };
    ensure(invariant, first.is_none(), || format!("{first:?} left before its entry was written"))
}

/// Whether the journal already says what `output` does, by the newest entries about the same thing.
pub(in crate::world) fn rests_on_what_is_written(output: &Output, written: &[Entry]) -> bool {
    match output {
        Output::Unit(unit, UnitCommand::Out(PayoutCommand::Dispense(dispense))) => {
            is_intended(written, *unit, dispense)
        }
        Output::Unit(unit, UnitCommand::Out(PayoutCommand::Proceed(id))) => {
            is_prepared(written, *unit, *id)
        }
        Output::Unit(_, UnitCommand::Out(PayoutCommand::Noted { id, what })) => is_noted(written, *id, *what),
        Output::Unit(unit, UnitCommand::In(DepositCommand::Stack)) => {
            is_newest_of_note(written, *unit, |entry| matches!(entry, Entry::Cash(CashEntry::StackIntended { .. })))
        }
        Output::Unit(unit, UnitCommand::In(DepositCommand::Return)) => {
            is_newest_of_note(written, *unit, |entry| matches!(entry, Entry::Cash(CashEntry::NoteRefused { .. })))
        }
        Output::Unit(unit, UnitCommand::In(DepositCommand::AcknowledgeStacked)) => is_newest_of_note(written, *unit, |entry| {
            matches!(entry, Entry::Cash(CashEntry::NoteCredited { .. }) | Entry::Cash(CashEntry::NoteFound { .. }))
        }),
        Output::Print(request) => is_print_intended(written, request),
        Output::Deliver(result) => written
            .iter()
            .rev()
            .any(|entry| matches!(entry, Entry::Payment(PaymentEntry::PaymentClosed { payment, .. }) if *payment == result.payment)),
        Output::Unit(_, UnitCommand::In(DepositCommand::Accept(_))) => {
            !opens_a_slot(output) || is_tender_open(written)
        }
        // These move nothing of value, and need no entry.
        Output::Unit(
            _,
            UnitCommand::In(DepositCommand::Hold | DepositCommand::ToldUpTo(_))
            | UnitCommand::ReadCounts(_)
            | UnitCommand::Out(PayoutCommand::Recall { .. }),
        )
        | Output::Quote { .. }
        | Output::Answer(_) => true,
    }
}

/// Whether a unit is to take something.
fn opens_a_slot(output: &Output) -> bool {
    match output {
        Output::Unit(_, UnitCommand::In(DepositCommand::Accept(values))) => !values.is_empty(),
        _ => false,
    }
}

/// The newest word about any tender is that money is to come in by it.
fn is_tender_open(written: &[Entry]) -> bool {
    let newest = written.iter().rev().find_map(|entry| match entry {
        Entry::Tender(entry) => Some(matches!(entry, TenderEntry::TenderIntended { .. })),
        _ => None,
    });
    newest == Some(true)
}

/// The newest word about any payout is the intention of this one, to the piece and from there.
fn is_intended(written: &[Entry], unit: UnitId, ordered: &Dispense) -> bool {
    let newest = written.iter().rev().find_map(|entry| match entry {
        Entry::Payout(PayoutEntry::PayoutIntended { dispense, store, denomination, pieces, .. }) => {
            let (id, place, denomination, pieces) = (*dispense, store.place, *denomination, *pieces);
            Some(Some((store.unit, Dispense { id, place, denomination, pieces })))
        }
        Entry::Payout(PayoutEntry::PayoutPrepared { .. })
        | Entry::Payout(PayoutEntry::PayoutEnded { .. }) => Some(None),
        _ => None,
    });
    newest.flatten() == Some((unit, *ordered))
}

/// The newest word about any payout are the counters before this one, which this unit was to pay.
fn is_prepared(written: &[Entry], unit: UnitId, ordered: DispenseId) -> bool {
    let payer = written.iter().rev().find_map(|entry| match entry {
        Entry::Payout(PayoutEntry::PayoutIntended { store, .. }) => Some(store.unit),
        _ => None,
    });
    let newest = written.iter().rev().find_map(|entry| match entry {
        Entry::Payout(PayoutEntry::PayoutPrepared { dispense, .. }) => Some(Some(*dispense)),
        Entry::Payout(PayoutEntry::PayoutIntended { .. })
        | Entry::Payout(PayoutEntry::PayoutEnded { .. }) => Some(None),
        _ => None,
    });
    newest.flatten() == Some(ordered) && payer == Some(unit)
}

/// What happened to this payout is written, or it is not the newest any more, or has ended: then nothing rests on it.
fn is_noted(written: &[Entry], id: DispenseId, happened: Disturbance) -> bool {
    let newest = written.iter().rev().find_map(|entry| match entry {
        Entry::Payout(PayoutEntry::PayoutDisturbed { dispense, what, .. })
            if (*dispense, *what) == (id, happened) =>
        {
            Some(true)
        }
        Entry::Payout(PayoutEntry::PayoutIntended { dispense, .. }) => Some(*dispense != id),
        Entry::Payout(PayoutEntry::PayoutEnded { .. }) => Some(true),
        _ => None,
    });
    newest.unwrap_or(true)
}

/// The newest word about a note on its way in, in this unit.
pub(super) fn is_newest_of_note(written: &[Entry], in_unit: UnitId, wanted: impl Fn(&Entry) -> bool) -> bool {
    let mut of_note = written.iter().rev().filter(|entry| match entry {
        Entry::Cash(
            CashEntry::StackIntended { unit, .. }
            | CashEntry::NoteRefused { unit, .. }
            | CashEntry::NoteCredited { unit, .. }
            | CashEntry::NoteFound { unit, .. }
            | CashEntry::NoteReturned { unit, .. },
        ) => *unit == in_unit,
        _ => false,
    });
    of_note.next().is_some_and(wanted)
}

/// The newest word about this paper is the intention to print it so, at this try.
fn is_print_intended(written: &[Entry], request: &PrintRequest) -> bool {
    let newest = written.iter().rev().find_map(|entry| match entry {
        Entry::Paper(PaperEntry::PrintIntended { job, attempt, mark }) if *job == request.job => {
            Some(Some((*attempt, *mark)))
        }
        Entry::Paper(PaperEntry::Printed { job })
        | Entry::Paper(PaperEntry::PrintNotStarted { job, .. })
        | Entry::Paper(PaperEntry::PrintUnknown { job, .. })
        | Entry::Paper(PaperEntry::PrintAnswered { job, .. })
            if *job == request.job =>
        {
            Some(None)
        }
        _ => None,
    });
    newest.flatten() == Some((request.attempt, request.mark))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use api::{PaymentId, TenderId};
    use device_api::{CountedBefore, DeviceCounts, DispenseEnd, Place, StoreId};
    use engine::{Means, Purpose, RefusalReason};
    use money::{CashCount, Denomination, DenominationSet, Yen};

    use super::*;
    use crate::cabinet::{COINS, NOTES};

    const TENDER: TenderId = TenderId { payment: PaymentId(1), number: 1 };
    const PURPOSE: Purpose = Purpose::Tender(TENDER);
    const DISPENSE: DispenseId = DispenseId(7);
    const NOTE: Denomination = Denomination::Yen1000;
    const STORE: StoreId = StoreId { unit: NOTES, place: Place::Drum(1) };

    #[test]
    fn what_was_not_written_first_is_seen() {
        let stack =
            Entry::Cash(CashEntry::StackIntended { purpose: PURPOSE, unit: NOTES, denomination: NOTE });
        let refused = Entry::Cash(CashEntry::NoteRefused {
            unit: NOTES,
            denomination: NOTE,
            reason: RefusalReason::DoesNotFit,
        });
        let returned = Entry::Cash(CashEntry::NoteReturned { unit: NOTES, denomination: NOTE });
        let credited =
            Entry::Cash(CashEntry::NoteCredited { purpose: PURPOSE, unit: NOTES, denomination: NOTE });
        let cases: [(UnitCommand, &[&Entry], bool); 8] = [
            (UnitCommand::In(DepositCommand::Stack), &[], false),
            (UnitCommand::In(DepositCommand::Stack), &[&stack], true),
            (UnitCommand::In(DepositCommand::Stack), &[&stack, &returned], false),
            (UnitCommand::In(DepositCommand::Return), &[&stack], false),
            (UnitCommand::In(DepositCommand::Return), &[&stack, &refused], true),
            (UnitCommand::In(DepositCommand::AcknowledgeStacked), &[&stack], false),
            (UnitCommand::In(DepositCommand::AcknowledgeStacked), &[&stack, &credited], true),
            (UnitCommand::In(DepositCommand::Hold), &[], true),
        ];
        for (command, written, expected) in cases {
            check(Output::Unit(NOTES, command), written, expected);
        }
    }

    #[test]
    fn no_slot_opens_before_its_tender_is_written() {
        let counts = DeviceCounts { drums: CashCount::EMPTY, stacked_total: None, paid_out_total: None };
        let counts_before = BTreeMap::from([(NOTES, counts)]);
        let means = Means::Cash { takes: api::Takes::Notes, counts_before };
        let intended =
            Entry::Tender(TenderEntry::TenderIntended { tender: TENDER, asked: Yen::new(1_000), means });
        let taken = Entry::Tender(TenderEntry::TenderTaken { tender: TENDER, kept: Yen::new(1_000) });
        let open =
            Output::Unit(NOTES, UnitCommand::In(DepositCommand::Accept(DenominationSet::from_iter([NOTE]))));
        let shut = Output::Unit(NOTES, UnitCommand::In(DepositCommand::Accept(DenominationSet::EMPTY)));
        check(open.clone(), &[], false);
        check(shut, &[], true);
        check(open.clone(), &[&intended], true);
        check(open, &[&intended, &taken], false);
    }

    #[test]
    fn a_payout_is_intended_to_the_piece_and_once() {
        let (purpose, dispense, store, denomination) = (PURPOSE, DISPENSE, STORE, NOTE);
        let intended =
            Entry::Payout(PayoutEntry::PayoutIntended { purpose, dispense, store, denomination, pieces: 2 });
        let end = DispenseEnd::Unknown { paid: 0 };
        let ended = Entry::Payout(PayoutEntry::PayoutEnded {
            purpose,
            dispense,
            store,
            denomination,
            pieces: 2,
            end,
        });
        let ordered_of = |unit, place, id, pieces| {
            let dispense = Dispense { id, place, denomination, pieces };
            Output::Unit(unit, UnitCommand::Out(PayoutCommand::Dispense(dispense)))
        };
        let ordered = |id, pieces| ordered_of(NOTES, STORE.place, id, pieces);
        check(ordered_of(COINS, STORE.place, DISPENSE, 2), &[&intended], false);
        check(ordered_of(NOTES, Place::Drum(2), DISPENSE, 2), &[&intended], false);
        check(ordered(DISPENSE, 2), &[], false);
        check(ordered(DISPENSE, 2), &[&intended], true);
        check(ordered(DISPENSE, 3), &[&intended], false);
        check(ordered(DispenseId(8), 2), &[&intended], false);
        check(ordered(DISPENSE, 2), &[&intended, &ended], false);
        let before = CountedBefore::Drums { notes: vec![9, 4], paid_out_total: None };
        let prepared = Entry::Payout(PayoutEntry::PayoutPrepared { purpose, dispense, before });
        let go_on = |id| Output::Unit(NOTES, UnitCommand::Out(PayoutCommand::Proceed(id)));
        check(ordered(DISPENSE, 2), &[&intended, &prepared], false);
        check(go_on(DISPENSE), &[&intended], false);
        check(go_on(DISPENSE), &[&intended, &prepared], true);
        check(go_on(DispenseId(8)), &[&intended, &prepared], false);
        let elsewhere = Output::Unit(COINS, UnitCommand::Out(PayoutCommand::Proceed(DISPENSE)));
        check(elsewhere, &[&intended, &prepared], false);
        check(go_on(DISPENSE), &[&intended, &prepared, &ended], false);
        let what = Disturbance::PowerLost;
        let disturbed = Entry::Payout(PayoutEntry::PayoutDisturbed { purpose, dispense, what });
        let noted = |what| Output::Unit(NOTES, UnitCommand::Out(PayoutCommand::Noted { id: DISPENSE, what }));
        check(noted(what), &[&intended, &prepared], false);
        check(noted(what), &[&intended, &prepared, &disturbed], true);
        check(noted(Disturbance::NotTaken), &[&intended, &prepared, &disturbed], false);
        check(noted(what), &[&intended, &prepared, &ended], true);
    }

    fn check(output: Output, written: &[&Entry], expected: bool) {
        let entries: Vec<Entry> = written.iter().copied().cloned().collect();
        assert_eq!(rests_on_what_is_written(&output, &entries), expected, "{output:?} after {written:?}");
    }
}
