//! `leadkeep audit`: export, verify, check and witness the audit log.

use std::fs;
use std::io::{BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use lk_base::id::WorkspaceId;
use lk_base::{Clock, Error};
use lk_config::Settings;
use lk_ledger::published::Keys;
use lk_ledger::{check, export, verify, witness};
use lk_net::Url;
use lk_net::outbound::Credential;
use lk_tlog::note::Kind;
use lk_tlog::{Checkpoint, Note, SigningKey, VerifyingKey};

use super::say;
use crate::database;
use crate::listener::tls;

/// How many bytes of a bundle are read or written at once: what stays in the nearest caches. With
/// four times as many, the system takes three times as long to hand over the same bytes.
const AT_ONCE: usize = 64 * 1024;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Write the entries of one workspace, with the proof that they are all, into a file.
    Export {
        /// The workspace's id, wsp_….
        #[arg(long)]
        workspace: WorkspaceId,
        /// The file; it must not be there yet.
        #[arg(long)]
        out: PathBuf,
    },
    /// Check such a file. Needs no installation, no network and no settings.
    Verify {
        /// The file.
        file: PathBuf,
        /// A key of the log that is known from elsewhere; can be given several times.
        #[arg(long)]
        key: Vec<VerifyingKey>,
    },
    /// Hold every entry in the database against the signed tree.
    Check {
        /// A file with a checkpoint that was kept elsewhere: the log must not be smaller.
        #[arg(long)]
        checkpoint: Option<PathBuf>,
    },
    /// Look at a log from elsewhere, and sign its checkpoint if it continues what was seen before.
    Witness {
        /// The address of the log, https://…/audit-log, or a directory with the same files.
        #[arg(long)]
        log: String,
        /// A key of the log, from whoever runs it.
        #[arg(long, required = true)]
        key: Vec<VerifyingKey>,
        /// The directory in which the witness keeps its own key and what it saw.
        #[arg(long)]
        state: PathBuf,
        /// The name with which the witness signs, such as witness.example.com/leadkeep.
        #[arg(long)]
        name: String,
    },
}

/// Does it.
///
/// # Errors
/// Each a sentence; for `verify`, `check` and `witness` also whatever does not hold.
pub async fn run(
    settings: impl FnOnce() -> anyhow::Result<Settings>,
    verb: Verb,
) -> anyhow::Result<()> {
    match verb {
        Verb::Export { workspace, out } => to_file(&settings()?, workspace, &out).await,
        Verb::Verify { file, key } => of_file(&file, &key),
        Verb::Check { checkpoint } => of_rows(&settings()?, checkpoint.as_deref()).await,
        Verb::Witness { log, key, state, name } => {
            let settings = settings()?;
            tls::install(settings.tls.compatibility_tls12);
            of_log(&settings, &log, &key, &state, &name).await
        }
    }
}

async fn to_file(settings: &Settings, workspace: WorkspaceId, out: &Path) -> anyhow::Result<()> {
    tls::install(settings.tls.compatibility_tls12);
    let file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(out)
        .with_context(|| format!("{} cannot be made", out.display()))?;
    let root = database::root_key(settings)?;
    let database = database::join(settings, &root).await?;
    let mut writer = BufWriter::with_capacity(AT_ONCE, &file);
    let written = export::export(&database.db, workspace, &mut writer).await;
    drop(writer);
    database.db.close().await;
    if let Some(cluster) = database.cluster {
        cluster.stop().await;
    }
    if let Err(error) = written {
        fs::remove_file(out)?;
        return match error {
            Error::NotFound => bail!("that workspace has no entries"),
            other => Err(other).context("the log cannot be exported"),
        };
    }
    file.sync_all().context("the bundle cannot be written")
}

fn of_file(file: &Path, keys: &[VerifyingKey]) -> anyhow::Result<()> {
    let cannot = || format!("{} cannot be read", file.display());
    let bundle = fs::File::open(file).with_context(cannot)?;
    let bundle = BufReader::with_capacity(AT_ONCE, bundle);
    let report = verify::verify(bundle, keys).with_context(cannot)?;
    for problem in &report.problems {
        say(&format!("WRONG  {problem}\n"))?;
    }
    if !report.problems.is_empty() {
        bail!("the bundle does not hold");
    }
    let signed_by = report.signed_by.unwrap_or_default();
    say(&format!(
        "{} entries hold, in a tree of {} leaves of {}.\nSigned by {signed_by}{}\n",
        report.entries,
        report.size,
        report.origin,
        if keys.is_empty() {
            "\nCompare that key with the one of the installation: it came with the bundle."
        } else {
            ""
        },
    ))
}

async fn of_rows(settings: &Settings, kept: Option<&Path>) -> anyhow::Result<()> {
    let kept = match kept {
        Some(file) => {
            let note: Note = fs::read_to_string(file)
                .with_context(|| format!("{} cannot be read", file.display()))?
                .parse()?;
            Some(Checkpoint::parse(note.text())?)
        }
        None => None,
    };
    tls::install(settings.tls.compatibility_tls12);
    let root = database::root_key(settings)?;
    let database = database::join(settings, &root).await?;
    let checked = check::check(&database.db, kept.as_ref()).await;
    database.db.close().await;
    if let Some(cluster) = database.cluster {
        cluster.stop().await;
    }
    let checked = checked.context("the log cannot be checked")?;
    for finding in &checked.findings {
        say(&format!("WRONG  {finding}\n"))?;
    }
    if !checked.findings.is_empty() {
        bail!("the audit log does not hold");
    }
    say(&format!(
        "{} entries fit the tree of {} leaves; {} wait.\n",
        checked.entries, checked.size, checked.waiting
    ))
}

/// Where a witness keeps what it saw.
const SEEN: &str = "checkpoint";
/// Where a witness keeps its key.
const KEY: &str = "witness.key";

async fn of_log(
    settings: &Settings,
    log: &str,
    keys: &[VerifyingKey],
    state: &Path,
    name: &str,
) -> anyhow::Result<()> {
    fs::create_dir_all(state).with_context(|| format!("{} cannot be made", state.display()))?;
    let key = own_key(&state.join(KEY), name)?;
    let seen = match fs::read_to_string(state.join(SEEN)) {
        Ok(text) => Some(Checkpoint::parse(text.parse::<Note>()?.text())?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).context("what was seen cannot be read"),
    };
    let source = Source::of(settings, log)?;
    let note = source.text("checkpoint").await?;
    let published: Keys = serde_json::from_str(&source.text("keys").await?)
        .context("the log's keys cannot be read")?;
    let known = verify::chain(&published.origin, &published.keys, keys)
        .map_err(|why| anyhow::anyhow!("the log's keys cannot be read: {why}"))?;
    let source = &source;
    let fetch = |path: String| async move {
        source.get(&format!("tile/{path}")).await.map_err(|error| format!("{error:#}"))
    };
    let (note, now) = match witness::look(seen.as_ref(), &note, &known, fetch).await {
        Ok(found) => found,
        Err(alarm) => bail!("{alarm}"),
    };
    let at = u64::try_from(Clock::system().now().unix_seconds())?;
    let cosigned = witness::cosign(note, &key, at);
    // Written beside and moved, so that what was seen is never half there.
    let beside = state.join(format!("{SEEN}.new"));
    fs::write(&beside, &cosigned)?;
    fs::File::open(&beside)?.sync_all()?;
    fs::rename(&beside, state.join(SEEN))?;
    say(&cosigned)?;
    tracing::info!(size = now.size, key = %key.public(), "witnessed");
    Ok(())
}

fn own_key(file: &Path, name: &str) -> anyhow::Result<SigningKey> {
    let seed = match fs::read(file) {
        Ok(seed) => seed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut seed = [0; 32];
            lk_base::clock::fill_random(&mut seed);
            let mut out = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(file)
                .context("the witness's key cannot be made")?;
            out.write_all(&seed)?;
            seed.to_vec()
        }
        Err(error) => return Err(error).context("the witness's key cannot be read"),
    };
    SigningKey::from_seed(name, Kind::Cosignature, &seed).context("the witness's key or name")
}

/// Where a log is read from.
enum Source {
    Directory(PathBuf),
    Web(lk_net::Outbound, Url),
}

impl Source {
    fn of(settings: &Settings, log: &str) -> anyhow::Result<Self> {
        if !log.starts_with("https://") && !log.starts_with("http://") {
            return Ok(Self::Directory(PathBuf::from(log)));
        }
        let url = Url::parse(&format!("{}/", log.trim_end_matches('/')))
            .context("that is no address of a log")?;
        let out = crate::outbound::of(settings)?;
        out.check(&url).context("that log cannot be asked")?;
        Ok(Self::Web(out, url))
    }

    /// A file of the log; `None` when it has none such.
    async fn get(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        match self {
            Self::Directory(directory) => match fs::read(directory.join(path)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            },
            Self::Web(out, url) => {
                let answer = out.get(&url.join(path)?, Credential::None).await?;
                match answer.status {
                    200 => Ok(Some(answer.body.to_vec())),
                    404 => Ok(None),
                    status => bail!("the log answered {status}"),
                }
            }
        }
    }

    async fn text(&self, path: &str) -> anyhow::Result<String> {
        let bytes = self.get(path).await?;
        let bytes = bytes.with_context(|| format!("the log has no {path} yet"))?;
        String::from_utf8(bytes).with_context(|| format!("the log's {path} is no text"))
    }
}
