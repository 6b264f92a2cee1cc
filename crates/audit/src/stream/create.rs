//! `POST /api/v1/audit-streams`: stream the log to another system from now on, or from its
//! beginning.

use http::Method;
use lk_authz::Permission;
use lk_base::id::{AuditStreamId, Id, WorkspaceId};
use lk_base::text::{Line, Text};
use lk_base::{Error, Result, Shown};
use lk_crypto::WebhookSecret;
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::target::{Target, way_out};
use super::{Kind, MOST, MadeAuditStream, fingerprint, one, secret_place, the_carrier};
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "create_audit_stream",
    method: Method::POST,
    path: "/api/v1/audit-streams",
    summary: "Streams the audit log to another system. A webhook's secret is in this answer and is \
              never shown again.",
    access: Access::Fresh(Permission::AuditStream),
    rate: RateClass::Write,
    audited: Audited::As(Action::AuditStreamCreated),
    status: 201,
};

/// From where on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AuditStreamStart")]
pub enum Start {
    /// What is entered from now on.
    Now,
    /// Everything that the log has.
    Beginning,
}

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateAuditStream")]
pub struct Input {
    /// What to call it.
    pub name: Line<1, 60>,
    /// How it is delivered.
    pub kind: Kind,
    /// Where to: `https://siem.example/hook`, or `siem.example:6514` for syslog.
    pub address: Line<1, 500>,
    /// A certificate authority in PEM that is trusted there instead of the public ones.
    #[serde(default)]
    pub authority: Option<Text<0, 20000>>,
    /// From where on.
    pub start: Start,
}

const TOO_MANY: Error = Error::Refused {
    code: "too_many_streams",
    detail: "A workspace may have at most 25 streams: remove one first.",
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` for an address or authority that cannot be used, and when there are too many.
pub async fn handler(call: Call<Audit, Nothing, Nothing, Input>) -> Result<Reply<MadeAuditStream>> {
    let Call { state: audit, scope, body, .. } = call;
    let operator = scope.operator()?;
    let target = Target::parse(body.kind, body.address.as_str())?;
    let authority = body.authority.map(Text::into_string).filter(|pem| !pem.is_empty());
    target.look(&way_out(&audit, authority.as_deref())?).await?;
    let mut system = audit.db.system(SystemReason::Stream, &scope).await?;
    let tx = system.tx();
    room_for_one(tx).await?;
    let (workspace, now, id) = (tx.workspace(), tx.now(), tx.new_id::<AuditStreamId>());
    let after = match body.start {
        Start::Now => newest(tx).await?,
        Start::Beginning => 0,
    };
    let secret = (body.kind == Kind::Webhook).then(WebhookSecret::random);
    let place = secret_place(workspace, id.uuid());
    let sealed = secret.as_ref().map(|secret| tx.seal(place, secret.bytes())).transpose()?;
    sqlx::query!(
        "insert into audit_streams
             (workspace_id, stream_id, name, kind, address, authority, secret_sealed, created_by,
              created_at, last_number)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        workspace,
        id.uuid(),
        body.name.as_str(),
        body.kind.name(),
        target.address(),
        authority,
        sealed,
        operator.uuid(),
        now.sql(),
        after,
    )
    .execute(tx.conn())
    .await?;
    let print = secret.as_ref().map(|secret| fingerprint(&audit, workspace, id, secret));
    let entry = Entry::new(Action::AuditStreamCreated, id).with(json!({
        "kind": body.kind,
        "host": target.host(),
        "port": target.port(),
        "own_authority": authority.is_some(),
        "start": body.start,
        "after_number": after,
        "secret": print.transpose()?,
    }));
    let stream = one(tx.conn(), workspace, now, id).await?;
    let mut recorded = system.record(entry, the_carrier(WorkspaceId::PLATFORM)).await?;
    let tx = recorded.tx();
    let platform = tx.workspace();
    sqlx::query!(
        "insert into audit_stream_directory (workspace_id, stream_id, owner_workspace_id, next_at)
         values ($1, $2, $3, $4)",
        platform,
        id.uuid(),
        workspace,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    recorded.commit().await?;
    let secret = secret.map(|secret| Shown::once(secret.text().expose().to_owned()));
    Ok(Reply::created(MadeAuditStream { stream, secret }))
}

/// The rule: 25 streams. The workspace's row is held, so that two made at the same time are
/// counted one after the other.
async fn room_for_one(tx: &mut WriteTx) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "select 1 as one from workspaces where workspace_id = $1 for no key update",
        workspace,
    )
    .fetch_one(tx.conn())
    .await?;
    let there = sqlx::query_scalar!(
        r#"select count(*) as "there!" from audit_streams where workspace_id = $1"#,
        workspace,
    )
    .fetch_one(tx.conn())
    .await?;
    if there >= MOST { Err(TOO_MANY) } else { Ok(()) }
}

/// The newest number of the workspace's log.
async fn newest(tx: &mut WriteTx) -> Result<i64> {
    let workspace = tx.workspace();
    let newest = sqlx::query_scalar!(
        "select last_number from audit_heads where workspace_id = $1",
        workspace,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(newest.unwrap_or(0))
}
