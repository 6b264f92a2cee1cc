//! `POST /api/v1/audit-streams/{id}/rotate`: a webhook's new secret. For a day the old one signs
//! beside it.

use std::time::Duration;

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::{AuditStreamId, Id};
use lk_base::{Error, Result, Shown};
use lk_crypto::WebhookSecret;
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use serde_json::json;

use super::delivery::opened;
use super::{MadeAuditStream, fingerprint, one, secret_place};
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "rotate_audit_stream_secret",
    method: Method::POST,
    path: "/api/v1/audit-streams/{id}/rotate",
    summary: "Gives a stream's webhook a new secret, shown this once. The old one signs beside it \
              for 24 hours.",
    access: Access::Fresh(Permission::AuditStream),
    rate: RateClass::Write,
    audited: Audited::As(Action::AuditStreamSecretRotated),
    status: 200,
};

/// How long both secrets sign.
const OVERLAP: Duration = Duration::from_secs(24 * 3600);

const NO_SECRET: Error = Error::Refused {
    code: "stream_has_no_secret",
    detail: "A stream by syslog has no secret: the receiver is known by its certificate.",
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`; `Refused` for a stream by syslog.
pub async fn handler(call: Call<Audit, One<AuditStreamId>>) -> Result<Reply<MadeAuditStream>> {
    let Call { state: audit, scope, path: One(id), .. } = call;
    let mut tx = audit.db.write(&scope).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let sealed = sqlx::query_scalar!(
        "select secret_sealed
           from audit_streams
          where workspace_id = $1
            and stream_id = $2
            for no key update",
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?
    .ok_or(NO_SECRET)?;
    let place = secret_place(workspace, id.uuid());
    let old = opened(audit.db.sealer(), place, &sealed)?;
    let secret = WebhookSecret::random();
    let (new_sealed, ends) = (tx.seal(place, secret.bytes())?, now.plus(OVERLAP));
    sqlx::query!(
        "update audit_streams
            set old_secret_sealed = secret_sealed,
                old_secret_ends_at = $4,
                secret_sealed = $3
          where workspace_id = $1
            and stream_id = $2",
        workspace,
        id.uuid(),
        new_sealed,
        ends.sql(),
    )
    .execute(tx.conn())
    .await?;
    let stream = one(tx.conn(), workspace, now, id).await?;
    let entry = Entry::new(Action::AuditStreamSecretRotated, id).changed(
        json!({ "secret": fingerprint(&audit, workspace, id, &old)? }),
        json!({
            "secret": fingerprint(&audit, workspace, id, &secret)?,
            "old_secret_ends_at": ends,
        }),
    );
    tx.commit(entry).await?;
    let secret = Some(Shown::once(secret.text().expose().to_owned()));
    Ok(Reply::ok(MadeAuditStream { stream, secret }))
}
