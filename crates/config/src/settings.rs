//! All settings together: loaded, checked, described.

use std::path::Path;

use lk_base::secret::Secret;
use serde::Deserialize;
use toml::Value;

use crate::audit::Audit;
use crate::data::Data;
use crate::database::Database;
use crate::demo::Demo;
use crate::error::{Complaint, ConfigError, require};
use crate::identity::{Identity, SecondFactor};
use crate::layers::{Layers, Origin, SECRETS};
use crate::log::Log;
use crate::mail::Mail;
use crate::outbound::Outbound;
use crate::redis::Redis;
use crate::root_key;
use crate::secrets::Secrets;
use crate::server::Server;
use crate::sources::Sources;
use crate::tls::{Tls, TlsMode};

/// Every setting, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `[data]`
    pub data: Data,
    /// `[server]`
    pub server: Server,
    /// `[tls]`
    pub tls: Tls,
    /// `[database]`
    pub database: Database,
    /// `[secrets]`
    pub secrets: Secrets,
    /// `[identity]`
    pub identity: Identity,
    /// `[audit]`
    pub audit: Audit,
    /// `[mail]`
    pub mail: Mail,
    /// `[outbound]`
    pub outbound: Outbound,
    /// `[redis]`
    pub redis: Redis,
    /// `[demo]`
    pub demo: Demo,
    /// `[log]`
    pub log: Log,
    shown: Vec<Shown>,
}

/// One setting as `leadkeep doctor` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Section and key.
    pub key: String,
    /// The value as TOML; of a secret only whether it is set.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sections {
    data: Data,
    server: Server,
    tls: Tls,
    database: Database,
    secrets: Secrets,
    identity: Identity,
    audit: Audit,
    mail: Mail,
    outbound: Outbound,
    redis: Redis,
    demo: Demo,
    log: Log,
}

impl Settings {
    /// Gathers, reads and checks all settings.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the key, what is wrong, and where the value comes from.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let layers = Layers::gather(sources)?;
        let sections: Sections = serde_path_to_error::deserialize(Value::Table(layers.table()))
            .map_err(|error| {
                let path = error.path().to_string();
                // A list's element is a matter of the whole list.
                let key = path.split('[').next().unwrap_or_default().to_owned();
                let origin = layers.origin(&key);
                ConfigError::Invalid { why: error.inner().message().to_owned(), origin, key }
            })?;
        let shown = describe(&layers);
        let settings = Self {
            data: sections.data,
            server: sections.server,
            tls: sections.tls,
            database: sections.database,
            secrets: sections.secrets,
            identity: sections.identity,
            audit: sections.audit,
            mail: sections.mail,
            outbound: sections.outbound,
            redis: sections.redis,
            demo: sections.demo,
            log: sections.log,
            shown,
        };
        settings.validate(&layers)?;
        Ok(settings)
    }

    fn validate(&self, layers: &Layers) -> Result<(), ConfigError> {
        let complain = |section: &'static str| {
            move |complaint: Complaint| {
                let key = format!("{section}.{}", complaint.key);
                ConfigError::Invalid { origin: layers.origin(&key), why: complaint.why, key }
            }
        };
        self.data.validate().map_err(complain("data"))?;
        self.server.validate().map_err(complain("server"))?;
        self.tls.validate().map_err(complain("tls"))?;
        self.database.validate(self.server.environment).map_err(complain("database"))?;
        self.secrets.validate().map_err(complain("secrets"))?;
        self.identity.validate(self.server.environment).map_err(complain("identity"))?;
        self.audit.validate().map_err(complain("audit"))?;
        self.mail.validate().map_err(complain("mail"))?;
        self.outbound.validate(self.server.environment).map_err(complain("outbound"))?;
        self.redis.validate().map_err(complain("redis"))?;
        self.demo.validate().map_err(complain("demo"))?;
        self.log.validate().map_err(complain("log"))?;
        self.second_factor().map_err(complain("identity"))?;
        self.names().map_err(complain("server"))
    }

    /// Admins without a second factor are for a dashboard that nobody reaches but this machine.
    fn second_factor(&self) -> Result<(), Complaint> {
        let server = &self.server;
        require(
            self.identity.second_factor == SecondFactor::Required
                || (server.dashboard_url.is_local() && server.dashboard_listen.ip().is_loopback()),
            "second_factor",
            "must be \"required\", unless server.dashboard_url is a localhost address and \
             server.dashboard_listen an address of this machine",
        )
    }

    /// The rule between names: no public authority vouches for this machine's own names,
    /// and ours for no others, because its certificate says so and clients hold it to that.
    fn names(&self) -> Result<(), Complaint> {
        for (key, site) in
            [("dashboard_url", &self.server.dashboard_url), ("widget_url", &self.server.widget_url)]
        {
            match self.tls.mode {
                TlsMode::Acme => require(
                    !site.is_local(),
                    key,
                    "must be a public name when tls.mode is \"acme\"",
                )?,
                TlsMode::Local => require(
                    site.is_local(),
                    key,
                    "must be a localhost address when tls.mode is \"local\", whose certificates \
                     are good for nothing else; set tls.mode to \"files\" or \"acme\" for a public \
                     name, or use a name such as \"https://chat.localhost:8444\"",
                )?,
                TlsMode::Files => {}
            }
        }
        Ok(())
    }

    /// Every setting in force, in the order of their names, with secrets hidden.
    pub fn describe(&self) -> &[Shown] {
        &self.shown
    }

    /// The data directory.
    pub fn data_dir(&self) -> &Path {
        &self.data.dir
    }

    /// The root key: from the settings, or from `<data>/root.key`, which is made at the first start.
    ///
    /// Call it before the private cluster is started: a data directory that holds a cluster but no
    /// key is refused, because a new key could not open what the old one sealed.
    ///
    /// # Errors
    /// When the file cannot be read or written, is open to others, or holds no proper key.
    pub fn root_key(&self) -> Result<Secret<Vec<u8>>, ConfigError> {
        match self.kept_root_key()? {
            Some(key) => Ok(key),
            None => root_key::make(&self.data.dir),
        }
    }

    /// The root key as it is: `None` before the first start, and nothing is made.
    ///
    /// # Errors
    /// As [`Settings::root_key`].
    pub fn kept_root_key(&self) -> Result<Option<Secret<Vec<u8>>>, ConfigError> {
        // Checked when the settings were loaded.
        match root_key::decode(self.secrets.root_key.expose()) {
            Some(key) if !key.expose().is_empty() => Ok(Some(key)),
            _ => root_key::read(&self.data.dir),
        }
    }
}

fn describe(layers: &Layers) -> Vec<Shown> {
    layers
        .values
        .iter()
        .map(|(key, (value, origin))| {
            let value = if !SECRETS.contains(&key.as_str()) {
                value.to_string()
            } else if value.as_str().is_some_and(str::is_empty) {
                "not set".to_owned()
            } else {
                "<secret>".to_owned()
            };
            Shown { key: key.clone(), value, origin: origin.clone() }
        })
        .collect()
}
