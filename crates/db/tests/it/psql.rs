//! What somebody reaches who got hold of the application's role and a `psql`.

use lk_authz::Role;
use lk_base::id::Id;
use lk_db::{Action, Entry};
use lk_testkit::World;

/// A world with an entry in it, and the commands that bind a connection to somebody's workspace.
async fn world() -> World {
    let world = World::empty().await;
    let ada = world.operator(Role::User).await;
    let tx = world.db.write(&ada.scope()).await.unwrap();
    tx.commit(Entry::without_target(Action::SignedOut)).await.unwrap();
    world
}

#[tokio::test]
async fn psql_as_the_application_sees_no_row_of_another_workspace_in_any_table() {
    let world = world().await;
    let app = &world.database.places.app;
    let mallory = world.operator(Role::User).await;
    let bind = format!("set lk.workspace = '{}'", world.setting(mallory.workspace).await);
    let tables = world
        .database
        .rows(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
              where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                and a.attname = 'workspace_id' and has_table_privilege('lk_app', c.oid, 'select')",
        )
        .await;
    assert!(tables.len() > 30, "{tables:?}");
    let own = mallory.workspace.uuid();
    for table in tables {
        let count = format!(
            "select count(*) from {} where workspace_id <> '{own}'",
            table["relname"].as_str().unwrap()
        );
        for bound in [bind.as_str(), "select", "set row_security = on"] {
            let (seen, wrong) = world.database.psql(app, &[bound, &count]).await;
            assert_eq!((seen.trim(), wrong.as_str()), ("0", ""), "{count} after {bound}");
        }
    }
}

#[tokio::test]
async fn psql_as_the_application_is_refused_everything_that_goes_around_the_walls() {
    let world = world().await;
    let app = &world.database.places.app;
    let ada = world.audit().await[0]["workspace_id"].as_str().unwrap().parse().unwrap();
    let ada = lk_base::id::WorkspaceId::from_uuid(ada);
    let bind = format!("set lk.workspace = '{}'", world.setting(ada).await);
    for tried in [
        // The log.
        "update audit_entries set action = 'x'",
        "delete from audit_entries",
        "truncate audit_entries",
        "insert into audit_entries select * from audit_written",
        "update audit_waiting set action = 'x'",
        "delete from audit_waiting",
        "truncate audit_waiting",
        "truncate messages cascade",
        // Other rights.
        "set role lk_owner",
        "set role postgres",
        "set session authorization lk_owner",
        "alter role lk_app bypassrls",
        "create role other",
        // Other tables, other functions, other rules.
        "create table own (x int)",
        "create temporary table own (x int)",
        "create schema own",
        "create view own as select 1",
        "create function own() returns int language sql as 'select 1'",
        "create or replace view bound_workspace as select null::uuid as workspace_id",
        "alter view bound_workspace set (security_invoker)",
        "alter table messages disable row level security",
        "alter table messages no force row level security",
        "drop table messages",
        "drop policy one_workspace on messages",
        "create policy open on messages using (true)",
        "create trigger own before insert on messages for each row execute function refuse_change()",
        "create rule own as on insert to messages do also select 1",
        "call wall('messages')",
        // Past the wall on purpose.
        "set row_security = off; select * from messages",
        // The permits, and what others run.
        "select * from scope_permits",
        "copy scope_permits to stdout",
        "insert into scope_permits select md5('x'), gen_random_uuid(), now() + interval '1 day'",
        "update scope_permits set workspace_id = gen_random_uuid()",
        "select scope_permit(md5('x'), gen_random_uuid(), 60)",
        "select query from pg_stat_activity",
        "select pg_stat_get_backend_activity(1)",
        "select * from pg_stat_get_activity(null)",
        // The machine.
        "copy (select 1) to program 'id'",
        "copy messages from program 'id'",
        "copy (select 1) to '/tmp/own'",
        "select pg_read_file('/etc/passwd')",
        "select lo_import('/etc/passwd')",
        "select pg_ls_dir('/')",
        "select * from pg_authid",
        "select pg_terminate_backend(pid) from pg_stat_activity",
        "load 'own'",
    ] {
        let (said, wrong) = world.database.psql(app, &[&bind, tried]).await;
        let refused = ["permission denied", "must be", "row-level security", "is not allowed"];
        assert!(refused.iter().any(|words| wrong.contains(words)), "{tried}: {said}{wrong}");
    }
    assert_eq!(world.audit().await.len(), 1);
}

#[tokio::test]
async fn psql_as_the_application_writes_into_no_other_workspace() {
    let world = world().await;
    let app = &world.database.places.app;
    let mallory = world.operator(Role::User).await;
    let ada = world.audit().await[0]["workspace_id"].as_str().unwrap().to_owned();
    let bind = format!("set lk.workspace = '{}'", world.setting(mallory.workspace).await);
    let insert = format!(
        "insert into contacts (workspace_id, contact_id, name, created_at, updated_at)
         values ('{ada}', '{ada}', 'Planted', now(), now())"
    );
    let (_, wrong) = world.database.psql(app, &[&bind, &insert]).await;
    assert!(wrong.contains("row-level security"), "{wrong}");
    // A key that names another workspace's row is refused whether the row is there or not.
    let of = |operator: &str| {
        format!(
            "insert into conversation_reads (workspace_id, conversation_id, operator_id, read_seq)
             values ('{}', '{operator}', '{operator}', 1)",
            mallory.workspace.uuid()
        )
    };
    let there = world.database.rows("select operator_id from operators order by joined_at").await;
    let missing = world.clock.new_id::<lk_base::id::OperatorId>().uuid().to_string();
    for operator in [there[0]["operator_id"].as_str().unwrap(), &missing] {
        let (_, wrong) = world.database.psql(app, &[&bind, &of(operator)]).await;
        assert!(wrong.contains("violates foreign key constraint"), "{wrong}");
    }
    let (_, wrong) = world
        .database
        .psql(app, &[&bind, "update operators set name = 'Changed' where true"])
        .await;
    assert!(wrong.is_empty(), "{wrong}");
    let changed = world.database.rows("select 1 from operators where name = 'Changed'").await;
    assert_eq!(changed.len(), 1, "only its own");
}
