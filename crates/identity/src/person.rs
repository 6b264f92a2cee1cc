//! A person: one login, known by an e-mail address.

use lk_base::id::{Id, PersonId};
use lk_base::text::{Email, Name};
use lk_base::{Error, Personal, Result, Secret};
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::Serialize;

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

/// Finds a person by address, among the platform's rows.
pub(crate) async fn by_email(tx: &mut WriteTx, email: &Email) -> Result<Option<Login>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select person_id as "id: PersonId", name, email, password
             from persons
            where workspace_id = $1
              and email_key = $2"#,
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

/// The hash of a person's password, among the platform's rows.
pub(crate) async fn password_of(tx: &mut WriteTx, id: PersonId) -> Result<Option<String>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        "select password from persons where workspace_id = $1 and person_id = $2",
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?)
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
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(Error::Refused {
            code: "address_taken",
            detail: "Somebody signed up with this address in the meantime.",
        }),
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

/// The rule for new passwords: 12 to 128 characters, nothing else (ASVS 5.0 V6.2.1, V6.2.5), and
/// not the address itself (V6.2.11).
pub(crate) fn acceptable(password: &Secret, email: &Email) -> Result<()> {
    let length = password.expose().chars().count();
    if !(12..=128).contains(&length) {
        return Err(Error::Refused {
            code: "password_length",
            detail: "A password needs 12 to 128 characters. A sentence is a good password.",
        });
    }
    if password.expose().to_lowercase().contains(&email.key()) {
        return Err(Error::Refused {
            code: "password_is_address",
            detail: "A password must not contain the e-mail address.",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_the_rule_and_composition_is_not() {
        let email = Email::parse("ada@example.test").unwrap();
        let word = |text: &str| acceptable(&Secret::new(text.to_owned()), &email);
        assert!(word("correct horse").is_ok());
        assert!(word("äöüäöüäöüäöü").is_ok());
        assert!(word("short").is_err());
        assert!(word(&"x".repeat(129)).is_err());
        assert!(word("ADA@example.test1").is_err());
    }
}
