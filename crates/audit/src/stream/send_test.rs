//! `POST /api/v1/audit-streams/{id}/test`: one event now, to see whether it arrives.
//!
//! It looks like the entry that it leaves, and says that it is a test. It goes beside the stream:
//! nothing of the log is sent, and the stream stays where it is, also while it is paused.

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::{AnyId, AuditStreamId, EntryId, Id};
use lk_base::{Result, Timestamp};
use lk_db::{Action, Entry, Scope};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::batch::Event;
use super::delivery::{Way, opened};
use super::target::{Target, way_out};
use super::{Kind, secret_place};
use crate::Audit;
use crate::entry::{AuditEntry, Named, Readable, ocsf};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "test_audit_stream",
    method: Method::POST,
    path: "/api/v1/audit-streams/{id}/test",
    summary: "Sends one test event along a stream of the audit log, and says what became of it.",
    access: Access::Operator(Permission::AuditStream),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::AuditStreamTested),
    status: 200,
};

/// What became of it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditStreamTest")]
pub struct Outcome {
    /// Whether the receiver took it.
    pub delivered: bool,
    /// Why not.
    pub error: Option<String>,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`. That nothing was delivered is no error, but what was asked for.
pub async fn handler(call: Call<Audit, One<AuditStreamId>>) -> Result<Reply<Outcome>> {
    let Call { state: audit, scope, path: One(id), .. } = call;
    let way = way(&audit, &scope, id).await?;
    let now = audit.db.clock().now();
    let event = event(&audit, &scope, id, now);
    // No transaction is open while the receiver is waited for.
    let sent = way.bring(&format!("{id}_test_{}", now.unix_micros()), now, &[event]).await;
    let tx = audit.db.write(&scope).await?;
    let entry = Entry::new(Action::AuditStreamTested, id);
    tx.commit(entry.with(json!({ "delivered": sent.is_ok() }))).await?;
    let error = sent.err().map(|trouble| trouble.to_string());
    Ok(Reply::ok(Outcome { delivered: error.is_none(), error }))
}

async fn way(audit: &Audit, scope: &Scope, id: AuditStreamId) -> Result<Way> {
    let mut tx = audit.db.read(scope).await?;
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select kind as "kind: Kind", address, authority, secret_sealed
             from audit_streams
            where workspace_id = $1
              and stream_id = $2"#,
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    let place = secret_place(workspace, id.uuid());
    let secret = row.secret_sealed.map(|sealed| opened(audit.db.sealer(), place, &sealed));
    Ok(Way {
        target: Target::parse(row.kind, &row.address)?,
        outbound: way_out(audit, row.authority.as_deref())?,
        secrets: secret.transpose()?.into_iter().collect(),
        host: audit.host().to_owned(),
    })
}

fn event(audit: &Audit, scope: &Scope, id: AuditStreamId, now: Timestamp) -> Event {
    let action = Action::AuditStreamTested.name();
    let actor = scope.actor();
    let named = |kind: &str, id| Named { kind: kind.to_owned(), id, name: None };
    let entry = AuditEntry {
        id: audit.db.clock().new_id::<EntryId>(),
        at: now,
        action: action.to_owned(),
        actor: named(actor.kind(), actor.uuid().and_then(|id| AnyId::of(actor.kind(), id))),
        session_id: actor.session(),
        target: named(AuditStreamId::KIND, AnyId::of(AuditStreamId::KIND, id.uuid())),
        request_id: scope.origin().request_id.clone(),
        payload: Readable::Open,
        version: None,
        old: None,
        new: None,
        masked_ip: None,
        device: None,
        user_agent: None,
    };
    let mut event = ocsf::event(scope.workspace(), &entry);
    if let Some(unmapped) = event.get_mut("unmapped").and_then(Value::as_object_mut) {
        unmapped.insert("test".to_owned(), json!(true));
    }
    Event::of(action, now, event, None)
}
