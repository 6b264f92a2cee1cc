//! What the authenticator says: for whom, who was there, how often, and the key when it is new.

use super::cbor::Reader;
use super::key::Key;
use super::{Party, Refusal};
use crate::token::sha256;

/// No credential id is longer.
const LONGEST_ID: usize = 1023;

/// The byte of flags.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flags(u8);

impl Flags {
    const fn has(self, bit: u8) -> bool {
        self.0 >> bit & 1 == 1
    }

    const fn present(self) -> bool {
        self.has(0)
    }

    const fn verified(self) -> bool {
        self.has(2)
    }

    pub(super) const fn backup_eligible(self) -> bool {
        self.has(3)
    }

    pub(super) const fn backed_up(self) -> bool {
        self.has(4)
    }

    const fn has_credential(self) -> bool {
        self.has(6)
    }

    const fn has_extensions(self) -> bool {
        self.has(7)
    }
}

/// A credential that was made just now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fresh<'a> {
    pub(super) id: &'a [u8],
    pub(super) public_key: &'a [u8],
}

/// The whole, read to its last byte.
#[derive(Debug)]
pub(super) struct AuthenticatorData<'a> {
    party_hash: &'a [u8],
    pub(super) flags: Flags,
    pub(super) sign_count: u32,
    pub(super) credential: Option<Fresh<'a>>,
}

impl<'a> AuthenticatorData<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let (party_hash, rest) = bytes.split_at_checked(32).ok_or(Refusal::Malformed)?;
        let (flags, rest) = rest.split_first().ok_or(Refusal::Malformed)?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or(Refusal::Malformed)?;
        let flags = Flags(*flags);
        let (credential, rest) = if flags.has_credential() {
            let (fresh, rest) = credential(rest)?;
            (Some(fresh), rest)
        } else {
            (None, rest)
        };
        let mut reader = Reader::new(rest);
        if flags.has_extensions() {
            reader.skip().ok_or(Refusal::Malformed)?;
        }
        if !reader.rest().is_empty() {
            return Err(Refusal::Malformed);
        }
        Ok(Self { party_hash, flags, sign_count: u32::from_be_bytes(*count), credential })
    }

    pub(super) fn check(&self, party: &Party) -> Result<(), Refusal> {
        if self.party_hash != sha256(party.id().as_bytes()) {
            return Err(Refusal::WrongParty);
        }
        if !self.flags.present() {
            return Err(Refusal::NotPresent);
        }
        if !self.flags.verified() {
            return Err(Refusal::NotVerified);
        }
        if self.flags.backed_up() && !self.flags.backup_eligible() {
            return Err(Refusal::Contradiction);
        }
        Ok(())
    }
}

/// The maker's number, the id and the key; what stands behind them.
fn credential(bytes: &[u8]) -> Result<(Fresh<'_>, &[u8]), Refusal> {
    let malformed = Refusal::Malformed;
    let (_, rest) = bytes.split_at_checked(16).ok_or(malformed)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(malformed)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > LONGEST_ID {
        return Err(malformed);
    }
    let (id, from_key) = rest.split_at_checked(length).ok_or(malformed)?;
    let mut reader = Reader::new(from_key);
    Key::read(&mut reader)?;
    let length = from_key.len() - reader.rest().len();
    let (public_key, rest) = from_key.split_at_checked(length).ok_or(malformed)?;
    Ok((Fresh { id, public_key }, rest))
}
