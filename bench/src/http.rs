//! A lean HTTP client over TLS: one connection, HTTP/1.1 or h2, so that the client costs little.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls_pki_types::ServerName;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// An origin and how to get there.
#[derive(Clone)]
pub(crate) struct Place {
    /// Trusts the server's certificate.
    pub(crate) tls: TlsConnector,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Host and port, as in `Host`.
    pub(crate) authority: Arc<str>,
}

impl Place {
    /// The origin, as browsers write it.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}", self.authority)
    }

    /// A connection with TLS.
    pub(crate) async fn open(&self) -> Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(self.tls.connect(ServerName::try_from("localhost")?, stream).await?)
    }

    /// An HTTP connection in whatever protocol the two agree on.
    pub(crate) async fn connect(&self) -> Result<Connection> {
        let stream = self.open().await?;
        let h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let io = TokioIo::new(stream);
        let way = if h2 {
            let (way, driver) = http2::handshake(TokioExecutor::new(), io).await?;
            tokio::spawn(driver);
            Way::H2(way)
        } else {
            let (way, driver) = http1::handshake(io).await?;
            tokio::spawn(driver);
            Way::H1(way)
        };
        Ok(Connection { way, authority: Arc::clone(&self.authority) })
    }
}

enum Way {
    H1(http1::SendRequest<Full<Bytes>>),
    H2(http2::SendRequest<Full<Bytes>>),
}

/// One connection.
pub(crate) struct Connection {
    way: Way,
    authority: Arc<str>,
}

/// A request, but for the connection it travels on.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Asking {
    /// A request with a JSON body, or none when it is empty.
    pub(crate) fn new(
        method: Method,
        path: impl Into<String>,
        headers: &HeaderMap,
        body: String,
    ) -> Self {
        Self { method, path: path.into(), headers: headers.clone(), body }
    }
}

/// What came back, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The JSON of a success; anything else is an error that shows the answer.
    pub(crate) fn json(&self) -> Result<Value> {
        self.expect_success()?;
        serde_json::from_slice(&self.body).context("the answer is no JSON")
    }

    /// Fails, showing the answer, unless it is a success.
    pub(crate) fn expect_success(&self) -> Result<()> {
        if !self.status.is_success() {
            bail!("{}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        Ok(())
    }
}

impl Connection {
    /// Another handle of the same connection: h2 only, where requests travel side by side.
    pub(crate) fn share(&self) -> Option<Self> {
        match &self.way {
            Way::H1(_) => None,
            Way::H2(way) => {
                Some(Self { way: Way::H2(way.clone()), authority: Arc::clone(&self.authority) })
            }
        }
    }

    /// Asks and waits for the whole answer.
    pub(crate) async fn ask(&mut self, asking: Asking) -> Result<Answer> {
        let has_body = !asking.body.is_empty();
        let mut request = Request::new(Full::new(Bytes::from(asking.body)));
        *request.method_mut() = asking.method;
        *request.headers_mut() = asking.headers;
        if has_body {
            let kind = HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        let response = match &mut self.way {
            Way::H1(way) => {
                *request.uri_mut() = asking.path.parse()?;
                let host = HeaderValue::from_str(&self.authority)?;
                request.headers_mut().insert(header::HOST, host);
                way.ready().await?;
                way.send_request(request).await?
            }
            Way::H2(way) => {
                *request.uri_mut() =
                    format!("https://{}{}", self.authority, asking.path).parse()?;
                way.ready().await?;
                way.send_request(request).await?
            }
        };
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}
