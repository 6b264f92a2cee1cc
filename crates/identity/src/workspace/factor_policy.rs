//! `GET /api/v1/workspace/second-factor`: whether everybody needs one here, and who has none.

use axum::http::Method;
use lk_authz::{Permission, Role};
use lk_base::id::{OperatorId, PersonId};
use lk_base::{Personal, Result, Timestamp};
use lk_db::{SystemReason, SystemTx, WriteTx};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::nobody::nobody;
use crate::{Call, factor};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_factor_policy",
    method: Method::GET,
    path: "/api/v1/workspace/second-factor",
    summary: "Whether everybody here needs a second factor, and who has none.",
    access: Access::Operator(Permission::WorkspaceSecurity),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// What a workspace requires, and whom it concerns.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FactorPolicy {
    /// Since when everybody needs a second factor; null when only roles do.
    pub(crate) required_since: Option<Timestamp>,
    /// How many people belong to the workspace.
    pub(crate) members: usize,
    /// Who has none: they reach nothing but enrolment while it is required of them.
    pub(crate) without: Vec<Without>,
}

/// Somebody who has no second factor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Without {
    operator_id: OperatorId,
    name: Personal,
    role: Role,
    #[serde(skip)]
    pub(crate) person: PersonId,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<FactorPolicy>> {
    let Call { state: identity, scope, .. } = call;
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    let required_since = since(system.tx()).await?;
    let (members, without) = without(&mut system).await?;
    Ok(Reply::ok(FactorPolicy { required_since, members, without }))
}

/// Since when a second factor is required, in the workspace of the transaction.
pub(crate) async fn since(tx: &mut WriteTx) -> Result<Option<Timestamp>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select factor_required_since as "since: Timestamp"
             from workspaces
            where workspace_id = $1"#,
        workspace,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// How many belong to the workspace of the transaction, and who of them has no second factor; the
/// transaction stands among the platform's rows afterwards.
pub(crate) async fn without(system: &mut SystemTx) -> Result<(usize, Vec<Without>)> {
    let tx = system.tx();
    let (workspace, origin) = (tx.workspace(), tx.scope().origin().clone());
    let members = sqlx::query!(
        r#"select operator_id as "operator: OperatorId",
                  person_id   as "person: PersonId",
                  name,
                  role        as "role: Role"
             from operators
            where workspace_id = $1
              and removed_at is null
            order by name, operator_id"#,
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    system.enter(nobody(origin)).await?;
    let persons: Vec<PersonId> = members.iter().map(|member| member.person).collect();
    let have = factor::enrolled_of(system.tx(), &persons).await?;
    let count = members.len();
    let without = members.into_iter().filter(|member| !have.contains(&member.person));
    let without = without.map(|member| Without {
        operator_id: member.operator,
        name: Personal::new(member.name),
        role: member.role,
        person: member.person,
    });
    Ok((count, without.collect()))
}
