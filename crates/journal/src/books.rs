//! The postings of an entry as lines of the `postings` table.

use std::collections::BTreeMap;

use engine::Entry;
use engine::ledger::{Account, postings};
use money::{AmountOverflow, Yen};

use crate::DraftError;

/// One stored posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The account's name: the JSON of [`Account`], so that it is read back without a second grammar.
    pub(crate) account: String,
    /// By how much it changes.
    pub(crate) amount: Yen,
}

/// What accounts come to, by their names, as in the table `accounts`: one that comes to nothing is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accounts(pub(crate) BTreeMap<String, Yen>);

impl Accounts {
    /// Books these lines, all or none of them.
    pub(crate) fn book(&mut self, lines: &[Line]) -> Result<(), AmountOverflow> {
        let mut next = BTreeMap::new();
        for Line { account, amount } in lines {
            let before = next.get(account).or_else(|| self.0.get(account));
            next.insert(account.clone(), before.copied().unwrap_or_default().plus(*amount)?);
        }
        for (account, amount) in next {
            if amount.is_zero() {
                self.0.remove(&account);
            } else {
                self.0.insert(account, amount);
            }
        }
        Ok(())
    }
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

/// What a journal says of its accounts, in their order; `None` if one has a name that no account has.
pub(crate) fn balances(accounts: &Accounts) -> Option<Vec<(Account, Yen)>> {
    let account = |(name, amount): (&String, &Yen)| Some((account(name)?, *amount));
    let mut balances = accounts.0.iter().map(account).collect::<Option<Vec<_>>>()?;
    balances.sort();
    Some(balances)
}

/// The account of that name.
pub(crate) fn account(name: &str) -> Option<Account> {
    serde_json::from_str(name).ok()
}
