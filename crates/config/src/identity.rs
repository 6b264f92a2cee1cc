//! `[identity]`: password hashing, tokens, sessions.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::duration;
use crate::error::{Complaint, require};
use crate::server::Environment;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// Whether people may make a login and a workspace by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    /// By invitation only.
    Closed,
    /// Whoever reads an address.
    Open,
}

/// Whether admins and super admins need a second factor.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// Without one they can do nothing but enrol one.
    Required,
    /// They may do without: for trying things out on this machine.
    Optional,
}

/// Password hashing, tokens, sessions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Memory of one password hash in KiB; 0 = measured at start.
    pub argon2_memory: u32,
    /// Passes of one password hash; 0 = measured at start.
    pub argon2_time: u32,
    /// How long an access token lives.
    #[serde(deserialize_with = "duration::deserialize")]
    pub access_token: Duration,
    /// A session ends when it was not used for this long.
    #[serde(deserialize_with = "duration::deserialize")]
    pub session_idle: Duration,
    /// A session ends this long after signing in.
    #[serde(deserialize_with = "duration::deserialize")]
    pub session_absolute: Duration,
    /// The same for admins and super admins, where it is shorter.
    #[serde(deserialize_with = "duration::deserialize")]
    pub admin_session_idle: Duration,
    /// The same for admins and super admins, where it is shorter.
    #[serde(deserialize_with = "duration::deserialize")]
    pub admin_session_absolute: Duration,
    /// Whether people may make a login and a workspace by themselves.
    pub sign_up: SignUp,
    /// How many zero bits proof of work has to find, to begin with.
    pub work_bits: u32,
    /// The full list of breached passwords, made by `leadkeep passwords build`; empty = none.
    pub breached_passwords: PathBuf,
    /// Whether admins and super admins need a second factor.
    pub second_factor: SecondFactor,
}

impl Identity {
    pub(crate) fn validate(&self, environment: Environment) -> Result<(), Complaint> {
        // OWASP's floor: 19 MiB with two passes, or 46 MiB with one. Either both or none is fixed.
        let (memory, time) = (self.argon2_memory, self.argon2_time);
        require(
            (memory == 0) == (time == 0),
            "argon2_time",
            "and identity.argon2_memory must both be 0 (measured) or both be set",
        )?;
        let strong = (memory >= 19_456 && time >= 2) || (memory >= 47_104 && time >= 1);
        require(
            memory == 0 || strong,
            "argon2_memory",
            "must be at least 19456 (KiB) with argon2_time = 2, or 47104 with argon2_time = 1",
        )?;
        // What is above is not read back from a stored hash (`lk_crypto::password`).
        require(memory <= 524_288, "argon2_memory", "must be at most 524288 (512 MiB)")?;
        require(time <= 16, "argon2_time", "must be at most 16")?;
        require((10..=24).contains(&self.work_bits), "work_bits", "must be between 10 and 24")?;
        let token = self.access_token;
        // Tests that outlive a token need not wait for a minute.
        let (least, why) = match environment {
            Environment::Production => (MINUTE, "must be between \"1m\" and \"15m\""),
            Environment::Development => (10 * SECOND, "must be between \"10s\" and \"15m\""),
        };
        require((least..=15 * MINUTE).contains(&token), "access_token", why)?;
        let (idle, absolute) = (self.session_idle, self.session_absolute);
        require(idle >= token, "session_idle", "must not be shorter than identity.access_token")?;
        require(absolute >= idle, "session_absolute", "must not be shorter than the idle time")?;
        require(absolute <= 90 * DAY, "session_absolute", "must be at most \"90d\"")?;
        let (idle, absolute) = (self.admin_session_idle, self.admin_session_absolute);
        let too_short = "must not be shorter than identity.access_token";
        require(idle >= token, "admin_session_idle", too_short)?;
        require(absolute >= token, "admin_session_absolute", too_short)
    }
}
