//! The stored form of an entry: what stays plain, what is sealed, and the digest by which the
//! tree over all entries holds it; `lk-ledger` puts it there.
//!
//! Reading order: here, the facts and their digest; [`payload`], what is sealed; `data_key`, under
//! which key; [`read`], how an entry is read back.
//!
//! **Invariant:** a digest depends on nothing that can be destroyed: of the payload it holds the
//! commitment alone.

mod data_key;
mod months;
pub mod payload;
pub mod read;

use lk_base::Timestamp;
use lk_tlog::{Hash, sha256};
use uuid::Uuid;

pub(crate) use data_key::{DataKeys, Of};
pub use payload::Payload;
pub use read::{Contents, Sealed, Stored};

/// What the digest of an entry begins with.
const ENTRY: &[u8] = b"leadkeep-audit-entry/v1\n";
/// What the data of a leaf begins with.
const LEAF: &[u8] = b"leadkeep-audit-leaf/v1\n";

/// What stays plain of an entry, so that the log can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The workspace.
    pub workspace: Uuid,
    /// The entry's id.
    pub entry: Uuid,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub action: &'a str,
    /// Who did it: the kind.
    pub actor_kind: &'a str,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// In which session.
    pub session: Option<Uuid>,
    /// To what: the kind.
    pub target_kind: &'a str,
    /// To what.
    pub target: Option<Uuid>,
    /// In which request.
    pub request: &'a str,
}

/// The digest of an entry: its facts and the commitment to its payload, each with its length.
#[must_use]
pub fn digest(facts: &Facts<'_>, commitment: &Hash) -> Hash {
    let mut out = Vec::with_capacity(320);
    out.extend_from_slice(ENTRY);
    let mut part = |bytes: &[u8]| {
        out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(bytes);
    };
    part(facts.workspace.as_bytes());
    part(facts.entry.as_bytes());
    part(&facts.at.unix_micros().to_be_bytes());
    part(facts.action.as_bytes());
    part(facts.actor_kind.as_bytes());
    part(some(&facts.actor));
    part(some(&facts.session));
    part(facts.target_kind.as_bytes());
    part(some(&facts.target));
    part(facts.request.as_bytes());
    part(commitment);
    sha256(&[&out])
}

fn some(id: &Option<Uuid>) -> &[u8] {
    id.as_ref().map_or(&[], |id| id.as_bytes())
}

/// The data of the tree's leaf for an entry: its workspace, its number there, its digest.
#[must_use]
pub fn leaf(workspace: Uuid, number: u64, digest: &Hash) -> [u8; LEAF.len() + 56] {
    let mut out = [0; LEAF.len() + 56];
    let (kind, rest) = out.split_at_mut(LEAF.len());
    let (of, rest) = rest.split_at_mut(16);
    let (place, what) = rest.split_at_mut(8);
    kind.copy_from_slice(LEAF);
    of.copy_from_slice(workspace.as_bytes());
    place.copy_from_slice(&number.to_be_bytes());
    what.copy_from_slice(digest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts<'static> {
        Facts {
            workspace: Uuid::from_u128(1),
            entry: Uuid::from_u128(2),
            at: Timestamp::from_unix_micros(0),
            action: "auth.signed_in",
            actor_kind: "operator",
            actor: Some(Uuid::from_u128(3)),
            session: Some(Uuid::from_u128(4)),
            target_kind: "session",
            target: Some(Uuid::from_u128(4)),
            request: "req_1",
        }
    }

    #[test]
    fn every_fact_and_the_commitment_is_in_the_digest() {
        let facts = facts();
        let base = digest(&facts, &[7; 32]);
        let others = [
            Facts { workspace: Uuid::from_u128(9), ..facts },
            Facts { entry: Uuid::from_u128(9), ..facts },
            Facts { at: Timestamp::from_unix_micros(1), ..facts },
            Facts { action: "auth.signed_ou", ..facts },
            Facts { actor_kind: "person", ..facts },
            Facts { actor: None, ..facts },
            Facts { session: None, ..facts },
            Facts { target_kind: "person", ..facts },
            Facts { target: None, ..facts },
            Facts { request: "req_2", ..facts },
            // The same bytes, divided in another place.
            Facts { actor: None, session: facts.actor, ..facts },
        ];
        for other in others {
            assert_ne!(digest(&other, &[7; 32]), base, "{other:?}");
        }
        assert_ne!(digest(&facts, &[8; 32]), base);
        assert_ne!(leaf(facts.workspace, 1, &base), leaf(facts.workspace, 2, &base));
        assert_ne!(leaf(facts.workspace, 1, &base), leaf(facts.entry, 1, &base));
    }
}
