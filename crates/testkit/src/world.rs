//! The world of one test.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use futures_util::future::BoxFuture;
use http_body_util::BodyExt;
use lk_base::id::WorkspaceId;
use lk_base::{Clock, Error, Personal, Result, Secret, Timestamp};
use lk_crypto::{RootKey, Sealer};
use lk_db::{Actor, Db, Origin, Scope};
use lk_web::routes::Gate;
use lk_web::{Authenticate, Credential, Limiter, Routes};
use serde_json::Value;
use tower::ServiceExt;

use crate::answer::Answer;
use crate::cluster::{Database, private_database};

/// The origin under which the tests' routes are served.
pub(crate) const ORIGIN: &str = "https://leadkeep.test";

/// What a capability's state is made of.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The database of this test.
    pub db: Db,
    /// The clock of this test.
    pub clock: Clock,
    /// A root key of this test.
    pub root: RootKey,
}

/// Tokens of the people in this world: who they are is what the test says.
pub(crate) struct Badges {
    pub(crate) operators: Mutex<HashMap<String, Scope>>,
    /// When they proved who they are: as the world began.
    issued: Timestamp,
    /// Who knows visitors, when the test is about them.
    visitors: Option<Arc<dyn Authenticate>>,
}

impl Authenticate for Badges {
    fn authenticate(
        &self,
        credential: Credential,
        origin: Arc<Origin>,
    ) -> BoxFuture<'_, Result<Scope>> {
        Box::pin(async move {
            match (credential, &self.visitors) {
                (Credential::Bearer(token), _) => {
                    let known = self.operators.lock().unwrap();
                    let scope = known
                        .get(token.expose())
                        .ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
                    Ok(Scope::assume_authenticated(scope.workspace(), scope.actor(), origin)
                        .proved_at(self.issued))
                }
                (widget, Some(visitors)) => visitors.authenticate(widget, origin).await,
                _ => Err(Error::Unauthenticated { code: "unauthenticated" }),
            }
        })
    }

    fn still_good<'a>(&'a self, _: &'a Scope) -> BoxFuture<'a, Result<()>> {
        // Badges are for one test, and tests of capabilities open no sockets.
        Box::pin(async { Ok(()) })
    }
}

/// The world of one test.
pub struct World {
    /// The database, as the product sees it.
    pub db: Db,
    /// The database, from behind the wall.
    pub database: Database,
    /// The clock; it starts on 2026-11-22 at 09:00 UTC and moves only when told.
    pub clock: Clock,
    /// The root key of this test.
    pub root: RootKey,
    pub(crate) badges: Arc<Badges>,
    router: Router,
    routes: Routes,
}

impl std::fmt::Debug for World {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<world>")
    }
}

impl World {
    /// A world that serves nothing: a database and people.
    pub async fn empty() -> Self {
        Self::new(|_| Routes::default()).await
    }

    /// A world that serves nothing, in which it is another time.
    pub async fn empty_at(start: Timestamp) -> Self {
        Self::at(start, |_| (Routes::default(), None)).await
    }

    /// A world that serves these routes.
    pub async fn new(routes: impl FnOnce(&Parts) -> Routes) -> Self {
        Self::with_visitors(|parts| (routes(parts), None)).await
    }

    /// A world that serves these routes, with somebody who knows visitors.
    pub async fn with_visitors(
        routes: impl FnOnce(&Parts) -> (Routes, Option<Arc<dyn Authenticate>>),
    ) -> Self {
        Self::at(Timestamp::from_unix_micros(1_795_338_000_000_000), routes).await
    }

    async fn at(
        start: Timestamp,
        routes: impl FnOnce(&Parts) -> (Routes, Option<Arc<dyn Authenticate>>),
    ) -> Self {
        let database = private_database().await;
        let clock = Clock::manual(start);
        let root = RootKey::random();
        let db = Db::new(&database.places, clock.clone(), Sealer::new(&root).unwrap());
        let parts = Parts { db: db.clone(), clock: clock.clone(), root: root.clone() };
        let (routes, visitors) = routes(&parts);
        let badges =
            Arc::new(Badges { operators: Mutex::default(), issued: clock.now(), visitors });
        let gate = Gate {
            authenticate: Arc::<Badges>::clone(&badges),
            limiter: Arc::new(Limiter::new(clock.clone(), 1000)),
            clock: clock.clone(),
            own_origin: ORIGIN.to_owned(),
        };
        let router = routes.clone().into_router(&gate);
        Self { db, database, clock, root, badges, router, routes }
    }

    /// The same database as another process, or this one after a restart, sees it.
    ///
    /// # Panics
    /// When the root key is none.
    #[must_use]
    pub fn restarted(&self) -> Db {
        let sealer = Sealer::new(&self.root).unwrap();
        Db::new(&self.database.places, self.clock.clone(), sealer)
    }

    /// What is served.
    #[must_use]
    pub const fn routes(&self) -> &Routes {
        &self.routes
    }

    /// Sends a request as it is.
    ///
    /// # Panics
    /// When the answer cannot be read.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let origin = Origin {
            address: Some(Personal::new("203.0.113.7".parse().unwrap())),
            user_agent: request
                .headers()
                .get(header::USER_AGENT)
                .map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned()),
            device: None,
            request_id: "req_test".to_owned(),
        };
        request.extensions_mut().insert(Arc::new(origin));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// Sends JSON with these headers.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    /// The audit log of all workspaces, oldest first, with what is sealed in it.
    pub async fn audit(&self) -> Vec<Value> {
        crate::entries::all(&self.db, &self.database).await
    }

    /// The outbox of all workspaces, oldest first.
    pub async fn events(&self) -> Vec<Value> {
        self.database.rows("select * from outbox order by position").await
    }

    /// The permit by which a transaction is bound to a workspace.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn setting(&self, workspace: WorkspaceId) -> String {
        self.db.setting(workspace, 60.0).await.unwrap()
    }

    /// Takes one wall down: row security.
    pub async fn take_row_security_down(&self) {
        self.database.take_row_security_down().await;
    }

    /// Takes one wall down: the predicates of the statements.
    pub fn take_predicates_down(&self) {
        self.db.take_predicates_down();
    }

    pub(crate) fn badge(&self, actor: Actor, workspace: lk_base::id::WorkspaceId) -> Secret {
        let token = lk_crypto::Token::random();
        let origin = Arc::new(Origin::system("test"));
        let scope = Scope::assume_authenticated(workspace, actor, origin);
        self.badges.operators.lock().unwrap().insert(token.expose().to_owned(), scope);
        Secret::new(token.expose().to_owned())
    }
}
