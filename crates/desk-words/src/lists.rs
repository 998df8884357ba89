//! What the desk asks for one by one: calls, papers, doubts, the journal.

use api::{CallAbout, CallView, DoubtView, DoubtfulPrint, PaperAnswer, WallTime};
use device_api::UnitCounts;

use crate::DeskWords;
use crate::text::{Text, section};

section!(Ages { now, seconds, minutes, hours, days });
section!(Lists {
    call,
    ringing,
    answered,
    no_calls,
    about_payment,
    about_slip,
    about_paper,
    about_found,
    about_found_unknown,
    paper,
    answers,
    no_papers,
    doubt,
    counts,
    no_doubts,
    journal_holds,
    journal_copied,
    no_entries,
});

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
const DAY_S: i64 = 24 * HOUR_S;

impl DeskWords {
    /// How long ago something was. A clock that went back shows no future.
    pub fn age(&self, at: WallTime, now: WallTime) -> String {
        let seconds = now.0.saturating_sub(at.0);
        let ago = |text: &Text, unit: i64| text.with(&[("count", &(seconds / unit))]);
        match seconds {
            ..1 => self.ages.now.say(),
            1..MINUTE_S => ago(&self.ages.seconds, 1),
            MINUTE_S..HOUR_S => ago(&self.ages.minutes, MINUTE_S),
            HOUR_S..DAY_S => ago(&self.ages.hours, HOUR_S),
            DAY_S.. => ago(&self.ages.days, DAY_S),
        }
    }

    /// Calls for staff, one a line, each with what it is about below it.
    pub fn call_list(&self, calls: &[CallView], now: WallTime) -> Vec<String> {
        let lines = |call: &CallView| {
            let about = call.about.iter().map(|about| format!("  {}", self.about(about)));
            std::iter::once(self.call_line(call, now)).chain(about).collect::<Vec<_>>()
        };
        self.or_nothing(calls.iter().flat_map(lines).collect(), &self.lists.no_calls)
    }

    fn call_line(&self, call: &CallView, now: WallTime) -> String {
        let words = &self.lists;
        let state = match &call.answered_by {
            Some(staff) => words.answered.with(&[("staff", staff)]),
            None => words.ringing.say(),
        };
        words.call.with(&[
            ("age", &self.age(call.since, now)),
            ("reason", &self.call(call.reason)),
            ("state", &state),
        ])
    }

    /// What a call is about.
    pub fn about(&self, about: &CallAbout) -> String {
        let words = &self.lists;
        match about {
            CallAbout::Payment { payment, inserted } => {
                words.about_payment.with(&[("payment", payment), ("inserted", &self.yen(*inserted))])
            }
            CallAbout::Slip { payment, amount } => {
                words.about_slip.with(&[("payment", payment), ("amount", &self.yen(*amount))])
            }
            CallAbout::Paper(print) => words.about_paper.with(&[
                ("paper", &self.paper(print.paper)),
                ("payment", &print.payment),
                ("doubt", &self.paper_doubt(print.doubt)),
            ]),
            CallAbout::Store(store) => self.store(store),
            CallAbout::Found { denomination: Some(kind) } => {
                words.about_found.with(&[("amount", &self.yen(kind.value()))])
            }
            CallAbout::Found { denomination: None } => words.about_found_unknown.say(),
            CallAbout::Incident(incident) => self.incident_line(incident),
            CallAbout::Unit(doubt) => self.doubt_line(doubt),
            CallAbout::Billing(trouble) => self.billing_trouble(trouble),
            CallAbout::OutOfOrder(unit) => self.out_of_order(unit),
        }
    }

    /// Papers in doubt, one a line.
    pub fn paper_list(&self, papers: &[DoubtfulPrint]) -> Vec<String> {
        let line = |print: &DoubtfulPrint| {
            let answers =
                print.doubt.answers().iter().map(|answer| command_word(*answer)).collect::<Vec<_>>();
            self.lists.paper.with(&[
                ("name", &print.paper),
                ("paper", &self.paper(print.paper)),
                ("payment", &print.payment),
                ("doubt", &self.paper_doubt(print.doubt)),
                ("answers", &self.lists.answers.with(&[("answers", &answers.join(" / "))])),
            ])
        };
        self.or_nothing(papers.iter().map(line).collect(), &self.lists.no_papers)
    }

    /// What does not fit the journal, one unit a line.
    pub fn doubt_list(&self, doubts: &[DoubtView]) -> Vec<String> {
        self.or_nothing(doubts.iter().map(|doubt| self.doubt_line(doubt)).collect(), &self.lists.no_doubts)
    }

    fn doubt_line(&self, doubt: &DoubtView) -> String {
        self.lists.doubt.with(&[
            ("doubt", &doubt.doubt),
            ("unit", &self.part(&doubt.part)),
            ("cause", &self.doubt(doubt.cause, doubt.reach)),
            ("expected", &self.unit_counts(&doubt.expected)),
            ("reported", &self.unit_counts(&doubt.reported)),
            ("since", &doubt.since_entry),
        ])
    }

    fn unit_counts(&self, counts: &UnitCounts) -> String {
        let told = |count: Option<u32>| count.map_or_else(|| "–".to_owned(), |count| count.to_string());
        self.lists.counts.with(&[
            ("serial", &told(counts.serial)),
            ("stacked", &told(counts.stacked_total)),
            ("paid_out", &told(counts.paid_out_total)),
        ])
    }

    /// The chain holds.
    pub fn journal_holds(&self, entries: u64, head: &str) -> String {
        self.lists.journal_holds.with(&[("entries", &entries), ("head", &head)])
    }

    /// There is a copy of the journal, and it holds.
    pub fn journal_copied(&self, file: &str, entries: u64, head: &str) -> String {
        self.lists.journal_copied.with(&[("file", &file), ("entries", &entries), ("head", &head)])
    }

    /// The journal is empty.
    pub fn no_entries(&self) -> String {
        self.lists.no_entries.say()
    }

    fn or_nothing(&self, lines: Vec<String>, nothing: &Text) -> Vec<String> {
        if lines.is_empty() { vec![nothing.say()] } else { lines }
    }
}

/// What is written behind `print answer`, in every language.
fn command_word(answer: PaperAnswer) -> &'static str {
    match answer {
        PaperAnswer::Complete => "complete",
        PaperAnswer::Incomplete => "incomplete",
        PaperAnswer::Unknown => "unknown",
        PaperAnswer::WrittenByHand => "written-by-hand",
    }
}
