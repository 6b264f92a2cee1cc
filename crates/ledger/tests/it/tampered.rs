//! With full rights over the database: each thing that can be done to the rows is found and named.

use lk_ledger::check::{Finding, check};
use lk_ledger::published;
use lk_ledger::witness::{Alarm, look};

use crate::stage::{Stage, enter, sql};

/// A log of ten entries, and what the check says after `statements`.
async fn after(statements: impl Fn(&str) -> String) -> (Stage, Vec<Finding>) {
    let stage = Stage::new().await;
    let (ada, bob) = (stage.somebody().await, stage.somebody().await);
    enter(&ada, 8).await;
    enter(&bob, 2).await;
    stage.settle().await;
    assert_eq!(check(&stage.world.db, None).await.unwrap().findings, []);
    let of = sql(ada.workspace);
    drop((ada, bob));
    stage.tamper(&statements(&of)).await;
    let findings = check(&stage.world.db, None).await.unwrap().findings;
    (stage, findings)
}

fn entry(number: u64) -> String {
    format!("(select entry_id from audit_leaves where {{of}} and number = {number})")
}

fn with(statements: &str) -> impl Fn(&str) -> String {
    let statements = statements.to_owned();
    move |of| statements.replace("{of}", of)
}

#[tokio::test]
async fn a_changed_entry_is_named() {
    for change in [
        "action = 'auth.signed_in'",
        "at = at + interval '1 second'",
        "actor_id = gen_random_uuid()",
        "actor_kind = 'nobody at all'",
        "target_id = null",
        "target_kind = 'another'",
        "request_id = 'other'",
        "commitment = sha256('x')",
    ] {
        let statements =
            format!("update audit_entries set {change} where {{of}} and entry_id = {}", entry(4));
        let (_, findings) = after(with(&statements)).await;
        assert!(matches!(findings[..], [Finding::Changed(_, 4, _)]), "{change}: {findings:?}");
    }
}

#[tokio::test]
async fn a_changed_payload_is_named() {
    let statements = format!(
        "update audit_entries set payload = set_byte(payload, 90, get_byte(payload, 90) # 1) where {{of}} and entry_id = {}",
        entry(4)
    );
    let (_, findings) = after(with(&statements)).await;
    assert!(matches!(findings[..], [Finding::PayloadChanged(_, 4, _)]), "{findings:?}");
}

#[tokio::test]
async fn a_deleted_entry_is_named() {
    let statements = format!("delete from audit_entries where {{of}} and entry_id = {}", entry(4));
    let (_, findings) = after(with(&statements)).await;
    assert!(matches!(findings[..], [Finding::Deleted(_, 4, _)]), "{findings:?}");
    // With its leaf, too, it is missed by its number and by the tree.
    let statements = format!("{statements}; delete from audit_leaves where {{of}} and number = 4");
    let (_, findings) = after(with(&statements)).await;
    assert!(
        matches!(findings[..], [Finding::Missing(_, 4, 4), Finding::Unclaimed(1)]),
        "{findings:?}"
    );
}

#[tokio::test]
async fn an_entry_that_was_inserted_back_in_time_is_named() {
    let insert = "insert into audit_entries (workspace_id, entry_id, position, at, action, actor_kind, target_kind, request_id, commitment, payload)
         select workspace_id, gen_random_uuid(), 0, at - interval '1 hour', action, actor_kind, target_kind, request_id, commitment, payload
           from audit_entries where {of} limit 1";
    let (_, findings) = after(with(insert)).await;
    assert!(matches!(findings[..], [Finding::Inserted(..)]), "{findings:?}");
    // A leaf of its own, in the place of another's, does not help it.
    let more = format!(
        "{insert}; update audit_leaves set entry_id = (select entry_id from audit_entries where {{of}}
            and entry_id not in (select entry_id from audit_leaves)) where {{of}} and number = 3"
    );
    let (_, findings) = after(with(&more)).await;
    assert!(
        findings.iter().any(|finding| matches!(finding, Finding::Changed(_, 3, _))),
        "{findings:?}"
    );
}

#[tokio::test]
async fn two_swapped_entries_are_named() {
    let statements = "update audit_leaves a set entry_id = b.entry_id, at = b.at from audit_leaves b
        where a.{of} and b.{of} and ((a.number = 3 and b.number = 6) or (a.number = 6 and b.number = 3))";
    let (_, findings) = after(with(statements)).await;
    assert!(
        matches!(findings[..], [Finding::Swapped(_, 3, 6) | Finding::Swapped(_, 6, 3)]),
        "{findings:?}"
    );
}

#[tokio::test]
async fn a_truncated_tail_is_named() {
    let statements = "delete from audit_entries where {of} and entry_id in (select entry_id from audit_leaves where {of} and number > 5);
        delete from audit_leaves where {of} and number > 5";
    let (_, findings) = after(with(statements)).await;
    assert!(
        matches!(findings[..], [Finding::Truncated(_, 5, 8), Finding::Unclaimed(3)]),
        "{findings:?}"
    );
    // With its head, too, the tree has more leaves than there are entries.
    let statements = format!("{statements}; update audit_heads set last_number = 5 where {{of}}");
    let (_, findings) = after(with(&statements)).await;
    assert!(matches!(findings[..], [Finding::Unclaimed(3)]), "{findings:?}");
}

#[tokio::test]
async fn a_changed_tree_and_a_foreign_key_are_named() {
    for statements in [
        "update audit_tiles set hashes = sha256('x') || substr(hashes, 33) where level = 0",
        "delete from audit_tiles",
        "delete from audit_checkpoints",
        "update audit_checkpoints set note = replace(note, '10', '9')",
        "update audit_log_keys set verifier = 'x+47fdd54d+AeHTpR5D5L6hk3VmgGg8jmZBJ6V4rEhjo8cMyPFt5Zi0'",
        "update audit_log set size = 9",
    ] {
        let (_, findings) = after(with(statements)).await;
        assert!(
            findings.iter().any(|finding| matches!(finding, Finding::Tree(_))),
            "{statements}: {findings:?}"
        );
    }
}

/// All tables of the log.
const LOG: [&str; 7] = [
    "audit_entries",
    "audit_waiting",
    "audit_leaves",
    "audit_heads",
    "audit_tiles",
    "audit_checkpoints",
    "audit_log",
];

#[tokio::test]
async fn a_log_that_was_put_back_as_a_whole_is_seen_by_whoever_kept_a_checkpoint() {
    let stage = Stage::new().await;
    let ada = stage.somebody().await;
    enter(&ada, 3).await;
    stage.settle().await;
    let copy: String =
        LOG.iter().map(|table| format!("create table old_{table} as table {table};")).collect();
    stage.world.database.run(&copy).await;
    enter(&ada, 2).await;
    stage.settle().await;
    let kept = stage.checkpoint().await;
    let restore: String = LOG
        .iter()
        .map(|table| format!("delete from {table}; insert into {table} table old_{table};"))
        .collect();
    stage.tamper(&restore).await;
    // By themselves the rows are in order.
    assert_eq!(check(&stage.world.db, None).await.unwrap().findings, []);
    let findings = check(&stage.world.db, Some(&kept)).await.unwrap().findings;
    assert_eq!(findings, [Finding::RolledBack(5, 3)]);
    assert_eq!(witnessed(&stage, &kept).await, Some(Alarm::Rollback(5, 3)));
    // As soon as it has grown again it is another log.
    enter(&ada, 3).await;
    stage.settle().await;
    assert_eq!(stage.checkpoint().await.size, 6);
    assert_eq!(witnessed(&stage, &kept).await, Some(Alarm::Fork(5, 6)));
}

async fn witnessed(stage: &Stage, seen: &lk_tlog::Checkpoint) -> Option<Alarm> {
    let db = &stage.world.db;
    let note = published::checkpoint(db).await.unwrap().unwrap();
    let keys = published::keys(db).await.unwrap();
    let keys = [keys.keys[0].key.parse().unwrap()];
    let fetch = |path: String| async move {
        published::tile(db, &path).await.map_err(|error| error.to_string())
    };
    look(Some(seen), &note, &keys, fetch).await.err()
}
