//! `GET /api/v1/conversations`: conversations, the newest activity first.

use http::Method;
use lk_authz::Permission;
use lk_base::id::{ContactId, Id, OperatorId};
use lk_base::{Error, Page, PageInfo, Result};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::shape::{self, Reads};
use super::{Conversation, Status};
use crate::cursor::{Cursors, End, Limit};
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_conversations",
    method: Method::GET,
    path: "/api/v1/conversations",
    summary: "Lists conversations, the newest activity first.",
    access: Access::Operator(Permission::ConversationRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// The query.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListConversations")]
pub struct Query {
    /// Only with this status.
    #[serde(default)]
    pub status: Option<Status>,
    /// Only assigned to this operator, to `me` or to `none`.
    #[serde(default)]
    pub assignee: Option<Assignee>,
    /// Only with this contact.
    #[serde(default)]
    pub contact: Option<ContactId>,
    /// At most so many rows.
    #[serde(default)]
    pub limit: Limit,
    /// Where the page before ended.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Whose conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// The caller's.
    Me,
    /// Nobody's.
    Nobody,
    /// This operator's.
    Operator(OperatorId),
}

impl<'de> Deserialize<'de> for Assignee {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        match &*text {
            "me" => Ok(Self::Me),
            "none" => Ok(Self::Nobody),
            id => id.parse().map(Self::Operator).map_err(serde::de::Error::custom),
        }
    }
}

impl JsonSchema for Assignee {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AssigneeFilter".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^(me|none|opr_[0-7][0-9a-hjkmnp-tv-z]{25})$" })
    }
}

/// What the rows of a list have in common; part of its cursors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Filter {
    statuses: Vec<String>,
    assignee: Option<Uuid>,
    unassigned: bool,
    contact: Option<Uuid>,
}

impl Filter {
    /// The filter a query asks for, with `me` resolved: a key is nobody's assignee.
    fn of(query: &Query, caller: Option<OperatorId>) -> Result<Self> {
        let statuses = query.status.map_or(Status::ALL.to_vec(), |status| vec![status]);
        Ok(Self {
            statuses: statuses.into_iter().map(|status| status.name().to_owned()).collect(),
            assignee: match query.assignee {
                Some(Assignee::Me) => {
                    Some(caller.ok_or(Error::Forbidden { code: "operators_only" })?.uuid())
                }
                Some(Assignee::Operator(operator)) => Some(operator.uuid()),
                Some(Assignee::Nobody) | None => None,
            },
            unassigned: query.assignee == Some(Assignee::Nobody),
            contact: query.contact.map(Id::uuid),
        })
    }
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` for a cursor that does not belong to this list, `Forbidden` for a key that says `me`.
pub async fn handler(call: Call<Inbox, Nothing, Query>) -> Result<Reply<Page<Conversation>>> {
    let reader = call.scope.reader()?;
    let mut tx = call.state.db.read(&call.scope).await?;
    Ok(Reply::ok(page(&mut tx, &call.state, &call.query, reader).await?))
}

/// A page of conversations; `reader` decides what is unread.
pub(crate) async fn page(
    tx: &mut impl Reads,
    inbox: &Inbox,
    query: &Query,
    reader: Option<OperatorId>,
) -> Result<Page<Conversation>> {
    let filter = Filter::of(query, reader)?;
    let workspace = tx.workspace();
    let cursors = Cursors { sealer: inbox.db.sealer(), list: "cursor.conversations", workspace };
    let end = match &query.cursor {
        Some(cursor) => cursors.open(cursor, &filter)?,
        None => End::beginning(),
    };
    let mut ids = match filter.contact {
        Some(contact) => of_contact(tx, &filter, contact, end, query.limit).await?,
        None => by_activity(tx, &filter, end, query.limit).await?,
    };
    let has_more = query.limit.cut(&mut ids);
    let data = shape::many(tx, &*inbox.live, &ids, reader).await?;
    let next_cursor = match data.last() {
        Some(last) if has_more => {
            Some(cursors.seal(End { at: last.updated_at, id: last.id.uuid() }, filter)?)
        }
        _ => None,
    };
    Ok(Page { data, page: PageInfo { next_cursor, has_more } })
}

/// Each status is read along its own index, newest first, and the heads are merged.
async fn by_activity(
    tx: &mut impl Reads,
    filter: &Filter,
    end: End,
    limit: Limit,
) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select c.conversation_id
           from unnest($2::text[]) as wanted (status)
          cross join lateral (
                select conversation_id, updated_at
                  from conversations
                 where workspace_id = $1
                   and status = wanted.status
                   and (updated_at, conversation_id) < ($3, $4)
                   and ($5::uuid is null or assignee_id = $5)
                   and (not $6 or assignee_id is null)
                 order by updated_at desc, conversation_id desc
                 limit $7) as c
          order by c.updated_at desc, c.conversation_id desc
          limit $7",
        tx.workspace(),
        &filter.statuses,
        end.at.sql(),
        end.id,
        filter.assignee,
        filter.unassigned,
        limit.and_one(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// A contact has few conversations: they are read through its visitors.
async fn of_contact(
    tx: &mut impl Reads,
    filter: &Filter,
    contact: Uuid,
    end: End,
    limit: Limit,
) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select c.conversation_id
           from visitors v
           join conversations c
             on c.workspace_id = v.workspace_id
            and c.visitor_id = v.visitor_id
          where v.workspace_id = $1
            and v.contact_id = $8
            and c.status = any($2)
            and (c.updated_at, c.conversation_id) < ($3, $4)
            and ($5::uuid is null or c.assignee_id = $5)
            and (not $6 or c.assignee_id is null)
          order by c.updated_at desc, c.conversation_id desc
          limit $7",
        tx.workspace(),
        &filter.statuses,
        end.at.sql(),
        end.id,
        filter.assignee,
        filter.unassigned,
        limit.and_one(),
        contact,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_names_the_caller_so_that_a_cursor_stays_theirs() {
        let me = OperatorId::from_uuid(Uuid::from_u128(1));
        let query = Query { assignee: Some(Assignee::Me), ..Query::default() };
        let filter = Filter::of(&query, Some(me)).unwrap();
        assert_eq!(filter.assignee, Some(me.uuid()));
        assert_eq!(filter.statuses, ["open", "snoozed", "resolved"]);
        assert!(Filter::of(&query, None).is_err(), "a key is nobody's assignee");
        let nobody = Query { assignee: Some(Assignee::Nobody), ..Query::default() };
        let filter = Filter::of(&nobody, None).unwrap();
        assert!(filter.unassigned && filter.assignee.is_none());
    }
}
