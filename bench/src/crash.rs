//! `crash`: a hundred times `kill -9`, of the server, of its database or of both, at random moments
//! while visitors write; afterwards every acknowledged message has to be there once with its one
//! entry, each entry once in the tree, and every checkpoint that was ever seen has to hold.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use http::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::Asked;
use crate::figures::{Report, Target, number, output};
use crate::http::{Asking, Place};
use crate::machine;
use crate::server::{Installation, Server, program};
use crate::stage::{BODY, Stage};

/// How many visitors write at once.
const WRITERS: usize = 4;
const KILLS: u32 = 100;
const DATABASE: &str = "leadkeep";
/// Where the random moments begin, so that a run can be repeated.
const SEED: u64 = 20_261_123;

/// Runs it all and prints it.
pub(crate) async fn run(asked: &Asked) -> Result<()> {
    let program = program(asked.server.as_deref())?;
    let installation = Installation::fresh(program)?;
    let kept = output()?.join("checkpoints");
    let _ = std::fs::remove_dir_all(&kept);
    std::fs::create_dir_all(&kept)?;
    let mut report = Report::new("crash");
    report.say("bench crash: kill -9 at random moments while visitors write\n");
    machine::describe(&mut report, &installation.data);
    let mut server = installation.start().await?;
    let stage = Arc::new(Stage::set(&server, WRITERS).await?);
    let mut acknowledged = Vec::new();
    let mut seed = SEED;
    let kills = if asked.matters { KILLS } else { 6 };
    for round in 0..kills {
        let ends = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let (stage, place) = (Arc::clone(&stage), server.widget(&["http/1.1"])?);
            let run = format!("crash-{round:03}-{writer}");
            writers.spawn(write(stage, place, writer, run, Arc::clone(&ends)));
        }
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        tokio::time::sleep(Duration::from_millis(20 + (seed >> 33) % 1_500)).await;
        keep(&server, &kept, round).await?;
        server = match round % 3 {
            0 => killed(server, true, false).await?,
            1 => killed(server, false, true).await?,
            _ => killed(server, true, true).await?,
        };
        ends.store(true, Ordering::SeqCst);
        while let Some(written) = writers.join_next().await {
            acknowledged.extend(written?);
        }
    }
    report.figure("kills", number(kills), "", None);
    report.figure("messages acknowledged", number(acknowledged.len()), "", None);
    judge(&mut report, &server, &acknowledged).await?;
    checked(&mut report, &server, &kept).await?;
    report.save()?;
    server.stop().await?;
    installation.remove();
    std::fs::remove_dir_all(&kept)?;
    Ok(())
}

/// One visitor writes until something goes wrong or all end; the ids that were acknowledged.
async fn write(
    stage: Arc<Stage>,
    place: Place,
    writer: usize,
    run: String,
    ends: Arc<AtomicBool>,
) -> Vec<String> {
    let mut acknowledged = Vec::new();
    let Some(visitor) = stage.visitors.get(writer) else { return acknowledged };
    let Ok(mut way) = place.connect().await else { return acknowledged };
    let path = format!("/api/widget/v1/conversations/{}/messages", visitor.conversation);
    while !ends.load(Ordering::SeqCst) {
        let id = format!("{run}-{:06}", acknowledged.len());
        let body = json!({ "client_message_id": id, "body": BODY }).to_string();
        let asking = Asking::new(Method::POST, path.clone(), &visitor.headers, body);
        match way.ask(asking).await {
            Ok(answer) if answer.status.is_success() => acknowledged.push(id),
            _ => break,
        }
    }
    acknowledged
}

/// Keeps the newest checkpoint, as a witness would.
async fn keep(server: &Server, kept: &Path, round: u32) -> Result<()> {
    let mut way = server.dashboard(&["http/1.1"])?.connect().await?;
    let asking =
        Asking::new(Method::GET, "/audit-log/checkpoint", &http::HeaderMap::new(), String::new());
    let answer = way.ask(asking).await?;
    answer.expect_success()?;
    Ok(std::fs::write(kept.join(format!("{round:03}")), &answer.body)?)
}

/// Kills with no warning; whatever died is there again afterwards.
async fn killed(mut server: Server, itself: bool, database: bool) -> Result<Server> {
    if itself {
        server.kill()?;
    }
    if database {
        let postmaster = server.cluster.pid.to_string();
        std::process::Command::new("kill").args(["-9", &postmaster]).status()?;
    }
    if itself {
        let installation = server.at.clone();
        drop(server);
        return installation.start().await;
    }
    server.comes_back().await?;
    Ok(server)
}

/// Counts what is there of what was acknowledged.
async fn judge(report: &mut Report, server: &Server, acknowledged: &[String]) -> Result<()> {
    let sql = async |text: &str| server.cluster.sql("postgres", DATABASE, text).await;
    while sql("select count(*) from audit_waiting;").await?.trim() != "0" {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let text = "select client_message_id, count(*) from messages
                 where client_message_id like 'crash-%' group by 1;";
    let there = sql(text).await?;
    let there: HashMap<&str, &str> = there.lines().filter_map(|row| row.split_once('|')).collect();
    let lost = acknowledged.iter().filter(|id| !there.contains_key(id.as_str())).count();
    let twice = there.values().filter(|count| **count != "1").count();
    let none = Some(Target::AtMost(0.0));
    report.figure("acknowledged messages that are lost", number(lost), "", none);
    report.figure("messages that are there twice", number(twice), "", none);
    for (name, text) in [
        (
            "messages without their one entry",
            "select count(*) from messages m where m.client_message_id like 'crash-%' and
               (select count(*) from audit_entries e where e.workspace_id = m.workspace_id
                 and e.target_id = m.message_id and e.action = 'message.sent') <> 1;",
        ),
        (
            "entries that are not in the tree once",
            "select count(*) from audit_entries e where
               (select count(*) from audit_leaves l where l.workspace_id = e.workspace_id
                 and l.entry_id = e.entry_id) <> 1;",
        ),
    ] {
        let count: u32 = sql(text).await?.trim().parse()?;
        report.figure(name, number(count), "", none);
    }
    Ok(())
}

/// Holds the log against itself and against every checkpoint that was kept.
async fn checked(report: &mut Report, server: &Server, kept: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(kept)?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    ensure!(!files.is_empty(), "no checkpoint was kept");
    let mut wrong = 0_u32;
    for file in &files {
        let mut check = server.command();
        check.args(["audit", "check", "--data"]).arg(&server.at.data);
        check.arg("--checkpoint").arg(file).stdin(Stdio::null());
        let said = check.output().await.context("audit check")?;
        if !said.status.success() {
            wrong += 1;
            report.say(String::from_utf8_lossy(&said.stdout));
            report.say(String::from_utf8_lossy(&said.stderr));
        } else if Some(file) == files.last() {
            report.say(format!("  audit check: {}", String::from_utf8_lossy(&said.stdout).trim()));
        }
    }
    report.figure("checkpoints kept on the way", number(files.len()), "", None);
    let none = Some(Target::AtMost(0.0));
    report.figure("checkpoints that do not hold at the end", number(wrong), "", none);
    Ok(())
}
