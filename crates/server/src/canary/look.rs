//! What somebody of a canary asks for: by each declared operation that reads, for what is the other
//! canary's, for what does not exist, and for what is their own; by a few that write; and all lists.
//!
//! What leaves an entry each time it is read is left out, so that an hour of looking adds a line to
//! a canary's log and not a hundred. The sweeps of the tests cover it.

use axum::http::{Method, StatusCode};
use lk_authz::Role;
use lk_base::id::{ContactId, ConversationId, OperatorId, WidgetId};
use lk_base::{Clock, Result};
use lk_identity::canary::Canary;
use lk_web::{Audited, Operation};
use serde_json::{Value, json};

use super::Canaries;
use super::caller::{Caller, Kind};

/// Things of a canary that operations take the ids of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    Conversation,
    Contact,
    Widget,
    Operator,
}

impl Thing {
    /// What `{id}` stands for in a path.
    pub(crate) fn of(path: &str) -> Option<Self> {
        match path.split('/').take_while(|part| *part != "{id}").last()? {
            "conversations" => Some(Self::Conversation),
            "contacts" => Some(Self::Contact),
            "widgets" => Some(Self::Widget),
            "operators" => Some(Self::Operator),
            _ => None,
        }
    }

    fn within(self, canary: &Canary) -> String {
        match self {
            Self::Conversation => canary.conversation.to_string(),
            Self::Contact => canary.contact.to_string(),
            Self::Widget => canary.widget.to_string(),
            Self::Operator => canary.operator.to_string(),
        }
    }

    fn made_up(self, clock: &Clock) -> String {
        match self {
            Self::Conversation => clock.new_id::<ConversationId>().to_string(),
            Self::Contact => clock.new_id::<ContactId>().to_string(),
            Self::Widget => clock.new_id::<WidgetId>().to_string(),
            Self::Operator => clock.new_id::<OperatorId>().to_string(),
        }
    }
}

/// What a caller of `own` sees of `other`.
pub(super) async fn look(
    of: &Canaries,
    caller: &Caller,
    own: &Canary,
    other: &Canary,
    wrong: &mut Vec<String>,
) -> Result<()> {
    let mut looking = Looking { of, caller, own, other, wrong };
    let reads = |operation: &&&'static Operation| {
        operation.method == Method::GET
            && operation.audited == Audited::Reads
            && caller.calls(operation)
    };
    for operation in of.operations.iter().filter(reads) {
        match (operation.path.contains("{id}"), Thing::of(operation.path)) {
            (true, Some(thing)) => looking.one(operation, thing).await?,
            (true, None) => {}
            (false, _) => looking.all(operation).await?,
        }
    }
    looking.queries().await?;
    looking.searches().await?;
    looking.writes().await
}

struct Looking<'a> {
    of: &'a Canaries,
    caller: &'a Caller,
    own: &'a Canary,
    other: &'a Canary,
    wrong: &'a mut Vec<String>,
}

impl Looking<'_> {
    fn clock(&self) -> &Clock {
        self.of.identity.db.clock()
    }

    fn find(&mut self, what: &str) {
        self.wrong.push(format!("For {}, {what}.", self.caller.name));
    }

    /// One thing by its id.
    async fn one(&mut self, operation: &Operation, thing: Thing) -> Result<()> {
        let path = |id: &str| operation.path.replace("{id}", id);
        let foreign = path(&thing.within(self.other));
        let random = path(&thing.made_up(self.clock()));
        self.alike(&Method::GET, &foreign, &random, None).await?;
        // What is read of an operator is not read of oneself.
        if thing == Thing::Operator || !self.caller.may(operation) {
            return Ok(());
        }
        let own = path(&thing.within(self.own));
        let found = self.caller.ask_plainly(self.of, &Method::GET, &own, None).await?;
        let expected = if operation.path.ends_with("/messages") {
            self.own.words.clone()
        } else {
            thing.within(self.own)
        };
        if found.status != StatusCode::OK || !found.names(&expected) {
            self.find(&format!("{} does not find what is their own", operation.id));
        }
        Ok(())
    }

    /// A whole list, for whoever sees most of it.
    async fn all(&mut self, operation: &Operation) -> Result<()> {
        if matches!(self.caller.kind, Kind::Operator(Role::User | Role::Admin)) {
            return Ok(());
        }
        let answer = self.caller.ask_plainly(self.of, &Method::GET, operation.path, None).await?;
        for trace in traces(self.other) {
            if answer.names(&trace) {
                self.find(&format!("{} shows what is the other canary's", operation.id));
                return Ok(());
            }
        }
        Ok(())
    }

    /// Lists that are narrowed to somebody else's.
    async fn queries(&mut self) -> Result<()> {
        if self.caller.kind == Kind::Visitor {
            return Ok(());
        }
        let path = |name: &str, id: &str| format!("/api/v1/conversations?{name}={id}");
        for (name, thing) in [("contact", Thing::Contact), ("assignee", Thing::Operator)] {
            let foreign = path(name, &thing.within(self.other));
            let random = path(name, &thing.made_up(self.clock()));
            self.alike(&Method::GET, &foreign, &random, None).await?;
        }
        Ok(())
    }

    /// Words: the other's are found no more than words that nobody wrote.
    async fn searches(&mut self) -> Result<()> {
        if self.caller.kind == Kind::Visitor {
            return Ok(());
        }
        let path =
            |words: &str| format!("/api/v1/conversations/search?q={}", words.replace(' ', "+"));
        // Letters alone, as in what is planted.
        let random = "unplanted".to_owned() + &word(self.clock().new_id::<ConversationId>());
        let rare = self.other.words.split(' ').nth(1).unwrap_or_default();
        self.alike(&Method::GET, &path(rare), &path(&random), None).await?;
        let own =
            self.caller.ask_plainly(self.of, &Method::GET, &path(&self.own.words), None).await?;
        if !own.names(&Thing::Conversation.within(self.own)) {
            self.find("search_conversations does not find what is their own");
        }
        Ok(())
    }

    /// A line of one's own in somebody else's conversation.
    async fn writes(&mut self) -> Result<()> {
        let id: ConversationId = self.clock().new_id();
        let body =
            json!({ "client_message_id": format!("canary-{id}"), "body": "A canary was here." });
        let path = |id: &str| match self.caller.kind {
            Kind::Visitor => format!("/api/widget/v1/conversations/{id}/messages"),
            _ => format!("/api/v1/conversations/{id}/notes"),
        };
        let foreign = path(&Thing::Conversation.within(self.other));
        let random = path(&Thing::Conversation.made_up(self.clock()));
        self.alike(&Method::POST, &foreign, &random, Some(&body)).await
    }

    /// The promise: what is the other's is answered like what does not exist.
    async fn alike(
        &mut self,
        method: &Method,
        foreign: &str,
        random: &str,
        body: Option<&Value>,
    ) -> Result<()> {
        let foreign_answer = self.caller.ask(self.of, method, foreign, body).await?;
        let random_answer = self.caller.ask_plainly(self.of, method, random, body).await?;
        if foreign_answer != random_answer {
            let (seen, missing) = (foreign_answer.status, random_answer.status);
            self.find(&format!(
                "{method} {foreign} answers otherwise ({seen}) than for what does not exist ({missing})"
            ));
        }
        Ok(())
    }
}

/// A word that is made of an id.
fn word(id: ConversationId) -> String {
    id.to_string().chars().filter(char::is_ascii_alphabetic).collect()
}

/// Everything that names a canary's things.
fn traces(canary: &Canary) -> Vec<String> {
    let mut traces = vec![
        canary.workspace.to_string(),
        canary.operator.to_string(),
        canary.api_key.to_string(),
        canary.widget.to_string(),
        canary.visitor.to_string(),
        canary.contact.to_string(),
        canary.conversation.to_string(),
    ];
    // The first word is the same in both.
    traces.extend(canary.words.split(' ').skip(1).map(str::to_owned));
    traces
}
