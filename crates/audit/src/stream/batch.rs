//! What one delivery holds: entries in the order of their numbers, as the events that the export
//! writes, with the number in them.
//!
//! An entry that is not there any more is passed over: its number is missing from what is
//! delivered, and whoever receives it sees that.

use lk_base::id::{EntryId, Id, WorkspaceId};
use lk_base::{Result, Timestamp};
use lk_db::ReadTx;
use serde_json::{Value, json};

use crate::entry::{Row, ocsf, opened};

/// How many entries a delivery has at most.
pub(super) const MOST: i64 = 100;
/// How large it grows by one more event at most; one event is always taken.
const MOST_BYTES: usize = 256 * 1024;

/// An event, as it is sent.
#[derive(Debug)]
pub(super) struct Event {
    /// The number of its entry; `None` for a test.
    pub(super) number: Option<i64>,
    /// What was done.
    pub(super) action: String,
    /// When.
    pub(super) at: Timestamp,
    /// How much it matters, by the number of OCSF.
    pub(super) severity: u64,
    /// The event, printed.
    pub(super) json: String,
}

impl Event {
    pub(super) fn of(action: &str, at: Timestamp, mut event: Value, number: Option<i64>) -> Self {
        if let (Some(number), Some(metadata)) = (number, event.get_mut("metadata"))
            && let Some(metadata) = metadata.as_object_mut()
        {
            metadata.insert("sequence".to_owned(), json!(number));
        }
        let severity = event.get("severity_id").and_then(Value::as_u64).unwrap_or(1);
        Self { number, action: action.to_owned(), at, severity, json: event.to_string() }
    }
}

/// What is brought at once.
#[derive(Debug)]
pub(super) struct Batch {
    /// The number before the first.
    pub(super) after: i64,
    /// The number that the stream stands at when this was delivered.
    pub(super) last: i64,
    /// The events; none when all entries are gone.
    pub(super) events: Vec<Event>,
}

/// The entries after a number up to another one.
///
/// What was sent before is sent again exactly; otherwise it ends where it becomes too large.
pub(super) async fn read(tx: &mut ReadTx, after: i64, until: Until) -> Result<Batch> {
    let workspace = tx.workspace();
    let (end, whole) = match until {
        Until::Exactly(end) => (end, true),
        Until::AtMost(newest) => (newest.min(after + MOST), false),
    };
    let found = sqlx::query!(
        r#"select l.number, e.entry_id as "id: EntryId", e.at as "at: Timestamp", e.action,
                  e.actor_kind, e.actor_id, e.session_id, e.target_kind, e.target_id, e.request_id,
                  e.payload
             from audit_leaves l
             join audit_entries e
               on e.workspace_id = l.workspace_id
              and e.entry_id = l.entry_id
            where l.workspace_id = $1
              and l.number > $2
              and l.number <= $3
            order by l.number"#,
        workspace,
        after,
        end,
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut numbers, mut rows) = (Vec::new(), Vec::new());
    for row in found {
        numbers.push(row.number);
        rows.push(Row {
            id: row.id,
            at: row.at,
            action: row.action,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            session_id: row.session_id,
            target_kind: row.target_kind,
            target_id: row.target_id,
            request_id: row.request_id,
            payload: row.payload,
        });
    }
    let entries = opened(tx, rows).await?;
    let of = WorkspaceId::from_uuid(workspace);
    let (mut events, mut bytes, mut last) = (Vec::new(), 0_usize, end);
    for (number, entry) in numbers.into_iter().zip(&entries) {
        let event = ocsf::event(of, entry);
        let event = Event::of(&entry.action, entry.at, event, Some(number));
        bytes += event.json.len();
        if !whole && !events.is_empty() && bytes > MOST_BYTES {
            last = number - 1;
            break;
        }
        events.push(event);
    }
    Ok(Batch { after, last, events })
}

/// How far a batch goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    /// It was sent before: the same again.
    Exactly(i64),
    /// As far as there is something, within what a batch may have.
    AtMost(i64),
}

/// The body of a webhook: an array of events.
pub(super) fn array(events: &[Event]) -> Vec<u8> {
    let mut out = vec![b'['];
    for (at, event) in events.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(event.json.as_bytes());
    }
    out.push(b']');
    out
}
