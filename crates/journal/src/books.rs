//! The postings of an entry as lines of the `postings` table.

use engine::Entry;
use engine::ledger::{Account, postings};
use money::Yen;

use crate::DraftError;

/// One stored posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The account's name: the JSON of [`Account`], so that it is read back without a second grammar.
    pub(crate) account: String,
    /// By how much it changes.
    pub(crate) amount: Yen,
}

/// The lines of `entry`, which sum to zero.
pub(crate) fn lines(entry: &Entry) -> Result<Vec<Line>, DraftError> {
    let postings = postings(entry)?;
    if !Yen::sum(postings.iter().map(|posting| posting.amount))?.is_zero() {
        return Err(DraftError::Unbalanced);
    }
    Ok(postings.iter().map(|line| Line { account: name(&line.account), amount: line.amount }).collect())
}

/// What an account is called in the file.
pub(crate) fn name(account: &Account) -> String {
    serde_json::to_string(account).expect("an account is made of texts and whole numbers only")
}

/// The account of that name.
pub(crate) fn account(name: &str) -> Option<Account> {
    serde_json::from_str(name).ok()
}
