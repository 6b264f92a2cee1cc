//! The product, put together as `serve` does it, without sockets on the network.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt;
use lk_base::{Clock, Timestamp};
use lk_crypto::password::Cost;
use lk_crypto::{RootKey, Sealer};
use lk_db::Db;
use lk_identity::Lifetimes;
use lk_identity::factor::reach::OfAdmins;
use lk_identity::password::Rules;
use lk_mail::{Sender, Smtp};
use lk_server::product::{Place, Plan, Product, assemble};
use lk_staff::instance::Listener;
use lk_testkit::{Answer, Database, private_database};
use lk_web::Routes;
use lk_web::edge::TrustedProxies;
use serde_json::Value;
use tower::ServiceExt;

use crate::outside::Outside;

pub(crate) const DASHBOARD: &str = "https://app.leadkeep.test";
pub(crate) const WIDGET: &str = "https://chat.leadkeep.test";
pub(crate) const SITE: &str = "https://shop.test";
pub(crate) const PRIVATE: &str = "http://127.0.0.1:8450";

/// One installation.
pub(crate) struct House {
    pub(crate) database: Database,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) product: Product,
    root: RootKey,
    plan: Plan,
    pub(crate) outside: Outside,
}

/// A request to one of the two origins.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    /// The caller's address; mostly it does not matter.
    pub(crate) from: Option<String>,
}

impl Ask {
    pub(crate) fn new(method: &Method, path: impl Into<String>) -> Self {
        Self { method: method.clone(), path: path.into(), ..Self::default() }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) fn from(mut self, address: impl Into<String>) -> Self {
        self.from = Some(address.into());
        self
    }

    pub(crate) fn is_widget(&self) -> bool {
        self.path.starts_with("/api/widget/")
    }

    /// Whether it is for the private listener.
    pub(crate) fn is_staff(&self) -> bool {
        self.path.starts_with("/api/staff/")
    }
}

impl House {
    /// A house without a mail server: mail waits in the mailbox. Its admins need no second factor,
    /// so that tests of other things need not enrol one.
    pub(crate) async fn new() -> Self {
        Self::with_smtp(None).await
    }

    /// A house with the limits of production.
    pub(crate) async fn strict() -> Self {
        Self::with(|plan| plan.rate_factor = 1).await
    }

    pub(crate) async fn with_smtp(smtp: Option<Smtp>) -> Self {
        Self::with(|plan| plan.smtp = smtp).await
    }

    /// A house as it is shipped: admins need a second factor.
    pub(crate) async fn guarded() -> Self {
        Self::with(|plan| plan.of_admins = OfAdmins::Required).await
    }

    /// A house whose plan is another.
    pub(crate) async fn with(change: impl FnOnce(&mut Plan)) -> Self {
        let database = private_database().await;
        let clock = Clock::manual(Timestamp::from_unix_micros(1_795_338_000_000_000));
        let root = RootKey::random();
        let db = Db::new(&database.places, clock.clone(), Sealer::new(&root).unwrap());
        let outside = Outside::new().await;
        let day = Duration::from_secs(24 * 3600);
        let mut plan = Plan {
            dashboard: Place::of(DASHBOARD),
            widget: Place::of(WIDGET),
            private: Place::of(PRIVATE),
            listeners: vec![Listener { name: "private", address: "127.0.0.1:8450".to_owned() }],
            lifetimes: Lifetimes {
                access_token: Duration::from_secs(600),
                idle: day,
                absolute: day * 30,
                admin_idle: day,
                admin_absolute: day * 30,
            },
            cost: Cost::LEAST,
            hashes: 2,
            rate_factor: 10_000,
            sign_up: true,
            work_bits: 10,
            rules: Arc::new(Rules::new("Plum House", None).unwrap()),
            of_admins: OfAdmins::Optional,
            sender: Sender { name: "Plum House".to_owned(), url: DASHBOARD.to_owned() },
            smtp: None,
            outbound: outside.outbound.clone(),
            redis: None,
            proxies: TrustedProxies::new(|_| false),
        };
        change(&mut plan);
        let product = assemble(&db, &root, &plan).await.unwrap();
        Self { database, db, clock, product, outside, root, plan }
    }

    /// The same house after a restart with other settings.
    pub(crate) async fn reopen(&mut self, change: impl FnOnce(&mut Plan)) {
        change(&mut self.plan);
        self.product = assemble(&self.db, &self.root, &self.plan).await.unwrap();
    }

    /// All declared operations.
    pub(crate) fn routes(&self) -> Routes {
        let Product { identity, inbox, staff, .. } = &self.product;
        lk_server::routes::operators(identity, inbox, staff)
            .and(lk_server::routes::visitors(inbox))
            .and(lk_server::routes::staff(identity, inbox, staff))
    }

    pub(crate) async fn ask(&self, ask: &Ask) -> Answer {
        match &ask.body {
            Some(json) => {
                let ask = ask.clone().header("content-type", "application/json");
                self.ask_with(&ask, Body::from(json.to_string())).await
            }
            None => self.ask_with(ask, Body::empty()).await,
        }
    }

    /// The same with a body that may be anything, and nothing said about it but what `ask` says.
    pub(crate) async fn ask_with(&self, ask: &Ask, body: Body) -> Answer {
        let (router, origin) = if ask.is_widget() {
            (&self.product.widget, WIDGET)
        } else if ask.is_staff() {
            (&self.product.private, PRIVATE)
        } else {
            (&self.product.dashboard, DASHBOARD)
        };
        self.ask_at(router, origin, ask, body).await
    }

    /// The same at a listener of one's choice, under the name of `origin` unless `ask` has one.
    pub(crate) async fn ask_at(
        &self,
        router: &Router,
        origin: &str,
        ask: &Ask,
        body: Body,
    ) -> Answer {
        let mut request = Request::builder().method(ask.method.clone()).uri(&ask.path);
        if !ask.headers.iter().any(|(name, _)| name == "host") {
            let (_, authority) = origin.split_once("://").unwrap();
            request = request.header(header::HOST, authority);
        }
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(body).unwrap();
        let elsewhere = if origin == PRIVATE { "127.0.0.1" } else { "203.0.113.7" };
        let from = ask.from.as_deref().unwrap_or(elsewhere);
        let peer = SocketAddr::new(from.parse().unwrap(), 40_000);
        request.extensions_mut().insert(ConnectInfo(peer));
        send(router, request).await
    }

    /// What waits in the mailbox for an address, the newest first.
    pub(crate) async fn mailbox(&self, email: &str) -> Vec<lk_mail::Kept> {
        let all = self.product.identity.postman.mailbox().await.unwrap();
        all.into_iter().filter(|mail| mail.to.reveal() == email).collect()
    }

    /// The subjects and texts of these mails.
    pub(crate) async fn letters(&self, email: &str) -> Vec<String> {
        let sender = self.product.identity.postman.sender();
        let letter = |mail: &lk_mail::Kept| {
            format!("{}\n\n{}", mail.letter.subject(), mail.letter.text(sender))
        };
        self.mailbox(email).await.iter().map(letter).collect()
    }

    /// The token of the newest link to `page` that was mailed to an address.
    pub(crate) async fn mailed(&self, email: &str, page: &str) -> String {
        let letters = self.letters(email).await;
        let found = letters.iter().find_map(|letter| token(letter, page));
        found.unwrap_or_else(|| panic!("no mail to {email} has a link to {page}: {letters:?}"))
    }

    pub(crate) async fn entries(&self) -> Vec<Value> {
        lk_testkit::entries::all(&self.product.identity.db, &self.database).await
    }

    /// Staff's own stream.
    pub(crate) async fn staff_entries(&self) -> Vec<Value> {
        self.database.rows("select * from staff_entries order by position").await
    }

    pub(crate) async fn last_entry(&self) -> Value {
        self.entries().await.pop().unwrap()
    }
}

/// The token of the link to `page` in a text.
pub(crate) fn token(text: &str, page: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("{DASHBOARD}/{page}#"))?;
    Some(rest.split_whitespace().next()?.to_owned())
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes().to_vec();
    Answer { status: parts.status, headers: parts.headers, bytes }
}
