//! The widget's origin: loader, frame, visitor API, visitor sockets.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use lk_base::id::WidgetId;
use lk_db::Origin;
use lk_inbox::Inbox;
use lk_web::headers::SecurityHeaders;
use lk_web::limit::{Bucket, RateClass};
use lk_web::routes::{Gate, not_found, to_the_end};
use lk_web::{Limiter, Problem, Routes};
use socketioxide::layer::SocketIoLayer;
use tower_http::compression::CompressionLayer;

use crate::assets::{self, Frame, Keep};

/// The loader of this build, and under which name it is pinned.
#[derive(Debug, Clone)]
pub struct LoaderFile {
    /// The script.
    pub bytes: Arc<[u8]>,
    /// Its name, which changes with its bytes: `v1-<12 hexadecimal digits>.js`.
    pub name: Arc<str>,
    /// Its subresource-integrity value.
    pub integrity: Arc<str>,
}

impl LoaderFile {
    /// The loader inside the binary; empty when it was not built.
    #[must_use]
    pub fn built() -> Self {
        let bytes =
            assets::Loader::get("v1.js").map(|file| file.data.into_owned()).unwrap_or_default();
        let hash = lk_crypto::token::sha256(&bytes);
        let digits: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let integrity = lk_crypto::token::integrity(&bytes);
        Self {
            bytes: bytes.into(),
            name: format!("v1-{digits}.js").into(),
            integrity: integrity.into(),
        }
    }
}

#[derive(Clone)]
struct Place {
    inbox: Inbox,
    loader: LoaderFile,
    limiter: Arc<Limiter>,
    /// Host and port of the widget's origin.
    authority: Arc<str>,
}

impl Place {
    /// Counts a look-up against its caller: made-up names must not cost the database anything.
    fn refuse(&self, origin: Option<&Arc<Origin>>) -> Option<Response> {
        let counted = match origin.and_then(|origin| origin.address.as_ref()) {
            Some(address) => self.limiter.check_address(RateClass::WidgetRead, *address.reveal()),
            None => self.limiter.check(RateClass::WidgetRead, Bucket::Actor(0)),
        };
        counted.err().map(|error| Problem::from(error).into_response())
    }
}

/// The routes of the widget's listener.
pub fn routes(
    operations: Routes,
    gate: &Gate,
    sockets: SocketIoLayer,
    inbox: Inbox,
    loader: LoaderFile,
    authority: &str,
) -> Router {
    let limiter = Arc::clone(&gate.limiter);
    let place = Place { inbox, loader, limiter, authority: authority.into() };
    let pages = Router::new()
        .route("/w/{widget_id}", get(frame))
        .route("/lk/{file}", get(script))
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        })
        .fallback(file)
        .with_state(place)
        .layer(CompressionLayer::new().gzip(true));
    operations.into_router(gate).fallback_service(pages).layer(sockets)
}

async fn script(
    State(place): State<Place>,
    Path(name): Path<String>,
    uri: Uri,
    origin: Option<Extension<Arc<Origin>>>,
    headers: HeaderMap,
) -> Response {
    match place.refuse(origin.as_deref()) {
        Some(limited) => limited,
        None => to_the_end(loader(place, name, uri, headers)).await,
    }
}

async fn frame(
    State(place): State<Place>,
    Path(widget): Path<String>,
    origin: Option<Extension<Arc<Origin>>>,
    headers: HeaderMap,
) -> Response {
    match place.refuse(origin.as_deref()) {
        Some(limited) => limited,
        None => to_the_end(document(place, widget, headers)).await,
    }
}

/// The loader, under its plain name for the simple snippet, or under its pinned one, which never
/// changes its bytes: pages with an integrity value keep working after an update.
async fn loader(place: Place, name: String, uri: Uri, headers: HeaderMap) -> Response {
    let (bytes, keep) = if name == "v1.js" {
        (place.loader.bytes.to_vec(), Keep::Shortly)
    } else if *name == *place.loader.name {
        (place.loader.bytes.to_vec(), Keep::Forever)
    } else {
        match lk_inbox::loader::pinned(&place.inbox.db, &name).await {
            Ok(Some(bytes)) => (bytes, Keep::Forever),
            _ => return not_found(),
        }
    };
    if bytes.is_empty() {
        return assets::not_built("widget");
    }
    let named = uri.query().and_then(|query| query.strip_prefix("w="));
    if let Some(widget) = named.and_then(|id| id.parse::<WidgetId>().ok()) {
        note_hit(&place.inbox, widget, &headers).await;
    }
    let mut response = assets::bytes("v1.js", bytes, keep);
    share(&mut response);
    // The loader is public and has no secret; integrity checks need a readable answer.
    let everybody = HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, everybody);
    response
}

/// The frame's document, with a policy for its workspace: only allowed sites may show it.
async fn document(place: Place, widget: String, headers: HeaderMap) -> Response {
    let Ok(widget) = widget.parse::<WidgetId>() else { return not_found() };
    let sites = match place.inbox.frame_sites(widget).await {
        Ok(Some(sites)) => sites,
        Ok(None) => return not_found(),
        Err(error) => return Problem::from(error).into_response(),
    };
    note_hit(&place.inbox, widget, &headers).await;
    let Some(file) = Frame::get("index.html") else { return assets::not_built("widget") };
    let mut response = assets::serve("index.html", file, Keep::Revalidate);
    let policy = SecurityHeaders::frame_policy(&place.authority, &sites);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    share(&mut response);
    response
}

/// Lets pages of other sites load this, those that isolate themselves (COEP) included.
fn share(response: &mut Response) {
    let policy = HeaderValue::from_static("cross-origin");
    response.headers_mut().insert("cross-origin-resource-policy", policy);
}

/// The first time a widget is seen on an allowed site is worth remembering.
async fn note_hit(inbox: &Inbox, widget: WidgetId, headers: &HeaderMap) {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let site = text(header::ORIGIN).map(str::to_owned).or_else(|| {
        let referer = text(header::REFERER)?;
        let (scheme, rest) = referer.split_once("://")?;
        Some(format!("{scheme}://{}", rest.split('/').next()?))
    });
    if let Some(site) = site
        && let Err(error) = lk_inbox::record_hit(inbox, widget, &site).await
    {
        tracing::warn!(?error, "a first hit could not be noted");
    }
}

async fn file(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    match Frame::get(path).filter(|_| path.starts_with("assets/")) {
        Some(file) => assets::serve(path, file, Keep::Forever),
        None => not_found(),
    }
}
