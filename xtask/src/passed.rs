//! What passed is not run again until something that it reads has changed, as Go's test command does.
//!
//! A test reads its own program, files of the repository, and programs of others: all of them count.
//! What is not run is said, and counted apart; `--again` runs everything, and where the target
//! directory is empty nothing has passed yet.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::{step, tree};

/// Parts of the repository with tests of their own; no other tests read them.
const PARTS: [&str; 3] = ["web", "sockets", "e2e"];
/// What tests run of others'.
const OTHERS: [&str; 9] = [
    "argon2",
    "chromium",
    "node",
    "oathtool",
    "postgres",
    "python3",
    "redis-server",
    "setpriv",
    "sha256sum",
];

/// Everything that lies still while tests run.
pub(crate) struct Ground {
    hasher: DefaultHasher,
    again: bool,
}

/// Tests of one program or part.
pub(crate) struct Tests {
    path: PathBuf,
    now: String,
    again: bool,
}

impl Ground {
    /// The ground of Rust's tests (`None`: their sources are in their programs) or of a part's.
    pub(crate) fn of(part: Option<&str>, again: bool) -> Result<Self> {
        let root = step::root();
        let mut files = tree::files(&root)?;
        files.extend(tree::files(&root.join(".sqlx"))?);
        files.retain(|file| {
            let place = file.strip_prefix(&root).unwrap_or(file);
            let of = PARTS.into_iter().find(|part| place.starts_with(part));
            let is_own = of.is_some() && of == part;
            let is_rust = file.extension().is_some_and(|extension| extension == "rs");
            is_own || (of.is_none() && !is_rust)
        });
        let mut hasher = DefaultHasher::new();
        for file in &files {
            file.hash(&mut hasher);
            let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            text.hash(&mut hasher);
        }
        for program in programs_of_others() {
            facts(&program)?.hash(&mut hasher);
        }
        Ok(Self { hasher, again })
    }

    /// The tests of this name, which also read these programs.
    pub(crate) fn tests(&self, name: &str, programs: &[&Path]) -> Result<Tests> {
        let mut hasher = self.hasher.clone();
        for program in programs {
            facts(program)?.hash(&mut hasher);
        }
        let path = step::target_directory()?.join("xtask/passed").join(name);
        Ok(Tests { path, now: format!("{:016x}", hasher.finish()), again: self.again })
    }
}

impl Tests {
    /// How many passed, when they did and everything is as it was.
    pub(crate) fn earlier(&self) -> Option<u64> {
        let then = fs::read_to_string(&self.path).ok().filter(|_| !self.again)?;
        let (hash, passed) = then.trim().split_once(' ')?;
        (hash == self.now).then(|| passed.parse().ok())?
    }

    /// Remembers that so many passed, and none failed.
    pub(crate) fn passed(&self, count: u64) -> Result<()> {
        fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
        fs::write(&self.path, format!("{} {count}\n", self.now))
            .with_context(|| format!("cannot write {}", self.path.display()))
    }
}

/// Where, how large and how old a program is: whoever builds or installs one changes that.
fn facts(program: &Path) -> Result<String> {
    let data =
        fs::metadata(program).with_context(|| format!("cannot see {}", program.display()))?;
    Ok(format!("{} {} {:?}", program.display(), data.len(), data.modified()?))
}

fn programs_of_others() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = step::variable("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    places.extend(versions.map(|version| version.path().join("bin")));
    let all = places.iter().flat_map(|place| OTHERS.map(|name| place.join(name)));
    all.filter(|program| program.is_file()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passed_counts_until_its_program_is_built_anew_or_somebody_asks_again() {
        let place = std::env::temp_dir().join(format!("xtask-passed-{}", std::process::id()));
        fs::create_dir_all(&place).unwrap();
        let program = place.join("program");
        fs::write(&program, "one").unwrap();
        let tests = |again| {
            let ground = Ground { hasher: DefaultHasher::new(), again };
            let found = ground.tests("x", &[&program]).unwrap();
            Tests { path: place.join("passed/x"), ..found }
        };
        assert_eq!(tests(false).earlier(), None);
        tests(false).passed(7).unwrap();
        assert_eq!(tests(false).earlier(), Some(7));
        assert_eq!(tests(true).earlier(), None);
        fs::write(&program, "another").unwrap();
        assert_eq!(tests(false).earlier(), None);
        fs::remove_dir_all(&place).unwrap();
    }
}
