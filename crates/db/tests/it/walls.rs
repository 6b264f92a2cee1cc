//! Row security, as the application meets it.

use lk_testkit::World;
use sqlx::{Connection, PgConnection};

async fn world() -> World {
    World::empty().await
}

async fn count_as_app(world: &World, setting: &str) -> Result<i64, sqlx::Error> {
    let mut app = PgConnection::connect_with(&world.database.places.app).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(setting.to_owned())).execute(&mut app).await?;
    sqlx::query_scalar("select count(*) from operators").fetch_one(&mut app).await
}

#[tokio::test]
async fn without_a_workspace_the_application_sees_no_row() {
    let world = world().await;
    world.operator(lk_authz::Role::User).await;
    assert_eq!(count_as_app(&world, "select 1").await.unwrap(), 0);
    assert_eq!(count_as_app(&world, "set lk.workspace = ''").await.unwrap(), 0);
}

#[tokio::test]
async fn a_workspace_sees_its_own_rows_only() {
    let world = world().await;
    let ada = world.operator(lk_authz::Role::User).await;
    world.operator(lk_authz::Role::User).await;
    let own = format!("set lk.workspace = '{}'", world.setting(ada.workspace).await);
    assert_eq!(count_as_app(&world, &own).await.unwrap(), 1);
}
