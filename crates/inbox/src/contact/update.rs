//! `PATCH /api/v1/contacts/{id}`: an operator corrects a contact.

use http::Method;
use lk_authz::Permission;
use lk_base::id::ContactId;
use lk_base::text::{Email, Name};
use lk_base::{Personal, Result};
use lk_db::{Action, Entry, Event, EventKind, Scope};
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Contact, lock, store};
use crate::inbox::Inbox;
use crate::search::keep;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "update_contact",
    method: Method::PATCH,
    path: "/api/v1/contacts/{id}",
    summary: "Changes a contact's name or address.",
    access: Access::Operator(Permission::ContactManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::ContactChanged),
    status: 200,
};

/// The request body; what is left out stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UpdateContact")]
pub struct Input {
    /// The new name; `null` takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<Name>")]
    pub name: Option<Option<Name>>,
    /// The new address; `null` takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<Email>")]
    pub email: Option<Option<Email>>,
}

/// Tells `null` from what was left out.
fn given<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(from).map(Some)
}

/// HTTP in, HTTP out.
///
/// # Errors
/// See [`update`].
pub async fn handler(call: Call<Inbox, One<ContactId>, Nothing, Input>) -> Result<Reply<Contact>> {
    Ok(Reply::ok(update(&call.state, &call.scope, call.path.0, call.body).await?))
}

/// The operation itself.
///
/// # Errors
/// `NotFound`.
pub async fn update(inbox: &Inbox, scope: &Scope, id: ContactId, input: Input) -> Result<Contact> {
    let mut tx = inbox.db.write(scope).await?;
    let before = lock(&mut tx, id).await?;
    let name = input.name.map_or_else(
        || before.name.clone(),
        |name| name.map(|name| Personal::new(name.into_string())),
    );
    let email =
        input.email.map_or_else(|| before.email.clone(), |email| email.map(Email::into_personal));
    let changes = name != before.name || email != before.email;
    let after = if changes { before.with(name, email, tx.now()) } else { before.clone() };
    if changes {
        store(&mut tx, &after).await?;
        keep::contact(&mut tx, Some(&before), &after).await?;
        tx.emit(Event::new(EventKind::ContactUpdated, id, json!({ "contact": after })));
    }
    tx.commit(Entry::new(Action::ContactChanged, id).changed(before.masked(), after.masked()))
        .await?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_takes_away_and_leaving_out_keeps() {
        let input: Input = serde_json::from_str(r#"{"name":null}"#).unwrap();
        assert!(matches!(input.name, Some(None)));
        assert!(input.email.is_none());
        assert!(serde_json::from_str::<Input>(r#"{"verified":true}"#).is_err());
    }
}
