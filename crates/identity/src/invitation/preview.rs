//! `POST /api/v1/invitations/preview`: what the holder of a link is invited to.

use axum::http::Method;
use lk_authz::Role;
use lk_base::{Personal, Result, Secret};
use lk_db::SystemReason;
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{halves, pending};
use crate::Call;
use crate::link::BAD_LINK;
use crate::nobody::nobody;
use crate::nobody::nobody_in;
use crate::person::by_email;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "preview_invitation",
    method: Method::POST,
    path: "/api/v1/invitations/preview",
    summary: "What the holder of an invitation's link is invited to.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::Reads,
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PreviewInvitation")]
pub struct Input {
    /// The part of the link after the `#`.
    token: Secret,
}

/// What it is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InvitationPreview")]
pub struct Preview {
    /// The workspace's name.
    workspace_name: String,
    /// Whom it is for.
    email: Personal,
    /// What they will be.
    role: Role,
    /// Whether the address has a login already: then that password is asked for.
    known: bool,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Preview>> {
    let Call { state: identity, scope, body, .. } = call;
    let (workspace, hash) = halves(&body.token).ok_or(BAD_LINK)?;
    let origin = scope.origin().clone();
    let mut system =
        identity.db.system(SystemReason::SignIn, &nobody_in(workspace, origin.clone())).await?;
    let (row, email) = pending(system.tx(), &hash).await?.ok_or(BAD_LINK)?;
    let tx = system.tx();
    let id = tx.workspace();
    let workspace_name =
        sqlx::query_scalar!("select name from workspaces where workspace_id = $1", id)
            .fetch_one(tx.conn())
            .await?;
    system.enter(nobody(origin)).await?;
    let known = by_email(system.tx(), &email).await?.is_some();
    Ok(Reply::ok(Preview {
        workspace_name,
        email: Personal::new(row.email),
        role: row.role,
        known,
    }))
}
