//! `GET /api/v1/conversations/search`: conversations in which all the words stand: in messages, in
//! notes, in the contact's name or address.
//!
//! **Invariant:** the statement is one like any other: the application's role, behind the wall, along
//! the key of `conversation_words`. It counts nothing and says nothing about what it does not show.

use std::time::Duration;

use http::Method;
use lk_authz::Permission;
use lk_base::id::{ConversationId, Id, MessageId};
use lk_base::text::Text;
use lk_base::{Error, Page, PageInfo, Personal, Result, Timestamp};
use lk_db::{ReadTx, is_over_time};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Conversation, shape};
use crate::author::{Author, AuthorKind};
use crate::cursor::{Cursors, End, Limit};
use crate::inbox::Inbox;
use crate::message::Kind;
use crate::search::words::{Asked, placed};

/// A search ends at so many conversations, the ones that began last: whoever finds more adds a word.
const MOST: i64 = 1000;
/// How long the database looks: a word that is everywhere must not cost everybody.
const LONGEST: Duration = Duration::from_secs(2);
/// How much of a message is shown before the first find, and in all, in characters.
const BEFORE: usize = 40;
const LENGTH: usize = 160;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "search_conversations",
    method: Method::GET,
    path: "/api/v1/conversations/search",
    summary: "Finds conversations by words in their messages, notes and contact, the newest activity first. All words must be there; the last one may be a beginning; the first sixteen count. A search ends at the 1000 conversations that began last.",
    access: Access::Operator(Permission::ConversationRead),
    rate: RateClass::Search,
    audited: Audited::Reads,
    status: 200,
};

/// The query.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SearchConversations")]
pub struct Query {
    /// The words.
    pub q: Text<1, 200>,
    /// At most so many rows.
    #[serde(default)]
    pub limit: Limit,
    /// Where the page before ended.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A conversation that was found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SearchHit")]
pub struct Hit {
    /// The conversation.
    pub conversation: Conversation,
    /// Its title, in pieces.
    pub title: Vec<Piece>,
    /// The contact's address in pieces, when the words stand there.
    pub email: Option<Vec<Piece>>,
    /// The newest message or note with one of the words.
    pub line: Option<Found>,
}

/// A message or note with words that were asked for.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FoundLine")]
pub struct Found {
    /// Its id.
    pub id: MessageId,
    /// Its number.
    pub seq: i64,
    /// A reply or a note.
    pub kind: Kind,
    /// Who wrote it.
    pub author: Author,
    /// When.
    pub created_at: Timestamp,
    /// The text around the first find, in pieces.
    pub pieces: Vec<Piece>,
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FoundPiece")]
pub struct Piece {
    /// The text.
    pub text: Personal,
    /// Whether it was asked for.
    pub found: bool,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` for a cursor that does not belong to this search, and for words that are everywhere.
pub async fn handler(call: Call<Inbox, Nothing, Query>) -> Result<Reply<Page<Hit>>> {
    let Call { state: inbox, scope, query, .. } = call;
    let reader = scope.reader()?;
    let none = PageInfo { next_cursor: None, has_more: false };
    let Some(asked) = Asked::read(query.q.as_str()) else {
        return Ok(Reply::ok(Page { data: Vec::new(), page: none }));
    };
    let mut tx = inbox.db.read(&scope).await?;
    let workspace = tx.workspace();
    let cursors = Cursors { sealer: inbox.db.sealer(), list: "cursor.search", workspace };
    let filter = (asked.others.clone(), asked.first.clone());
    let end = match &query.cursor {
        Some(cursor) => cursors.open(cursor, &filter)?,
        None => End::beginning(),
    };
    let mut rows = matching(&mut tx, &asked, end, query.limit).await?;
    let has_more = query.limit.cut(&mut rows);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.uuid()).collect();
    let conversations = shape::many(&mut tx, &*inbox.live, &ids, reader).await?;
    let next_cursor = match conversations.last() {
        Some(last) if has_more => {
            Some(cursors.seal(End { at: last.updated_at, id: last.id.uuid() }, filter)?)
        }
        _ => None,
    };
    let mut lines = lines(&mut tx, &rows, &asked).await?;
    let data = conversations
        .into_iter()
        .map(|conversation| Hit {
            title: pieces(conversation.title.reveal(), &asked, usize::MAX, usize::MAX),
            email: email(&conversation, &asked),
            line: lines
                .iter()
                .position(|(id, _)| *id == conversation.id)
                .map(|at| lines.swap_remove(at).1),
            conversation,
        })
        .collect();
    Ok(Reply::ok(Page { data, page: PageInfo { next_cursor, has_more } }))
}

/// A conversation with all the words, and the newest line with one of them.
struct Row {
    id: ConversationId,
    seq: i64,
}

/// The last word is a stretch of the key; what it leads to is kept where the others stand as well.
async fn matching(tx: &mut ReadTx, asked: &Asked, end: End, limit: Limit) -> Result<Vec<Row>> {
    // How much a word leads to depends on the word.
    tx.plan_for_values().await?;
    tx.at_most(LONGEST).await?;
    let found = sqlx::query_as!(
        Row,
        r#"with led_to as (
               select l.conversation_id, max(l.seq) as seq
                 from conversation_words l
                where l.workspace_id = $1
                  and l.word between $2 and $3
                group by l.conversation_id
           ), found as (
               select t.conversation_id,
                      greatest(t.seq, (select max(o.seq)
                                         from conversation_words o
                                        where o.workspace_id = $1
                                          and o.word = any ($4)
                                          and o.conversation_id = t.conversation_id)) as seq
                 from led_to t
                where (select count(*)
                         from conversation_words o
                        where o.workspace_id = $1
                          and o.word = any ($4)
                          and o.conversation_id = t.conversation_id) = cardinality($4)
                order by t.conversation_id desc
                limit $8
           )
           select c.conversation_id as "id: ConversationId", f.seq as "seq!"
             from found f
            cross join lateral (select conversation_id, updated_at
                                  from conversations
                                 where workspace_id = $1
                                   and conversation_id = f.conversation_id
                                offset 0) as c
            where (c.updated_at, c.conversation_id) < ($5, $6)
            order by c.updated_at desc, c.conversation_id desc
            limit $7"#,
        tx.workspace(),
        asked.first,
        asked.last,
        &asked.others,
        end.at.sql(),
        end.id,
        limit.and_one(),
        MOST,
    )
    .fetch_all(tx.conn())
    .await;
    match found {
        Err(error) if is_over_time(&error) => Err(Error::Refused {
            code: "search_too_broad",
            detail: "Too much has these words: add another one, or type the last one to its end.",
        }),
        found => Ok(found?),
    }
}

/// The lines that were found, for those that were not found by their contact alone.
async fn lines(
    tx: &mut ReadTx,
    rows: &[Row],
    asked: &Asked,
) -> Result<Vec<(ConversationId, Found)>> {
    let (ids, seqs): (Vec<Uuid>, Vec<i64>) =
        rows.iter().filter(|row| row.seq > 0).map(|row| (row.id.uuid(), row.seq)).unzip();
    let found = sqlx::query!(
        r#"select m.conversation_id as "conversation: ConversationId",
                  m.message_id      as "id: MessageId",
                  m.seq,
                  m.kind            as "kind: Kind",
                  m.author_kind     as "author_kind: AuthorKind",
                  m.author_id,
                  m.body            as "body: Personal",
                  m.created_at      as "created_at: Timestamp"
             from unnest($2::uuid[], $3::bigint[]) as f (conversation_id, seq)
             join messages m
               on m.workspace_id = $1
              and m.conversation_id = f.conversation_id
              and m.seq = f.seq"#,
        tx.workspace(),
        &ids,
        &seqs,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found
        .into_iter()
        .map(|row| {
            let line = Found {
                id: row.id,
                seq: row.seq,
                kind: row.kind,
                author: Author::stored(row.author_kind, row.author_id),
                created_at: row.created_at,
                pieces: pieces(row.body.reveal(), asked, BEFORE, LENGTH),
            };
            (row.conversation, line)
        })
        .collect())
}

fn email(conversation: &Conversation, asked: &Asked) -> Option<Vec<Piece>> {
    let email = conversation.contact.as_ref()?.email.as_ref()?;
    let pieces = pieces(email.reveal(), asked, usize::MAX, usize::MAX);
    // The title says it already when there is no name.
    (pieces.iter().any(|piece| piece.found) && email != &conversation.title).then_some(pieces)
}

/// A text in pieces, from a little before the first find on, on one line.
fn pieces(text: &str, asked: &Asked, before: usize, length: usize) -> Vec<Piece> {
    let finds: Vec<_> = placed(text)
        .into_iter()
        .filter(|placed| asked.means(&placed.word))
        .map(|placed| placed.at)
        .collect();
    let first = finds.first().map_or(0, |at| at.start);
    let start = text
        .get(..first)
        .and_then(|lead| lead.char_indices().rev().nth(before.saturating_sub(1)))
        .map_or(0, |(at, _)| at);
    let shown = text.get(start..).unwrap_or_default();
    let end = shown.char_indices().nth(length).map_or(text.len(), |(at, _)| start + at);
    let mut pieces = Vec::new();
    let mut push = |part: &str, found: bool| {
        if !part.is_empty() {
            pieces.push(Piece { text: Personal::new(on_one_line(part)), found });
        }
    };
    push(if start > 0 { "…" } else { "" }, false);
    let mut at = start;
    for find in finds.iter().filter(|find| find.start < end) {
        let to = find.end.min(end);
        push(text.get(at..find.start).unwrap_or_default(), false);
        push(text.get(find.start..to).unwrap_or_default(), true);
        at = to;
    }
    push(text.get(at..end).unwrap_or_default(), false);
    push(if end < text.len() { "…" } else { "" }, false);
    pieces
}

fn on_one_line(text: &str) -> String {
    let is_break = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}';
    text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, q: &str) -> String {
        let asked = Asked::read(q).unwrap();
        let each = |piece: &Piece| {
            let text = piece.text.reveal();
            if piece.found { format!("[{text}]") } else { text.clone() }
        };
        pieces(text, &asked, 5, 20).iter().map(each).collect()
    }

    #[test]
    fn finds_are_marked_and_what_is_far_away_is_left_out() {
        assert_eq!(shown("Where is my order?", "order"), "…s my [order]?");
        assert_eq!(shown("order\nOrders and more orders", "ord"), "[order] [Orders] and mor…");
        assert_eq!(shown("nothing of it", "word"), "nothing of it");
        assert_eq!(shown("ééééééé café ééééééééééééé", "cafe"), "…éééé [café] éééééééééé…");
        assert_eq!(shown("", "word"), "");
    }
}
