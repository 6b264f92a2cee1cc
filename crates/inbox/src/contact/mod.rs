//! A contact: somebody a workspace knows.

pub mod get;
pub mod update;

use lk_base::error::OrNotFound;
use lk_base::id::{ContactId, Id};
use lk_base::{Personal, Result, Timestamp};
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::masked;

/// Somebody a workspace knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Contact {
    /// Their id.
    pub id: ContactId,
    /// Their name.
    pub name: Option<Personal>,
    /// Their address.
    pub email: Option<Personal>,
    /// Whether the address was proven; typing it proves nothing.
    pub verified: bool,
    /// When they became known.
    pub created_at: Timestamp,
    /// When they last changed.
    pub updated_at: Timestamp,
}

impl Contact {
    /// What the audit log keeps: enough to recognise, too little to know.
    pub(crate) fn masked(&self) -> Value {
        json!({
            "name": self.name.as_ref().map(masked::name),
            "email": self.email.as_ref().map(masked::email),
            "verified": self.verified,
        })
    }

    /// The rule: a new address is not proven by the old one.
    pub(crate) fn with(
        &self,
        name: Option<Personal>,
        email: Option<Personal>,
        now: Timestamp,
    ) -> Self {
        let verified = self.verified && email == self.email;
        Self { name, email, verified, updated_at: now, ..self.clone() }
    }
}

/// Reads a contact and holds it until the transaction ends.
pub(crate) async fn lock(tx: &mut WriteTx, id: ContactId) -> Result<Contact> {
    sqlx::query_as!(
        Contact,
        r#"select contact_id as "id: ContactId",
                  name       as "name: Personal",
                  email      as "email: Personal",
                  verified,
                  created_at as "created_at: Timestamp",
                  updated_at as "updated_at: Timestamp"
             from contacts
            where workspace_id = $1
              and contact_id = $2
              for no key update"#,
        tx.workspace(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()
}

/// Stores a contact, new or changed.
pub(crate) async fn store(tx: &mut WriteTx, contact: &Contact) -> Result<()> {
    sqlx::query!(
        "insert into contacts (workspace_id, contact_id, name, email, verified, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (workspace_id, contact_id)
            do update set name = excluded.name, email = excluded.email,
                          verified = excluded.verified, updated_at = excluded.updated_at",
        tx.workspace(),
        contact.id.uuid(),
        contact.name.as_ref().map(Personal::reveal),
        contact.email.as_ref().map(Personal::reveal),
        contact.verified,
        contact.created_at.sql(),
        contact.updated_at.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_address_is_no_longer_proven() {
        let at = Timestamp::from_unix_micros(0);
        let email = |text: &str| Some(Personal::new(text.to_owned()));
        let ada = Contact {
            id: ContactId::from_uuid(uuid::Uuid::from_u128(1)),
            name: None,
            email: email("ada@example.test"),
            verified: true,
            created_at: at,
            updated_at: at,
        };
        assert!(
            ada.with(Some(Personal::new("Ada".to_owned())), email("ada@example.test"), at).verified
        );
        assert!(!ada.with(None, email("mallory@example.test"), at).verified);
        assert!(!ada.with(None, None, at).verified);
    }
}
