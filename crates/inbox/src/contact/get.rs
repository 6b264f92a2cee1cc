//! `GET /api/v1/contacts/{id}`: somebody the workspace knows.

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::{ContactId, Id};
use lk_base::{Personal, Result, Timestamp};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};

use super::Contact;
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "get_contact",
    method: Method::GET,
    path: "/api/v1/contacts/{id}",
    summary: "Shows a contact.",
    access: Access::Operator(Permission::ContactRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`.
pub async fn handler(call: Call<Inbox, One<ContactId>>) -> Result<Reply<Contact>> {
    let mut tx = call.state.db.read(&call.scope).await?;
    let contact = sqlx::query_as!(
        Contact,
        r#"select contact_id as "id: ContactId",
                  name       as "name: Personal",
                  email      as "email: Personal",
                  verified,
                  created_at as "created_at: Timestamp",
                  updated_at as "updated_at: Timestamp"
             from contacts
            where workspace_id = $1
              and contact_id = $2"#,
        tx.workspace(),
        call.path.0.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    Ok(Reply::ok(contact))
}
