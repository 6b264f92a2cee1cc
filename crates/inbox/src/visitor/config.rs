//! `GET /api/widget/v1/config`: what the frame needs before anybody has said a word.

use http::Method;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::{Id, WidgetId};
use lk_web::{Access, Audited, Call, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::start::named;
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "get_widget_config",
    method: Method::GET,
    path: "/api/widget/v1/config",
    summary: "Shows what a widget looks like and where it may be used.",
    access: Access::Widget,
    rate: RateClass::WidgetRead,
    audited: Audited::Reads,
    status: 200,
};

/// What a widget looks like.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WidgetConfig {
    /// The widget.
    pub widget_id: WidgetId,
    /// The workspace's name.
    pub name: String,
    /// The first words.
    pub greeting: String,
    /// The colour, `#rrggbb`.
    pub colour: String,
    /// Whether to ask for a name.
    pub ask_name: bool,
    /// Whether to ask for an address.
    pub ask_email: bool,
    /// The origins that may show it; empty: none.
    pub allowed_sites: Vec<String>,
    /// Whether an operator is online.
    pub online: bool,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `Forbidden` when the site is not allowed.
pub async fn handler(call: Call<Inbox>) -> Result<Reply<WidgetConfig>> {
    let (widget, _) = named(&call.headers)?;
    let mut tx = call.state.db.read(&call.scope).await?;
    let row = sqlx::query!(
        r#"select s.name, w.greeting, w.colour, w.ask_name, w.ask_email, w.allowed_sites
             from widgets w
             join workspaces s
               on s.workspace_id = w.workspace_id
            where w.workspace_id = $1
              and w.widget_id = $2"#,
        tx.workspace(),
        widget.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    Ok(Reply::ok(WidgetConfig {
        widget_id: widget,
        name: row.name,
        greeting: row.greeting,
        colour: row.colour,
        ask_name: row.ask_name,
        ask_email: row.ask_email,
        allowed_sites: row.allowed_sites,
        online: call.state.live.anybody_online(call.scope.workspace()),
    }))
}
