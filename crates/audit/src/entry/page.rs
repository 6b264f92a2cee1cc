//! Rows of the log, the newest first, each filter along an index of its own.
//!
//! Where a filter names several actions or kinds, the newest of each are read along the index, and
//! their heads are merged: no filter makes the database sort what it does not show.

use lk_base::id::{EntryId, Id};
use lk_base::{Result, Timestamp};
use lk_db::ReadTx;

use super::Row;
use super::filter::{Along, Filter};

/// A statement on the log: `$before` stands in front of the rows of one stretch of the index,
/// `$by` is the predicate that picks the stretch, `$order` the columns by which the index is sorted
/// before the id, `$after` closes what `$before` opened.
///
/// All rows of a stretch have the same in `$order`, so it sorts nothing. It keeps the planner from
/// reading the whole log backwards for a stretch that is empty, because it thinks it is full; and
/// `$by` compares rows, because an equality would tell the planner that `$order` says nothing.
macro_rules! rows {
    ($tx:expr, $filter:expr, $end:expr, $limit:expr, $before:tt, $by:tt, $order:tt, $after:tt $(, $more:expr)*) => {
        sqlx::query_as!(
            Row,
            $before
                + r#"select entry_id as "id!: EntryId", at as "at!: Timestamp", action as "action!",
                            actor_kind as "actor_kind!", actor_id, session_id,
                            target_kind as "target_kind!", target_id,
                            request_id as "request_id!", payload as "payload!"
                       from audit_written
                      where workspace_id = $1
                        and entry_id >= $2
                        and entry_id < $3
                        and at >= $4
                        and at < $5
                        and ($6::uuid is null or actor_id = $6)
                        and ($7::text[] is null or actor_kind = any ($7))
                        and ($8::text[] is null or action = any ($8))
                        and ($9::uuid is null or target_id = $9)
                        and ($10::text[] is null or target_kind = any ($10))
                        and ($11::text is null or request_id = $11) "#
                + $by
                + " order by "
                + $order
                + r#"entry_id desc
                      limit $12 "#
                + $after,
            $tx.workspace(),
            $filter.least(),
            $end,
            $filter.from.sql(),
            $filter.to.sql(),
            $filter.actor,
            $filter.actor_kinds.as_deref(),
            $filter.actions.as_deref(),
            $filter.target,
            $filter.target_kinds.as_deref(),
            $filter.request,
            $limit,
            $($more),*
        )
        .fetch_all($tx.conn())
        .await?
    };
}

/// Up to `limit` rows before `end`.
pub(super) async fn rows(
    tx: &mut ReadTx,
    filter: &Filter,
    end: Option<EntryId>,
    limit: i64,
) -> Result<Vec<Row>> {
    // A plan for all values would be made for none: which index is the narrow one depends on what
    // is asked for.
    tx.plan_for_values().await?;
    let end = end.map_or(filter.most(), Id::uuid).min(filter.most());
    Ok(match filter.along() {
        Along::Time => rows!(tx, filter, end, limit, "", "", "", ""),
        Along::Request => rows!(tx, filter, end, limit, "", "and request_id = $11", "", ""),
        Along::Target => rows!(tx, filter, end, limit, "", "and target_id = $9", "", ""),
        Along::Actor => rows!(tx, filter, end, limit, "", "and actor_id = $6", "", ""),
        Along::Actions => rows!(
            tx,
            filter,
            end,
            limit,
            "select found.* from unnest($8::text[]) as one (action) cross join lateral (",
            "and (action, entry_id) >= (one.action, $2)
             and (action, entry_id) < (one.action, $3)",
            "action desc, ",
            r#") as found order by found."id!: EntryId" desc limit $12"#
        ),
        Along::Kinds => {
            let (actors, things) = filter.pairs();
            rows!(
                tx,
                filter,
                end,
                limit,
                "select found.* from unnest($13::text[], $14::text[]) as one (actor, thing)
                  cross join lateral (",
                "and (actor_kind, target_kind, entry_id) >= (one.actor, one.thing, $2)
                 and (actor_kind, target_kind, entry_id) < (one.actor, one.thing, $3)",
                "actor_kind desc, target_kind desc, ",
                r#") as found order by found."id!: EntryId" desc limit $12"#,
                &actors,
                &things
            )
        }
    })
}
