//! `GET /api/v1/factor-helps`: which colleagues lost every second factor and ask for help.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{OperatorId, PersonId};
use lk_base::{Page, Personal, Result, Timestamp};
use lk_db::SystemReason;
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Call;
use crate::nobody::nobody;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_factor_helps",
    method: Method::GET,
    path: "/api/v1/factor-helps",
    summary: "Which colleagues lost every second factor and ask those who run a workspace of theirs for help.",
    access: Access::Operator(Permission::WorkspaceSecurity),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// A colleague who asks for help.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FactorHelp {
    /// Who asks.
    operator_id: OperatorId,
    /// Their name.
    name: Personal,
    /// When they asked.
    asked_at: Timestamp,
    /// From when on their factors are removed when they sign in; null before somebody approved it.
    ripe_at: Option<Timestamp>,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Page<FactorHelp>>> {
    let Call { state: identity, scope, .. } = call;
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    let tx = system.tx();
    let workspace = tx.workspace();
    let members = sqlx::query!(
        r#"select operator_id as "id: OperatorId", person_id as "person: PersonId", name
             from operators
            where workspace_id = $1
              and removed_at is null
            order by operator_id"#,
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    system.enter(nobody(scope.origin().clone())).await?;
    let tx = system.tx();
    let (workspace, now) = (tx.workspace(), tx.now());
    let persons: Vec<uuid::Uuid> =
        members.iter().map(|member| lk_base::id::Id::uuid(member.person)).collect();
    let open = sqlx::query!(
        r#"select person_id as "person: PersonId",
                  asked_at  as "asked_at: Timestamp",
                  ripe_at   as "ripe_at: Timestamp"
             from factor_helps
            where workspace_id = $1
              and person_id = any ($2)
              and ended_at is null
              and expires_at > $3
            order by asked_at, help_id"#,
        workspace,
        &persons,
        now.sql(),
    )
    .fetch_all(tx.conn())
    .await?;
    let helps = open.into_iter().filter_map(|row| {
        let member = members.iter().find(|member| member.person == row.person)?;
        Some(FactorHelp {
            operator_id: member.id,
            name: Personal::new(member.name.clone()),
            asked_at: row.asked_at,
            ripe_at: row.ripe_at,
        })
    });
    Ok(Reply::ok(Page::whole(helps.collect())))
}
