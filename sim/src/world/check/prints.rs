//! Whether papers are tried as they may be: I8.

use std::collections::BTreeSet;

use api::PaperAnswer;
use device_api::PrintJobId;
use engine::{Entry, PaperEntry, PrintMark};

use super::{Violation, ensure};

/// What has become of tries so far.
#[derive(Debug, Default)]
pub(super) struct Prints {
    /// Something of the newest try went out on the line.
    begun: bool,
    /// Papers that were tried, but for those of which it is known that the newest try never started.
    tried: BTreeSet<PrintJobId>,
    /// Papers of which a try may have come out.
    perhaps_out: BTreeSet<PrintJobId>,
    /// Papers that a person saw, whole.
    seen: BTreeSet<PrintJobId>,
}

impl Prints {
    /// The driver sends the begin of a page.
    pub(super) fn page_begins(&mut self) {
        self.begun = true;
    }

    /// Whether the journal knows of a try of this paper that may have come out.
    pub(super) fn is_tried(&self, job: PrintJobId) -> bool {
        self.tried.contains(&job)
    }

    /// Whether somebody has said that this paper is out, whole.
    pub(super) fn is_seen(&self, job: PrintJobId) -> bool {
        self.seen.contains(&job)
    }

    /// I8: a paper that may be out already is not printed as an original again, and only that of which not one byte was
    /// sent is said not to have started.
    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), Violation> {
        match entry {
            Entry::Paper(PaperEntry::PrintIntended { job, mark, .. }) => {
                self.begun = false;
                self.tried.insert(*job);
                let again = *mark == PrintMark::Original && self.perhaps_out.contains(job);
                ensure("I8", !again, || format!("{entry:?}, and an original may be out"))
            }
            Entry::Paper(PaperEntry::PrintUnknown { job, .. })
            | Entry::Paper(PaperEntry::Printed { job }) => {
                self.perhaps_out.insert(*job);
                Ok(())
            }
            Entry::Paper(PaperEntry::PrintNotStarted { job, .. }) => {
                self.tried.remove(job);
                ensure("I8", !self.begun, || format!("{entry:?}, and a page was begun"))
            }
            Entry::Paper(PaperEntry::PrintAnswered { job, answer: PaperAnswer::Complete, .. }) => {
                self.seen.insert(*job);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use device_api::PrintCause;

    use super::*;

    const JOB: PrintJobId = PrintJobId(1);

    #[test]
    fn a_second_original_and_a_page_that_began_are_seen() {
        let intended = |mark| Entry::Paper(PaperEntry::PrintIntended { job: JOB, attempt: 0, mark });
        let unknown = Entry::Paper(PaperEntry::PrintUnknown { job: JOB, cause: PrintCause::Error });
        let not_started =
            Entry::Paper(PaperEntry::PrintNotStarted { job: JOB, cause: PrintCause::CoverOpen });
        let original = || intended(PrintMark::Original);
        let cases = [
            (vec![original(), not_started.clone(), original()], false, true),
            (vec![original(), unknown.clone(), original()], false, false),
            (vec![original(), unknown, intended(PrintMark::BadPrint)], false, true),
            (vec![original(), not_started], true, false),
        ];
        for (written, sent, right) in cases {
            let mut prints = Prints::default();
            let found = written.iter().try_for_each(|entry| {
                let found = prints.apply(entry);
                if sent {
                    prints.page_begins();
                }
                found
            });
            assert_eq!(found.is_ok(), right, "{written:?}: {found:?}");
        }
    }
}
