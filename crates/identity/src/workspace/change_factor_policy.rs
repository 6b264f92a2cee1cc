//! `PATCH /api/v1/workspace/second-factor`: require a second factor of everybody, or no longer.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::id::PersonId;
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::factor_policy::{FactorPolicy, since, without};
use super::lock;
use crate::Call;
use crate::factor::reach;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "change_factor_policy",
    method: Method::PATCH,
    path: "/api/v1/workspace/second-factor",
    summary: "Require a second factor of everybody in the workspace, or no longer; it acts within a second.",
    access: Access::Fresh(Permission::WorkspaceSecurity),
    rate: RateClass::Write,
    audited: Audited::As(Action::FactorPolicyChanged),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeFactorPolicy")]
pub struct Input {
    /// Whether everybody needs one from now on.
    required: bool,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<FactorPolicy>> {
    let Call { state: identity, scope, body, .. } = call;
    let place = scope.workspace();
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    lock(system.tx()).await?;
    let before = since(system.tx()).await?;
    let now = system.tx().now();
    let required_since = body.required.then(|| before.unwrap_or(now));
    keep(system.tx(), body.required).await?;
    let (members, without) = without(&mut system).await?;
    let persons: Vec<PersonId> = without.iter().map(|each| each.person).collect();
    reach::announce_in(system.tx(), place, &persons).await?;
    system.enter(scope).await?;
    let entry = Entry::new(Action::FactorPolicyChanged, place);
    let old = json!({ "required": before.is_some() });
    let new = json!({ "required": body.required, "without_factor": persons.len() });
    system.commit(entry.changed(old, new)).await?;
    identity.known.forget_all();
    Ok(Reply::ok(FactorPolicy { required_since, members, without }))
}

async fn keep(tx: &mut WriteTx, required: bool) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update workspaces
            set factor_required_since = case when $2 then coalesce(factor_required_since, $3) end
          where workspace_id = $1",
        workspace,
        required,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
