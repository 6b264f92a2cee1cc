//! `PATCH /api/v1/operators/{id}`: change a colleague's role.

use axum::http::Method;
use lk_authz::{Permission, Role};
use lk_base::id::{Id, OperatorId};
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, Event, EventKind};
use lk_web::{Access, Audited, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Operator, check, lock};
use crate::Call;
use crate::invitation::withdraw_above;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "change_operator_role",
    method: Method::PATCH,
    path: "/api/v1/operators/{id}",
    summary: "Change a colleague's role; it acts within a second, and their sockets close.",
    access: Access::Fresh(Permission::MemberManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::RoleChanged),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeOperatorRole")]
pub struct Input {
    /// The new role.
    role: Role,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<One<OperatorId>, Nothing, Input>) -> Result<Reply<Operator>> {
    let Call { state: identity, scope, path: One(id), body, .. } = call;
    let Actor::Operator { operator: you, role: actor, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut tx = identity.db.write(&scope).await?;
    let held = lock(&mut tx, id).await?;
    check(actor, &held, Some(body.role))?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update operators set role = $3 where workspace_id = $1 and operator_id = $2",
        workspace,
        id.uuid(),
        body.role.name(),
    )
    .execute(tx.conn())
    .await?;
    withdraw_above(&mut tx, id, Some(body.role)).await?;
    let data = json!({ "operator_id": id, "role": body.role });
    tx.emit(Event::new(EventKind::OperatorRoleChanged, id, data));
    let (old, new) = (json!({ "role": held.operator.role }), json!({ "role": body.role }));
    tx.commit(Entry::new(Action::RoleChanged, id).changed(old, new)).await?;
    identity.known.forget_operator(id);
    Ok(Reply::ok(Operator { role: body.role, you: id == you, ..held.operator }))
}
