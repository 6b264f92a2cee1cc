//! Every decision record can be found from the list of them.

use super::{Finding, Source};

const DIRECTORY: &str = "docs/decisions/";

pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    let list = format!("{DIRECTORY}README.md");
    let text = sources.iter().find(|source| source.path == list).map(|source| source.text.as_str());
    for source in sources {
        let Some(name) = source.path.strip_prefix(DIRECTORY) else { continue };
        let is_record = name.ends_with(".md") && name != "README.md";
        if is_record && !text.is_some_and(|text| text.contains(&format!("({name})"))) {
            let why = format!("is not linked from {list}; add a line with ({name})");
            findings.push(Finding::new(&source.path, 0, why));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::said;

    #[test]
    fn a_record_nobody_links_is_found() {
        let said = said(super::check, "docs/decisions/0001-x.md", "# X");
        assert_eq!(said.len(), 1);
    }
}
