//! What is wrong on the side of the billing system.

use api::{BillingTrouble, DeliveryTrouble, FolderTrouble};

use crate::DeskWords;
use crate::text::section;

section!(Billing {
    bridge_away,
    no_answer,
    not_set_up,
    not_usable,
    of_other_machine,
    in_use,
    too_many_files,
    wrong_file,
    more_wrong_files,
    result,
});
section!(Deliveries { folder, cannot_write, says_something_else, bill_stays, no_answer });

impl DeskWords {
    /// What was found, and what to do.
    pub fn billing_trouble(&self, trouble: &BillingTrouble) -> String {
        let words = &self.billing;
        match trouble {
            BillingTrouble::BridgeAway => words.bridge_away.say(),
            BillingTrouble::NoAnswer => words.no_answer.say(),
            BillingTrouble::Folder(trouble) => self.folder_trouble(trouble),
            BillingTrouble::TooManyFiles { over, limit } => {
                let files = u64::from(*over) + u64::from(*limit);
                words.too_many_files.with(&[("files", &files), ("limit", limit)])
            }
            BillingTrouble::WrongFile { file, sentence } => {
                words.wrong_file.with(&[("file", &file.0), ("sentence", sentence)])
            }
            BillingTrouble::MoreWrongFiles { more } => words.more_wrong_files.with(&[("more", more)]),
            BillingTrouble::Result { payment, cause } => {
                words.result.with(&[("payment", payment), ("cause", &self.delivery_trouble(*cause))])
            }
        }
    }

    /// Why the whole folder of bills is not used, and what to do.
    pub fn folder_trouble(&self, trouble: &FolderTrouble) -> String {
        let words = &self.billing;
        match trouble {
            FolderTrouble::NotSetUp => words.not_set_up.say(),
            FolderTrouble::NotUsable => words.not_usable.say(),
            FolderTrouble::OfOtherMachine(machine) => words.of_other_machine.with(&[("machine", machine)]),
            FolderTrouble::InUse => words.in_use.say(),
        }
    }

    fn delivery_trouble(&self, trouble: DeliveryTrouble) -> String {
        let words = match trouble {
            DeliveryTrouble::Folder => &self.deliveries.folder,
            DeliveryTrouble::CannotWrite => &self.deliveries.cannot_write,
            DeliveryTrouble::SaysSomethingElse => &self.deliveries.says_something_else,
            DeliveryTrouble::BillStays => &self.deliveries.bill_stays,
            DeliveryTrouble::NoAnswer => &self.deliveries.no_answer,
        };
        words.say()
    }
}
