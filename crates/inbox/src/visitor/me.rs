//! `GET /api/widget/v1/me`: who the browser is.

use http::Method;
use lk_base::id::{ContactId, Id};
use lk_base::{Personal, Result, Timestamp};
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};

use super::Me;
use crate::contact::Contact;
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "get_visitor",
    method: Method::GET,
    path: "/api/widget/v1/me",
    summary: "Shows the browser who it is, and what it said of itself.",
    access: Access::Widget,
    rate: RateClass::WidgetRead,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Inbox>) -> Result<Reply<Me>> {
    // No session yet is the usual state of a browser, not an error.
    let Ok(visitor) = call.scope.visitor() else { return Ok(Reply::ok(Me::NOBODY)) };
    let mut tx = call.state.db.read(&call.scope).await?;
    let contact = sqlx::query_as!(
        Contact,
        r#"select k.contact_id as "id: ContactId",
                  k.name       as "name: Personal",
                  k.email      as "email: Personal",
                  k.verified,
                  k.created_at as "created_at: Timestamp",
                  k.updated_at as "updated_at: Timestamp"
             from visitors v
             join contacts k
               on k.workspace_id = v.workspace_id
              and k.contact_id = v.contact_id
            where v.workspace_id = $1
              and v.visitor_id = $2"#,
        tx.workspace(),
        visitor.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(Reply::ok(Me::of(visitor, contact.as_ref())))
}
