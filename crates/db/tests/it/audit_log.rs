//! The audit log only grows.

use lk_authz::Role;
use lk_base::id::WidgetId;
use lk_db::{Action, Entry, Event, EventKind, Unaudited};
use lk_testkit::{World, entries};
use serde_json::json;
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn a_commit_leaves_its_entry_and_its_events() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let mut tx = world.db.write(&ada.scope()).await.unwrap();
    let widget: WidgetId = tx.new_id();
    tx.emit(Event::new(EventKind::WidgetUpdated, widget, json!({ "widget": 1 })));
    tx.emit(Event::new(EventKind::WidgetFirstHit, widget, json!({ "widget": 2 })));
    let (old, new) = (json!({ "name": "Shop" }), json!({ "name": "The shop" }));
    tx.commit(Entry::new(Action::WidgetChanged, widget).changed(&old, &new)).await.unwrap();

    let (audit, events) = (world.audit().await, world.events().await);
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["action"], "widget.changed");
    assert_eq!(audit[0]["target_kind"], "widget");
    assert_eq!(audit[0]["change"], json!({ "v": 1, "old": old, "new": new }));
    assert_eq!(audit[0]["actor_kind"], "operator");
    let data: Vec<_> = events.iter().map(|event| event["data"]["widget"].clone()).collect();
    assert_eq!(data, [json!(1), json!(2)]);
}

#[tokio::test]
async fn an_entry_that_is_not_of_the_catalogue_is_refused_while_the_product_is_made() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    for new in [
        json!({ "email": "ada@example.test" }),
        json!({ "body": "words" }),
        json!({ "reason": "I forgot it" }),
        json!("words"),
    ] {
        let tx = world.db.write(&ada.scope()).await.unwrap();
        let entry = Entry::without_target(Action::SignInFailed).with(&new);
        assert!(tx.commit(entry).await.is_err(), "{new}");
    }
    assert!(world.audit().await.is_empty());
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let mut tx = world.db.write(&ada.scope()).await.unwrap();
    let widget: WidgetId = tx.new_id();
    tx.emit(Event::new(EventKind::WidgetUpdated, widget, json!({})));
    drop(tx);
    let tx = world.db.write(&ada.scope()).await.unwrap();
    tx.commit_unaudited(Unaudited::NothingChanged).await.unwrap();
    assert!(world.audit().await.is_empty() && world.events().await.is_empty());
}

#[tokio::test]
async fn neither_the_application_nor_the_owner_changes_or_removes_an_entry() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let enter = async || {
        let tx = world.db.write(&ada.scope()).await.unwrap();
        tx.commit(Entry::without_target(Action::SignInFailed)).await.unwrap();
    };
    // One has its place, one waits for it.
    enter().await;
    entries::place(&world.database).await;
    enter().await;
    let bind = format!("set lk.workspace = '{}'", world.setting(ada.workspace).await);
    for options in
        [&world.database.places.app, &world.database.places.owner, &world.database.superuser]
    {
        for statement in [
            "update audit_waiting set action = 'x'",
            "delete from audit_waiting",
            "truncate audit_waiting",
            "update audit_entries set action = 'x'",
            "delete from audit_entries",
            "truncate audit_entries",
        ] {
            let mut connection = PgConnection::connect_with(options).await.unwrap();
            sqlx::raw_sql(sqlx::AssertSqlSafe(bind.clone()))
                .execute(&mut connection)
                .await
                .unwrap();
            let tried = sqlx::raw_sql(statement).execute(&mut connection).await;
            let code =
                tried.unwrap_err().as_database_error().and_then(|e| e.code().map(String::from));
            assert_eq!(code.as_deref(), Some("42501"), "{statement}");
        }
    }
    assert_eq!(world.audit().await.len(), 2);
}
