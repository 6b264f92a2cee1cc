//! How entries are stored: what is plain, what is sealed, and what cannot be moved or reopened.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use lk_authz::Role;
use lk_base::Personal;
use lk_base::id::{Id, WorkspaceId};
use lk_db::entry::{Contents, Sealed, Stored, payload};
use lk_db::{Action, Actor, Entry, Origin, Scope, SystemReason};
use lk_testkit::{World, entries};
use serde_json::json;

const ADDRESS: &str = "203.0.113.77";

pub(crate) fn scope(workspace: WorkspaceId) -> Scope {
    let origin = Origin {
        address: Some(Personal::new(ADDRESS.parse::<IpAddr>().unwrap())),
        user_agent: Some("Browser of Ada".to_owned()),
        device: None,
        request_id: "req_1".to_owned(),
    };
    #[expect(clippy::disallowed_methods, reason = "a test says who acts")]
    Scope::assume_authenticated(workspace, Actor::System, Arc::new(origin))
}

async fn enter(world: &World, workspace: WorkspaceId, new: &str) {
    let tx = world.db.write(&scope(workspace)).await.unwrap();
    tx.commit(Entry::without_target(Action::WidgetChanged).with(json!({ "name": new })))
        .await
        .unwrap();
}

async fn only(world: &World, workspace: WorkspaceId) -> Stored {
    let mut all = entries::of(&world.db, workspace).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[tokio::test]
async fn change_address_and_browser_are_sealed_and_read_back() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    enter(&world, ada.workspace, "colour of the sky").await;
    let rows = json!(world.database.rows("select * from audit_written").await).to_string();
    for part in ["colour", "Browser", "203.0.113"] {
        let hex: String = part.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!rows.contains(part) && !rows.contains(&hex), "{part} is plain in {rows}");
    }
    let entry = only(&world, ada.workspace).await;
    let read = entry.contents.payload().unwrap();
    assert_eq!(read.change["new"], json!({ "name": "colour of the sky" }));
    assert_eq!(read.user_agent.as_deref(), Some("Browser of Ada"));
    assert_eq!(read.address.as_ref().unwrap().masked.as_str(), "203.0.113.***");
    assert!(
        !format!("{:?}", entry.contents).contains(ADDRESS),
        "the whole address is sealed twice"
    );

    let row = world.database.rows("select encode(payload, 'hex') as p from audit_written").await;
    let stored = unhex(row[0]["p"].as_str().unwrap());
    let sealed = Sealed { entry: entry.entry, at: entry.at, payload: &stored };
    let mut tx = world.db.read(&scope(ada.workspace)).await.unwrap();
    let whole = tx.whole_address(sealed).await.unwrap().unwrap();
    assert_eq!(whole.reveal().to_string(), ADDRESS);
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

#[tokio::test]
async fn what_waits_for_the_tree_is_the_digest_of_what_is_stored() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    enter(&world, ada.workspace, "x").await;
    let entry = only(&world, ada.workspace).await;
    let Contents::Open { salt, text, .. } = &entry.contents else { panic!("{entry:?}") };
    assert_eq!(entry.commitment, payload::commitment(salt, text));
    let waiting =
        world.database.rows("select entry_id, encode(digest, 'hex') as d from audit_waiting").await;
    assert_eq!(waiting[0]["entry_id"], entry.entry.uuid().to_string());
    let digest: String = entry.digest().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(waiting[0]["d"], digest);
}

#[tokio::test]
async fn a_payload_does_not_open_in_another_entry_and_not_without_its_key() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    enter(&world, ada.workspace, "one").await;
    enter(&world, ada.workspace, "two").await;
    let swap = "alter table audit_waiting disable trigger only_grows;
                update audit_waiting a set payload = b.payload from audit_waiting b
                 where a.entry_id <> b.entry_id";
    world.database.run(swap).await;
    for entry in entries::of(&world.db, ada.workspace).await {
        assert_eq!(entry.contents, Contents::Damaged);
    }
    // A process that has not read the key yet finds it destroyed.
    world.database.run("update audit_keys set key_sealed = null, destroyed_at = now()").await;
    let fresh = world.restarted();
    for entry in entries::of(&fresh, ada.workspace).await {
        assert_eq!(entry.contents, Contents::Destroyed);
    }
    let tx = fresh.write(&scope(ada.workspace)).await.unwrap();
    let refused = tx.commit(Entry::without_target(Action::SignInFailed)).await;
    assert!(refused.is_err(), "nothing is sealed for a month whose key was destroyed");
}

#[tokio::test]
async fn each_workspace_and_each_month_has_a_key_of_its_own() {
    let world = World::empty().await;
    let (ada, bob) = (world.operator(Role::User).await, world.operator(Role::User).await);
    for _ in 0..2 {
        enter(&world, ada.workspace, "x").await;
        enter(&world, bob.workspace, "x").await;
        world.clock.advance(Duration::from_secs(31 * 24 * 3600));
    }
    let keys = world.database.rows("select distinct month, workspace_id from audit_keys").await;
    assert_eq!(keys.len(), 4);
}

#[tokio::test]
async fn a_key_that_was_rolled_back_seals_nothing() {
    let world = World::empty().await;
    let (ada, bob) = (world.operator(Role::User).await, world.operator(Role::User).await);
    let system = world.db.system(SystemReason::Clock, &scope(ada.workspace)).await.unwrap();
    let entry = Entry::without_target(Action::SignInFailed);
    // The entry and its key are written, and then the rest fails.
    let recorded = system.record(entry, scope(bob.workspace)).await.unwrap();
    drop(recorded);
    enter(&world, ada.workspace, "x").await;
    assert!(only(&world, ada.workspace).await.contents.payload().is_some());
    // Nothing is left of the key in the process alone: another one reads the entry too.
    let again = entries::of(&world.restarted(), ada.workspace).await;
    assert!(again[0].contents.payload().is_some());
}

#[tokio::test]
async fn two_that_make_the_key_at_once_agree_on_one() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let others: Vec<_> = (0..6).map(|_| world.restarted()).collect();
    let writes = others.iter().map(|db| async {
        let tx = db.write(&scope(ada.workspace)).await.unwrap();
        tx.commit(Entry::without_target(Action::SignInFailed)).await.unwrap();
    });
    futures_util::future::join_all(writes).await;
    let all = entries::of(&world.db, ada.workspace).await;
    assert_eq!(all.len(), 6);
    assert!(all.iter().all(|entry| entry.contents.payload().is_some()));
}

#[tokio::test]
async fn months_have_partitions_and_what_lay_outside_is_moved_into_them() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    enter(&world, ada.workspace, "before").await;
    entries::place(&world.database).await;
    let before = world.audit().await;
    world.db.make_room().await.unwrap();
    world.db.make_room().await.unwrap();
    // The test's clock stands in a month of its own: it has a partition unless it is far ahead.
    let rows = world
        .database
        .rows(
            "select tableoid::regclass::text as found,
                    case when at < (date_trunc('month', now() at time zone 'UTC') + interval '2 months') at time zone 'UTC'
                         then 'audit_entries_' || to_char(at at time zone 'UTC', 'YYYY_MM')
                         else 'audit_entries_else' end as wanted
               from audit_entries",
        )
        .await;
    assert_eq!(rows[0]["found"], rows[0]["wanted"]);
    assert_eq!(world.audit().await, before);
    assert_eq!(world.db.census().await.unwrap(), Vec::<String>::new());
    let bare = "select relname from pg_class c
                 where relkind = 'r' and relname like 'audit_entries%'
                   and (select count(*) from pg_trigger t where t.tgrelid = c.oid
                         and tgname in ('only_grows', 'never_emptied')) <> 2";
    assert!(world.database.rows(bare).await.is_empty());
}
