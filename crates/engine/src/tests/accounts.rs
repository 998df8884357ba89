use std::collections::BTreeMap;

use money::Yen;

use super::Machine;
use crate::ledger::{Account, postings};

impl Machine {
    /// Nothing is held for a payment that has ended, and no place holds less than nothing.
    pub(super) fn check_accounts(&self) {
        let mut balances: BTreeMap<Account, Yen> = BTreeMap::new();
        for posting in self.records.iter().flat_map(|record| postings(&record.entry).unwrap()) {
            let balance = balances.entry(posting.account).or_default();
            *balance = balance.plus(posting.amount).unwrap();
        }
        let open = self.engine.open_payment();
        for (account, balance) in balances {
            match account {
                Account::Cash { .. } => assert!(!balance.is_negative(), "{account:?} {balance}"),
                Account::Deposit { tender } if open != Some(tender.payment) => {
                    assert!(balance.is_zero(), "{account:?} {balance}");
                }
                // What is found or may be missing belongs to an incident in the same step.
                Account::Brought { .. } | Account::Found | Account::Doubtful { .. } => {
                    assert!(balance.is_zero(), "{account:?} {balance}");
                }
                Account::Deposit { .. }
                | Account::Owed { .. }
                | Account::Fees
                | Account::GivenByHand
                | Account::HandedOver => {
                    assert!(balance <= Yen::ZERO, "{account:?} {balance}");
                }
                Account::Incident { incident } => {
                    let known = self.engine.books().incidents.get(incident).map(|known| known.held);
                    assert_eq!(known.unwrap_or_default(), balance, "{account:?}");
                }
                Account::TakenOver { .. } | Account::Float | Account::OverShort => {}
            }
        }
    }
}
