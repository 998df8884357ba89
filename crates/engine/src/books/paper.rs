use api::{Bill, PaperName, PaymentId, ReceiptNumber, WallTime};
use device_api::{PrintCause, PrintJobId};
use money::Yen;

use super::Books;
use crate::{PaperEntry, PaperFacts, PrintMark, ReceiptFacts, SlipCode, SlipFacts, Together};

/// A paper that is not proven to have come out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paper {
    pub(crate) payment: PaymentId,
    pub(crate) content: Content,
    /// When the payment ended.
    pub(crate) at: WallTime,
    pub(crate) mark: PrintMark,
    /// Tries so far.
    pub(crate) attempts: u8,
    pub(crate) state: PaperState,
}

/// What it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A 領収証.
    Receipt {
        number: ReceiptNumber,
        bill: Box<Bill>,
        together: Option<Together>,
        inserted: Yen,
        change: Yen,
        owed: Yen,
    },
    /// An お釣り・ご返金 預り票.
    Slip {
        amount: Yen,
        /// Not if it is gone from the journal's file.
        code: Option<SlipCode>,
    },
}

/// How far a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaperState {
    /// Not one byte of it was sent.
    Waiting,
    /// Sent, or about to be.
    Sending,
    /// Not one byte was sent, because something stood in the way.
    Held,
    /// Staff have to look (K20).
    Doubtful(PrintCause),
}

impl Paper {
    pub(super) fn new(payment: PaymentId, content: Content, at: WallTime) -> Paper {
        let (mark, state) = (PrintMark::Original, PaperState::Waiting);
        Paper { payment, content, at, mark, attempts: 0, state }
    }

    /// What people call it.
    pub(crate) fn name(&self) -> PaperName {
        match &self.content {
            Content::Receipt { number, .. } => PaperName::Receipt(*number),
            Content::Slip { .. } => PaperName::Slip(self.payment),
        }
    }

    /// Whether everything is known that is to stand on it.
    pub(crate) fn is_whole(&self) -> bool {
        match &self.content {
            Content::Receipt { .. } => true,
            Content::Slip { code, .. } => code.is_some(),
        }
    }

    /// What is to stand on it; `None` if a part of that is gone.
    pub(crate) fn facts(&self) -> Option<PaperFacts> {
        Some(match &self.content {
            Content::Receipt { number, bill, together, inserted, change, owed } => {
                PaperFacts::Receipt(Box::new(ReceiptFacts {
                    number: *number,
                    payment: self.payment,
                    bill: Bill::clone(bill),
                    paid_at: self.at,
                    together: *together,
                    inserted: *inserted,
                    change: *change,
                    owed: *owed,
                }))
            }
            Content::Slip { amount, code } => PaperFacts::Slip(SlipFacts {
                payment: self.payment,
                amount: *amount,
                code: code.clone()?,
                at: self.at,
            }),
        })
    }
}

impl Books {
    pub(super) fn apply_paper(&mut self, entry: &PaperEntry) {
        match entry {
            PaperEntry::PrintIntended { job, attempt, mark } => self.with_paper(*job, |paper| {
                paper.attempts = attempt + 1;
                paper.mark = *mark;
                paper.state = PaperState::Sending;
            }),
            PaperEntry::PrintNotStarted { job, .. } => self.paper_is(*job, PaperState::Held),
            PaperEntry::PrintUnknown { job, cause } => self.paper_is(*job, PaperState::Doubtful(*cause)),
            PaperEntry::Printed { job } => drop(self.papers.remove(job)),
            PaperEntry::PrintAnswered { job, answer, .. } => self.answer_paper(*job, *answer),
        }
    }

    fn with_paper(&mut self, job: PrintJobId, change: impl FnOnce(&mut Paper)) {
        if let Some(paper) = self.papers.get_mut(&job) {
            change(paper);
        }
    }

    fn paper_is(&mut self, job: PrintJobId, state: PaperState) {
        self.with_paper(job, |paper| paper.state = state);
    }

    fn answer_paper(&mut self, job: PrintJobId, answer: api::PaperAnswer) {
        let mark = match answer {
            api::PaperAnswer::Complete | api::PaperAnswer::WrittenByHand => {
                self.papers.remove(&job);
                return;
            }
            api::PaperAnswer::Incomplete => PrintMark::BadPrint,
            api::PaperAnswer::Unknown => PrintMark::Reissued,
        };
        self.with_paper(job, |paper| {
            paper.mark = mark;
            paper.state = PaperState::Waiting;
        });
    }
}
