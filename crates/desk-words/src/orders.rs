//! What became of an order, and why something was not done.

use api::{Decision, FeedRefusal, PaperThen, PaymentSummary, Refusal, StoreName};
use money::{CashCount, Denomination, DenominationSet};

use crate::DeskWords;
use crate::text::section;

section!(Refusals {
    halted,
    busy,
    nobody_calls,
    not_open,
    under_way,
    cannot_go_on,
    payout_under_way,
    unit_out_of_order,
    payment_open,
    no_such_store,
    other_kinds,
    too_many_pieces,
    no_such_doubt,
    no_such_incident,
    cannot_be_said,
    clock_not_in_doubt,
    clock_never_set,
    far_beyond,
    paper_not_in_doubt,
    paper_tried_too_often,
    paper_code_gone,
    no_such_payment,
    journal_does_not_hold,
    journal_unreadable,
    other_version,
    other_journal,
    feed_unreadable,
});
section!(Done {
    calls_answered,
    taken_over,
    continued,
    returned,
    stock_set,
    doubt_settled,
    doubt_settled_count,
    incident_settled,
    clock_confirmed,
    paper_settled,
    paper_printing,
    paper_waiting,
});

impl DeskWords {
    /// Why something was not done, and what to do now.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let words = &self.refusals;
        match refusal {
            Refusal::Halted => words.halted.say(),
            Refusal::Busy => words.busy.say(),
            Refusal::NobodyCalls => words.nobody_calls.say(),
            Refusal::NotOpen { payment } => words.not_open.with(&[("payment", payment)]),
            Refusal::UnderWay { payment } => words.under_way.with(&[("payment", payment)]),
            Refusal::PayoutUnderWay { payment } => words.payout_under_way.with(&[("payment", payment)]),
            Refusal::CannotGoOn { payment, discrepancy } => {
                words.cannot_go_on.with(&[("payment", payment), ("why", &self.discrepancy(discrepancy))])
            }
            Refusal::UnitOutOfOrder => words.unit_out_of_order.say(),
            Refusal::PaymentOpen { payment } => words.payment_open.with(&[("payment", payment)]),
            Refusal::NoSuchStore { kinds } => words.no_such_store.with(&[("value", &self.kinds(*kinds))]),
            Refusal::OtherKinds { store } => words
                .other_kinds
                .with(&[("place", &self.store_name(store)), ("value", &self.kinds(store.holds))]),
            Refusal::TooManyPieces { store, capacity } => {
                words.too_many_pieces.with(&[("place", &self.store_name(store)), ("capacity", capacity)])
            }
            Refusal::NoSuchDoubt { doubt } => words.no_such_doubt.with(&[("doubt", doubt)]),
            Refusal::NoSuchIncident { incident } => words.no_such_incident.with(&[("incident", incident)]),
            Refusal::CannotBeSaid { incident, said } => {
                words.cannot_be_said.with(&[("incident", incident), ("said", &self.incident_said(*said))])
            }
            Refusal::ClockNotInDoubt => words.clock_not_in_doubt.say(),
            Refusal::ClockNeverSet => words.clock_never_set.say(),
            Refusal::FarBeyond { newest, last } => words.far_beyond.with(&[
                ("receipt", &newest.receipt),
                ("payment", &newest.payment),
                ("last_receipt", &last.receipt),
                ("last_payment", &last.payment),
            ]),
            Refusal::PaperNotInDoubt { paper } => {
                words.paper_not_in_doubt.with(&[("paper", &self.paper(*paper))])
            }
            Refusal::PaperTriedTooOften { paper } => {
                words.paper_tried_too_often.with(&[("paper", &self.paper(*paper))])
            }
            Refusal::PaperCodeGone { paper } => words.paper_code_gone.with(&[("paper", &self.paper(*paper))]),
            Refusal::NoSuchPayment { payment } => words.no_such_payment.with(&[("payment", payment)]),
            Refusal::JournalDoesNotHold { found } => {
                words.journal_does_not_hold.with(&[("found", &self.chain_break(*found))])
            }
            Refusal::JournalUnreadable { said } => words.journal_unreadable.with(&[("said", said)]),
            Refusal::OtherVersion { client, daemon } => {
                words.other_version.with(&[("client", client), ("daemon", daemon)])
            }
        }
    }

    /// Why the journal is not handed on, and what to do now.
    pub fn feed_refusal(&self, refusal: &FeedRefusal) -> String {
        let words = &self.refusals;
        match refusal {
            FeedRefusal::OtherVersion { client, daemon } => {
                words.other_version.with(&[("client", client), ("daemon", daemon)])
            }
            FeedRefusal::OtherJournal { epoch, newest } => {
                words.other_journal.with(&[("epoch", epoch), ("newest", newest)])
            }
            FeedRefusal::Unreadable => words.feed_unreadable.say(),
        }
    }

    /// What was done, and what is to be done now.
    pub fn done(&self, done: &api::Done) -> String {
        let words = &self.done;
        match done {
            api::Done::CallsAnswered => words.calls_answered.say(),
            api::Done::TakenOver { payment } => self.taken_over(payment),
            api::Done::Decided { payment, decision: Decision::Continue } => {
                words.continued.with(&[("payment", payment)])
            }
            api::Done::Decided { payment, decision: Decision::Return } => {
                words.returned.with(&[("payment", payment)])
            }
            api::Done::StockSet { store, before, counted } => self.stock_set(store, before, counted),
            api::Done::DoubtSettled { to_count } if to_count.is_empty() => words.doubt_settled.say(),
            api::Done::DoubtSettled { to_count } => {
                words.doubt_settled_count.with(&[("places", &self.store_names(to_count))])
            }
            api::Done::IncidentSettled { incident, said, value } => words.incident_settled.with(&[
                ("incident", incident),
                ("amount", &self.yen(*value)),
                ("said", &self.incident_said(*said)),
            ]),
            api::Done::ClockConfirmed { says } => {
                words.clock_confirmed.with(&[("says", &self.date_time(*says))])
            }
            api::Done::PaperAnswered { paper, then } => {
                let words = match then {
                    PaperThen::Settled => &words.paper_settled,
                    PaperThen::Printing => &words.paper_printing,
                    PaperThen::Waiting => &words.paper_waiting,
                };
                words.with(&[("paper", &self.paper(*paper))])
            }
        }
    }

    fn kinds(&self, kinds: DenominationSet) -> String {
        self.list(kinds.iter().map(|kind| kind.to_string()))
    }

    /// A sentence for each kind that lies there now, or did.
    fn stock_set(&self, store: &StoreName, before: &CashCount, counted: &CashCount) -> String {
        let is_told = |kind: &Denomination| store.holds.contains(*kind) || before.pieces(*kind) > 0;
        let of_kind = |kind| {
            let (before, pieces) = (before.pieces(kind), counted.pieces(kind));
            self.done.stock_set.with(&[
                ("place", &self.store_name(store)),
                ("value", &kind),
                ("before", &before),
                ("pieces", &pieces),
                ("difference", &format!("{:+}", i64::from(pieces) - i64::from(before))),
            ])
        };
        let told: Vec<String> = Denomination::ALL.into_iter().filter(is_told).map(of_kind).collect();
        told.join(" ")
    }

    fn taken_over(&self, PaymentSummary { id, due, inserted, paid_out, .. }: &PaymentSummary) -> String {
        let kept = inserted.minus(*paid_out).unwrap_or_default();
        self.done.taken_over.with(&[("payment", id), ("due", &self.yen(*due)), ("kept", &self.yen(kept))])
    }
}
