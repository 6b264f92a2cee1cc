//! `gen`: writes what is made from the code, so that it can be read, searched and compared.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::{step, tree, web};

/// Pages the program prints itself: `leadkeep reference <name>`.
const PAGES: [&str; 7] =
    ["permissions", "errors", "events", "audit", "holdings", "settings", "operations"];

pub(crate) fn run(words: &[String]) -> Result<()> {
    let check = match words {
        [] => false,
        [word] if word == "--check" => true,
        _ => bail!("gen takes --check or nothing"),
    };
    web::build()?;
    let program = step::build_server(false)?.display().to_string();
    let mut differing = Vec::new();
    let reference = Path::new("docs/reference");
    settle(check, &reference.join("openapi.json"), &[&program, "openapi"], &mut differing)?;
    let of_staff = [&*program, "openapi", "--staff"];
    settle(check, &reference.join("openapi-staff.json"), &of_staff, &mut differing)?;
    for page in PAGES {
        let path = reference.join(format!("{page}.md"));
        settle(check, &path, &[&program, "reference", page], &mut differing)?;
    }
    client(check, &mut differing)?;
    if differing.is_empty() {
        return Ok(());
    }
    bail!(
        "made from the code and no longer like it: {}; run `cargo xtask gen`",
        differing.join(", ")
    )
}

/// Writes what the program prints, or notes that the file differs from it.
fn settle(check: bool, path: &Path, words: &[&str], differing: &mut Vec<String>) -> Result<()> {
    let (program, arguments) = words.split_first().context("no program")?;
    let made = step::output(step::command(program).args(arguments))?;
    let file = step::root().join(path);
    if fs::read_to_string(&file).is_ok_and(|there| there == made) {
        return Ok(());
    }
    if check {
        differing.push(path.display().to_string());
        return Ok(());
    }
    fs::create_dir_all(file.parent().unwrap_or(&file))?;
    fs::write(&file, made).with_context(|| format!("cannot write {}", path.display()))?;
    println!("wrote {}", path.display());
    Ok(())
}

/// The web client's types, made by its own script from openapi.json.
fn client(check: bool, differing: &mut Vec<String>) -> Result<()> {
    let package = step::root().join("web/client/package.json");
    let Ok(text) = fs::read_to_string(&package) else { return Ok(()) };
    let package: serde_json::Value = serde_json::from_str(&text)?;
    if package.pointer("/scripts/gen").is_none() {
        return Ok(());
    }
    let before = contents()?;
    step::run(step::npm("web/client").args(["run", "gen"]).stdout(std::io::stderr()))?;
    for (path, now) in contents()? {
        let then = before.iter().find(|(other, _)| *other == path).map(|(_, text)| text);
        if then == Some(&now) {
            continue;
        }
        let shown = path.strip_prefix(step::root()).unwrap_or(&path).display().to_string();
        if !check {
            println!("wrote {shown}");
            continue;
        }
        differing.push(shown);
        // A check leaves everything as it was.
        match then {
            Some(then) => fs::write(&path, then)?,
            None => fs::remove_file(&path)?,
        }
    }
    Ok(())
}

fn contents() -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let files = tree::files(&step::root().join("web/client/src"))?;
    files.into_iter().map(|path| Ok((path.clone(), fs::read(path)?))).collect()
}
