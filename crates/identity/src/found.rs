//! Persons and workspaces that come into being outside the API: the demo's.

use std::sync::Arc;

use lk_authz::Role;
use lk_base::id::{OperatorId, WorkspaceId};
use lk_base::text::{Email, Name};
use lk_base::{Error, Result, Secret};
use lk_crypto::Token;
use lk_db::{Action, Entry, Event, EventKind, Origin, SystemReason};
use serde_json::json;

use crate::authenticate::{nobody, nobody_in};
use crate::directory::{Place, WorkspaceName};
use crate::person::Person;
use crate::{Identity, directory, operator, person, workspace};

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
