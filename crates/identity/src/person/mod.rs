//! A person: one login, known by an e-mail address.

pub mod change_email;
pub mod change_password;
pub mod close;
pub mod closing;
pub mod confirm_email;
pub mod events;
pub mod undo_email;

use std::sync::Arc;

use lk_base::id::{Id, PersonId};
use lk_base::text::{Email, Name};
use lk_base::{Error, Personal, Result};
use lk_db::{SystemTx, WriteTx};
use schemars::JsonSchema;
use serde::Serialize;

use crate::directory;
use crate::factor::{challenge, help};
use crate::nobody::{nobody, nobody_in};

/// A person as they see themselves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: Personal,
    /// Their address.
    pub email: Personal,
}

/// A person and their password's hash.
pub(crate) struct Login {
    pub(crate) person: Person,
    pub(crate) password: String,
}

/// Finds a person by address, among the platform's rows. Whatever begins with an address begins
/// here, so nobody signs in as a canary's people, and nothing is written to them.
pub(crate) async fn by_email(tx: &mut WriteTx, email: &Email) -> Result<Option<Login>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select person_id as "id: PersonId", name, email, password
             from persons
            where workspace_id = $1
              and email_key = $2
              and canary_workspace_id is null"#,
        workspace,
        email.key(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Login {
        person: Person {
            id: row.id,
            name: Personal::new(row.name),
            email: Personal::new(row.email),
        },
        password: row.password,
    }))
}

/// Finds a person by id, among the platform's rows.
pub(crate) async fn by_id(tx: &mut WriteTx, id: PersonId) -> Result<Option<Person>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select name, email from persons where workspace_id = $1 and person_id = $2",
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Person { id, name: Personal::new(row.name), email: Personal::new(row.email) }))
}

/// Makes a person, among the platform's rows.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    name: &Name,
    email: &Email,
    password: &str,
) -> Result<Person> {
    let (workspace, now, id) = (tx.workspace(), tx.now(), tx.new_id::<PersonId>());
    let inserted = sqlx::query!(
        "insert into persons
             (workspace_id, person_id, email, email_key, name, password, created_at, password_changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        workspace,
        id.uuid(),
        email.as_str(),
        email.key(),
        name.as_str(),
        password,
        now.sql(),
    )
    .execute(tx.conn())
    .await;
    match inserted {
        Ok(_) => {
            let (name, email) = (name.as_str().to_owned(), email.clone().into_personal());
            Ok(Person { id, name: Personal::new(name), email })
        }
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(ADDRESS_TAKEN),
        Err(error) => Err(error.into()),
    }
}

/// Stores a renewed hash of the same password.
pub(crate) async fn renew_hash(tx: &mut WriteTx, id: PersonId, hash: &str) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update persons set password = $3 where workspace_id = $1 and person_id = $2",
        workspace,
        id.uuid(),
        hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The hash of a person's password and their address, by id.
pub(crate) async fn credentials(tx: &mut WriteTx, id: PersonId) -> Result<Option<Login>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select name, email, password from persons where workspace_id = $1 and person_id = $2",
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Login {
        person: Person { id, name: Personal::new(row.name), email: Personal::new(row.email) },
        password: row.password,
    }))
}

/// Whether this is still the hash of the person's password. The row is held from here on: whoever
/// verified a password outside the transaction asks again before anything follows from it.
pub(crate) async fn still_has(tx: &mut WriteTx, id: PersonId, hash: &str) -> Result<bool> {
    let workspace = tx.workspace();
    let held = sqlx::query_scalar!(
        "select password from persons where workspace_id = $1 and person_id = $2 for update",
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(held.as_deref() == Some(hash))
}

/// The person's name and those of their workspaces, which are no secret.
pub(crate) async fn known_names(tx: &mut WriteTx, person: &Person) -> Result<Vec<String>> {
    let places = directory::of(tx, person.id).await?;
    let workspaces = places.into_iter().map(|place| place.workspace.name);
    Ok(std::iter::once(person.name.reveal().clone()).chain(workspaces).collect())
}

/// Stores a new password; a sign-in that was begun with the old one is over.
pub(crate) async fn set_password(tx: &mut WriteTx, id: PersonId, hash: &str) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update persons
            set password = $3, password_changed_at = $4
          where workspace_id = $1
            and person_id = $2",
        workspace,
        id.uuid(),
        hash,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    help::end(tx, id, "password_changed").await?;
    challenge::forget(tx, id).await
}

/// Notes that the person has just shown that they read what is sent to their address.
pub(crate) async fn verified(tx: &mut WriteTx, id: PersonId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update persons set email_verified_at = $3 where workspace_id = $1 and person_id = $2",
        workspace,
        id.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives a person another address, which they have shown to be theirs.
pub(crate) async fn set_email(tx: &mut WriteTx, id: PersonId, email: &Email) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let set = sqlx::query!(
        "update persons
            set email = $3, email_key = $4, email_verified_at = $5
          where workspace_id = $1
            and person_id = $2",
        workspace,
        id.uuid(),
        email.as_str(),
        email.key(),
        now.sql(),
    )
    .execute(tx.conn())
    .await;
    match set {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(ADDRESS_TAKEN),
        Err(error) => Err(error.into()),
    }
}

/// Carries a person's address to the workspaces they belong to, where colleagues see it. Begins
/// and ends among the platform's rows.
pub(crate) async fn spread_email(system: &mut SystemTx, id: PersonId, email: &Email) -> Result<()> {
    let origin = Arc::clone(system.tx().scope().origin());
    for place in directory::of(system.tx(), id).await? {
        system.enter(nobody_in(place.workspace.id, Arc::clone(&origin))).await?;
        let tx = system.tx();
        let workspace = tx.workspace();
        sqlx::query!(
            "update operators set email = $3 where workspace_id = $1 and operator_id = $2",
            workspace,
            place.operator.uuid(),
            email.as_str(),
        )
        .execute(tx.conn())
        .await?;
    }
    system.enter(nobody(origin)).await
}

const ADDRESS_TAKEN: Error = Error::Refused {
    code: "address_taken",
    detail: "Somebody signed up with this address in the meantime.",
};
