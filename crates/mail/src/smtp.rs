//! To a server: SMTP with TLS from the start or by STARTTLS, never in plain beyond this machine.

use std::time::{Duration, SystemTime};

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters, TlsVersion};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use lk_base::id::MailId;
use lk_base::{Secret, Timestamp};

use crate::letter::{Letter, Sender};

/// A server that needs longer for one answer is tried again later.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, usually on port 465.
    Tls,
    /// TLS asked for in plain and required, usually on port 587.
    StartTls,
    /// None: for a server on this machine.
    None,
}

/// A server that takes mail.
#[derive(Debug, Clone)]
pub struct Relay {
    /// Its name, which its certificate must carry.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who signs in; empty = nobody.
    pub username: String,
    /// With what.
    pub password: Secret,
    /// The address that mail comes from.
    pub from: String,
    /// A certificate authority in PEM to trust besides the public ones.
    pub authority: Option<Vec<u8>>,
}

/// Settings that no mail can be sent with.
#[derive(Debug, thiserror::Error)]
pub enum BadRelay {
    /// The sender's name or address.
    #[error("the sender's address cannot be used")]
    From(#[source] lettre::address::AddressError),
    /// The authority's file, or TLS itself.
    #[error("TLS cannot be set up; is mail.authority a PEM certificate?")]
    Tls(#[source] lettre::transport::smtp::Error),
}

/// What came of trying to send, without the server's words, which may name the recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server does not take this mail and never will.
    Refused(u16),
    /// Anything else: it is tried again.
    Later(&'static str),
}

/// Sends by SMTP.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<smtp {}>", self.host)
    }
}

/// Tells other machines that no person wrote this, so that none answers (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Smtp {
    /// Gets ready to send; no connection is made yet.
    ///
    /// # Errors
    /// A sender's address or an authority that cannot be used.
    pub fn new(relay: &Relay, sender: &Sender) -> Result<Self, BadRelay> {
        let address = relay.from.parse().map_err(BadRelay::From)?;
        let parameters = || {
            let mut builder =
                TlsParameters::builder(relay.host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
            if let Some(pem) = &relay.authority {
                builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
            }
            builder.build_rustls()
        };
        let tls = match relay.security {
            Security::Tls => Tls::Wrapper(parameters().map_err(BadRelay::Tls)?),
            Security::StartTls => Tls::Required(parameters().map_err(BadRelay::Tls)?),
            Security::None => Tls::None,
        };
        let own = sender.url.split_once("://").map_or(sender.url.as_str(), |(_, rest)| rest);
        let own = own.split([':', '/']).next().unwrap_or(own).to_owned();
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(relay.host.as_str())
                .port(relay.port)
                .tls(tls)
                .timeout(Some(PATIENCE))
                .hello_name(ClientId::Domain(own.clone()));
        if !relay.username.is_empty() {
            builder = builder.credentials(Credentials::new(
                relay.username.clone(),
                relay.password.expose().clone(),
            ));
        }
        let from = Mailbox::new(Some(sender.name.clone()), address);
        Ok(Self { transport: builder.build(), from, host: own })
    }

    /// Sends one mail. The same mail sent twice has the same `Message-ID`.
    pub(crate) async fn send(
        &self,
        id: MailId,
        to: &str,
        letter: &Letter,
        sender: &Sender,
        written: Timestamp,
    ) -> Result<(), Failure> {
        let to = to.parse().map_err(|_| Failure::Refused(0))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject())
            .date(SystemTime::from(written.sql()))
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(letter.text(sender), letter.html(sender)))
            .map_err(|_| Failure::Refused(0))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }

    /// Whether the server answers, lets us in and is protected as it should be.
    ///
    /// # Errors
    /// One sentence.
    pub async fn test(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("the server does not answer".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Only what concerns the recipient is final: a wrong password of our own is mended, and then the
/// mail should go out.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let code = error.status().map(u16::from);
    match code {
        Some(code @ (550 | 551 | 553 | 556)) => Failure::Refused(code),
        Some(_) => Failure::Later("refused for now"),
        None if error.is_timeout() => Failure::Later("no answer in time"),
        None if error.is_tls() => Failure::Later("no protected connection"),
        None => Failure::Later("no connection"),
    }
}
