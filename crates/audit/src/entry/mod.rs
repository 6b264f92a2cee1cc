//! An entry as it is shown, and how a row of the log becomes one.

pub mod actions;
pub mod export;
pub mod filter;
pub mod get;
pub mod list;
pub mod ocsf;
mod page;
mod staff;
pub mod unmask;

use lk_base::id::{AnyId, EntryId, Id, SessionId};
use lk_base::{MaskedAddress, Personal, Result, Timestamp, device};
use lk_db::ReadTx;
use lk_db::entry::{Contents, Sealed};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Somebody or something that an entry names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Named {
    /// The kind: `operator`, `conversation`, `none`, ….
    pub kind: String,
    /// Which one; `null` where nothing has an id.
    pub id: Option<AnyId>,
    /// What they are called: of staff only, whom nothing else in the workspace names.
    pub name: Option<Personal>,
}

impl Named {
    fn of(kind: String, id: Option<Uuid>) -> Self {
        let id = id.and_then(|id| AnyId::of(&kind, id));
        Self { kind, id, name: None }
    }
}

/// Whether what changed can still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readable {
    /// It can.
    Open,
    /// Its key was destroyed: it was too old, or about somebody who was erased.
    Destroyed,
    /// It does not open: somebody changed it.
    Damaged,
}

/// One line of the audit log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuditEntry {
    /// Its id.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// What was done, as in the catalogue of actions.
    pub action: String,
    /// Who did it.
    pub actor: Named,
    /// In which session.
    pub session_id: Option<SessionId>,
    /// To what.
    pub target: Named,
    /// In which request.
    pub request_id: String,
    /// Whether what changed can still be read.
    pub payload: Readable,
    /// The version of the fields; `null` when they were written before the catalogue was, or
    /// cannot be read.
    pub version: Option<u64>,
    /// What was, field by field.
    pub old: Option<Map<String, Value>>,
    /// What is, field by field.
    pub new: Option<Map<String, Value>>,
    /// From where, masked.
    pub masked_ip: Option<MaskedAddress>,
    /// The family of browser and system it was done with.
    pub device: Option<String>,
    /// What the browser or program called itself.
    pub user_agent: Option<String>,
}

/// A row of the log: its plain facts, and the payload as it is stored.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: EntryId,
    pub(crate) at: Timestamp,
    pub(crate) action: String,
    pub(crate) actor_kind: String,
    pub(crate) actor_id: Option<Uuid>,
    pub(crate) session_id: Option<Uuid>,
    pub(crate) target_kind: String,
    pub(crate) target_id: Option<Uuid>,
    pub(crate) request_id: String,
    pub(crate) payload: Vec<u8>,
}

impl Row {
    pub(crate) fn sealed(&self) -> Sealed<'_> {
        Sealed { entry: self.id, at: self.at, payload: &self.payload }
    }

    fn shown(self, contents: Contents, names: &staff::Names) -> AuditEntry {
        let name = if self.actor_kind == "staff" {
            let known = || self.actor_id.and_then(|id| names.get(&id).cloned());
            staff::said(&contents).or_else(known)
        } else {
            None
        };
        let readable = match contents {
            Contents::Open { .. } => Readable::Open,
            Contents::Destroyed => Readable::Destroyed,
            Contents::Damaged => Readable::Damaged,
        };
        let payload = contents.payload();
        let side =
            |name| payload.and_then(|payload| payload.change.get(name)?.as_object().cloned());
        let user_agent = payload.and_then(|payload| payload.user_agent.clone());
        let address = payload.and_then(|payload| payload.address.as_ref());
        AuditEntry {
            id: self.id,
            at: self.at,
            action: self.action,
            actor: Named { name, ..Named::of(self.actor_kind, self.actor_id) },
            session_id: self.session_id.map(SessionId::from_uuid),
            target: Named::of(self.target_kind, self.target_id),
            request_id: self.request_id,
            payload: readable,
            version: payload.and_then(|payload| payload.change.get("v")?.as_u64()),
            old: side("old"),
            new: side("new"),
            masked_ip: address.map(|address| address.masked.clone()),
            device: user_agent.as_deref().map(|agent| device::label(Some(agent))),
            user_agent,
        }
    }
}

/// Opens the rows of a page.
pub(crate) async fn opened(tx: &mut ReadTx, rows: Vec<Row>) -> Result<Vec<AuditEntry>> {
    let sealed: Vec<Sealed<'_>> = rows.iter().map(Row::sealed).collect();
    let contents = tx.open_payloads(&sealed).await?;
    let names = staff::names(tx, &rows).await?;
    let rows = rows.into_iter().zip(contents);
    Ok(rows.map(|(row, contents)| row.shown(contents, &names)).collect())
}

/// One row, if the workspace has it.
pub(crate) async fn row(tx: &mut ReadTx, id: EntryId) -> Result<Option<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select entry_id as "id!: EntryId", at as "at!: Timestamp", action as "action!",
                  actor_kind as "actor_kind!", actor_id, session_id, target_kind as "target_kind!",
                  target_id, request_id as "request_id!", payload as "payload!"
             from audit_written
            where workspace_id = $1
              and entry_id = $2"#,
        tx.workspace(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?)
}
