//! A widget: how a workspace looks on somebody's website, and where it may be shown.

pub mod create;
pub mod get;
pub mod hit;
pub mod list;
pub mod site;
pub mod update;

use lk_base::Timestamp;
use lk_base::id::WidgetId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::inbox::Inbox;

/// A widget, as operators see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Widget {
    /// Its id; the only thing a host page knows.
    pub id: WidgetId,
    /// What operators call it.
    pub name: String,
    /// The first words that visitors see.
    pub greeting: String,
    /// Its colour, `#rrggbb`.
    pub colour: String,
    /// The exact origins that may show it; empty: none.
    pub allowed_sites: Vec<String>,
    /// Whether to ask visitors for a name.
    pub ask_name: bool,
    /// Whether to ask visitors for an address.
    pub ask_email: bool,
    /// When it was seen on a site for the first time.
    pub first_hit_at: Option<Timestamp>,
    /// On which site.
    pub first_hit_site: Option<String>,
    /// Where the loader is, under the name that never changes its bytes; the query says whose
    /// page it is on.
    pub loader_url: String,
    /// What the loader must be: a subresource-integrity value.
    pub integrity: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A row of `widgets`.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: WidgetId,
    pub(crate) name: String,
    pub(crate) greeting: String,
    pub(crate) colour: String,
    pub(crate) allowed_sites: Vec<String>,
    pub(crate) ask_name: bool,
    pub(crate) ask_email: bool,
    pub(crate) first_hit_at: Option<Timestamp>,
    pub(crate) first_hit_site: Option<String>,
    pub(crate) created_at: Timestamp,
}

impl Row {
    /// The widget with what the installation adds.
    pub(crate) fn shape(self, inbox: &Inbox) -> Widget {
        Widget {
            id: self.id,
            name: self.name,
            greeting: self.greeting,
            colour: self.colour,
            allowed_sites: self.allowed_sites,
            ask_name: self.ask_name,
            ask_email: self.ask_email,
            first_hit_at: self.first_hit_at,
            first_hit_site: self.first_hit_site,
            loader_url: format!("{}/lk/{}?w={}", inbox.widget_origin, inbox.loader_name, self.id),
            integrity: inbox.loader_integrity.to_string(),
            created_at: self.created_at,
        }
    }
}
