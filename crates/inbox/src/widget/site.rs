//! Origins of websites, as a browser writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An exact origin: `https://shop.example` or `https://shop.example:8443`; plain `http` only for
/// the machine itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Site(String);

impl Site {
    /// Checks an origin and writes it as a browser does: lower case, without the usual port.
    ///
    /// # Errors
    /// One sentence that says what to change.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().to_ascii_lowercase();
        let (scheme, authority) =
            text.split_once("://").ok_or("write it like https://shop.example")?;
        let (host, port) = split_port(authority)?;
        let own_machine = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        if !own_machine && !is_name(host) {
            return Err("only a host name, without a path; names beyond ASCII in their xn-- form");
        }
        let usual = match scheme {
            "https" => 443,
            "http" if own_machine => 80,
            "http" => return Err("only https, except on the machine itself"),
            _ => return Err("write it like https://shop.example"),
        };
        Ok(Self(match port.filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }))
    }

    /// The origin.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    let after_bracket = authority.rfind(']').unwrap_or(0);
    match authority.rfind(':').filter(|colon| *colon > after_bracket) {
        None => Ok((authority, None)),
        Some(colon) => {
            let (host, port) = authority.split_at(colon);
            let port = port.trim_start_matches(':').parse().map_err(|_| "the port is a number")?;
            if port == 0 { Err("the port is a number") } else { Ok((host, Some(port))) }
        }
    }
}

/// A host name or an IPv4 address.
fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    host.len() <= 253 && host.split('.').all(label)
}

impl<'de> Deserialize<'de> for Site {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Site {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Site".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^https?://", "maxLength": 270 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        Site::parse(text).ok().map(|site| site.0)
    }

    #[test]
    fn an_origin_is_written_as_a_browser_writes_it() {
        for (given, written) in [
            ("https://Shop.Example", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("https://shop.example:8443", "https://shop.example:8443"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("https://127.0.0.1:8446", "https://127.0.0.1:8446"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(parsed(given).as_deref(), Some(written), "{given}");
        }
    }

    #[test]
    fn what_is_no_exact_origin_is_refused() {
        for text in [
            "",
            "shop.example",
            "http://shop.example",
            "ftp://shop.example",
            "https://",
            "https://shop.example/",
            "https://shop.example/path",
            "https://*.example",
            "https://a b.example",
            "https://shop.example:0",
            "https://shop.example:99999",
            "https://user@shop.example",
            "https://bücher.example",
            "null",
            "https://shop.example https://evil.example",
            "https://shop.example;script-src *",
            "https://[::2]",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
