//! `PATCH /api/widget/v1/me`: a visitor says who they are. Saying it proves nothing.

use http::Method;
use lk_base::id::{ContactId, ConversationId, Id, VisitorId};
use lk_base::text::{Email, Name};
use lk_base::{Personal, Result};
use lk_db::{Action, Entry, Event, EventKind, WriteTx};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Me, lock};
use crate::author::Author;
use crate::contact::{self, Contact};
use crate::conversation::{title, turn::tell};
use crate::inbox::Inbox;
use crate::message::{Activity, What};
use crate::search::keep;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "identify_visitor",
    method: Method::PATCH,
    path: "/api/widget/v1/me",
    summary: "Takes a visitor's name and address, unverified.",
    access: Access::Visitor,
    rate: RateClass::WidgetSend,
    audited: Audited::As(Action::ContactIdentified),
    status: 200,
};

/// The request body; what is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "IdentifyVisitor")]
pub struct Input {
    /// Their name.
    #[serde(default)]
    pub name: Option<Name>,
    /// Their address.
    #[serde(default)]
    pub email: Option<Email>,
}

/// HTTP in, HTTP out. Saying the same again changes nothing and leaves no entry.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Inbox, Nothing, Nothing, Input>) -> Result<Reply<Me>> {
    let visitor = call.scope.visitor()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    let known = lock(&mut tx, visitor).await?;
    let Known { before, after } = identify(&mut tx, visitor, known, call.body).await?;
    if let Some(after) = after.as_ref().filter(|_| before != after) {
        let entry = Entry::new(Action::ContactIdentified, after.id)
            .changed(before.as_ref().map(Contact::masked), after.masked());
        tx.commit(entry).await?;
    }
    Ok(Reply::ok(Me::of(visitor, after.as_ref())))
}

/// Who a visitor was, and who they are now.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) before: Option<Contact>,
    pub(crate) after: Option<Contact>,
}

/// Gives a visitor, whose row is held, a name or an address, and tells their open conversations.
pub(crate) async fn identify(
    tx: &mut WriteTx,
    visitor: VisitorId,
    known: Option<ContactId>,
    input: Input,
) -> Result<Known> {
    let before = match known {
        Some(contact) => Some(contact::lock(tx, contact).await?),
        None => None,
    };
    let new = Contact {
        id: tx.new_id(),
        name: None,
        email: None,
        verified: false,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let Some(after) = said(before.as_ref().unwrap_or(&new), input)
        .map(|after| Contact { updated_at: tx.now(), ..after })
    else {
        return Ok(Known { after: before.clone(), before });
    };
    contact::store(tx, &after).await?;
    if before.is_some() {
        tx.emit(Event::new(EventKind::ContactUpdated, after.id, json!({ "contact": after })));
    } else {
        link(tx, visitor, after.id).await?;
    }
    keep::contact(tx, before.as_ref(), &after).await?;
    for conversation in open(tx, visitor).await? {
        let title = title(after.name.as_ref(), after.email.as_ref(), visitor);
        let data = json!({ "conversation_id": conversation, "contact": after, "title": title });
        tx.emit(Event::new(EventKind::ConversationContactSet, conversation, data));
        let by = Author::of(tx.scope().actor());
        tell(tx, conversation, &Activity::plain(What::ContactIdentified, by)).await?;
    }
    Ok(Known { before, after: Some(after) })
}

/// The rule: what is said replaces what was known; `None` when that is nothing new.
fn said(known: &Contact, input: Input) -> Option<Contact> {
    let name =
        input.name.map(|name| Personal::new(name.into_string())).or_else(|| known.name.clone());
    let email = input.email.map(Email::into_personal).or_else(|| known.email.clone());
    let changes = name != known.name || email != known.email;
    changes.then(|| known.with(name, email, known.updated_at))
}

async fn link(tx: &mut WriteTx, visitor: VisitorId, contact: ContactId) -> Result<()> {
    sqlx::query!(
        "update visitors
            set contact_id = $3
          where workspace_id = $1
            and visitor_id = $2",
        tx.workspace(),
        visitor.uuid(),
        contact.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn open(tx: &mut WriteTx, visitor: VisitorId) -> Result<Vec<ConversationId>> {
    let ids = sqlx::query_scalar!(
        r#"select conversation_id as "id: ConversationId"
             from conversations
            where workspace_id = $1
              and visitor_id = $2
              and status <> 'resolved'
            order by conversation_id
              for no key update"#,
        tx.workspace(),
        visitor.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use lk_base::Timestamp;

    use super::*;

    fn input(name: Option<&str>, email: Option<&str>) -> Input {
        Input {
            name: name.map(|n| Name::parse(n).unwrap()),
            email: email.map(|e| Email::parse(e).unwrap()),
        }
    }

    #[test]
    fn what_is_said_replaces_what_was_known_and_the_rest_stays() {
        let at = Timestamp::from_unix_micros(0);
        let ada = Contact {
            id: ContactId::from_uuid(uuid::Uuid::from_u128(1)),
            name: Some(Personal::new("Ada".to_owned())),
            email: None,
            verified: false,
            created_at: at,
            updated_at: at,
        };
        let after = said(&ada, input(None, Some("ada@example.test"))).unwrap();
        assert_eq!(after.name, ada.name);
        assert_eq!(after.email.unwrap().reveal(), "ada@example.test");
        assert!(said(&ada, input(Some("Ada"), None)).is_none(), "the same again is nothing new");
        assert!(said(&ada, Input::default()).is_none());
    }
}
