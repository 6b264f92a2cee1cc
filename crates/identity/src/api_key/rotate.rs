//! `POST /api/v1/api-keys/{id}/rotate`: a new secret; the old one works on for a while, or not.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{ApiKeyId, Id, OperatorId};
use lk_base::{MaskedAddress, Result, Shown, Timestamp};
use lk_crypto::api_key::{ApiKey as Secret, fingerprint};
use lk_db::{Action, Entry, Event, EventKind, WriteTx};
use lk_web::{Access, Audited, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::create::room_for_one;
use super::days::Days;
use super::{MadeApiKey, Row, USUAL_LIFE, USUAL_OVERLAP, lock};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "rotate_api_key",
    method: Method::POST,
    path: "/api/v1/api-keys/{id}/rotate",
    summary: "Give an API key a new secret and a new time. The old secret ends after the overlap.",
    access: Access::Fresh(Permission::KeyManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::ApiKeyRotated),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RotateApiKey")]
pub struct Input {
    /// For how many days the old secret still works; 1 when not said, 0 ends it at once.
    #[serde(default)]
    overlap_days: Option<Days<0, 7>>,
    /// For how many days the key works from now on; 90 when not said.
    #[serde(default)]
    expires_in_days: Option<Days<1, 365>>,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<One<ApiKeyId>, Nothing, Input>) -> Result<Reply<MadeApiKey>> {
    let Call { state: identity, scope, path: One(id), body, .. } = call;
    let operator = scope.operator()?;
    let overlap = body.overlap_days.unwrap_or(USUAL_OVERLAP);
    let mut tx = identity.db.write(&scope).await?;
    let now = tx.now();
    let held = lock(&mut tx, id).await?;
    if held.expires_at <= now {
        // It comes back to those that work.
        room_for_one(&mut tx).await?;
    }
    let expires_at = now.plus(body.expires_in_days.unwrap_or(USUAL_LIFE).duration());
    let old_ends_at = old_ends(now, held.expires_at, overlap);
    let secret = Secret::random(id);
    let row = store(&mut tx, id, &secret, operator, expires_at, old_ends_at).await?;
    tx.emit(Event::new(EventKind::ApiKeyRotated, id, json!({ "api_key_id": id })));
    let entry = Entry::new(Action::ApiKeyRotated, id).changed(
        json!({ "fingerprint": held.fingerprint(), "expires_at": held.expires_at }),
        json!({
            "fingerprint": fingerprint(&secret.hash()),
            "expires_at": expires_at,
            "old_secret_ends_at": old_ends_at,
        }),
    );
    tx.commit(entry).await?;
    identity.known.forget_key(id);
    let key = Shown::once(secret.expose().to_owned());
    Ok(Reply::ok(MadeApiKey { api_key: row.shown(now), key }))
}

/// The rule: the old secret outlives neither its overlap nor its own time.
fn old_ends(now: Timestamp, expires_at: Timestamp, overlap: Days<0, 7>) -> Option<Timestamp> {
    let ends = now.plus(overlap.duration()).min(expires_at);
    (ends > now).then_some(ends)
}

/// The secret before the one before, if its overlap is not over yet, ends here: there are two at most.
async fn store(
    tx: &mut WriteTx,
    id: ApiKeyId,
    secret: &Secret,
    seen_by: OperatorId,
    expires_at: Timestamp,
    old_ends_at: Option<Timestamp>,
) -> Result<Row> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query_as!(
        Row,
        r#"update api_keys
              set old_hash = case when $7::timestamptz is null then null else secret_hash end,
                  old_seen_by = case when $7 is null then null else secret_seen_by end,
                  old_ends_at = $7,
                  secret_hash = $3,
                  secret_at = $4,
                  secret_seen_by = $5,
                  reminded_days = null,
                  expires_at = $6
            where workspace_id = $1
              and api_key_id = $2
           returning api_key_id       as "id: ApiKeyId",
                     name, scopes, allowed_addresses,
                     created_by       as "created_by: OperatorId",
                     created_at       as "created_at: Timestamp",
                     expires_at       as "expires_at: Timestamp",
                     revoked_at       as "revoked_at: Timestamp",
                     revoked_because,
                     secret_at        as "secret_at: Timestamp",
                     secret_seen_by   as "secret_seen_by: OperatorId",
                     old_seen_by      as "old_seen_by: OperatorId",
                     old_ends_at      as "old_ends_at: Timestamp",
                     last_used_at     as "last_used_at: Timestamp",
                     last_used_masked as "last_used_masked: MaskedAddress""#,
        workspace,
        id.uuid(),
        secret.hash().into_bytes(),
        now.sql(),
        seen_by.uuid(),
        expires_at.sql(),
        old_ends_at.map(Timestamp::sql),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_old_secret_outlives_neither_its_overlap_nor_its_own_time() {
        let now = Timestamp::from_unix_micros(1_795_338_000_000_000);
        let day = Duration::from_secs(24 * 3600);
        assert_eq!(old_ends(now, now.plus(day * 30), Days::of(7)), Some(now.plus(day * 7)));
        assert_eq!(old_ends(now, now.plus(day), Days::of(7)), Some(now.plus(day)));
        assert_eq!(old_ends(now, now.plus(day), Days::of(0)), None);
        assert_eq!(old_ends(now, now.minus(day), Days::of(7)), None);
    }
}
