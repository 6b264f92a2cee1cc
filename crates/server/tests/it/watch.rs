//! Checks that run as long as the server does.

use lk_base::Clock;
use lk_crypto::{RootKey, Sealer};
use lk_db::{Check, Db, Outcome};
use lk_server::watch::{Found, look};
use lk_testkit::private_database;

#[tokio::test]
async fn a_census_that_finds_something_is_kept_and_the_gauge_is_down() {
    let database = private_database().await;
    let sealer = Sealer::new(&RootKey::random()).unwrap();
    let db = Db::new(&database.places, Clock::system(), sealer);
    let found = Found::default();
    assert_eq!(look(&db, &found, Check::Census, db.census()).await, Outcome::Passed);
    assert!(found.metrics().contains("leadkeep_check_passed{check=\"census\"} 1\n"));

    database.run("grant truncate on messages to lk_app").await;
    assert_eq!(look(&db, &found, Check::Census, db.census()).await, Outcome::Failed);
    assert!(found.metrics().contains("leadkeep_check_passed{check=\"census\"} 0\n"));
    let (_, newest) = db.newest_evidence(Check::Census).await.unwrap().unwrap();
    assert_eq!(newest.outcome, Outcome::Failed);
    assert!(newest.detail.len() == 1 && newest.detail[0].contains("truncate on messages"));
    let kept = database.rows("select result from evidence order by at, evidence_id").await;
    assert_eq!(kept.len(), 2);
}

#[tokio::test]
async fn a_check_that_cannot_look_is_not_green() {
    let database = private_database().await;
    let sealer = Sealer::new(&RootKey::random()).unwrap();
    let db = Db::new(&database.places, Clock::system(), sealer);
    let found = Found::default();
    let broken = async { Err(lk_base::Error::NotFound) };
    assert_eq!(look(&db, &found, Check::Census, broken).await, Outcome::Unknown);
    assert!(found.metrics().contains("leadkeep_check_passed{check=\"census\"} 0\n"));
    let kept = database.rows("select result from evidence").await;
    assert_eq!(kept[0]["result"], "unknown");
}

#[tokio::test]
async fn the_application_can_neither_change_nor_remove_evidence() {
    use sqlx::Connection;
    let database = private_database().await;
    for statement in
        ["update evidence set result = 'passed'", "delete from evidence", "truncate evidence"]
    {
        let mut app = sqlx::PgConnection::connect_with(&database.places.app).await.unwrap();
        let tried = sqlx::raw_sql(statement).execute(&mut app).await.unwrap_err();
        let code = tried.as_database_error().and_then(|e| e.code().map(String::from));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}");
    }
}
