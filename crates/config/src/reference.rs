//! The reference page of all settings, made from the comments of `leadkeep.toml`.

use crate::DEFAULTS;

/// `docs/reference/settings.md`: a table for each section, with the variable of each key.
pub fn reference() -> String {
    let mut page = String::from(
        "<!-- Made by `cargo xtask gen` from leadkeep.toml; edit that. -->\n\n# Settings\n",
    );
    let (mut section, mut comment) = ("", String::new());
    for line in DEFAULTS.lines() {
        if let Some(text) = line.strip_prefix('#') {
            if !comment.is_empty() {
                comment.push(' ');
            }
            comment.push_str(text.trim());
        } else if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name;
            page.push_str(&format!(
                "\n## {name}\n\n| Key | Default | Variable | What it does |\n| --- | --- | --- | --- |\n"
            ));
            comment.clear();
        } else if let Some((key, value)) = line.split_once(" = ") {
            let variable = format!("LEADKEEP_{section}__{key}").to_ascii_uppercase();
            let comment = std::mem::take(&mut comment).replace('|', "\\|");
            let comment = comment.replace('<', "&lt;");
            page.push_str(&format!("| `{key}` | `{value}` | `{variable}` | {comment} |\n"));
        } else {
            comment.clear();
        }
    }
    page
}
