//! What these tests have in common: a shop with a widget, operators, visitors.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, StatusCode, header};
use lk_authz::Role;
use lk_base::id::{ConversationId, Id, VisitorId, WidgetId, WorkspaceId};
use lk_base::{Result, Secret};
use lk_db::{Dispatcher, Origin, Scope};
use lk_inbox::live::OperatorRead;
use lk_inbox::{Inbox, Live};
use lk_testkit::{Answer, Operator, World};
use lk_web::{Authenticate, Credential};
use serde_json::{Value, json};

/// The site that may show every widget of these tests.
pub(crate) const SITE: &str = "https://shop.example.test";
/// The origin of the tests' routes.
const ORIGIN: &str = "https://leadkeep.test";

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A client id that nobody used.
pub(crate) fn fresh() -> String {
    format!("client-{:08}", NUMBER.fetch_add(1, Ordering::SeqCst))
}

struct Visitors(Inbox);

impl Authenticate for Visitors {
    fn authenticate(
        &self,
        credential: Credential,
        origin: Arc<Origin>,
    ) -> BoxFuture<'_, Result<Scope>> {
        Box::pin(async move {
            match credential {
                Credential::Widget { widget, site, session } => {
                    self.0.authenticate_widget(widget, &site, session, origin).await
                }
                Credential::Bearer(_) | Credential::Key(_) | Credential::Staff { .. } => {
                    unreachable!("the world knows operators, and no staff")
                }
            }
        })
    }

    fn still_good<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<()>> {
        Box::pin(lk_inbox::door::visitor_still_good(&self.0.db, scope))
    }
}

/// Everybody is online, and what is told is remembered.
#[derive(Default)]
pub(crate) struct Witness {
    pub(crate) operator_reads: std::sync::Mutex<Vec<(i64, i64)>>,
    pub(crate) visitor_reads: std::sync::Mutex<Vec<(i64, i64)>>,
}

impl Live for Witness {
    fn visitor_online(&self, _: WorkspaceId, _: VisitorId) -> bool {
        true
    }
    fn anybody_online(&self, _: WorkspaceId) -> bool {
        true
    }
    fn operator_read(&self, _: WorkspaceId, read: OperatorRead) {
        self.operator_reads.lock().unwrap().push((read.seq, read.public_seq));
    }
    fn visitor_read(&self, _: WorkspaceId, _: ConversationId, seq: i64, public_seq: i64) {
        self.visitor_reads.lock().unwrap().push((seq, public_seq));
    }
}

/// The world of one test, with an inbox in it.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) inbox: Inbox,
    pub(crate) witness: Arc<Witness>,
    dispatcher: Dispatcher,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let witness = Arc::new(Witness::default());
        let mut built = None;
        let world = World::with_visitors(|parts| {
            let live: Arc<dyn Live> = Arc::<Witness>::clone(&witness);
            let inbox = Inbox::new(
                parts.db.clone(),
                live,
                "https://chat.example.test",
                "v1-0123456789ab.js",
                "sha384-test",
            );
            built = Some(inbox.clone());
            let routes = lk_inbox::routes(&inbox).and(lk_inbox::visitor_routes(&inbox));
            let visitors: Arc<dyn Authenticate> = Arc::new(Visitors(inbox));
            (routes, Some(visitors))
        })
        .await;
        let dispatcher = Dispatcher::new(world.db.clone(), Vec::new());
        Self { world, inbox: built.unwrap(), witness, dispatcher }
    }

    /// An operator in a new workspace, and its widget on the usual site.
    pub(crate) async fn shop(&self, role: Role) -> (Operator<'_>, WidgetId) {
        let ada = self.world.operator(role).await;
        let widget: WidgetId = self.world.clock.new_id();
        let mut tx = self.inbox.db.write(&ada.scope()).await.unwrap();
        lk_inbox::insert_widget(&mut tx, widget).await.unwrap();
        tx.commit_unaudited(lk_db::Unaudited::InstanceFact).await.unwrap();
        self.world
            .database
            .run(&format!(
                "update widgets set allowed_sites = array['{SITE}'] where widget_id = '{widget}';
                 insert into widget_directory values ('{platform}', '{widget}', '{owner}')",
                platform = WorkspaceId::PLATFORM.uuid(),
                widget = widget.uuid(),
                owner = ada.workspace.uuid(),
            ))
            .await;
        (ada, widget)
    }

    /// A browser on a site with a widget, before it has done anything.
    pub(crate) fn browser(&self, widget: WidgetId) -> Browser<'_> {
        Browser { stage: self, widget, site: SITE.to_owned(), cookie: None }
    }

    /// A browser that has become a visitor.
    pub(crate) async fn visitor(&self, widget: WidgetId) -> Browser<'_> {
        let mut browser = self.browser(widget);
        let answer = browser.post("/api/widget/v1/session", json!({})).await;
        let _ = answer.expect(StatusCode::CREATED);
        browser.keep_cookie(&answer.headers);
        browser
    }

    /// A visitor with a conversation of one message.
    pub(crate) async fn conversation(&self, widget: WidgetId) -> (Browser<'_>, String) {
        let visitor = self.visitor(widget).await;
        let conversation = visitor.start("Hello?").await;
        (visitor, conversation)
    }

    /// The last entry of the audit log.
    pub(crate) async fn entry(&self) -> Value {
        self.world.audit().await.pop().unwrap()
    }

    /// The names of the events after the first `known`.
    pub(crate) async fn kinds(&self, known: usize) -> Vec<String> {
        let events = self.world.events().await;
        events.iter().skip(known).map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// How many entries and events there are.
    pub(crate) async fn marks(&self) -> (usize, usize) {
        (self.world.audit().await.len(), self.world.events().await.len())
    }

    /// Numbers the events.
    pub(crate) async fn dispatch(&self) {
        while self.dispatcher.round().await.unwrap() > 0 {}
    }
}

/// A browser with the widget.
pub(crate) struct Browser<'s> {
    pub(crate) stage: &'s Stage,
    pub(crate) widget: WidgetId,
    pub(crate) site: String,
    pub(crate) cookie: Option<String>,
}

impl Browser<'_> {
    /// Keeps the cookie of an answer.
    pub(crate) fn keep_cookie(&mut self, headers: &HeaderMap) {
        let line = headers[header::SET_COOKIE].to_str().unwrap();
        self.cookie = Some(line.split(';').next().unwrap().to_owned());
    }

    /// The value of the cookie.
    pub(crate) fn session(&self) -> Option<Secret> {
        let value = self.cookie.as_ref()?.split_once('=')?.1;
        Some(Secret::new(value.to_owned()))
    }

    /// Their scope, as the sockets get it.
    pub(crate) async fn scope(&self) -> Result<Scope> {
        let origin = Arc::new(Origin::system("test"));
        self.stage.inbox.authenticate_widget(self.widget, &self.site, self.session(), origin).await
    }

    /// Who they are.
    pub(crate) async fn id(&self) -> VisitorId {
        self.scope().await.unwrap().visitor().unwrap()
    }

    /// A call as the frame makes it.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let widget = self.widget.to_string();
        let mut headers = vec![
            ("leadkeep-widget", widget.as_str()),
            ("leadkeep-site", self.site.as_str()),
            ("origin", ORIGIN),
        ];
        if let Some(cookie) = &self.cookie {
            headers.push(("cookie", cookie));
        }
        self.stage.world.call(method, path, &headers, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Opens a conversation; its id.
    pub(crate) async fn start(&self, text: &str) -> String {
        let body = json!({ "client_message_id": fresh(), "body": text });
        let started =
            self.post("/api/widget/v1/conversations", body).await.expect(StatusCode::CREATED);
        started["conversation"]["id"].as_str().unwrap().to_owned()
    }

    /// Writes on.
    pub(crate) async fn says(&self, conversation: &str, text: &str) -> Value {
        let path = format!("/api/widget/v1/conversations/{conversation}/messages");
        let body = json!({ "client_message_id": fresh(), "body": text });
        self.post(&path, body).await.expect(StatusCode::CREATED)
    }

    /// What they see of a conversation.
    pub(crate) async fn sees(&self, conversation: &str) -> Vec<Value> {
        let path = format!("/api/widget/v1/conversations/{conversation}/messages?limit=100");
        let page = self.get(&path).await.expect(StatusCode::OK);
        page["data"].as_array().unwrap().clone()
    }
}

/// The path of a conversation, or below it.
pub(crate) fn path(conversation: &str, below: &str) -> String {
    format!("/api/v1/conversations/{conversation}{below}")
}

/// An operator answers.
pub(crate) async fn reply(operator: &Operator<'_>, conversation: &str, text: &str) -> Value {
    let body = json!({ "client_message_id": fresh(), "body": text });
    operator.post(&path(conversation, "/messages"), body).await.expect(StatusCode::CREATED)
}

/// An operator writes a note.
pub(crate) async fn note(operator: &Operator<'_>, conversation: &str, text: &str) -> Value {
    let body = json!({ "client_message_id": fresh(), "body": text });
    operator.post(&path(conversation, "/notes"), body).await.expect(StatusCode::CREATED)
}

/// A conversation, as an operator sees it.
pub(crate) async fn look(operator: &Operator<'_>, conversation: &str) -> Value {
    operator.get(&path(conversation, "")).await.expect(StatusCode::OK)
}

/// The lines of a conversation, as an operator sees them.
pub(crate) async fn lines(operator: &Operator<'_>, conversation: &str) -> Vec<Value> {
    let page =
        operator.get(&path(conversation, "/messages?limit=100")).await.expect(StatusCode::OK);
    page["data"].as_array().unwrap().clone()
}
