//! `[mail]`: the SMTP server that takes mail, and whose name is on it.

use std::path::PathBuf;

use lk_base::secret::Secret;
use lk_base::text::{Email, Name};
use serde::Deserialize;

use crate::error::{Complaint, require};

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS by STARTTLS, required.
    StartTls,
    /// None: for a server on this machine.
    None,
}

/// The SMTP server that takes mail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The server's name; empty = mail waits in the mailbox of the private listener.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Who signs in there; empty = nobody.
    pub username: String,
    /// With what.
    pub password: Secret,
    /// The address mail comes from.
    pub from: String,
    /// What the installation is called.
    pub name: String,
    /// A certificate authority to trust besides the public ones.
    pub authority: PathBuf,
}

impl Mail {
    /// Whether mail is sent at all.
    pub fn is_sent(&self) -> bool {
        !self.host.is_empty()
    }

    pub(crate) fn validate(&self) -> Result<(), Complaint> {
        require(Name::parse(&self.name).is_ok(), "name", "must have 1 to 80 characters")?;
        if !self.is_sent() {
            let alone = self.username.is_empty() && self.from.is_empty();
            return require(
                alone,
                "host",
                "is empty although mail.from or mail.username is set; name the server, or take them out",
            );
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        require(
            self.host.chars().all(plain),
            "host",
            "must be a host name such as \"smtp.example.com\"",
        )?;
        require(self.port > 0, "port", "must be a port, usually 587 or 465")?;
        require(
            Email::parse(&self.from).is_ok(),
            "from",
            "must be the e-mail address that mail comes from, such as \"leadkeep@example.com\"",
        )?;
        require(
            self.username.is_empty() == self.password.expose().is_empty(),
            "password",
            "and mail.username must both be set or both be empty",
        )?;
        let local = matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        require(
            self.security != MailSecurity::None || local,
            "security",
            "may be \"none\" only for a server on this machine: mail carries links that open doors",
        )
    }
}
