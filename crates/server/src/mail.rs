//! From the settings to the server that takes mail.

use anyhow::Context;
use lk_config::{MailSecurity, Settings};
use lk_mail::{Relay, Security, Sender, Smtp};

/// Whose name is on mail.
#[must_use]
pub fn sender(settings: &Settings) -> Sender {
    Sender {
        name: settings.mail.name.clone(),
        url: settings.server.dashboard_url.as_str().to_owned(),
    }
}

/// The server that takes mail; `None` when none is set.
///
/// # Errors
/// An authority's file that cannot be read or used.
pub fn smtp(settings: &Settings) -> anyhow::Result<Option<Smtp>> {
    let mail = &settings.mail;
    if !mail.is_sent() {
        return Ok(None);
    }
    let authority = if mail.authority.as_os_str().is_empty() {
        None
    } else {
        let file = mail.authority.display();
        Some(std::fs::read(&mail.authority).with_context(|| format!("mail.authority: {file}"))?)
    };
    let relay = Relay {
        host: mail.host.clone(),
        port: mail.port,
        security: match mail.security {
            MailSecurity::Tls => Security::Tls,
            MailSecurity::StartTls => Security::StartTls,
            MailSecurity::None => Security::None,
        },
        username: mail.username.clone(),
        password: mail.password.clone(),
        from: mail.from.clone(),
        authority,
    };
    Ok(Some(Smtp::new(&relay, &sender(settings))?))
}
