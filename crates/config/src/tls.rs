//! `[tls]`: where certificates come from.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::error::{Complaint, require};

/// Where certificates come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// A certificate authority of our own in the data directory.
    Local,
    /// PEM files.
    Files,
    /// An ACME authority such as Let's Encrypt.
    Acme,
}

impl<'de> Deserialize<'de> for TlsMode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            "local" => Ok(Self::Local),
            "files" => Ok(Self::Files),
            "acme" => Ok(Self::Acme),
            other => Err(D::Error::custom(format!(
                "must be \"local\", \"files\" or \"acme\", not {other:?}"
            ))),
        }
    }
}

/// Certificates and protocol versions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Where certificates come from.
    pub mode: TlsMode,
    /// PEM file with the certificate chain, in mode `files`.
    pub certificate: PathBuf,
    /// PEM file with its private key, in mode `files`.
    pub key: PathBuf,
    /// E-mail address for the authority, in mode `acme`.
    pub acme_contact: String,
    /// The authority's directory.
    pub acme_directory: String,
    /// The administrator accepted the authority's terms.
    pub acme_accept_terms: bool,
    /// Speak TLS 1.2 too.
    pub compatibility_tls12: bool,
}

impl Tls {
    pub(crate) fn validate(&self) -> Result<(), Complaint> {
        match self.mode {
            TlsMode::Local => Ok(()),
            TlsMode::Files => {
                for (key, path) in [("certificate", &self.certificate), ("key", &self.key)] {
                    let why = if path.as_os_str().is_empty() {
                        "must name a PEM file when tls.mode is \"files\"".to_owned()
                    } else {
                        format!("names {}, which is no file that can be found", path.display())
                    };
                    require(path.is_file(), key, &why)?;
                }
                Ok(())
            }
            TlsMode::Acme => {
                require(
                    self.acme_contact.contains('@'),
                    "acme_contact",
                    "must be an e-mail address when tls.mode is \"acme\"",
                )?;
                require(
                    self.acme_directory.starts_with("https://"),
                    "acme_directory",
                    "must be an https address",
                )?;
                require(
                    self.acme_accept_terms,
                    "acme_accept_terms",
                    "must be true before an authority may be asked for certificates; read its \
                     terms of service first",
                )
            }
        }
    }
}
