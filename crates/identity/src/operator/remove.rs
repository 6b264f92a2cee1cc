//! `POST /api/v1/operators/{id}/remove`: take somebody out of the workspace, with all that follows.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::OperatorId;
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::check;
use super::leaving::{Leaving, Taken, take_out};
use crate::nobody::nobody;
use crate::{Call, directory};

/// The declaration. A POST, because a DELETE with a body is not sure to arrive whole.
pub static OPERATION: Operation = Operation {
    id: "remove_operator",
    method: Method::POST,
    path: "/api/v1/operators/{id}/remove",
    summary: "Take somebody out of the workspace within a second: their sessions and sockets end, the API keys only they know are revoked, their invitations are withdrawn, their conversations go to somebody else or to the queue.",
    access: Access::Fresh(Permission::MemberManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::OperatorRemoved),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RemoveOperator")]
pub struct Input {
    /// Who gets their open conversations; nobody, when not said: they go back to the queue.
    #[serde(default)]
    conversations_to: Option<OperatorId>,
}

/// HTTP in, HTTP out. The answer is the list of what followed, and of what is left to do.
pub async fn handler(call: Call<One<OperatorId>, Nothing, Input>) -> Result<Reply<Leaving>> {
    let Call { state: identity, scope, path: One(id), body, .. } = call;
    let Actor::Operator { role: actor, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let platform = nobody(scope.origin().clone());
    let mut system = identity.db.system(SystemReason::Membership, &platform).await?;
    let to = body.conversations_to;
    let taken = Taken { id, work_to: to, but: None };
    let (held, leaving) =
        take_out(&mut system, &identity, &scope, taken, |held| check(actor, held, None)).await?;
    let entry = Entry::new(Action::OperatorRemoved, id)
        .changed(json!({ "role": held.operator.role }), leaving.entered(to));
    let mut recorded = system.record(entry, platform).await?;
    directory::remove(recorded.tx(), held.person, scope.workspace()).await?;
    recorded.commit().await?;
    identity.known.forget_operator(id);
    leaving.forget(&identity);
    Ok(Reply::ok(leaving))
}
