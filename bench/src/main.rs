//! `lk-bench <name> [--quick] [--now] [--server FILE]`: measures the real server, each time beside a reference.
//!
//! `message` what a stored, audited, delivered message costs, beside pgbench with equal statements;
//! `fanout` deliveries to many sockets, beside the npm `socket.io` server;
//! `sign-in` password hashes a second, beside the `argon2` command, and a crowd at the door;
//! `audit` how fast a stranger verifies the log, and what an entry costs, beside a verifier in
//! Python and transactions without entries;
//! `crash` whether anything is lost or there twice after a hundred times `kill -9`;
//! `enumeration` whether the time of an answer says that an address has a login;
//! `oracle` whether the time of an answer says that an id is somebody else's.
//!
//! Reading order: [`stage`] (what is started and how it is filled), [`message`], [`fanout`],
//! [`audit`], [`crash`], [`sign_in`], [`enumeration`], [`oracle`], [`figures`] (how results are put).
//! `--quick` runs one short round, to see that everything works; its figures mean nothing.
//! `--now` does not wait for a quiet machine: compare only what ran in turns.
//! `--server` measures a program that is already built.

mod audit;
mod crash;
mod enumeration;
mod fanout;
mod figures;
mod http;
mod machine;
mod message;
mod oracle;
mod postgres;
mod rank;
mod reference;
mod server;
mod sign_in;
mod socket;
mod stage;
mod tls;
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// How long and how often is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// One measurement.
    pub(crate) span: Duration,
    /// What passes before it begins to count.
    pub(crate) warm: Duration,
    /// How many of which the median is taken.
    pub(crate) rounds: u32,
}

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Asked {
    /// How long and how often.
    pub(crate) pace: Pace,
    /// Whether the figures are to be believed.
    pub(crate) matters: bool,
    /// Whether it waits for a quiet machine first.
    pub(crate) waits: bool,
    /// The program that is measured; built when it is not named.
    pub(crate) server: Option<PathBuf>,
}

const USUAL: Pace = Pace { span: Duration::from_secs(4), warm: Duration::from_secs(1), rounds: 3 };
const QUICK: Pace =
    Pace { span: Duration::from_millis(800), warm: Duration::from_millis(300), rounds: 1 };

fn main() -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no runtime")
        .and_then(|runtime| runtime.block_on(run()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_default();
    let mut asked = Asked { pace: USUAL, matters: true, waits: true, server: None };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--now" => asked.waits = false,
            "--quick" => (asked.pace, asked.matters) = (QUICK, false),
            "--server" => {
                asked.server = Some(words.next().context("--server needs a file")?.into())
            }
            other => bail!("what is {other:?}?"),
        }
    }
    tls::install();
    match name.as_str() {
        "audit" => audit::run(&asked).await,
        "crash" => crash::run(&asked).await,
        "message" => message::run(&asked).await,
        "fanout" => fanout::run(&asked).await,
        "sign-in" => sign_in::run(&asked).await,
        "enumeration" => enumeration::run(&asked).await,
        "oracle" => oracle::run(&asked).await,
        other => bail!(
            "there is no benchmark {other:?}; there are: message, fanout, audit, crash, sign-in, enumeration, oracle"
        ),
    }
}
