//! What is wrong before there is a request: bytes on a connection to a real listener.
//!
//! What the HTTP parser cannot read reaches no code of ours: hyper answers with a bare 4xx, or
//! ends the connection. Everything that can be read is answered with a problem document.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum_server::Handle;
use lk_server::listener;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{is_refusal, still_serves};
use crate::house::{DASHBOARD, House};

/// How a listener ends what nobody can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// With a problem document of this status.
    Problem(u16),
    /// With a status and nothing more: the parser's own answer.
    Bare(u16),
    /// Without a word.
    Closed,
    /// With frames of HTTP/2, which was asked for.
    Frames,
}

/// A listener on a port of its own, ended when it is dropped.
struct Open {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
}

impl Open {
    fn new(house: &House) -> Self {
        let socket = listener::bind("test's listener", "127.0.0.1:0".parse().unwrap()).unwrap();
        let (address, handle) = (socket.local_addr().unwrap(), Handle::new());
        let routes = house.product.dashboard.clone();
        tokio::spawn(listener::serve_plain(socket, routes, handle.clone()));
        Self { address, handle }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes, says that there are no more, and reads to the end.
    async fn send(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect().await;
        // A listener that has heard enough may be gone before all is sent.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        read_all(&mut stream).await
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

async fn read_all(stream: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let mut part = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut part).await {
        heard.extend_from_slice(&part[..count]);
    }
    heard
}

/// The first answer in what was heard.
fn ends(heard: &[u8], what: &str) -> Ends {
    if heard.is_empty() {
        return Ends::Closed;
    }
    if !heard.starts_with(b"HTTP/1") {
        // Length, type (4: SETTINGS), flags, stream.
        assert_eq!(heard.get(3), Some(&4), "{what}: {heard:?}");
        return Ends::Frames;
    }
    let at = heard.windows(4).position(|four| four == b"\r\n\r\n").expect(what);
    let head = std::str::from_utf8(&heard[..at]).unwrap();
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        let name: HeaderName = name.parse().unwrap();
        headers.insert(name, HeaderValue::from_str(value.trim()).unwrap());
    }
    assert!(!headers.contains_key("server"), "{what}: {head}");
    let body = &heard[at + 4..];
    if body.is_empty() {
        assert!((400..500).contains(&status), "{what}: {head}");
        return Ends::Bare(status);
    }
    is_refusal(StatusCode::from_u16(status).unwrap(), &headers, body, what);
    Ends::Problem(status)
}

/// A request head without its empty line, to our own host.
fn head(line: &str) -> String {
    let host = DASHBOARD.trim_start_matches("https://");
    format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n")
}

const SIGN_IN: &str = "POST /api/v1/auth/sign-in";

fn posted(more: &str) -> Vec<u8> {
    format!("{}Content-Type: application/json\r\n{more}", head(SIGN_IN)).into_bytes()
}

/// What is sent, what it is, and how it ends.
fn cases() -> Vec<(&'static str, Vec<u8>, Ends)> {
    let raw = |before: &str, bytes: &[u8], after: &str| {
        [before.as_bytes(), bytes, after.as_bytes()].concat()
    };
    let host = DASHBOARD.trim_start_matches("https://");
    let me = head("GET /api/v1/me");
    let many: String = (0..101).map(|n| format!("X-{n}: y\r\n")).collect();
    let long = "x".repeat(70_000);
    let (lines, end) = ("\r\n", "\r\n\r\n");
    vec![
        ("nothing", Vec::new(), Ends::Closed),
        ("half a request line", b"GET /api/v1".to_vec(), Ends::Closed),
        ("half a head", me.clone().into_bytes(), Ends::Closed),
        ("another protocol", b"EHLO a.test\r\n\r\n".to_vec(), Ends::Bare(400)),
        (
            "TLS in plain",
            raw("", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", end),
            Ends::Bare(400),
        ),
        ("zeroes", raw("", &[0; 1024], end), Ends::Bare(400)),
        ("HTTP/0.9", b"GET /\r\n\r\n".to_vec(), Ends::Bare(400)),
        ("HTTP/9.9", b"GET / HTTP/9.9\r\n\r\n".to_vec(), Ends::Bare(400)),
        ("HTTP/2 without frames", raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"", ""), Ends::Frames),
        ("a method with a NUL", raw("GE", b"\0", "T / HTTP/1.1\r\n\r\n"), Ends::Bare(400)),
        ("a path with a NUL", raw("GET /", b"\0", &format!(" HTTP/1.1{end}")), Ends::Bare(400)),
        (
            "a path with bad UTF-8",
            raw("GET /api/v1/", b"\xff\xfe\xc0\xaf", &format!(" HTTP/1.1\r\nHost: {host}{end}")),
            Ends::Bare(400),
        ),
        (
            "a path with bad escapes",
            (head("GET /api/v1/contacts/%ff%zz%") + lines).into(),
            Ends::Problem(401),
        ),
        (
            "a path that climbs",
            (head("GET /../../etc/passwd.txt") + lines).into(),
            Ends::Problem(404),
        ),
        (
            "a path of 70,000 letters",
            (head(&format!("GET /{long}")) + lines).into(),
            Ends::Bare(431),
        ),
        (
            "a header with bad UTF-8",
            raw(&me, b"Authorization: Bearer \xff\xfe\r\n", lines),
            Ends::Problem(401),
        ),
        ("a header with a NUL", raw(&me, b"X-A: \0\r\n", lines), Ends::Bare(400)),
        ("a header without a name", raw(&me, b": y\r\n", lines), Ends::Bare(400)),
        ("a header without a colon", raw(&me, b"nothing\r\n", lines), Ends::Bare(400)),
        ("a header that is folded", raw(&me, b"X-A: y\r\n z\r\n", lines), Ends::Bare(400)),
        (
            "a header of 70,000 letters",
            (me.clone() + "X-A: " + &long + end).into(),
            Ends::Bare(431),
        ),
        ("too many headers", (me.clone() + &many + lines).into(), Ends::Bare(431)),
        ("no host", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_vec(), Ends::Problem(421)),
        (
            "a foreign host",
            format!("GET / HTTP/1.1\r\nHost: evil.test\r\nConnection: close{end}").into(),
            Ends::Problem(421),
        ),
        (
            "a host with bad UTF-8",
            raw("GET / HTTP/1.1\r\nHost: ", b"\xff", &format!("\r\nConnection: close{end}")),
            Ends::Problem(421),
        ),
        (
            "a foreign host in the request line",
            (head("GET https://evil.test/") + lines).into(),
            Ends::Problem(421),
        ),
        ("an asterisk", (head("OPTIONS *") + lines).into(), Ends::Problem(405)),
        ("a tunnel", (head("CONNECT evil.test:443") + lines).into(), Ends::Problem(421)),
        ("a method nobody knows", (head("BREW /api/v1/me") + lines).into(), Ends::Problem(405)),
        ("a length that is no number", posted("Content-Length: many\r\n\r\n{}"), Ends::Bare(400)),
        ("a negative length", posted("Content-Length: -1\r\n\r\n{}"), Ends::Bare(400)),
        (
            "two lengths",
            posted("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
            Ends::Bare(400),
        ),
        (
            "a length beyond 64 bits",
            posted("Content-Length: 99999999999999999999\r\n\r\n{}"),
            Ends::Bare(400),
        ),
        (
            "a length and chunks",
            posted("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            Ends::Problem(400),
        ),
        (
            "chunks of no size",
            posted("Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
            Ends::Problem(400),
        ),
        (
            "a chunk beyond 64 bits",
            posted("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
            Ends::Problem(400),
        ),
        (
            "chunks without an end",
            posted("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
            Ends::Problem(400),
        ),
        ("a coding nobody knows", posted("Transfer-Encoding: brew\r\n\r\n{}"), Ends::Bare(400)),
        ("half a body", posted("Content-Length: 100\r\n\r\n{\"email\":"), Ends::Problem(400)),
        ("100 MB, announced", posted("Content-Length: 104857600\r\n\r\n{"), Ends::Problem(413)),
        (
            "100 MB, asked for first",
            posted("Content-Length: 104857600\r\nExpect: 100-continue\r\n\r\n"),
            Ends::Problem(413),
        ),
    ]
}

#[tokio::test]
async fn what_is_no_request_is_ended_at_once_and_what_is_one_gets_a_problem_document() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let open = Open::new(&house);
    let mut wrong = Vec::new();
    for (what, bytes, expected) in cases() {
        let heard = open.send(&bytes).await;
        let ended = ends(&heard, what);
        if ended != expected {
            wrong.push(format!("{what}: {ended:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    still_serves(&house, &ada).await;
}

#[tokio::test]
async fn a_hundred_megabytes_in_chunks_are_refused_while_they_come() {
    const PART: usize = 64 * 1024;
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let open = Open::new(&house);
    let mut stream = open.connect().await;
    stream.write_all(&posted("Transfer-Encoding: chunked\r\n\r\n")).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let flood = async {
        let part = [format!("{PART:x}\r\n").as_bytes(), &vec![b' '; PART], b"\r\n"].concat();
        for _ in 0..1_600 {
            if writer.write_all(&part).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut heard = vec![0; 64 * 1024];
    let count = tokio::select! {
        count = reader.read(&mut heard) => count.unwrap(),
        () = flood => 0,
    };
    assert_eq!(ends(&heard[..count], "100 MB in chunks"), Ends::Problem(413));
    still_serves(&house, &ada).await;
}

#[tokio::test]
async fn a_client_who_sends_half_a_head_and_no_more_is_not_waited_for() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let open = Open::new(&house);
    for begun in ["", "G", "PRI * HT", "GET /api/v1/me HTTP/1.1\r\nHost: app"] {
        let mut stream = open.connect().await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        // From here time moves whenever everybody waits, so nobody has to.
        tokio::time::pause();
        let start = tokio::time::Instant::now();
        let heard = read_all(&mut stream).await;
        let waited = start.elapsed();
        tokio::time::resume();
        assert_eq!(ends(&heard, begun), Ends::Closed);
        assert!(waited <= Duration::from_secs(31), "{begun:?}: {waited:?}");
    }
    still_serves(&house, &ada).await;
}

#[tokio::test]
async fn a_connection_whose_body_was_not_read_is_said_to_end() {
    let house = House::new().await;
    let open = Open::new(&house);
    let host = DASHBOARD.trim_start_matches("https://");
    // The same body twice: by an operation that refuses before it reads, and by one that reads it.
    for (path, ends) in [("/api/v1/invitations", true), ("/api/v1/auth/sign-in", false)] {
        let mut stream = open.connect().await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        if !ends {
            stream.write_all(b"{}").await.unwrap();
        }
        let mut heard = Vec::new();
        let mut part = [0; 4096];
        while !heard.ends_with(b"}") {
            let count = stream.read(&mut part).await.unwrap();
            assert!(count > 0, "{path}: {}", String::from_utf8_lossy(&heard));
            heard.extend_from_slice(&part[..count]);
        }
        let told =
            String::from_utf8_lossy(&heard).to_lowercase().contains("\r\nconnection: close\r\n");
        assert_eq!(told, ends, "{path}: {}", String::from_utf8_lossy(&heard));
    }
}
