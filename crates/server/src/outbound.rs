//! From the settings to what requests to others may reach.

use anyhow::Context;
use lk_config::{Environment, Settings};
use lk_net::{Outbound, Plain, Reach};

/// The one way out, as the settings want it.
///
/// # Errors
/// An authority's file that cannot be read or used.
pub(crate) fn of(settings: &Settings) -> anyhow::Result<Outbound> {
    let outbound = &settings.outbound;
    let networks = outbound.allowed_networks.clone();
    let plain = match settings.server.environment {
        Environment::Production => Plain::Never,
        Environment::Development => Plain::Loopback,
    };
    let reach = Reach::new(move |address| networks.iter().any(|network| network.contains(address)))
        .plain(plain);
    let reach = outbound
        .found_at
        .iter()
        .fold(reach, |reach, found| reach.found_at(&found.name, found.address));
    let authority = if outbound.authority.as_os_str().is_empty() {
        None
    } else {
        let file = outbound.authority.display();
        Some(
            std::fs::read(&outbound.authority)
                .with_context(|| format!("outbound.authority: {file}"))?,
        )
    };
    Outbound::new(reach, authority.as_deref()).context("outbound.authority")
}
