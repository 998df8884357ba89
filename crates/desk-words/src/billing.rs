//! What is wrong on the side of the billing system.

use api::{BillingTrouble, DeliveryTrouble, FileFault, FolderTrouble};

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
section!(Files {
    cut_off,
    too_long,
    not_utf_8,
    not_json,
    duplicate,
    newer_schema,
    field,
    unknown_field,
    does_not_add_up,
    adjusts_taxed,
    unreadable,
    no_file,
    contradiction,
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
            BillingTrouble::WrongFile { file, fault } => {
                words.wrong_file.with(&[("file", &file.0), ("fault", &self.file_fault(fault))])
            }
            BillingTrouble::MoreWrongFiles { more } => words.more_wrong_files.with(&[("more", more)]),
            BillingTrouble::Result { payment, cause } => {
                words.result.with(&[("payment", payment), ("cause", &self.delivery_trouble(*cause))])
            }
        }
    }

    /// What is wrong with a file of the billing system.
    pub fn file_fault(&self, fault: &FileFault) -> String {
        let words = &self.files;
        match fault {
            FileFault::CutOff => words.cut_off.say(),
            FileFault::TooLong => words.too_long.say(),
            FileFault::NotUtf8 => words.not_utf_8.say(),
            FileFault::NotJson { line, column } => words.not_json.with(&[("line", line), ("column", column)]),
            FileFault::Duplicate { field } => words.duplicate.with(&[("field", field)]),
            FileFault::NewerSchema { found } => words.newer_schema.with(&[("found", found)]),
            FileFault::Field { field, rule } => words.field.with(&[("field", field), ("rule", rule)]),
            FileFault::UnknownField { field } => words.unknown_field.with(&[("field", field)]),
            FileFault::DoesNotAddUp => words.does_not_add_up.say(),
            FileFault::AdjustsTaxed => words.adjusts_taxed.say(),
            FileFault::Unreadable { said } => words.unreadable.with(&[("said", said)]),
            FileFault::NoFile => words.no_file.say(),
            FileFault::Contradiction { other } => words.contradiction.with(&[("other", &other.0)]),
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
