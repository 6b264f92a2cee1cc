//! Who may come in where: one listener for each origin, and one that is private.
//!
//! | Listener | Serves | Reached by |
//! | --- | --- | --- |
//! | dashboard | pages, operator API, operator sockets | everybody, TLS 1.3 |
//! | widget | loader, frame, visitor API, visitor sockets | everybody, TLS 1.3 |
//! | demo | the demo's shop | this machine, TLS 1.3 |
//! | redirect | sends pages to HTTPS, refuses API calls | everybody, plain |
//! | private | health, metrics | loopback or a private network, plain |
//! | private | the mailbox, staff's page and API | this machine alone, plain |

pub(crate) mod audit_log;
pub mod dashboard;
pub mod local_authority;
mod mailbox;
pub mod private;
pub mod redirect;
pub mod shop;
pub mod staff;
pub mod tls;
pub mod widget;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, Version};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use lk_web::edge::{Edge, edge};
use lk_web::headers::{SecurityHeaders, security_headers};
use socket2::SockRef;

/// A slow client does not hold a connection longer than this before its first request.
const PATIENCE: Duration = Duration::from_secs(15);
/// What a client over HTTP/1.1 is told of how long a connection may rest between two requests: less
/// than our patience, so that it is the client that lets go. A request that was just sent when the
/// server closed would be lost, and a client may not send a POST again by itself (RFC 9112, 9.3.1).
const MAY_REST: HeaderValue = HeaderValue::from_static("timeout=12");
/// A client that takes nothing of what it is sent loses its connection after this long. It is more
/// than the heartbeat of sockets allows, so whoever is merely slow is met by that first.
const UNREAD: Duration = Duration::from_secs(60);

/// A bound port. Binding comes before everything slow, so that a taken port is told at once.
///
/// # Errors
/// The port is taken or may not be used.
pub fn bind(what: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| {
        format!("the {what} cannot listen on {address}; is another server there, or is the port reserved?")
    })?;
    listener.set_nonblocking(true)?;
    give_up_after(&listener, UNREAD)?;
    send_at_once(&listener)?;
    Ok(listener)
}

/// Has each frame leave when it is written (`TCP_NODELAY`), as Linux gives it to accepted
/// connections. Without it, a frame to a socket waits until the one before it is acknowledged, and
/// a client that only listens takes up to forty milliseconds for that.
fn send_at_once(listener: &TcpListener) -> std::io::Result<()> {
    SockRef::from(listener).set_tcp_nodelay(true)
}

/// Lets the system end connections whose peer acknowledges nothing, or keeps its window shut, for
/// this long (`TCP_USER_TIMEOUT`). What a listening socket has, Linux gives to every connection it
/// accepts. Without it, a writer whose client never reads would wait for as long as the client likes.
fn give_up_after(listener: &TcpListener, unread: Duration) -> std::io::Result<()> {
    SockRef::from(listener).set_tcp_user_timeout(Some(unread))
}

/// What is around every route of a listener: headers on the outside, then the edge.
pub fn around(routes: Router, around: Edge, headers: SecurityHeaders) -> Router {
    routes
        .layer(from_fn_with_state(around, edge))
        .layer(from_fn_with_state(headers, security_headers))
        .layer(from_fn(tell_how_long_to_rest))
}

/// `Keep-Alive` on every answer over HTTP/1.1; HTTP/2 forbids the header (RFC 9113, 8.2.2).
async fn tell_how_long_to_rest(request: Request, next: Next) -> Response {
    let told = request.version() == Version::HTTP_11;
    let mut response = next.run(request).await;
    if told && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(HeaderName::from_static("keep-alive"), MAY_REST);
    }
    response
}

/// Serves over TLS until the handle says stop.
///
/// # Errors
/// The listener breaks.
pub async fn serve_tls(
    listener: TcpListener,
    tls: RustlsConfig,
    routes: Router,
    handle: Handle<SocketAddr>,
) -> anyhow::Result<()> {
    let mut server = axum_server::from_tcp(listener)?
        .acceptor(RustlsAcceptor::new(tls).handshake_timeout(Duration::from_secs(10)))
        .handle(handle)
        .first_request_timeout(PATIENCE);
    tune(server.http_builder());
    server.serve(routes.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

/// Serves in plain until the handle says stop.
///
/// # Errors
/// The listener breaks.
pub async fn serve_plain(
    listener: TcpListener,
    routes: Router,
    handle: Handle<SocketAddr>,
) -> anyhow::Result<()> {
    let mut server =
        axum_server::from_tcp(listener)?.handle(handle).first_request_timeout(PATIENCE);
    tune(server.http_builder());
    server.serve(routes.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

fn tune(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20))
        .max_concurrent_streams(128)
        .max_header_list_size(32 * 1024);
    // No extended CONNECT (RFC 8441): the socket layer speaks WebSocket over HTTP/1.1 only, and a
    // browser that is offered the other asks for it.
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Write};
    use std::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn a_connection_is_let_go_of_by_the_client_before_the_server_does_it() {
        let routes = Router::new().route("/", axum::routing::get(|| async {}));
        let routes = routes.layer(from_fn(tell_how_long_to_rest));
        let told = async |version| {
            let request =
                Request::builder().version(version).body(axum::body::Body::empty()).unwrap();
            let response = tower::ServiceExt::oneshot(routes.clone(), request).await.unwrap();
            response.headers().get("keep-alive").map(|value| value.to_str().unwrap().to_owned())
        };
        let told_by = told(Version::HTTP_11).await.unwrap();
        let seconds: u64 = told_by.strip_prefix("timeout=").unwrap().parse().unwrap();
        assert!(Duration::from_secs(seconds) < PATIENCE);
        assert_eq!(told(Version::HTTP_2).await, None, "RFC 9113 forbids it");
    }

    fn accepted(listener: &TcpListener) -> (TcpStream, TcpStream) {
        listener.set_nonblocking(false).unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (listener.accept().unwrap().0, client)
    }

    #[test]
    fn every_accepted_connection_has_the_limit_for_what_is_not_read() {
        let listener = bind("test", "127.0.0.1:0".parse().unwrap()).unwrap();
        let (ours, _client) = accepted(&listener);
        assert_eq!(SockRef::from(&ours).tcp_user_timeout().unwrap(), Some(UNREAD));
    }

    #[test]
    fn every_accepted_connection_sends_at_once() {
        let listener = bind("test", "127.0.0.1:0".parse().unwrap()).unwrap();
        let (ours, _client) = accepted(&listener);
        assert!(ours.nodelay().unwrap());
    }

    #[test]
    fn a_client_that_never_reads_loses_its_connection() {
        let listener = bind("test", "127.0.0.1:0".parse().unwrap()).unwrap();
        give_up_after(&listener, Duration::from_millis(200)).unwrap();
        let (mut ours, _client) = accepted(&listener);
        // Without the limit, this is where it would end: as a write that cannot go on.
        ours.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
        let error = loop {
            if let Err(error) = ours.write_all(&[0; 64 * 1024]) {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }
}
