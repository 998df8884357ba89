//! What people at the desk do in several steps.

use api::{DeskAnswer, DeskRequest};
use money::Denomination;

use super::Page;
use super::routes::STAFF;
use super::snapshot;
use crate::machine::MachineError;

/// Somebody opens the cabinet, counts what can be paid out, of one kind or of all, and tells the machine.
pub(super) async fn count(page: &Page, kind: Option<Denomination>) -> Result<(), MachineError> {
    let rows = snapshot::count_stores(page).await?;
    for row in rows.into_iter().filter(|row| kind.is_none_or(|kind| kind == row.kind)) {
        if row.believed == Some(row.is) {
            continue;
        }
        let request = DeskRequest::SetStock { denomination: row.kind, pieces: row.is, by: STAFF.to_owned() };
        if let DeskAnswer::Refused(sentence) = page.machine.desk(request).await? {
            return Err(MachineError::Refused(sentence));
        }
    }
    Ok(())
}
