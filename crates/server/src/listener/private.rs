//! The private listener: health, metrics and, where no mail is sent, the mailbox; for this machine
//! or a private network.

use std::fmt::Write;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use lk_db::Db;
use lk_mail::Postman;
use lk_web::edge::Counters;
use serde_json::json;

use super::mailbox;
use crate::watch::Found;

/// What health and metrics look at.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The database.
    pub db: Db,
    /// What the edges count.
    pub counters: Counters,
    /// Mail that is not sent waits with it.
    pub postman: Postman,
    /// What the running checks found last.
    pub found: Found,
}

/// The routes of the private listener.
pub fn routes(looked: Looked) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/mail", get(mailbox::page))
        .route("/mail.json", get(mailbox::list))
        .with_state(looked)
}

async fn ready(State(looked): State<Looked>) -> Response {
    let database = looked.db.ping().await.is_ok();
    let status = if database { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "ready": database, "checks": { "database": database } }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Prometheus text format 0.0.4.
async fn metrics(State(looked): State<Looked>) -> Response {
    let mut text = String::from("# TYPE leadkeep_http_responses_total counter\n");
    for (class, count) in looked.counters.by_class() {
        let _ = writeln!(text, "leadkeep_http_responses_total{{class=\"{class}\"}} {count}");
    }
    if let Some(bytes) = resident_memory() {
        let _ = writeln!(
            text,
            "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes {bytes}"
        );
    }
    text.push_str(&looked.found.metrics());
    let _ = writeln!(text, "# TYPE leadkeep_database_up gauge");
    let _ = writeln!(text, "leadkeep_database_up {}", u8::from(looked.db.ping().await.is_ok()));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}
