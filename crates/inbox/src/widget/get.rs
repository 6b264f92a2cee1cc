//! `GET /api/v1/widgets/{id}`: one widget.

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::{Id, WidgetId};
use lk_base::{Result, Timestamp};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};

use super::{Row, Widget};
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "get_widget",
    method: Method::GET,
    path: "/api/v1/widgets/{id}",
    summary: "Shows a widget.",
    access: Access::Operator(Permission::WidgetRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`.
pub async fn handler(call: Call<Inbox, One<WidgetId>>) -> Result<Reply<Widget>> {
    let mut tx = call.state.db.read(&call.scope).await?;
    let row = sqlx::query_as!(
        Row,
        r#"select widget_id    as "id: WidgetId",
                  name, greeting, colour, allowed_sites, ask_name, ask_email,
                  first_hit_at as "first_hit_at: Timestamp",
                  first_hit_site,
                  created_at   as "created_at: Timestamp"
             from widgets
            where workspace_id = $1
              and widget_id = $2"#,
        tx.workspace(),
        call.path.0.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    Ok(Reply::ok(row.shape(&call.state)))
}
