//! What a member of staff is called: the log of the workspace says so itself, where it was told of
//! their access. Staff is among the platform's rows, which nobody in a workspace reads.

use std::collections::HashMap;

use lk_base::id::EntryId;
use lk_base::{Personal, Result, Timestamp};
use lk_db::ReadTx;
use lk_db::entry::{Contents, Sealed};
use uuid::Uuid;

use super::Row;

/// Names by the id of the member of staff.
pub(super) type Names = HashMap<Uuid, Personal>;

/// The names of those who acted as staff in these rows, as they were called when they got access
/// for the last time.
pub(super) async fn names(tx: &mut ReadTx, rows: &[Row]) -> Result<Names> {
    let who: Vec<Uuid> = rows
        .iter()
        .filter(|row| row.actor_kind == "staff")
        .filter_map(|row| row.actor_id)
        .collect();
    if who.is_empty() {
        return Ok(Names::new());
    }
    let told = sqlx::query!(
        r#"select distinct on (actor_id)
                  actor_id as "staff!", entry_id as "entry!: EntryId", at as "at!: Timestamp",
                  payload as "payload!"
             from audit_written
            where workspace_id = $1
              and action = 'grant.began'
              and actor_id = any ($2)
            order by actor_id, entry_id desc"#,
        tx.workspace(),
        &who,
    )
    .fetch_all(tx.conn())
    .await?;
    let sealed: Vec<Sealed<'_>> = told
        .iter()
        .map(|row| Sealed { entry: row.entry, at: row.at, payload: &row.payload })
        .collect();
    let contents = tx.open_payloads(&sealed).await?;
    let named = told.iter().zip(&contents);
    Ok(named.filter_map(|(row, contents)| Some((row.staff, said(contents)?))).collect())
}

/// The name of whoever of staff wrote the entry, where it says so itself.
pub(super) fn said(contents: &Contents) -> Option<Personal> {
    let new = contents.payload()?.change.get("new")?;
    let name = new.get("staff_name").or_else(|| new.get("ended_by"))?;
    Some(Personal::new(name.as_str()?.to_owned()))
}
