//! A path that a page names must lead somewhere: pages outlive the files they speak of. Decisions
//! are records of their time and may name what has gone since.

use std::collections::BTreeSet;

use super::{Finding, Source};

/// Where the repository's own paths begin; what begins otherwise may be of another machine.
const ROOTS: [&str; 9] =
    [".ci", "bench", "crates", "docs", "e2e", "migrations", "probes", "sockets", "web"];
/// Made by commands, so not in the repository.
const MADE: [&str; 2] = ["bench/output/", "e2e/output/"];

/// `files` are all files of the repository, from its root.
pub(super) fn check(sources: &[Source], files: &[String], findings: &mut Vec<Finding>) {
    let there = paths(files);
    let pages = sources.iter().filter(|source| source.path.ends_with(".md"));
    for source in pages.filter(|source| !source.path.starts_with("docs/decisions/0")) {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (number, line) in source.lines() {
            let code = line.split('`').skip(1).step_by(2).filter(|word| is_own(word));
            let linked = links(line).filter_map(|link| resolved(folder, link));
            for path in code.map(str::to_owned).chain(linked) {
                if !there.contains(path.trim_end_matches('/')) {
                    let why = format!("names `{path}`, which is not there");
                    findings.push(Finding::new(&source.path, number, why));
                }
            }
        }
    }
}

/// Every file, and every folder with something in it.
fn paths(files: &[String]) -> BTreeSet<&str> {
    let mut all = BTreeSet::new();
    for file in files {
        let mut path = file.as_str();
        while all.insert(path) {
            let Some((folder, _)) = path.rsplit_once('/') else { break };
            path = folder;
        }
    }
    all
}

fn is_own(word: &str) -> bool {
    let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./-".contains(&byte));
    let placeholder = word.split('/').any(|step| step.len() > 1 && is_shouted(step));
    let made = MADE.iter().any(|made| word.starts_with(made));
    let root = word.split_once('/').is_some_and(|(root, _)| ROOTS.contains(&root));
    root && plain && !placeholder && !made
}

/// `NAME`, for the reader to fill in; unlike `README.md`.
fn is_shouted(step: &str) -> bool {
    let stem = step.split('.').next().unwrap_or_default();
    !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_uppercase()) && !step.ends_with(".md")
}

/// What a line links to.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// A relative link as a path from the root; `None` for what leads out of the repository.
fn resolved(folder: &str, link: &str) -> Option<String> {
    let path = link.split('#').next().unwrap_or_default();
    if path.is_empty() || path.contains(':') || path.starts_with('/') || path.contains(' ') {
        return None;
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    (!steps.is_empty()).then(|| steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let sources = [Source { path: "docs/a.md".to_owned(), text: text.to_owned() }];
        let files = ["crates/db/src/tx.rs", "docs/a.md", "README.md"].map(str::to_owned);
        let mut findings = Vec::new();
        check(&sources, &files, &mut findings);
        findings.iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_path_that_leads_nowhere_is_found_in_code_and_in_links() {
        assert_eq!(found("`crates/db/src/tx.rs`, `crates/db/`, [it](../README.md#x)"), [""; 0]);
        let missing = found("`crates/db/src/gone.rs`\nand [it](../crates/gone)");
        assert_eq!(
            missing,
            [
                "docs/a.md:1: names `crates/db/src/gone.rs`, which is not there",
                "docs/a.md:2: names `crates/gone`, which is not there",
            ]
        );
    }

    #[test]
    fn what_is_not_a_path_of_the_repository_is_left_alone() {
        let left = "`/readyz` `bench/output/NAME.json` `crates/NAME/src` `src/a.rs` [x](https://a.example/b)";
        assert_eq!(found(left), [""; 0]);
    }
}
