//! Refuses to keep data on a volume that does not keep it.

use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// File systems that are gone after a reboot or with the container.
const VOLATILE: [&str; 5] = ["tmpfs", "ramfs", "overlay", "aufs", "squashfs"];

/// Fails when `directory` (which exists) lies on a volatile volume.
pub(crate) fn refuse_volatile(directory: &Path) -> Result<()> {
    let real = fs::canonicalize(directory)
        .map_err(Error::io(format!("resolve the path {}", directory.display())))?;
    let mounts = fs::read_to_string("/proc/self/mountinfo")
        .map_err(Error::io("read /proc/self/mountinfo"))?;
    match mount_of(&mounts, &real) {
        Some((mount, filesystem)) if VOLATILE.contains(&filesystem.as_str()) => {
            Err(Error::Volatile { directory: directory.to_owned(), mount, filesystem })
        }
        _ => Ok(()),
    }
}

/// The innermost mount over `path` and its file system; of two at the same place the later one.
fn mount_of(mountinfo: &str, path: &Path) -> Option<(PathBuf, String)> {
    mountinfo
        .lines()
        .filter_map(|line| {
            let (before, after) = line.split_once(" - ")?;
            let mount = unescape(before.split(' ').nth(4)?);
            let filesystem = after.split(' ').next()?.to_owned();
            path.starts_with(&mount).then_some((mount, filesystem))
        })
        .max_by_key(|(mount, _)| mount.components().count())
}

/// Mount points write space, tab, newline and backslash as three octal digits.
fn unescape(written: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let code: Vec<u8> = rest.by_ref().take(3).collect();
        let value = std::str::from_utf8(&code).ok().and_then(|c| u8::from_str_radix(c, 8).ok());
        bytes.extend(value);
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 27 0:21 / / rw,relatime - overlay overlay rw,lowerdir=/a
23 22 8:1 / /var/lib/leadkeep rw shared:1 - ext4 /dev/sda1 rw
24 22 0:30 / /tmp rw - tmpfs tmpfs rw
25 22 8:2 / /mnt/my\\040disk rw - xfs /dev/sdb rw";

    fn kind(path: &str) -> String {
        mount_of(MOUNTS, Path::new(path)).unwrap().1
    }

    #[test]
    fn the_innermost_mount_decides() {
        assert_eq!(kind("/var/lib/leadkeep/data"), "ext4");
        assert_eq!(kind("/var/lib/leadkeeper"), "overlay");
        assert_eq!(kind("/tmp/x"), "tmpfs");
        assert_eq!(kind("/mnt/my disk/x"), "xfs");
    }

    #[test]
    fn memory_is_refused_and_the_sentence_says_where() {
        let said = refuse_volatile(Path::new("/dev/shm")).unwrap_err().to_string();
        assert!(said.contains("/dev/shm") && said.contains("tmpfs"), "{said}");
    }
}
