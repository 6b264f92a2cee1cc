//! `GET /api/staff/v1/grants`: who has or had access to which workspace, the newest first.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::id::{GrantId, Id, StaffId, WorkspaceId};
use lk_base::{Page, PageInfo, Personal, Result, Timestamp};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{EndedBy, Grant};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_grants",
    method: Method::GET,
    path: "/api/staff/v1/grants",
    summary: "One's own grants, or with `grant.manage` everybody's, the newest first; past ones are listed too.",
    access: Access::Staff(StaffPermission::GrantAsk),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// How many are on a page.
const PAGE: i64 = 50;

/// The query.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListGrants")]
pub struct Query {
    /// Where the page before ended.
    #[serde(default)]
    cursor: Option<GrantId>,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Nothing, Query>) -> Result<Reply<Page<Grant>>> {
    let (you, ..) = call.scope.staff()?;
    let everybodys = call.scope.actor().may_as_staff(StaffPermission::GrantManage);
    let mut tx = call.state.db.read(&call.scope).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let mut data = sqlx::query_as!(
        Grant,
        r#"select g.grant_id             as "id: GrantId",
                  g.staff_id             as "staff_id: StaffId",
                  m.name                 as "staff_name: Personal",
                  g.granted_workspace_id as "workspace_id: WorkspaceId",
                  g.workspace_name       as "workspace_name: Personal",
                  g.reason               as "reason: Personal",
                  g.began_at             as "began_at: Timestamp",
                  g.ends_at              as "ends_at: Timestamp",
                  g.ended_at             as "ended_at: Timestamp",
                  g.ended_by             as "ended_by: EndedBy",
                  g.ended_at is null and g.ends_at > $5 as "live!",
                  g.staff_id = $2        as "yours!"
             from staff_grants g
             join staff m
               on m.workspace_id = g.workspace_id
              and m.staff_id = g.staff_id
            where g.workspace_id = $1
              and (g.staff_id = $2 or $3)
              and ($4::uuid is null or g.grant_id < $4)
            order by g.grant_id desc
            limit $6"#,
        workspace,
        you.uuid(),
        everybodys,
        call.query.cursor.map(Id::uuid),
        now.sql(),
        PAGE + 1,
    )
    .fetch_all(tx.conn())
    .await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_more = data.len() > most;
    data.truncate(most);
    let next_cursor = data.last().filter(|_| has_more).map(|last| last.id.to_string());
    Ok(Reply::ok(Page { data, page: PageInfo { next_cursor, has_more } }))
}
