//! The view on which the wall stands: whoever changes it changes every policy.

use lk_base::Result;

use crate::pool::Db;
use crate::ticket::ThirdWall;

/// The view's name.
pub(super) const WALL: &str = "bound_workspace";

/// SHA-256 of its options and its definition without white space and parentheses, which versions of
/// PostgreSQL print differently. With tickets, and with none.
const TICKETED: &str = "fced3a43b463ffbffe85383b1542a07c6f033084b428e921cd2dd5131425478c";
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
        ThirdWall::Tickets => TICKETED,
        ThirdWall::Nothing => PLAIN,
    };
    if digest.as_deref() != Some(expected) {
        wrong.push(format!(
            "The view {WALL}, on which every policy stands, is missing or is not the one of this version."
        ));
    }
    Ok(())
}
