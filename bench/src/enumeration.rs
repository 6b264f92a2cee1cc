//! `enumeration`: whether the time of an answer says that an address has a login.
//!
//! Addresses with and without a login take turns in an order that nobody chose, on one connection.
//! The bodies are compared in tests (`crates/server/tests/it/guessing.rs`), the times here.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use crate::Asked;
use crate::figures::{Report, Target, median};
use crate::http::{Asking, Connection};
use crate::rank::{likelihood, order};
use crate::server::{Installation, program};
use crate::stage::Stage;
use crate::{machine, stage};

/// Each address is asked for a few times only, because from the fifth reset in half an hour on a
/// known one is sent nothing, like an unknown one.
const TIMES: usize = 4;
const ADDRESSES: usize = 250;
/// Which differences are noise: a p-value above this, and medians closer than this.
const LEAST_LIKELY: f64 = 0.01;
const MOST_APART_MS: f64 = 2.0;

/// The ways to ask about an address.
const WAYS: [(&str, &str, u16); 3] = [
    ("sign-in", "/api/v1/auth/sign-in", 422),
    ("reset", "/api/v1/auth/reset", 202),
    ("sign-up", "/api/v1/auth/sign-up", 202),
];

/// Runs it all and prints it.
pub(crate) async fn run(asked: &Asked) -> Result<()> {
    let program = program(asked.server.as_deref())?;
    machine::wait_for_quiet(asked).await;
    let installation = Installation::fresh(program)?;
    let mut report = Report::new("enumeration");
    report
        .say("bench enumeration: whether the time of an answer says that an address has a login\n");
    machine::describe(&mut report, &installation.data);
    let server = installation.start().await?;
    let stage = Stage::set(&server, 0).await?;
    let mut way = server.dashboard(&["http/1.1"])?.connect().await?;
    let count = if asked.matters { ADDRESSES } else { 10 };
    for n in 0..count {
        join(&mut way, &stage.operator, &known(n)).await?;
    }
    for (name, path, status) in WAYS {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for (n, is_known) in order(count * TIMES) {
            let email = if is_known {
                known(n % count)
            } else {
                format!("nobody-{}@example.test", n % count)
            };
            let took = ask(&mut way, path, &email, status).await?;
            if is_known { with.push(took) } else { without.push(took) }
        }
        let apart = (median(with.iter().copied()) - median(without.iter().copied())).abs();
        report.say(format!("\n{name}, {} attempts", with.len() + without.len()));
        report.figure("median with a login", median(with.iter().copied()), "ms", None);
        report.figure("median without", median(without.iter().copied()), "ms", None);
        report.figure("apart", apart, "ms", Some(Target::AtMost(MOST_APART_MS)));
        let p = likelihood(&with, &without);
        report.figure("p of Mann and Whitney", p, "", Some(Target::AtLeast(LEAST_LIKELY)));
    }
    report.say(format!("\nload average at the end: {}", machine::loads()));
    report.save()?;
    server.stop().await?;
    installation.remove();
    Ok(())
}

fn known(n: usize) -> String {
    format!("person-{n}@example.test")
}

/// Makes a login with this address.
pub(crate) async fn join(way: &mut Connection, operator: &HeaderMap, email: &str) -> Result<()> {
    let invite = json!({ "email": email, "role": "user" }).to_string();
    let asking = Asking::new(Method::POST, "/api/v1/invitations", operator, invite);
    let invited: Value = way.ask(asking).await?.json().context("an invitation")?;
    let link = invited.get("link").and_then(Value::as_str).context("no link")?;
    let (_, token) = link.split_once('#').context("no token")?;
    let accept =
        json!({ "token": token, "name": "Somebody", "password": "kettle-orbit-Zw81-lantern" });
    let headers = stage::browser();
    let asking =
        Asking::new(Method::POST, "/api/v1/invitations/accept", &headers, accept.to_string());
    way.ask(asking).await?.expect_success().context("accepting")
}

/// Milliseconds until the answer.
async fn ask(way: &mut Connection, path: &str, email: &str, status: u16) -> Result<f64> {
    let body = if path.ends_with("sign-in") {
        json!({ "email": email, "password": "not the password at all" })
    } else {
        json!({ "email": email })
    };
    let asking = Asking::new(Method::POST, path, &stage::browser(), body.to_string());
    let begun = Instant::now();
    let answer = way.ask(asking).await?;
    let took = begun.elapsed();
    ensure!(answer.status == status, "{path}: {}", answer.status);
    Ok(took.as_secs_f64() * 1e3)
}
