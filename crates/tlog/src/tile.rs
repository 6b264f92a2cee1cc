//! Tiles: how a tree is kept and published (C2SP tlog-tiles).
//!
//! A tile is up to 256 hashes of one level; those of level 0 are leaves, those above are the roots
//! of the full tiles below. A tile only grows, so an earlier, narrower one is its beginning.

use crate::hash::{Hash, node_hash};
use crate::proof::Nodes;

/// How many hashes a full tile has.
pub const WIDTH: u64 = 256;
/// The height of a tile: 2 to this power is its width.
const HEIGHT: u32 = 8;

/// Which tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// 0 for leaves.
    pub level: u8,
    /// From the left.
    pub index: u64,
}

impl Place {
    /// The index after its last leaf when it is full.
    #[must_use]
    pub fn end(self) -> u64 {
        let height = HEIGHT * (u32::from(self.level) + 1);
        self.index
            .checked_add(1)
            .and_then(|n| n.checked_mul(1_u64.checked_shl(height)?))
            .unwrap_or(u64::MAX)
    }

    /// How many hashes the tile has in a tree of `size` leaves.
    #[must_use]
    pub fn width(self, size: u64) -> u64 {
        let hashes = size.checked_shr(HEIGHT * u32::from(self.level)).unwrap_or(0);
        hashes.saturating_sub(self.index.saturating_mul(WIDTH)).min(WIDTH)
    }

    /// Its path below `tile/`, for a tree of `size` leaves: `0/x001/x234/067` or `0/000.p/7`.
    #[must_use]
    pub fn path(self, size: u64) -> String {
        let mut parts = vec![format!("{:03}", self.index % 1000)];
        let mut rest = self.index / 1000;
        while rest > 0 {
            parts.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        parts.reverse();
        let path = format!("{}/{}", self.level, parts.join("/"));
        match self.width(size) {
            WIDTH => path,
            width => format!("{path}.p/{width}"),
        }
    }

    /// The tile and the width that a path below `tile/` names; `None` when it names none.
    #[must_use]
    pub fn parse(path: &str) -> Option<(Self, u64)> {
        let (level, rest) = path.split_once('/')?;
        let level: u8 = number(level)?.try_into().ok().filter(|level| *level < 64)?;
        let (names, width) = match rest.split_once(".p/") {
            Some((names, width)) => (names, number(width).filter(|w| (1..WIDTH).contains(w))?),
            None => (rest, WIDTH),
        };
        let mut index = 0_u64;
        let mut names = names.split('/').peekable();
        let mut is_first = true;
        while let Some(name) = names.next() {
            let digits = match names.peek() {
                Some(_) => name.strip_prefix('x')?,
                None => name,
            };
            if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            // A leading x000 would be a second name of the same tile.
            if is_first && names.peek().is_some() && digits == "000" {
                return None;
            }
            is_first = false;
            index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        }
        Some((Self { level, index }, width))
    }
}

/// A decimal number without needless zeroes.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let needless = text.len() > 1 && text.starts_with('0');
    if plain && !needless { text.parse().ok() } else { None }
}

/// Keeps tiles.
pub trait Tiles {
    /// The hashes of a tile, as many as there are; `None` when it is not kept.
    fn tile(&self, place: Place) -> Option<&[Hash]>;
}

impl<T: Tiles> Nodes for T {
    fn node(&self, height: u32, index: u64) -> Option<Hash> {
        let level = u8::try_from(height / HEIGHT).ok()?;
        let span = 1_u64 << (height % HEIGHT);
        let first = index.checked_mul(span)?;
        let tile = self.tile(Place { level, index: first / WIDTH })?;
        let from = usize::try_from(first % WIDTH).ok()?;
        let hashes = tile.get(from..from.checked_add(usize::try_from(span).ok()?)?)?;
        Some(complete(hashes))
    }
}

/// The root over a power of two of hashes; anything else cannot come here.
fn complete(hashes: &[Hash]) -> Hash {
    match hashes {
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(&complete(left), &complete(right))
        }
    }
}

/// The root of a full tile.
///
/// Given anything but 256 hashes it is `None`.
#[must_use]
pub fn full_root(hashes: &[Hash]) -> Option<Hash> {
    (u64::try_from(hashes.len()) == Ok(WIDTH)).then(|| complete(hashes))
}

/// A tile that grew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grown {
    /// Which.
    pub place: Place,
    /// All its hashes.
    pub hashes: Vec<Hash>,
}

/// The tiles on the right edge of a tree: all that is needed to append to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// The last, not full tile of each level; empty where it would have no hash.
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// The places of the tiles that [`Edge::read`] needs for a tree of `size` leaves.
    #[must_use]
    pub fn places(size: u64) -> Vec<Place> {
        let mut places = Vec::new();
        for level in 0..8_u8 {
            let Some(hashes) = size.checked_shr(HEIGHT * u32::from(level)).filter(|n| *n > 0)
            else {
                break;
            };
            if hashes % WIDTH > 0 {
                places.push(Place { level, index: hashes / WIDTH });
            }
        }
        places
    }

    /// The edge of a tree of `size` leaves; `None` when a tile is missing or too narrow.
    #[must_use]
    pub fn read(tiles: &impl Tiles, size: u64) -> Option<Self> {
        let mut levels: Vec<Vec<Hash>> = Vec::new();
        for place in Self::places(size) {
            let width = usize::try_from(place.width(size)).ok()?;
            levels.resize(usize::from(place.level), Vec::new());
            levels.push(tiles.tile(place)?.get(..width)?.to_vec());
        }
        Some(Self { size, levels })
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends leaves; the tiles that grew, each once and as it is afterwards.
    pub fn append(&mut self, leaves: &[Hash]) -> Vec<Grown> {
        let mut grown = Vec::new();
        self.grow(0, self.size, leaves, &mut grown);
        self.size += u64::try_from(leaves.len()).unwrap_or(0);
        grown
    }

    /// `count`: how many hashes the level has already.
    fn grow(&mut self, level: u8, mut count: u64, new: &[Hash], grown: &mut Vec<Grown>) {
        if new.is_empty() {
            return;
        }
        let at = usize::from(level);
        if self.levels.len() <= at {
            self.levels.resize(at + 1, Vec::new());
        }
        let before = count / WIDTH;
        let mut roots = Vec::new();
        let mut last = self.levels.get_mut(at).map(std::mem::take).unwrap_or_default();
        for hash in new {
            last.push(*hash);
            count += 1;
            if let Some(root) = full_root(&last) {
                roots.push(root);
                let place = Place { level, index: count / WIDTH - 1 };
                grown.push(Grown { place, hashes: std::mem::take(&mut last) });
            }
        }
        if !last.is_empty() {
            let place = Place { level, index: count / WIDTH };
            grown.push(Grown { place, hashes: last.clone() });
        }
        if let Some(kept) = self.levels.get_mut(at) {
            *kept = last;
        }
        self.grow(level + 1, before, &roots, grown);
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        // From the right edge up: in each level what is left of the full tiles, as RFC 6962 divides.
        let mut right: Option<Hash> = None;
        for hashes in &self.levels {
            let mut rest: &[Hash] = hashes;
            let mut parts = Vec::new();
            while !rest.is_empty() {
                let size = 1_usize << (usize::BITS - 1 - rest.len().leading_zeros());
                let (part, after) = rest.split_at(size);
                parts.push(complete(part));
                rest = after;
            }
            for part in parts.into_iter().rev() {
                right = Some(match right {
                    Some(right) => node_hash(&part, &right),
                    None => part,
                });
            }
        }
        right.unwrap_or_else(|| crate::hash::sha256(&[]))
    }
}
