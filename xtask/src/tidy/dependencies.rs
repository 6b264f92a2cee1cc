//! Every dependency of the workspace has a reason above it; neighbours may share one.

use super::{Finding, Source};

pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    let Some(manifest) = sources.iter().find(|source| source.path == "Cargo.toml") else { return };
    let (mut inside, mut reasoned) = (false, false);
    for (number, line) in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
            reasoned = false;
        } else if line.starts_with('#') {
            reasoned = true;
        } else if line.trim().is_empty() {
            reasoned = false;
        } else if inside && !reasoned {
            let why = "has no comment above that says what it is for";
            findings.push(Finding::new(&manifest.path, number, why));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::said;

    #[test]
    fn a_dependency_without_a_reason_is_found_and_a_shared_reason_counts() {
        let text =
            "[workspace.dependencies]\n# Errors.\na = \"1\"\nb = \"1\"\n\nc = \"1\"\n[x]\nd = 1\n";
        assert_eq!(said(super::check, "Cargo.toml", text).len(), 1);
    }
}
