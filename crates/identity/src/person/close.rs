//! `POST /api/v1/me/close`: close one's login for good.
//!
//! Sessions, factors and memberships end, name and address are taken out of the person and of every
//! workspace they were in; what they wrote stays, under "Former member". The address is free again.

use std::sync::Arc;

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{Id, OperatorId, PersonId, WorkspaceId};
use lk_base::text::Email;
use lk_base::{Error, Result, Secret};
use lk_crypto::Token;
use lk_db::{Action, Actor, Entry, SystemReason, SystemTx, WriteTx};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use serde_json::json;

use super::by_id;
use crate::factor::{challenge, help};
use crate::nobody::{nobody, nobody_in};
use crate::operator::leaving::depart;
use crate::operator::{self, erase};
use crate::session::{beginning, end_all};
use crate::sso::SSO_BOUND;
use crate::{Call, Identity, directory, letter};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "close_own_login",
    method: Method::POST,
    path: "/api/v1/me/close",
    summary: "Close one's login for good: sessions, factors and memberships end, name and address are erased. A workspace whose last super admin one is must be handed over first.",
    access: Access::Fresh(Permission::OwnSession),
    rate: RateClass::StepUp,
    audited: Audited::As(Action::LoginClosed),
    status: 204,
};

const HAND_OVER_FIRST: Error = Error::Refused {
    code: "hand_over_first",
    detail: "You are the last super admin of a workspace: hand it over first.",
};

/// What stands where a name stood.
const NOBODY: &str = "Former member";

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, session, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let platform = nobody(scope.origin().clone());
    // From here on nobody knows the password, not even who had it.
    let unknown = Secret::new(Token::random().expose().to_owned());
    let hash = identity.hasher.hash(unknown).await?;
    let mut system = identity.db.system(SystemReason::Membership, &platform).await?;
    let tx = system.tx();
    if beginning(tx, session).await?.is_none_or(|begun| begun.bound.is_some()) {
        return Err(SSO_BOUND);
    }
    let known = by_id(tx, person).await?.ok_or(Error::NotFound)?;
    let email = Email::parse(known.email.reveal()).map_err(Error::internal)?;
    let ended = end_all(tx, person, None, "login_closed").await?;
    let left = leave_all(&mut system, &identity, person, scope.workspace(), &email).await?;
    let tx = system.tx();
    lk_mail::post(tx, Some(&email), &letter::login_closed(&identity)).await?;
    forget(tx, person, &hash).await?;
    system.enter(scope).await?;
    let entry = Entry::new(Action::LoginClosed, person);
    let counts = json!({ "workspaces": left, "sessions": ended.len() });
    system.commit(entry.with(counts)).await?;
    identity.known.forget_all();
    Ok(Reply::nothing())
}

/// Leaves every workspace, in the order of their ids, and takes the name out of those that were left
/// before. Each has its own entry, but for the one from which it is done. Begins and ends among the
/// platform's rows.
async fn leave_all(
    system: &mut SystemTx,
    identity: &Identity,
    person: PersonId,
    here: WorkspaceId,
    email: &Email,
) -> Result<usize> {
    let origin = Arc::clone(system.tx().scope().origin());
    let mut places = directory::of(system.tx(), person).await?;
    places.sort_by_key(|place| place.workspace.id.uuid());
    let former = directory::former(system.tx(), person).await?;
    for place in &places {
        system.enter(nobody_in(place.workspace.id, Arc::clone(&origin))).await?;
        let may = |held: &operator::Held| {
            operator::check(held.operator.role, held, None).map_err(|_| HAND_OVER_FIRST)
        };
        let (held, leaving) = depart(system.tx(), identity, (place.operator, None), 0, may).await?;
        erase(system.tx(), place.operator, NOBODY, email).await?;
        if place.workspace.id != here {
            let entry = Entry::new(Action::OperatorLeft, place.operator);
            system
                .also(entry.changed(json!({ "role": held.operator.role }), leaving.entered(None)))
                .await?;
        }
        leaving.forget(identity);
    }
    for (workspace, operator) in former {
        let was: OperatorId = operator;
        system.enter(nobody_in(workspace, Arc::clone(&origin))).await?;
        erase(system.tx(), was, NOBODY, email).await?;
    }
    system.enter(nobody(origin)).await?;
    Ok(places.len())
}

/// Takes out of the platform's rows what says who somebody was, or would let them in.
async fn forget(tx: &mut WriteTx, person: PersonId, hash: &str) -> Result<()> {
    challenge::forget(tx, person).await?;
    help::end(tx, person, "login_closed").await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    // The key is no address, so nobody types it and no address is taken by it.
    let nowhere = format!("closed:{person}");
    sqlx::query!(
        "with app as (
             delete from totp_factors where workspace_id = $1 and person_id = $2
         ), passkey as (
             delete from passkeys where workspace_id = $1 and person_id = $2
         ), code as (
             delete from recovery_codes where workspace_id = $1 and person_id = $2
         ), member as (
             delete from memberships where workspace_id = $1 and person_id = $2
         ), former as (
             delete from former_memberships where workspace_id = $1 and person_id = $2
         ), link as (
             update one_time_links
                set used_at = coalesce(used_at, $3), email = null
              where workspace_id = $1 and person_id = $2
         )
         update persons
            set name = $4, email = $5, email_key = $5, email_verified_at = null, password = $6,
                factor_owed_since = null, closed_at = $3
          where workspace_id = $1
            and person_id = $2",
        workspace,
        person.uuid(),
        now.sql(),
        NOBODY,
        nowhere,
        hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
