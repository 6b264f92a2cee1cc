//! `GET /api/staff/v1/granted/widgets`: the settings of the workspace's widgets.

use http::Method;
use lk_authz::StaffPermission;
use lk_base::{Page, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};
use serde_json::json;

use crate::inbox::Inbox;
use crate::widget::{Widget, list};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_granted_widgets",
    method: Method::GET,
    path: "/api/staff/v1/granted/widgets",
    summary: "The settings of the widgets of the grant's workspace.",
    access: Access::Granted(StaffPermission::GrantUse),
    rate: RateClass::Read,
    audited: Audited::As(Action::GrantReadWidgets),
    status: 200,
};

/// HTTP in, HTTP out.
///
/// # Errors
/// None of its own.
pub async fn handler(call: Call<Inbox>) -> Result<Reply<Page<Widget>>> {
    let grant = call.scope.grant()?;
    let mut tx = call.state.db.write(&call.scope).await?;
    let widgets = list::read(&mut tx, &call.state).await?;
    let seen = json!({ "widgets": widgets.len() });
    tx.commit(Entry::new(Action::GrantReadWidgets, grant).with(seen)).await?;
    Ok(Reply::ok(Page::whole(widgets)))
}
