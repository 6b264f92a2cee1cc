//! TLS 1.3 with 256-bit suites and a post-quantum group first.

use std::sync::Arc;

use anyhow::{Context, bail};
use axum_server::tls_rustls::RustlsConfig;
use futures_util::StreamExt;
use lk_base::Clock;
use lk_config::{Settings, TlsMode};
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{self, cipher_suite, kx_group};
use rustls::server::ResolvesServerCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use rustls_acme::caches::DirCache;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::local_authority;

/// The suites and groups of this product; nothing with a 128-bit key.
#[must_use]
pub fn provider(compatibility: bool) -> CryptoProvider {
    let mut suites =
        vec![cipher_suite::TLS13_AES_256_GCM_SHA384, cipher_suite::TLS13_CHACHA20_POLY1305_SHA256];
    if compatibility {
        suites.extend([
            cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            cipher_suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ]);
    }
    CryptoProvider {
        cipher_suites: suites,
        kx_groups: vec![kx_group::X25519MLKEM768, kx_group::X25519, kx_group::SECP256R1],
        ..aws_lc_rs::default_provider()
    }
}

/// Makes our provider the one of the whole process.
pub fn install(compatibility: bool) {
    // Somebody who was first (a test in the same process) installed the same.
    let _ = provider(compatibility).install_default();
}

fn config(
    resolver: Arc<dyn ResolvesServerCert>,
    compatibility: bool,
    acme: bool,
) -> anyhow::Result<RustlsConfig> {
    let versions: &[&SupportedProtocolVersion] =
        if compatibility { &[&TLS13, &TLS12] } else { &[&TLS13] };
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider(compatibility)))
        .with_protocol_versions(versions)?
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    if acme {
        config.alpn_protocols.push(b"acme-tls/1".to_vec());
    }
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

fn resolver(
    chain: Vec<CertificateDer<'static>>,
    key: &PrivateKeyDer<'static>,
) -> anyhow::Result<Arc<dyn ResolvesServerCert>> {
    let key = aws_lc_rs::sign::any_supported_type(key).context("the private key cannot be used")?;
    let certified = CertifiedKey::new(chain, key);
    certified.keys_match().context("the certificate and the private key do not belong together")?;
    Ok(Arc::new(SingleCertAndKey::from(certified)))
}

/// The TLS configuration that the settings ask for, for all public listeners.
///
/// # Errors
/// Each a sentence that says what to do.
pub fn of(settings: &Settings, clock: &Clock) -> anyhow::Result<RustlsConfig> {
    let tls = &settings.tls;
    let hosts = [settings.server.dashboard_url.host(), settings.server.widget_url.host()];
    match tls.mode {
        TlsMode::Local => {
            let issued = local_authority::issue(&settings.data_dir().join("tls"), &hosts, clock)?;
            config(resolver(issued.chain, &issued.key)?, tls.compatibility_tls12, false)
        }
        TlsMode::Files => {
            let chain: Vec<_> = CertificateDer::pem_file_iter(&tls.certificate)
                .and_then(Iterator::collect)
                .with_context(|| {
                    format!("tls.certificate {} cannot be read", tls.certificate.display())
                })?;
            if chain.is_empty() {
                bail!("tls.certificate {} holds no certificate.", tls.certificate.display());
            }
            let key = PrivateKeyDer::from_pem_file(&tls.key)
                .with_context(|| format!("tls.key {} cannot be read", tls.key.display()))?;
            config(resolver(chain, &key)?, tls.compatibility_tls12, false)
        }
        TlsMode::Acme => acme(settings, &hosts),
    }
}

/// Certificates by ACME (RFC 8555) with the TLS-ALPN-01 challenge (RFC 8737), renewed by itself.
fn acme(settings: &Settings, hosts: &[&str]) -> anyhow::Result<RustlsConfig> {
    let tls = &settings.tls;
    let mut names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    names.sort();
    names.dedup();
    let cache = settings.data_dir().join("tls").join("acme");
    std::fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let mut state = rustls_acme::AcmeConfig::new(names)
        .contact([format!("mailto:{}", tls.acme_contact)])
        .cache(DirCache::new(cache))
        .directory(tls.acme_directory.clone())
        .state();
    let resolver = state.resolver();
    tokio::spawn(async move {
        while let Some(step) = state.next().await {
            match step {
                Ok(step) => tracing::info!(?step, "certificate"),
                Err(error) => {
                    tracing::warn!(%error, "the certificate authority did not help; trying again")
                }
            }
        }
    });
    config(resolver, tls.compatibility_tls12, true)
}
