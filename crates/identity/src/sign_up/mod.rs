//! Somebody new makes a login and a workspace of their own, where the instance allows it.
//!
//! **Invariant:** what is answered, and how much work it took, is the same for addresses that have
//! a login and for those that have none.
//! **Invariant:** no row tells who somebody is before they have shown that they read the address.

pub mod ask;
pub mod finish;

use std::time::Duration;

use lk_base::{Error, Result};

use crate::Identity;

/// How long a link lives.
pub const LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// How many mails one address is sent in an hour; beyond it nothing is sent and the answer is the
/// same.
const MOST: i64 = 3;
const HOUR: Duration = Duration::from_secs(3600);

/// Refuses where nobody may sign up by themselves.
pub(crate) fn is_open(identity: &Identity) -> Result<()> {
    if identity.sign_up {
        return Ok(());
    }
    Err(Error::Refused {
        code: "sign_up_closed",
        detail: "Nobody can sign up here by themselves. Ask a colleague for an invitation.",
    })
}
