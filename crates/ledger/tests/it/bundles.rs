//! Bundles: what is exported verifies offline, and whatever is done to it is found and named, by
//! our own check and by one in another language that was written from the specification.

use std::process::Command;

use lk_base::Result;
use lk_base::id::{Id, WorkspaceId};
use lk_db::Db;
use lk_ledger::bundle::{self, Head, Line};
use lk_ledger::export::export;
use lk_ledger::verify::{Problem, Report, verify};
use lk_ledger::{key, published};
use lk_tlog::note::Kind;
use lk_tlog::{SigningKey, VerifyingKey, leaf_hash};

use crate::stage::{Stage, enter};

/// What an export writes.
pub(crate) async fn written(db: &Db, workspace: WorkspaceId) -> Result<String> {
    let mut out = Vec::new();
    export(db, workspace, &mut out).await?;
    Ok(String::from_utf8(out).unwrap())
}

/// What a check of a bundle says.
pub(crate) fn judged(text: &str, trusted: &[VerifyingKey]) -> Report {
    verify(text.as_bytes(), trusted).unwrap()
}

/// A bundle of Ada's, who is one of two, made while the tree grew; and the log's first key.
async fn exported() -> (Stage, String, VerifyingKey) {
    let stage = Stage::new().await;
    let (ada, bob) = (stage.somebody().await, stage.somebody().await);
    for _ in 0..4 {
        enter(&ada, 3).await;
        enter(&bob, 2).await;
        stage.settle().await;
    }
    let first = published::keys(&stage.world.db).await.unwrap().keys[0].key.parse().unwrap();
    key::rotate(&stage.world.db).await.unwrap();
    stage.settle().await;
    // The stage's own sequencer has the seat; the export waits for it.
    let text = tokio::select! {
        text = written(&stage.world.db, ada.workspace) => text.unwrap(),
        () = forever(&stage) => String::new(),
    };
    drop((ada, bob));
    (stage, text, first)
}

pub(crate) async fn forever(stage: &Stage) {
    loop {
        stage.settle().await;
        tokio::task::yield_now().await;
    }
}

/// What the other implementation says: the kinds of problems, sorted.
pub(crate) fn python(bundle: &str, trusted: &[VerifyingKey]) -> Vec<String> {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut name = [0; 8];
    lk_base::clock::fill_random(&mut name);
    let file = directory.join(format!("bundle-{:016x}", u64::from_be_bytes(name)));
    std::fs::write(&file, bundle).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verify_bundle.py");
    let out = Command::new("python3")
        .arg(script)
        .arg(&file)
        .args(trusted.iter().map(ToString::to_string))
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    let mut found: Vec<String> =
        String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(out.status.success(), found.is_empty());
    found.sort();
    found
}

/// The same of ours.
pub(crate) fn kinds(report: &Report) -> Vec<String> {
    let kind = |problem: &Problem| match problem {
        Problem::Form(line, _) => format!("Form {line}"),
        Problem::Checkpoint(_) => "Checkpoint".to_owned(),
        Problem::Summary(at, _) => format!("Summary {at}"),
        Problem::Payload(number, _) => format!("Payload {number}"),
        Problem::Facts(number, _) => format!("Facts {number}"),
        Problem::Missing(from, _) => format!("Missing {from}"),
        Problem::Order(number, _) => format!("Order {number}"),
        Problem::Tree => "Tree".to_owned(),
        Problem::End => "End".to_owned(),
        Problem::More => "More".to_owned(),
    };
    let mut kinds: Vec<String> = report.problems.iter().map(kind).collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn a_bundle_verifies_with_an_old_key_and_shows_no_whole_address() {
    let (stage, text, first) = exported().await;
    let report = judged(&text, std::slice::from_ref(&first));
    assert_eq!(report.problems, []);
    assert_eq!((report.entries, report.size, report.destroyed), (13, 22, 0));
    assert_ne!(report.signed_by, Some(first.to_string()), "the new key signed it");
    assert_eq!(python(&text, &[first]), Vec::<String>::new());
    assert_eq!(judged(&text, &[]).problems, []);
    assert_eq!(python(&text, &[]), Vec::<String>::new());
    assert!(text.contains("Widget 2") && !text.contains("203.0.113.7"));
    let stranger = SigningKey::from_seed("x", Kind::Note, &[1; 32]).unwrap();
    let report = judged(&text, &[stranger.public().clone()]);
    assert_eq!(kinds(&report), ["Checkpoint"]);
    assert_eq!(python(&text, &[stranger.public().clone()]), ["Checkpoint"]);
    drop(stage);
}

/// Changes one line of a bundle; line 0 is the head.
fn on(line: usize, change: impl Fn(&mut serde_json::Value)) -> impl Fn(&str) -> String {
    move |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut value = serde_json::from_str(&lines[line]).unwrap();
        change(&mut value);
        lines[line] = value.to_string();
        lines.join("\n") + "\n"
    }
}

fn moved(change: impl Fn(&mut Vec<&str>)) -> impl Fn(&str) -> String {
    move |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        change(&mut lines);
        lines.join("\n") + "\n"
    }
}

/// Makes an entry say something else, and its commitment and its leaf with it.
fn forged(text: &str) -> String {
    let head: Head = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    on(5, |value| {
        let text = value.to_string();
        let mut line: Line<'_> = serde_json::from_str(&text).unwrap();
        let payload = line.payload.clone().unwrap().replace("Widget", "Midget");
        let salt = bundle::hash(&line.salt.clone().unwrap()).unwrap();
        let commitment = lk_db::entry::payload::commitment(&salt, &payload);
        line.payload = Some(payload.into());
        line.commitment = bundle::text(&commitment).into();
        let digest = lk_db::entry::digest(&line.facts(head.workspace), &commitment);
        let leaf = leaf_hash(&lk_db::entry::leaf(head.workspace, line.number, &digest));
        line.leaf = bundle::text(&leaf).into();
        *value = serde_json::to_value(&line).unwrap();
    })(text)
}

#[tokio::test]
async fn whatever_is_done_to_a_bundle_is_found_and_named_by_both() {
    let (stage, text, first) = exported().await;
    let other = stage.world.clock.new_id::<lk_base::id::WorkspaceId>().uuid().to_string();
    type Change<'a> = Box<dyn Fn(&str) -> String + 'a>;
    let cases: Vec<(&str, Change<'_>, &[&str])> = vec![
        (
            "an action",
            Box::new(on(5, |line| line["action"] = "auth.signed_in".into())),
            &["Facts 5"],
        ),
        ("a time", Box::new(on(5, |line| line["at"] = 7.into())), &["Facts 5"]),
        ("an actor", Box::new(on(5, |line| line["actor"] = other.clone().into())), &["Facts 5"]),
        (
            "no session",
            Box::new(on(5, |line| line["session"] = serde_json::Value::Null)),
            &["Facts 5"],
        ),
        (
            "a payload",
            Box::new(on(5, |line| {
                line["payload"] =
                    line["payload"].as_str().unwrap().replace("Widget", "Midget").into();
            })),
            &["Payload 5"],
        ),
        (
            "half a payload",
            Box::new(on(5, |line| line["salt"] = serde_json::Value::Null)),
            &["Payload 5"],
        ),
        ("a forged leaf", Box::new(forged), &["Tree"]),
        (
            "one left out",
            Box::new(moved(|lines| {
                lines.remove(5);
            })),
            &["End", "Missing 5", "Tree"],
        ),
        ("the end left out", Box::new(moved(|lines| lines.truncate(10))), &["End", "Tree"]),
        (
            "two swapped",
            Box::new(moved(|lines| lines.swap(4, 7))),
            &["Missing 4", "Order 4", "Order 5", "Order 6", "Tree"],
        ),
        ("one twice", Box::new(moved(|lines| lines.insert(5, lines[5]))), &["End", "Order 5"]),
        (
            "another number",
            Box::new(on(13, |line| line["number"] = 14.into())),
            &["Facts 14", "Missing 13"],
        ),
        (
            "another workspace",
            Box::new(on(0, |head| head["workspace"] = other.clone().into())),
            &[
                "Facts 1", "Facts 10", "Facts 11", "Facts 12", "Facts 13", "Facts 2", "Facts 3",
                "Facts 4", "Facts 5", "Facts 6", "Facts 7", "Facts 8", "Facts 9",
            ],
        ),
        (
            "a smaller tree",
            Box::new(on(0, |head| {
                head["checkpoint"] =
                    head["checkpoint"].as_str().unwrap().replace("\n22\n", "\n21\n").into();
            })),
            &["Checkpoint"],
        ),
        (
            "another origin",
            Box::new(on(0, |head| head["origin"] = "other".into())),
            &["Checkpoint"],
        ),
        ("no proof", Box::new(on(0, |head| head["proof"] = serde_json::json!([]))), &["Tree"]),
        (
            "no endorsement",
            Box::new(on(0, |head| head["keys"][1]["endorsement"] = serde_json::Value::Null)),
            &["Checkpoint"],
        ),
        (
            "no line",
            Box::new(moved(|lines| lines[5] = "{")),
            &["End", "Form 6", "Missing 5", "Tree"],
        ),
        ("no head", Box::new(moved(|lines| lines[0] = "{}")), &["Form 1"]),
        ("nothing", Box::new(|_: &str| String::new()), &["Form 1"]),
    ];
    for (name, change, expected) in cases {
        let changed = change(&text);
        let report = judged(&changed, std::slice::from_ref(&first));
        let mut expected: Vec<String> = expected.iter().map(|kind| (*kind).to_owned()).collect();
        expected.sort();
        assert_eq!(kinds(&report), expected, "{name}");
        assert_eq!(
            python(&changed, std::slice::from_ref(&first)),
            expected,
            "{name}, by the other"
        );
    }
}

#[tokio::test]
async fn an_entry_whose_payload_was_destroyed_is_still_proved() {
    let (stage, text, first) = exported().await;
    let workspace: Head = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    stage.world.database.run("update audit_keys set key_sealed = null, destroyed_at = now()").await;
    let db = stage.world.restarted();
    let of = lk_base::id::WorkspaceId::from_uuid(workspace.workspace);
    // What was entered is proved as it stands; the export itself needs a month that is alive.
    stage.world.clock.advance(std::time::Duration::from_secs(40 * 24 * 3600));
    let text = tokio::select! {
        text = written(&db, of) => text.unwrap(),
        () = forever(&stage) => String::new(),
    };
    let report = judged(&text, std::slice::from_ref(&first));
    assert_eq!(report.problems, []);
    assert_eq!((report.entries, report.destroyed), (14, 13));
    assert_eq!(python(&text, &[first]), Vec::<String>::new());
}
