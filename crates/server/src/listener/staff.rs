//! Staff's page and API, on the private listener and for this machine alone.
//!
//! **Invariant:** whoever is elsewhere, or comes under another name, gets the answer for a path that
//! is not there, with the same bytes: that there is a page for staff is not theirs to know.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use lk_web::headers::{SecurityHeaders, security_headers};
use lk_web::routes::{Gate, not_found};
use lk_web::{Problem, Routes};

use super::private::is_from_here;
use crate::assets::{self, Console, Keep};

/// The routes of staff.
pub fn routes(operations: Routes, gate: &Gate) -> Router {
    operations
        .into_router(gate)
        .route("/staff", any(page))
        .route("/staff/", any(page))
        .route("/staff/{*path}", any(page))
        .layer(from_fn_with_state(SecurityHeaders::staff(), security_headers))
        .layer(from_fn(from_here))
}

async fn from_here(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    match peer {
        Some(peer) if is_from_here(peer, request.headers()) => next.run(request).await,
        _ => not_found(),
    }
}

async fn page(request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed").into_response();
    }
    let path = request.uri().path().trim_start_matches("/staff").trim_start_matches('/');
    if let Some(file) = Console::get(path).filter(|_| path != "index.html") {
        let keep = if path.starts_with("assets/") { Keep::Forever } else { Keep::Revalidate };
        return assets::serve(path, file, keep);
    }
    // A path that looks like a file but is none must not get the page: a script tag would choke.
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return not_found();
    }
    match Console::get("index.html") {
        Some(file) => assets::serve("index.html", file, Keep::Revalidate),
        None => assets::not_built("staff's page"),
    }
}
