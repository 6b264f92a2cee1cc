//! Finds PostgreSQL's programs and picks the version that fits the data.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::version;

/// What a private cluster needs.
const NEEDED: [&str; 4] = ["postgres", "initdb", "pg_ctl", "psql"];

/// A directory with PostgreSQL's programs and their version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binaries {
    pub(crate) directory: PathBuf,
    /// `server_version_num`, for example 150018.
    pub(crate) num: u32,
}

impl Binaries {
    pub(crate) fn major(&self) -> u32 {
        self.num / 10_000
    }
}

/// Finds the programs: those in `setting` and no others, or the newest of the machine.
///
/// `made_by` is the major version the data directory `pgdata` was made by: then only that one will
/// do, and it need not be the newest.
pub(crate) fn find(
    setting: Option<&Path>,
    made_by: Option<u32>,
    pgdata: &Path,
) -> Result<Binaries> {
    let (places, looked) = match setting {
        Some(directory) => (vec![directory.to_owned()], directory.display().to_string()),
        None => (places(), "in /usr/lib/postgresql/*/bin and on the PATH".to_owned()),
    };
    let mut found = Vec::new();
    for directory in places {
        if NEEDED.iter().all(|name| directory.join(name).is_file()) {
            found.push(Binaries { num: ask(&directory)?, directory });
        }
    }
    choose(found, made_by, pgdata, looked)
}

/// Of those found, the newest that is fit to hold the data.
fn choose(
    mut found: Vec<Binaries>,
    made_by: Option<u32>,
    pgdata: &Path,
    looked: String,
) -> Result<Binaries> {
    found.sort_by_key(|one| std::cmp::Reverse(one.num));
    if found.is_empty() {
        return Err(Error::NoBinaries { looked });
    }
    let majors: Vec<String> = found.iter().map(|one| one.major().to_string()).collect();
    found.retain(|one| made_by.is_none_or(|major| one.major() == major));
    if let (true, Some(made_by)) = (found.is_empty(), made_by) {
        let directory = pgdata.to_owned();
        return Err(Error::OtherMajor { directory, made_by, found: majors.join(", ") });
    }
    let mut refusal = None;
    for one in found {
        match version::check_version(one.num) {
            Ok(()) => return Ok(one),
            Err(why) => refusal = refusal.or(Some(why)),
        }
    }
    Err(refusal.unwrap_or(Error::NoBinaries { looked }))
}

/// Every directory that may have the programs.
fn places() -> Vec<PathBuf> {
    let mut all = Vec::new();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        all.extend(versions.flatten().map(|entry| entry.path().join("bin")));
    }
    #[expect(clippy::disallowed_methods, reason = "the search path is no setting of ours")]
    if let Some(path) = std::env::var_os("PATH") {
        all.extend(std::env::split_paths(&path).filter(|place| place.is_absolute()));
    }
    all
}

fn ask(directory: &Path) -> Result<u32> {
    let program = directory.join("postgres");
    let output = Command::new(&program)
        .arg("--version")
        .output()
        .map_err(Error::io(format!("run {}", program.display())))?;
    let answer = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    version::parse(&answer).ok_or(Error::StrangeVersion { program, answer })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(num: u32) -> Binaries {
        Binaries { directory: PathBuf::from(format!("/pg/{num}")), num }
    }

    fn pick(found: &[u32], made_by: Option<u32>) -> Result<u32> {
        let found = found.iter().copied().map(of).collect();
        choose(found, made_by, Path::new("/d"), String::new()).map(|one| one.num)
    }

    #[test]
    fn the_newest_is_taken_for_new_data() {
        assert_eq!(pick(&[150_018, 170_006, 160_010], None).unwrap(), 170_006);
    }

    #[test]
    fn existing_data_keeps_the_version_that_made_it() {
        assert_eq!(pick(&[150_018, 170_006], Some(15)).unwrap(), 150_018);
    }

    #[test]
    fn data_of_a_missing_version_is_refused_with_both_versions_named() {
        let said = pick(&[170_006], Some(15)).unwrap_err().to_string();
        assert!(said.contains("made by PostgreSQL 15") && said.contains("are PostgreSQL 17"));
    }

    #[test]
    fn a_version_with_the_row_leak_is_passed_over_and_alone_it_is_refused() {
        assert_eq!(pick(&[150_018, 170_001], None).unwrap(), 150_018);
        assert!(matches!(pick(&[170_001], None), Err(Error::LeaksRows { .. })));
        assert!(matches!(pick(&[], None), Err(Error::NoBinaries { .. })));
    }
}
