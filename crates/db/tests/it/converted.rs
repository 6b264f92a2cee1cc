//! Entries from before payloads were sealed are kept, and get the digest that the program computes.

use std::sync::Arc;

use lk_base::Clock;
use lk_base::id::{Id, WorkspaceId};
use lk_crypto::{Place, RootKey, Sealer};
use lk_db::entry::{Contents, payload};
use lk_db::{Actor, Db, Origin, Places, Scope};
use lk_testkit::private_database;
use serde_json::json;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");
/// The migration that seals payloads.
const SEALED: i64 = 14;

async fn migrate(owner: &mut PgConnection, wanted: impl Fn(i64) -> bool) {
    for migration in MIGRATIONS.iter().filter(|migration| wanted(migration.version)) {
        let sql = AssertSqlSafe(migration.sql.as_str().to_owned());
        let mut tx = owner.begin().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn old_entries_are_kept_and_their_digests_agree() {
    let database = private_database().await;
    let name = format!("{}_old", database.superuser.get_database().unwrap());
    database
        .run(&format!("create database {name} owner lk_owner template template0 encoding 'UTF8' locale 'C.UTF-8'"))
        .await;
    let of = |options: &sqlx::postgres::PgConnectOptions| options.clone().database(&name);
    let mut superuser = PgConnection::connect_with(&of(&database.superuser)).await.unwrap();
    sqlx::raw_sql("alter schema public owner to lk_owner").execute(&mut superuser).await.unwrap();
    let mut owner = PgConnection::connect_with(&of(&database.places.owner)).await.unwrap();
    migrate(&mut owner, |version| version < SEALED).await;

    let root = RootKey::random();
    let sealer = Sealer::new(&root).unwrap();
    let (workspace, entry) = (Uuid::from_u128(0xa), Uuid::from_u128(0xe));
    let place = Place { column: "audit_entries.address", workspace, row: entry };
    let sealed = sealer.seal(place, b"203.0.113.9").unwrap();
    for (entry, actor, sealed) in
        [(entry, Some(Uuid::from_u128(3)), Some(sealed)), (Uuid::from_u128(0xf), None, None)]
    {
        sqlx::query(
            "insert into audit_entries (workspace_id, entry_id, at, action, actor_kind, actor_id,
                    session_id, address_sealed, address_masked, user_agent, target_kind, target_id, change, request_id)
             values ($1, $2, '2026-03-04 05:06:07.891234+00', 'auth.signed_in', 'operator', $3, $3, $4,
                     case when $4 is null then null else '203.0.113.***' end,
                     case when $4 is null then null else 'Brow\"ser é' end,
                     'session', $3, $5, 'req_ü')",
        )
        .bind(workspace)
        .bind(entry)
        .bind(actor)
        .bind(sealed)
        .bind(json!({ "old": null, "new": { "a": [1, 2.5, "ß\u{1F600}"] } }))
        .execute(&mut superuser)
        .await
        .unwrap();
    }
    migrate(&mut owner, |version| version >= SEALED).await;

    let places = Places {
        owner: of(&database.places.owner),
        app: of(&database.places.app),
        dispatch: of(&database.places.dispatch),
        connections: 2,
    };
    let db = Db::new(&places, Clock::system(), sealer);
    db.make_room().await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test says who acts")]
    let scope = Scope::assume_authenticated(
        WorkspaceId::from_uuid(workspace),
        Actor::System,
        Arc::new(Origin::system("test")),
    );
    let all = db.read(&scope).await.unwrap().entries(None, 10).await.unwrap();
    assert_eq!(all.len(), 2);
    for stored in &all {
        let Contents::Open { salt, text, payload: read } = &stored.contents else { panic!() };
        assert_eq!(stored.commitment, payload::commitment(salt, text));
        assert_eq!(read.change, json!({ "old": null, "new": { "a": [1, 2.5, "ß\u{1F600}"] } }));
        let digest: Vec<u8> =
            sqlx::query_scalar("select digest from audit_waiting where entry_id = $1")
                .bind(stored.entry.uuid())
                .fetch_one(&mut superuser)
                .await
                .unwrap();
        assert_eq!(digest, stored.digest());
    }
    let read = all[0].contents.payload().unwrap();
    assert_eq!(read.user_agent.as_deref(), Some("Brow\"ser é"));
    assert_eq!(read.address.as_ref().unwrap().masked.as_str(), "203.0.113.***");
    let row: Vec<u8> = sqlx::query_scalar("select payload from audit_written where entry_id = $1")
        .bind(entry)
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    let mut tx = db.read(&scope).await.unwrap();
    let sealed = lk_db::entry::Sealed { entry: all[0].entry, at: all[0].at, payload: &row };
    assert_eq!(
        tx.whole_address(sealed).await.unwrap().unwrap().reveal().to_string(),
        "203.0.113.9"
    );
}
