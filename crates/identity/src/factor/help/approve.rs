//! `POST /api/v1/operators/{id}/factor-help`: say that it is the colleague who asks for help.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::OperatorId;
use lk_base::text::Email;
use lk_base::{Error, Result, Timestamp};
use lk_db::{Action, Actor, Entry, SystemReason};
use lk_web::{Access, Audited, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{PATIENCE, approve, hold};
use crate::link::{self, Purpose};
use crate::nobody::nobody;
use crate::operator::{YOURSELF, lock};
use crate::{Call, letter, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "approve_factor_help",
    method: Method::POST,
    path: "/api/v1/operators/{id}/factor-help",
    summary: "Approve that a colleague's second factors are removed: at their next sign-in, a day from now at the earliest, unless they object.",
    access: Access::Fresh(Permission::WorkspaceSecurity),
    rate: RateClass::Write,
    audited: Audited::As(Action::FactorHelpApproved),
    status: 200,
};

/// What was approved.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ApprovedHelp {
    /// From when on the factors are removed when the colleague signs in.
    ripe_at: Timestamp,
}

const NOT_ASKED: Error = Error::Refused {
    code: "no_help_asked",
    detail: "They have not asked for help, have taken it back, or somebody was faster.",
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<One<OperatorId>>) -> Result<Reply<ApprovedHelp>> {
    let Call { state: identity, scope, path: One(id), .. } = call;
    let Actor::Operator { operator: you, person: own, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    let held = lock(system.tx(), id).await?;
    if id == you || held.person == own {
        return Err(YOURSELF);
    }
    system.enter(nobody(scope.origin().clone())).await?;
    let tx = system.tx();
    let open = hold(tx, held.person).await?.filter(|open| open.ripe_at.is_none());
    let ripe_at = approve(tx, open.ok_or(NOT_ASKED)?.id, (scope.workspace(), you)).await?;
    let until = ripe_at.plus(PATIENCE);
    let token = link::make(tx, Purpose::CancelHelp, Some(held.person), until).await?;
    let known = person::by_id(tx, held.person).await?;
    let email = known.and_then(|known| Email::parse(known.email.reveal()).ok());
    lk_mail::post(tx, email.as_ref(), &letter::help_approved(&identity, &token)).await?;
    system.enter(scope).await?;
    let entry = Entry::new(Action::FactorHelpApproved, id);
    system.commit(entry.with(json!({ "ripe_at": ripe_at }))).await?;
    Ok(Reply::ok(ApprovedHelp { ripe_at }))
}
