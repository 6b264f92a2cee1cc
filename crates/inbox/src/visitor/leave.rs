//! `DELETE /api/widget/v1/session`: a visitor ends their session; the cookie dies with it.

use http::Method;
use lk_base::Result;
use lk_base::id::Id;
use lk_db::{Action, Entry, Event, EventKind};
use lk_web::cookie::{self, Crossing};
use lk_web::credential::widget_cookie;
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};
use serde_json::json;

use super::start::named;
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "end_visitor_session",
    method: Method::DELETE,
    path: "/api/widget/v1/session",
    summary: "Ends the visitor's session.",
    access: Access::Visitor,
    rate: RateClass::WidgetSend,
    audited: Audited::As(Action::VisitorLeft),
    status: 204,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Inbox>) -> Result<Reply> {
    let (widget, _) = named(&call.headers)?;
    let visitor = call.scope.visitor()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    sqlx::query!(
        "update visitors
            set revoked_at = $3
          where workspace_id = $1
            and visitor_id = $2
            and revoked_at is null",
        tx.workspace(),
        visitor.uuid(),
        tx.now().sql(),
    )
    .execute(tx.conn())
    .await?;
    tx.emit(Event::new(EventKind::VisitorEnded, visitor, json!({ "visitor_id": visitor })));
    let entry = Entry::new(Action::VisitorLeft, visitor)
        .changed(json!({ "revoked": false }), json!({ "revoked": true }));
    tx.commit(entry).await?;
    call.state.known.forget_visitor(visitor);
    Ok(Reply::nothing().cookie(cookie::set(&widget_cookie(widget), "", 0, Crossing::Partitioned)))
}
