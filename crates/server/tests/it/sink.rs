//! A mail server that takes what it is given and remembers it: enough SMTP for one client.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lk_base::Secret;
use lk_mail::{Relay, Security, Sender, Smtp};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::house::DASHBOARD;

/// One mail as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) to: String,
    /// Head and body, as sent.
    pub(crate) data: String,
    pub(crate) over_tls: bool,
    /// Who signed in, as `\0name\0password`.
    pub(crate) credentials: Option<String>,
}

impl Arrived {
    /// The text, with quoted-printable undone as far as links need it.
    pub(crate) fn text(&self) -> String {
        self.data.replace("=\r\n", "").replace("=3D", "=").replace("\r\n", "\n")
    }
}

/// What the server remembers and how it answers.
#[derive(Debug, Default)]
struct Memory {
    arrived: Mutex<Vec<Arrived>>,
    /// The answer to every recipient; none = 250.
    answer: Mutex<Option<&'static str>>,
}

/// A running mail server.
pub(crate) struct Sink {
    address: SocketAddr,
    memory: Arc<Memory>,
    authority: Option<Vec<u8>>,
}

impl Sink {
    /// A server in plain, on this machine.
    pub(crate) async fn plain() -> Self {
        Self::start(None, None).await
    }

    /// A server that wants STARTTLS, with a certificate of an authority of its own.
    pub(crate) async fn starttls() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let root = authority.self_signed(&authority_key).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["localhost".to_owned()])
            .unwrap()
            .signed_by(&key, &Issuer::new(authority, authority_key))
            .unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let tls = TlsAcceptor::from(Arc::new(config));
        Self::start(Some(tls), Some(root.pem().into_bytes())).await
    }

    async fn start(tls: Option<TlsAcceptor>, authority: Option<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let memory = Arc::new(Memory::default());
        let heard = Arc::clone(&memory);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, tls.clone(), Arc::clone(&heard)));
            }
        });
        Self { address, memory, authority }
    }

    /// How the product reaches it; `trusted` says whether it knows the authority.
    pub(crate) fn smtp(&self, security: Security, trusted: Trusted) -> Smtp {
        let relay = Relay {
            host: "localhost".to_owned(),
            port: self.address.port(),
            security,
            username: if security == Security::None { "" } else { "leadkeep" }.to_owned(),
            password: Secret::new("open sesame".to_owned()),
            from: "leadkeep@app.leadkeep.test".to_owned(),
            authority: self.authority.clone().filter(|_| trusted == Trusted::Yes),
        };
        let sender = Sender { name: "Plum House".to_owned(), url: DASHBOARD.to_owned() };
        Smtp::new(&relay, &sender).unwrap()
    }

    /// What every recipient is answered from now on.
    pub(crate) fn answer(&self, line: Option<&'static str>) {
        *self.memory.answer.lock().unwrap() = line;
    }

    /// What has arrived.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.memory.arrived.lock().unwrap().clone()
    }
}

/// Whether the client knows the server's authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trusted {
    Yes,
    No,
}

async fn serve(mut stream: TcpStream, tls: Option<TlsAcceptor>, memory: Arc<Memory>) {
    let _ = stream.write_all(b"220 sink\r\n").await;
    let Some(acceptor) = tls else {
        drop(talk(stream, Offer::Plain, &memory).await);
        return;
    };
    let Some(stream) = talk(stream, Offer::StartTls, &memory).await else { return };
    if let Ok(stream) = acceptor.accept(stream).await {
        drop(talk(stream, Offer::Protected, &memory).await);
    }
}

/// What stands of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    Plain,
    StartTls,
    Protected,
}

/// Talks until the client leaves, or asks for TLS: then the stream comes back.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    offer: Offer,
    memory: &Memory,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    let (mut to, mut credentials) = (String::new(), None);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let verb = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let refused = *memory.answer.lock().unwrap();
        let answer: String = match verb.as_str() {
            "EHLO" if offer == Offer::StartTls => "250-sink\r\n250 STARTTLS".into(),
            "EHLO" => "250-sink\r\n250 AUTH PLAIN".into(),
            "STARTTLS" if offer == Offer::StartTls => {
                stream.write_all(b"220 go on\r\n").await.ok()?;
                return Some(stream.into_inner());
            }
            _ if offer == Offer::StartTls && verb != "QUIT" => "530 STARTTLS first".into(),
            "AUTH" => {
                let given = line.split_whitespace().nth(2).unwrap_or_default();
                credentials =
                    STANDARD.decode(given).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                "235 welcome".into()
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                refused.unwrap_or("250 ok").into()
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let mut data = String::new();
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).await.ok()?;
                    if line == ".\r\n" {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                let over_tls = offer == Offer::Protected;
                memory.arrived.lock().unwrap().push(Arrived {
                    to: to.clone(),
                    data,
                    over_tls,
                    credentials: credentials.clone(),
                });
                "250 kept".into()
            }
            "QUIT" => "221 bye".into(),
            _ => "250 ok".into(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        if verb == "QUIT" {
            return None;
        }
    }
}
