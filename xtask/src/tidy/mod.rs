//! `tidy`: the house rules that no other tool knows. `cargo test -p xtask` runs it as well.

mod arrows;
pub(crate) mod asvs;
mod decisions;
mod dependencies;
mod literals;
mod named_tests;
mod paths;
mod shape;
mod sql;
mod words;
mod written;

use std::fmt;
use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{step, tree};

/// A file of the repository as the rules see it.
struct Source {
    /// From the root, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn is(&self, extensions: &[&str]) -> bool {
        let extension = self.path.rsplit('.').next().unwrap_or_default();
        extensions.contains(&extension) && !self.is_generated()
    }

    fn is_generated(&self) -> bool {
        self.path.ends_with(".d.ts") || self.path == "docs/reference/schema.sql"
    }

    /// Lines with their numbers, counted from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().zip(1..).map(|(line, number)| (number, line))
    }
}

/// A rule that is broken somewhere.
struct Finding {
    path: String,
    /// 0 = the file as a whole.
    line: usize,
    why: String,
}

impl Finding {
    fn new(path: &str, line: usize, why: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, why: why.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.why),
            line => write!(f, "{}:{line}: {}", self.path, self.why),
        }
    }
}

pub(crate) fn run(words: &[String]) -> Result<()> {
    if let Some(word) = words.first() {
        bail!("tidy takes no arguments, not `{word}`");
    }
    let findings = findings()?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("tidy: 1 finding"),
        count => bail!("tidy: {count} findings"),
    }
}

fn findings() -> Result<Vec<Finding>> {
    let sources = sources()?;
    let mut all = Vec::new();
    arrows::check(&mut all)?;
    shape::check(&sources, &mut all);
    written::check(&sources, &mut all);
    words::check(&sources, &mut all);
    sql::check(&sources, &mut all);
    paths::check(&sources, &files()?, &mut all);
    decisions::check(&sources, &mut all);
    named_tests::check(&sources, &mut all);
    asvs::check(&sources, &mut all);
    dependencies::check(&sources, &mut all);
    all.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok(all)
}

/// Every file of the repository, from its root.
fn files() -> Result<Vec<String>> {
    let root = step::root();
    let from_root =
        |file: &PathBuf| file.strip_prefix(&root).unwrap_or(file).to_string_lossy().into_owned();
    Ok(tree::files(&root)?.iter().map(from_root).collect())
}

/// Every text file of the repository.
fn sources() -> Result<Vec<Source>> {
    let root = step::root();
    let mut sources = Vec::new();
    for path in files()? {
        // Not text, or written by a package manager.
        let Ok(text) = fs::read_to_string(root.join(&path)) else { continue };
        if !path.ends_with("package-lock.json") && !path.ends_with("Cargo.lock") {
            sources.push(Source { path, text });
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let findings: Vec<String> = findings().unwrap().iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    /// What one rule says to one file.
    pub(super) fn said(
        rule: fn(&[Source], &mut Vec<Finding>),
        path: &str,
        text: &str,
    ) -> Vec<String> {
        let sources = [Source { path: path.to_owned(), text: text.to_owned() }];
        let mut findings = Vec::new();
        rule(&sources, &mut findings);
        findings.iter().map(Finding::to_string).collect()
    }
}
