//! `oracle`: whether the time of an answer says that an id is somebody else's, or names nothing.
//!
//! Somebody in one workspace asks for what is in another and for what does not exist, in turns whose
//! order nobody chose, on one connection over TLS. An id that names nothing is one of somebody else's
//! with another end, so that both lead to the same places of an index. The bytes of the answers are
//! compared in tests (`crates/server/tests/it/sweep/matrix.rs`), the times here.

use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::{Value, json};

use crate::Asked;
use crate::enumeration::join;
use crate::figures::{Report, Target, median, number};
use crate::http::{Asking, Connection, Place};
use crate::machine;
use crate::rank::{Chance, likelihood, order};
use crate::server::{Installation, program};
use crate::stage::Stage;

/// How often each way is tried with each kind of id.
const TIMES: usize = 2_000;
/// How many things of each kind the other workspace has.
const THINGS: usize = 25;
/// What all ways together may be taken for a difference by accident; each has its share of it
/// (Bonferroni).
const BY_ACCIDENT: f64 = 0.01;
/// Letters and digits of ids.
const DIGITS: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A way to ask.
struct Way {
    name: &'static str,
    method: Method,
    /// The id goes where `{id}` is.
    path: &'static str,
    body: &'static str,
    status: u16,
    foreign: Vec<String>,
}

/// Runs it all and prints it.
pub(crate) async fn run(asked: &Asked) -> Result<()> {
    let program = program(asked.server.as_deref())?;
    machine::wait_for_quiet(asked).await;
    let installation = Installation::fresh(program)?;
    let mut report = Report::new("oracle");
    report.say("bench oracle: whether the time of an answer says that an id is somebody else's\n");
    machine::describe(&mut report, &installation.data);
    let server = installation.start().await?;
    let stage = Stage::set(&server, THINGS).await?;
    let mut connection = server.dashboard(&["http/1.1"])?.connect().await?;
    let ways = ways(&mut connection, &stage, &server.widget(&["http/1.1"])?).await?;
    let elsewhere = elsewhere(&mut connection, &stage.operator).await?;
    let times = if asked.matters { TIMES } else { 20 };
    let least_likely = BY_ACCIDENT / number(ways.len());
    let (mut chance, mut told) = (Chance::new(), Vec::new());
    for way in &ways {
        let (mut foreign, mut missing) = (Vec::new(), Vec::new());
        for (n, is_foreign) in order(times) {
            let id = way.foreign.get(n % way.foreign.len()).context("an id")?;
            if is_foreign {
                foreign.push(ask(&mut connection, way, id, &elsewhere).await?);
            } else {
                let id = with_another_end(id, &mut chance);
                missing.push(ask(&mut connection, way, &id, &elsewhere).await?);
            }
        }
        let p = likelihood(&foreign, &missing);
        report.say(format!("\n{}, {} attempts", way.name, foreign.len() + missing.len()));
        report.figure("median, somebody else's", median(foreign.iter().copied()), "ms", None);
        report.figure("median, of what is not there", median(missing.iter().copied()), "ms", None);
        report.figure("p of Mann and Whitney", p, "", Some(Target::AtLeast(least_likely)));
        if p < least_likely {
            told.push(format!("{} (p = {p:.2e})", way.name));
        }
    }
    report.say(format!("\nload average at the end: {}", machine::loads()));
    report.save()?;
    server.stop().await?;
    installation.remove();
    if asked.matters && !told.is_empty() {
        bail!("the time tells somebody else's from what is not there: {}", told.join(", "));
    }
    Ok(())
}

/// Asks once; milliseconds until the answer.
async fn ask(way: &mut Connection, by: &Way, id: &str, headers: &HeaderMap) -> Result<f64> {
    let path = by.path.replace("{id}", id);
    let asking = Asking::new(by.method.clone(), path, headers, by.body.to_owned());
    let begun = Instant::now();
    let answer = way.ask(asking).await?;
    let took = begun.elapsed();
    ensure!(answer.status == by.status, "{}: {}", by.name, answer.status);
    Ok(took.as_secs_f64() * 1e3)
}

/// The same but for its end, which nobody chose.
fn with_another_end(id: &str, chance: &mut Chance) -> String {
    let end = (id.len() / 2).min(10);
    let kept = id.get(..id.len() - end).unwrap_or_default();
    let digit = |_| DIGITS.get(chance.below(DIGITS.len())).copied().map_or('0', char::from);
    kept.chars().chain((0..end).map(digit)).collect()
}

/// Fills the workspace, and names what somebody elsewhere could ask for.
async fn ways(way: &mut Connection, stage: &Stage, widget: &Place) -> Result<Vec<Way>> {
    let headers = &stage.operator;
    let mut frame = widget.connect().await?;
    for (n, visitor) in stage.visitors.iter().enumerate() {
        let said = json!({ "name": format!("Visitor {n}") }).to_string();
        let path = "/api/widget/v1/me";
        let named = frame.ask(Asking::new(Method::PATCH, path, &visitor.headers, said)).await?;
        named.expect_success().context("a name")?;
    }
    for n in 0..THINGS {
        join(way, headers, &format!("colleague-{n}@example.test")).await?;
        let key = json!({ "name": format!("Key {n}"), "scopes": ["contacts:read"] }).to_string();
        let asking = Asking::new(Method::POST, "/api/v1/api-keys", headers, key);
        way.ask(asking).await?.expect_success().context("a key")?;
    }
    let conversations = "/api/v1/conversations?limit=100";
    let contacts = strings(way, headers, conversations, "/contact/id").await?;
    let members = strings(way, headers, "/api/v1/operators", "/id").await?;
    let keys = strings(way, headers, "/api/v1/api-keys", "/id").await?;
    let widgets = strings(way, headers, "/api/v1/widgets", "/id").await?;
    let cursors = cursors(way, headers).await?;
    let conversations: Vec<String> =
        stage.visitors.iter().map(|visitor| visitor.conversation.clone()).collect();
    let reads = |name, path, foreign| Way {
        name,
        method: Method::GET,
        path,
        body: "",
        status: 404,
        foreign,
    };
    let lists = |name, path, foreign| Way { status: 200, ..reads(name, path, foreign) };
    Ok(vec![
        reads("reading a conversation", "/api/v1/conversations/{id}", conversations.clone()),
        reads("its messages", "/api/v1/conversations/{id}/messages", conversations.clone()),
        Way {
            method: Method::POST,
            body: r#"{"client_message_id":"a-note-of-the-oracle","body":"Is it there?"}"#,
            ..reads("a note in it", "/api/v1/conversations/{id}/notes", conversations)
        },
        reads("a contact", "/api/v1/contacts/{id}", contacts.clone()),
        lists("a contact's conversations", "/api/v1/conversations?contact={id}", contacts),
        reads("a colleague's sessions", "/api/v1/operators/{id}/sessions", members),
        Way { method: Method::DELETE, ..reads("revoking a key", "/api/v1/api-keys/{id}", keys) },
        reads("a widget", "/api/v1/widgets/{id}", widgets),
        Way {
            status: 422,
            ..reads("a cursor", "/api/v1/conversations?limit=1&cursor={id}", cursors)
        },
        lists(
            "a word",
            "/api/v1/conversations/search?q={id}",
            vec!["panniers".to_owned(), "adapter".to_owned()],
        ),
    ])
}

/// One member of each row of a list.
async fn strings(
    way: &mut Connection,
    headers: &HeaderMap,
    path: &str,
    pointer: &str,
) -> Result<Vec<String>> {
    let asking = Asking::new(Method::GET, path, headers, String::new());
    let page: Value = way.ask(asking).await?.json().with_context(|| path.to_owned())?;
    let rows = page.get("data").and_then(Value::as_array).context("no rows")?;
    let all: Vec<String> = rows
        .iter()
        .filter_map(|row| row.pointer(pointer).and_then(Value::as_str).map(str::to_owned))
        .collect();
    ensure!(!all.is_empty(), "{path} has no {pointer}");
    Ok(all)
}

/// Where the pages of a list go on.
async fn cursors(way: &mut Connection, headers: &HeaderMap) -> Result<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    while all.len() < THINGS {
        let after = all.last().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let path = format!("/api/v1/conversations?limit=1{after}");
        let page: Value =
            way.ask(Asking::new(Method::GET, path, headers, String::new())).await?.json()?;
        match page.pointer("/page/next_cursor").and_then(Value::as_str) {
            Some(next) => all.push(next.to_owned()),
            None => break,
        }
    }
    ensure!(!all.is_empty(), "a list of one page");
    Ok(all)
}

/// Goes to another workspace, which has nothing of all this.
async fn elsewhere(way: &mut Connection, operator: &HeaderMap) -> Result<HeaderMap> {
    let make = json!({ "name": "Elsewhere" }).to_string();
    let asking = Asking::new(Method::POST, "/api/v1/workspaces", operator, make);
    let made: Value = way.ask(asking).await?.json().context("a workspace")?;
    let go = json!({ "workspace_id": made.get("id") }).to_string();
    let asking = Asking::new(Method::POST, "/api/v1/auth/switch", operator, go);
    let session: Value = way.ask(asking).await?.json().context("going there")?;
    let token = session.get("access_token").and_then(Value::as_str).context("no token")?;
    let mut headers = operator.clone();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}"))?);
    Ok(headers)
}
