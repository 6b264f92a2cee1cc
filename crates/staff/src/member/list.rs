//! `GET /api/staff/v1/staff`: who is staff, and who was.

use axum::http::Method;
use lk_authz::{StaffPermission, StaffRole};
use lk_base::id::{Id, StaffId};
use lk_base::{Page, Personal, Result, Timestamp};
use lk_web::{Access, Audited, Operation, RateClass, Reply};

use super::{Member, MemberState};
use crate::Call;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_staff",
    method: Method::GET,
    path: "/api/staff/v1/staff",
    summary: "Who is staff; those who were stopped are listed too.",
    access: Access::Staff(StaffPermission::StaffRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call) -> Result<Reply<Page<Member>>> {
    let (you, ..) = call.scope.staff()?;
    let mut tx = call.state.db.read(&call.scope).await?;
    let workspace = tx.workspace();
    let members = sqlx::query_as!(
        Member,
        r#"select staff_id   as "id: StaffId",
                  email      as "email: Personal",
                  name       as "name: Personal",
                  role       as "role: StaffRole",
                  case when disabled_at is not null then 'disabled'
                       when password is null then 'invited'
                       else 'active' end as "state!: MemberState",
                  created_at as "created_at: Timestamp",
                  staff_id = $2 as "you!"
             from staff
            where workspace_id = $1
            order by disabled_at nulls first, staff_id
            limit 1000"#,
        workspace,
        you.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Reply::ok(Page::whole(members)))
}
