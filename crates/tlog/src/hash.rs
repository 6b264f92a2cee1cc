//! SHA-256, and the two ways in which a Merkle tree uses it (RFC 6962 §2.1).

use aws_lc_rs::digest::{Context, SHA256, digest};

/// A SHA-256.
pub type Hash = [u8; 32];

/// Parts of up to this many bytes together are laid side by side first: to hash one text costs less
/// than to hash several, whose state is kept on the heap.
const SHORT: usize = 512;

/// The hash of these parts, one after the other.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut short = [0; SHORT];
    let whole = match parts {
        [whole] => Some(*whole),
        _ => side_by_side(parts, &mut short),
    };
    let found = whole.map_or_else(
        || {
            let mut context = Context::new(&SHA256);
            parts.iter().for_each(|part| context.update(part));
            context.finish()
        },
        |whole| digest(&SHA256, whole),
    );
    let mut out = [0; 32];
    out.copy_from_slice(found.as_ref());
    out
}

/// The parts as one; `None` when they do not fit.
fn side_by_side<'a>(parts: &[&[u8]], short: &'a mut [u8; SHORT]) -> Option<&'a [u8]> {
    let mut length = 0;
    for part in parts {
        let end = length + part.len();
        short.get_mut(length..end)?.copy_from_slice(part);
        length = end;
    }
    short.get(..length)
}

/// The hash of a leaf: a zero byte and the leaf's data.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    sha256(&[&[0], data])
}

/// The hash of an inner node: a one and the hashes of its two children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut whole = [1; 65];
    let (of_left, of_right) = whole[1..].split_at_mut(32);
    of_left.copy_from_slice(left);
    of_right.copy_from_slice(right);
    sha256(&[&whole])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_a_text_is_cut_into_parts_its_hash_is_the_same() {
        for length in [0, 1, SHORT - 1, SHORT, SHORT + 1, 3 * SHORT] {
            let text: Vec<u8> = (0_u8..251).cycle().take(length).collect();
            for at in [0, length / 3, length] {
                let (left, right) = text.split_at(at);
                assert_eq!(sha256(&[left, right]), sha256(&[&text]), "{length} cut at {at}");
            }
        }
    }
}
