//! `[server]`: origins, listeners, proxies, shutdown.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use lk_base::Network;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::duration;
use crate::error::{Complaint, require};
use crate::site::Site;

/// How strict to be about things that only matter to strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Every check is on.
    Production,
    /// Weak passwords in database URLs and very short access tokens are accepted.
    Development,
}

impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            "production" => Ok(Self::Production),
            "development" => Ok(Self::Development),
            other => Err(D::Error::custom(format!(
                "must be \"production\" or \"development\", not {other:?}"
            ))),
        }
    }
}

/// Origins, listeners, proxies, shutdown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// How strict to be.
    pub environment: Environment,
    /// Where people reach the dashboard.
    pub dashboard_url: Site,
    /// Where visitors reach the widget; another origin than the dashboard's.
    pub widget_url: Site,
    /// Where the dashboard listens.
    pub dashboard_listen: SocketAddr,
    /// Where the widget listens.
    pub widget_listen: SocketAddr,
    /// Where plain HTTP is sent on to HTTPS; `None` = nowhere.
    #[serde(deserialize_with = "optional_address")]
    pub http_listen: Option<SocketAddr>,
    /// Where health and metrics are served without sign-in.
    pub private_listen: SocketAddr,
    /// Reverse proxies whose forwarding headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// How long requests and sockets may take to finish at the end.
    #[serde(deserialize_with = "duration::deserialize")]
    pub shutdown_grace: Duration,
    /// Multiplies every rate limit; more than 1 is for load tests only.
    pub rate_factor: u32,
}

impl Server {
    pub(crate) fn validate(&self) -> Result<(), Complaint> {
        require(
            self.dashboard_url != self.widget_url,
            "widget_url",
            "must be another origin than server.dashboard_url, so that the browser keeps them apart",
        )?;
        let private = match self.private_listen.ip() {
            IpAddr::V4(address) => address.is_loopback() || address.is_private(),
            IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
        };
        require(
            private,
            "private_listen",
            "must be an address of this machine or of a private network, because it asks for no \
             sign-in",
        )?;
        let listeners = [
            ("dashboard_listen", Some(self.dashboard_listen)),
            ("widget_listen", Some(self.widget_listen)),
            ("http_listen", self.http_listen),
            ("private_listen", Some(self.private_listen)),
        ];
        for (place, (key, address)) in listeners.iter().enumerate() {
            // Port 0 lets the system choose, each time another one.
            let taken = listeners
                .iter()
                .take(place)
                .any(|(_, other)| address.is_some_and(|own| own.port() != 0) && other == address);
            require(!taken, key, "must differ from the other listeners")?;
        }
        require(
            self.rate_factor == 1
                || (self.environment == Environment::Development
                    && (1..=100_000).contains(&self.rate_factor)),
            "rate_factor",
            "must be 1; a load test sets server.environment = \"development\" first",
        )?;
        let grace = self.shutdown_grace;
        require(grace <= Duration::from_secs(300), "shutdown_grace", "must be at most \"5m\"")
    }
}

fn optional_address<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        D::Error::custom(format!(
            "must be an address and port such as \"0.0.0.0:80\", not {text:?}"
        ))
    })
}
