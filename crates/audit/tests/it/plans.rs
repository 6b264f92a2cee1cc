//! No filter of the log makes the database look at what it does not show: as the application's
//! role, behind row security, each is read along its own index.

use std::path::Path;

use lk_authz::Role;
use lk_base::id::Id;
use lk_testkit::World;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

/// The statements of `entry/page.rs`, as they were checked.
fn statements() -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.sqlx");
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    let texts = files.map(|file| std::fs::read_to_string(file).unwrap());
    let queries = texts.map(|text| {
        let kept: serde_json::Value = serde_json::from_str(&text).unwrap();
        kept["query"].as_str().unwrap().to_owned()
    });
    queries.filter(|sql| sql.contains("from audit_entries") && sql.contains("limit $12")).collect()
}

/// What a statement is looked up by, and the arguments of a page that shows a few rows.
fn meant(sql: &str) -> (&'static str, &'static str) {
    if sql.contains("and request_id = $11 ") {
        ("request_id =", "null, null, null, null, null, 'req_7'")
    } else if sql.contains("and target_id = $9 ") {
        ("target_id =", "null, null, null, '00000000-0000-0000-0000-0000000000aa', null, null")
    } else if sql.contains("and actor_id = $6 ") {
        ("actor_id =", "'00000000-0000-0000-0000-0000000000bb', null, null, null, null, null")
    } else if sql.contains("one (action)") {
        ("action =", "null, null, array['sso.changed', 'sso.removed'], null, null, null")
    } else if sql.contains("one (actor, thing)") {
        ("actor_kind =", "null, array['system'], null, null, null, null")
    } else {
        ("entry_id >=", "null, null, null, null, null, null")
    }
}

/// Enough for an index to be worth its while.
const ROWS: u32 = 20_000;

#[tokio::test]
async fn each_filter_is_read_along_its_own_index() {
    let world = World::empty().await;
    let ada = world.operator(Role::Admin).await;
    let workspace = ada.workspace.uuid();
    let setting = world.setting(ada.workspace).await;
    world
        .database
        .run(&format!(
            "insert into audit_entries
                 (workspace_id, entry_id, at, action, actor_kind, actor_id, target_kind, target_id,
                  request_id, commitment, payload)
             select '{workspace}', ('019ad0f0-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                    timestamptz '2026-11-22 09:00+00' + n * interval '1 millisecond',
                    case when n % ({ROWS} / 4) = 0 then 'sso.changed' else 'message.sent' end,
                    case when n % ({ROWS} / 4) = 0 then 'system' else 'operator' end,
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
    let statements = statements();
    assert_eq!(statements.len(), 6, "one for each way along the log");
    // As `entry/page.rs` does before each page.
    app.execute("set plan_cache_mode = force_custom_plan").await.unwrap();
    for (at, sql) in statements.iter().enumerate() {
        let (by, arguments) = meant(sql);
        let (kinds, pairs) = if by == "actor_kind =" {
            (", text[], text[]", ", array['system', 'system'], array['message', 'none']")
        } else {
            ("", "")
        };
        let prepare = format!(
            "prepare page_{at} (uuid, uuid, uuid, timestamptz, timestamptz, uuid, text[], text[], \
             uuid, text[], text, bigint{kinds}) as {sql}"
        );
        app.execute(AssertSqlSafe(prepare)).await.unwrap();
        let explain = format!(
            "explain (analyze, costs off, timing off, summary off) \
             execute page_{at} ('{workspace}', '00000000-0000-0000-0000-000000000000', \
             'ffffffff-ffff-ffff-ffff-ffffffffffff', '2000-01-01', '2100-01-01', {arguments}, \
             50{pairs})"
        );
        let rows = app.fetch_all(AssertSqlSafe(explain)).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        assert!(!plan.contains("Seq Scan on"), "{by}:\n{plan}");
        let mut conditions = plan.lines().filter(|line| line.contains("Index Cond:"));
        assert!(conditions.any(|line| line.contains(by)), "{by}:\n{plan}");
        let removed = plan.lines().filter_map(|line| {
            line.trim().strip_prefix("Rows Removed by Filter: ")?.parse::<u64>().ok()
        });
        assert!(removed.sum::<u64>() < 200, "read and not shown, {by}:\n{plan}");
    }
}
