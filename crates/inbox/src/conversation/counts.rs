//! `GET /api/v1/conversations/counts`: the numbers beside the views.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::id::Id;
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::inbox::Inbox;

/// Counting ends here: nobody reads a larger number, and the cost stays bounded.
const MOST: i64 = 10_000;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "count_conversations",
    method: Method::GET,
    path: "/api/v1/conversations/counts",
    summary: "Counts conversations for each view; counting ends at 10000.",
    access: Access::Operator(Permission::ConversationRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// How many conversations each view has.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Counts {
    /// Open ones.
    pub open: i64,
    /// Open ones assigned to the caller.
    pub mine: i64,
    /// Open ones assigned to nobody.
    pub unassigned: i64,
    /// Ones that were put off.
    pub snoozed: i64,
    /// Closed ones.
    pub resolved: i64,
    /// Open ones with messages of the visitor that the caller has not read.
    pub unread: i64,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Inbox>) -> Result<Reply<Counts>> {
    let reader = call.scope.reader()?;
    let mut tx = call.state.db.read(&call.scope).await?;
    let counts = sqlx::query_as!(
        Counts,
        r#"with open as (
               select conversation_id, assignee_id, last_visitor_seq
                 from conversations
                where workspace_id = $1
                  and status = 'open'
                order by updated_at desc, conversation_id desc
                limit $3
           )
           select count(*)                                     as "open!",
                  count(*) filter (where o.assignee_id = $2::uuid) as "mine!",
                  count(*) filter (where o.assignee_id is null) as "unassigned!",
                  count(*) filter (where $2 is not null
                                     and o.last_visitor_seq > coalesce(r.read_seq, 0)) as "unread!",
                  (select count(*) from (select from conversations
                                          where workspace_id = $1 and status = 'snoozed' limit $3) as s) as "snoozed!",
                  (select count(*) from (select from conversations
                                          where workspace_id = $1 and status = 'resolved' limit $3) as s) as "resolved!"
             from open o
             left join conversation_reads r
               on r.workspace_id = $1
              and r.conversation_id = o.conversation_id
              and r.operator_id = $2"#,
        tx.workspace(),
        reader.map(Id::uuid),
        MOST,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Reply::ok(counts))
}
