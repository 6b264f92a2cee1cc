//! `db`: checks every SQL statement against the migrations and writes down what was found.
//!
//! The `query!` macros describe their statements to PostgreSQL when they are compiled with
//! `SQLX_OFFLINE=false`, and write the answers into `SQLX_OFFLINE_DIR`; everybody else compiles
//! from these files. That is all `cargo sqlx prepare` does, so the tool itself is not needed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};

use crate::setup::{self, For};
use crate::throwaway::Throwaway;
use crate::{step, tree};

pub(crate) fn run(words: &[String]) -> Result<()> {
    let only_url = match words {
        [] => false,
        [word] if word == "--url" => true,
        _ => bail!("db takes --url or nothing"),
    };
    setup::prepare(For::Database)?;
    let postgres = Throwaway::start()?;
    migrate(&postgres)?;
    if only_url {
        println!("{}", postgres.url("owner")?);
        step::announce("the database runs until Ctrl-C");
        return postgres.wait();
    }
    schema(&postgres)?;
    queries(&postgres)
}

/// Applies the migrations in their order, each in one transaction.
fn migrate(postgres: &Throwaway) -> Result<()> {
    let mut all: Vec<PathBuf> = tree::files(&step::root().join("migrations"))?;
    all.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    step::announce(&format!("applying {} migrations", all.len()));
    for path in &all {
        let mut psql = step::command(&postgres.program("psql")?.display().to_string());
        psql.args(["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]);
        psql.arg("--file").arg(path).arg(postgres.url("owner")?);
        step::quietly(psql.stdout(std::io::stderr()))
            .with_context(|| format!("migration {} failed", path.display()))?;
    }
    Ok(())
}

/// Writes `docs/reference/schema.sql`: what the migrations add up to.
fn schema(postgres: &Throwaway) -> Result<()> {
    let mut dump = step::command(&postgres.program("pg_dump")?.display().to_string());
    dump.args(["--schema-only", "--no-tablespaces"]).arg(postgres.url("owner")?);
    let dumped = step::output(&mut dump)?;
    let mut text = String::from("-- Made by `cargo xtask db` from migrations/; edit those.\n");
    let mut was_blank = false;
    // Versions and one-time tokens of the dump differ from run to run; nothing else does.
    let varying = ["\\restrict", "\\unrestrict", "-- Dumped", "-- PostgreSQL database dump"];
    for line in dumped.lines().map(str::trim_end) {
        let skipped = line == "--" || varying.iter().any(|start| line.starts_with(start));
        if skipped || (line.is_empty() && was_blank) {
            continue;
        }
        was_blank = line.is_empty();
        text.push_str(line);
        text.push('\n');
    }
    let path = step::root().join("docs/reference/schema.sql");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    write_if_new(&path, &format!("{}\n", text.trim_end()))
}

/// Writes `.sqlx/` anew: one file for each checked statement, and none for those that are gone.
fn queries(postgres: &Throwaway) -> Result<()> {
    let fresh = step::target_directory()?.join("xtask/sqlx");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    let packages = packages_with_queries()?;
    if packages.is_empty() {
        step::announce("no crate has checked statements");
        return Ok(());
    }
    let mut check = step::cargo();
    check.args(["check", "--locked", "--all-targets"]);
    for (name, entry) in &packages {
        check.args(["--package", name]);
        touch(entry)?;
    }
    check.env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", &fresh);
    check.env("DATABASE_URL", postgres.url("owner")?);
    let kept = step::root().join(".sqlx");
    if let Err(error) = step::run(&mut check) {
        // Code that does not compile keeps nobody from the statements that could be checked.
        add(&fresh, &kept)?;
        return Err(error.context("some crates do not compile, so no old statement was removed"));
    }
    let count = add(&fresh, &kept)?;
    remove_others(&fresh, &kept)?;
    println!("{count} statements are checked");
    Ok(())
}

/// Crates whose sources have checked statements, with a file that makes cargo look at them again.
fn packages_with_queries() -> Result<Vec<(String, Vec<PathBuf>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(step::root().join("crates"))? {
        let directory = entry?.path();
        let Ok(manifest) = fs::read_to_string(directory.join("Cargo.toml")) else { continue };
        let manifest: toml::Table = manifest.parse()?;
        let name = manifest.get("package").and_then(|package| package.get("name"));
        let name = name.and_then(toml::Value::as_str).context("a crate without a name")?;
        let mut sources = tree::files(&directory)?;
        sources.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
        let mut asking = Vec::new();
        for path in sources {
            let text = fs::read_to_string(&path)?;
            if ["query!(", "query_as!(", "query_scalar!("].iter().any(|call| text.contains(call)) {
                asking.push(path);
            }
        }
        if !asking.is_empty() {
            found.push((name.to_owned(), asking));
        }
    }
    found.sort();
    Ok(found)
}

/// Cargo compiles again what is younger than its output.
fn touch(files: &[PathBuf]) -> Result<()> {
    for file in files {
        #[expect(
            clippy::disallowed_methods,
            reason = "the file system's clock is what counts here"
        )]
        let now = SystemTime::now();
        File::options().append(true).open(file)?.set_modified(now)?;
    }
    Ok(())
}

/// Copies what is new or different; says how many there are.
fn add(from: &Path, to: &Path) -> Result<usize> {
    fs::create_dir_all(to)?;
    let mut count = 0;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        write_if_new(&to.join(entry.file_name()), &fs::read_to_string(entry.path())?)?;
        count += 1;
    }
    Ok(count)
}

/// Removes the statements that nobody makes any more.
fn remove_others(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() {
            fs::remove_file(entry.path())?;
            println!("removed .sqlx/{}", entry.file_name().display());
        }
    }
    Ok(())
}

fn write_if_new(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("wrote {}", path.strip_prefix(step::root()).unwrap_or(path).display());
    Ok(())
}
