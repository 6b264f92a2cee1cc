//! What must not stand in a file: postponed work, silenced lints, doors for scripts, machine paths.

use super::{Finding, Source};

/// Ways to turn text into code or markup; Trusted Types would refuse them, so would a reviewer.
const SCRIPT_DOORS: [&str; 5] =
    ["innerHTML", "dangerouslySetInnerHTML", "document.write", "eval(", "new Function"];

pub(super) fn check(sources: &[Source], findings: &mut Vec<Finding>) {
    // Put together here, so that this file does not find itself.
    let postponed = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let silenced = [concat!("#[al", "low("), concat!("#![al", "low(")];
    let places = [
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/Us", "ers/"),
        concat!("/wo", "rk/main"),
        concat!("/wo", "rk/shared"),
        concat!("C:", "\\\\Users"),
    ];
    for source in sources {
        let is_code = source.is(&["rs", "ts", "tsx", "css", "sql"]);
        let is_script = source.path.starts_with("web/") && source.is(&["ts", "tsx", "js", "html"]);
        for (number, line) in source.lines() {
            let mut say = |why: &str| findings.push(Finding::new(&source.path, number, why));
            if is_code && postponed.iter().any(|word| has_word(line, word)) {
                say("postpones work; do it, or open an issue and say what is missing");
            }
            if source.is(&["rs"]) && silenced.iter().any(|start| line.contains(start)) {
                say("silences a lint for good; use #[expect(…, reason = \"…\")]");
            }
            if is_script && SCRIPT_DOORS.iter().any(|door| has_door(line, door)) {
                say("turns text into markup or code, which the content security policy forbids");
            }
            if places.iter().any(|place| line.contains(place)) {
                say("names a directory of somebody's machine");
            }
        }
    }
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
}

/// `retrieval(` is no `eval(`.
fn has_door(line: &str, door: &str) -> bool {
    line.match_indices(door).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::said;

    #[test]
    fn each_of_them_is_found_where_it_matters_and_nowhere_else() {
        let found = |path, text: &str| said(super::check, path, text).len();
        assert_eq!(found("a.rs", concat!("// TO", "DO later")), 1);
        assert_eq!(found("a.rs", "// METHODOLOGY and todo!"), 0);
        assert_eq!(found("a.rs", concat!("#[al", "low(dead_code)]")), 1);
        assert_eq!(found("web/a.ts", "node.innerHTML = text;"), 1);
        assert_eq!(found("web/a.ts", "await retrieval(text); medieval(1)"), 0);
        assert_eq!(found("web/a.ts", "window.eval(text)"), 1);
        assert_eq!(found("docs/a.md", "innerHTML is forbidden"), 0);
        assert_eq!(found("docs/a.md", concat!("see /ho", "me/ada/x")), 1);
    }
}
