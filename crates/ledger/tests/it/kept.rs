//! Months that are over their time, over simulated years: what goes, what stays, what is refused.

use std::time::Duration;

use lk_base::Timestamp;
use lk_base::id::{Id, WorkspaceId};
use lk_ledger::bundle::Head;
use lk_ledger::check::{Finding, check};
use lk_ledger::retention::{drop_oldest, gone, summaries};
use lk_ledger::summary::Summary;
use lk_ledger::witness::look;
use lk_ledger::{key, published};
use lk_tlog::{Checkpoint, VerifyingKey};

use crate::bundles::{forever, judged, kinds, python, written};
use crate::stage::{Stage, enter, sql};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A stage in the year 2021: all that is entered there is old enough for the database, whose clock
/// is not ours to set.
async fn long_ago() -> Stage {
    Stage::at(Timestamp::from_unix_micros(1_610_000_000_000_000)).await
}

async fn bundle(stage: &Stage, workspace: WorkspaceId) -> String {
    tokio::select! {
        text = written(&stage.world.db, workspace) => text.unwrap(),
        () = forever(stage) => String::new(),
    }
}

/// Drops all that is over its time; which months.
async fn drop_all(stage: &Stage) -> Vec<String> {
    let mut months = Vec::new();
    while let Some(dropped) = drop_oldest(&stage.world.db, 12).await.unwrap() {
        months.push(dropped.month.to_string());
    }
    stage.settle().await;
    months
}

async fn trusted(stage: &Stage) -> Vec<VerifyingKey> {
    let keys = published::keys(&stage.world.db).await.unwrap();
    vec![keys.keys[0].key.parse().unwrap()]
}

fn head(bundle: &str) -> Head {
    serde_json::from_str(bundle.lines().next().unwrap()).unwrap()
}

#[tokio::test]
async fn months_go_after_their_time_and_every_proof_that_was_given_holds_on() {
    let stage = long_ago().await;
    let (ada, bob) = (stage.somebody().await, stage.somebody().await);
    let db = &stage.world.db;
    let first = trusted(&stage).await;
    let mut given: Vec<String> = Vec::new();
    let mut ends: Vec<Checkpoint> = Vec::new();
    let mut went: Vec<String> = Vec::new();
    for month in 0..30_u32 {
        // In one month so many that whole tiles are its own.
        enter(&ada, if month == 4 { 800 } else { 35 }).await;
        if month.is_multiple_of(3) {
            enter(&bob, 20).await;
        }
        stage.settle().await;
        if month == 8 {
            given.push(bundle(&stage, ada.workspace).await);
            key::rotate(db).await.unwrap();
        }
        went.extend(drop_all(&stage).await);
        ends.push(stage.checkpoint().await);
        stage.world.clock.advance(DAY * 30);
    }
    assert_eq!(went.first().unwrap(), "2021-01");
    assert_eq!(went.last().unwrap(), "2022-04");
    assert_eq!(went.len(), 16, "each month once: {went:?}");
    assert_eq!(check(db, None).await.unwrap().findings, []);

    let gone = gone(db).await.unwrap().unwrap();
    assert_eq!(gone.month.to_string(), "2022-04");
    let tiles =
        stage.world.database.rows("select tile_index from audit_tiles where level = 0").await;
    let all = stage.checkpoint().await.size.div_ceil(256);
    assert_eq!(u64::try_from(tiles.len()).unwrap(), all - 2, "two whole tiles went");
    let keys = "select count(*) as n from audit_keys where key_sealed is not null and month < '2022-05-01'";
    assert_eq!(stage.world.database.rows(keys).await[0]["n"], 0);

    let now = bundle(&stage, ada.workspace).await;
    for text in given.iter().chain([&now]) {
        let report = judged(text, &first);
        assert_eq!(report.problems, []);
        assert_eq!(python(text, &first), Vec::<String>::new());
    }
    let report = judged(&now, &first);
    assert_eq!(report.summarised, summed(&stage, ada.workspace, &first).await);
    assert!(report.summarised >= 35 * 16, "{report:?}");
    assert!(report.entries < 35 * 16, "{report:?}");

    // Whoever saw the tree when a month ended still sees it continued.
    let note = published::checkpoint(db).await.unwrap().unwrap();
    let fetch = |path: String| async move {
        published::tile(db, &path).await.map_err(|error| error.to_string())
    };
    let all: Vec<VerifyingKey> = published::keys(db)
        .await
        .unwrap()
        .keys
        .iter()
        .map(|published| published.key.parse().unwrap())
        .collect();
    look(ends.last(), &note, &all, fetch).await.unwrap();
    for row in
        stage.world.database.rows("select note from audit_months where note is not null").await
    {
        let note_then: lk_tlog::Note = row["note"].as_str().unwrap().parse().unwrap();
        note_then.verify(&all).unwrap();
        let then = Checkpoint::parse(note_then.text()).unwrap();
        look(Some(&then), &note, &all, fetch).await.unwrap();
    }
}

/// How many entries the summaries of a workspace count.
async fn summed(stage: &Stage, workspace: WorkspaceId, keys: &[VerifyingKey]) -> u64 {
    let db = &stage.world.db;
    let published = published::keys(db).await.unwrap();
    let keys = lk_ledger::verify::chain(&published.origin, &published.keys, keys).unwrap();
    let gone = gone(db).await.unwrap().unwrap();
    let mut sum = 0;
    for note in summaries(db, workspace, &gone).await.unwrap() {
        let summary = Summary::read(&note, &keys).unwrap();
        assert!(summary.counts.iter().any(|count| count.action == "widget.changed"));
        sum += summary.entries;
    }
    sum
}

/// Two months of two workspaces, of which the first is over its time.
async fn two_months() -> (Stage, WorkspaceId) {
    let stage = long_ago().await;
    let (ada, bob) = (stage.somebody().await, stage.somebody().await);
    enter(&ada, 5).await;
    enter(&bob, 3).await;
    stage.settle().await;
    stage.world.clock.advance(DAY * 40);
    enter(&ada, 4).await;
    stage.settle().await;
    stage.world.clock.advance(DAY * 366);
    let workspace = ada.workspace;
    drop((ada, bob));
    (stage, workspace)
}

#[tokio::test]
async fn a_summary_that_is_changed_left_out_or_of_another_is_named() {
    let (stage, ada) = two_months().await;
    assert_eq!(drop_all(&stage).await, ["2021-01"]);
    let text = bundle(&stage, ada).await;
    let first = trusted(&stage).await;
    assert_eq!(judged(&text, &first).problems, []);
    let (line, rest) = text.split_once('\n').unwrap();
    let with = |change: &dyn Fn(&mut Head)| {
        let mut head: Head = serde_json::from_str(line).unwrap();
        change(&mut head);
        format!("{}\n{rest}", serde_json::to_string(&head).unwrap())
    };
    let [one] = head(&text).summaries.try_into().unwrap();
    for (changed, found) in [
        (
            with(&|head| head.summaries[0] = one.replace("widget.changed", "widget.removed")),
            vec!["Missing 1", "Summary 1"],
        ),
        (with(&|head| head.summaries.clear()), vec!["Missing 1"]),
        (with(&|head| head.summaries.push(one.clone())), vec!["Summary 2"]),
        (with(&|head| head.workspace = WorkspaceId::PLATFORM.uuid()), vec![]),
    ] {
        let ours = kinds(&judged(&changed, &first));
        let theirs = python(&changed, &first);
        assert_eq!(ours, theirs);
        if found.is_empty() {
            assert!(ours.contains(&"Summary 1".to_owned()), "{ours:?}");
        } else {
            assert_eq!(ours, found);
        }
    }
    stage
        .tamper(&format!(
            "update audit_summaries set note = replace(note, 'widget', 'wodget') where {}",
            sql(ada)
        ))
        .await;
    let findings = check(&stage.world.db, None).await.unwrap().findings;
    assert!(findings.contains(&Finding::Summary(ada)), "{findings:?}");
}

#[tokio::test]
async fn a_month_in_which_an_entry_was_changed_stays() {
    let (stage, ada) = two_months().await;
    stage.tamper(&format!("update audit_entries set action = 'auth.signed_in' where {} and entry_id = (select entry_id from audit_leaves where {} and number = 2)", sql(ada), sql(ada))).await;
    let refused = drop_oldest(&stage.world.db, 12).await.unwrap_err();
    let why = format!("{:?}", refused);
    assert!(why.contains("entry 2") && why.contains("does not fit the tree"), "{why}");
    assert_eq!(gone(&stage.world.db).await.unwrap(), None);
}

#[tokio::test]
async fn the_database_drops_no_month_that_is_young_not_summarised_or_not_the_oldest() {
    let (stage, _) = two_months().await;
    let database = &stage.world.database;
    stage.world.db.make_room().await.unwrap();
    let ask = async |month: &str, leaves: &str| {
        let statement = format!("select audit_drop_month({month}, {leaves}, null)");
        let (_, why) = database.psql(&database.places.app, &[&statement]).await;
        why
    };
    let young = ask("(date_trunc('month', now()) - interval '12 months')::date", "0").await;
    assert!(young.contains("nothing younger than twelve months is dropped"), "{young}");
    assert!(ask("'2021-01-02'", "0").await.contains("that is no month"));
    assert!(ask("'2020-12-01'", "0").await.contains("there is no such month"));
    assert!(ask("'2021-02-01'", "0").await.contains("an older month is still there"));
    assert!(ask("'2021-01-01'", "0").await.contains("is not summarised"));
    // A summary that counts wrong is none.
    stage
        .tamper(
            "insert into audit_summaries select workspace_id, '2021-01-01', count(*) + 1, 'x', now()
               from audit_entries where at < '2021-02-01' group by 1",
        )
        .await;
    assert!(ask("'2021-01-01'", "0").await.contains("is not summarised"));
    stage.tamper("update audit_summaries set entries = entries - 1").await;
    assert!(ask("'2021-01-01'", "100").await.contains("more leaves would go than entries"));
    // And the role of the application drops nothing by itself.
    for statement in [
        "drop table audit_entries_2021_01",
        "delete from audit_leaves",
        "delete from audit_tiles",
        "delete from audit_summaries",
        "update audit_keys set key_sealed = null, destroyed_at = now()",
    ] {
        let (_, why) = database.psql(&database.places.app, &[statement]).await;
        assert!(
            why.contains("must be owner") || why.contains("permission denied"),
            "{statement}: {why}"
        );
    }
}
