//! The third wall: a setting that the application did not sign is no workspace.

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
async fn a_setting_that_is_forged_or_over_shows_no_row() {
    let world = World::empty().await;
    let (ada, mallory) = (world.operator(Role::User).await, world.operator(Role::User).await);
    let own = world.setting(mallory.workspace).await;
    assert_eq!(seen(&world, &own).await, 1, "the signed one shows its own row");
    let (_, signed) = own.split_at(36);
    let theirs = ada.workspace.uuid().to_string();
    let over = world.db.setting(ada.workspace, -1).await.unwrap();
    let later = world.setting(ada.workspace).await.replacen(".1", ".9", 1);
    let other_key = world.setting(ada.workspace).await;
    let other_key = format!("{}00000000{}", &other_key[..37], &other_key[45..]);
    for (what, forged) in [
        ("no signature at all", theirs.clone()),
        ("the signature of another workspace", format!("{theirs}{signed}")),
        ("a changed end", later),
        ("an end that is over", over),
        ("a key that is none", other_key),
        ("a signature that is cut", own[..own.len() - 1].to_owned()),
        ("a signature that is empty", own[..57].to_owned()),
        ("another letter case", own.to_uppercase()),
        ("words", "nonsense, \u{fc}mlauts and ..........".to_owned()),
        ("many words", "x.".repeat(5000)),
    ] {
        assert_eq!(seen(&world, &forged).await, 0, "{what}");
    }
}

#[tokio::test]
async fn without_the_third_wall_a_forged_setting_shows_the_row() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    assert_eq!(seen(&world, &ada.workspace.uuid().to_string()).await, 0);
    world.database.take_signature_down().await;
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
async fn the_key_before_counts_until_everybody_has_gone_over() {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let before = world.setting(ada.workspace).await;
    let name = world.db.rotate_scope_key().await.unwrap();
    assert_eq!(seen(&world, &before).await, 1, "the overlap has just begun");
    // This process looks for a newer one within a minute; here at once.
    world.db.forget_key();
    let after = world.setting(ada.workspace).await;
    assert_eq!(&after[37..45], name);
    assert_eq!(seen(&world, &after).await, 1);
    world.database.run("update scope_keys set ends_at = now() where ends_at is not null").await;
    assert_eq!(seen(&world, &before).await, 0, "the overlap is over");
    assert_eq!(seen(&world, &after).await, 1);
    assert_eq!(world.audit().await.pop().unwrap()["action"], "instance.scope_key_made");
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
