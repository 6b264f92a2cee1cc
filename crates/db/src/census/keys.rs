//! Every key begins with `workspace_id`: key checks ignore row security, so a key without it would
//! tell one workspace what another one has.

use lk_base::Result;

use super::holdings::WITHOUT_WORKSPACE;
use crate::pool::Db;

pub(super) async fn look(db: &Db, wrong: &mut Vec<String>) -> Result<()> {
    let exempt: Vec<String> =
        WITHOUT_WORKSPACE.iter().map(|(name, _)| (*name).to_owned()).collect();
    let loose = sqlx::query!(
        r#"with tables as (
               select c.oid, c.relname,
                      (select a.attnum from pg_attribute a
                        where a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped) as place
                 from pg_class c
                 join pg_namespace n on n.oid = c.relnamespace
                where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
                  and c.relkind in ('r', 'p')
                  and c.relname <> all ($1)
                  and not exists (select 1 from pg_depend d
                                   where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
           )
           select t.relname as "table!", null::text as "key"
             from tables t
            where not exists (select 1 from pg_index i where i.indrelid = t.oid and i.indisprimary)
           union all
           select t.relname, i.indexrelid::regclass::text
             from tables t
             join pg_index i on i.indrelid = t.oid and (i.indisunique or i.indisexclusion)
            where i.indkey[0] is distinct from t.place
           union all
           select t.relname, k.conname
             from tables t
             join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
            where k.conkey[1] is distinct from t.place
               or k.confkey[1] is distinct from
                  (select a.attnum from pg_attribute a
                    where a.attrelid = k.confrelid and a.attname = 'workspace_id')
            order by 1, 2"#,
        &exempt,
    )
    .fetch_all(db.app())
    .await?;
    for row in loose {
        wrong.push(match row.key {
            Some(key) => format!(
                "Table {} has the key {key}, which does not begin with workspace_id.",
                row.table
            ),
            None => format!("Table {} has no primary key.", row.table),
        });
    }
    Ok(())
}
