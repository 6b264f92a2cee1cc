//! Events get gap-free numbers, whatever the order of commits.

use std::sync::{Arc, Mutex};

use lk_authz::Role;
use lk_base::id::{Id, WidgetId, WorkspaceId};
use lk_db::outbox::{Announced, Listener};
use lk_db::{Dispatcher, Event, EventKind, Unaudited};
use lk_testkit::{Operator, World};
use serde_json::json;

#[derive(Default)]
struct Ear(Mutex<Vec<(WorkspaceId, i64, i64)>>);

impl Listener for Ear {
    fn hear(&self, batch: &[Announced]) {
        let heard = batch
            .iter()
            .map(|event| (event.workspace, event.seq, event.data["n"].as_i64().unwrap()));
        self.0.lock().unwrap().extend(heard);
    }
}

async fn announce(world: &World, who: &Operator<'_>, n: i64) {
    let mut tx = world.db.write(&who.scope()).await.unwrap();
    let widget: WidgetId = tx.new_id();
    tx.emit(Event::new(EventKind::WidgetUpdated, widget, json!({ "n": n })));
    tx.commit_unaudited(Unaudited::NothingChanged).await.unwrap();
}

#[tokio::test]
async fn each_workspace_counts_from_one_without_holes() {
    let world = World::empty().await;
    let (ada, mallory) = (world.operator(Role::User).await, world.operator(Role::User).await);
    let ear = Arc::new(Ear::default());
    let dispatcher = Dispatcher::new(world.db.clone(), vec![Arc::<Ear>::clone(&ear)]);
    for n in 1..=5 {
        announce(&world, &ada, n).await;
        if n % 2 == 0 {
            announce(&world, &mallory, n / 2).await;
        }
        if n == 3 {
            assert_eq!(dispatcher.round().await.unwrap(), 4);
        }
    }
    assert_eq!(dispatcher.round().await.unwrap(), 3);
    assert_eq!(dispatcher.round().await.unwrap(), 0);
    let heard = ear.0.lock().unwrap().clone();
    for (who, count) in [(&ada, 5), (&mallory, 2)] {
        let own: Vec<_> =
            heard.iter().filter(|h| h.0 == who.workspace).map(|h| (h.1, h.2)).collect();
        assert_eq!(own, (1..=count).map(|n| (n, n)).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_transaction_that_commits_late_is_numbered_late_and_not_lost() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let dispatcher = Dispatcher::new(world.db.clone(), vec![]);
    let mut slow = world.db.write(&ada.scope()).await.unwrap();
    let widget: WidgetId = slow.new_id();
    slow.emit(Event::new(EventKind::WidgetUpdated, widget, json!({ "n": 1 })));
    announce(&world, &ada, 2).await;
    assert_eq!(dispatcher.round().await.unwrap(), 1);
    slow.commit_unaudited(Unaudited::NothingChanged).await.unwrap();
    assert_eq!(dispatcher.round().await.unwrap(), 1);
    let seqs = world.database.rows("select seq, data ->> 'n' as n from outbox order by seq").await;
    assert_eq!(seqs, [json!({ "seq": 1, "n": "2" }), json!({ "seq": 2, "n": "1" })]);
}

#[tokio::test]
async fn one_dispatcher_works_at_a_time_and_another_takes_its_place_when_it_is_gone() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let first = Dispatcher::new(world.db.clone(), vec![]);
    let second = Dispatcher::new(world.db.clone(), vec![]);
    announce(&world, &ada, 1).await;
    assert_eq!(first.round().await.unwrap(), 1);
    announce(&world, &ada, 2).await;
    assert_eq!(second.round().await.unwrap(), 0, "the first one holds the lock between rounds");
    drop(first);
    // The database sees a moment later that the connection is gone.
    while second.round().await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    let seqs = world.database.rows("select seq, data ->> 'n' as n from outbox order by seq").await;
    assert_eq!(seqs, [json!({ "seq": 1, "n": "1" }), json!({ "seq": 2, "n": "2" })]);
}

#[tokio::test]
async fn a_dispatcher_whose_connection_is_cut_sits_down_again_and_loses_nothing() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let dispatcher = Dispatcher::new(world.db.clone(), vec![]);
    announce(&world, &ada, 1).await;
    assert_eq!(dispatcher.round().await.unwrap(), 1);
    world
        .database
        .run(
            "select pg_terminate_backend(l.pid) from pg_locks l
               join pg_database d on d.oid = l.database and d.datname = current_database()
              where l.locktype = 'advisory' and l.objid = 5461",
        )
        .await;
    announce(&world, &ada, 2).await;
    assert!(dispatcher.round().await.is_err());
    while dispatcher.round().await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    let seqs = world.database.rows("select seq, data ->> 'n' as n from outbox order by seq").await;
    assert_eq!(seqs, [json!({ "seq": 1, "n": "1" }), json!({ "seq": 2, "n": "2" })]);
}

#[tokio::test]
async fn the_dispatcher_sees_the_outbox_and_nothing_else() {
    use sqlx::Connection;
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let mut dispatch =
        sqlx::PgConnection::connect_with(&world.database.places.dispatch).await.unwrap();
    for table in ["operators", "messages", "audit_entries", "persons"] {
        let sql = format!("set lk.workspace = '{}'; select * from {table}", ada.workspace.uuid());
        assert!(
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut dispatch).await.is_err(),
            "{table}"
        );
    }
}
