//! Functions that run with their owner's rights.

use lk_base::Result;

use crate::pool::Db;

/// Functions that may run with the rights of `lk_owner`, by name and arguments.
const DEFINERS: &[&str] = &[
    "audit_drop_month(date,bigint,text)",
    "audit_make_room()",
    "scope_permit(text,uuid,double precision)",
];

/// What a function of the owner's must have set, so that nobody puts another table in its way.
const SEARCH_PATH: &str = "search_path=pg_catalog, pg_temp";

pub(super) async fn look(db: &Db, wrong: &mut Vec<String>) -> Result<()> {
    let functions = sqlx::query!(
        r#"select p.oid::regprocedure::text as "name!", coalesce(p.proconfig, '{}') as "settings!",
                  exists (select 1 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                           where x.grantee = 0) as "public!"
             from pg_proc p
             join pg_namespace n on n.oid = p.pronamespace
            where p.prosecdef and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
              and not exists (select 1 from pg_depend d
                               where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
            order by 1"#,
    )
    .fetch_all(db.app())
    .await?;
    for function in &functions {
        let name = &function.name;
        if !DEFINERS.contains(&name.as_str()) {
            wrong.push(format!(
                "The function {name} runs with its owner's rights and is not on the list; drop it."
            ));
        }
        if !function.settings.iter().any(|setting| setting == SEARCH_PATH) {
            wrong.push(format!(
                "The function {name} runs with its owner's rights and has no fixed search_path; run: alter function {name} set search_path = pg_catalog, pg_temp."
            ));
        }
        if function.public {
            wrong.push(format!(
                "The function {name} runs with its owner's rights and everybody may call it; run: revoke all on function {name} from public."
            ));
        }
    }
    Ok(())
}
