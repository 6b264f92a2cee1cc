//! Where a stream goes, and whether it may.

use lk_base::{Error, Result};
use lk_net::{Failure, Outbound, Url};

use super::Kind;
use crate::Audit;

/// The port of syslog over TLS (RFC 5425).
const SYSLOG: u16 = 6514;

/// Where a stream goes. Of syslog only host and port are meant: it is TLS in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) kind: Kind,
    pub(super) url: Url,
}

const NOT_VALID: Error = Error::Refused {
    code: "stream_address_not_valid",
    detail: "A webhook needs an https address without a name and password in it; syslog needs a host and a port, as in siem.example:6514.",
};
const BAD_AUTHORITY: Error = Error::Refused {
    code: "authority_not_valid",
    detail: "The authority must be a certificate in PEM, with its BEGIN and END lines.",
};

impl Target {
    pub(super) fn parse(kind: Kind, address: &str) -> Result<Self> {
        let url = match kind {
            Kind::Webhook => Url::parse(address).ok(),
            Kind::Syslog => of_syslog(address),
        };
        url.map(|url| Self { kind, url }).ok_or(NOT_VALID)
    }

    /// The address as it is kept and shown.
    pub(super) fn address(&self) -> String {
        match self.kind {
            Kind::Webhook => self.url.to_string(),
            Kind::Syslog => {
                format!("{}:{}", self.url.host_str().unwrap_or_default(), self.port())
            }
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// The host as the log names it: paths and queries may hold what others must not know. An IPv6
    /// address is written like the name of a host.
    pub(super) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(six) => format!("{}.ipv6-literal.net", six.replace(':', "-")),
            None => host.to_owned(),
        }
    }

    /// Whether it may be reached, as things are. Each delivery looks again.
    pub(super) async fn look(&self, outbound: &Outbound) -> Result<()> {
        outbound.look(&self.url).await.map_err(|failure| match failure {
            Failure::Form => NOT_VALID,
            Failure::Private => Error::Refused {
                code: "stream_not_reachable",
                detail: "The receiver is in a private network: whoever runs this installation has to allow it.",
            },
            _ => Error::Refused {
                code: "stream_not_reachable",
                detail: "The receiver's name is not known.",
            },
        })
    }
}

fn of_syslog(address: &str) -> Option<Url> {
    // Parsed as browsers parse the part of an address that names a server, and nothing but that.
    let mut url = Url::parse(&format!("https://{address}")).ok()?;
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && !address.contains(['/', '\\', '@']);
    if url.port().is_none() && !address.ends_with(":443") {
        url.set_port(Some(SYSLOG)).ok()?;
    }
    bare.then_some(url)
}

/// The way out for a stream: with an authority of its own, nobody else is believed.
pub(super) fn way_out(audit: &Audit, authority: Option<&str>) -> Result<Outbound> {
    match authority {
        None => Ok(audit.outbound.clone()),
        Some(pem) => audit.outbound.trusting(pem.as_bytes()).map_err(|_| BAD_AUTHORITY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_syslog_receiver_is_a_host_and_a_port_and_nothing_else() {
        for (typed, kept) in [
            ("siem.example", "siem.example:6514"),
            ("SIEM.example:1514", "siem.example:1514"),
            ("siem.example:443", "siem.example:443"),
            ("192.0.2.7:6514", "192.0.2.7:6514"),
            ("[2001:db8::7]:6514", "[2001:db8::7]:6514"),
            ("2130706433", "127.0.0.1:6514"),
        ] {
            assert_eq!(Target::parse(Kind::Syslog, typed).unwrap().address(), kept);
        }
        for typed in [
            "",
            ":6514",
            "a b",
            "host:port",
            "host:99999",
            "host/path",
            "host?x",
            "host#x",
            "ada@host",
            "https://host",
            "tcp://host:514",
            "host\\x",
        ] {
            assert!(Target::parse(Kind::Syslog, typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn the_log_names_the_host_and_not_what_stands_behind_it() {
        let host = |text| Target::parse(Kind::Webhook, text).unwrap().host();
        assert_eq!(host("https://siem.example/token/abc?key=def"), "siem.example");
        assert_eq!(host("https://[2001:db8::7]/x"), "2001-db8--7.ipv6-literal.net");
        assert!(Target::parse(Kind::Webhook, "siem.example").is_err());
    }
}
