//! Access tokens: JWT (RFC 7519) signed with HS256, ten minutes, a ring of keys by `kid`.
//!
//! Reading order: here, what a token says and why one is refused; [`ring`], which key signs and
//! which ones verify; `jws`, the signed text.

mod jws;
pub mod ring;

use lk_base::id::{ContextId, OperatorId, PersonId, SessionId, TokenId, WorkspaceId};

pub use ring::KeyRing;

/// No access token may live longer, whatever the settings say.
pub const CEILING_SECONDS: i64 = 15 * 60;
/// How far ahead the clock of another node may be.
const SKEW_SECONDS: i64 = 60;

const TYPE: &str = "at+jwt";
const AUDIENCE: &str = "leadkeep";

/// What an access token says.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The token itself.
    pub jti: TokenId,
    /// The person.
    pub sub: PersonId,
    /// The session.
    pub sid: SessionId,
    /// The session's stay in one workspace: its epoch, which ends when the session moves on.
    pub ctx: ContextId,
    /// The workspace.
    pub wsp: WorkspaceId,
    /// The person's operator in it.
    pub opr: OperatorId,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
    /// This installation.
    pub iss: String,
    /// Always `leadkeep`.
    pub aud: String,
}

/// A token that is not accepted. The reason is for tests and logs, never for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Not a JWT of ours: wrong shape, algorithm, type, key, signature, issuer or audience.
    #[error("not one of our tokens")]
    Foreign,
    /// Past its time, or before it.
    #[error("expired")]
    Expired,
    /// Lives longer than the ceiling, so we did not make it.
    #[error("lives too long")]
    TooLong,
}
