//! A request to somebody else's server.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::http::request::Builder;
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use lk_base::Secret;
use rustls::RootCertStore;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use crate::address::is_public;
use crate::delivery::protected;
use crate::tls::{self, BadAuthority};

/// A server that needs longer for the whole of an answer is not waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// How long one of its addresses is tried.
const CONNECT: Duration = Duration::from_secs(4);
/// No answer is larger: documents of providers have a few kilobytes.
pub(crate) const MOST_BYTES: usize = 256 * 1024;

/// Whether anything may be asked for without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// Nothing.
    Never,
    /// What runs on this machine: for tests.
    Loopback,
}

type Permits = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// What requests may reach.
#[derive(Clone)]
pub struct Reach {
    permits: Permits,
    plain: Plain,
    elsewhere: Vec<(String, SocketAddr)>,
}

impl std::fmt::Debug for Reach {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<reach, plain: {:?}>", self.plain)
    }
}

impl Reach {
    /// The internet, and what `permits` says besides.
    #[must_use]
    pub fn new(permits: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self { permits: Arc::new(permits), plain: Plain::Never, elsewhere: Vec::new() }
    }

    /// With plain HTTP to this machine, or without.
    #[must_use]
    pub fn plain(mut self, plain: Plain) -> Self {
        self.plain = plain;
        self
    }

    /// A name that is found at this address instead of where the system says.
    #[must_use]
    pub fn found_at(mut self, name: &str, address: SocketAddr) -> Self {
        self.elsewhere.push((name.to_ascii_lowercase(), address));
        self
    }
}

/// Why nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Not https, or with a name and password in it.
    #[error("the address must begin with https:// and name only a server")]
    Form,
    /// All its addresses are of networks that are not permitted.
    #[error("the server is in a network that may not be reached; see outbound.allowed_networks")]
    Private,
    /// Nobody knows the name.
    #[error("the server's name is not known")]
    Unknown,
    /// Nobody answers there.
    #[error("the server does not answer")]
    Silent,
    /// Its certificate is not good, or it speaks no TLS.
    #[error("no protected connection to the server; is its certificate good?")]
    Tls,
    /// It took too long.
    #[error("the server took too long")]
    Slow,
    /// It sent too much.
    #[error("the server's answer is too large")]
    Large,
    /// What it sent is not HTTP.
    #[error("the server's answer cannot be read")]
    Garbled,
    /// It ended the connection without saying that it had read everything.
    #[error("the server did not confirm what it was sent (close_notify)")]
    Unconfirmed,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status. A redirect is one like any other: it is not followed.
    pub status: u16,
    /// The body.
    pub body: Bytes,
}

/// A name and password for the header `Authorization`.
#[derive(Debug)]
pub enum Credential<'a> {
    /// Nobody's.
    None,
    /// A name and its password, already encoded as the server wants them.
    Basic(&'a str, &'a Secret),
    /// An access token.
    Bearer(&'a Secret),
}

/// Asks other servers. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    reach: Reach,
    /// For HTTP.
    tls: TlsConnector,
    /// For bytes of other kinds.
    pub(crate) bare: TlsConnector,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<outbound>")
    }
}

impl Outbound {
    /// Trusts the public authorities, and one more in PEM.
    ///
    /// # Errors
    /// An authority that cannot be used.
    pub fn new(reach: Reach, authority: Option<&[u8]>) -> Result<Self, BadAuthority> {
        Self::over(reach, tls::public_and(authority)?)
    }

    /// The same, but of servers that these authorities in PEM vouch for, and no others.
    ///
    /// # Errors
    /// Authorities that cannot be used, or none.
    pub fn trusting(&self, authority: &[u8]) -> Result<Self, BadAuthority> {
        Self::over(self.reach.clone(), tls::nobody_but(authority)?)
    }

    fn over(reach: Reach, roots: RootCertStore) -> Result<Self, BadAuthority> {
        let bare = tls::connector(roots.clone(), &[])?;
        Ok(Self { reach, tls: tls::connector(roots, &[b"http/1.1"])?, bare })
    }

    /// Whether an address has the form of one that could be asked, before anything is.
    ///
    /// # Errors
    /// `Form`.
    pub fn check(&self, url: &Url) -> Result<(), Failure> {
        let named = url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none();
        let scheme = match url.scheme() {
            "https" => true,
            "http" => self.reach.plain == Plain::Loopback && names_this_machine(url),
            _ => false,
        };
        if named && scheme { Ok(()) } else { Err(Failure::Form) }
    }

    /// GET.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn get(&self, url: &Url, credential: Credential<'_>) -> Result<Answer, Failure> {
        self.check(url)?;
        self.send(url, request(Method::GET, url, &credential, None)?).await
    }

    /// POST of a form.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn post(
        &self,
        url: &Url,
        credential: Credential<'_>,
        form: String,
    ) -> Result<Answer, Failure> {
        self.check(url)?;
        self.send(url, request(Method::POST, url, &credential, Some(form))?).await
    }

    pub(crate) async fn send(
        &self,
        url: &Url,
        request: Request<Full<Bytes>>,
    ) -> Result<Answer, Failure> {
        self.check(url)?;
        tokio::time::timeout(PATIENCE, async {
            let stream = self.connect(url).await?;
            if url.scheme() == "http" {
                return exchange(stream, request).await;
            }
            exchange(protected(&self.tls, url, stream).await?, request).await
        })
        .await
        .map_err(|_| Failure::Slow)?
    }

    /// Connects to the first permitted address that answers.
    pub(crate) async fn connect(&self, url: &Url) -> Result<TcpStream, Failure> {
        let addresses = self.resolve(url).await?;
        if addresses.is_empty() {
            return Err(Failure::Unknown);
        }
        let mut failure = Failure::Private;
        for address in addresses.into_iter().filter(|address| self.may_reach(url, address.ip())) {
            match tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                _ => failure = Failure::Silent,
            }
        }
        Err(failure)
    }

    pub(crate) fn may_reach(&self, url: &Url, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if url.scheme() == "http" && !address.is_loopback() {
            return false;
        }
        is_public(address) || (self.reach.permits)(address)
    }

    pub(crate) async fn resolve(&self, url: &Url) -> Result<Vec<SocketAddr>, Failure> {
        let port = url.port_or_known_default().ok_or(Failure::Form)?;
        let name = match url.host() {
            Some(Host::Ipv4(four)) => return Ok(vec![SocketAddr::new(four.into(), port)]),
            Some(Host::Ipv6(six)) => return Ok(vec![SocketAddr::new(six.into(), port)]),
            Some(Host::Domain(name)) => name,
            None => return Err(Failure::Form),
        };
        let known = self.reach.elsewhere.iter().filter(|(known, _)| known == name);
        let known: Vec<SocketAddr> = known.map(|(_, address)| *address).collect();
        if !known.is_empty() {
            return Ok(known);
        }
        match tokio::net::lookup_host((name, port)).await {
            Ok(found) => Ok(found.collect()),
            Err(_) => Err(Failure::Unknown),
        }
    }
}

fn names_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(four)) => four.is_loopback(),
        Some(Host::Ipv6(six)) => six.is_loopback(),
        None => false,
    }
}

/// The beginning of a request: whom it is for, and who asks.
pub(crate) fn head(method: Method, url: &Url) -> Result<Builder, Failure> {
    let host = url.host_str().ok_or(Failure::Form)?;
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let target = url
        .query()
        .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    Ok(Request::builder()
        .method(method)
        .uri(target)
        .header(header::HOST, authority)
        .header(header::ACCEPT, "application/json, text/plain")
        .header(header::USER_AGENT, "Leadkeep")
        .header(header::CONNECTION, "close"))
}

fn request(
    method: Method,
    url: &Url,
    credential: &Credential<'_>,
    form: Option<String>,
) -> Result<Request<Full<Bytes>>, Failure> {
    let mut request = head(method, url)?;
    match credential {
        Credential::None => {}
        Credential::Basic(name, password) => {
            let pair = STANDARD.encode(format!("{name}:{}", password.expose()));
            request = request.header(header::AUTHORIZATION, format!("Basic {pair}"));
        }
        Credential::Bearer(token) => {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
    }
    if form.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let body = Full::new(Bytes::from(form.unwrap_or_default()));
    request.body(body).map_err(|_| Failure::Form)
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|_| Failure::Garbled)?;
    let talk = async {
        let response = sender.send_request(request).await.map_err(|_| Failure::Garbled)?;
        let status = response.status().as_u16();
        match Limited::new(response.into_body(), MOST_BYTES).collect().await {
            Ok(body) => Ok(Answer { status, body: body.to_bytes() }),
            Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => Err(Failure::Large),
            Err(_) => Err(Failure::Garbled),
        }
    };
    // The connection is driven here, so that giving up ends it too.
    tokio::pin!(talk);
    tokio::pin!(connection);
    tokio::select! {
        biased;
        answer = &mut talk => answer,
        ended = &mut connection => match ended {
            Ok(()) => talk.await,
            Err(_) => Err(Failure::Garbled),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    fn outbound(reach: Reach) -> Outbound {
        Outbound::new(reach, None).unwrap()
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// Says the same to whoever connects first.
    async fn says(answer: Vec<u8>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 1024];
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(&answer).await;
        });
        address
    }

    #[tokio::test]
    async fn only_https_is_asked_and_plain_http_only_on_this_machine_where_it_may_be() {
        let strict = outbound(Reach::new(|_| true));
        let lax = outbound(Reach::new(|_| true).plain(Plain::Loopback));
        for text in [
            "http://idp.test/",
            "http://10.0.0.1/",
            "ftp://idp.test/",
            "file:///etc/passwd",
            "https://ada:secret@idp.test/",
            "https://idp.test/#part",
            "data:text/plain,x",
            "http://localhost.evil.test/",
        ] {
            assert_eq!(lax.check(&url(text)), Err(Failure::Form), "{text}");
        }
        assert_eq!(strict.check(&url("http://127.0.0.1:9/")), Err(Failure::Form));
        assert_eq!(lax.check(&url("http://127.0.0.1:9/")), Ok(()));
        assert_eq!(strict.check(&url("https://idp.test/plum")), Ok(()));
    }

    #[tokio::test]
    async fn a_private_address_is_reached_only_when_it_is_permitted_however_it_is_written() {
        let closed = outbound(Reach::new(|_| false).plain(Plain::Loopback));
        let open = outbound(Reach::new(|ip| ip.is_loopback()).plain(Plain::Loopback));
        let address = says(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".to_vec()).await;
        let port = address.port();
        for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"] {
            let asked = url(&format!("https://{host}:{port}/"));
            let refused = closed.get(&asked, Credential::None).await.unwrap_err();
            assert_eq!(refused, Failure::Private, "{host}");
        }
        let answer = open.get(&url(&format!("http://127.0.0.1:{port}/")), Credential::None).await;
        assert_eq!(answer.unwrap().body, "hi");
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_is_refused_like_the_address() {
        let address = says(Vec::new()).await;
        let reach = Reach::new(|_| false).found_at("idp.test", address);
        let refused = outbound(reach).get(&url("https://idp.test/"), Credential::None).await;
        assert_eq!(refused.unwrap_err(), Failure::Private);
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_a_way_on() {
        let moved =
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n";
        let address = says(moved.to_vec()).await;
        let open = outbound(Reach::new(|_| true).plain(Plain::Loopback));
        let answer = open.get(&url(&format!("http://{address}/")), Credential::None).await;
        assert_eq!(answer.unwrap().status, 302);
    }

    #[tokio::test]
    async fn an_answer_that_does_not_end_is_cut_at_its_size() {
        let mut large = b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n".to_vec();
        large.resize(MOST_BYTES + 4096, b'x');
        let address = says(large).await;
        let open = outbound(Reach::new(|_| true).plain(Plain::Loopback));
        let answer = open.get(&url(&format!("http://{address}/")), Credential::None).await;
        assert_eq!(answer.unwrap_err(), Failure::Large);
    }

    #[tokio::test]
    async fn what_is_not_http_and_what_is_not_tls_are_refused() {
        let open = outbound(Reach::new(|_| true).plain(Plain::Loopback));
        let address = says(b"SSH-2.0-OpenSSH\r\n".to_vec()).await;
        let answer = open.get(&url(&format!("http://{address}/")), Credential::None).await;
        assert_eq!(answer.unwrap_err(), Failure::Garbled);
        let address = says(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()).await;
        let answer = open.get(&url(&format!("https://{address}/")), Credential::None).await;
        assert_eq!(answer.unwrap_err(), Failure::Tls);
    }
}
