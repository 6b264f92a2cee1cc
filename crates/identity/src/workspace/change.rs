//! `PATCH /api/v1/workspace`: rename the workspace one is in.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::text::Name;
use lk_db::{Action, Entry, Event, EventKind, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Workspace, lock};
use crate::nobody::nobody;
use crate::{Call, directory};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "change_workspace",
    method: Method::PATCH,
    path: "/api/v1/workspace",
    summary: "Rename the workspace one is in.",
    access: Access::Operator(Permission::WorkspaceManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::WorkspaceChanged),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeWorkspace")]
pub struct Input {
    /// The new name.
    name: Name,
}

/// HTTP in, HTTP out. The directory carries the name too, so both change in one transaction.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Workspace>> {
    let Call { state: identity, scope, body, .. } = call;
    let mut system =
        identity.db.system(SystemReason::Membership, &nobody(scope.origin().clone())).await?;
    directory::rename(system.tx(), scope.workspace(), body.name.as_str()).await?;
    system.enter(scope).await?;
    let tx = system.tx();
    let before = lock(tx).await?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update workspaces set name = $2 where workspace_id = $1",
        workspace,
        body.name.as_str()
    )
    .execute(tx.conn())
    .await?;
    tx.emit(Event::new(
        EventKind::WorkspaceUpdated,
        before.id,
        json!({ "name": body.name.as_str() }),
    ));
    let entry = Entry::new(Action::WorkspaceChanged, before.id);
    let change =
        entry.changed(json!({ "name": before.name }), json!({ "name": body.name.as_str() }));
    system.commit(change).await?;
    Ok(Reply::ok(Workspace { name: body.name.into_string(), ..before }))
}
