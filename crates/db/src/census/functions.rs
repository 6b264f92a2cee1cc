//! Functions that run with their owner's rights, and those on which the wall stands.

use lk_base::Result;

use crate::pool::Db;
use crate::signed::Signature;

/// Functions that may run with the rights of `lk_owner`, by name and arguments.
const DEFINERS: &[&str] = &["audit_make_room()", "current_workspace()"];

/// The function on which every policy stands, as SHA-256 of all that makes it: whoever changes it
/// changes every policy. With the signature wanted, and without.
const WALL: &str = "current_workspace()";
const SIGNED: &str = "2af786510deeb9d3574d7b98b307a89d4cb77502ca0fc7af1e6056cacb36c02e";
const UNSIGNED: &str = "05471a0d5c6a790806f6b5cc30363fc18fe2313b1a2d7d3fdb5b0af8c9940b6b";

/// What a function of the owner's must have set, so that nobody puts another table in its way.
const SEARCH_PATH: &str = "search_path=pg_catalog, pg_temp";

pub(super) async fn look(db: &Db, wrong: &mut Vec<String>) -> Result<()> {
    let functions = sqlx::query!(
        r#"select p.oid::regprocedure::text as "name!", p.prosecdef as "definer!",
                  coalesce(p.proconfig, '{}') as "settings!",
                  exists (select 1 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                           where x.grantee = 0) as "public!",
                  encode(sha256(convert_to(
                      concat_ws(' ', l.lanname, p.provolatile, p.proparallel, p.prosecdef, p.proconfig,
                                p.prosrc, pg_get_function_sqlbody(p.oid)), 'UTF8')), 'hex') as "digest!"
             from pg_proc p
             join pg_namespace n on n.oid = p.pronamespace
             join pg_language l on l.oid = p.prolang
            where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
              and not exists (select 1 from pg_depend d
                               where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
            order by 1"#,
    )
    .fetch_all(db.app())
    .await?;
    for function in functions.iter().filter(|function| function.definer) {
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
    let digest = match db.signature() {
        Signature::Wanted => SIGNED,
        Signature::Unwanted => UNSIGNED,
    };
    if !functions.iter().any(|function| function.name == WALL && function.digest == digest) {
        wrong.push(format!(
            "The function {WALL}, on which every policy stands, is missing or is not the one of this version."
        ));
    }
    Ok(())
}
