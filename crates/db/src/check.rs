//! What must be true of a database before the product serves from it.
//!
//! Each refusal is a sentence for the administrator that says what to do.

use lk_base::{Error, Result};

use crate::pool::Db;

/// Tables without a workspace: the migration runner's own list.
const EXEMPT: &[&str] = &["_sqlx_migrations"];

/// The policy every table has, to the letter, as PostgreSQL prints it.
const POLICY: &str = "(workspace_id = ( SELECT current_workspace() AS current_workspace))";

impl Db {
    /// Looks at the server, the role and every table; the sentences say what is wrong.
    ///
    /// # Errors
    /// `Internal` when the catalogue cannot be read.
    pub async fn census(&self) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        self.role_census(&mut wrong).await?;
        self.table_census(&mut wrong).await?;
        Ok(wrong)
    }

    /// The server's version number, for example 150018.
    ///
    /// # Errors
    /// `Internal` when the server does not answer.
    pub async fn server_version(&self) -> Result<u32> {
        let text =
            sqlx::query_scalar!("select current_setting('server_version_num') as \"number!\"")
                .fetch_one(self.app())
                .await?;
        text.parse().map_err(Error::internal)
    }

    async fn role_census(&self, wrong: &mut Vec<String>) -> Result<()> {
        for pool in [self.app(), self.dispatch()] {
            let role = sqlx::query!(
                r#"select rolname as "name!", rolsuper as "superuser!", rolbypassrls as "bypass!",
                          exists (select 1 from pg_class c where c.relowner = r.oid
                                   and c.relnamespace = 'public'::regnamespace) as "owns!",
                          exists (select 1 from pg_auth_members m where m.member = r.oid) as "member!"
                     from pg_roles r
                    where rolname = current_user"#,
            )
            .fetch_one(pool)
            .await?;
            if role.superuser || role.bypass {
                wrong.push(format!(
                    "The database role {} can bypass row security; run: alter role {} nosuperuser nobypassrls.",
                    role.name, role.name
                ));
            }
            if role.owns {
                wrong.push(format!(
                    "The database role {} owns tables, so it could take row security away; give them to lk_owner.",
                    role.name
                ));
            }
            if role.member {
                wrong.push(format!(
                    "The database role {} is a member of another role and could act as it; revoke that membership.",
                    role.name
                ));
            }
        }
        Ok(())
    }

    async fn table_census(&self, wrong: &mut Vec<String>) -> Result<()> {
        let tables = sqlx::query!(
            r#"select c.relname as "name!", c.relrowsecurity as "enabled!", c.relforcerowsecurity as "forced!",
                      exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'one_workspace'
                               and pg_get_expr(p.polqual, p.polrelid) = $1
                               and pg_get_expr(p.polwithcheck, p.polrelid) = $1) as "policy!",
                      (select count(*) from pg_policy p where p.polrelid = c.oid
                        and p.polname <> 'one_workspace'
                        and p.polroles <> array[(select oid from pg_roles where rolname = 'lk_dispatch')]) as "others!",
                      (select a.attname from pg_index i
                         join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
                        where i.indrelid = c.oid and i.indisprimary) as leads,
                      (select count(*) from pg_constraint k where k.conrelid = c.oid and k.contype in ('u', 'f')
                        and (select a.attname from pg_attribute a
                              where a.attrelid = c.oid and a.attnum = k.conkey[1]) <> 'workspace_id') as "loose!"
                 from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                order by c.relname"#,
            POLICY,
        )
        .fetch_all(self.app())
        .await?;
        if tables.is_empty() {
            wrong.push("The database has no tables yet; run: leadkeep migrate.".to_owned());
        }
        for table in tables {
            if EXEMPT.contains(&table.name.as_str()) {
                continue;
            }
            if !(table.enabled && table.forced && table.policy) {
                wrong.push(format!(
                    "Table {} is not behind the wall: row security is off or its policy differs.",
                    table.name
                ));
            }
            if table.others != 0 {
                wrong.push(format!("Table {} has a policy that opens it to others.", table.name));
            }
            if table.leads.as_deref() != Some("workspace_id") || table.loose != 0 {
                wrong.push(format!(
                    "Table {} has a key that does not begin with workspace_id.",
                    table.name
                ));
            }
        }
        Ok(())
    }
}
