//! The roles that serve: they own nothing, can become nobody else, and may do what was granted.

use lk_base::Result;

use super::holdings::WITHOUT_WORKSPACE;
use crate::pool::Db;

pub(super) async fn look(db: &Db, wrong: &mut Vec<String>) -> Result<()> {
    attributes(db, wrong).await?;
    grants(db, wrong).await
}

async fn attributes(db: &Db, wrong: &mut Vec<String>) -> Result<()> {
    for pool in [db.app(), db.dispatch()] {
        let role = sqlx::query!(
            r#"select rolname as "name!", rolsuper or rolbypassrls as "bypass!",
                      rolcreaterole or rolcreatedb or rolreplication as "maker!",
                      exists (select 1 from pg_shdepend d
                               where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid
                                 and d.deptype = 'o'
                                 and d.dbid in (0, (select b.oid from pg_database b
                                                     where b.datname = current_database()))) as "owns!",
                      exists (select 1 from pg_auth_members m where m.member = r.oid) as "member!",
                      has_database_privilege(r.oid, current_database(), 'create, temporary')
                          or exists (select 1 from pg_namespace n
                                      where n.nspname not like 'pg\_%'
                                        and n.nspname <> 'information_schema'
                                        and has_schema_privilege(r.oid, n.oid, 'create')) as "creates!"
                 from pg_roles r
                where rolname = current_user"#,
        )
        .fetch_one(pool)
        .await?;
        let name = role.name;
        if role.bypass {
            wrong.push(format!(
                "The database role {name} can bypass row security; run: alter role {name} nosuperuser nobypassrls."
            ));
        }
        if role.maker {
            wrong.push(format!(
                "The database role {name} could make roles or databases or copy the whole server; run: alter role {name} nocreaterole nocreatedb noreplication."
            ));
        }
        if role.owns {
            wrong.push(format!(
                "The database role {name} owns tables or other things, so it could take row security away; give them to lk_owner."
            ));
        }
        if role.member {
            wrong.push(format!(
                "The database role {name} is a member of another role and could act as it; revoke that membership."
            ));
        }
        if role.creates {
            wrong.push(format!(
                "The database role {name} may create things in this database; revoke create and temporary on the database, and create on its schemas, from public and from {name}."
            ));
        }
    }
    Ok(())
}

/// Row security knows no `truncate`; a foreign key or a trigger of one's own is a way around it;
/// and what everybody may do, the next role may as well.
async fn grants(db: &Db, wrong: &mut Vec<String>) -> Result<()> {
    let exempt: Vec<String> =
        WITHOUT_WORKSPACE.iter().map(|(name, _)| (*name).to_owned()).collect();
    let granted = sqlx::query!(
        r#"with things as (
               select c.oid, c.relname, c.relacl as acl
                 from pg_class c
                where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
               union all
               select c.oid, c.relname, a.attacl
                 from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attacl is not null
           )
           select distinct t.relname as "table!", coalesce(r.rolname, 'public') as "role!",
                  x.privilege_type as "privilege!", x.is_grantable as "grantable!"
             from things t
             join pg_class c on c.oid = t.oid
             join pg_namespace n on n.oid = c.relnamespace
            cross join aclexplode(t.acl) x
             left join pg_roles r on r.oid = x.grantee
            where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'
              and not exists (select 1 from pg_depend d
                               where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
              and x.grantee <> c.relowner
              and (x.grantee = 0
                   or r.rolname in ('lk_app', 'lk_dispatch')
                      and (x.is_grantable
                           or x.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE')
                           or c.relname = any ($1)))
            order by 1, 2, 3"#,
        &exempt,
    )
    .fetch_all(db.app())
    .await?;
    for grant in granted {
        let option = if grant.grantable { ", and may hand that on" } else { "" };
        wrong.push(format!(
            "The role {} has {} on {}{option}; revoke it.",
            grant.role,
            grant.privilege.to_lowercase(),
            grant.table
        ));
    }
    Ok(())
}
