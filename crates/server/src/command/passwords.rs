//! `leadkeep passwords`: the list of breached passwords that new ones are held against.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Subcommand;
use lk_config::Settings;
use lk_crypto::breached::{Index, build};
use lk_identity::password::Rules;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a table from a file in the form of "Have I Been Pwned": SHA-1 in hex, a colon, a
    /// count, sorted by hash. Name the table in identity.breached_passwords.
    Build {
        /// The file.
        file: PathBuf,
        /// Where the table goes.
        #[arg(long, default_value = "breached-passwords.lkpw")]
        output: PathBuf,
    },
}

/// Does it.
///
/// # Errors
/// A file that is no such list, or cannot be read or written.
pub fn run(verb: Verb) -> anyhow::Result<()> {
    let Verb::Build { file, output } = verb;
    let list = File::open(&file).with_context(|| file.display().to_string())?;
    // Beside the old one until it is whole: a server may be reading that.
    let fresh = output.with_extension("new");
    let table = File::create(&fresh).with_context(|| fresh.display().to_string())?;
    let count = build(BufReader::new(list), BufWriter::new(table), Index::TwoBytes)
        .with_context(|| file.display().to_string())?;
    std::fs::rename(&fresh, &output).with_context(|| output.display().to_string())?;
    println!("{} holds {count} passwords.", output.display());
    Ok(())
}

/// The rules for new passwords, with the administrator's list.
///
/// # Errors
/// A list that cannot be read.
pub fn rules(settings: &Settings) -> anyhow::Result<Arc<Rules>> {
    let path = &settings.identity.breached_passwords;
    let full = (!path.as_os_str().is_empty()).then_some(path.as_path());
    let rules = Rules::new(&settings.mail.name, full)
        .with_context(|| format!("identity.breached_passwords: {}", path.display()))?;
    Ok(Arc::new(rules))
}
