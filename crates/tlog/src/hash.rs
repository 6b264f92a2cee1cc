//! SHA-256, and the two ways in which a Merkle tree uses it (RFC 6962 §2.1).

use aws_lc_rs::digest::{Context, SHA256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// The hash of these parts, one after the other.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// The hash of a leaf: a zero byte and the leaf's data.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    sha256(&[&[0], data])
}

/// The hash of an inner node: a one and the hashes of its two children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}
