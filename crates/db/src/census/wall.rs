//! The view on which the wall stands: whoever changes it changes every policy.

use lk_base::Result;

use crate::permit::ThirdWall;
use crate::pool::Db;

/// The view's name.
pub(super) const WALL: &str = "bound_workspace";

/// SHA-256 of its options and its definition without white space and parentheses, which versions of
/// PostgreSQL print differently. With permits, and with none.
const PERMITTED: &str = "e2d1665cf00b294c27e7ab8953e08809e812002bde583857a959e3e5a72f3399";
const PLAIN: &str = "b8e3ff2882f16803b3a2a3d4285757b2ddcd27f36d59e94652d311fba4124960";

pub(super) async fn look(db: &Db, wrong: &mut Vec<String>) -> Result<()> {
    let digest = sqlx::query_scalar!(
        r#"select encode(sha256(convert_to(concat_ws(' ', c.reloptions,
                      regexp_replace(pg_get_viewdef(c.oid), '[\s()]', '', 'g')), 'UTF8')), 'hex') as "digest!"
             from pg_class c
            where c.oid = to_regclass('public.bound_workspace') and c.relkind = 'v'"#,
    )
    .fetch_optional(db.app())
    .await?;
    let expected = match db.third_wall() {
        ThirdWall::Permits => PERMITTED,
        ThirdWall::Nothing => PLAIN,
    };
    if digest.as_deref() != Some(expected) {
        wrong.push(format!(
            "The view {WALL}, on which every policy stands, is missing or is not the one of this version."
        ));
    }
    Ok(())
}
