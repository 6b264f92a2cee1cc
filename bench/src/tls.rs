//! TLS as our clients speak it: 1.3, trusting only what this run made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use tokio_rustls::TlsConnector;

use crate::figures::output;

/// Makes the one provider the process's.
pub(crate) fn install() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// A connector that trusts the certificate in a file and offers these protocols.
pub(crate) fn connector(trusted: &Path, protocols: &[&str]) -> Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(trusted)
        .with_context(|| format!("{} holds no certificate", trusted.display()))?;
    roots.add(certificate)?;
    let mut config = ClientConfig::builder_with_protocol_versions(&[&rustls::version::TLS13])
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The files of a certificate for `localhost` and its key, the same for every server of this
/// benchmark; made when they are missing.
pub(crate) fn made() -> Result<(PathBuf, PathBuf)> {
    let (certificate, key) = (output()?.join("localhost.pem"), output()?.join("localhost.key"));
    if !certificate.exists() || !key.exists() {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
        std::fs::write(&certificate, made.cert.pem())?;
        std::fs::write(&key, made.signing_key.serialize_pem())?;
    }
    Ok((certificate, key))
}
