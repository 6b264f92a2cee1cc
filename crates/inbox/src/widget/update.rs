//! `PATCH /api/v1/widgets/{id}`: change how a widget looks and where it may be shown.

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::{Id, WidgetId};
use lk_base::text::{Name, Text};
use lk_base::{Error, Result, Timestamp};
use lk_db::{Action, Entry, Event, EventKind, Scope, WriteTx};
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::site::Site;
use super::{Row, Widget};
use crate::inbox::Inbox;

/// How many sites a widget can be shown on.
const MOST_SITES: usize = 50;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "update_widget",
    method: Method::PATCH,
    path: "/api/v1/widgets/{id}",
    summary: "Changes a widget's settings.",
    access: Access::Operator(Permission::WidgetManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::WidgetChanged),
    status: 200,
};

/// The request body; what is left out stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UpdateWidget")]
pub struct Input {
    /// What operators call it.
    #[serde(default)]
    pub name: Option<Name>,
    /// The first words that visitors see.
    #[serde(default)]
    pub greeting: Option<Text<0, 280>>,
    /// Its colour.
    #[serde(default)]
    pub colour: Option<Colour>,
    /// The exact origins that may show it, at most 50.
    #[serde(default)]
    pub allowed_sites: Option<Vec<Site>>,
    /// Whether to ask visitors for a name.
    #[serde(default)]
    pub ask_name: Option<bool>,
    /// Whether to ask visitors for an address.
    #[serde(default)]
    pub ask_email: Option<bool>,
}

/// A colour, `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colour(String);

impl Colour {
    /// Checks the form and writes it in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let fits = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Self(text.to_ascii_lowercase()))
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a colour is written #rrggbb"))
    }
}

impl JsonSchema for Colour {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Colour".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" })
    }
}

/// HTTP in, HTTP out.
///
/// # Errors
/// See [`update`].
pub async fn handler(call: Call<Inbox, One<WidgetId>, Nothing, Input>) -> Result<Reply<Widget>> {
    Ok(Reply::ok(update(&call.state, &call.scope, call.path.0, call.body).await?))
}

/// The operation itself.
///
/// # Errors
/// `NotFound`, or `Refused` for too many sites.
pub async fn update(inbox: &Inbox, scope: &Scope, id: WidgetId, input: Input) -> Result<Widget> {
    let mut tx = inbox.db.write(scope).await?;
    let before = lock(&mut tx, id).await?;
    let old = settings(&before);
    let after = changed(before, input)?;
    let (old, new) = difference(old, settings(&after));
    if !new.is_empty() {
        store(&mut tx, &after).await?;
    }
    let widget = after.shape(inbox);
    if !new.is_empty() {
        tx.emit(Event::new(EventKind::WidgetUpdated, id, json!({ "widget": widget })));
    }
    tx.commit(Entry::new(Action::WidgetChanged, id).changed(old, new)).await?;
    inbox.known.forget_widget(id);
    Ok(widget)
}

/// The rule: what is given replaces what was; a site counts once.
fn changed(mut widget: Row, input: Input) -> Result<Row> {
    if let Some(sites) = input.allowed_sites {
        let mut once: Vec<String> = Vec::new();
        for site in sites {
            if !once.iter().any(|known| known == site.as_str()) {
                once.push(site.as_str().to_owned());
            }
        }
        if once.len() > MOST_SITES {
            return Err(Error::Refused {
                code: "too_many_sites",
                detail: "A widget can be shown on 50 sites at most.",
            });
        }
        widget.allowed_sites = once;
    }
    if let Some(name) = input.name {
        widget.name = name.into_string();
    }
    if let Some(greeting) = input.greeting {
        widget.greeting = greeting.into_string();
    }
    if let Some(Colour(colour)) = input.colour {
        widget.colour = colour;
    }
    widget.ask_name = input.ask_name.unwrap_or(widget.ask_name);
    widget.ask_email = input.ask_email.unwrap_or(widget.ask_email);
    Ok(widget)
}

fn settings(widget: &Row) -> Map<String, Value> {
    let Value::Object(settings) = json!({
        "name": widget.name,
        "greeting": widget.greeting,
        "colour": widget.colour,
        "allowed_sites": widget.allowed_sites,
        "ask_name": widget.ask_name,
        "ask_email": widget.ask_email,
    }) else {
        return Map::new();
    };
    settings
}

/// Only what differs, before and after.
fn difference(
    mut old: Map<String, Value>,
    mut new: Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let same: Vec<String> = old
        .iter()
        .filter(|(name, value)| new.get(*name) == Some(*value))
        .map(|(name, _)| name.clone())
        .collect();
    for name in same {
        old.remove(&name);
        new.remove(&name);
    }
    (old, new)
}

async fn lock(tx: &mut WriteTx, id: WidgetId) -> Result<Row> {
    sqlx::query_as!(
        Row,
        r#"select widget_id    as "id: WidgetId",
                  name, greeting, colour, allowed_sites, ask_name, ask_email,
                  first_hit_at as "first_hit_at: Timestamp",
                  first_hit_site,
                  created_at   as "created_at: Timestamp"
             from widgets
            where workspace_id = $1
              and widget_id = $2
              for no key update"#,
        tx.workspace(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()
}

async fn store(tx: &mut WriteTx, widget: &Row) -> Result<()> {
    sqlx::query!(
        "update widgets
            set name = $3, greeting = $4, colour = $5, allowed_sites = $6,
                ask_name = $7, ask_email = $8, updated_at = $9
          where workspace_id = $1
            and widget_id = $2",
        tx.workspace(),
        widget.id.uuid(),
        widget.name,
        widget.greeting,
        widget.colour,
        &widget.allowed_sites,
        widget.ask_name,
        widget.ask_email,
        tx.now().sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widget() -> Row {
        Row {
            id: WidgetId::from_uuid(uuid::Uuid::from_u128(1)),
            name: "Website".to_owned(),
            greeting: String::new(),
            colour: "#3152d0".to_owned(),
            allowed_sites: Vec::new(),
            ask_name: true,
            ask_email: true,
            first_hit_at: None,
            first_hit_site: None,
            created_at: Timestamp::from_unix_micros(0),
        }
    }

    fn sites(count: usize) -> Input {
        let site = |n| Site::parse(&format!("https://shop{n}.example")).unwrap();
        Input { allowed_sites: Some((0..count).map(site).collect()), ..Input::default() }
    }

    #[test]
    fn what_is_left_out_stays() {
        let input: Input =
            serde_json::from_str(r##"{"colour":"#AABBCC","ask_email":false}"##).unwrap();
        let after = changed(widget(), input).unwrap();
        assert_eq!((after.colour.as_str(), after.name.as_str()), ("#aabbcc", "Website"));
        assert!(after.ask_name && !after.ask_email);
        let (old, new) = difference(settings(&widget()), settings(&after));
        assert_eq!(json!(old), json!({ "colour": "#3152d0", "ask_email": true }));
        assert_eq!(json!(new), json!({ "colour": "#aabbcc", "ask_email": false }));
    }

    #[test]
    fn a_site_counts_once_and_fifty_are_enough() {
        let twice = Input {
            allowed_sites: Some(vec![
                Site::parse("https://shop.example").unwrap(),
                Site::parse("https://SHOP.example:443").unwrap(),
            ]),
            ..Input::default()
        };
        assert_eq!(changed(widget(), twice).unwrap().allowed_sites, ["https://shop.example"]);
        assert!(changed(widget(), sites(50)).is_ok());
        assert!(matches!(
            changed(widget(), sites(51)),
            Err(Error::Refused { code: "too_many_sites", .. })
        ));
    }

    #[test]
    fn a_colour_has_six_digits() {
        assert!(Colour::parse("#00ff7F").is_some());
        for bad in ["", "00ff7f", "#00ff7", "#00ff7fa", "#00gg7f", "red"] {
            assert!(Colour::parse(bad).is_none(), "{bad}");
        }
    }
}
