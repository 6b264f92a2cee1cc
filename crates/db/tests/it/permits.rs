//! The third wall: a transaction that shows no permit is in no workspace.

use lk_authz::Role;
use lk_base::id::{Id, WorkspaceId};
use lk_testkit::World;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// How many operators the application sees under a setting, once its transaction began.
async fn seen(world: &World, setting: &str) -> i64 {
    let mut app = PgConnection::connect_with(&world.database.places.app).await.unwrap();
    let bind = format!("begin; set local lk.workspace = '{setting}'");
    sqlx::raw_sql(AssertSqlSafe(bind)).execute(&mut app).await.unwrap();
    sqlx::query_scalar("select count(*) from operators").fetch_one(&mut app).await.unwrap()
}

#[tokio::test]
async fn a_permit_that_is_made_up_or_over_shows_no_row() {
    let world = World::empty().await;
    let (ada, mallory) = (world.operator(Role::User).await, world.operator(Role::User).await);
    let own = world.setting(mallory.workspace).await;
    assert_eq!(seen(&world, &own).await, 1, "the own one shows the own row");
    let over = world.db.setting(ada.workspace, -1.0).await.unwrap();
    for (what, forged) in [
        ("the workspace itself", ada.workspace.uuid().to_string()),
        ("one that is over", over),
        ("one that is cut", own[1..].to_owned()),
        ("one that goes on", format!("{own}0")),
        ("another letter case", own.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A")),
        ("one that nobody wrote", "0".repeat(32)),
        ("a pattern", "%".to_owned()),
        ("nothing", String::new()),
        ("words", "nonsense, \u{fc}mlauts and ..........".to_owned()),
        ("many words", "x.".repeat(5000)),
    ] {
        assert_eq!(seen(&world, &forged).await, 0, "{what}");
    }
}

#[tokio::test]
async fn permits_that_are_over_are_taken_away() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    for _ in 0..30 {
        world.db.setting(ada.workspace, -1.0).await.unwrap();
    }
    for _ in 0..3 {
        world.setting(ada.workspace).await;
    }
    let old = "select permit from scope_permits where until < now()";
    assert_eq!(world.database.rows(old).await, Vec::<serde_json::Value>::new());
    assert_eq!(seen(&world, &world.setting(ada.workspace).await).await, 1);
}

#[tokio::test]
async fn without_the_third_wall_a_forged_setting_shows_the_row() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    assert_eq!(seen(&world, &ada.workspace.uuid().to_string()).await, 0);
    world.database.take_third_wall_down().await;
    assert_eq!(seen(&world, &ada.workspace.uuid().to_string()).await, 1);
}

#[tokio::test]
async fn a_setting_that_was_overheard_shows_its_own_workspace_only_and_binds_no_write_elsewhere() {
    let world = World::empty().await;
    let (ada, mallory) = (world.operator(Role::User).await, world.operator(Role::User).await);
    let overheard = world.setting(ada.workspace).await;
    assert_eq!(seen(&world, &overheard).await, 1);
    let mut app = PgConnection::connect_with(&world.database.places.app).await.unwrap();
    let write = format!(
        "set lk.workspace = '{overheard}';
         insert into workspaces (workspace_id, name, created_at)
         values ('{}', 'Stolen', now())",
        world.clock.new_id::<WorkspaceId>().uuid()
    );
    let refused = sqlx::raw_sql(AssertSqlSafe(write)).execute(&mut app).await.unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");
    drop(mallory);
}

#[tokio::test]
async fn the_wall_is_asked_once_for_a_statement_and_not_once_for_a_row() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let setting = world.setting(ada.workspace).await;
    let bind = format!("set lk.workspace = '{setting}'");
    let explain = "explain (costs off) select * from messages";
    let (plan, wrong) = world.database.psql(&world.database.places.app, &[&bind, explain]).await;
    assert!(wrong.is_empty() && plan.contains("InitPlan 1"), "{plan}{wrong}");
    assert!(!plan.contains("SubPlan"), "not for each row: {plan}");
}
