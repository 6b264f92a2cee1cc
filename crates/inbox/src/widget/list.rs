//! `GET /api/v1/widgets`: the workspace's widgets, oldest first.

use http::Method;
use lk_authz::Permission;
use lk_base::id::WidgetId;
use lk_base::{Page, Result, Timestamp};
use lk_db::Scope;
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};

use super::{Row, Widget};
use crate::conversation::shape::Reads;
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_widgets",
    method: Method::GET,
    path: "/api/v1/widgets",
    summary: "Lists the workspace's widgets.",
    access: Access::Operator(Permission::WidgetRead),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Inbox>) -> Result<Reply<Page<Widget>>> {
    Ok(Reply::ok(Page::whole(all(&call.state, &call.scope).await?)))
}

/// The widgets of the scope's workspace, oldest first.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn all(inbox: &Inbox, scope: &Scope) -> Result<Vec<Widget>> {
    let mut tx = inbox.db.read(scope).await?;
    read(&mut tx, inbox).await
}

/// The widgets of the transaction's workspace, oldest first.
pub(crate) async fn read(tx: &mut impl Reads, inbox: &Inbox) -> Result<Vec<Widget>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select widget_id    as "id: WidgetId",
                  name, greeting, colour, allowed_sites, ask_name, ask_email,
                  first_hit_at as "first_hit_at: Timestamp",
                  first_hit_site,
                  created_at   as "created_at: Timestamp"
             from widgets
            where workspace_id = $1
            order by widget_id
            limit 100"#,
        tx.workspace(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| row.shape(inbox)).collect())
}
