//! `[redis]`: what several nodes share besides the database.

use std::path::PathBuf;

use lk_base::secret::Secret;
use serde::Deserialize;
use url::{Host, Url};

use crate::error::{Complaint, require};

/// The Redis or Valkey of several nodes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// Where it is; empty = there is one node, which needs none.
    pub url: Secret,
    /// A certificate authority to trust instead of the public ones.
    pub authority: PathBuf,
}

impl Redis {
    /// Whether there is one.
    pub fn is_set(&self) -> bool {
        !self.url.expose().is_empty()
    }

    pub(crate) fn validate(&self) -> Result<(), Complaint> {
        if !self.is_set() {
            return require(
                self.authority.as_os_str().is_empty(),
                "url",
                "is empty although redis.authority is set; set it, or take that out",
            );
        }
        let is_protected = Url::parse(self.url.expose()).is_ok_and(|url| match url.scheme() {
            "rediss" => url.host().is_some(),
            "unix" => !url.path().is_empty(),
            "redis" => match url.host() {
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                // The parser of addresses knows hosts of web schemes only.
                Some(Host::Domain(name)) => {
                    name == "localhost"
                        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
                }
                None => false,
            },
            _ => false,
        });
        require(
            is_protected,
            "url",
            "must be \"rediss://…\" (TLS) or \"unix:///…\"; \"redis://…\" only for an address of \
             this machine, because it is not encrypted",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(url: &str) -> bool {
        Redis { url: Secret::new(url.to_owned()), authority: PathBuf::new() }.validate().is_ok()
    }

    #[test]
    fn redis_is_reached_by_tls_or_on_this_machine() {
        for right in [
            "",
            "rediss://:secret@redis.example:6380/0",
            "redis://localhost",
            "redis://127.0.0.1:6379/1",
            "redis://[::1]:6379",
            "unix:///run/redis/redis.sock",
        ] {
            assert!(found(right), "{right}");
        }
        for wrong in [
            "redis://redis.example",
            "redis://10.0.0.1",
            "redis://127.0.0.1.example",
            "http://localhost",
            "localhost:6379",
            "rediss://",
            "unix:",
        ] {
            assert!(!found(wrong), "{wrong}");
        }
    }
}
