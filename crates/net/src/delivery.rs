//! Something brought to somebody else's server: a body by POST, or bytes over TLS.

use std::net::IpAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, header};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::{Host, Url};

use crate::outbound::{Failure, MOST_BYTES, Outbound, PATIENCE, head};

impl Outbound {
    /// Whether an address leads somewhere that may be reached, as things are: nothing is connected
    /// to, and whoever connects later looks again.
    ///
    /// # Errors
    /// `Form`, `Unknown`, `Private`.
    pub async fn look(&self, url: &Url) -> Result<(), Failure> {
        self.check(url)?;
        let found = tokio::time::timeout(PATIENCE, self.resolve(url));
        let found = found.await.map_err(|_| Failure::Slow)??;
        if found.is_empty() {
            return Err(Failure::Unknown);
        }
        let reachable = found.iter().any(|address| self.may_reach(url, address.ip()));
        if reachable { Ok(()) } else { Err(Failure::Private) }
    }

    /// POST of a JSON body with headers of the caller's; the status of the answer. What else it
    /// says is not looked at.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn deliver(
        &self,
        url: &Url,
        headers: &[(&'static str, String)],
        body: Bytes,
    ) -> Result<u16, Failure> {
        let mut request =
            head(hyper::Method::POST, url)?.header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request: Request<Full<Bytes>> =
            request.body(Full::new(body)).map_err(|_| Failure::Form)?;
        Ok(self.send(url, request).await?.status)
    }

    /// Brings bytes to whoever listens there over TLS, and waits until the end of the connection
    /// was confirmed by the other side's own: the other side has then read it all. What it says
    /// besides is not looked at. There is no way to do it in plain.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn hand_over(&self, url: &Url, bytes: &[u8]) -> Result<(), Failure> {
        self.check(url)?;
        if url.scheme() != "https" {
            return Err(Failure::Form);
        }
        tokio::time::timeout(PATIENCE, async {
            let stream = self.connect(url).await?;
            let mut stream = protected(&self.bare, url, stream).await?;
            let lost = |_| Failure::Unconfirmed;
            stream.write_all(bytes).await.map_err(lost)?;
            stream.shutdown().await.map_err(lost)?;
            let (mut heard, mut left) = ([0; 1024], MOST_BYTES);
            loop {
                // Without the other side's `close_notify` this is an error, not an end.
                let read = stream.read(&mut heard).await.map_err(lost)?;
                if read == 0 {
                    return Ok(());
                }
                left = left.checked_sub(read).ok_or(Failure::Large)?;
            }
        })
        .await
        .map_err(|_| Failure::Slow)?
    }
}

/// The stream under TLS, with whoever the address names.
pub(crate) async fn protected(
    tls: &TlsConnector,
    url: &Url,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, Failure> {
    let name = match url.host() {
        Some(Host::Domain(name)) => {
            ServerName::try_from(name.to_owned()).map_err(|_| Failure::Form)?
        }
        Some(Host::Ipv4(four)) => ServerName::from(IpAddr::V4(four)),
        Some(Host::Ipv6(six)) => ServerName::from(IpAddr::V6(six)),
        None => return Err(Failure::Form),
    };
    tls.connect(name, stream).await.map_err(|_| Failure::Tls)
}
