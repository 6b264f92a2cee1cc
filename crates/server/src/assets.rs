//! The pages inside the binary: dashboard, widget frame, loader, staff's page, demo shop.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

/// The built dashboard.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dashboard/dist"]
#[allow_missing = true]
#[derive(Debug)]
pub struct Dashboard;

/// The built frame of the widget.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/widget/frame/dist"]
#[allow_missing = true]
#[derive(Debug)]
pub struct Frame;

/// The built loader of the widget.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/widget/loader/dist"]
#[allow_missing = true]
#[derive(Debug)]
pub struct Loader;

/// The built page of staff.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/staff/dist"]
#[allow_missing = true]
#[derive(Debug)]
pub struct Console;

/// The demo shop.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/demo"]
#[allow_missing = true]
#[derive(Debug)]
pub struct Shop;

/// The type of a file, by its name.
fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// How long a file may be kept by browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// For good: its name has its hash.
    Forever,
    /// Five minutes: the loader under its plain name.
    Shortly,
    /// Asked again each time: documents.
    Revalidate,
}

/// Answers with a file.
#[must_use]
pub fn serve(path: &str, file: EmbeddedFile, keep: Keep) -> Response {
    bytes(path, file.data.into_owned(), keep)
}

/// Answers with bytes under a file's name.
#[must_use]
pub fn bytes(path: &str, bytes: Vec<u8>, keep: Keep) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let keep = match keep {
        Keep::Forever => "public, max-age=31536000, immutable",
        Keep::Shortly => "public, max-age=300",
        Keep::Revalidate => "no-cache",
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

/// The answer when a page was not built into this program.
#[must_use]
pub fn not_built(what: &str) -> Response {
    let text =
        format!("The {what} is not built into this program. Build it with: cargo xtask up\n");
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}
