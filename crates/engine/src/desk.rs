//! What staff do from the desk.

use api::{Decision, DeskAnswer, Outcome, PaymentId};
use money::Denomination;

use crate::books::OpenPayment;
use crate::input::Happening;
use crate::output::Output;
use crate::turn::Turn;
use crate::{CallEntry, CallReason, CashEntry, DeskAction, PaymentEntry, comparing, papers, payment};

/// What a person signs with stays in the record for years.
const WORDS_CHARS_MAX: usize = 100;

/// More than fits into any hopper that is sold; a typing error must not promise change that is not there.
const PIECES_MAX: u32 = 5_000;

pub(crate) const SAY_WHO: &str = "Say who, and why, in 1 to 100 characters on one line.";

/// Does what staff ask, or says why not. Returns what the visit has to react to.
pub(crate) fn act(turn: &mut Turn<'_>, action: DeskAction) -> Option<Happening> {
    let result = match action {
        DeskAction::AnswerCall { by }
        | DeskAction::PrintAnswer { by, .. }
        | DeskAction::SetStock { by, .. }
        | DeskAction::SettleDoubt { by, .. }
        | DeskAction::Decide { by, .. }
            if !is_words(&by) =>
        {
            Err(SAY_WHO.to_owned())
        }
        DeskAction::TakeOver { by, reason, .. } if !is_words(&by) || !is_words(&reason) => {
            Err(SAY_WHO.to_owned())
        }
        DeskAction::AnswerCall { by } => answer_call(turn, &by),
        DeskAction::TakeOver { payment, by, reason } => take_over(turn, payment, by, reason),
        DeskAction::Decide { payment, decision, by } => decide(turn, payment, decision, by),
        DeskAction::SetStock { denomination, pieces, by } => set_stock(turn, denomination, pieces, by),
        DeskAction::SettleDoubt { doubt, said, newest_receipt, newest_payment, by } => {
            comparing::settle(turn, doubt, said, (newest_receipt, newest_payment), by).map(|()| None)
        }
        DeskAction::PrintAnswer { paper, answer, by } => match papers::answered(turn, paper, answer, &by) {
            true => Ok(Some(Happening::PapersChanged)),
            false => Err(format!(
                "Paper {paper} is not in doubt, or was printed too often. `print list` shows those that are."
            )),
        },
    };
    let (answer, happening) = match result {
        Ok(happening) => (DeskAnswer::Done, happening),
        Err(sentence) => (DeskAnswer::Refused(sentence), None),
    };
    turn.output(Output::Answer(answer));
    happening
}

fn answer_call(turn: &mut Turn<'_>, by: &str) -> Result<Option<Happening>, String> {
    if !turn.calls.answer(turn.now.at, by) {
        return Err("Nobody is calling.".to_owned());
    }
    turn.record(CallEntry::CallAnswered { by: by.to_owned() });
    Ok(None)
}

fn open<'a>(turn: &'a Turn<'_>, id: PaymentId) -> Result<&'a OpenPayment, String> {
    let open = turn.books.open.as_ref().filter(|open| open.id == id);
    open.ok_or_else(|| format!("Payment {id} is not open."))
}

fn decide(
    turn: &mut Turn<'_>,
    id: PaymentId,
    decision: Decision,
    by: String,
) -> Result<Option<Happening>, String> {
    let open = open(turn, id)?;
    let Some(discrepancy) = &open.suspended else {
        return Err(format!("Payment {id} is under way at the machine; nobody has to decide."));
    };
    if !discrepancy.decisions().contains(&decision) || open.paying.is_some() {
        let why = discrepancy.words();
        return Err(format!(
            "Payment {id} cannot go on like this: {why}. Settle it by hand and take it over."
        ));
    }
    if !turn.health.can_move_money() {
        return Err(
            "A unit is out of order; `status` says which. See to it first, or take the payment over."
                .to_owned(),
        );
    }
    turn.record(PaymentEntry::PaymentDecided { payment: id, decision, by });
    turn.calls.settled(CallReason::Suspended);
    Ok(Some(Happening::Decided))
}

fn take_over(
    turn: &mut Turn<'_>,
    id: PaymentId,
    by: String,
    reason: String,
) -> Result<Option<Happening>, String> {
    if open(turn, id)?.suspended.is_none() {
        return Err(format!(
            "Payment {id} is under way at the machine. It can be taken over once it is suspended."
        ));
    }
    payment::give_up_payout(turn);
    payment::close(turn, id, Outcome::TakenOverByStaff { by, reason });
    Ok(Some(Happening::TakenOver))
}

/// What differs from the books is float that somebody put in or took out (K22: refused during a payment).
fn set_stock(
    turn: &mut Turn<'_>,
    denomination: Denomination,
    pieces: u32,
    by: String,
) -> Result<Option<Happening>, String> {
    if let Some(open) = &turn.books.open {
        return Err(format!("Payment {} is open. Count when it has ended.", open.id));
    }
    if pieces > PIECES_MAX {
        return Err(format!("No drum or hopper holds more than {PIECES_MAX} pieces."));
    }
    let stores = turn.policy.stores.iter().filter(|store| store.denomination == denomination);
    let places: Vec<_> = stores.map(|store| store.place).collect();
    let [place] = places[..] else {
        return Err(format!("There is not exactly one drum or hopper for {denomination} yen."));
    };
    let before = turn.books.pieces_in(place, denomination);
    turn.record(CashEntry::StockSet { place, denomination, before, pieces, by });
    Ok(None)
}

/// All of it counts: it is kept as it was said, with the blanks around it.
pub(crate) fn is_words(text: &str) -> bool {
    let fits = !text.trim().is_empty() && text.chars().count() <= WORDS_CHARS_MAX;
    fits && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bounded_with_the_blanks_around_them() {
        for words in ["佐藤", " 佐藤 ", &"あ".repeat(100)] {
            assert!(is_words(words), "{words}");
        }
        for none in ["", "  ", "a\nb", "a\t", &"あ".repeat(101), &format!("{}A", " ".repeat(100))] {
            assert!(!is_words(none), "{none}");
        }
    }
}
