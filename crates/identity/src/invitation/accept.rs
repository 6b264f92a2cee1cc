//! `POST /api/v1/invitations/accept`: join the workspace and sign in.

use axum::http::Method;
use lk_base::id::OperatorId;
use lk_base::text::{Email, Name};
use lk_base::{Error, Result, Secret};
use lk_crypto::password::Verdict;
use lk_db::{Action, Entry, Event, EventKind, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{halves, mark_accepted, pending};
use crate::brake::{Attempt, work::shown};
use crate::factor::{Factor, enrolled};
use crate::link::BAD_LINK;
use crate::nobody::{nobody, nobody_in};
use crate::password::About;
use crate::person::{Person, by_email};
use crate::session::sign_in::{SignedIn, ask, failed};
use crate::session::{Standing, begin, enter};
use crate::sso::{Offer, SSO_REQUIRED};
use crate::workspace::name_of;
use crate::{Call, Identity, directory, operator, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "accept_invitation",
    method: Method::POST,
    path: "/api/v1/invitations/accept",
    summary: "Join the workspace one was invited to, and sign in.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::InvitationAccepted),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AcceptInvitation")]
pub struct Input {
    /// The part of the link after the `#`.
    token: Secret,
    /// What the person is called; needed when the address has no login yet.
    name: Option<Name>,
    /// A new password, or the one of the login that the address has.
    password: Secret,
}

/// Who accepts: somebody new, with a hash, or somebody known, with the hash that was right.
enum Joiner {
    New { name: Name, hash: String },
    Known(Person, String),
}

const WRONG: Error = Error::Refused {
    code: "wrong_credentials",
    detail: "This address has a login already, and that is not its password.",
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<SignedIn>> {
    let Call { state: identity, scope, body, headers, .. } = call;
    let (workspace, hash) = halves(&body.token).ok_or(BAD_LINK)?;
    let origin = scope.origin().clone();
    let inside = nobody_in(workspace, origin.clone());
    let mut look = identity.db.system(SystemReason::SignIn, &inside).await?;
    let (_, email) = pending(look.tx(), &hash).await?.ok_or(BAD_LINK)?;
    let called = name_of(look.tx()).await?;
    look.enter(nobody(origin.clone())).await?;
    let login = by_email(look.tx(), &email).await?;
    drop(look);
    // Whoever invites an address could try passwords at its login here.
    let named = identity.brake.named(&email);
    let admitted = identity.brake.admit(Attempt::SignIn, named, &scope, shown(&headers))?;
    let known = login.as_ref().map(|login| login.person.id);
    let joiner = joiner(&identity, login, body.name, body.password, &email, &called).await?;
    let Some(joiner) = joiner else {
        failed(&identity, &scope, known, email).await?;
        return Err(WRONG);
    };
    identity.brake.forgive(admitted);

    let mut system = identity.db.system(SystemReason::SignIn, &inside).await?;
    let now = system.tx().now();
    // Asked again, now under lock: the link works once.
    let (invitation, email) = pending(system.tx(), &hash).await?.ok_or(BAD_LINK)?;
    mark_accepted(system.tx(), invitation.id).await?;
    let name = name_of(system.tx()).await?;
    system.enter(nobody(origin.clone())).await?;
    let person = match joiner {
        Joiner::New { name, hash } => person::insert(system.tx(), &name, &email, &hash).await?,
        Joiner::Known(person, hash) => {
            if !person::still_has(system.tx(), person.id, &hash).await? {
                return Err(WRONG);
            }
            person
        }
    };
    // Only the mail had the link: whoever has it reads what is sent to the address.
    if invitation.link_shown_at.is_none() {
        person::verified(system.tx(), person.id).await?;
    }
    system.enter(inside.clone()).await?;
    let fresh: OperatorId = system.tx().new_id();
    let joined = operator::insert(system.tx(), fresh, &person, invitation.role).await?;
    let tx = system.tx();
    tx.emit(Event::new(
        EventKind::InvitationAccepted,
        invitation.id,
        json!({ "invitation_id": invitation.id }),
    ));
    tx.emit(Event::new(EventKind::OperatorJoined, joined.id, json!({ "operator": joined })));
    system.enter(nobody(origin)).await?;
    directory::insert(system.tx(), person.id, workspace, &name, joined.id).await?;
    let places = directory::of(system.tx(), person.id).await?;
    let place = places.iter().find(|place| place.workspace.id == workspace).cloned();
    let place = place.ok_or(Error::NotFound)?;
    let offer = place.sso;
    let entry = Entry::new(Action::InvitationAccepted, invitation.id);
    // The password alone opens no session to somebody who has a second factor, by no way in.
    if enrolled(system.tx(), person.id).await? {
        let asked = ask(system.tx(), &identity, person.id).await?;
        system.enter(inside).await?;
        system.commit(entry.with(json!({ "operator": joined.id, "role": joined.role }))).await?;
        return Ok(Reply::created(asked));
    }
    // They are a member now; the way in is another.
    if offer == Offer::Only {
        system.enter(inside).await?;
        system.commit(entry.with(json!({ "operator": joined.id, "role": joined.role }))).await?;
        return Err(SSO_REQUIRED);
    }
    let begun = begin(system.tx(), &identity, &person, &place, &[Factor::Password]).await?;
    let entered =
        enter(&mut system, &identity, &person, begun.session, &place).await?.ok_or(BAD_LINK)?;
    system.commit(entry.with(json!({ "operator": joined.id, "role": entered.role }))).await?;
    let session = Standing::new(person, begun.session, &place, entered, places).signed(
        &identity,
        begun.context,
        now,
    )?;
    let reply = Reply::created(SignedIn::Session(session));
    Ok(reply.cookie(begun.cookies(&identity)))
}

/// Who accepts; `None` when the password is not that of the login which the address has.
async fn joiner(
    identity: &Identity,
    login: Option<person::Login>,
    name: Option<Name>,
    password: Secret,
    email: &Email,
    workspace: &str,
) -> Result<Option<Joiner>> {
    if let Some(login) = login {
        return match identity.hasher.verify(password, Some(login.password.clone())).await? {
            Verdict::Wrong => Ok(None),
            _ => Ok(Some(Joiner::Known(login.person, login.password))),
        };
    }
    let name = name.ok_or(Error::Refused { code: "name_needed", detail: "Tell us your name." })?;
    let names = [name.as_str().to_owned(), workspace.to_owned()];
    identity.rules.check(&password, About { email, names: &names })?;
    Ok(Some(Joiner::New { name, hash: identity.hasher.hash(password).await? }))
}
