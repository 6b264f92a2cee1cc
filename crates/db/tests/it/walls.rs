//! Row security and the census that looks at it.

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
async fn a_fresh_database_passes_the_census() {
    assert_eq!(world().await.db.census().await.unwrap(), Vec::<String>::new());
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
    let own = format!("set lk.workspace = '{}'", lk_base::id::Id::uuid(ada.workspace));
    assert_eq!(count_as_app(&world, &own).await.unwrap(), 1);
}

#[tokio::test]
async fn the_census_names_a_table_whose_wall_is_down() {
    let world = world().await;
    world.database.run("alter table messages no force row level security").await;
    let wrong = world.db.census().await.unwrap();
    assert!(wrong.len() == 1 && wrong[0].contains("messages"), "{wrong:?}");
}

#[tokio::test]
async fn the_census_names_another_policy_a_loose_key_and_a_table_without_a_workspace() {
    let world = world().await;
    world.database.run("create policy open on visitors using (true)").await;
    world.database.run("create table strays (stray_id uuid primary key)").await;
    world.database.run("alter table contacts add unique (email)").await;
    let wrong = world.db.census().await.unwrap().join("\n");
    for name in ["visitors", "strays", "contacts"] {
        assert!(wrong.contains(name), "{name} is missing in: {wrong}");
    }
}

#[tokio::test]
async fn the_census_names_a_role_that_could_bypass_the_wall() {
    let world = world().await;
    world.database.run("alter table widgets owner to lk_app").await;
    let wrong = world.db.census().await.unwrap().join("\n");
    assert!(wrong.contains("lk_app owns tables"), "{wrong}");
}
