//! `GET /api/staff/v1/workspaces`: which workspaces there are, the oldest first.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::id::{Id, WorkspaceId};
use lk_base::{Page, PageInfo, Personal, Result, Timestamp};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_workspaces_as_staff",
    method: Method::GET,
    path: "/api/staff/v1/workspaces",
    summary: "Which workspaces there are, the oldest first: name, age and number of operators.",
    access: Access::Staff(StaffPermission::WorkspaceList),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// How many are on a page.
const PAGE: i64 = 100;

/// The query.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListWorkspacesAsStaff")]
pub struct Query {
    /// Where the page before ended.
    #[serde(default)]
    cursor: Option<WorkspaceId>,
}

/// A workspace from outside.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WorkspaceLine {
    /// Its id.
    id: WorkspaceId,
    /// Its name.
    name: Personal,
    /// When it was made.
    created_at: Timestamp,
    /// How many operators it has.
    operators: i64,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Nothing, Query>) -> Result<Reply<Page<WorkspaceLine>>> {
    let mut tx = call.state.db.write(&call.scope).await?;
    let mut found = call.state.workspaces.list(&mut tx, call.query.cursor, PAGE + 1).await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_more = found.len() > most;
    found.truncate(most);
    let data: Vec<WorkspaceLine> = found
        .into_iter()
        .map(|one| WorkspaceLine {
            id: one.id,
            name: one.name,
            created_at: one.id.made_at(),
            operators: one.operators,
        })
        .collect();
    let next_cursor = data.last().filter(|_| has_more).map(|last| last.id.to_string());
    Ok(Reply::ok(Page { data, page: PageInfo { next_cursor, has_more } }))
}
