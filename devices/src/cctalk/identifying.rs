use wire::cctalk::{COIN_POSITIONS, CoinCode, Command, Reply};

use crate::agreed::Agreed;

/// What an acceptor is asked when it is met, and what it has said so far.
#[derive(Debug, Default)]
pub(super) struct Identifying {
    pub(super) step: Step,
    pub(super) reading: Agreed<Reply>,
    pub(super) tries: u8,
    pub(super) serial: [u8; 3],
    pub(super) model: String,
    /// What was read first, up to here.
    pub(super) codes: Vec<CoinCode>,
    pub(super) paths: Vec<(u8, u8)>,
}

/// What it is asked next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Step {
    #[default]
    Category,
    SerialNumber,
    Product,
    Software,
    /// The table forwards.
    Coin(u8),
    /// The table once more, backwards.
    CoinAgain(u8),
    /// The way of a coin, by its index in the list of ways; read, and written if it is another.
    ReadPath {
        index: usize,
        written: bool,
    },
    WritePath {
        index: usize,
    },
}

impl Identifying {
    pub(super) fn request(&self) -> Command {
        match self.step {
            Step::Category => Command::Category,
            Step::SerialNumber => Command::SerialNumber,
            Step::Product => Command::Product,
            Step::Software => Command::Software,
            Step::Coin(position) | Step::CoinAgain(position) => Command::CoinId(position),
            Step::ReadPath { index, .. } => Command::ReadSorterPath(self.paths[index].0),
            Step::WritePath { index } => {
                let (position, path) = self.paths[index];
                Command::WriteSorterPath { position, path }
            }
        }
    }

    /// The table is read once forwards and once backwards: a reply that belongs to another position shifts the two to
    /// opposite sides, and they differ (docs/protocols/cctalk.md §7).
    pub(super) fn coin_read(&mut self, position: u8, code: CoinCode) {
        self.codes.push(code);
        self.step = match position {
            COIN_POSITIONS => Step::CoinAgain(COIN_POSITIONS),
            _ => Step::Coin(position + 1),
        };
    }

    pub(super) fn says_again(&self, position: u8, code: CoinCode) -> bool {
        self.codes.get(usize::from(position) - 1) == Some(&code)
    }

    pub(super) fn begin_table_anew(&mut self) {
        if matches!(self.step, Step::Coin(_) | Step::CoinAgain(_)) {
            self.codes.clear();
            self.step = Step::Coin(1);
        }
    }

    pub(super) fn name_is(&mut self, reply: Option<Reply>) {
        if let Some(Reply::Text(text)) = reply {
            self.model = format!("{} {}", self.model, text.trim()).trim().to_owned();
        }
    }
}

impl Step {
    /// Whether devices exist that do not know this.
    pub(super) fn is_optional(self) -> bool {
        match self {
            Step::Category | Step::SerialNumber | Step::Coin(_) | Step::CoinAgain(_) => false,
            Step::Product | Step::Software | Step::ReadPath { .. } | Step::WritePath { .. } => true,
        }
    }
}
