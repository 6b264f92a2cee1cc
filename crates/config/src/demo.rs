//! `[demo]`: a workspace and a shop to try things out.

use std::net::SocketAddr;

use serde::Deserialize;

use crate::error::{Complaint, require};

/// A workspace and a shop to try things out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    /// Make them.
    pub enabled: bool,
    /// Where the shop listens.
    pub listen: SocketAddr,
}

impl Demo {
    pub(crate) fn validate(&self) -> Result<(), Complaint> {
        require(
            self.listen.ip().is_loopback(),
            "listen",
            "must be an address of this machine (127.0.0.1): its sign-in links are for you alone",
        )
    }
}
