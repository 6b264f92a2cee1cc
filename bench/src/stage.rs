//! The stage: a workspace with an operator, a widget, and visitors in conversations, all made
//! through the API.

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::{Value, json};

use crate::http::{Asking, Connection, Place};
use crate::server::Server;

/// The workspace's name.
pub(crate) const WORKSPACE: &str = "Northwind Bikes";
/// What browsers send; it is stored with every audit entry.
pub(crate) const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
/// The site that shows the widget.
const SITE: &str = "https://shop.example";
/// A text of a usual length.
pub(crate) const BODY: &str =
    "Do the panniers fit the rack of the 2023 model, or do I need the adapter as well?";

/// A visitor in a conversation.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// Cookie, widget, site.
    pub(crate) headers: HeaderMap,
    /// Their conversation.
    pub(crate) conversation: String,
}

/// Everybody.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The operator's access token.
    pub(crate) token: String,
    /// With it as a header.
    pub(crate) operator: HeaderMap,
    /// The workspace's id.
    pub(crate) workspace: String,
    /// All visitors.
    pub(crate) visitors: Vec<Visitor>,
}

/// The headers of somebody who is not signed in.
pub(crate) fn browser() -> HeaderMap {
    HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static(BROWSER))])
}

fn headers(lines: &[(&'static str, &str)]) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    map.insert(header::USER_AGENT, HeaderValue::from_static(BROWSER));
    for (name, value) in lines {
        map.insert(HeaderName::from_static(name), HeaderValue::from_str(value)?);
    }
    Ok(map)
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no {pointer} in the answer"))?.to_owned())
}

impl Stage {
    /// Sets a new installation up and fills it.
    pub(crate) async fn set(server: &Server, visitors: usize) -> Result<Self> {
        let dashboard = server.dashboard(&["http/1.1"])?;
        let widget = server.widget(&["http/1.1"])?;
        let mut way = dashboard.connect().await?;
        let setup = json!({
            "token": server.setup_token()?,
            "workspace_name": WORKSPACE,
            "name": "Ada Quist",
            "email": "ada@northwind-bikes.test",
            "password": "kettle-orbit-Zw81-lantern",
        });
        let asking = Asking::new(Method::POST, "/api/v1/setup", &headers(&[])?, setup.to_string());
        let session = way.ask(asking).await?.json().context("set-up")?;
        let token = text(&session, "/access_token")?;
        let workspace = text(&session, "/workspace/id")?;
        let operator = headers(&[("authorization", &format!("Bearer {token}"))])?;

        let asking = Asking::new(Method::GET, "/api/v1/widgets", &operator, String::new());
        let widgets = way.ask(asking).await?.json()?;
        let id = text(&widgets, "/data/0/id")?;
        let change = json!({ "allowed_sites": [SITE] }).to_string();
        let path = format!("/api/v1/widgets/{id}");
        way.ask(Asking::new(Method::PATCH, path, &operator, change)).await?.expect_success()?;

        let mut everybody = Vec::new();
        let groups = (0..4).map(|group| arrivals(&widget, &id, group, visitors.div_ceil(4)));
        for group in try_join_all(groups).await? {
            everybody.extend(group);
        }
        everybody.truncate(visitors);
        Ok(Self { token, operator, workspace, visitors: everybody })
    }
}

async fn arrivals(place: &Place, widget: &str, group: usize, count: usize) -> Result<Vec<Visitor>> {
    let mut way = place.connect().await?;
    let mut came = Vec::new();
    for number in 0..count {
        came.push(arrive(&mut way, place, widget, &format!("{group}-{number:05}")).await?);
    }
    Ok(came)
}

async fn arrive(
    way: &mut Connection,
    place: &Place,
    widget: &str,
    number: &str,
) -> Result<Visitor> {
    let origin = place.origin();
    let lines = [("origin", origin.as_str()), ("leadkeep-widget", widget), ("leadkeep-site", SITE)];
    let mut headers = headers(&lines)?;
    let path = "/api/widget/v1/session";
    let answer = way.ask(Asking::new(Method::POST, path, &headers, "{}".to_owned())).await?;
    answer.expect_success()?;
    let cookie = answer.headers.get(header::SET_COOKIE).context("no cookie")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default();
    headers.insert(header::COOKIE, HeaderValue::from_str(cookie)?);
    let first = json!({ "client_message_id": format!("first-{number}"), "body": BODY }).to_string();
    let path = "/api/widget/v1/conversations";
    let answer = way.ask(Asking::new(Method::POST, path, &headers, first)).await?.json()?;
    Ok(Visitor { headers, conversation: text(&answer, "/conversation/id")? })
}
