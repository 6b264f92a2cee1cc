//! `POST /api/widget/v1/session`: a browser becomes a visitor, after its first act and not before.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use http::{HeaderMap, Method};
use lk_base::id::{Id, VisitorId, WidgetId};
use lk_base::{Error, Result};
use lk_crypto::{Place, Token};
use lk_db::{Action, Actor, Entry, Scope, WriteTx};
use lk_web::cookie::{self, Crossing};
use lk_web::credential::widget_cookie;
use lk_web::{Access, Audited, Call, Credential, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::authenticate::STAY;
use crate::inbox::Inbox;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "start_visitor_session",
    method: Method::POST,
    path: "/api/widget/v1/session",
    summary: "Makes the browser a visitor; with a live session nothing changes.",
    access: Access::Widget,
    rate: RateClass::WidgetSession,
    audited: Audited::As(Action::VisitorStarted),
    status: 201,
};

/// Who the browser is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VisitorSession {
    /// The visitor.
    pub visitor_id: VisitorId,
}

/// The widget and the site that a call names; they were checked on the way in.
pub(crate) fn named(headers: &HeaderMap) -> Result<(WidgetId, String)> {
    match lk_web::credential::widget(headers)? {
        Credential::Widget { widget, site, .. } => Ok((widget, site)),
        Credential::Bearer(_) | Credential::Key(_) | Credential::Staff { .. } => {
            Err(Error::Forbidden { code: "site_not_allowed" })
        }
    }
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `Forbidden` when the site is not allowed.
pub async fn handler(call: Call<Inbox>) -> Result<Reply<VisitorSession>> {
    if let Actor::Visitor { visitor } = call.scope.actor() {
        return Ok(Reply::ok(VisitorSession { visitor_id: visitor }));
    }
    let (widget, site) = named(&call.headers)?;
    let (visitor, token) = start(&call.state, &call.scope, widget, &site).await?;
    let value = format!("{visitor}.{}", token.expose());
    let line = cookie::set(&widget_cookie(widget), &value, STAY.as_secs(), Crossing::Partitioned);
    Ok(Reply::created(VisitorSession { visitor_id: visitor }).cookie(line))
}

/// The operation itself: a new visitor of a widget on a site, and what proves it is them.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn start(
    inbox: &Inbox,
    scope: &Scope,
    widget: WidgetId,
    site: &str,
) -> Result<(VisitorId, Token)> {
    let mut tx = inbox.db.write(scope).await?;
    let (visitor, token) = insert(inbox, &mut tx, widget, site).await?;
    let device = lk_base::device::label(scope.origin().user_agent.as_deref());
    let facts = json!({ "widget_id": widget, "site": site, "device": device });
    tx.commit(Entry::new(Action::VisitorStarted, visitor).with(facts)).await?;
    Ok((visitor, token))
}

/// Makes a visitor of whoever acts in the transaction.
pub(crate) async fn insert(
    inbox: &Inbox,
    tx: &mut WriteTx,
    widget: WidgetId,
    site: &str,
) -> Result<(VisitorId, Token)> {
    let origin = Arc::clone(tx.scope().origin());
    let address = origin
        .address
        .as_ref()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| *address.reveal());
    let device = lk_base::device::label(origin.user_agent.as_deref());
    let token = Token::random();
    let hash = token.hash();
    let visitor: VisitorId = tx.new_id();
    let place =
        Place { column: "visitors.address", workspace: tx.workspace(), row: visitor.uuid() };
    let (sealed, masked) = inbox.db.seal_address(place, address)?;
    sqlx::query!(
        "insert into visitors
             (workspace_id, visitor_id, widget_id, token_hash, site, device,
              address_sealed, address_masked, created_at, last_seen_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        tx.workspace(),
        visitor.uuid(),
        widget.uuid(),
        hash.bytes(),
        site,
        device,
        sealed,
        masked.as_str(),
        tx.now().sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok((visitor, token))
}
