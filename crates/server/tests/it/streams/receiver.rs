//! A receiver: it listens on this machine over TLS, and behaves as a test wants it to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How it behaves from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// It takes what comes; a webhook's answer is 204.
    Takes,
    /// It answers with this status. A redirect leads to itself.
    Answers(u16),
    /// It reads everything, and says nothing until the test is over.
    Hangs,
    /// It reads everything, and ends the connection without saying so.
    Vanishes,
}

/// What came over one connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Delivery {
    /// Of a webhook.
    pub(super) path: String,
    /// Of a webhook, names in lower case.
    pub(super) headers: HashMap<String, String>,
    /// What was sent.
    pub(super) body: Vec<u8>,
    /// What was sent, as events.
    pub(super) events: Vec<Value>,
}

struct Memory {
    manner: Mutex<Manner>,
    deliveries: Mutex<Vec<Delivery>>,
    came: Notify,
}

/// A running receiver.
pub(super) struct Receiver {
    at: SocketAddr,
    syslog: bool,
    memory: Arc<Memory>,
    /// Who vouches for it, in PEM.
    pub(super) authority: String,
}

impl Receiver {
    pub(super) async fn webhook() -> Self {
        Self::start(false).await
    }

    pub(super) async fn syslog() -> Self {
        Self::start(true).await
    }

    async fn start(syslog: bool) -> Self {
        let (tls, authority) = certificate();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let memory = Arc::new(Memory {
            manner: Mutex::new(Manner::Takes),
            deliveries: Mutex::default(),
            came: Notify::new(),
        });
        let heard = Arc::clone(&memory);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, memory) = (tls.clone(), Arc::clone(&heard));
                tokio::spawn(async move {
                    if let Ok(stream) = tls.accept(stream).await {
                        let _ = if syslog {
                            messages(stream, &memory).await
                        } else {
                            request(stream, &memory).await
                        };
                    }
                });
            }
        });
        Self { at, syslog, memory, authority }
    }

    pub(super) fn kind(&self) -> &'static str {
        if self.syslog { "syslog" } else { "webhook" }
    }

    pub(super) fn address(&self) -> String {
        if self.syslog { self.at.to_string() } else { format!("https://{}/hook?x=1", self.at) }
    }

    pub(super) fn behaves(&self, manner: Manner) {
        *self.memory.manner.lock().unwrap() = manner;
    }

    /// Waits until something has come.
    pub(super) async fn came(&self) {
        self.memory.came.notified().await;
    }

    /// What has come so far.
    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        self.memory.deliveries.lock().unwrap().clone()
    }

    /// All events of all deliveries.
    pub(super) fn events(&self) -> Vec<Value> {
        self.deliveries().into_iter().flat_map(|delivery| delivery.events).collect()
    }

    /// Forgets what came.
    pub(super) fn forgets(&self) {
        self.memory.deliveries.lock().unwrap().clear();
    }
}

impl Memory {
    /// Keeps a delivery; how to go on.
    fn keep(&self, delivery: Delivery) -> Manner {
        self.deliveries.lock().unwrap().push(delivery);
        self.came.notify_one();
        *self.manner.lock().unwrap()
    }
}

/// One request of HTTP/1.1.
async fn request(mut stream: TlsStream<TcpStream>, memory: &Memory) -> Option<()> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let mut lines = text.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    let mut body = bytes.split_off(head);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let events = serde_json::from_slice::<Vec<Value>>(&body).expect("an array of events");
    let status = match memory.keep(Delivery { path, headers, body, events }) {
        Manner::Takes => 204,
        Manner::Answers(status) => status,
        Manner::Vanishes => return None,
        Manner::Hangs => std::future::pending().await,
    };
    let elsewhere = if (300..400).contains(&status) { "location: /elsewhere\r\n" } else { "" };
    let answer = format!("HTTP/1.1 {status} So\r\n{elsewhere}content-length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

/// Messages of syslog until the other side says that it is done.
async fn messages(mut stream: TlsStream<TcpStream>, memory: &Memory) -> Option<()> {
    let mut body = Vec::new();
    stream.read_to_end(&mut body).await.ok()?;
    let events = frames(&body).iter().map(|message| event(message)).collect();
    let delivery = Delivery { body, events, ..Delivery::default() };
    match memory.keep(delivery) {
        Manner::Vanishes => None,
        Manner::Hangs => std::future::pending().await,
        Manner::Takes | Manner::Answers(_) => stream.shutdown().await.ok(),
    }
}

/// Messages with their length in front (RFC 5425).
pub(super) fn frames(mut bytes: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|byte| *byte == b' ').expect("a length");
        let length: usize = std::str::from_utf8(&bytes[..space]).unwrap().parse().unwrap();
        let (message, rest) = bytes[space + 1..].split_at(length);
        all.push(String::from_utf8(message.to_vec()).unwrap());
        bytes = rest;
    }
    all
}

/// What a message of syslog says, behind its head and its structured data.
fn event(message: &str) -> Value {
    let at = message.find('{').expect("an event");
    serde_json::from_str(&message[at..]).unwrap()
}

fn certificate() -> (TlsAcceptor, String) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()])
        .unwrap()
        .signed_by(&key, &Issuer::new(authority, authority_key))
        .unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), root.pem())
}
