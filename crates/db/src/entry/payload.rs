//! What is sealed of an entry: what changed, and from where.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lk_base::{Error, MaskedAddress, Personal, Result};
use lk_crypto::{Place, Sealer, Unopened};
use lk_tlog::{Hash, sha256};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::scope::Origin;

/// What the commitment to a payload begins with.
const PAYLOAD: &[u8] = b"leadkeep-audit-payload/v1\n";
/// Stands in front of a payload from before payloads were sealed.
const UNSEALED: u8 = 0;

/// Random bytes that keep a payload from being guessed by its commitment.
pub type Salt = [u8; 32];

/// What an entry says beside its facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// The value before and the value after.
    pub change: Value,
    /// From where, if not from the product itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// The `User-Agent` header, cut at 256 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

/// A network address: for people masked, and whole under one more seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The whole address, sealed, in base64.
    pub(super) sealed: String,
    /// Without its last part.
    pub masked: MaskedAddress,
}

/// The commitment to a payload: nothing can be learnt from it without the salt.
#[must_use]
pub fn commitment(salt: &Salt, text: &str) -> Hash {
    sha256(&[PAYLOAD, salt, text.as_bytes()])
}

/// A payload as it is stored, and the commitment to it.
pub(crate) struct Made {
    pub(crate) sealed: Vec<u8>,
    pub(crate) commitment: Hash,
}

/// Seals what an entry says.
pub(crate) fn seal(
    sealer: &Sealer,
    workspace: Uuid,
    entry: Uuid,
    change: Value,
    origin: &Origin,
) -> Result<Made> {
    let address = match &origin.address {
        Some(address) => Some(sealed_address(sealer, workspace, entry, *address.reveal())?),
        None => None,
    };
    let payload = Payload { change, address, user_agent: origin.user_agent.clone() };
    let text = serde_json::to_string(&payload).map_err(Error::internal)?;
    let mut salt: Salt = [0; 32];
    lk_base::clock::fill_random(&mut salt);
    let mut plain = salt.to_vec();
    plain.extend_from_slice(text.as_bytes());
    let sealed = sealer.seal(place(workspace, entry), &plain).map_err(Error::internal)?;
    Ok(Made { sealed, commitment: commitment(&salt, &text) })
}

fn sealed_address(
    sealer: &Sealer,
    workspace: Uuid,
    entry: Uuid,
    address: IpAddr,
) -> Result<Address> {
    let sealed = sealer
        .seal(address_place(workspace, entry), address.to_string().as_bytes())
        .map_err(Error::internal)?;
    Ok(Address { sealed: STANDARD.encode(sealed), masked: MaskedAddress::of(address) })
}

/// Whether a stored payload needs no key: it is from before payloads were sealed.
pub(super) fn is_unsealed(stored: &[u8]) -> bool {
    stored.first() == Some(&UNSEALED)
}

/// Opens a stored payload: its salt and its exact text.
pub(super) fn open(
    sealer: Option<&Sealer>,
    workspace: Uuid,
    entry: Uuid,
    stored: &[u8],
) -> Result<(Salt, String), Unopened> {
    let plain = match (stored.split_first(), sealer) {
        (Some((&UNSEALED, plain)), _) => plain.to_vec(),
        (_, Some(sealer)) => sealer.open(place(workspace, entry), stored)?,
        (_, None) => return Err(Unopened),
    };
    let (salt, text) = plain.split_first_chunk::<32>().ok_or(Unopened)?;
    let text = String::from_utf8(text.to_vec()).map_err(|_| Unopened)?;
    Ok((*salt, text))
}

/// Opens the whole address.
pub(super) fn whole(
    sealer: &Sealer,
    workspace: Uuid,
    entry: Uuid,
    address: &Address,
) -> Result<Personal<IpAddr>, Unopened> {
    let sealed = STANDARD.decode(&address.sealed).map_err(|_| Unopened)?;
    let plain = sealer.open(address_place(workspace, entry), &sealed)?;
    let text = String::from_utf8(plain).map_err(|_| Unopened)?;
    text.parse().map(Personal::new).map_err(|_| Unopened)
}

const fn place(workspace: Uuid, row: Uuid) -> Place {
    Place { column: "audit_entries.payload", workspace, row }
}

const fn address_place(workspace: Uuid, row: Uuid) -> Place {
    Place { column: "audit_entries.address", workspace, row }
}
