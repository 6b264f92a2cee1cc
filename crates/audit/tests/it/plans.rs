//! No filter of the log makes the database look at what it does not show: as the application's
//! role, behind row security, each is read along its own index.

use std::path::Path;

use lk_authz::Role;
use lk_base::id::Id;
use lk_testkit::World;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use uuid::Uuid;

/// The statements of `entry/page.rs`, as they were checked.
fn statements() -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.sqlx");
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    let texts = files.map(|file| std::fs::read_to_string(file).unwrap());
    let queries = texts.map(|text| {
        let kept: serde_json::Value = serde_json::from_str(&text).unwrap();
        kept["query"].as_str().unwrap().to_owned()
    });
    queries.filter(|sql| sql.contains("from audit_written") && sql.contains("limit $12")).collect()
}

const BY_ACTION: &str = "action,";
const BY_KINDS: &str = "actor_kind,";

/// What a statement is looked up by, and the arguments of a page that shows a few rows.
fn meant(sql: &str) -> (&'static str, &'static str) {
    if sql.contains("and request_id = $11 ") {
        ("request_id =", "null, null, null, null, null, 'req_7'")
    } else if sql.contains("and target_id = $9 ") {
        ("target_id =", "null, null, null, '00000000-0000-0000-0000-0000000000aa', null, null")
    } else if sql.contains("and actor_id = $6 ") {
        ("actor_id =", "'00000000-0000-0000-0000-0000000000bb', null, null, null, null, null")
    } else if sql.contains("one (action)") {
        (BY_ACTION, "null, null, array['sso.changed', 'sso.removed'], null, null, null")
    } else if sql.contains("one (actor, thing)") {
        (BY_KINDS, "null, array['system'], null, null, null, null")
    } else {
        ("entry_id >=", "null, null, null, null, null, null")
    }
}

/// Enough for an index to be worth its while.
const ROWS: u32 = 20_000;

/// A log of so many rows, `rare` of them in a quarter of the log otherwise, and the application's
/// connection to it.
async fn filled(world: &World, rare: u32) -> (Uuid, PgConnection) {
    let ada = world.operator(Role::Admin).await;
    let workspace = ada.workspace.uuid();
    let setting = world.setting(ada.workspace).await;
    world
        .database
        .run(&format!(
            "insert into audit_entries
                 (workspace_id, entry_id, position, at, action, actor_kind, actor_id, target_kind, target_id,
                  request_id, commitment, payload)
             select '{workspace}', ('019ad0f0-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n,
                    timestamptz '2026-11-22 09:00+00' + n * interval '1 millisecond',
                    case when n % ({ROWS} / 4) < {rare} then 'sso.changed' else 'message.sent' end,
                    case when n % ({ROWS} / 4) < {rare} then 'system' else 'operator' end,
                    case when n % ({ROWS} / 4) = 1 then uuid '00000000-0000-0000-0000-0000000000bb'
                         else gen_random_uuid() end,
                    'message',
                    case when n % ({ROWS} / 4) = 2 then uuid '00000000-0000-0000-0000-0000000000aa'
                         else gen_random_uuid() end,
                    'req_' || n, sha256('x'), 'x'
               from generate_series(1, {ROWS}) n;
             analyze audit_entries"
        ))
        .await;
    let mut app = PgConnection::connect_with(&world.database.places.app).await.unwrap();
    app.execute(AssertSqlSafe(format!("set lk.workspace = '{setting}'"))).await.unwrap();
    // As `entry/page.rs` does before each page.
    app.execute("set plan_cache_mode = force_custom_plan").await.unwrap();
    (workspace, app)
}

/// How a statement is run, by a name of its own; `pairs` are the kinds of actors and targets, where
/// it is looked up by those.
async fn plan(
    app: &mut PgConnection,
    name: &str,
    sql: &str,
    workspace: Uuid,
    (arguments, pairs): (&str, &str),
) -> String {
    let (kinds, pairs) = if meant(sql).0 == BY_KINDS {
        (", text[], text[]", format!(", {pairs}"))
    } else {
        ("", String::new())
    };
    let prepare = format!(
        "prepare {name} (uuid, uuid, uuid, timestamptz, timestamptz, uuid, text[], text[], \
         uuid, text[], text, bigint{kinds}) as {sql}"
    );
    app.execute(AssertSqlSafe(prepare)).await.unwrap();
    let explain = format!(
        "explain (analyze, costs off, timing off, summary off) \
         execute {name} ('{workspace}', '00000000-0000-0000-0000-000000000000', \
         'ffffffff-ffff-ffff-ffff-ffffffffffff', '2000-01-01', '2100-01-01', {arguments}, \
         50{pairs})"
    );
    let rows = app.fetch_all(AssertSqlSafe(explain)).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    plan.join("\n")
}

/// How many rows were read and not shown.
fn removed(plan: &str) -> u64 {
    let removed = plan.lines().filter_map(|line| {
        line.trim().strip_prefix("Rows Removed by Filter: ")?.parse::<u64>().ok()
    });
    removed.sum()
}

#[tokio::test]
async fn each_filter_is_read_along_its_own_index() {
    let world = World::empty().await;
    let (workspace, mut app) = filled(&world, 1).await;
    let statements = statements();
    assert_eq!(statements.len(), 6, "one for each way along the log");
    for (at, sql) in statements.iter().enumerate() {
        let (by, arguments) = meant(sql);
        let pairs = "array['system', 'system'], array['message', 'none']";
        let given = (arguments, pairs);
        let plan = plan(&mut app, &format!("page_{at}"), sql, workspace, given).await;
        assert!(!plan.contains("Seq Scan on audit_entries"), "{by}:\n{plan}");
        let mut conditions = plan.lines().filter(|line| line.contains("Index Cond:"));
        assert!(conditions.any(|line| line.contains(by)), "{by}:\n{plan}");
        assert!(removed(&plan) < 200, "read and not shown, {by}:\n{plan}");
    }
}

#[tokio::test]
async fn what_never_happened_is_not_looked_for_in_the_whole_log() {
    let world = World::empty().await;
    let (workspace, mut app) = filled(&world, 0).await;
    // Where all rows are of one kind, the planner thinks that any other one is as common.
    for (by, arguments) in [
        (BY_KINDS, "null, null, null, null, array['message'], null"),
        (BY_ACTION, "null, null, array['message.sent', 'sso.changed'], null, null, null"),
    ] {
        let pairs = "array['visitor', 'person', 'system'], array['message', 'message', 'message']";
        let statements = statements();
        let sql = statements.iter().find(|sql| meant(sql).0 == by).unwrap();
        let plan = plan(&mut app, "page", sql, workspace, (arguments, pairs)).await;
        assert!(removed(&plan) < 200, "read and not shown, {by}:\n{plan}");
        app.execute("deallocate page").await.unwrap();
    }
}
