//! `POST /api/v1/operators/{id}/transfer`: hand the workspace over to a colleague, in one step.

use axum::http::Method;
use lk_authz::{Permission, Role};
use lk_base::id::{Id, OperatorId};
use lk_base::text::Email;
use lk_base::{Error, Result};
use lk_db::{Action, Actor, Entry, Event, EventKind, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::leaving::{Taken, take_out};
use super::{Held, YOURSELF, lock_with};
use crate::invitation::withdraw_above;
use crate::nobody::nobody;
use crate::workspace::name_of;
use crate::{Call, directory, letter};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "transfer_workspace",
    method: Method::POST,
    path: "/api/v1/operators/{id}/transfer",
    summary: "Hand the workspace over to a colleague, who becomes a super admin, and become an admin or leave oneself; both are told by mail.",
    access: Access::Fresh(Permission::WorkspaceSecurity),
    rate: RateClass::Write,
    audited: Audited::As(Action::WorkspaceTransferred),
    status: 204,
};

/// What becomes of the one who hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AfterTransfer")]
pub enum Then {
    /// They stay, as an admin.
    Admin,
    /// They leave; their open conversations go to the colleague.
    Leave,
}

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TransferWorkspace")]
pub struct Input {
    /// What becomes of oneself.
    afterwards: Then,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<One<OperatorId>, Nothing, Input>) -> Result<Reply> {
    let Call { state: identity, scope, path: One(id), body, .. } = call;
    let Actor::Operator { operator: you, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    if id == you {
        return Err(YOURSELF);
    }
    let platform = nobody(scope.origin().clone());
    let mut system = identity.db.system(SystemReason::Membership, &platform).await?;
    let (held, left) = match body.afterwards {
        Then::Leave => {
            let taken = Taken { id: you, work_to: Some(id), but: None };
            let (held, leaving) =
                take_out(&mut system, &identity, &scope, taken, |held| check(held, id)).await?;
            (held, Some(leaving))
        }
        Then::Admin => {
            system.enter(scope.clone()).await?;
            (step_down(system.tx(), you, id).await?, None)
        }
    };
    raise(system.tx(), &held, id).await?;
    let called = name_of(system.tx()).await?;
    let entry = Entry::new(Action::WorkspaceTransferred, id).changed(
        json!({ "role": held.other.as_ref().map(|other| other.role) }),
        now_is(you, body.afterwards, left.as_ref().map(|leaving| leaving.entered(Some(id)))),
    );
    let mut recorded = system.record(entry, platform).await?;
    let tx = recorded.tx();
    if body.afterwards == Then::Leave {
        directory::remove(tx, held.person, scope.workspace()).await?;
    }
    let from = held.operator.name.reveal();
    let (to, to_mail) = held.other.as_ref().map_or(("", None), |other| {
        (other.name.reveal().as_str(), Email::parse(other.email.reveal()).ok())
    });
    let given = letter::workspace_given(&identity, &called, to, body.afterwards);
    let own_mail = Email::parse(held.operator.email.reveal()).ok();
    lk_mail::post(tx, own_mail.as_ref(), &given).await?;
    let taken = letter::workspace_taken(&identity, &called, from);
    lk_mail::post(tx, to_mail.as_ref(), &taken).await?;
    recorded.commit().await?;
    identity.known.forget_operator(id);
    identity.known.forget_operator(you);
    if let Some(leaving) = left {
        leaving.forget(&identity);
    }
    Ok(Reply::nothing())
}

/// What the audit log keeps of it, with what followed for whoever left.
fn now_is(by: OperatorId, then: Then, left: Option<Value>) -> Value {
    let mut new = left.unwrap_or_else(|| json!({}));
    if let Some(new) = new.as_object_mut() {
        new.insert("role".to_owned(), json!(Role::SuperAdmin));
        new.insert("handed_over_by".to_owned(), json!(by));
        new.insert("afterwards".to_owned(), json!(then));
    }
    new
}

/// The rule, asked while both are held: who hands over still has what they hand over, and the
/// colleague is still here.
fn check(held: &Held, to: OperatorId) -> Result<()> {
    match &held.other {
        Some(other) if other.id == to && held.operator.role == Role::SuperAdmin => Ok(()),
        Some(_) => Err(Error::Forbidden { code: "above_own_role" }),
        None => Err(Error::NotFound),
    }
}

/// Makes whoever hands over an admin; both are held.
pub(crate) async fn step_down(tx: &mut WriteTx, you: OperatorId, to: OperatorId) -> Result<Held> {
    let held = lock_with(tx, you, Some(to)).await?;
    check(&held, to)?;
    set_role(tx, you, Role::Admin).await?;
    withdraw_above(tx, you, Some(Role::Admin)).await?;
    Ok(held)
}

/// Makes the colleague, who is held, a super admin.
pub(crate) async fn raise(tx: &mut WriteTx, held: &Held, to: OperatorId) -> Result<()> {
    match &held.other {
        Some(other) if other.role == Role::SuperAdmin => Ok(()),
        _ => set_role(tx, to, Role::SuperAdmin).await,
    }
}

/// Gives a role to an operator who is held, and tells of it.
pub(crate) async fn set_role(tx: &mut WriteTx, id: OperatorId, role: Role) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update operators set role = $3 where workspace_id = $1 and operator_id = $2",
        workspace,
        id.uuid(),
        role.name(),
    )
    .execute(tx.conn())
    .await?;
    let data = json!({ "operator_id": id, "role": role });
    tx.emit(Event::new(EventKind::OperatorRoleChanged, id, data));
    Ok(())
}
