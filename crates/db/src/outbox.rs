//! The dispatcher: it gives each workspace's events a gap-free number and hands them on.
//!
//! Numbers are given when events are read, not when they are written: a number taken inside the
//! business transaction would either leave holes (a sequence) or serialise the workspace (a
//! counter row). Reading happens under one lock, so the numbers follow the order of commits as
//! the dispatcher saw them, and a reader who knows number n has seen everything before it.

use std::sync::Arc;
use std::time::Duration;

use lk_base::id::{ApiKeyId, EventId, Id, OperatorId, PersonId, VisitorId, WorkspaceId};
use lk_base::{Result, Timestamp};
use serde_json::{Value, json};
use sqlx::PgConnection;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

use crate::event::EventKind;
use crate::pool::Db;
use crate::tx::ReadTx;

/// How many events one round takes.
const BATCH: u16 = 500;
/// The least time from one round to the next. Under load a round takes what gathered meanwhile,
/// instead of a flush of its own for every event; at rest nobody waits.
const PACE: Duration = Duration::from_millis(4);
/// How long a commit that nobody announced (another node's) may wait.
const POLL: Duration = Duration::from_millis(500);

/// An event with its number.
#[derive(Debug, Clone)]
pub struct Announced {
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// Its id.
    pub id: EventId,
    /// One higher than the workspace's event before it.
    pub seq: i64,
    /// What happened.
    pub kind: EventKind,
    /// Who did it: kind and id.
    pub actor: (String, Option<uuid::Uuid>),
    /// What listeners get.
    pub data: Value,
    /// When.
    pub at: Timestamp,
}

impl Announced {
    /// The event as it leaves the process: members of its data that begin with an underscore are
    /// for listeners inside and are taken out.
    #[must_use]
    pub fn public(&self) -> Value {
        let actor = match (self.actor.0.as_str(), self.actor.1) {
            ("operator", Some(id)) => json!(OperatorId::from_uuid(id)),
            ("api_key", Some(id)) => json!(ApiKeyId::from_uuid(id)),
            ("visitor", Some(id)) => json!(VisitorId::from_uuid(id)),
            ("person", Some(id)) => json!(PersonId::from_uuid(id)),
            _ => Value::Null,
        };
        let mut data = self.data.clone();
        if let Value::Object(members) = &mut data {
            members.retain(|name, _| !name.starts_with('_'));
        }
        json!({
            "id": self.id,
            "seq": self.seq,
            "type": self.kind.name(),
            "at": self.at,
            "actor": { "kind": self.actor.0, "id": actor },
            "data": data,
        })
    }
}

/// The number of the newest event of the transaction's workspace.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn newest(tx: &mut ReadTx) -> Result<i64> {
    let workspace = tx.workspace();
    let seq = sqlx::query_scalar!(
        "select last_seq from workspace_sequences where workspace_id = $1",
        workspace
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(seq.unwrap_or(0))
}

/// Up to `limit` events of the transaction's workspace after a number, in order.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn after(tx: &mut ReadTx, seq: i64, limit: i64) -> Result<Vec<Announced>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select event_id as "id: EventId", seq as "seq!", kind, actor_kind, actor_id, data, at as "at: Timestamp"
             from outbox
            where workspace_id = $1
              and seq > $2
            order by seq
            limit $3"#,
        workspace,
        seq,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    let of = WorkspaceId::from_uuid(workspace);
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let kind = EventKind::named(&row.kind)?;
            let actor = (row.actor_kind, row.actor_id);
            Some(Announced {
                workspace: of,
                id: row.id,
                seq: row.seq,
                kind,
                actor,
                data: row.data,
                at: row.at,
            })
        })
        .collect())
}

/// Somebody who wants to hear of events. Must be quick: it stands in the dispatcher's way.
pub trait Listener: Send + Sync + 'static {
    /// A batch, in order.
    fn hear(&self, batch: &[Announced]);
}

/// Numbers events and tells the listeners.
pub struct Dispatcher {
    db: Db,
    listeners: Vec<Arc<dyn Listener>>,
    /// The connection that holds the lock. It is never given back: whoever loses it loses the lock.
    seat: Mutex<Option<Seat>>,
}

/// The one place from which events are numbered.
struct Seat {
    connection: PgConnection,
    view: View,
}

/// From where on a round looks for events without a number.
///
/// Those that have theirs leave dead entries in the index until the next vacuum, and a round that
/// begins at the first of them steps over all: at a thousand messages a second that soon costs
/// more than the messages. So only one round in every [`POLL`] looks from the beginning, and the
/// others behind a position below which nothing can appear any more: every transaction that could
/// have taken a lower one has ended since.
#[derive(Debug)]
struct View {
    looked: Option<Instant>,
    settled: i64,
    highest: i64,
    /// A position, and the first transaction that began after it was given.
    settling: Option<(i64, i64)>,
}

impl View {
    const fn new() -> Self {
        Self { looked: None, settled: 0, highest: 0, settling: None }
    }

    fn is_stale(&self, now: Instant) -> bool {
        self.looked.is_none_or(|looked| now.saturating_duration_since(looked) >= POLL)
    }

    /// All transactions before `oldest` have ended, and none has begun from `next` on.
    fn settle(&mut self, oldest: i64, next: i64) {
        match self.settling {
            Some((position, first)) if oldest >= first => {
                self.settled = position;
                self.settling = Some((self.highest, next));
            }
            Some(_) => {}
            None => self.settling = Some((self.highest, next)),
        }
    }
}

impl Seat {
    async fn number(&mut self) -> Result<Vec<Announced>> {
        let (now, mut after) = (Instant::now(), self.view.settled);
        if self.view.is_stale(now) {
            let running = sqlx::query!(
                r#"select pg_snapshot_xmin(s)::text::bigint as "oldest!",
                          pg_snapshot_xmax(s)::text::bigint as "next!"
                     from pg_current_snapshot() as s"#
            )
            .fetch_one(&mut self.connection)
            .await?;
            self.view.settle(running.oldest, running.next);
            self.view.looked = Some(now);
            after = 0;
        }
        let (batch, highest) = number(&mut self.connection, after).await?;
        self.view.highest = self.view.highest.max(highest);
        Ok(batch)
    }
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<dispatcher>")
    }
}

impl Dispatcher {
    /// A dispatcher for these listeners.
    #[must_use]
    pub fn new(db: Db, listeners: Vec<Arc<dyn Listener>>) -> Self {
        Self { db, listeners, seat: Mutex::new(None) }
    }

    /// Works until `stop` turns true. A failing database is waited for, not given up on.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let woken = self.db.woken();
        let mut failures: u32 = 0;
        while !*stop.borrow() {
            let next = Instant::now() + PACE;
            match self.round().await {
                Ok(count) => {
                    failures = 0;
                    // More may wait. Less than a batch was everything; what is committed
                    // meanwhile has left its word in `woken`.
                    if count == usize::from(BATCH) {
                        continue;
                    }
                    if count > 0 {
                        tokio::time::sleep_until(next).await;
                    }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    if failures.is_power_of_two() {
                        tracing::warn!(error = ?error, failures, "the dispatcher cannot reach the database");
                    }
                }
            }
            tokio::select! {
                () = woken.notified() => {}
                () = tokio::time::sleep(POLL) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Numbers what waits and tells the listeners; how many there were.
    ///
    /// # Errors
    /// `Internal` when the database does not answer; nothing was numbered then, or what was is
    /// found in the outbox by whoever asks for what they missed.
    pub async fn round(&self) -> Result<usize> {
        let mut seat = self.seat.lock().await;
        let mut held = match seat.take() {
            Some(held) => held,
            None => match self.sit_down().await? {
                Some(held) => held,
                None => return Ok(0),
            },
        };
        let batch = held.number().await?;
        // An error has dropped the connection and the lock with it.
        *seat = Some(held);
        let count = batch.len();
        if count > 0 {
            for listener in &self.listeners {
                listener.hear(&batch);
            }
        }
        Ok(count)
    }

    /// One dispatcher at a time, whatever the number of nodes: the lock lives as long as the
    /// connection. `None` while somebody else holds it.
    #[expect(
        clippy::disallowed_methods,
        reason = "the dispatcher's own connection, for all workspaces"
    )]
    async fn sit_down(&self) -> Result<Option<Seat>> {
        let mut connection = self.db.dispatch().acquire().await?.detach();
        let leader = sqlx::query_scalar!("select pg_try_advisory_lock(5461) as \"leader!\"")
            .fetch_one(&mut connection)
            .await?;
        // A plan that was made while the outbox was small must not read all of it for ever.
        sqlx::raw_sql("set enable_seqscan = off").execute(&mut connection).await?;
        Ok(leader.then(|| Seat { connection, view: View::new() }))
    }
}

/// Gives numbers to up to a batch of events after a position, in one statement, which is its own
/// transaction; also says the highest position.
async fn number(connection: &mut PgConnection, after: i64) -> Result<(Vec<Announced>, i64)> {
    let rows = sqlx::query!(
        r#"with batch as (
               select workspace_id, event_id, position,
                      row_number() over (partition by workspace_id order by position) as place
                 from (select workspace_id, event_id, position
                         from outbox where seq is null and position > $2 order by position limit $1) as waiting
           ), heads as (
               insert into workspace_sequences as s (workspace_id, last_seq)
               select workspace_id, count(*) from batch group by workspace_id
               on conflict (workspace_id) do update set last_seq = s.last_seq + excluded.last_seq
               returning workspace_id, last_seq
           ), sizes as (
               select workspace_id, count(*) as size from batch group by workspace_id
           )
           update outbox as o
              set seq = heads.last_seq - sizes.size + batch.place
             from batch
             join heads using (workspace_id)
             join sizes using (workspace_id)
            where o.workspace_id = batch.workspace_id
              and o.event_id = batch.event_id
           returning o.workspace_id as "workspace: WorkspaceId", o.event_id as "id: EventId",
                     o.seq as "seq!", o.position as "position!", o.kind, o.actor_kind, o.actor_id, o.data,
                     o.at as "at: Timestamp""#,
        i64::from(BATCH),
        after,
    )
    .fetch_all(connection)
    .await?;
    let highest = rows.iter().map(|row| row.position).max().unwrap_or(0);
    let mut batch: Vec<Announced> = rows
        .into_iter()
        .filter_map(|row| {
            Some(Announced {
                workspace: row.workspace,
                id: row.id,
                seq: row.seq,
                kind: EventKind::named(&row.kind)?,
                actor: (row.actor_kind, row.actor_id),
                data: row.data,
                at: row.at,
            })
        })
        .collect();
    batch.sort_by_key(|event| (event.workspace.uuid(), event.seq));
    Ok((batch, highest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_look_behind_a_position_only_when_all_who_might_be_before_it_have_ended() {
        let mut view = View::new();
        view.highest = 40;
        view.settle(100, 120);
        assert_eq!(view.settled, 0, "transactions up to 119 may still bring a lower one");
        view.highest = 90;
        view.settle(119, 200);
        assert_eq!(view.settled, 0, "119 runs");
        view.settle(120, 210);
        assert_eq!(view.settled, 40);
        view.settle(209, 300);
        assert_eq!(view.settled, 40, "209 may bring one between 40 and 90");
        view.settle(210, 300);
        assert_eq!(view.settled, 90);
    }

    #[test]
    fn a_round_looks_from_the_beginning_first_and_then_every_half_second() {
        let (mut view, now) = (View::new(), Instant::now());
        assert!(view.is_stale(now));
        view.looked = Some(now);
        assert!(!view.is_stale(now + POLL / 2));
        assert!(view.is_stale(now + POLL));
    }
}
