//! Money is in the machine and the machine cannot go on: a person decides (K17).

use std::collections::{BTreeMap, BTreeSet};

use api::{Button, Notice, Page, PaymentId};
use device_api::{
    Deposited, DeviceCounts, DispenseEnd, DispenseId, Paid, PartId, UnitEvent, UnitId, UnitTrouble,
};
use money::Denomination;

use super::{Idle, Leaving, Noticing, Scene, Stage, Visit, Waking, cancel_effect, suspended_page};
use crate::cash::{DrawnIn, book_payout, book_what_counters_prove, deposit, failed, refuse, while_ending};
use crate::payment::{close_untouched, open};
use crate::turn::Turn;
use crate::{CallReason, Discrepancy, PaymentEntry, RefusalReason};

/// Nothing moves by itself any more.
#[derive(Debug)]
pub(crate) struct Suspended {
    payment: PaymentId,
    /// What these units did with a note is told by nobody but their counters: the program began anew, or the unit did, or
    /// a note that did not come out lies in its drum again or was drawn back.
    counters_due: BTreeSet<UnitId>,
    /// Only the bill is another one: the patient may take the money back.
    may_return: bool,
    /// In each unit, the piece that waits in escrow until a person has decided.
    in_escrow: BTreeMap<UnitId, Denomination>,
}

impl Suspended {
    /// Stops here and rings at the desk.
    pub(crate) fn enter(turn: &mut Turn<'_>, payment: PaymentId, discrepancy: Discrepancy) -> Visit {
        Suspended::begin(turn, payment, discrepancy).into()
    }

    fn begin(turn: &mut Turn<'_>, payment: PaymentId, discrepancy: Discrepancy) -> Suspended {
        turn.record(PaymentEntry::PaymentSuspended { payment, discrepancy });
        turn.stop_accepting();
        turn.call_staff(CallReason::Suspended);
        let deposit = deposit(turn);
        let unpaid = deposit.unpaid.map(|unpaid| unpaid.store.unit);
        let counters_due = deposit.stacking.keys().copied().chain(unpaid).collect();
        Suspended { payment, counters_due, may_return: false, in_escrow: BTreeMap::new() }
    }

    /// The program began anew, and the payment does not go on by itself. It was rung for perhaps, and must be again.
    pub(crate) fn after_restart(turn: &mut Turn<'_>, payment: PaymentId, discrepancy: Discrepancy) -> Visit {
        write_down(turn, payment, discrepancy);
        turn.stop_accepting();
        turn.call_staff(CallReason::Suspended);
        let counters_due = turn.policy.who_counts_stores().collect();
        let in_escrow = BTreeMap::new();
        Visit::Suspended(Suspended { payment, counters_due, may_return: false, in_escrow })
    }

    /// The billing system wants another amount than the one that is being paid (K6).
    pub(super) fn after_bill_change(turn: &mut Turn<'_>, payment: PaymentId, drawn_in: DrawnIn) -> Visit {
        if open(turn).holds_nothing() {
            return Leaving::after_bill_change(turn, payment, drawn_in);
        }
        let suspended = Suspended::begin(turn, payment, Discrepancy::BillChanged);
        Suspended { may_return: true, ..suspended }.into()
    }

    /// A unit failed while money came in. Only if it certainly holds nothing of the patient's does the payment just end.
    pub(crate) fn after_trouble(
        turn: &mut Turn<'_>,
        payment: PaymentId,
        unit: UnitId,
        trouble: UnitTrouble,
        drawn_in: &DrawnIn,
    ) -> Visit {
        if !drawn_in.is_empty() || trouble.may_hide_a_piece() || !open(turn).holds_nothing() {
            let discrepancy = failed(turn, unit, trouble);
            return Suspended::enter(turn, payment, discrepancy);
        }
        Suspended::end_untouched(turn, payment)
    }

    /// Nothing is inside for certain, so the payment just ends.
    pub(super) fn end_untouched(turn: &mut Turn<'_>, payment: PaymentId) -> Visit {
        close_untouched(turn, payment);
        turn.stop_accepting();
        turn.calls.visit_ended();
        Noticing::enter(turn, Notice::AskAtDesk)
    }

    /// A person has decided: what waits in escrow is on no account, and is nobody's but the patient's.
    fn give_back(&self, turn: &mut Turn<'_>) {
        for (unit, denomination) in &self.in_escrow {
            refuse(turn, *unit, *denomination, RefusalReason::NoLongerAccepting);
        }
    }

    /// A payout that was under way when the unit failed.
    fn payout_ended(&mut self, turn: &mut Turn<'_>, id: DispenseId, end: DispenseEnd) {
        let is_under_way = deposit(turn).paying.is_some_and(|payout| payout.dispense == id);
        book_payout(turn, id, end);
        self.counters_due.extend(deposit(turn).unpaid.map(|unpaid| unpaid.store.unit));
        let is_unknown = is_under_way && matches!(end, DispenseEnd::Unknown { .. });
        if is_unknown && write_down(turn, self.payment, Discrepancy::PayoutUnknown) {
            turn.call_staff(CallReason::Suspended);
        }
    }
}

/// Writes down why the payment stands still, unless it is known. Of a payout of which nobody knows what came out nobody may
/// let the machine go on, whatever it stopped for before: that is written over everything else.
fn write_down(turn: &mut Turn<'_>, payment: PaymentId, discrepancy: Discrepancy) -> bool {
    let is_news = match &open(turn).suspended {
        None => true,
        Some(known) => discrepancy == Discrepancy::PayoutUnknown && *known != Discrepancy::PayoutUnknown,
    };
    if is_news {
        turn.record(PaymentEntry::PaymentSuspended { payment, discrepancy });
    }
    is_news
}

impl Stage for Suspended {
    fn page(&self, scene: &Scene<'_>) -> Page {
        match scene.books.deposit() {
            Some(deposit) if self.may_return => Page::BillChanged { cancel: cancel_effect(scene, deposit) },
            Some(_) | None => suspended_page(scene),
        }
    }

    fn touched(self, turn: &mut Turn<'_>, button: Button) -> Visit {
        if !self.may_return || button != Button::Cancel {
            return self.into();
        }
        turn.record(PaymentEntry::ReturnDecided { payment: self.payment });
        turn.calls.settled(CallReason::Suspended);
        Leaving::enter(turn, self.payment, DrawnIn::default())
    }

    /// A late report is still the truth: it is booked. A further failure changes nothing, the payment is suspended anyway.
    fn unit(mut self, turn: &mut Turn<'_>, unit: UnitId, event: UnitEvent) -> Visit {
        match &event {
            UnitEvent::In(Deposited::Inhibited) if self.counters_due.contains(&unit) => {
                turn.ask_counts(PartId::acceptor(unit));
            }
            // It stays there (K17); the device gives it back by itself when its time is over.
            UnitEvent::In(Deposited::Escrowed { denomination }) if !self.may_return => {
                self.in_escrow.insert(unit, *denomination);
            }
            UnitEvent::In(deposited) => {
                if deposited.leaves_escrow() {
                    self.in_escrow.remove(&unit);
                }
                let _failed_again = while_ending(turn, unit, &event).is_err();
            }
            UnitEvent::Out(Paid::Dispensed { id, end }) => self.payout_ended(turn, *id, *end),
            UnitEvent::Counts(counted) => {
                if let Some(reported) = DeviceCounts::of(counted)
                    && self.counters_due.remove(&unit)
                {
                    book_what_counters_prove(turn, unit, reported);
                }
            }
            // What is prepared is not told to proceed, and gives up.
            UnitEvent::Out(
                Paid::Prepared { .. } | Paid::Presented | Paid::Taken | Paid::Disturbed { .. },
            )
            | UnitEvent::State(_) => {}
        }
        self.into()
    }

    /// What only the unit's counters can tell is booked when they are read, with or without the payment.
    fn taken_over(self, turn: &mut Turn<'_>) -> Visit {
        self.give_back(turn);
        for unit in self.counters_due.into_iter().filter(|unit| turn.policy.has(*unit)) {
            turn.ask_counts(PartId::acceptor(unit));
        }
        Idle::enter(turn)
    }

    fn decided(self, turn: &mut Turn<'_>) -> Visit {
        self.give_back(turn);
        Waking::enter(turn, self.payment)
    }
}
