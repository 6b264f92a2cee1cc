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
    let mut tx = call.state.db.read(&call.scope).await?;
    let workspace = tx.workspace();
    Ok(Reply::ok(Page::whole(all(tx.conn(), workspace, you).await?)))
}

/// The operators of the transaction's workspace; `you` is the one who asks.
pub(crate) async fn all(
    conn: Conn<'_>,
    workspace: Uuid,
    you: Option<OperatorId>,
) -> Result<Vec<Operator>> {
    Ok(sqlx::query_as!(
        Operator,
        r#"select operator_id as "id: OperatorId",
                  name        as "name: Personal",
                  email       as "email: Personal",
                  role        as "role: Role",
                  joined_at   as "joined_at: Timestamp",
                  removed_at  as "removed_at: Timestamp",
                  operator_id is not distinct from $2 as "you!"
             from operators
            where workspace_id = $1
            order by removed_at nulls first, joined_at, operator_id
            limit 1000"#,
        workspace,
        you.map(Id::uuid),
    )
    .fetch_all(conn)
    .await?)
}
