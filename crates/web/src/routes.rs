//! From declarations to a router, and the order in which a request is checked.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use lk_base::id::{Id, WorkspaceId};
use lk_base::{Clock, Error, Result};
use lk_db::{Actor, Origin, Scope};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::authenticate::{Authenticate, Credential, Entering};
use crate::call::{Call, PathParams, Reply};
use crate::credential;
use crate::limit::{Bucket, Left, Limiter, RateClass};
use crate::operation::{Access, Operation};
use crate::problem::Problem;

/// No request body of the API is larger.
const MOST_BODY: usize = 64 * 1024;
/// How long ago somebody may have proved who they are, for what asks that it was lately.
pub const FRESH: Duration = Duration::from_secs(10 * 60);
/// A caller who needs longer to send one is not served.
const BODY_TIME: Duration = Duration::from_secs(10);

/// What every operation's checks need.
#[derive(Clone)]
pub struct Gate {
    /// Who is who.
    pub authenticate: Arc<dyn Authenticate>,
    /// How often.
    pub limiter: Arc<Limiter>,
    /// What time it is, for what must have happened a short while ago.
    pub clock: Clock,
    /// The origin under which these routes are served, for example `https://app.example`;
    /// unsafe calls with cookies must come from it.
    pub own_origin: String,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<gate of {}>", self.own_origin)
    }
}

type Endpoint = Arc<dyn Fn(Request, Gate) -> BoxFuture<'static, Response> + Send + Sync>;

/// Schemas of one operation, made when the document is printed.
#[derive(Debug, Clone, Copy)]
pub struct Shapes {
    /// The path's parameters.
    pub path: fn(&mut SchemaGenerator) -> Vec<Schema>,
    /// The query.
    pub query: fn(&mut SchemaGenerator) -> Schema,
    /// The body of the request.
    pub body: fn(&mut SchemaGenerator) -> Schema,
    /// The body of a success.
    pub answer: fn(&mut SchemaGenerator) -> Schema,
}

/// A declared operation with its handler.
#[derive(Clone)]
pub struct Declared {
    /// The declaration.
    pub operation: &'static Operation,
    /// Its schemas.
    pub shapes: Shapes,
    endpoint: Endpoint,
}

impl std::fmt::Debug for Declared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.operation.id)
    }
}

/// The operations of a capability.
#[derive(Debug, Clone, Default)]
pub struct Routes(Vec<Declared>);

impl Routes {
    /// Adds an operation. The handler's types are the schemas: they cannot drift apart.
    #[must_use]
    pub fn add<S, P, Q, B, T, H, F>(
        mut self,
        state: &S,
        operation: &'static Operation,
        handler: H,
    ) -> Self
    where
        S: Clone + Send + Sync + 'static,
        P: PathParams,
        Q: DeserializeOwned + JsonSchema + Send + 'static,
        B: DeserializeOwned + JsonSchema + Send + 'static,
        T: Serialize + JsonSchema + 'static,
        H: Fn(Call<S, P, Q, B>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Reply<T>>> + Send + 'static,
    {
        let state = state.clone();
        let endpoint: Endpoint = Arc::new(move |request, gate| {
            let (state, handler) = (state.clone(), handler.clone());
            Box::pin(to_the_end(async move {
                match admit::<S, P, Q, B>(operation, request, gate, state).await {
                    Ok((call, left)) => {
                        let mut response = match handler(call).await {
                            Ok(reply) => reply.into_response(),
                            Err(error) => Problem::from(error).into_response(),
                        };
                        left.tell(operation.rate, response.headers_mut());
                        response
                    }
                    Err(problem) => problem.into_response(),
                }
            }))
        });
        let shapes = Shapes {
            path: P::schemas,
            query: |generator| generator.root_schema_for::<Q>(),
            body: |generator| generator.subschema_for::<B>(),
            answer: |generator| generator.subschema_for::<T>(),
        };
        self.0.push(Declared { operation, shapes, endpoint });
        self
    }

    /// Adds the operations of another capability.
    #[must_use]
    pub fn and(mut self, mut others: Self) -> Self {
        self.0.append(&mut others.0);
        self
    }

    /// All operations.
    #[must_use]
    pub fn declared(&self) -> &[Declared] {
        &self.0
    }

    /// The router of what is declared. Another method on a declared path is a problem document;
    /// what else a listener serves is its own matter (see [`not_found`]).
    pub fn into_router(self, gate: &Gate) -> Router {
        let mut router = Router::new();
        for declared in self.0 {
            let gate = gate.clone();
            let endpoint = declared.endpoint;
            let handler = move |request: Request| endpoint(request, gate.clone());
            let filter = match declared.operation.method {
                Method::POST => MethodFilter::POST,
                Method::PATCH => MethodFilter::PATCH,
                Method::DELETE => MethodFilter::DELETE,
                Method::PUT => MethodFilter::PUT,
                _ => MethodFilter::GET,
            };
            router = router.route(declared.operation.path, on(filter, handler));
        }
        router.method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
                .detail("Not with this method.")
        })
    }
}

/// Runs work to its end, whether or not the caller still waits for the answer.
///
/// A caller who goes away cancels the future of their request. In the middle of a transaction
/// that would hand a connection back to the pool with the transaction still open, and whoever
/// came next would go on in it. So nothing that touches the database is left to the caller.
pub async fn to_the_end(work: impl Future<Output = Response> + Send + 'static) -> Response {
    match tokio::spawn(work).await {
        Ok(response) => response,
        Err(_) => Problem::from(Error::internal("a handler panicked")).into_response(),
    }
}

/// The answer for what is not there.
#[must_use]
pub fn not_found() -> Response {
    Problem::from(Error::NotFound).into_response()
}

/// The checks, in this order: who, may they, how often, then the shape. Nothing is looked up
/// before the first three have passed.
async fn admit<S, P, Q, B>(
    operation: &'static Operation,
    request: Request,
    gate: Gate,
    state: S,
) -> Result<(Call<S, P, Q, B>, Left), Problem>
where
    P: PathParams,
    Q: DeserializeOwned,
    B: DeserializeOwned,
{
    let (mut parts, body) = request.into_parts();
    let origin = parts.extensions.get::<Arc<Origin>>().cloned().unwrap_or_else(|| {
        Arc::new(Origin {
            address: None,
            user_agent: None,
            device: None,
            request_id: String::new(),
        })
    });
    if operation.access.permission().is_some()
        && matches!(credential::bearer(&parts.headers)?, Some(Credential::Key(_)))
    {
        // Made-up keys cost a look-up each, so they are counted before it.
        by_address(&gate.limiter, RateClass::Key, &origin)?;
    }
    let scope = identify(operation, &parts.method, &parts.headers, &gate, &origin).await?;
    let (limiter, class) = (&gate.limiter, operation.rate);
    let left = match scope.actor() {
        Actor::Operator { operator, .. } => {
            limiter.check(class, Bucket::Actor(operator.uuid().as_u128()))?
        }
        Actor::ApiKey { key, .. } => limiter.check(class, Bucket::Actor(key.uuid().as_u128()))?,
        Actor::Visitor { visitor } => {
            limiter.check(class, Bucket::Actor(visitor.uuid().as_u128()))?
        }
        Actor::Staff { staff, .. } => {
            limiter.check(class, Bucket::Actor(staff.uuid().as_u128()))?
        }
        _ => by_address(limiter, class, &origin)?,
    };

    let query = parts.uri.query().unwrap_or_default().to_owned();
    let params = RawPathParams::from_request_parts(&mut parts, &()).await;
    let values: Vec<String> = match &params {
        Ok(params) => params.iter().map(|(_, value)| value.to_owned()).collect(),
        Err(_) => Vec::new(),
    };
    let path = if values.len() == P::COUNT { P::read(&values) } else { None };
    let path = path.ok_or(Error::NotFound)?;
    let query = serde_urlencoded::from_str(&query)
        .map_err(|error| Problem::malformed("?", error.to_string()))?;
    let waited = !body.is_end_stream();
    let body = read_body(&parts.method, &parts.headers, body).await?;
    // Whoever holds a body back must not act as who they were when its head was read.
    let scope = if waited {
        identify(operation, &parts.method, &parts.headers, &gate, &origin).await?
    } else {
        scope
    };
    // Derived types would also read their fields from an array, by position and without names.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Problem::malformed("", "the body must be a JSON object"));
    }
    let mut json = serde_json::Deserializer::from_slice(&body);
    let body = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer: String = error
            .path()
            .iter()
            .map(|step| match step {
                serde_path_to_error::Segment::Seq { index } => format!("/{index}"),
                serde_path_to_error::Segment::Map { key } => {
                    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
                }
                _ => String::new(),
            })
            .collect();
        Problem::malformed(pointer, error.inner().to_string())
    })?;
    json.end().map_err(|error| Problem::malformed("", error.to_string()))?;
    Ok((Call { state, scope, path, query, body, headers: parts.headers }, left))
}

async fn identify(
    operation: &'static Operation,
    method: &Method,
    headers: &HeaderMap,
    gate: &Gate,
    origin: &Arc<Origin>,
) -> Result<Scope> {
    match operation.access {
        Access::Public => Ok(nobody(origin)),
        Access::Cookie(_) => {
            same_origin(headers, gate)?;
            if headers.get("leadkeep-client").is_none() {
                return Err(Error::Forbidden { code: "client_header_missing" });
            }
            Ok(nobody(origin))
        }
        Access::Operator(permission) | Access::Fresh(permission) => {
            let shown = credential::bearer(headers)?;
            let credential = shown.ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
            let scope = gate.authenticate.authenticate(credential, Arc::clone(origin)).await?;
            if !scope.actor().may(permission) {
                return Err(Error::Forbidden { code: "forbidden" });
            }
            if !scope.reach().covers(permission) {
                return Err(Error::Forbidden { code: "second_factor_required" });
            }
            if matches!(operation.access, Access::Fresh(_)) && !is_fresh(gate, &scope) {
                return Err(Error::Forbidden { code: "step_up_needed" });
            }
            Ok(scope)
        }
        Access::Widget | Access::Visitor => {
            if matches!(credential::bearer(headers)?, Some(Credential::Key(_))) {
                return Err(Error::Forbidden { code: "keys_not_here" });
            }
            if *method != Method::GET {
                same_origin(headers, gate)?;
            }
            let scope = gate
                .authenticate
                .authenticate(credential::widget(headers)?, Arc::clone(origin))
                .await?;
            match (operation.access, scope.actor()) {
                (Access::Visitor, Actor::Visitor { .. }) | (Access::Widget, _) => Ok(scope),
                _ => Err(Error::Unauthenticated { code: "unauthenticated" }),
            }
        }
        Access::StaffEntrance => {
            own_page(method, headers)?;
            Ok(nobody(origin))
        }
        Access::Staff(permission)
        | Access::StaffFresh(permission)
        | Access::Granted(permission) => {
            own_page(method, headers)?;
            let as_staff = async |entry: Entering| {
                let shown = credential::staff(headers, entry);
                let credential = shown.ok_or(Error::Unauthenticated { code: "unauthenticated" })?;
                gate.authenticate.authenticate(credential, Arc::clone(origin)).await
            };
            let scope = as_staff(Entering::Nowhere).await?;
            if !scope.actor().may_as_staff(permission) {
                return Err(Error::Forbidden { code: "forbidden" });
            }
            if matches!(operation.access, Access::StaffFresh(_)) && !is_fresh(gate, &scope) {
                return Err(Error::Forbidden { code: "step_up_needed" });
            }
            // Whether they may look at workspaces is settled; now whether at this one.
            if matches!(operation.access, Access::Granted(_)) {
                return as_staff(Entering::With(credential::grant(headers))).await;
            }
            Ok(scope)
        }
    }
}

/// Whether somebody proved lately who they are.
fn is_fresh(gate: &Gate, scope: &Scope) -> bool {
    let now = gate.clock.now();
    scope.authenticated_at().is_some_and(|at| now.since(at) <= FRESH)
}

/// Refuses a call that a page of another origin made. The private listener has no one name, so the
/// page's origin is compared with the host that the call itself names; which hosts may be named is
/// settled before anything gets here.
fn own_page(method: &Method, headers: &HeaderMap) -> Result<()> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_own = match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.strip_prefix("http://") == Some(host),
        (None, _) => *method == Method::GET,
        (Some(_), None) => false,
    };
    if is_own && matches!(text("sec-fetch-site"), None | Some("same-origin")) {
        Ok(())
    } else {
        Err(Error::Forbidden { code: "foreign_origin" })
    }
}

fn by_address(limiter: &Limiter, class: RateClass, origin: &Origin) -> Result<Left> {
    match &origin.address {
        Some(address) => limiter.check_address(class, *address.reveal()),
        None => limiter.check(class, Bucket::Actor(0)),
    }
}

/// The scope of somebody unknown: the platform's rows, where a system transaction begins.
#[expect(clippy::disallowed_methods, reason = "nobody is claimed: the actor is Nobody")]
fn nobody(origin: &Arc<Origin>) -> Scope {
    Scope::assume_authenticated(WorkspaceId::PLATFORM, Actor::Nobody, Arc::clone(origin))
}

/// Refuses a call that a page of another origin made.
fn same_origin(headers: &HeaderMap, gate: &Gate) -> Result<()> {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if origin == Some(gate.own_origin.as_str()) && matches!(site, None | Some("same-origin")) {
        Ok(())
    } else {
        Err(Error::Forbidden { code: "foreign_origin" })
    }
}

async fn read_body(method: &Method, headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    if *method == Method::GET || *method == Method::HEAD {
        return Ok(Bytes::from_static(b"{}"));
    }
    let too_large = || {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large")
            .detail("The body is larger than 64 KiB.")
    };
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|n| n.to_str().ok())
        .and_then(|n| n.parse().ok());
    if announced.is_some_and(|length: u64| length > 64 * 1024) {
        return Err(too_large());
    }
    let collected = tokio::time::timeout(BODY_TIME, Limited::new(body, MOST_BODY).collect())
        .await
        .map_err(|_| {
            Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow")
                .detail("The body did not arrive in time.")
        })?;
    let bytes = match collected {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => return Err(too_large()),
        Err(_) => return Err(Problem::malformed("", "the body did not arrive whole")),
    };
    if bytes.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type")
            .detail("Send the body as application/json."));
    }
    Ok(bytes)
}
