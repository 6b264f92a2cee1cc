//! `GET /api/v1/events`: what happened in the workspace, in order, without holes.

use http::Method;
use lk_authz::Permission;
use lk_base::id::EventId;
use lk_base::{Page, PageInfo, Result, Timestamp};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{EventActor, Told, public_data};
use crate::cursor::Limit;
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_events",
    method: Method::GET,
    path: "/api/v1/events",
    summary: "Lists the workspace's events after a number, oldest first.",
    access: Access::Operator(Permission::EventRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// The query.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListEvents")]
pub struct Query {
    /// Only events after this number; read on with the last one's.
    #[serde(default)]
    pub after_seq: i64,
    /// At most so many.
    #[serde(default)]
    pub limit: Limit,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Inbox, Nothing, Query>) -> Result<Reply<Page<Told>>> {
    let mut tx = call.state.db.read(&call.scope).await?;
    let rows = sqlx::query!(
        r#"select event_id as "id: EventId",
                  seq      as "seq!",
                  kind,
                  at       as "at: Timestamp",
                  actor_kind,
                  actor_id,
                  data
             from outbox
            where workspace_id = $1
              and seq > $2
            order by seq
            limit $3"#,
        tx.workspace(),
        call.query.after_seq,
        call.query.limit.and_one(),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut data: Vec<Told> = rows
        .into_iter()
        .map(|row| Told {
            id: row.id,
            seq: row.seq,
            r#type: row.kind,
            at: row.at,
            actor: EventActor::stored(row.actor_kind, row.actor_id),
            data: public_data(row.data),
        })
        .collect();
    let has_more = call.query.limit.cut(&mut data);
    Ok(Reply::ok(Page { data, page: PageInfo { next_cursor: None, has_more } }))
}
