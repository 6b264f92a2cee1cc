//! The command line.

pub mod admin;
pub mod audit;
pub mod doctor;
pub mod passwords;
pub mod reference;

use std::io::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use lk_config::{Settings, Sources};

use crate::{database, serve};

/// Leadkeep: a self-hosted, security-first platform for capturing and working leads.
#[derive(Debug, Parser)]
#[command(name = "leadkeep", version, disable_version_flag = true)]
pub struct CommandLine {
    /// A settings file; otherwise LEADKEEP_CONFIG, `<data>/leadkeep.toml` or `./leadkeep.toml`.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// The data directory; otherwise `data.dir`.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Start the product and keep it running.
    Serve,
    /// Bring the database up to this version, then stop.
    Migrate,
    /// Print the settings in force and test what can be tested.
    Doctor,
    /// Things only the administrator of this machine may do.
    Admin {
        #[command(subcommand)]
        verb: admin::Verb,
    },
    /// The audit log: export, verify, check, witness.
    Audit {
        #[command(subcommand)]
        verb: audit::Verb,
    },
    /// The list of breached passwords.
    Passwords {
        #[command(subcommand)]
        verb: passwords::Verb,
    },
    /// Print the OpenAPI document.
    Openapi {
        /// Of what staff calls on the private listener.
        #[arg(long)]
        staff: bool,
    },
    /// Print a generated reference: permissions, errors, events, audit, holdings, settings or
    /// operations.
    Reference {
        /// Which one.
        name: String,
    },
    /// Print the version.
    Version,
}

/// Does what the command line says.
///
/// # Errors
/// Each a sentence that says what to do.
pub async fn run(line: CommandLine) -> anyhow::Result<()> {
    let settings = || Settings::load(&Sources::of_process(line.config.clone(), line.data.clone()));
    match line.verb {
        Verb::Serve => serve::run(settings()?).await,
        Verb::Migrate => migrate(&settings()?).await,
        Verb::Doctor => doctor::run(settings()).await,
        Verb::Admin { verb } => admin::run(&settings()?, verb).await,
        Verb::Audit { verb } => audit::run(|| Ok(settings()?), verb).await,
        Verb::Passwords { verb } => passwords::run(verb),
        Verb::Openapi { staff } => reference::openapi(staff).await,
        Verb::Reference { name } => reference::print(&name).await,
        Verb::Version => say(&format!("leadkeep {}\n", crate::VERSION)),
    }
}

/// Writes to the standard output; that a reader such as `head` has heard enough is no error.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

async fn migrate(settings: &Settings) -> anyhow::Result<()> {
    crate::logs::start(&settings.log)?;
    crate::listener::tls::install(settings.tls.compatibility_tls12);
    let root = database::root_key(settings)?;
    let database = database::open(settings, &root).await?;
    database.db.close().await;
    if let Some(cluster) = database.cluster {
        cluster.stop().await;
    }
    println!("The database is up to date.");
    Ok(())
}
