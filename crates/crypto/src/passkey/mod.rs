//! Passkeys (WebAuthn): reading what a browser and its authenticator say, and holding it against
//! what was asked.
//!
//! Only what this product asks for is understood: no attestation (a statement that comes anyway is
//! not looked at), user verification always, three algorithms.
//!
//! **Invariant:** what is read has been checked: there is no way to a result around origin, relying
//! party, presence, verification and signature. The challenge is the caller's, who spends it.
//! **Invariant:** no input makes it panic.

mod cbor;
mod data;
mod key;
#[cfg(test)]
mod tests;

use serde::Deserialize;

use crate::token::sha256;
use cbor::Reader;
use data::AuthenticatorData;
use key::Key;

pub use key::ALGORITHMS;

/// Why an answer is not taken. For the log and for tests; callers hear one word for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Something cannot be read.
    #[error("cannot be read")]
    Malformed,
    /// Made for another ceremony.
    #[error("made for another ceremony")]
    WrongType,
    /// Made on a page of another origin.
    #[error("made on another origin")]
    WrongOrigin,
    /// Made in a frame on somebody else's page.
    #[error("made in a frame")]
    Framed,
    /// Made for another relying party.
    #[error("made for another relying party")]
    WrongParty,
    /// Nobody touched the authenticator.
    #[error("nobody was present")]
    NotPresent,
    /// The authenticator did not ask who touched it.
    #[error("nobody was verified")]
    NotVerified,
    /// Backed up, though it says that it cannot be.
    #[error("contradicts itself")]
    Contradiction,
    /// None of our three algorithms.
    #[error("the algorithm is not known")]
    UnknownAlgorithm,
    /// Not signed by the key.
    #[error("the signature is wrong")]
    BadSignature,
}

/// Who asks: the dashboard.
#[derive(Debug, Clone)]
pub struct Party {
    id: String,
    origin: String,
}

impl Party {
    /// The party that serves an origin such as `https://app.example:8443`; its id is the host.
    #[must_use]
    pub fn of(origin: &str) -> Self {
        let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        Self { id: host.to_owned(), origin: origin.to_owned() }
    }

    /// The id that passkeys are bound to.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// What is done with a passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ceremony {
    Create,
    Get,
}

/// What the browser says about a ceremony, read and not yet believed.
#[derive(Debug)]
pub struct ClientData {
    hash: Vec<u8>,
    said: Said,
}

// Unknown members are allowed: the specification promises that there will be some.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    r#type: String,
    challenge: String,
    origin: String,
    cross_origin: Option<bool>,
    top_origin: Option<String>,
}

impl ClientData {
    /// Reads the browser's JSON.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let said = serde_json::from_slice(bytes).map_err(|_| Refusal::Malformed)?;
        Ok(Self { hash: sha256(bytes), said })
    }

    /// The challenge that it answers, as it was sent: base64url. The caller has to spend it.
    #[must_use]
    pub fn challenge(&self) -> &str {
        &self.said.challenge
    }

    fn check(&self, ceremony: Ceremony, party: &Party) -> Result<(), Refusal> {
        let wanted = match ceremony {
            Ceremony::Create => "webauthn.create",
            Ceremony::Get => "webauthn.get",
        };
        if self.said.r#type != wanted {
            return Err(Refusal::WrongType);
        }
        if self.said.origin != party.origin {
            return Err(Refusal::WrongOrigin);
        }
        if self.said.cross_origin == Some(true) || self.said.top_origin.is_some() {
            return Err(Refusal::Framed);
        }
        Ok(())
    }
}

/// A new passkey, to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Its name among all passkeys.
    pub credential_id: Vec<u8>,
    /// Its public key (COSE).
    pub public_key: Vec<u8>,
    /// How often it has signed; 0 for those that do not count.
    pub sign_count: u32,
    /// Whether it may leave its device, sealed, for others of the same person.
    pub backup_eligible: bool,
    /// Whether it has.
    pub backed_up: bool,
}

/// A passkey that answered rightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// How often it has signed.
    pub sign_count: u32,
    /// Whether it may leave its device; never changes.
    pub backup_eligible: bool,
    /// Whether it has.
    pub backed_up: bool,
}

/// Reads what a browser answers when a passkey was made.
///
/// # Errors
/// A [`Refusal`].
pub fn created(
    party: &Party,
    client: &ClientData,
    attestation_object: &[u8],
) -> Result<Created, Refusal> {
    client.check(Ceremony::Create, party)?;
    let bytes = authenticator_data(attestation_object).ok_or(Refusal::Malformed)?;
    let data = AuthenticatorData::read(bytes)?;
    data.check(party)?;
    let fresh = data.credential.ok_or(Refusal::Malformed)?;
    Ok(Created {
        credential_id: fresh.id.to_vec(),
        public_key: fresh.public_key.to_vec(),
        sign_count: data.sign_count,
        backup_eligible: data.flags.backup_eligible(),
        backed_up: data.flags.backed_up(),
    })
}

/// The authenticator data in an attestation object; format and statement are not looked at.
fn authenticator_data(object: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(object);
    let mut found = None;
    for _ in 0..reader.map()? {
        if reader.text()? == "authData" {
            if found.is_some() {
                return None;
            }
            found = Some(reader.bytes()?);
        } else {
            reader.skip()?;
        }
    }
    if reader.rest().is_empty() { found } else { None }
}

/// Holds what a passkey signed against its public key.
///
/// # Errors
/// A [`Refusal`].
pub fn answered(
    party: &Party,
    client: &ClientData,
    authenticator_data: &[u8],
    signature: &[u8],
    public_key: &[u8],
) -> Result<Answered, Refusal> {
    client.check(Ceremony::Get, party)?;
    let data = AuthenticatorData::read(authenticator_data)?;
    data.check(party)?;
    signed(client, authenticator_data, signature, public_key)?;
    Ok(Answered {
        sign_count: data.sign_count,
        backup_eligible: data.flags.backup_eligible(),
        backed_up: data.flags.backed_up(),
    })
}

fn signed(
    client: &ClientData,
    authenticator_data: &[u8],
    signature: &[u8],
    public_key: &[u8],
) -> Result<(), Refusal> {
    let key = Key::read(&mut Reader::new(public_key))?;
    key.verify(&[authenticator_data, &client.hash].concat(), signature)
}
