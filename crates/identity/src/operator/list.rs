//! `GET /api/v1/operators`: who belongs to the workspace, and who did.

use axum::http::Method;
use lk_authz::{Permission, Role};
use lk_base::id::{Id, OperatorId};
use lk_base::{Page, Personal, Result, Timestamp};
use lk_db::Conn;
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use uuid::Uuid;

use super::Operator;
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_operators",
    method: Method::GET,
    path: "/api/v1/operators",
    summary: "Who belongs to the workspace; removed operators are listed too, so that what they wrote keeps a name.",
    access: Access::Operator(Permission::MemberRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Page<Operator>>> {
    let you = call.scope.reader()?;
    let manages = call.scope.actor().may(Permission::MemberManage);
    let mut tx = call.state.db.read(&call.scope).await?;
    let asks = Asks { you, manages, now: tx.now() };
    let workspace = tx.workspace();
    Ok(Reply::ok(Page::whole(all(tx.conn(), workspace, asks).await?)))
}

/// Who asks for the operators, and when.
pub(crate) struct Asks {
    /// The one among them, if it is one.
    pub(crate) you: Option<OperatorId>,
    /// Whether they may know who has not been there for long.
    pub(crate) manages: bool,
    /// The instant.
    pub(crate) now: Timestamp,
}

/// The operators of the transaction's workspace.
pub(crate) async fn all(conn: Conn<'_>, workspace: Uuid, asks: Asks) -> Result<Vec<Operator>> {
    Ok(sqlx::query_as!(
        Operator,
        r#"select o.operator_id as "id: OperatorId",
                  o.name        as "name: Personal",
                  o.email       as "email: Personal",
                  o.role        as "role: Role",
                  o.joined_at   as "joined_at: Timestamp",
                  o.removed_at  as "removed_at: Timestamp",
                  o.operator_id is not distinct from $2 as "you!",
                  case when $3 then o.last_seen_at end as "last_seen_at: Timestamp",
                  $3 and o.removed_at is null
                     and greatest(o.last_seen_at, o.joined_at)
                         < $4::timestamptz - make_interval(days => w.dormant_after_days) as "dormant!"
             from operators o
             join workspaces w using (workspace_id)
            where o.workspace_id = $1
            order by o.removed_at nulls first, o.joined_at, o.operator_id
            limit 1000"#,
        workspace,
        asks.you.map(Id::uuid),
        asks.manages,
        asks.now.sql(),
    )
    .fetch_all(conn)
    .await?)
}
