//! What the daemon said, for people or for programs.

use std::path::Path;
use std::time::SystemTime;

use api::{Answer, Refusal, ToDesk, WallTime};
use clap::ValueEnum;
use desk_words::DeskWords;

use crate::{print_json, print_line};

/// Whoever reads.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Language {
    /// 日本語.
    Ja,
    /// English.
    En,
}

/// How answers are written.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) language: Language,
    /// A program reads.
    pub(crate) is_program: bool,
}

impl Reader {
    pub(crate) fn words(self) -> &'static DeskWords {
        match self.language {
            Language::Ja => DeskWords::japanese(),
            Language::En => DeskWords::english(),
        }
    }

    /// Writes what was said; a refusal is the error.
    pub(crate) fn tell(self, said: &ToDesk) -> Result<(), String> {
        match said {
            ToDesk::Refused(refusal) => return Err(self.refusal(refusal)),
            ToDesk::Done(done) if self.is_program => print_json(done),
            ToDesk::Done(done) => print_line(&self.words().done(done)),
            ToDesk::Answer(answer) if self.is_program => print_as_json(answer),
            ToDesk::Answer(answer) => self.lines(answer).iter().for_each(|line| print_line(line)),
        }
        Ok(())
    }

    /// There is a copy of the journal.
    pub(crate) fn copied(self, to: &Path, entries: u64, head: &str) {
        match self.is_program {
            true => print_json(&serde_json::json!({ "copied": to, "entries": entries, "head": head })),
            false => print_line(&self.words().journal_copied(&to.display().to_string(), entries, head)),
        }
    }

    fn refusal(self, refusal: &Refusal) -> String {
        match self.is_program {
            true => serde_json::json!({ "refused": refusal, "actor": refusal.actor() }).to_string(),
            false => self.words().refusal(refusal),
        }
    }

    fn lines(self, answer: &Answer) -> Vec<String> {
        let (words, now) = (self.words(), wall_time());
        match answer {
            Answer::Status(status) => words.status(status, now),
            Answer::Calls(calls) => words.call_list(calls, now),
            Answer::JournalVerified { entries, head } => vec![words.journal_holds(*entries, head)],
            Answer::Journal(entries) if entries.is_empty() => vec![words.no_entries()],
            // The record itself, as it stands in the file.
            Answer::Journal(entries) => entries.iter().map(ToString::to_string).collect(),
            Answer::Payment(payment) => words.payment(payment),
            Answer::Doubts(doubts) => words.doubt_list(doubts),
            Answer::Incidents(incidents) => words.incident_list(incidents),
            Answer::Incident(incident) => words.incident(incident),
            Answer::Papers(papers) => words.paper_list(papers),
        }
    }
}

/// Entries and items of lists one a line.
fn print_as_json(answer: &Answer) {
    match answer {
        Answer::Journal(entries) => entries.iter().for_each(print_json),
        Answer::Calls(calls) => calls.iter().for_each(print_json),
        Answer::Doubts(doubts) => doubts.iter().for_each(print_json),
        Answer::Incidents(incidents) => incidents.iter().for_each(print_json),
        Answer::Incident(incident) => print_json(incident),
        Answer::Papers(papers) => papers.iter().for_each(print_json),
        Answer::Status(status) => print_json(status),
        Answer::Payment(payment) => print_json(payment),
        Answer::JournalVerified { entries, head } => {
            print_json(&serde_json::json!({ "holds": true, "entries": entries, "head": head }));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "people want to know how long ago something was")]
fn wall_time() -> WallTime {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    WallTime(i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX))
}
