//! `DELETE /api/v1/operators/{id}`: take somebody out of the workspace.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, OperatorId};
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, Event, EventKind, SystemReason};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use serde_json::json;

use super::{check, lock};
use crate::authenticate::nobody;
use crate::invitation::withdraw_above;
use crate::{Call, directory};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "remove_operator",
    method: Method::DELETE,
    path: "/api/v1/operators/{id}",
    summary: "Take somebody out of the workspace; it acts within a second, and their sockets close.",
    access: Access::Operator(Permission::MemberManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::OperatorRemoved),
    status: 204,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<One<OperatorId>>) -> Result<Reply> {
    let Call { state: identity, scope, path: One(id), .. } = call;
    let Actor::Operator { role: actor, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    let tx = system.tx();
    let held = lock(tx, id).await?;
    check(actor, &held, None)?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update operators set removed_at = $3 where workspace_id = $1 and operator_id = $2",
        workspace,
        id.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    withdraw_above(tx, id, None).await?;
    tx.emit(Event::new(EventKind::OperatorRemoved, id, json!({ "operator_id": id })));
    let entry =
        Entry::new(Action::OperatorRemoved, id).changed(json!({ "role": held.operator.role }), ());
    let mut recorded = system.record(entry, nobody(scope.origin().clone())).await?;
    directory::remove(recorded.tx(), held.person, scope.workspace()).await?;
    recorded.commit().await?;
    identity.known.forget_operator(id);
    Ok(Reply::nothing())
}
