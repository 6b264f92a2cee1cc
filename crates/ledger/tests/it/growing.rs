//! How entries get their numbers and their places.

use std::collections::HashSet;

use lk_db::{Action, Entry};
use lk_ledger::check::check;
use lk_ledger::{Sequencer, key, published};
use lk_tlog::{Checkpoint, Note, VerifyingKey};

use crate::stage::{ORIGIN, Stage, enter};

#[tokio::test]
async fn each_workspace_counts_from_one_and_the_tree_holds_all() {
    let stage = Stage::new().await;
    let (ada, bob) = (stage.somebody().await, stage.somebody().await);
    for _ in 0..3 {
        enter(&ada, 2).await;
        enter(&bob, 1).await;
        stage.settle().await;
    }
    let rows = stage
        .world
        .database
        .rows(
            "select workspace_id, array_agg(number order by number) as numbers,
                    array_agg(number order by l.tree_index) = array_agg(number order by number) as ordered,
                    array_agg(e.position order by number) = array_agg(e.position order by e.position) as as_written
               from audit_leaves l join audit_entries e using (workspace_id, entry_id)
              group by workspace_id order by count(*)",
        )
        .await;
    assert_eq!(rows[0]["numbers"], serde_json::json!([1, 2, 3]));
    assert_eq!(rows[1]["numbers"], serde_json::json!([1, 2, 3, 4, 5, 6]));
    assert!(rows.iter().all(|row| row["ordered"] == true && row["as_written"] == true), "{rows:?}");
    assert_eq!(stage.checkpoint().await.size, 9);
    let checked = check(&stage.world.db, None).await.unwrap();
    assert_eq!((checked.entries, checked.size, checked.waiting), (9, 9, 0));
    assert_eq!(checked.findings, []);
}

#[tokio::test]
async fn an_entry_that_commits_late_is_numbered_late_and_not_lost() {
    let stage = Stage::new().await;
    let ada = stage.somebody().await;
    let late = stage.world.db.write(&ada.scope()).await.unwrap();
    enter(&ada, 1).await;
    stage.settle().await;
    late.commit(Entry::without_target(Action::SignedOut)).await.unwrap();
    enter(&ada, 1).await;
    stage.settle().await;
    assert_eq!(check(&stage.world.db, None).await.unwrap().findings, []);
    assert_eq!(stage.checkpoint().await.size, 3);
}

#[tokio::test]
async fn one_sequencer_works_at_a_time_and_one_that_lost_its_seat_appends_nothing() {
    let stage = Stage::new().await;
    let ada = stage.somebody().await;
    enter(&ada, 1).await;
    assert_eq!(stage.sequencer.round().await.unwrap(), 1);
    let other = Sequencer::new(stage.world.restarted());
    enter(&ada, 1).await;
    assert_eq!(other.round().await.unwrap(), 0);
    // Somebody else sits there, although the first still thinks that it does.
    stage.world.database.run("update audit_log set fence = fence + 1").await;
    assert!(stage.sequencer.round().await.is_err());
    assert_eq!(stage.checkpoint().await.size, 1);
    // Its connection is gone with the error, and so is the lock.
    while other.round().await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.checkpoint().await.size, 2);
    assert_eq!(check(&stage.world.db, None).await.unwrap().findings, []);
}

#[tokio::test]
async fn what_waits_is_seen() {
    let stage = Stage::new().await;
    let ada = stage.somebody().await;
    enter(&ada, 2).await;
    let waiting = stage.world.db.waiting().await.unwrap();
    assert_eq!((waiting.count, waiting.oldest), (2, Some(stage.world.clock.now())));
    stage.settle().await;
    let waiting = stage.world.db.waiting().await.unwrap();
    assert_eq!((waiting.count, waiting.oldest, waiting.size), (0, None, 2));
}

#[tokio::test]
async fn a_new_key_signs_and_the_old_one_is_kept_and_vouches_for_it() {
    let stage = Stage::new().await;
    let ada = stage.somebody().await;
    enter(&ada, 1).await;
    stage.settle().await;
    let old: VerifyingKey =
        published::keys(&stage.world.db).await.unwrap().keys[0].key.parse().unwrap();
    let new = key::rotate(&stage.world.db).await.unwrap();
    stage.settle().await;
    let note: Note =
        published::checkpoint(&stage.world.db).await.unwrap().unwrap().parse().unwrap();
    assert!(
        note.verify(std::slice::from_ref(&new)).is_ok()
            && note.verify(std::slice::from_ref(&old)).is_err()
    );
    // The change is an entry itself.
    assert_eq!(Checkpoint::parse(note.text()).unwrap().size, 2);
    let actions: HashSet<String> =
        stage.world.audit().await.iter().map(|e| e["action"].to_string()).collect();
    assert!(actions.contains("\"instance.log_key_made\""));
    let keys = published::keys(&stage.world.db).await.unwrap();
    assert_eq!(keys.origin, ORIGIN);
    let known = lk_ledger::verify::chain(ORIGIN, &keys.keys, std::slice::from_ref(&old)).unwrap();
    assert_eq!(known, [old.clone(), new.clone()]);
    // An endorsement by nobody one trusts is none.
    let stranger =
        lk_tlog::SigningKey::from_seed("x", lk_tlog::note::Kind::Note, &[1; 32]).unwrap();
    let known = lk_ledger::verify::chain(ORIGIN, &keys.keys, &[stranger.public().clone()]).unwrap();
    assert_eq!(known.len(), 1);
}

#[tokio::test]
async fn nothing_is_signed_that_does_not_continue_the_newest_checkpoint() {
    let stage = Stage::new().await;
    let ada = stage.somebody().await;
    enter(&ada, 3).await;
    stage.settle().await;
    stage.tamper("update audit_tiles set hashes = sha256('x') || substr(hashes, 33)").await;
    enter(&ada, 1).await;
    assert!(stage.sequencer.round().await.is_err());
    assert_eq!(stage.checkpoint().await.size, 3);
    assert_eq!(stage.world.db.waiting().await.unwrap().count, 1, "what was entered still waits");
}

#[tokio::test]
async fn the_application_cannot_touch_the_tree_nor_see_what_waits_of_others() {
    use sqlx::Connection;
    let stage = Stage::new().await;
    let (ada, bob) = (stage.somebody().await, stage.somebody().await);
    enter(&ada, 1).await;
    stage.settle().await;
    let places = &stage.world.database.places;
    let mut app = sqlx::PgConnection::connect_with(&places.app).await.unwrap();
    enter(&ada, 1).await;
    let bind = format!("set lk.workspace = '{}'", stage.world.setting(bob.workspace).await);
    sqlx::raw_sql(sqlx::AssertSqlSafe(bind)).execute(&mut app).await.unwrap();
    for table in ["audit_leaves", "audit_waiting", "audit_heads"] {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let seen: i64 = sqlx::query_scalar(count).fetch_one(&mut app).await.unwrap();
        assert_eq!(seen, 0, "{table}");
    }
    for statement in [
        "insert into audit_leaves select * from audit_leaves",
        "update audit_leaves set number = 9",
        "delete from audit_leaves",
        "update audit_heads set last_number = 0",
        "update audit_tiles set hashes = ''",
        "delete from audit_checkpoints",
        "update audit_log set size = 0",
        "update audit_log_keys set verifier = ''",
        "delete from audit_waiting",
        "update audit_keys set key_sealed = null",
        "alter table audit_entries disable trigger all",
        "drop table audit_entries_else",
        "select * from audit_entries_else",
    ] {
        let tried = sqlx::raw_sql(statement).execute(&mut app).await;
        let code = tried.unwrap_err().as_database_error().and_then(|e| e.code().map(String::from));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}");
    }
}
