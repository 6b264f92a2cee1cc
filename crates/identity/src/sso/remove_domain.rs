//! `POST /api/v1/sso/domains/remove`: a domain's addresses bind nobody any more.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::{Error, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use serde_json::json;

use super::add_domain::Input;
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "remove_sso_domain",
    method: Method::POST,
    path: "/api/v1/sso/domains/remove",
    summary: "Take a domain away. Whoever came by it before stays who they are.",
    access: Access::Fresh(Permission::SsoManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::SsoDomainRemoved),
    status: 204,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let domain = call.body.domain()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    let workspace = tx.workspace();
    let removed = sqlx::query!(
        "delete from sso_domains where workspace_id = $1 and domain = $2",
        workspace,
        domain,
    )
    .execute(tx.conn())
    .await?;
    if removed.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    let entry = Entry::new(Action::SsoDomainRemoved, call.scope.workspace());
    tx.commit(entry.changed(json!({ "domain": domain }), ())).await?;
    Ok(Reply::nothing())
}
