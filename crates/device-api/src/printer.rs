use std::fmt;

use serde::{Deserialize, Serialize};

/// One piece of paper, whatever number of tries it takes: unique for the life of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PrintJobId(pub u32);

/// What the machine asks of the printer.
///
/// Its `Debug` never tells what is printed: a page names a patient.
#[derive(Clone, PartialEq, Eq)]
pub enum PrinterCommand {
    /// Print and cut. Exactly one of `Printed`, `NotStarted` and `Unknown` answers it.
    Print {
        /// Whose outcome is reported.
        job: PrintJobId,
        /// Which try this is, from 0, so that a late answer to an earlier one cannot confirm this one.
        attempt: u8,
        /// Paper of another page may hang in the printer and is cut off first; it may name another patient.
        separate: bool,
        /// The page, without cut and process id, which the driver adds.
        page: Vec<u8>,
    },
}

impl fmt::Debug for PrinterCommand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PrinterCommand::Print { job, attempt, separate: _, page } = self;
        write!(out, "Print {{ job: {}, attempt: {attempt}, page: {} bytes }}", job.0, page.len())
    }
}

/// What the printer tells the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrinterEvent {
    /// Something about the printer changed, or it answered for the first time.
    Status(PrinterStatus),
    /// Printed and cut, by the printer's own word.
    Printed {
        /// The page.
        job: PrintJobId,
    },
    /// Not one byte was sent: the page may be asked for again.
    NotStarted {
        /// The page.
        job: PrintJobId,
        /// What stood in the way.
        cause: PrintCause,
    },
    /// Some of it may be on paper. Never printed again by itself (K20).
    Unknown {
        /// The page.
        job: PrintJobId,
        /// What happened.
        cause: PrintCause,
    },
}

/// The printer as it reports itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrinterStatus {
    /// It answers.
    pub responding: bool,
    /// The cover is open.
    pub cover_open: bool,
    /// How much paper there is.
    pub paper: Paper,
    /// Cutter, mechanics, or an error that it cannot leave by itself.
    pub error: bool,
}

impl PrinterStatus {
    /// A printer that has not answered yet.
    pub const SILENT: PrinterStatus =
        PrinterStatus { responding: false, cover_open: false, paper: Paper::End, error: false };

    /// Whether a page that is asked for now can be expected to come out whole.
    pub fn is_ready(self) -> bool {
        self.responding && !self.cover_open && !self.error && self.paper != Paper::End
    }
}

/// How much paper there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// Enough.
    Ok,
    /// Staff should bring a new roll.
    NearEnd,
    /// None.
    End,
}

/// Why a page did not come out, or may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintCause {
    /// No answer, or the line is gone.
    NotResponding,
    /// The cover is or was open.
    CoverOpen,
    /// The paper is or was at its end.
    PaperEnd,
    /// Cutter or mechanics.
    Error,
    /// The printer fell silent in the middle and answers again. Its power may have blinked, which makes it forget the
    /// page; answers that get lost on the line look the same.
    PowerLost,
    /// The machine's own program was interrupted in the middle.
    Interrupted,
    /// The page cannot be laid out: a bug, or a bill that no form fits.
    NotPrintable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_never_tells_what_is_printed() {
        let command =
            PrinterCommand::Print { job: PrintJobId(7), attempt: 1, separate: false, page: b"NAME".to_vec() };
        assert_eq!(format!("{command:?}"), "Print { job: 7, attempt: 1, page: 4 bytes }");
        assert_eq!(format!("{command:#?}"), "Print { job: 7, attempt: 1, page: 4 bytes }");
    }
}
