//! The address of a site as it stands in a browser: `https://host[:port]` and nothing more.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// An https origin, in the one spelling that browsers use, so that it can be compared as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    text: String,
    host: String,
    port: u16,
}

impl Site {
    /// `https://host` or `https://host:port`, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host name or address (an IPv6 address in brackets), in small letters.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; 443 when none is written.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether only this machine can mean it.
    pub fn is_local(&self) -> bool {
        let host = self.host.as_str();
        host == "localhost"
            || host.ends_with(".localhost")
            || host == "[::1]"
            || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    }

    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://")?;
        let rest = rest.strip_suffix('/').unwrap_or(rest).to_ascii_lowercase();
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
            _ => (rest.as_str(), 443),
        };
        let named = !host.is_empty()
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            });
        let numbered = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok());
        if !(named || numbered) || port == 0 {
            return None;
        }
        let text = match port {
            443 => format!("https://{host}"),
            port => format!("https://{host}:{port}"),
        };
        Some(Self { text, host: host.to_owned(), port })
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Site {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "must be an address such as \"https://chat.example.com\" without a path, not {text:?}"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_written_the_way_browsers_write_it() {
        let text = |typed| Site::parse(typed).map(|site| site.text);
        assert_eq!(
            text("https://Chat.Example.com:443/").as_deref(),
            Some("https://chat.example.com")
        );
        assert_eq!(text("https://localhost:8443").as_deref(), Some("https://localhost:8443"));
        assert_eq!(text("https://[::1]:8443").as_deref(), Some("https://[::1]:8443"));
        for wrong in [
            "http://localhost",
            "https://",
            "https://a/b",
            "https://a?b",
            "https://user@host",
            "https://a..b",
            "https://host:0",
            "https://host:70000",
            "https://[nonsense]",
            "chat.example.com",
        ] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_this_machine_is_local() {
        let local = |typed| Site::parse(typed).unwrap().is_local();
        assert!(
            local("https://localhost:8443") && local("https://127.0.0.1") && local("https://[::1]")
        );
        assert!(!local("https://localhost.example.com") && !local("https://10.0.0.1"));
    }
}
