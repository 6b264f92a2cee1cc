//! Every table, partitions included: behind the wall, and with its line in the holdings.

use lk_base::Result;

use super::holdings::{self, WITHOUT_WORKSPACE};
use super::wall::WALL;
use crate::pool::Db;

/// The policy every table has, to the letter, as PostgreSQL prints it on one line.
const POLICY: &str = "(workspace_id = ( SELECT b.workspace_id FROM bound_workspace b))";

/// Policies beside it: table, name, the one role, and why. Their condition is `true`.
const OTHERS: &[(&str, &str, &str)] = &[
    // The dispatcher numbers the events of all workspaces and has no grant on anything else.
    ("outbox", "dispatcher", "lk_dispatch"),
    ("workspace_sequences", "dispatcher", "lk_dispatch"),
    // The sequencer puts what waits into the audit log and its tree, in all workspaces. Of the log
    // itself it reads ids.
    ("audit_waiting", "dispatcher", "lk_dispatch"),
    ("audit_entries", "dispatcher", "lk_dispatch"),
    ("audit_log", "dispatcher", "lk_dispatch"),
    ("audit_leaves", "dispatcher", "lk_dispatch"),
    ("audit_heads", "dispatcher", "lk_dispatch"),
    ("audit_tiles", "dispatcher", "lk_dispatch"),
    ("audit_checkpoints", "dispatcher", "lk_dispatch"),
    ("audit_log_keys", "dispatcher", "lk_dispatch"),
];

pub(super) async fn look(db: &Db, wrong: &mut Vec<String>) -> Result<()> {
    let exempt = |name: &str| WITHOUT_WORKSPACE.iter().any(|(table, _)| *table == name);
    let tables = sqlx::query!(
        r#"select c.relname as "name!", c.relkind::text as "kind!", c.relrowsecurity as "enabled!",
                  c.relforcerowsecurity as "forced!",
                  coalesce((select p.relname from pg_class p where p.oid = pg_partition_root(c.oid)),
                           c.relname) as "root!",
                  exists (select 1 from pg_attribute a
                           where a.attrelid = c.oid and a.attname = 'workspace_id' and a.attnotnull
                             and a.atttypid = 'uuid'::regtype and not a.attisdropped) as "walled!",
                  coalesce(c.reloptions @> array['security_invoker=true'], false) as "invoker!"
             from pg_class c
             join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
              and c.relkind in ('r', 'p', 'v', 'm', 'f')
              and not exists (select 1 from pg_depend d
                               where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            order by c.relname"#,
    )
    .fetch_all(db.app())
    .await?;
    if tables.is_empty() {
        wrong.push("The database has no tables yet; run: leadkeep migrate.".to_owned());
    }
    for table in &tables {
        let name = &table.name;
        match table.kind.as_str() {
            "v" if !table.invoker && name != WALL => wrong.push(format!(
                "View {name} reads with the rights of its owner; make it with (security_invoker = true)."
            )),
            "v" => {}
            "m" | "f" => wrong.push(format!(
                "{name} is a copy or a window of rows that no row security covers; drop it."
            )),
            _ if exempt(name) => {}
            _ => {
                if !(table.enabled && table.forced) {
                    wrong.push(format!("Table {name} is not behind the wall: row security is off or not forced."));
                }
                if !table.walled {
                    wrong.push(format!("Table {name} has no workspace_id that is always set."));
                }
            }
        }
    }
    let walled = tables
        .iter()
        .filter(|table| matches!(table.kind.as_str(), "r" | "p") && !exempt(&table.name))
        .map(|table| table.name.as_str());
    policies(db, &walled.collect::<Vec<_>>(), wrong).await?;
    columns(db, wrong).await
}

async fn policies(db: &Db, tables: &[&str], wrong: &mut Vec<String>) -> Result<()> {
    let policies = sqlx::query!(
        r#"select c.relname as "table!", p.polname as "name!", p.polcmd::text as "command!",
                  p.polpermissive as "permissive!",
                  coalesce((select r.rolname from pg_roles r where p.polroles = array[r.oid]),
                           case when p.polroles = '{0}' then 'public' else 'several' end) as "role!",
                  regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\s+', ' ', 'g') as reads,
                  regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '\s+', ' ', 'g') as writes
             from pg_policy p
             join pg_class c on c.oid = p.polrelid
            order by 1, 2"#,
    )
    .fetch_all(db.app())
    .await?;
    for table in tables {
        let stands = policies.iter().any(|policy| {
            policy.table == *table
                && policy.name == "one_workspace"
                && policy.command == "*"
                && policy.permissive
                && policy.role == "public"
                && policy.reads.as_deref() == Some(POLICY)
                && policy.writes.as_deref() == Some(POLICY)
        });
        if !stands {
            wrong.push(format!(
                "Table {table} is not behind the wall: the policy one_workspace is missing or differs."
            ));
        }
    }
    for policy in policies.iter().filter(|policy| policy.name != "one_workspace") {
        let known = OTHERS.contains(&(&policy.table, &policy.name, &policy.role));
        if !known {
            wrong.push(format!(
                "Table {} has the policy {}, which is not on the list and may open it to others; drop it.",
                policy.table, policy.name
            ));
        }
    }
    Ok(())
}

async fn columns(db: &Db, wrong: &mut Vec<String>) -> Result<()> {
    let columns = sqlx::query!(
        r#"select c.relname as "table!", a.attname as "column!"
             from pg_class c
             join pg_namespace n on n.oid = c.relnamespace
             join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
              and c.relkind in ('r', 'p') and not c.relispartition
              and not exists (select 1 from pg_depend d
                               where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')"#,
    )
    .fetch_all(db.app())
    .await?;
    let there: Vec<_> = columns.into_iter().map(|row| (row.table, row.column)).collect();
    holdings::compare(&there, wrong);
    Ok(())
}
