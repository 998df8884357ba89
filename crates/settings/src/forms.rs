use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::file::{Refusal, SettingsError, read, require, require_printable};

/// What fits beside an amount on the narrowest paper.
const LABEL_CHARS_MAX: usize = 14;

/// Longer codes are sentences.
const CODE_CHARS_MAX: usize = 32;

/// What fits in large letters on the narrowest paper.
const TITLE_CHARS_MAX: usize = 10;

/// The tables that a 領収証 follows. They change with every revision of fees, so they are not in the code (C.19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// 医科.
    pub medical: FormTable,
    /// 歯科.
    pub dental: FormTable,
}

/// How a 領収証 of one kind is divided.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormTable {
    /// What the paper is called: 領収証.
    pub title: String,
    /// The names of its columns, which stand one below the other on narrow paper.
    pub columns: FormColumns,
    /// The divisions of the fee table, in the order of the form.
    pub divisions: Vec<DivisionRow>,
}

/// The names of the columns of a form (C.17).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormColumns {
    /// 保険.
    pub insured: String,
    /// 保険外負担: 評価療養・選定療養.
    pub selected: String,
    /// 保険外負担: その他.
    pub other: String,
}

/// One division of the fee table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DivisionRow {
    /// What bills call it.
    pub code: String,
    /// What the form calls it.
    pub label: String,
}

impl Forms {
    /// Reads `medical.toml` and `dental.toml` in `folder`.
    pub fn load(folder: &Path) -> Result<Forms, SettingsError> {
        let table = |name: &str| {
            let file = folder.join(name);
            let table: FormTable = read(&file)?;
            table.check().map_err(|refusal| refusal.in_file(&file))?;
            Ok(table)
        };
        Ok(Forms { medical: table("medical.toml")?, dental: table("dental.toml")? })
    }
}

impl FormTable {
    fn check(&self) -> Result<(), Refusal> {
        require_printable(&self.title, TITLE_CHARS_MAX, "title")?;
        require_printable(&self.columns.insured, LABEL_CHARS_MAX, "columns.insured")?;
        require_printable(&self.columns.selected, LABEL_CHARS_MAX, "columns.selected")?;
        require_printable(&self.columns.other, LABEL_CHARS_MAX, "columns.other")?;
        let mut codes = BTreeSet::new();
        for row in &self.divisions {
            require_printable(&row.code, CODE_CHARS_MAX, "divisions.code")?;
            require_printable(&row.label, LABEL_CHARS_MAX, "divisions.label")?;
            require(
                codes.insert(&row.code),
                "divisions.code",
                format!("must be given once; {} is given twice", row.code),
            )?;
        }
        Ok(())
    }
}
