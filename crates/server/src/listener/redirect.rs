//! Plain HTTP: pages are sent to HTTPS; API calls are refused, so that a client that forgot the
//! `s` is mended instead of sending its token in the clear each time (ASVS 5.0 V4.1.2).

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lk_web::Problem;

/// The routes of the plain listener: each host name goes to its own origin.
pub fn routes(origins: Vec<(String, String)>) -> Router {
    Router::new().fallback(send_on).with_state(origins)
}

async fn send_on(State(origins): State<Vec<(String, String)>>, request: Request) -> Response {
    let path = request.uri().path();
    let page = matches!(*request.method(), Method::GET | Method::HEAD)
        && !path.starts_with("/api/")
        && !path.starts_with("/socket.io/");
    if !page {
        return Problem::new(StatusCode::FORBIDDEN, "https_only")
            .detail("Use https.")
            .into_response();
    }
    let host =
        request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let Some((_, origin)) = origins.iter().find(|(name, _)| name.eq_ignore_ascii_case(host)) else {
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected").into_response();
    };
    let target = request.uri().path_and_query().map_or("/", |all| all.as_str());
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("{origin}{target}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
