//! A hash as a row keeps it: read, bounded, printed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::TAG;
use super::cost::Cost;

/// A hash as stored: `$argon2id$v=19$m=…,t=…,p=1,keyid=…$salt$tag` (PHC string format).
pub(super) struct Stored {
    pub(super) cost: Cost,
    pub(super) salt: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

const KEY_ID: &str = "cDE"; // "p1": the first pepper

impl Stored {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let mut settings = parts.next()?.split(',');
        let memory = settings.next()?.strip_prefix("m=")?.parse().ok()?;
        let passes = settings.next()?.strip_prefix("t=")?.parse().ok()?;
        if settings.next()? != "p=1" || settings.next()?.strip_prefix("keyid=")? != KEY_ID {
            return None;
        }
        let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        let tag = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        // A stored cost far beyond ours would let whoever can write a row stop the machine.
        let bearable = memory <= 512 * 1024 && passes <= 16 && tag.len() == TAG;
        (bearable && parts.next().is_none()).then_some(Self {
            cost: Cost { memory, passes },
            salt,
            tag,
        })
    }

    pub(super) fn print(&self) -> String {
        format!(
            "$argon2id$v=19$m={},t={},p=1,keyid={KEY_ID}${}${}",
            self.cost.memory,
            self.cost.passes,
            STANDARD_NO_PAD.encode(&self.salt),
            STANDARD_NO_PAD.encode(&self.tag)
        )
    }
}
