//! One delivery: a signed request, or messages over TLS.

use bytes::Bytes;
use lk_base::id::AuditStreamId;
use lk_base::{Error, Result, Timestamp};
use lk_crypto::WebhookSecret;
use lk_net::{Failure, Outbound};

use super::Kind;
use super::batch::{Event, array};
use super::syslog;
use super::target::Target;

/// Why a delivery failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nobody was reached who would have taken it.
    Reach(Failure),
    /// The receiver's answer was no success.
    Status(u16),
}

impl Trouble {
    /// Whether the receiver said that it is gone for good.
    pub(super) fn is_gone(self) -> bool {
        self == Self::Status(410)
    }
}

/// What is kept and shown of it: words of ours.
impl std::fmt::Display for Trouble {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reach(failure) => failure.fmt(out),
            Self::Status(status @ 300..=399) => {
                write!(out, "the receiver sent us elsewhere ({status}), which is not followed")
            }
            Self::Status(status) => write!(out, "the receiver answered {status}"),
        }
    }
}

/// What a delivery is made with.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) target: Target,
    pub(super) outbound: Outbound,
    /// The secrets that sign, the present one first.
    pub(super) secrets: Vec<WebhookSecret>,
    /// The name of this installation.
    pub(super) host: String,
}

impl Way {
    /// Brings the events there under an id; sent again, they have the same one.
    pub(super) async fn bring(
        &self,
        id: &str,
        at: Timestamp,
        events: &[Event],
    ) -> Result<(), Trouble> {
        match self.target.kind {
            Kind::Webhook => self.post(id, at, array(events)).await,
            Kind::Syslog => {
                let frames = syslog::frames(&self.host, events);
                self.outbound.hand_over(&self.target.url, &frames).await.map_err(Trouble::Reach)
            }
        }
    }

    async fn post(&self, id: &str, at: Timestamp, body: Vec<u8>) -> Result<(), Trouble> {
        let at = at.unix_seconds();
        let signatures: Vec<String> =
            self.secrets.iter().map(|secret| secret.sign(id, at, &body)).collect();
        let headers = [
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", at.to_string()),
            ("webhook-signature", signatures.join(" ")),
        ];
        let sent = self.outbound.deliver(&self.target.url, &headers, Bytes::from(body)).await;
        match sent {
            Ok(200..=299) => Ok(()),
            Ok(status) => Err(Trouble::Status(status)),
            Err(failure) => Err(Trouble::Reach(failure)),
        }
    }
}

/// The id of a batch: the stream, and the numbers it goes from and to.
pub(super) fn batch_id(stream: AuditStreamId, after: i64, last: i64) -> String {
    format!("{stream}_{}_{last}", after + 1)
}

/// A kept secret, opened.
pub(super) fn opened(
    sealer: &lk_crypto::Sealer,
    place: lk_crypto::Place,
    sealed: &[u8],
) -> Result<WebhookSecret> {
    sealer.open(place, sealed).map(WebhookSecret::stored).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_failure_is_in_words_of_ours() {
        assert_eq!(Trouble::Status(503).to_string(), "the receiver answered 503");
        assert!(Trouble::Status(302).to_string().contains("not followed"));
        assert!(Trouble::Status(410).is_gone() && !Trouble::Status(404).is_gone());
    }
}
