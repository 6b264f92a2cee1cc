//! Proofs about a Merkle tree: that leaves are in it, and that it grew out of an earlier one.
//!
//! Making them follows RFC 6962 §2.1.1 and §2.1.2; checking inclusion and consistency follows
//! RFC 9162 §2.1.3.2 and §2.1.4.2. [`batch`] proves many leaves at once with each hash said once.

use crate::hash::{Hash, node_hash, sha256};

/// Gives the hashes of complete subtrees: `node(height, index)` covers the leaves from
/// `index << height` on, `1 << height` of them.
pub trait Nodes {
    /// The hash, or `None` when it is not kept.
    fn node(&self, height: u32, index: u64) -> Option<Hash>;
}

/// A hash that a proof needs and nobody keeps any more, or a range outside of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing;

/// A proof that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unproved;

/// The root of the leaves from `start` up to `end`, which must be a subtree as RFC 6962 divides it.
///
/// # Errors
/// [`Missing`].
pub fn root(nodes: &impl Nodes, start: u64, end: u64) -> Result<Hash, Missing> {
    let size = end.checked_sub(start).ok_or(Missing)?;
    if size == 0 {
        return Ok(sha256(&[]));
    }
    if size.is_power_of_two() && start.is_multiple_of(size) {
        let height = size.trailing_zeros();
        return nodes.node(height, start >> height).ok_or(Missing);
    }
    let middle = start + split(size);
    Ok(node_hash(&root(nodes, start, middle)?, &root(nodes, middle, end)?))
}

/// The largest power of two below `size`, which is at least two.
pub(crate) const fn split(size: u64) -> u64 {
    1 << (63 - (size - 1).leading_zeros())
}

/// Proves that the leaf `index` is in the tree of `size` leaves.
///
/// # Errors
/// [`Missing`].
pub fn inclusion(nodes: &impl Nodes, index: u64, size: u64) -> Result<Vec<Hash>, Missing> {
    if index >= size {
        return Err(Missing);
    }
    let (mut start, mut end) = (0, size);
    let mut siblings = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            siblings.push(root(nodes, middle, end)?);
            end = middle;
        } else {
            siblings.push(root(nodes, start, middle)?);
            start = middle;
        }
    }
    siblings.reverse();
    Ok(siblings)
}

/// Checks a proof of inclusion.
///
/// # Errors
/// [`Unproved`].
pub fn check_inclusion(
    index: u64,
    size: u64,
    leaf: &Hash,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), Unproved> {
    if index >= size {
        return Err(Unproved);
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(Unproved);
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if last == 0 && hash == *root { Ok(()) } else { Err(Unproved) }
}

/// Proves that the tree of `new` leaves begins with the tree of `old` leaves.
///
/// # Errors
/// [`Missing`].
pub fn consistency(nodes: &impl Nodes, old: u64, new: u64) -> Result<Vec<Hash>, Missing> {
    if old > new {
        return Err(Missing);
    }
    let mut proof = Vec::new();
    if old == 0 || old == new {
        return Ok(proof);
    }
    let (mut start, mut end, mut whole) = (0, new, true);
    loop {
        let size = end - start;
        let wanted = old - start;
        if wanted == size {
            if !whole {
                proof.push(root(nodes, start, end)?);
            }
            break;
        }
        let middle = start + split(size);
        if old <= middle {
            proof.push(root(nodes, middle, end)?);
            end = middle;
        } else {
            proof.push(root(nodes, start, middle)?);
            start = middle;
            whole = false;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Checks a proof of consistency.
///
/// # Errors
/// [`Unproved`].
pub fn check_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), Unproved> {
    let held = |holds: bool| if holds { Ok(()) } else { Err(Unproved) };
    if old > new {
        return Err(Unproved);
    }
    if old == new {
        return held(proof.is_empty() && old_root == new_root);
    }
    if old == 0 {
        return held(proof.is_empty() && *old_root == sha256(&[]));
    }
    let (mut place, mut last) = (old - 1, new - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let mut siblings = proof.iter();
    let first = if old.is_power_of_two() { old_root } else { siblings.next().ok_or(Unproved)? };
    let (mut from, mut to) = (*first, *first);
    for sibling in siblings {
        if last == 0 {
            return Err(Unproved);
        }
        if place & 1 == 1 || place == last {
            from = node_hash(sibling, &from);
            to = node_hash(sibling, &to);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            to = node_hash(&to, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    held(last == 0 && from == *old_root && to == *new_root)
}

/// Proves many leaves at once: the roots of all largest subtrees without any of `indexes`
/// (ascending, without repetition), from left to right.
///
/// # Errors
/// [`Missing`].
pub fn batch(nodes: &impl Nodes, indexes: &[u64], size: u64) -> Result<Vec<Hash>, Missing> {
    let mut proof = Vec::new();
    gather(nodes, indexes, 0, size, &mut proof)?;
    Ok(proof)
}

fn gather(
    nodes: &impl Nodes,
    wanted: &[u64],
    start: u64,
    end: u64,
    proof: &mut Vec<Hash>,
) -> Result<(), Missing> {
    if wanted.is_empty() {
        proof.push(root(nodes, start, end)?);
        return Ok(());
    }
    if end - start == 1 {
        return Ok(());
    }
    let middle = start + split(end - start);
    let (left, right) = wanted.split_at(wanted.partition_point(|index| *index < middle));
    gather(nodes, left, start, middle, proof)?;
    gather(nodes, right, middle, end, proof)
}

/// The root that these leaves and this proof add up to; the leaves ascend and do not repeat.
///
/// # Errors
/// [`Unproved`] when they are no leaves of a tree of this size, or hashes are missing or left.
pub fn batch_root(leaves: &[(u64, Hash)], size: u64, proof: &[Hash]) -> Result<Hash, Unproved> {
    let ascend = leaves.windows(2).all(|two| matches!(two, [(a, _), (b, _)] if a < b));
    if !ascend || leaves.last().is_some_and(|(last, _)| *last >= size) || size == 0 {
        return Err(Unproved);
    }
    let mut proof = proof.iter();
    let root = add_up(leaves, 0, size, &mut proof)?;
    if proof.next().is_none() { Ok(root) } else { Err(Unproved) }
}

fn add_up(
    leaves: &[(u64, Hash)],
    start: u64,
    end: u64,
    proof: &mut std::slice::Iter<'_, Hash>,
) -> Result<Hash, Unproved> {
    match leaves {
        [] => proof.next().copied().ok_or(Unproved),
        [(_, hash)] if end - start == 1 => Ok(*hash),
        _ => {
            let middle = start + split(end - start);
            let (left, right) = leaves.split_at(leaves.partition_point(|(at, _)| *at < middle));
            let left = add_up(left, start, middle, proof)?;
            let right = add_up(right, middle, end, proof)?;
            Ok(node_hash(&left, &right))
        }
    }
}
