//! The demo's shop: a page on another site, with the widget in it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use lk_web::routes::not_found;

use crate::assets::{self, Keep, Shop};

/// What is filled in on the shop's page.
#[derive(Debug, Clone)]
pub struct Filled {
    /// The widget.
    pub widget_id: String,
    /// Where it comes from.
    pub widget_origin: String,
    /// The pinned loader's address, without the origin.
    pub loader: String,
    /// The loader's integrity value.
    pub integrity: String,
}

/// The routes of the demo's listener.
pub fn routes(filled: Filled) -> Router {
    Router::new().fallback(page).with_state(Arc::new(filled))
}

async fn page(State(filled): State<Arc<Filled>>, request: Request) -> Response {
    let path = match request.uri().path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(file) = Shop::get(path) else { return not_found() };
    let mut response = if path.ends_with(".html") {
        let text = String::from_utf8_lossy(&file.data)
            .replace("{{widget_id}}", &filled.widget_id)
            .replace("{{widget_origin}}", &filled.widget_origin)
            .replace("{{loader}}", &filled.loader)
            .replace("{{integrity}}", &filled.integrity);
        assets::bytes(path, text.into_bytes(), Keep::Revalidate)
    } else {
        assets::serve(path, file, Keep::Revalidate)
    };
    // A shop tells where a visitor comes from; our own pages do not.
    let policy = HeaderValue::from_static("strict-origin-when-cross-origin");
    response.headers_mut().insert(header::REFERRER_POLICY, policy);
    response
}
