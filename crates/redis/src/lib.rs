//! Redis or Valkey, where several nodes share what one node keeps in its memory.
//!
//! **Invariant:** nothing here is ever the only copy. While Redis is away each node goes by what
//! it knows itself, so nothing opens that is shut.

mod limits;

use std::time::Duration;

use lk_base::Secret;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, IntoConnectionInfo as _, TlsCertificates};

pub use limits::Limits;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(2);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(1);

/// Where Redis is.
#[derive(Debug, Clone)]
pub struct Address {
    /// `redis://`, `rediss://` (TLS) or `unix://`, with the password if it has one.
    pub url: Secret,
    /// A certificate authority in PEM, trusted instead of the public ones.
    pub authority: Option<Vec<u8>>,
}

/// An address that cannot be one.
#[derive(Debug, thiserror::Error)]
#[error("not an address of Redis: {0}")]
pub struct Unusable(#[from] redis::RedisError);

/// A way to Redis. Cheap to clone; it connects when it is first used, and again after a failure.
#[derive(Clone)]
pub struct Redis(ConnectionManager);

impl std::fmt::Debug for Redis {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<redis>")
    }
}

impl Redis {
    /// A way to this address. Nothing is asked there yet.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn new(address: &Address) -> Result<Self, Unusable> {
        let wanted = address.url.expose().as_str().into_connection_info()?;
        let client = match &address.authority {
            Some(authority) => Client::build_with_tls(
                wanted,
                TlsCertificates { client_tls: None, root_cert: Some(authority.clone()) },
            )?,
            None => Client::open(wanted)?,
        };
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(ANSWER));
        Ok(Self(ConnectionManager::new_lazy_with_config(client, config)?))
    }

    /// Asks whether it answers.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn test(&self) -> Result<(), String> {
        let mut connection = self.0.clone();
        let asked = redis::cmd("PING").query_async::<String>(&mut connection).await;
        asked.map(drop).map_err(|error| error.to_string())
    }
}
