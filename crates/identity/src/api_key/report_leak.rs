//! `POST /api/v1/key-leaks`: whoever finds a key where it should not be can end it.

use axum::http::Method;
use lk_base::id::{ApiKeyId, WorkspaceId};
use lk_base::{Result, Secret};
use lk_crypto::{ApiKey, api_key};
use lk_db::{Action, Entry, Event, EventKind, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{end, lock_any, owner_of};
use crate::nobody::{nobody, nobody_in};
use crate::{Call, letter};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "report_key_leak",
    method: Method::POST,
    path: "/api/v1/key-leaks",
    summary: "Report an API key that was found where it should not be: it ends at once, if there is \
              such a key, and its workspace is told. The answer is the same for made-up keys.",
    access: Access::Public,
    rate: RateClass::KeyLeak,
    audited: Audited::As(Action::ApiKeyLeakReported),
    status: 202,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReportKeyLeak")]
pub struct Input {
    /// The key, whole.
    key: Secret,
}

/// A key that was reported and is one.
struct Reported {
    id: ApiKeyId,
    owner: WorkspaceId,
    fingerprint: String,
    name: String,
    /// Whether it worked until now; who reports it again ends nothing and writes no mail.
    ended: bool,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, body, .. } = call;
    let platform = nobody(scope.origin().clone());
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let key = ApiKey::read(body.key.expose().trim());
    let owner = match &key {
        Some(key) => owner_of(system.tx(), key.id()).await?,
        None => None,
    };
    let mut reported = None;
    if let (Some(key), Some(owner)) = (&key, owner) {
        system.enter(nobody_in(owner, scope.origin().clone())).await?;
        reported = end_reported(system.tx(), key, owner).await?;
    }
    let Some(reported) = reported else {
        system.enter(platform).await?;
        system.commit(Entry::without_target(Action::ApiKeyLeakReported)).await?;
        return Ok(Reply::accepted());
    };
    let (workspace, admins) = lk_mail::admins(system.tx()).await?;
    let entry = Entry::new(Action::ApiKeyLeakReported, reported.id)
        .with(json!({ "fingerprint": reported.fingerprint, "revoked": reported.ended }));
    // The mail lies among the platform's rows.
    let mut recorded = system.record(entry, platform).await?;
    if reported.ended {
        let letter = letter::key_leaked(&identity, &workspace, &reported.name);
        for admin in &admins {
            lk_mail::post(recorded.tx(), Some(admin), &letter).await?;
        }
    }
    recorded.commit().await?;
    identity.known.forget_key(reported.id);
    tracing::warn!(key = %reported.id, workspace = %reported.owner, "an API key was reported as leaked");
    Ok(Reply::accepted())
}

/// Ends the key whose secret this is. One that works no more because it was rotated is no leak.
async fn end_reported(
    tx: &mut WriteTx,
    key: &ApiKey,
    owner: WorkspaceId,
) -> Result<Option<Reported>> {
    let now = tx.now();
    let Some(held) = lock_any(tx, key.id()).await? else { return Ok(None) };
    if !held.knows(&key.hash(), now) {
        return Ok(None);
    }
    let (id, ended) = (key.id(), held.revoked_at.is_none());
    if ended {
        end(tx, id, "leaked").await?;
        tx.emit(Event::new(EventKind::ApiKeyRevoked, id, json!({ "api_key_id": id })));
    }
    let fingerprint = api_key::fingerprint(&key.hash());
    Ok(Some(Reported { id, owner, fingerprint, name: held.name, ended }))
}
