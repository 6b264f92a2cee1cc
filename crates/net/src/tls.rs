//! TLS as a client: who is trusted, and with which suites.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs::{self, cipher_suite, kx_group};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio_rustls::TlsConnector;

/// An authority that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadAuthority {
    /// No PEM certificate.
    #[error("no PEM certificate")]
    Pem,
    /// TLS refuses it.
    #[error("the certificate cannot be used")]
    Tls(#[source] rustls::Error),
}

/// The public authorities, and those in PEM besides.
pub(crate) fn public_and(authority: Option<&[u8]>) -> Result<RootCertStore, BadAuthority> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(authority) = authority {
        add(&mut roots, authority)?;
    }
    Ok(roots)
}

/// Those in PEM, and nobody else.
pub(crate) fn nobody_but(authority: &[u8]) -> Result<RootCertStore, BadAuthority> {
    let mut roots = RootCertStore::empty();
    add(&mut roots, authority)?;
    if roots.is_empty() { Err(BadAuthority::Pem) } else { Ok(roots) }
}

fn add(roots: &mut RootCertStore, authority: &[u8]) -> Result<(), BadAuthority> {
    for certificate in CertificateDer::pem_slice_iter(authority) {
        roots.add(certificate.map_err(|_| BadAuthority::Pem)?).map_err(BadAuthority::Tls)?;
    }
    Ok(())
}

/// What connects, and which protocols it offers above TLS.
pub(crate) fn connector(
    roots: RootCertStore,
    protocols: &[&[u8]],
) -> Result<TlsConnector, BadAuthority> {
    // Others are not all as strict as we are: TLS 1.2 too, but nothing without forward secrecy.
    let mut provider = aws_lc_rs::default_provider();
    provider.cipher_suites = vec![
        cipher_suite::TLS13_AES_256_GCM_SHA384,
        cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
        cipher_suite::TLS13_AES_128_GCM_SHA256,
        cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        cipher_suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];
    provider.kx_groups = vec![kx_group::X25519MLKEM768, kx_group::X25519, kx_group::SECP256R1];
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(BadAuthority::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(TlsConnector::from(Arc::new(config)))
}
