//! The tree against published vectors, and against the definition written down naively.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::collections::HashMap;

use lk_tlog::proof::{
    Nodes, batch, batch_root, check_consistency, check_inclusion, consistency, inclusion, root,
};
use lk_tlog::{Edge, Hash, Place, Tiles, leaf_hash, node_hash, sha256};

/// The leaves and roots of the reference implementation of RFC 6962 (merkle_tree_test).
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

fn hash(text: &str) -> Hash {
    unhex(text).try_into().unwrap()
}

#[derive(Default)]
struct Kept(HashMap<Place, Vec<Hash>>);

impl Tiles for Kept {
    fn tile(&self, place: Place) -> Option<&[Hash]> {
        self.0.get(&place).map(Vec::as_slice)
    }
}

impl Kept {
    fn append(&mut self, edge: &mut Edge, leaves: &[Hash]) {
        for grown in edge.append(leaves) {
            self.0.insert(grown.place, grown.hashes);
        }
    }

    fn of(leaves: &[Hash]) -> (Self, Edge) {
        let (mut kept, mut edge) = (Self::default(), Edge::default());
        kept.append(&mut edge, leaves);
        (kept, edge)
    }
}

/// MTH of RFC 6962 §2.1, to the letter.
fn naive(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [one] => *one,
        _ => {
            let mut k = 1;
            while k * 2 < leaves.len() {
                k *= 2;
            }
            node_hash(&naive(&leaves[..k]), &naive(&leaves[k..]))
        }
    }
}

fn published() -> Vec<Hash> {
    LEAVES.iter().map(|leaf| leaf_hash(&unhex(leaf))).collect()
}

fn numbered(count: u32) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

#[test]
fn the_published_roots_come_out() {
    let leaves = published();
    assert_eq!(
        Edge::default().root(),
        hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    );
    for (size, expected) in (1..=8).zip(ROOTS) {
        let (kept, edge) = Kept::of(&leaves[..size]);
        assert_eq!(edge.root(), hash(expected), "{size}");
        assert_eq!(root(&kept, 0, u64::try_from(size).unwrap()).unwrap(), hash(expected));
    }
}

#[test]
fn the_published_proofs_come_out_and_hold() {
    let (kept, _) = Kept::of(&published());
    let first = inclusion(&kept, 0, 8).unwrap();
    assert_eq!(
        first,
        [
            hash("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
            hash("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
            hash("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
        ]
    );
    let sixth = inclusion(&kept, 5, 8).unwrap();
    assert_eq!(
        sixth,
        [
            hash("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
            hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
            hash("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ]
    );
    let grown = consistency(&kept, 6, 8).unwrap();
    assert_eq!(
        grown,
        [
            hash("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
            hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
            hash("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ]
    );
    assert!(check_inclusion(0, 8, &published()[0], &first, &hash(ROOTS[7])).is_ok());
    assert!(check_consistency(6, &hash(ROOTS[5]), 8, &hash(ROOTS[7]), &grown).is_ok());
}

#[test]
fn every_proof_in_every_small_tree_holds_and_no_other_does() {
    let leaves = numbered(34);
    let (kept, _) = Kept::of(&leaves);
    for size in 1..=34_u64 {
        let of = |size: u64| naive(&leaves[..usize::try_from(size).unwrap()]);
        let whole = of(size);
        for index in 0..size {
            let proof = inclusion(&kept, index, size).unwrap();
            let leaf = leaves[usize::try_from(index).unwrap()];
            assert!(check_inclusion(index, size, &leaf, &proof, &whole).is_ok());
            assert!(check_inclusion(index, size, &[9; 32], &proof, &whole).is_err());
            assert!(check_inclusion(size, size, &leaf, &proof, &whole).is_err());
            for other in (0..size).filter(|other| *other != index) {
                assert!(check_inclusion(other, size, &leaf, &proof, &whole).is_err());
            }
            let mut long = proof.clone();
            long.push([0; 32]);
            assert!(check_inclusion(index, size, &leaf, &long, &whole).is_err());
            if let Some((_, short)) = proof.split_last() {
                assert!(check_inclusion(index, size, &leaf, short, &whole).is_err());
            }
        }
        for old in 0..=size {
            let proof = consistency(&kept, old, size).unwrap();
            assert!(check_consistency(old, &of(old), size, &whole, &proof).is_ok(), "{old} {size}");
            assert!(check_consistency(old, &[9; 32], size, &whole, &proof).is_err());
            // Every tree begins with the empty one.
            assert_eq!(check_consistency(old, &of(old), size, &[9; 32], &proof).is_err(), old > 0);
            for at in 0..proof.len() {
                let mut wrong = proof.clone();
                wrong[at][3] ^= 1;
                assert!(check_consistency(old, &of(old), size, &whole, &wrong).is_err());
            }
            let mut long = proof.clone();
            long.push([0; 32]);
            assert!(check_consistency(old, &of(old), size, &whole, &long).is_err());
        }
        assert!(check_consistency(size, &whole, size - 1, &of(size - 1), &[]).is_err());
    }
}

#[test]
fn a_tree_that_grew_in_any_steps_is_the_same_tree() {
    let leaves = numbered(70_000);
    let (whole, edge) = Kept::of(&leaves);
    assert_eq!(edge.root(), naive(&leaves));
    // Steps of a simple generator with a fixed seed, read back from the tiles at each step.
    let (mut kept, mut at, mut seed) = (Kept::default(), 0_usize, 7_u64);
    while at < leaves.len() {
        let size = u64::try_from(at).unwrap();
        let mut edge = Edge::read(&kept, size).unwrap();
        assert_eq!(edge.size(), size);
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let step = 1 + usize::try_from(seed >> 33).unwrap() % 3000;
        let end = leaves.len().min(at + step);
        kept.append(&mut edge, &leaves[at..end]);
        assert_eq!(edge.root(), naive(&leaves[..end]));
        at = end;
    }
    assert_eq!(kept.0, whole.0);
    // The example of C2SP tlog-tiles: 70,000 leaves.
    assert_eq!(kept.0.keys().filter(|place| place.level == 0).count(), 274);
    assert_eq!(kept.0[&Place { level: 0, index: 273 }].len(), 112);
    assert_eq!(kept.0[&Place { level: 1, index: 1 }].len(), 17);
    assert_eq!(kept.0[&Place { level: 2, index: 0 }].len(), 1);
}

#[test]
fn many_leaves_are_proved_at_once() {
    let leaves = numbered(1000);
    let (kept, edge) = Kept::of(&leaves);
    let pick = |step: usize| -> Vec<(u64, Hash)> {
        (0..1000).step_by(step).map(|at| (u64::try_from(at).unwrap(), leaves[at])).collect()
    };
    for step in [1, 2, 7, 999, 1000] {
        let wanted = pick(step);
        let indexes: Vec<u64> = wanted.iter().map(|(at, _)| *at).collect();
        let proof = batch(&kept, &indexes, 1000).unwrap();
        assert_eq!(batch_root(&wanted, 1000, &proof), Ok(edge.root()), "{step}");
        let mut wrong = wanted.clone();
        wrong[0].1 = [9; 32];
        assert_ne!(batch_root(&wrong, 1000, &proof), Ok(edge.root()));
        let mut longer = proof.clone();
        longer.push([0; 32]);
        assert!(batch_root(&wanted, 1000, &longer).is_err());
        let moved: Vec<_> = wanted.iter().rev().copied().collect();
        assert!(moved.len() < 2 || batch_root(&moved, 1000, &proof).is_err());
        assert!(batch_root(&wanted, 0, &proof).is_err());
    }
    assert!(batch_root(&[(1000, [0; 32])], 1000, &[]).is_err());
}

#[test]
fn a_tree_whose_beginning_was_pruned_still_proves_the_rest() {
    let leaves = numbered(70_000);
    let (mut kept, edge) = Kept::of(&leaves);
    let minimum = 66_000_u64;
    kept.0.retain(|place, _| place.end() > minimum);
    assert!(kept.node(0, 65_000).is_none());
    for index in [66_000, 66_001, 69_999] {
        let proof = inclusion(&kept, index, 70_000).unwrap();
        let leaf = leaves[usize::try_from(index).unwrap()];
        assert!(check_inclusion(index, 70_000, &leaf, &proof, &edge.root()).is_ok());
    }
    for old in [66_000_u64, 66_561, 69_999] {
        let proof = consistency(&kept, old, 70_000).unwrap();
        let from = naive(&leaves[..usize::try_from(old).unwrap()]);
        assert!(check_consistency(old, &from, 70_000, &edge.root(), &proof).is_ok());
    }
    assert!(inclusion(&kept, 3, 70_000).is_err());
    assert!(Edge::read(&kept, 70_000).is_some());
}

#[test]
fn tiles_have_one_path_each() {
    for (place, size, path) in [
        (Place { level: 0, index: 1_234_067 }, u64::MAX, "0/x001/x234/067"),
        (Place { level: 0, index: 273 }, 70_000, "0/273.p/112"),
        (Place { level: 2, index: 0 }, 70_000, "2/000.p/1"),
        (Place { level: 1, index: 0 }, 70_000, "1/000"),
    ] {
        assert_eq!(place.path(size), path);
        assert_eq!(Place::parse(path), Some((place, place.width(size))));
    }
    for path in [
        "",
        "0",
        "0/",
        "0/0",
        "0/0000",
        "00/000",
        "64/000",
        "0/x000/001",
        "0/001/002",
        "0/x001",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/07",
        "0/+00",
        "-1/000",
        "entries/000",
        "0/000/",
        "0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(Place::parse(path), None, "{path}");
    }
}
