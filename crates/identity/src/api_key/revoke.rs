//! `DELETE /api/v1/api-keys/{id}`: end a key at once.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::id::ApiKeyId;
use lk_db::{Action, Entry, Event, EventKind};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use serde_json::json;

use super::{end, lock};
use crate::Call;

/// The declaration. It asks for no password again: ending a key must be quick.
pub static OPERATION: Operation = Operation {
    id: "revoke_api_key",
    method: Method::DELETE,
    path: "/api/v1/api-keys/{id}",
    summary: "End an API key; it acts within a second.",
    access: Access::Operator(Permission::KeyManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::ApiKeyRevoked),
    status: 204,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<One<ApiKeyId>>) -> Result<Reply> {
    let Call { state: identity, scope, path: One(id), .. } = call;
    let mut tx = identity.db.write(&scope).await?;
    let held = lock(&mut tx, id).await?;
    end(&mut tx, id, "revoked").await?;
    tx.emit(Event::new(EventKind::ApiKeyRevoked, id, json!({ "api_key_id": id })));
    let entry = Entry::new(Action::ApiKeyRevoked, id);
    tx.commit(entry.with(json!({ "fingerprint": held.fingerprint() }))).await?;
    identity.known.forget_key(id);
    Ok(Reply::nothing())
}
