//! The world outside a house: sites of domains, over TLS on this machine.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use lk_net::{Outbound, Plain, Reach};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Domains that have a site; whatever it shows, all show it.
pub(crate) const DOMAINS: [&str; 2] = ["plum.test", "sloe.test"];

/// The sites, and how they are reached.
pub(crate) struct Outside {
    pub(crate) outbound: Outbound,
    answer: Arc<Mutex<String>>,
}

impl Outside {
    pub(crate) async fn new() -> Self {
        let (tls, authority) = certificate();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let answer = Arc::new(Mutex::new(not_found()));
        let says = Arc::clone(&answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = tls.accept(stream).await else { continue };
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                let answer = says.lock().unwrap().clone();
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        let reach = Reach::new(|ip| ip.is_loopback()).plain(Plain::Loopback);
        let reach = DOMAINS.iter().fold(reach, |reach, name| reach.found_at(name, address));
        let outbound = Outbound::new(reach, Some(authority.as_bytes())).unwrap();
        Self { outbound, answer }
    }

    /// What the sites answer from now on.
    pub(crate) fn shows(&self, text: &str) {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", text.len());
        *self.answer.lock().unwrap() = head + text;
    }

    /// The sites send on elsewhere.
    pub(crate) fn redirects(&self) {
        let moved =
            "HTTP/1.1 301 Moved\r\nlocation: https://sloe.test/\r\ncontent-length: 0\r\n\r\n";
        moved.clone_into(&mut self.answer.lock().unwrap());
    }
}

fn not_found() -> String {
    "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned()
}

fn certificate() -> (TlsAcceptor, String) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(DOMAINS.map(str::to_owned))
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
