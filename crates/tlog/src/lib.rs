//! A transparency log without input or output: the Merkle tree of RFC 6962, its tiles, proofs,
//! signed checkpoints and cosignatures (C2SP tlog-tiles, tlog-checkpoint, tlog-cosignature,
//! signed-note).
//!
//! Reading order: [`hash`], [`tile`] (how a tree grows and is kept), [`proof`], [`note`],
//! [`checkpoint`].
//!
//! **Invariant:** nothing here reads, writes, asks for the time or for randomness, but for making a
//! new key.

pub mod checkpoint;
pub mod hash;
pub mod note;
pub mod proof;
pub mod tile;

pub use checkpoint::Checkpoint;
pub use hash::{Hash, leaf_hash, node_hash, sha256};
pub use note::{Note, SigningKey, VerifyingKey};
pub use tile::{Edge, Grown, Place, Tiles};
