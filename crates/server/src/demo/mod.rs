//! The demo: two workspaces with believable conversations, and a shop with the widget in it.
//!
//! Everything is written by the same operations that people use, under a clock that stands in
//! the past, so the demo's audit log and events are real ones.

mod story;

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context;
use lk_base::id::{Id, OperatorId, PersonId, WidgetId, WorkspaceId};
use lk_base::text::{Email, Name, Text};
use lk_base::{Clock, Personal, Secret, Timestamp};
use lk_config::Settings;
use lk_db::{Actor, Origin, Scope};
use lk_identity::person::Person;
use lk_identity::{found, link};
use lk_inbox::message::{ClientMessageId, Sent};
use lk_inbox::widget::site::Site;
use lk_inbox::widget::update::Colour;
use lk_inbox::{Inbox, conversation, message, thread, visitor, widget};

use crate::listener::shop::Filled;
use crate::product::Product;
use story::{Said, Story, Talk, Workplace};

/// Under this fact the shop's widget is remembered: it says that the story is told.
const FACT: &str = "demo:widget";

/// What the demo shows, for the announcement.
#[derive(Debug)]
pub struct Shown {
    /// What the shop's page is filled with.
    pub shop: Filled,
    /// Where the shop is.
    pub shop_url: String,
    links: Vec<(String, Secret)>,
}

impl Shown {
    /// The announcement, with links that are secrets: for the terminal only.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("\n  Demo shop   {}\n", self.shop_url);
        for (who, link) in &self.links {
            out.push_str(&format!(
                "\n  Sign in as {who} (works once, for 15 minutes):\n    {}\n",
                link.expose()
            ));
        }
        out
    }
}

/// Tells the story, unless it was told, and makes links for its people.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn fill(product: &Product, settings: &Settings) -> anyhow::Result<Shown> {
    let story = story::read()?;
    let shop_url = format!("https://{}", settings.demo.listen);
    let db = &product.identity.db;
    let widget = match db.fact(FACT).await? {
        Some(widget) => widget,
        None => {
            tracing::info!("filling the demo");
            let widget =
                tell(product, &story, &shop_url).await.context("the demo cannot be filled")?;
            db.set_fact(FACT, &widget).await?;
            widget
        }
    };
    let mut links = Vec::new();
    for colleague in story.workspace.iter().filter_map(|place| place.people.first()) {
        let email = Email::parse(&colleague.email)?;
        if let Some(link) = link::for_person(&product.identity, &email).await? {
            links.push((colleague.name.clone(), link));
        }
    }
    let shop = Filled {
        widget_id: widget.clone(),
        widget_origin: product.inbox.widget_origin.to_string(),
        loader: format!("lk/{}?w={widget}", product.loader.name),
        integrity: product.loader.integrity.to_string(),
    };
    Ok(Shown { shop, shop_url, links })
}

/// A workspace of the story, once it is there.
struct Place {
    workspace: WorkspaceId,
    widget: WidgetId,
    site: String,
    people: HashMap<String, (OperatorId, PersonId, lk_authz::Role)>,
}

async fn tell(product: &Product, story: &Story, shop_url: &str) -> anyhow::Result<String> {
    let now = product.identity.db.clock().now();
    let mut shop_widget = String::new();
    let mut places = HashMap::new();
    for workplace in &story.workspace {
        let place = make(product, workplace, shop_url).await?;
        if workplace.shop {
            shop_widget = place.widget.to_string();
        }
        places.insert(workplace.name.as_str(), place);
    }
    for talk in &story.conversation {
        let place =
            places.get(talk.workspace.as_str()).context("a conversation without a workspace")?;
        converse(&product.inbox, place, talk, now).await?;
    }
    Ok(shop_widget)
}

async fn make(product: &Product, workplace: &Workplace, shop_url: &str) -> anyhow::Result<Place> {
    let identity = &product.identity;
    let mut people = HashMap::new();
    let mut founded: Option<lk_identity::directory::Place> = None;
    for colleague in &workplace.people {
        let (name, email) = (Name::parse(&colleague.name)?, Email::parse(&colleague.email)?);
        let person: Person = found::person(identity, &name, &email).await?;
        let operator = match &founded {
            Some(place) => {
                found::colleague(identity, &place.workspace, &person, colleague.role).await?
            }
            None => {
                let place =
                    found::workspace(identity, &person, &Name::parse(&workplace.name)?).await?;
                founded.insert(place).operator
            }
        };
        people.insert(colleague.key.clone(), (operator, person.id, colleague.role));
    }
    let place = founded.context("a workspace without people")?;
    let site = if workplace.shop {
        shop_url.to_owned()
    } else {
        "https://northwind-bikes.test".to_owned()
    };
    let mut made = Place {
        workspace: place.workspace.id,
        widget: WidgetId::from_uuid(place.operator.uuid()),
        site,
        people,
    };
    let founder = workplace.people.first().context("a workspace without people")?;
    let scope = made.scope(&founder.key, "demo")?;
    let widgets = widget::list::all(&product.inbox, &scope).await?;
    made.widget = widgets.first().context("a workspace without a widget")?.id;
    let input = widget::update::Input {
        greeting: Some(Text::parse(&workplace.greeting)?),
        colour: Colour::parse(&workplace.colour),
        allowed_sites: Some(vec![Site::parse(&made.site).map_err(anyhow::Error::msg)?]),
        ..widget::update::Input::default()
    };
    widget::update::update(&product.inbox, &scope, made.widget, input).await?;
    Ok(made)
}

impl Place {
    #[expect(clippy::disallowed_methods, reason = "the demo's people exist only in its story")]
    fn scope(&self, key: &str, request: &str) -> anyhow::Result<Scope> {
        let (operator, person, role) =
            *self.people.get(key).context("somebody who does not work there")?;
        let session = lk_base::id::SessionId::from_uuid(person.uuid());
        let actor = Actor::Operator { operator, person, session, role };
        Ok(Scope::assume_authenticated(self.workspace, actor, Arc::new(Origin::system(request))))
    }

    #[expect(clippy::disallowed_methods, reason = "the demo's visitors exist only in its story")]
    fn browser(&self, actor: Actor, talk: &Talk) -> Scope {
        let origin = Origin {
            address: Some(Personal::new(talk.address)),
            user_agent: Some(talk.agent.clone()),
            device: None,
            request_id: "system:demo".to_owned(),
        };
        Scope::assume_authenticated(self.workspace, actor, Arc::new(origin))
    }
}

/// The inbox, at another time.
fn at(inbox: &Inbox, time: Timestamp) -> Inbox {
    inbox.with_db(inbox.db.with_clock(Clock::manual(time)))
}

fn client_id(clock: &Clock) -> anyhow::Result<ClientMessageId> {
    let id: lk_base::id::MessageId = clock.new_id();
    ClientMessageId::parse(&format!("demo-{id}")).context("a client id")
}

async fn converse(inbox: &Inbox, place: &Place, talk: &Talk, now: Timestamp) -> anyhow::Result<()> {
    let first = talk.lines.first().context("a conversation without words")?;
    let then = at(inbox, now.minus(first.ago.0));
    let nobody = place.browser(Actor::Nobody, talk);
    let (id, _) = visitor::start::start(&then, &nobody, place.widget, &place.site).await?;
    let scope = place.browser(Actor::Visitor { visitor: id }, talk);
    let input = thread::start::Input {
        client_message_id: client_id(inbox.db.clock())?,
        body: Text::parse(&first.text)?,
        name: talk.name.as_deref().map(Name::parse).transpose()?,
        email: talk.email.as_deref().map(Email::parse).transpose()?,
    };
    let (Sent::Now(started) | Sent::Before(started)) =
        thread::start::start(&then, &scope, input).await?;
    let conversation = started.conversation.id;
    if let Some(key) = &talk.assignee {
        let (operator, ..) =
            *place.people.get(key).context("an assignee who does not work there")?;
        conversation::assign::assign(
            &then,
            &place.scope(key, "demo")?,
            conversation,
            Some(operator),
        )
        .await?;
    }
    let mut last = then;
    for line in talk.lines.iter().skip(1) {
        last = at(inbox, now.minus(line.ago.0));
        say(&last, place, &scope, conversation, line).await?;
    }
    if let Some(span) = talk.snooze {
        let key = talk.assignee.as_deref().context("who snoozes it")?;
        conversation::snooze::snooze(
            &last,
            &place.scope(key, "demo")?,
            conversation,
            now.plus(span.0),
        )
        .await?;
    }
    if let Some(key) = &talk.resolve {
        conversation::resolve::resolve(&last, &place.scope(key, "demo")?, conversation).await?;
    }
    Ok(())
}

async fn say(
    inbox: &Inbox,
    place: &Place,
    visitor: &Scope,
    conversation: lk_base::id::ConversationId,
    line: &Said,
) -> anyhow::Result<()> {
    let (client_message_id, body) = (client_id(inbox.db.clock())?, Text::parse(&line.text)?);
    if line.by == "visitor" {
        let input = thread::send::Input { client_message_id, body };
        thread::send::send(inbox, visitor, conversation, &input).await?;
    } else if line.note {
        let input = message::write_note::Input { client_message_id, body };
        message::write_note::write_note(
            inbox,
            &place.scope(&line.by, "demo")?,
            conversation,
            &input,
        )
        .await?;
    } else {
        let input = message::send::Input { client_message_id, body, if_last_seq: None };
        message::send::send(inbox, &place.scope(&line.by, "demo")?, conversation, &input).await?;
    }
    Ok(())
}
