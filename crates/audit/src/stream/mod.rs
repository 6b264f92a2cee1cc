//! A stream: the log of a workspace, sent on to where its owner watches, entry by entry.
//!
//! Reading order: here, what a stream is; `target`, where it goes; `batch`, what one delivery
//! holds, and `syslog`, in which form; `delivery`, one delivery; [`carrier`], who carries, again
//! and again; then one file per operation.
//!
//! **Invariant:** a stream moves along the numbers that the log's tree gave, never past one that
//! was not delivered: what comes twice comes in the same batch under the same id.
//! **Invariant:** what went wrong is said in words of ours, never in those of the receiver, and
//! never with the address or the secret.

mod batch;
pub mod carrier;
pub mod change;
pub mod create;
mod delivery;
mod letter;
pub mod list;
pub mod remove;
pub mod rotate;
pub mod send_test;
mod settled;
mod syslog;
mod target;

use std::sync::Arc;

use lk_base::id::{AuditStreamId, Id, OperatorId, WorkspaceId};
use lk_base::{Error, Result, Shown, Timestamp};
use lk_crypto::{Place, WebhookSecret};
use lk_db::{Actor, Conn, Origin, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Audit;

/// How many streams a workspace may have.
const MOST: i64 = 25;

/// How a stream is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schemars(rename = "AuditStreamKind")]
pub enum Kind {
    /// By HTTPS: arrays of OCSF events, signed as Standard Webhooks has it.
    Webhook,
    /// By syslog (RFC 5424) over TLS (RFC 5425): each event a message.
    Syslog,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Syslog => "syslog",
        }
    }
}

/// Why a stream is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schemars(rename = "AuditStreamPause")]
pub enum Because {
    /// Somebody of the workspace paused it.
    ByHand,
    /// Nothing could be delivered for three days.
    Failing,
    /// The receiver said that it is gone for good (410).
    Gone,
}

impl Because {
    const fn name(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand",
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }
}

/// Where a stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AuditStreamState")]
pub enum State {
    /// What is entered is delivered.
    Active,
    /// The last delivery failed; it is tried again.
    Failing,
    /// Nothing is sent until somebody resumes it.
    Paused,
}

/// A stream, as those see it who run the workspace. Its secret is not here.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditStream {
    /// Its id.
    pub id: AuditStreamId,
    /// What it is called.
    pub name: String,
    /// How it is delivered.
    pub kind: Kind,
    /// Where to: an https address, or host and port.
    pub address: String,
    /// Whether an authority of its own is trusted there instead of the public ones.
    pub own_authority: bool,
    /// Where it stands.
    pub state: State,
    /// Who made it.
    pub created_by: OperatorId,
    /// When.
    pub created_at: Timestamp,
    /// The number of the last entry that was delivered; 0 before the first.
    pub last_number: i64,
    /// When something was last delivered.
    pub delivered_at: Option<Timestamp>,
    /// How many numbered entries wait to be delivered.
    pub behind: i64,
    /// When the first of them was written.
    pub behind_since: Option<Timestamp>,
    /// Since when nothing could be delivered, if that is so.
    pub failing_since: Option<Timestamp>,
    /// When it is tried again, if it failed.
    pub next_attempt_at: Option<Timestamp>,
    /// Why the last delivery that failed did.
    pub last_error: Option<String>,
    /// When that was.
    pub last_error_at: Option<Timestamp>,
    /// Since when it is paused, if it is.
    pub paused_at: Option<Timestamp>,
    /// Why.
    pub paused_because: Option<Because>,
    /// Until when the secret before signs too, if it does.
    pub old_secret_ends_at: Option<Timestamp>,
}

/// A stream and its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MadeAuditStream {
    /// What is kept of it.
    pub stream: AuditStream,
    /// What a webhook's batches are signed with, shown this once; `null` for syslog.
    pub secret: Option<Shown>,
}

/// Where a stream's secret belongs.
const fn secret_place(workspace: Uuid, stream: Uuid) -> Place {
    Place { column: "audit_streams.secret", workspace, row: stream }
}

/// By what the log knows a secret.
fn fingerprint(
    audit: &Audit,
    workspace: Uuid,
    stream: AuditStreamId,
    secret: &WebhookSecret,
) -> Result<String> {
    let place = secret_place(workspace, stream.uuid());
    audit.db.sealer().fingerprint(place, secret.bytes()).map_err(Error::internal)
}

/// The product's own scope: it carries what others entered.
#[expect(clippy::disallowed_methods, reason = "the product itself, about a workspace's own log")]
fn the_carrier(workspace: WorkspaceId) -> Scope {
    let origin = Arc::new(Origin::system("audit-stream"));
    Scope::assume_authenticated(workspace, Actor::System, origin)
}

/// The streams of a workspace, or the one with this id.
async fn shown(
    conn: Conn<'_>,
    workspace: Uuid,
    now: Timestamp,
    id: Option<AuditStreamId>,
) -> Result<Vec<AuditStream>> {
    let rows = sqlx::query!(
        r#"select s.stream_id          as "id: AuditStreamId",
                  s.name,
                  s.kind               as "kind: Kind",
                  s.address,
                  (s.authority is not null) as "own_authority!",
                  s.created_by         as "created_by: OperatorId",
                  s.created_at         as "created_at: Timestamp",
                  s.last_number,
                  s.delivered_at       as "delivered_at: Timestamp",
                  s.failing_since      as "failing_since: Timestamp",
                  s.next_attempt_at    as "next_attempt_at: Timestamp",
                  s.last_error,
                  s.last_error_at      as "last_error_at: Timestamp",
                  s.paused_at          as "paused_at: Timestamp",
                  s.paused_because     as "paused_because: Because",
                  s.old_secret_ends_at as "old_secret_ends_at: Timestamp",
                  coalesce(h.last_number, 0) as "newest!",
                  l.at                 as "behind_since?: Timestamp"
             from audit_streams s
             left join audit_heads h
               on h.workspace_id = s.workspace_id
             left join audit_leaves l
               on l.workspace_id = s.workspace_id
              and l.number = s.last_number + 1
            where s.workspace_id = $1
              and ($2::uuid is null or s.stream_id = $2)
            order by s.created_at, s.stream_id"#,
        workspace,
        id.map(Id::uuid),
    )
    .fetch_all(conn)
    .await?;
    let shown = rows.into_iter().map(|row| AuditStream {
        id: row.id,
        name: row.name,
        kind: row.kind,
        address: row.address,
        own_authority: row.own_authority,
        state: match (row.paused_at, row.failing_since) {
            (Some(_), _) => State::Paused,
            (None, Some(_)) => State::Failing,
            (None, None) => State::Active,
        },
        created_by: row.created_by,
        created_at: row.created_at,
        last_number: row.last_number,
        delivered_at: row.delivered_at,
        behind: (row.newest - row.last_number).max(0),
        behind_since: row.behind_since,
        failing_since: row.failing_since,
        next_attempt_at: row.next_attempt_at,
        last_error: row.last_error,
        last_error_at: row.last_error_at,
        paused_at: row.paused_at,
        paused_because: row.paused_because,
        old_secret_ends_at: row.old_secret_ends_at.filter(|ends| *ends > now),
    });
    Ok(shown.collect())
}

/// The stream with this id.
async fn one(
    conn: Conn<'_>,
    workspace: Uuid,
    now: Timestamp,
    id: AuditStreamId,
) -> Result<AuditStream> {
    shown(conn, workspace, now, Some(id)).await?.pop().ok_or(Error::NotFound)
}
