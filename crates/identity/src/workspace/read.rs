//! `GET /api/v1/workspace`: the workspace one is in.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, WorkspaceId};
use lk_base::{Result, Timestamp};
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use super::Workspace;
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_workspace",
    method: Method::GET,
    path: "/api/v1/workspace",
    summary: "The workspace one is in.",
    access: Access::Operator(Permission::WorkspaceRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Workspace>> {
    let mut tx = call.state.db.read(&call.scope).await?;
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select name, created_at as "created_at: Timestamp" from workspaces where workspace_id = $1"#,
        workspace,
    )
    .fetch_one(tx.conn())
    .await?;
    let id = WorkspaceId::from_uuid(workspace);
    Ok(Reply::ok(Workspace { id, name: row.name, created_at: row.created_at }))
}
