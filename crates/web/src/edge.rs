//! What happens around every request: an id, the caller's address, one log line, no panic.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Poll, ready};
use std::time::Instant;

use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::{FutureExt, StreamExt, stream};
use lk_base::{Clock, Error, Personal};
use lk_db::Origin;

use crate::cookie;
use crate::problem::{Cause, Problem};

/// Whose `X-Forwarded-For` is believed.
#[derive(Clone)]
pub struct TrustedProxies(Arc<dyn Fn(IpAddr) -> bool + Send + Sync>);

impl std::fmt::Debug for TrustedProxies {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<trusted proxies>")
    }
}

impl TrustedProxies {
    /// Trusts those for whom the function says so.
    #[must_use]
    pub fn new(trusted: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(trusted))
    }

    fn trusts(&self, address: IpAddr) -> bool {
        (self.0)(address.to_canonical())
    }

    /// The caller's address: the peer, or the last hop that no trusted proxy added.
    #[must_use]
    pub fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let lines: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .collect();
        let mut nearest = peer;
        for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            // What cannot be read ends the search: beyond it anybody could have written.
            let Some(address) = hop_address(hop.trim()) else { return nearest };
            if !self.trusts(address) {
                return address;
            }
            nearest = address;
        }
        nearest
    }
}

/// An address as proxies write it: `203.0.113.7`, `203.0.113.7:4711`, `[2001:db8::1]:4711`.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let plain = || hop.trim_start_matches('[').trim_end_matches(']').parse().ok();
    hop.parse::<SocketAddr>().map(|with_port| with_port.ip()).ok().or_else(plain)
}

/// Responses counted by the first digit of their status, over all listeners. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Counters(Arc<[AtomicU64; 5]>);

impl Counters {
    fn count(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(counter) = self.0.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The classes (`1xx` to `5xx`) and their counts.
    #[must_use]
    pub fn by_class(&self) -> Vec<(&'static str, u64)> {
        let names = ["1xx", "2xx", "3xx", "4xx", "5xx"];
        names
            .into_iter()
            .zip(self.0.iter().map(|counter| counter.load(Ordering::Relaxed)))
            .collect()
    }
}

/// What the edge of one listener knows.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Makes request ids.
    pub clock: Clock,
    /// Whose forwarded addresses to believe.
    pub proxies: TrustedProxies,
    /// The authority (`app.example:8443`) that this listener answers for; others get 421, which
    /// also ends DNS rebinding. Empty: any.
    pub authority: String,
    /// Counts responses.
    pub counters: Counters,
}

/// The middleware: see the module.
pub async fn edge(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let request_id =
        edge.clock.new_id::<lk_base::id::EventId>().to_string().replacen("evt_", "req_", 1);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = peer.map(|peer| edge.proxies.caller(peer, request.headers()));
    let user_agent = request.headers().get(header::USER_AGENT).map(|value| {
        let mut text = String::from_utf8_lossy(value.as_bytes()).replace('\0', "");
        while text.len() > 256 {
            text.pop();
        }
        text
    });
    let origin = Origin {
        address: address.map(Personal::new),
        user_agent,
        device: cookie::read(request.headers(), cookie::DEVICE),
        request_id: request_id.clone(),
    };
    request.extensions_mut().insert(Arc::new(origin));
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-".to_owned(), |path| path.as_str().to_owned());

    let is_read;
    (request, is_read) = watched(request);
    let mut response = if right_authority(&edge, &request) {
        // A panic is our fault and must cost one answer, never the connection or the process.
        match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(response) => response,
            Err(_) => Problem::from(Error::internal("a handler panicked")).into_response(),
        }
    } else {
        Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected")
            .detail("Not this host.")
            .into_response()
    };
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    // A refusal may be quicker than the body it did not read. HTTP/1 then ends the connection, and
    // a client that is not told would send its next request into it.
    if is_read.is_some_and(|is_read| !is_read.load(Ordering::Relaxed)) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    edge.counters.count(response.status());
    let status = response.status().as_u16();
    let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    match response.extensions().get::<Cause>() {
        Some(Cause(cause)) => {
            tracing::error!(%method, route, status, ms, request_id, cause, "request failed")
        }
        None => tracing::info!(%method, route, status, ms, request_id, "request"),
    }
    response
}

/// The request with a body that tells when it was read to its end; nothing where that is not asked:
/// without a body, and over HTTP/2, where each request has a stream of its own.
fn watched(request: Request) -> (Request, Option<Arc<AtomicBool>>) {
    if request.body().is_end_stream() || request.version() >= Version::HTTP_2 {
        return (request, None);
    }
    let is_read = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&is_read);
    let request = request.map(|body| {
        let mut parts = body.into_data_stream();
        Body::from_stream(stream::poll_fn(move |context| {
            let next = ready!(parts.poll_next_unpin(context));
            if next.is_none() {
                tell.store(true, Ordering::Relaxed);
            }
            Poll::Ready(next)
        }))
    });
    (request, Some(is_read))
}

fn right_authority(edge: &Edge, request: &Request) -> bool {
    if edge.authority.is_empty() {
        return true;
    }
    let named =
        request.uri().authority().map(|authority| authority.as_str().to_owned()).or_else(|| {
            request
                .headers()
                .get(header::HOST)
                .and_then(|host| host.to_str().ok())
                .map(str::to_owned)
        });
    named.is_some_and(|named| named.eq_ignore_ascii_case(&edge.authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(peer: &str, forwarded: &'static str) -> String {
        let proxies = TrustedProxies::new(|address| {
            address.to_string().starts_with("10.") || address.is_loopback()
        });
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static(forwarded));
        proxies.caller(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(caller("203.0.113.9", "1.2.3.4"), "203.0.113.9");
    }

    #[test]
    fn behind_a_proxy_the_last_untrusted_hop_counts() {
        assert_eq!(caller("10.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2"), "203.0.113.7");
        assert_eq!(caller("::1", "203.0.113.7"), "203.0.113.7");
        assert_eq!(caller("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(caller("10.0.0.1", "1.2.3.4, 203.0.113.7:4711"), "203.0.113.7");
        assert_eq!(caller("10.0.0.1", "1.2.3.4, [2001:db8::1]:4711"), "2001:db8::1");
        assert_eq!(caller("10.0.0.1", "1.2.3.4, unknown, 10.0.0.2"), "10.0.0.2");
    }
}
