//! `sign-in`: password hashes a second, beside Debian's `argon2` command at the same parameters;
//! and what two hundred people who sign in at once do to somebody who reads.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use http::Method;
use serde_json::json;

use crate::Asked;
use crate::figures::{Report, Target, median, number, percentile};
use crate::http::{Asking, Place};
use crate::server::{Installation, Server, program};
use crate::stage::{self, Stage};
use crate::{machine, usage};

/// What the server is started with (`server.rs`).
const COST: [&str; 4] = ["-t", "2", "-k", "19456"];
/// As many at a time as the server computes: one for each core.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

const CROWD: usize = 200;

/// Runs it all and prints it.
pub(crate) async fn run(asked: &Asked) -> Result<()> {
    let program = program(asked.server.as_deref())?;
    machine::wait_for_quiet(asked).await;
    let installation = Installation::fresh(program)?;
    let mut report = Report::new("sign-in");
    report.say("bench sign-in: password hashes, and a crowd at the door\n");
    machine::describe(&mut report, &installation.data);
    let server = installation.start().await?;
    let stage = Stage::set(&server, 0).await?;
    let place = server.dashboard(&["http/1.1"])?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..asked.pace.rounds {
        theirs.push(commanded(asked.pace.span).await?);
        ours.push(signed_in(&place, asked.pace.span).await?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    report.say(format!("\n{} at a time, 19 MiB, 2 passes, 1 lane", cores()));
    report.figure("hashes of the argon2 command", theirs, "/s", None);
    report.figure("sign-ins, whole: TLS, HTTP, database, audit entry", ours, "/s", None);
    report.figure("beside the command", ours / theirs, "", Some(Target::AtLeast(0.95)));
    crowd(&mut report, &server, &stage, &place).await?;
    report.say(format!("\nload average at the end: {}", machine::loads()));
    report.save()?;
    server.stop().await?;
    installation.remove();
    Ok(())
}

/// The command, again and again, as many at a time as there are cores; how many a second.
async fn commanded(span: Duration) -> Result<f64> {
    let begun = Instant::now();
    let workers = (0..cores()).map(|_| {
        tokio::task::spawn_blocking(move || {
            let mut count = 0_u32;
            while begun.elapsed() < span {
                let mut command = Command::new("argon2");
                command.args(["sixteen octets .", "-id", "-v", "13", "-p", "1", "-l", "32", "-r"]);
                let mut child = command
                    .args(COST)
                    .stdin(Stdio::piped())
                    .stdout(Stdio::null())
                    .spawn()
                    .context("cannot run argon2")?;
                let mut input = child.stdin.take().context("no input")?;
                input.write_all(b"not the password at all")?;
                drop(input);
                ensure!(child.wait()?.success(), "argon2 failed");
                count += 1;
            }
            anyhow::Ok(count)
        })
    });
    let mut count = 0;
    for worker in workers.collect::<Vec<_>>() {
        count += worker.await??;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

fn attempt(who: &str) -> Asking {
    let body =
        json!({ "email": format!("{who}@example.test"), "password": "not the password at all" });
    Asking::new(Method::POST, "/api/v1/auth/sign-in", &stage::browser(), body.to_string())
}

/// Sign-ins with a wrong password, twice as many at a time as there are cores, so that one is
/// hashed while another is stored; how many a second.
async fn signed_in(place: &Place, span: Duration) -> Result<f64> {
    let begun = Instant::now();
    let workers = (0..cores() * 2).map(|worker| {
        let place = place.clone();
        let work = async move {
            let mut way = place.connect().await?;
            let mut count = 0_u32;
            while begun.elapsed() < span {
                let answer = way.ask(attempt(&format!("nobody-{worker}-{count}"))).await?;
                ensure!(answer.status == 422, "{}", answer.status);
                count += 1;
            }
            anyhow::Ok(count)
        };
        async { tokio::spawn(work).await? }
    });
    let count: u32 = try_join_all(workers).await?.into_iter().sum();
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

/// Reads one's own standing every few milliseconds until told to stop: how long each took.
async fn read(
    place: Place,
    headers: http::HeaderMap,
    stop: Arc<AtomicBool>,
) -> Result<Vec<Duration>> {
    let mut way = place.connect().await?;
    let mut times = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let asking = Asking::new(Method::GET, "/api/v1/conversations", &headers, String::new());
        way.ask(asking).await?.expect_success()?;
        times.push(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(times)
}

async fn crowd(report: &mut Report, server: &Server, stage: &Stage, place: &Place) -> Result<()> {
    let reader = |stop: &Arc<AtomicBool>| {
        tokio::spawn(read(place.clone(), stage.operator.clone(), Arc::clone(stop)))
    };
    let stop = Arc::new(AtomicBool::new(false));
    let alone = reader(&stop);
    tokio::time::sleep(Duration::from_secs(2)).await;
    stop.store(true, Ordering::Relaxed);
    let mut alone = alone.await??;

    let mut ways = Vec::new();
    for _ in 0..CROWD {
        ways.push(place.connect().await?);
    }
    let before = usage::resident(server.pid());
    let stop = Arc::new(AtomicBool::new(false));
    let beside = reader(&stop);
    let begun = Instant::now();
    let calls = ways.into_iter().enumerate().map(|(n, mut way)| {
        let work = async move { way.ask(attempt(&format!("crowd-{n}"))).await };
        async { tokio::spawn(work).await? }
    });
    let answers = try_join_all(calls).await?;
    let took = begun.elapsed();
    let after = usage::peak(server.pid());
    stop.store(true, Ordering::Relaxed);
    let mut beside = beside.await??;

    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    let (hashed, busy) = (count(422), count(503));
    ensure!(hashed + busy == CROWD, "another answer than 422 and 503");
    report.say(format!("\n{CROWD} sign-ins at once, over in {:.1} s", took.as_secs_f64()));
    report.figure("hashed and refused", number(hashed), "", None);
    report.figure("told at once that there is no capacity (503)", number(busy), "", None);
    let (p99_alone, p99_beside) = (percentile(&mut alone, 99), percentile(&mut beside, 99));
    report.figure("a read alone, p99", p99_alone, "ms", None);
    report.figure("a read beside the crowd, p99", p99_beside, "ms", None);
    let later = (p99_beside - p99_alone).max(0.0);
    report.figure("later by", later, "ms", Some(Target::AtMost(50.0)));
    report.figure("memory before", f64::from(before) / 1024.0, "MiB", None);
    let most = Target::AtMost(512.0);
    report.figure("most memory ever", f64::from(after) / 1024.0, "MiB", Some(most));
    Ok(())
}
