//! `[database]`: a private cluster or an external PostgreSQL.

use std::path::{Path, PathBuf};

use lk_base::secret::Secret;
use serde::Deserialize;

use crate::error::{Complaint, require};
use crate::server::Environment;
use crate::weak;

/// A private cluster (`url` empty) or an external PostgreSQL.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// For the role that owns the tables; empty = the private cluster.
    pub url: Secret,
    /// For the role that serves requests.
    pub app_url: Secret,
    /// For the role that reads the outbox.
    pub dispatch_url: Secret,
    /// Connections that serve requests.
    pub app_pool: u32,
    /// Directory with PostgreSQL's programs; empty = look for it.
    pub postgres_bin: PathBuf,
    /// Whom the private cluster runs as when root starts the server.
    pub postgres_user: String,
    /// Whether a transaction is bound to its workspace by a permit.
    pub scope_permits: bool,
    /// Accept a data directory that is forgotten at the next boot.
    pub allow_volatile: bool,
}

impl Database {
    /// Whether the server runs its own PostgreSQL.
    pub fn is_private(&self) -> bool {
        self.url.expose().is_empty()
    }

    /// The directory with PostgreSQL's programs, when one was named.
    pub fn binaries(&self) -> Option<&Path> {
        Some(self.postgres_bin.as_path()).filter(|path| !path.as_os_str().is_empty())
    }

    pub(crate) fn validate(&self, environment: Environment) -> Result<(), Complaint> {
        let urls =
            [("url", &self.url), ("app_url", &self.app_url), ("dispatch_url", &self.dispatch_url)];
        for (key, url) in urls {
            let url = url.expose().as_str();
            if self.is_private() {
                require(
                    url.is_empty(),
                    key,
                    "is set without database.url; give the three of them together or none",
                )?;
                continue;
            }
            require(
                url.starts_with("postgres://") || url.starts_with("postgresql://"),
                key,
                "must begin with postgres:// when an external database is used; the owner of the \
                 tables, the role that serves requests and the one that reads the outbox must be \
                 three roles",
            )?;
            let weak = environment == Environment::Production
                && password(url).is_some_and(|password| weak::is_sample(&password));
            require(!weak, key, "has a password that everybody knows; set a random one")?;
        }
        // An external server decides for itself; ours has 80 connections in all.
        let most = if self.is_private() { 60 } else { 10_000 };
        let why = format!("must be between 2 and {most}");
        require((2..=most).contains(&self.app_pool), "app_pool", &why)?;
        require(!self.postgres_user.is_empty(), "postgres_user", "must name a user of this machine")
    }
}

/// The password part of a URL, as written.
fn password(url: &str) -> Option<String> {
    let authority = url.split_once("://")?.1.split(['/', '?']).next()?;
    let (credentials, _) = authority.rsplit_once('@')?;
    Some(credentials.split_once(':')?.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_found_where_urls_have_it() {
        assert_eq!(password("postgres://ada:pass@host/db").as_deref(), Some("pass"));
        assert_eq!(password("postgres://ada@host/db"), None);
        assert_eq!(password("postgresql:///db?host=/run&user=ada"), None);
    }
}
