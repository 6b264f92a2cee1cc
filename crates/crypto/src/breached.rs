//! Passwords that are known from breaches: a table of hash prefixes, small enough to be compiled
//! in, or as large as the whole list on disk.
//!
//! Layout: `LKPW1`, the width of the index (0 or 2 bytes of the hash), its offsets (64 bits each,
//! one more than there are shards), then four bytes of each hash after the index, sorted within
//! their shard. It is made in one pass from a file in the form of "Have I Been Pwned" (SHA-1 in
//! hex, a colon, a count, sorted by hash), with no more memory than the index. With the full list
//! a harmless password is refused in about 3 of a million cases.

use std::fs::File;
use std::io::{self, BufRead, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use aws_lc_rs::digest;

const MARK: &[u8; 5] = b"LKPW1";
const HEAD: u64 = 6;
/// Bytes kept of each hash, after those that the index stands for.
const KEPT: usize = 4;

/// The compiled-in list: `password.lst` of Openwall's John the Ripper (Debian package john-data
/// 1.9.0-2, in the public domain), in small letters.
const COMMON: &[u8] = include_bytes!("common.lkpw");

/// A table of breached passwords.
#[derive(Debug)]
pub struct Breached(Source);

#[derive(Debug)]
enum Source {
    Compiled(&'static [u8]),
    File(File),
}

impl Breached {
    /// The most common passwords, compiled in.
    #[must_use]
    pub const fn common() -> Self {
        Self(Source::Compiled(COMMON))
    }

    /// A table that [`build`] wrote.
    ///
    /// # Errors
    /// A file that cannot be read or is no such table.
    pub fn open(path: &Path) -> io::Result<Self> {
        let table = Self(Source::File(File::open(path)?));
        let head = table.read(0, 6)?;
        if head.starts_with(MARK) && matches!(head.get(5), Some(0 | 2)) {
            Ok(table)
        } else {
            Err(io::Error::other("is no table of `leadkeep passwords build`"))
        }
    }

    /// Whether the password is in the list.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn contains(&self, password: &str) -> io::Result<bool> {
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
        let hash = hash.as_ref();
        let width = usize::from(self.read(5, 1)?.first().copied().unwrap_or_default());
        let (index, rest) = hash.split_at_checked(width).unwrap_or((&[], hash));
        let wanted = rest.get(..KEPT).unwrap_or_default();
        let shard = index.iter().fold(0_u64, |sum, byte| sum * 256 + u64::from(*byte));
        let (from, to) = (self.number(HEAD + shard * 8)?, self.number(HEAD + shard * 8 + 8)?);
        let length = usize::try_from(to.saturating_sub(from)).map_err(io::Error::other)?;
        let entries = self.read(from, length)?;
        let (entries, _) = entries.as_chunks::<KEPT>();
        Ok(entries.binary_search_by(|entry| entry.as_slice().cmp(wanted)).is_ok())
    }

    fn number(&self, at: u64) -> io::Result<u64> {
        let bytes = self.read(at, 8)?;
        Ok(bytes.iter().rev().fold(0, |sum, byte| sum * 256 + u64::from(*byte)))
    }

    fn read(&self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        match &self.0 {
            Source::Compiled(bytes) => {
                let at = usize::try_from(at).map_err(io::Error::other)?;
                let found = bytes.get(at..at.saturating_add(length));
                found.map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
            }
            Source::File(file) => {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, at)?;
                Ok(bytes)
            }
        }
    }
}

/// How large the index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// None: for a few thousand passwords.
    None,
    /// The first two bytes of the hash: for the whole list.
    TwoBytes,
}

/// Writes a table from lines of hashes; how many there were.
///
/// # Errors
/// A line that is no hash, lines that are not sorted, or a file that cannot be read or written.
pub fn build(lines: impl BufRead, mut out: impl Write + Seek, index: Index) -> io::Result<u64> {
    let width: u8 = if index == Index::None { 0 } else { 2 };
    let shards: usize = if index == Index::None { 1 } else { 65_536 };
    let first = HEAD + u64::try_from(shards + 1).map_err(io::Error::other)? * 8;
    out.seek(SeekFrom::Start(first))?;
    let mut offsets = Vec::with_capacity(shards + 1);
    offsets.push(first);
    let (mut count, mut at, mut last) = (0_u64, first, Vec::new());
    for line in lines.lines() {
        let line = line?;
        let hash = hash_of(&line).ok_or_else(|| {
            io::Error::other(format!("line {} does not begin with a SHA-1 in hex", count + 1))
        })?;
        if hash < last {
            return Err(io::Error::other(format!("line {} is not sorted by its hash", count + 1)));
        }
        let (prefix, rest) = hash.split_at_checked(usize::from(width)).unwrap_or((&[], &hash));
        let shard = prefix.iter().fold(0_usize, |sum, byte| sum * 256 + usize::from(*byte));
        while offsets.len() <= shard {
            offsets.push(at);
        }
        let kept = rest.get(..KEPT).unwrap_or_default();
        out.write_all(kept)?;
        at += 4;
        count += 1;
        last = hash;
    }
    offsets.resize(shards + 1, at);
    out.seek(SeekFrom::Start(0))?;
    out.write_all(MARK)?;
    out.write_all(&[width])?;
    for offset in offsets {
        out.write_all(&offset.to_le_bytes())?;
    }
    out.flush()?;
    Ok(count)
}

fn hash_of(line: &str) -> Option<Vec<u8>> {
    let hex = line.trim().split(':').next().filter(|hex| hex.len() == 40)?;
    (0..20).map(|n| u8::from_str_radix(hex.get(2 * n..2 * n + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(passwords: &[&str]) -> String {
        let hex = |word: &&str| {
            let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, word.as_bytes());
            hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect::<String>() + ":7"
        };
        let mut lines: Vec<String> = passwords.iter().map(hex).collect();
        lines.sort();
        lines.join("\r\n")
    }

    #[test]
    fn a_table_knows_what_it_was_made_from_and_nothing_else() {
        let known: Vec<String> = (0..5000).map(|n| format!("password {n}")).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        for index in [Index::None, Index::TwoBytes] {
            let path =
                std::env::temp_dir().join(format!("lk-breached-{}-{index:?}", std::process::id()));
            let file = File::create(&path).unwrap();
            assert_eq!(build(lines(&known).as_bytes(), file, index).unwrap(), 5000);
            let table = Breached::open(&path).unwrap();
            assert!(known.iter().all(|word| table.contains(word).unwrap()));
            let wrong =
                (0..5000).filter(|n| table.contains(&format!("other {n}")).unwrap()).count();
            assert_eq!(wrong, 0);
            std::fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn what_is_no_list_of_sorted_hashes_makes_no_table() {
        let build = |text: &str| build(text.as_bytes(), io::Cursor::new(Vec::new()), Index::None);
        assert!(build("password\n").unwrap_err().to_string().contains("line 1"));
        let unsorted = format!("{}\n{}\n", "F".repeat(40), "0".repeat(40));
        assert!(build(&unsorted).unwrap_err().to_string().contains("line 2"));
    }

    #[test]
    fn the_compiled_list_has_the_usual_ones() {
        let common = Breached::common();
        for word in ["password", "123456", "qwerty", "letmein", "dragon"] {
            assert!(common.contains(word).unwrap(), "{word}");
        }
        assert!(!common.contains("wild plum orbit").unwrap());
    }
}
