//! What people at the desk do in several steps.

use api::{Act, Order};
use money::Denomination;

use super::Page;
use super::snapshot;
use crate::machine::MachineError;

/// Who acts at the desk of a demo (K31: plainly invented).
const STAFF: &str = "見本 受付";

/// Somebody at the desk does something.
pub(super) async fn order(page: &Page, act: Act) -> Result<(), MachineError> {
    let staff = STAFF.parse().map_err(|_| MachineError::Refused("nobody can sign so".to_owned()))?;
    page.machine.order(Order { staff, act }).await.map(drop)
}

/// Somebody opens the cabinet, counts what can be paid out, of one kind or of all, and tells the machine.
pub(super) async fn count(page: &Page, kind: Option<Denomination>) -> Result<(), MachineError> {
    let rows = snapshot::count_stores(page).await?;
    for row in rows.into_iter().filter(|row| kind.is_none_or(|kind| kind == row.kind)) {
        if row.believed == Some(row.is) {
            continue;
        }
        order(page, Act::SetStock { store: None, counted: vec![(row.kind, row.is)] }).await?;
    }
    Ok(())
}
