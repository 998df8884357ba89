//! What staff do from the desk.

use api::{
    Act, CallReason, Decision, Done, Order, Outcome, PaperAnswer, PaperName, PaymentId, Refusal, Remark,
    Staff, Takes,
};
use device_api::StoreId;
use money::{CashCount, Denomination, DenominationSet};

use crate::books::Payment;
use crate::input::Happening;
use crate::output::Output;
use crate::turn::Turn;
use crate::{
    CallEntry, CashEntry, MachineEntry, PaymentEntry, Store, cash, comparing, incident, papers, payment,
};

/// More than fits into any hopper that is sold; a typing error must not promise change that is not there.
const PIECES_MAX: u32 = 5_000;

/// What was done, and what the visit has to react to.
type Carried = Result<(Done, Option<Happening>), Refusal>;

/// Does what staff order, or says why not. Returns what the visit has to react to.
pub(crate) fn carry_out(turn: &mut Turn<'_>, Order { staff, act }: Order) -> Option<Happening> {
    let carried = match act {
        Act::AnswerCalls { reason } => answer_calls(turn, reason, staff),
        Act::TakeOver { payment, reason } => take_over(turn, payment, staff, reason),
        Act::Decide { payment, decision } => decide(turn, payment, decision, staff),
        Act::SetStock { store, counted } => set_stock(turn, store, counted, staff),
        Act::SettleDoubt { doubt, said, newest } => {
            comparing::settle(turn, doubt, said, newest, staff).map(|done| (done, None))
        }
        Act::SettleIncident { incident, said } => {
            incident::settle(turn, incident, said, staff).map(|done| (done, None))
        }
        Act::ConfirmClock => confirm_clock(turn, staff),
        Act::AnswerPaper { paper, answer } => answer_paper(turn, paper, answer, staff),
    };
    let (answer, happening) = match carried {
        Ok((done, happening)) => (Ok(done), happening),
        Err(refusal) => (Err(refusal), None),
    };
    turn.output(Output::Answer(Box::new(answer)));
    happening
}

fn answer_calls(turn: &mut Turn<'_>, reason: Option<CallReason>, staff: Staff) -> Carried {
    if !turn.calls.answer(turn.now.at, reason, &staff) {
        return Err(Refusal::NobodyCalls);
    }
    turn.record(CallEntry::CallAnswered { reason, by: staff });
    Ok((Done::CallsAnswered, None))
}

fn open<'a>(turn: &'a Turn<'_>, payment: PaymentId) -> Result<&'a Payment, Refusal> {
    let open = turn.books.open.as_ref().filter(|open| open.id == payment);
    open.ok_or(Refusal::NotOpen { payment })
}

fn decide(turn: &mut Turn<'_>, payment: PaymentId, decision: Decision, staff: Staff) -> Carried {
    let open = open(turn, payment)?;
    let Some(discrepancy) = &open.suspended else {
        return Err(Refusal::UnderWay { payment });
    };
    if !discrepancy.decisions().contains(&decision) {
        return Err(Refusal::CannotGoOn { payment, discrepancy: Box::new(discrepancy.clone()) });
    }
    let deposit = open.deposit();
    if deposit.is_some_and(|deposit| deposit.paying.is_some()) {
        return Err(Refusal::PayoutUnderWay { payment });
    }
    if !turn.health.can_move_money(deposit.map_or(Takes::NotesAndCoins, |deposit| deposit.takes)) {
        return Err(Refusal::UnitOutOfOrder);
    }
    turn.record(PaymentEntry::PaymentDecided { payment, decision, by: staff });
    turn.calls.settled(CallReason::Suspended);
    Ok((Done::Decided { payment, decision }, Some(Happening::Decided)))
}

fn take_over(turn: &mut Turn<'_>, payment: PaymentId, by: Staff, reason: Remark) -> Carried {
    if open(turn, payment)?.suspended.is_none() {
        return Err(Refusal::UnderWay { payment });
    }
    cash::give_up_payout(turn);
    payment::close(turn, payment, Outcome::TakenOverByStaff { by, reason });
    let summary = turn.books.summaries.get(payment).ok_or(Refusal::NoSuchPayment { payment })?;
    Ok((Done::TakenOver { payment: Box::new(summary.clone()) }, Some(Happening::TakenOver)))
}

/// What differs from the books is float that somebody put in or took out (K22: refused during a payment).
fn set_stock(
    turn: &mut Turn<'_>,
    named: Option<StoreId>,
    counted: Vec<(Denomination, u32)>,
    by: Staff,
) -> Carried {
    if let Some(open) = &turn.books.open {
        return Err(Refusal::PaymentOpen { payment: open.id });
    }
    let kinds: DenominationSet = counted.iter().map(|(kind, _)| *kind).collect();
    let is_meant = |store: &&Store| match named {
        Some(id) => store.id == id,
        None => store.holds == kinds,
    };
    let mut stores = turn.policy.stores.iter().filter(is_meant);
    let (Some(&Store { id, holds, capacity }), None) = (stores.next(), stores.next()) else {
        return Err(Refusal::NoSuchStore { kinds });
    };
    let (store, capacity) = (turn.policy.store_name(id), capacity.unwrap_or(PIECES_MAX));
    // Whoever counts a store counts all of it: what is not told is not there any more.
    if holds != kinds || counted.len() != kinds.iter().count() {
        return Err(Refusal::OtherKinds { store });
    }
    let sum = counted.iter().fold(0, |sum: u32, (_, pieces)| sum.saturating_add(*pieces));
    let counted = CashCount::try_from(counted).ok().filter(|_| sum <= capacity);
    let Some(counted) = counted else { return Err(Refusal::TooManyPieces { store, capacity }) };
    let before = turn.books.pieces_in(id);
    turn.record(CashEntry::StockSet { store: id, before, counted, by });
    Ok((Done::StockSet { store, before, counted }, None))
}

/// The entry is dated by what the clock says.
fn confirm_clock(turn: &mut Turn<'_>, by: Staff) -> Carried {
    let Some(doubt) = turn.clock.doubt() else { return Err(Refusal::ClockNotInDoubt) };
    if !turn.clock.confirm(turn.now.at) {
        return Err(Refusal::ClockNeverSet);
    }
    turn.record(MachineEntry::ClockConfirmed { by });
    Ok((Done::ClockConfirmed { says: doubt.says }, None))
}

fn answer_paper(turn: &mut Turn<'_>, paper: PaperName, answer: PaperAnswer, by: Staff) -> Carried {
    let then = papers::answered(turn, paper, answer, by)?;
    Ok((Done::PaperAnswered { paper, then }, Some(Happening::PapersChanged)))
}
