//! `POST /api/v1/audit-views`: keep a view for oneself.

use http::Method;
use lk_authz::Permission;
use lk_base::id::{AuditViewId, Id};
use lk_base::text::{Line, Text};
use lk_base::{Error, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{AuditView, MOST};
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "save_audit_view",
    method: Method::POST,
    path: "/api/v1/audit-views",
    summary: "Keeps a view of the audit log for the caller.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Write,
    audited: Audited::As(Action::AuditViewSaved),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SaveAuditView")]
pub struct Input {
    /// What to call it.
    pub name: Line<1, 60>,
    /// The words of the query bar.
    pub query: Text<0, 500>,
}

const TOO_MANY: Error = Error::Refused {
    code: "too_many_views",
    detail: "You keep 30 views already: take one away first.",
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` when there are too many.
pub async fn handler(call: Call<Audit, Nothing, Nothing, Input>) -> Result<Reply<AuditView>> {
    let Call { state: audit, scope, body, .. } = call;
    let operator = scope.operator()?;
    let mut tx = audit.db.write(&scope).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    // The operator's row is held, so that two at once are counted one after the other.
    let kept = sqlx::query_scalar!(
        r#"with held as (
               select operator_id
                 from operators
                where workspace_id = $1
                  and operator_id = $2
                  for no key update
           )
           select count(*) as "kept!"
             from audit_views
            where workspace_id = $1
              and operator_id = (select operator_id from held)"#,
        workspace,
        operator.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    if kept >= MOST {
        return Err(TOO_MANY);
    }
    let view = AuditView {
        id: tx.new_id::<AuditViewId>(),
        name: body.name.into_string(),
        query: body.query.into_string(),
        created_at: now,
    };
    sqlx::query!(
        "insert into audit_views (workspace_id, view_id, operator_id, name, query, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        workspace,
        view.id.uuid(),
        operator.uuid(),
        view.name,
        view.query,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    tx.commit(Entry::new(Action::AuditViewSaved, view.id)).await?;
    Ok(Reply::created(view))
}
