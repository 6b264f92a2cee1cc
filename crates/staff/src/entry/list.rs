//! `GET /api/staff/v1/entries`: staff's own audit stream, the newest first.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::id::{EntryId, GrantId, Id, OperatorId, StaffId, StaffSessionId};
use lk_base::{MaskedAddress, Page, PageInfo, Personal, Result, Timestamp};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_staff_entries",
    method: Method::GET,
    path: "/api/staff/v1/entries",
    summary: "Staff's own audit stream, the newest first.",
    access: Access::Staff(StaffPermission::EntryRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// How many are on a page.
const PAGE: i64 = 50;

/// The query.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListStaffEntries")]
pub struct Query {
    /// Where the page before ended.
    #[serde(default)]
    cursor: Option<EntryId>,
}

/// One line of staff's stream.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaffEntry {
    /// Its id.
    id: EntryId,
    /// When.
    at: Timestamp,
    /// What was done.
    action: String,
    /// What did it: `staff`, `operator`, `system` (the command line) or `nobody`.
    actor_kind: String,
    /// Who did it.
    actor_id: Option<String>,
    /// What they are called, if they are staff.
    actor_name: Option<Personal>,
    /// From where, masked.
    masked_ip: Option<MaskedAddress>,
    /// To what it was done.
    target_kind: String,
    /// To which one.
    target_id: Option<String>,
    /// What that is called, if it is staff.
    target_name: Option<Personal>,
    /// What changed.
    change: Value,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Nothing, Query>) -> Result<Reply<Page<StaffEntry>>> {
    let mut tx = call.state.db.read(&call.scope).await?;
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select e.entry_id       as "id: EntryId",
                  e.at             as "at: Timestamp",
                  e.action, e.actor_kind, e.actor_id,
                  a.name           as "actor_name?: Personal",
                  e.address_masked as "masked_ip: MaskedAddress",
                  e.target_kind, e.target_id,
                  t.name           as "target_name?: Personal",
                  e.change
             from staff_entries e
             left join staff a
               on a.workspace_id = e.workspace_id
              and a.staff_id = e.actor_id
             left join staff t
               on t.workspace_id = e.workspace_id
              and t.staff_id = e.target_id
            where e.workspace_id = $1
              and ($2::uuid is null
                   or e.position < (select position from staff_entries
                                     where workspace_id = $1
                                       and entry_id = $2))
            order by e.position desc
            limit $3"#,
        workspace,
        call.query.cursor.map(Id::uuid),
        PAGE + 1,
    )
    .fetch_all(tx.conn())
    .await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_more = rows.len() > most;
    let data: Vec<StaffEntry> = rows
        .into_iter()
        .take(most)
        .map(|row| StaffEntry {
            id: row.id,
            at: row.at,
            actor_id: row.actor_id.map(|id| named(&row.actor_kind, id)),
            target_id: row.target_id.map(|id| named(&row.target_kind, id)),
            action: row.action,
            actor_kind: row.actor_kind,
            actor_name: row.actor_name,
            masked_ip: row.masked_ip,
            target_kind: row.target_kind,
            target_name: row.target_name,
            change: row.change,
        })
        .collect();
    let next_cursor = data.last().filter(|_| has_more).map(|last| last.id.to_string());
    Ok(Reply::ok(Page { data, page: PageInfo { next_cursor, has_more } }))
}

/// An id as its kind is shown.
fn named(kind: &str, id: Uuid) -> String {
    match kind {
        StaffId::KIND => StaffId::from_uuid(id).to_string(),
        StaffSessionId::KIND => StaffSessionId::from_uuid(id).to_string(),
        GrantId::KIND => GrantId::from_uuid(id).to_string(),
        OperatorId::KIND => OperatorId::from_uuid(id).to_string(),
        _ => id.to_string(),
    }
}
