//! `POST /api/v1/audit/review`: the log was reviewed up to an entry.

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::{EntryId, Id};
use lk_base::{Error, Result, Timestamp};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::AuditReview;
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "mark_audit_reviewed",
    method: Method::POST,
    path: "/api/v1/audit/review",
    summary: "Says that the audit log was reviewed up to an entry. The mark only moves forward.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Write,
    audited: Audited::As(Action::AuditReviewed),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MarkAuditReviewed")]
pub struct Input {
    /// The newest entry that was reviewed.
    pub until: EntryId,
}

const BACKWARDS: Error = Error::Refused {
    code: "reviewed_further",
    detail: "The log was reviewed further than that already.",
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound` when there is no such entry, `Refused` when the mark is further on.
pub async fn handler(call: Call<Audit, Nothing, Nothing, Input>) -> Result<Reply<AuditReview>> {
    let Call { state: audit, scope, body, .. } = call;
    let by = scope.operator()?;
    let mut tx = audit.db.write(&scope).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let until_at = sqlx::query_scalar!(
        r#"select at as "at!: Timestamp"
             from audit_written
            where workspace_id = $1
              and entry_id = $2"#,
        workspace,
        body.until.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    let before = sqlx::query_scalar!(
        r#"select entry_id as "until: EntryId"
             from audit_reviews
            where workspace_id = $1
              for update"#,
        workspace,
    )
    .fetch_optional(tx.conn())
    .await?;
    // Of two who set the first mark at once, the further one stands.
    let moved = sqlx::query!(
        "insert into audit_reviews (workspace_id, entry_id, entry_at, reviewed_by, reviewed_at)
         values ($1, $2, $3, $4, $5)
         on conflict (workspace_id) do update
            set entry_id = excluded.entry_id,
                entry_at = excluded.entry_at,
                reviewed_by = excluded.reviewed_by,
                reviewed_at = excluded.reviewed_at
          where audit_reviews.entry_id < excluded.entry_id",
        workspace,
        body.until.uuid(),
        until_at.sql(),
        by.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if moved == 0 {
        return Err(BACKWARDS);
    }
    let entry = Entry::new(Action::AuditReviewed, body.until);
    let old = before.map(|until| json!({ "until": until }));
    tx.commit(entry.changed(old, json!({ "until": body.until }))).await?;
    Ok(Reply::ok(AuditReview { until: body.until, until_at, by, at: now }))
}
