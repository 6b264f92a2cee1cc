//! The one read behind every [`Conversation`] that is shown.

use lk_base::error::OrNotFound;
use lk_base::id::{ContactId, ConversationId, Id, OperatorId, VisitorId, WidgetId, WorkspaceId};
use lk_base::{Personal, Result, Timestamp};
use lk_db::{Conn, ReadTx, WriteTx};
use uuid::Uuid;

use super::{ContactColumns, Conversation, Preview, Status, title};
use crate::author::{Author, AuthorKind};
use crate::live::Live;
use crate::message::Kind;

/// A transaction that can read: both kinds can.
pub(crate) trait Reads {
    fn workspace(&self) -> Uuid;
    fn conn(&mut self) -> Conn<'_>;
}

impl Reads for ReadTx {
    fn workspace(&self) -> Uuid {
        Self::workspace(self)
    }
    fn conn(&mut self) -> Conn<'_> {
        Self::conn(self)
    }
}

impl Reads for WriteTx {
    fn workspace(&self) -> Uuid {
        Self::workspace(self)
    }
    fn conn(&mut self) -> Conn<'_> {
        Self::conn(self)
    }
}

/// One conversation; `reader` decides what is unread, nobody has read everything.
pub(crate) async fn one(
    tx: &mut impl Reads,
    live: &dyn Live,
    id: ConversationId,
    reader: Option<OperatorId>,
) -> Result<Conversation> {
    many(tx, live, &[id.uuid()], reader).await?.pop().or_not_found()
}

/// Conversations by their ids, the newest activity first.
///
/// The count of unread messages reads nothing where the visitor has written nothing new, and no
/// more than a hundred elsewhere: nobody needs to know more exactly, and a list must stay quick.
pub(crate) async fn many(
    tx: &mut impl Reads,
    live: &dyn Live,
    ids: &[Uuid],
    reader: Option<OperatorId>,
) -> Result<Vec<Conversation>> {
    let workspace = tx.workspace();
    let rows = sqlx::query_as!(
        Row,
        r#"select c.conversation_id   as "id: ConversationId",
                  c.status            as "status: Status",
                  c.snoozed_until     as "snoozed_until: Timestamp",
                  c.assignee_id       as "assignee_id: OperatorId",
                  c.widget_id         as "widget_id: WidgetId",
                  c.visitor_id        as "visitor_id: VisitorId",
                  c.last_seq,
                  c.preview_seq,
                  c.preview_kind      as "preview_kind: Kind",
                  c.preview_author    as "preview_author: AuthorKind",
                  c.preview_author_id,
                  c.preview           as "preview: Personal",
                  c.preview_at        as "preview_at: Timestamp",
                  c.visitor_read_seq,
                  c.created_at        as "created_at: Timestamp",
                  c.updated_at        as "updated_at: Timestamp",
                  k.contact_id        as "contact_id?: ContactId",
                  k.name              as "contact_name?: Personal",
                  k.email             as "contact_email?: Personal",
                  k.verified          as "contact_verified?",
                  k.created_at        as "contact_created_at?: Timestamp",
                  k.updated_at        as "contact_updated_at?: Timestamp",
                  case when $3::uuid is null or c.last_visitor_seq <= coalesce(r.read_seq, 0) then 0
                       else (select count(*)
                               from (select
                                       from messages m
                                      where m.workspace_id = c.workspace_id
                                        and m.conversation_id = c.conversation_id
                                        and m.seq > coalesce(r.read_seq, 0)
                                        and m.kind = 'reply'
                                        and m.author_kind = 'visitor'
                                      limit 100) as unread)
                  end                 as "unread!"
             from conversations c
             join visitors v
               on v.workspace_id = c.workspace_id
              and v.visitor_id = c.visitor_id
             left join contacts k
               on k.workspace_id = v.workspace_id
              and k.contact_id = v.contact_id
             left join conversation_reads r
               on r.workspace_id = c.workspace_id
              and r.conversation_id = c.conversation_id
              and r.operator_id = $3
            where c.workspace_id = $1
              and c.conversation_id = any($2)
            order by c.updated_at desc, c.conversation_id desc"#,
        workspace,
        ids,
        reader.map(Id::uuid),
    )
    .fetch_all(tx.conn())
    .await?;
    let workspace = WorkspaceId::from_uuid(workspace);
    Ok(rows.into_iter().map(|row| row.shape(workspace, live)).collect())
}

struct Row {
    id: ConversationId,
    status: Status,
    snoozed_until: Option<Timestamp>,
    assignee_id: Option<OperatorId>,
    widget_id: WidgetId,
    visitor_id: VisitorId,
    last_seq: i64,
    preview_seq: Option<i64>,
    preview_kind: Option<Kind>,
    preview_author: Option<AuthorKind>,
    preview_author_id: Option<Uuid>,
    preview: Option<Personal>,
    preview_at: Option<Timestamp>,
    visitor_read_seq: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    contact_id: Option<ContactId>,
    contact_name: Option<Personal>,
    contact_email: Option<Personal>,
    contact_verified: Option<bool>,
    contact_created_at: Option<Timestamp>,
    contact_updated_at: Option<Timestamp>,
    unread: i64,
}

impl Row {
    fn last_message(&mut self) -> Option<Preview> {
        Some(Preview {
            seq: self.preview_seq?,
            kind: self.preview_kind?,
            author: Author::stored(self.preview_author?, self.preview_author_id),
            preview: self.preview.take()?,
            created_at: self.preview_at?,
        })
    }

    fn shape(mut self, workspace: WorkspaceId, live: &dyn Live) -> Conversation {
        Conversation {
            id: self.id,
            title: title(self.contact_name.as_ref(), self.contact_email.as_ref(), self.visitor_id),
            status: self.status,
            snoozed_until: self.snoozed_until,
            assignee_id: self.assignee_id,
            widget_id: self.widget_id,
            visitor_id: self.visitor_id,
            last_seq: self.last_seq,
            last_message: self.last_message(),
            unread: self.unread,
            visitor_read_seq: self.visitor_read_seq,
            visitor_online: live.visitor_online(workspace, self.visitor_id),
            created_at: self.created_at,
            updated_at: self.updated_at,
            contact: ContactColumns {
                id: self.contact_id,
                name: self.contact_name,
                email: self.contact_email,
                verified: self.contact_verified,
                created_at: self.contact_created_at,
                updated_at: self.contact_updated_at,
            }
            .contact(),
        }
    }
}
