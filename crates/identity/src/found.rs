//! Persons and workspaces that come into being: with a first session, or outside the API (the demo's).

use std::sync::Arc;

use lk_authz::Role;
use lk_base::id::{OperatorId, WorkspaceId};
use lk_base::text::{Email, Name};
use lk_base::{Error, Result, Secret};
use lk_crypto::Token;
use lk_db::{Action, Entry, Event, EventKind, Origin, Scope, SystemReason, SystemTx};
use lk_web::Reply;
use serde_json::json;

use crate::directory::{Place, WorkspaceName};
use crate::factor::Factor;
use crate::nobody::{nobody, nobody_in};
use crate::person::Person;
use crate::session::{Session, Standing};
use crate::{Identity, directory, operator, person, session, workspace};

/// Somebody who has just got a login, and the workspace that will be theirs.
pub(crate) struct Founder {
    pub(crate) person: Person,
    pub(crate) workspace_name: Name,
}

/// Makes a founder's workspace and begins their first session in it, with the password they have
/// just chosen.
pub(crate) async fn begin(
    identity: &Identity,
    mut system: SystemTx,
    platform: Scope,
    Founder { person, workspace_name }: Founder,
    action: Action,
) -> Result<Reply<Session>> {
    let now = system.tx().now();
    let place = workspace::create(identity, &mut system, &person, &workspace_name).await?;
    // Back to the platform's rows for the session, then in as the operator for the entry.
    system.enter(platform).await?;
    let begun = session::begin(system.tx(), identity, &person, &place, &[Factor::Password]).await?;
    let entered = session::enter(&mut system, identity, &person, begun.session, &place)
        .await?
        .ok_or(Error::NotFound)?;
    system.commit(Entry::new(action, place.workspace.id)).await?;
    let standing = Standing::new(person, begun.session, &place, entered, vec![place.clone()]);
    let session = standing.signed(identity, begun.context, now)?;
    Ok(Reply::created(session).cookie(begun.cookies(identity)))
}

/// A person with a password that nobody knows; they sign in by links. A known address gives the
/// person who has it.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn person(identity: &Identity, name: &Name, email: &Email) -> Result<Person> {
    let scope = nobody(Arc::new(Origin::system("demo")));
    let mut system = identity.db.system(SystemReason::CommandLine, &scope).await?;
    if let Some(login) = person::by_email(system.tx(), email).await? {
        return Ok(login.person);
    }
    let hash = identity.hasher.hash(Secret::new(Token::random().expose().to_owned())).await?;
    let person = person::insert(system.tx(), name, email, &hash).await?;
    system.commit(Entry::new(Action::PersonCreated, person.id)).await?;
    Ok(person)
}

/// A workspace with this person as its super admin.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn workspace(identity: &Identity, person: &Person, name: &Name) -> Result<Place> {
    let scope = nobody(Arc::new(Origin::system("demo")));
    let mut system = identity.db.system(SystemReason::CommandLine, &scope).await?;
    let place = workspace::create(identity, &mut system, person, name).await?;
    system.commit(Entry::new(Action::WorkspaceCreated, place.workspace.id)).await?;
    Ok(place)
}

/// A further operator of a workspace.
///
/// # Errors
/// `already_a_member`, or `Internal` when the database refuses.
pub async fn colleague(
    identity: &Identity,
    of: &WorkspaceName,
    person: &Person,
    role: Role,
) -> Result<OperatorId> {
    let origin = Arc::new(Origin::system("demo"));
    let workspace: WorkspaceId = of.id;
    let mut system = identity
        .db
        .system(SystemReason::CommandLine, &nobody_in(workspace, Arc::clone(&origin)))
        .await?;
    let id: OperatorId = system.tx().new_id();
    let joined = operator::insert(system.tx(), id, person, role).await?;
    system.tx().emit(Event::new(
        EventKind::OperatorJoined,
        joined.id,
        json!({ "operator": joined }),
    ));
    let entry = Entry::new(Action::OperatorAdded, joined.id).with(json!({ "role": role }));
    let mut recorded = system.record(entry, nobody(origin)).await?;
    directory::insert(recorded.tx(), person.id, workspace, &of.name, joined.id).await?;
    recorded.commit().await?;
    Ok(joined.id)
}

/// Where a person belongs, by address; `None` when nobody has it.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn places(identity: &Identity, email: &Email) -> Result<Option<(Person, Vec<Place>)>> {
    let scope = nobody(Arc::new(Origin::system("demo")));
    let mut system = identity.db.system(SystemReason::CommandLine, &scope).await?;
    let Some(login) = person::by_email(system.tx(), email).await? else { return Ok(None) };
    let places = directory::of(system.tx(), login.person.id).await?;
    if places.is_empty() { Err(Error::NotFound) } else { Ok(Some((login.person, places))) }
}
