//! The dashboard's origin: pages, operator API, operator sockets.

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use lk_web::routes::{Gate, not_found};
use lk_web::{Problem, Routes};
use socketioxide::layer::SocketIoLayer;
use tower_http::compression::CompressionLayer;

use crate::assets::{self, Dashboard, Keep};

/// The routes of the dashboard's listener; providers of single sign-on have their own, which are
/// no operations of the API.
pub fn routes(
    operations: Routes,
    gate: &Gate,
    sockets: SocketIoLayer,
    by_providers: Router,
) -> Router {
    // Only pages are compressed: an API answer that mixes a secret with somebody else's text
    // must not tell its secret by its length (BREACH).
    let pages = Router::new().fallback(page).layer(CompressionLayer::new().gzip(true));
    let router = operations.into_router(gate).merge(by_providers);
    router.fallback_service(pages).layer(sockets)
}

async fn page(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if path.starts_with("api/") || path.starts_with("socket.io/") {
        return not_found();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed").into_response();
    }
    if let Some(file) = Dashboard::get(path).filter(|_| path != "index.html") {
        let keep = if path.starts_with("assets/") { Keep::Forever } else { Keep::Revalidate };
        return assets::serve(path, file, keep);
    }
    // A path that looks like a file but is none must not get the page: a script tag would choke.
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return not_found();
    }
    match Dashboard::get("index.html") {
        Some(file) => assets::serve("index.html", file, Keep::Revalidate),
        None => assets::not_built("dashboard"),
    }
}
