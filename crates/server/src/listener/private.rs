//! The private listener: health and metrics, for this machine or a private network; staff's page and
//! API and, where no mail is sent, the mailbox, for this machine alone.

use std::fmt::Write;
use std::net::IpAddr;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use lk_db::Db;
use lk_mail::Postman;
use lk_web::edge::Counters;
use lk_web::routes::not_found;
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
pub fn routes(looked: Looked, staff: Router) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/mail", get(mailbox::page))
        .route("/mail.css", get(mailbox::style))
        .route("/mail.json", get(mailbox::list))
        .with_state(looked)
        .merge(staff)
        .fallback(|| async { not_found() })
}

/// Whether a caller is on this machine, for what leaves it in no case: they come from it, under an
/// address or as localhost, so that no page of a stranger gets there under a name that it made
/// resolve to this machine.
pub(super) fn is_from_here(peer: IpAddr, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // A proxy on this machine speaks for somebody elsewhere.
    let carried = ["forwarded", "x-forwarded-for"].iter().any(|name| headers.contains_key(*name));
    peer.to_canonical().is_loopback() && !carried && is_plain_address(host)
}

/// Whether a `Host` header is an address or localhost, with or without a port.
fn is_plain_address(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || address.parse::<IpAddr>().is_ok()
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
    audit_log(&looked.db, &mut text).await;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// How far the audit log's tree is behind what was entered.
async fn audit_log(db: &Db, text: &mut String) {
    let Ok(waiting) = db.waiting().await else { return };
    let lag = waiting.oldest.map_or(0.0, |oldest| db.clock().now().since(oldest).as_secs_f64());
    for (name, value) in [
        ("leadkeep_audit_tree_size", waiting.size.to_string()),
        ("leadkeep_audit_waiting", waiting.count.to_string()),
        ("leadkeep_audit_lag_seconds", format!("{lag:.3}")),
    ] {
        let _ = writeln!(text, "# TYPE {name} gauge\n{name} {value}");
    }
}

fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{is_from_here, is_plain_address};

    fn asked(peer: &str, host: &str, carried: Option<&str>) -> bool {
        let peer: SocketAddr = peer.parse().unwrap();
        let mut headers = axum::http::HeaderMap::new();
        headers.insert("host", host.parse().unwrap());
        if let Some(carried) = carried {
            headers.insert("x-forwarded-for", carried.parse().unwrap());
        }
        is_from_here(peer.ip(), &headers)
    }

    #[test]
    fn nobody_but_this_machine_gets_there() {
        assert!(asked("127.0.0.1:5000", "127.0.0.1:8450", None));
        assert!(asked("[::1]:5000", "localhost:8450", None));
        assert!(asked("[::ffff:127.0.0.1]:5000", "localhost:8450", None));
        assert!(!asked("10.0.0.9:5000", "10.0.0.7:8450", None));
        assert!(!asked("127.0.0.1:5000", "127.0.0.1:8450", Some("10.0.0.9")), "a proxy");
        assert!(!asked("127.0.0.1:5000", "evil.test", None));
    }

    #[test]
    fn a_name_that_somebody_made_resolve_to_this_machine_is_not_answered() {
        for own in ["127.0.0.1:8450", "localhost:8450", "[::1]:8450", "10.0.0.7", "localhost"] {
            assert!(is_plain_address(own), "{own}");
        }
        for foreign in ["evil.test:8450", "127.0.0.1.evil.test", "localhost.evil.test", ""] {
            assert!(!is_plain_address(foreign), "{foreign}");
        }
    }
}
