//! What can go wrong, in words without HTTP; only `lk_web::Problem` knows status codes.

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation did not happen.
///
/// `code` values are stable, in snake_case, and listed in `docs/reference/errors.md`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing in this workspace (whether or not another one has it).
    #[error("not found")]
    NotFound,
    /// Nobody, or nobody any more, stands behind the request.
    #[error("not signed in: {code}")]
    Unauthenticated {
        /// `unauthenticated`, `session_ended` or `context_switched`.
        code: &'static str,
    },
    /// The caller may not do this.
    #[error("forbidden: {code}")]
    Forbidden {
        /// Which rule forbids it.
        code: &'static str,
    },
    /// A rule said no.
    #[error("refused: {code}")]
    Refused {
        /// Which rule.
        code: &'static str,
        /// One sentence for the person at the screen.
        detail: &'static str,
    },
    /// The caller acted on an old picture; `extra` is what was missed.
    #[error("stale: {code}")]
    Stale {
        /// Which picture was old.
        code: &'static str,
        /// Members to add to the problem document.
        extra: serde_json::Value,
    },
    /// Too many requests of this class.
    #[error("rate limited for {retry_after:?}")]
    RateLimited {
        /// When to come back.
        retry_after: std::time::Duration,
    },
    /// Too many requests, unless the caller works for this one.
    #[error("work needed, or a wait of {retry_after:?}")]
    WorkNeeded {
        /// When to come back without work.
        retry_after: std::time::Duration,
        /// Members to add to the problem document: what the work is.
        extra: serde_json::Value,
    },
    /// No capacity at this moment.
    #[error("busy")]
    Busy,
    /// Our fault. The chain is logged once at the edge and never shown.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps a failure that is nobody's fault but ours.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            other => Self::internal(other),
        }
    }
}

/// Turns "no row" into [`Error::NotFound`].
pub trait OrNotFound<T> {
    /// The row, or [`Error::NotFound`].
    ///
    /// # Errors
    /// `NotFound` when there is none.
    fn or_not_found(self) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self) -> Result<T> {
        self.ok_or(Error::NotFound)
    }
}
