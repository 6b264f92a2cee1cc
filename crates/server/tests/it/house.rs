//! The product, put together as `serve` does it, without sockets on the network.

use std::net::SocketAddr;
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
use lk_server::product::{Place, Plan, Product, assemble};
use lk_testkit::{Answer, Database, private_database};
use lk_web::Routes;
use lk_web::edge::TrustedProxies;
use serde_json::Value;
use tower::ServiceExt;

pub(crate) const DASHBOARD: &str = "https://app.leadkeep.test";
pub(crate) const WIDGET: &str = "https://chat.leadkeep.test";
pub(crate) const SITE: &str = "https://shop.test";

/// One installation.
pub(crate) struct House {
    pub(crate) database: Database,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) product: Product,
}

/// A request to one of the two origins.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
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

    pub(crate) fn is_widget(&self) -> bool {
        self.path.starts_with("/api/widget/")
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        let database = private_database().await;
        let clock = Clock::manual(Timestamp::from_unix_micros(1_795_338_000_000_000));
        let root = RootKey::random();
        let db = Db::new(&database.places, clock.clone(), Sealer::new(&root).unwrap());
        let day = Duration::from_secs(24 * 3600);
        let plan = Plan {
            dashboard: Place::of(DASHBOARD),
            widget: Place::of(WIDGET),
            lifetimes: Lifetimes {
                access_token: Duration::from_secs(600),
                idle: day,
                absolute: day * 30,
            },
            cost: Cost::LEAST,
            hashes: 2,
            rate_factor: 10_000,
            proxies: TrustedProxies::new(|_| false),
        };
        let product = assemble(&db, &root, &plan).await.unwrap();
        Self { database, db, clock, product }
    }

    /// All declared operations.
    pub(crate) fn routes(&self) -> Routes {
        lk_server::routes::operators(&self.product.identity, &self.product.inbox)
            .and(lk_server::routes::visitors(&self.product.inbox))
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
        } else {
            (&self.product.dashboard, DASHBOARD)
        };
        let mut request = Request::builder()
            .method(ask.method.clone())
            .uri(&ask.path)
            .header(header::HOST, origin.trim_start_matches("https://"));
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(body).unwrap();
        let peer: SocketAddr = "203.0.113.7:40000".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        send(router, request).await
    }

    pub(crate) async fn entries(&self) -> Vec<Value> {
        self.database.rows("select * from audit_entries order by position").await
    }
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes().to_vec();
    Answer { status: parts.status, headers: parts.headers, bytes }
}
