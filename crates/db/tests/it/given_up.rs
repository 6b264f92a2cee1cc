//! Callers that are gone before their transaction is, and connections that are.

use std::future::poll_fn;
use std::process::Command;
use std::task::Poll;

use lk_authz::Role;
use lk_base::Clock;
use lk_db::{Action, Db, Entry};
use lk_testkit::World;

use crate::entries::scope;

/// Sends a signal to the one connection's process.
fn signal(name: &str, process: &str) {
    assert!(Command::new("kill").args([name, process]).status().unwrap().success());
}

#[tokio::test]
async fn whoever_is_gone_while_a_transaction_begins_leaves_nothing_of_it_to_the_next() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let mut places = world.database.places.clone();
    places.connections = 1;
    places.app = places.app.application_name("the one");
    let db = Db::new(&places, Clock::system(), world.db.sealer().clone());
    let scope = scope(ada.workspace);
    drop(db.read(&scope).await.unwrap());
    let process = "select pid from pg_stat_activity where application_name = 'the one'";
    for _ in 0..5 {
        let process = world.database.rows(process).await[0]["pid"].to_string();
        // The server has heard that a transaction begins, and has not yet said so.
        signal("-STOP", &process);
        {
            let mut begun = std::pin::pin!(db.read(&scope));
            poll_fn(|context| {
                assert!(begun.as_mut().poll(context).is_pending());
                Poll::Ready(())
            })
            .await;
        }
        signal("-CONT", &process);
        let tx = db.write(&scope).await.unwrap();
        tx.commit(Entry::without_target(Action::WidgetChanged)).await.unwrap();
    }
    let entered = world.database.rows("select entry_id from audit_written").await;
    assert_eq!(entered.len(), 5);
}

#[tokio::test]
async fn a_connection_that_died_while_it_rested_is_replaced_unseen() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let scope = scope(ada.workspace);
    for _ in 0..3 {
        let (one, other) = tokio::join!(world.db.read(&scope), world.db.read(&scope));
        drop((one.unwrap(), other.unwrap()));
        let end = "select pg_terminate_backend(pid, 10000) from pg_stat_activity
                    where usename = 'lk_app' and datname = current_database()";
        assert!(world.database.rows(end).await.len() >= 2);
        let tx = world.db.write(&scope).await.unwrap();
        tx.commit(Entry::without_target(Action::WidgetChanged)).await.unwrap();
    }
    let entered = world.database.rows("select entry_id from audit_written").await;
    assert_eq!(entered.len(), 3);
}
