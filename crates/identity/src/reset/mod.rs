//! A forgotten password: a link by mail, and with it a new password.
//!
//! **Invariant:** what is answered, and how much work it took, is the same for known and unknown
//! addresses.
//! **Invariant:** a reset begins no session: whoever has a second factor is asked for it afterwards.

pub mod ask;
pub mod finish;

use std::time::Duration;

/// How long a link lives.
pub const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// How many links one person is sent while the first of them lives; beyond it nothing is sent and
/// the answer is the same, so that nobody fills somebody else's mailbox. Whoever is not sent one
/// has a good one already, so that nobody's reset can be switched off.
const MOST: i64 = 4;
