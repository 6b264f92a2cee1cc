//! A large log: put into the tree, exported, verified on one core, by us and by a verifier in Python.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::process::Command;

use crate::Asked;
use crate::figures::{Report, Target, home, median, number, output};
use crate::server::Server;
use crate::stage::{BROWSER, Stage, WORKSPACE};
use crate::usage;

const ENTRIES: &str = include_str!("../../sql/entries.sql");
/// How many entries one run of the statement makes.
const AT_ONCE: u32 = 100_000;
/// How long the sequencer may take for them.
const PATIENCE: Duration = Duration::from_secs(300);
const DATABASE: &str = "leadkeep";

/// An exported log.
pub(crate) struct Bundle {
    file: PathBuf,
    entries: u32,
}

/// Makes the log, has it put into the tree, and exports it.
pub(crate) async fn grown(
    report: &mut Report,
    asked: &Asked,
    server: &Server,
    stage: &Stage,
) -> Result<Bundle> {
    let groups: u32 = if asked.matters { 10 } else { 1 };
    let cluster = &server.cluster;
    let sql = async |text: &str| cluster.sql("postgres", DATABASE, text).await;
    // By its name: others are the product's own.
    let asked_for = format!("select workspace_id from workspaces where name = '{WORKSPACE}';");
    let workspace = sql(&asked_for).await?.trim().to_owned();
    let before = number(waiting_and_placed(server).await?.1);
    report.say(format!("\nA log of {} entries of one workspace", groups * AT_ONCE));

    for group in 0..groups {
        let text = ENTRIES
            .replace(":'workspace'", &format!("'{workspace}'"))
            .replace(":'browser'", &format!("'{BROWSER}'"))
            .replace(":first", &(group * AT_ONCE).to_string());
        sql(&text).await.context("entries")?;
    }
    let (begun, spent) = (Instant::now(), spent(server));
    let already = number(waiting_and_placed(server).await?.1);
    while waiting_and_placed(server).await?.0 > 0 {
        ensure!(begun.elapsed() < PATIENCE, "the sequencer does not come to its end");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let (seconds, used) = (begun.elapsed().as_secs_f64(), self::spent(server) - spent);
    let placed = number(waiting_and_placed(server).await?.1);
    ensure!(placed - before >= number(groups * AT_ONCE), "entries are missing in the tree");
    report.figure("put into the tree", (placed - already) / seconds, "per second", None);
    report.figure(
        "processor time of server and PostgreSQL for one",
        used.as_secs_f64() * 1e6 / (placed - already).max(1.0),
        "µs",
        None,
    );
    exported(report, server, &stage.workspace, groups * AT_ONCE).await
}

fn spent(server: &Server) -> Duration {
    usage::own(server.pid()) + usage::family(server.cluster.pid)
}

/// How many entries wait, and how many are in the tree.
async fn waiting_and_placed(server: &Server) -> Result<(u32, u32)> {
    let text = "select count(*) from audit_waiting; select size from audit_log;";
    let said = server.cluster.sql("postgres", DATABASE, text).await?;
    let mut lines = said.lines();
    let mut next = || anyhow::Ok(lines.next().unwrap_or_default().parse()?);
    Ok((next()?, next()?))
}

async fn exported(
    report: &mut Report,
    server: &Server,
    workspace: &str,
    entries: u32,
) -> Result<Bundle> {
    let file = output()?.join("bundle.jsonl");
    let _ = std::fs::remove_file(&file);
    let begun = Instant::now();
    let mut export = server.command();
    export.args(["audit", "export", "--workspace", workspace, "--data"]).arg(&server.at.data);
    said(export.arg("--out").arg(&file)).await.context("the export")?;
    let seconds = begun.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(&file)?.len();
    report.figure("exported", number(entries) / seconds, "per second", None);
    report.figure("the bundle", number(bytes / 1_000_000), "MB", None);
    Ok(Bundle { file, entries })
}

/// Verifies the bundle and removes it. Nothing of the product runs: whoever verifies is a stranger
/// with a file.
pub(crate) async fn verified(
    report: &mut Report,
    asked: &Asked,
    program: &Path,
    Bundle { file, entries }: Bundle,
) -> Result<()> {
    report.say("\nThe bundle, offline on one core, reading the file included (medians)");
    let script = home().join("../crates/ledger/tests/verify_bundle.py");
    let (mut ours, mut hashed) = (vec![], vec![]);
    for _ in 0..asked.pace.rounds {
        let verify = &mut Command::new(program);
        let (time, says) = on_one_core(verify.args(["audit", "verify"]).arg(&file)).await?;
        let held: u32 = says.split(' ').next().unwrap_or_default().parse().context(says.clone())?;
        ensure!(held >= entries, "only {held} of {entries} entries are in the bundle");
        ours.push(time);
        hashed.push(on_one_core(Command::new("sha256sum").arg(&file)).await?.0);
    }
    // Once: it takes minutes, and a second of noise is nothing to it.
    let python = [on_one_core(Command::new("python3").arg(&script).arg(&file)).await?.0];
    let rate = |times: &[f64]| number(entries) / median(times.iter().copied());
    let target = Some(Target::AtLeast(500_000.0));
    report.figure("leadkeep audit verify", rate(&ours), "per second", target);
    report.figure("the verifier in Python", rate(&python), "per second", None);
    report.figure("sha256sum of the same file, for comparison", rate(&hashed), "per second", None);
    std::fs::remove_file(&file)?;
    Ok(())
}

/// Runs a program on the second core alone; how many seconds it took, and what it said.
async fn on_one_core(command: &mut Command) -> Result<(f64, String)> {
    let program = command.as_std().get_program().to_owned();
    let mut pinned = Command::new("taskset");
    pinned.args(["-c", "1"]).arg(&program).args(command.as_std().get_args());
    let begun = Instant::now();
    let said =
        said(&mut pinned).await.with_context(|| Path::new(&program).display().to_string())?;
    Ok((begun.elapsed().as_secs_f64(), said))
}

/// What a program says; it must succeed.
async fn said(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().await?;
    if !output.status.success() {
        bail!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}
