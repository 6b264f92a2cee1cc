//! How files look: their length, their first line, the ends of their lines.

use super::{Finding, Source};

const LONGEST: usize = 500;

pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    for source in sources {
        let count = source.text.lines().count();
        if source.is(&["rs", "ts", "tsx", "css", "sql"]) && count > LONGEST {
            let why = format!("has {count} lines; {LONGEST} is the limit, 300 the wish: split it");
            findings.push(Finding::new(&source.path, 0, why));
        }
        let begins = source.text.lines().next().unwrap_or_default();
        let expected = match () {
            () if source.is(&["rs"]) => Some("//!"),
            () if source.is(&["ts", "tsx"]) => Some("//"),
            () if source.is(&["sql"]) => Some("--"),
            () => None,
        };
        if let Some(expected) = expected.filter(|expected| !begins.starts_with(expected)) {
            let why = format!("must begin with `{expected}` and say what the file is for");
            findings.push(Finding::new(&source.path, 1, why));
        }
        if source.is(&["rs", "ts", "tsx", "css", "sql", "toml", "md", "html", "json"]) {
            for (number, line) in source.lines() {
                if line.ends_with([' ', '\t']) {
                    findings.push(Finding::new(&source.path, number, "ends with a space"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::said;

    #[test]
    fn long_files_silent_first_lines_and_trailing_spaces_are_found() {
        assert!(said(super::check, "crates/a/src/b.rs", "//! Says.\nfn a() {}\n").is_empty());
        assert_eq!(said(super::check, "web/a.ts", "export {};\n").len(), 1);
        assert_eq!(said(super::check, "web/a.d.ts", "export {};\n").len(), 0);
        assert_eq!(said(super::check, "a.css", "a { } \n"), ["a.css:1: ends with a space"]);
        assert_eq!(said(super::check, "a.css", &"a\n".repeat(501)).len(), 1);
        assert_eq!(said(super::check, "a.css", &"a\n".repeat(500)).len(), 0);
    }
}
