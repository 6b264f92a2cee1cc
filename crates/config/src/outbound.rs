//! `[outbound]`: requests to servers of others: providers of single sign-on, sites of domains.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::error::{Complaint, require};
use crate::server::Environment;
use lk_base::Network;

/// What requests to others may reach.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbound {
    /// Networks besides the internet.
    pub allowed_networks: Vec<Network>,
    /// A certificate authority to trust besides the public ones.
    pub authority: PathBuf,
    /// Names that are found elsewhere; for tests.
    pub found_at: Vec<FoundAt>,
}

/// A name and where it is found instead of where the system says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAt {
    /// The name.
    pub name: String,
    /// Address and port.
    pub address: SocketAddr,
}

impl FoundAt {
    fn parse(text: &str) -> Option<Self> {
        let (name, address) = text.split_once('=')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let is_name = !name.is_empty() && name.chars().all(plain);
        Some(Self { name: name.to_owned(), address: address.parse().ok()? }).filter(|_| is_name)
    }
}

impl<'de> Deserialize<'de> for FoundAt {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "must be a name and where it is found, such as \"idp.test=127.0.0.1:9443\", not {text:?}"
            ))
        })
    }
}

impl Outbound {
    pub(crate) fn validate(&self, environment: Environment) -> Result<(), Complaint> {
        require(
            self.found_at.is_empty() || environment == Environment::Development,
            "found_at",
            "must be empty; a test sets server.environment = \"development\" first",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_at_an_address_and_a_port() {
        let found = FoundAt::parse("idp.test=127.0.0.1:9443").unwrap();
        assert_eq!((found.name.as_str(), found.address.port()), ("idp.test", 9443));
        for wrong in ["", "idp.test", "=127.0.0.1:1", "idp.test=127.0.0.1", "a b=127.0.0.1:1"] {
            assert_eq!(FoundAt::parse(wrong), None, "{wrong}");
        }
    }
}
