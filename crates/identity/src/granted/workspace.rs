//! `GET /api/staff/v1/granted/workspace`: what the workspace is.

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::error::OrNotFound;
use lk_base::id::WorkspaceId;
use lk_base::{Personal, Result, Timestamp};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_granted_workspace",
    method: Method::GET,
    path: "/api/staff/v1/granted/workspace",
    summary: "What the workspace of the grant is.",
    access: Access::Granted(StaffPermission::GrantUse),
    rate: RateClass::Read,
    audited: Audited::As(Action::GrantReadWorkspace),
    status: 200,
};

/// A workspace, as staff with access sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GrantedWorkspace {
    /// Its id.
    id: WorkspaceId,
    /// Its name.
    name: Personal,
    /// Since when it exists.
    created_at: Timestamp,
    /// Whether it requires a second factor of everybody.
    factor_required: bool,
    /// How many operators it has.
    operators: i64,
    /// How many of them are super admins.
    super_admins: i64,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<GrantedWorkspace>> {
    let grant = call.scope.grant()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    let workspace = tx.workspace();
    let found = sqlx::query_as!(
        GrantedWorkspace,
        r#"select w.workspace_id as "id: WorkspaceId",
                  w.name         as "name: Personal",
                  w.created_at   as "created_at: Timestamp",
                  w.factor_required_since is not null as "factor_required!",
                  (select count(*) from operators o
                    where o.workspace_id = w.workspace_id
                      and o.removed_at is null) as "operators!",
                  (select count(*) from operators o
                    where o.workspace_id = w.workspace_id
                      and o.removed_at is null
                      and o.role = 'super_admin') as "super_admins!"
             from workspaces w
            where w.workspace_id = $1"#,
        workspace,
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    tx.commit(Entry::new(Action::GrantReadWorkspace, grant)).await?;
    Ok(Reply::ok(found))
}
