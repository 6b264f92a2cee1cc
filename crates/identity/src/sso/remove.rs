//! `DELETE /api/v1/sso`: no provider any more; the sessions it began end.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Error, Result};
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use serde_json::json;

use super::configure::tell;
use super::{end_begun, super_admins};
use crate::Call;
use crate::directory;
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "remove_sso",
    method: Method::DELETE,
    path: "/api/v1/sso",
    summary: "Take the provider away: who is whom there is forgotten, sessions it began end.",
    access: Access::Fresh(Permission::SsoManage),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::SsoRemoved),
    status: 204,
};

/// HTTP in, HTTP out. The domains stay: they belong to the workspace whatever its provider is.
pub async fn handler(call: Call) -> Result<Reply> {
    let Call { state: identity, scope, .. } = call;
    let at = scope.workspace();
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    let issuer = delete(system.tx()).await?.ok_or(Error::NotFound)?;
    let admins = super_admins(system.tx()).await?;
    let entry = Entry::new(Action::SsoRemoved, at).changed(json!({ "issuer": issuer }), ());
    let mut recorded = system.record(entry, nobody(scope.origin().clone())).await?;
    let tx = recorded.tx();
    let ended = end_begun(tx, at).await?;
    directory::offer_no_sso(tx, at).await?;
    tell(tx, &identity, &admins).await?;
    recorded.commit().await?;
    for session in ended {
        identity.known.forget_session(session);
    }
    Ok(Reply::nothing())
}

/// Whose it was; `None` when there was none.
async fn delete(tx: &mut WriteTx) -> Result<Option<String>> {
    let workspace = tx.workspace();
    sqlx::query!("delete from sso_identities where workspace_id = $1", workspace)
        .execute(tx.conn())
        .await?;
    Ok(sqlx::query_scalar!(
        "delete from sso_connections where workspace_id = $1 returning issuer",
        workspace,
    )
    .fetch_optional(tx.conn())
    .await?)
}
