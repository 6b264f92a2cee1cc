//! `GET /api/v1/audit/export`: entries as a file, the newest first, one JSON object on a line.
//!
//! The file is a stream: the log is read page by page as fast as the caller takes it, and no
//! further once they have gone. Between two pages no transaction is open.

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::Method;
use lk_authz::Permission;
use lk_base::id::{AnyId, EntryId};
use lk_base::{Error, Result, Timestamp};
use lk_db::{Action, Entry, Scope};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::mpsc;

use super::filter::{Filter, Wanted};
use super::{AuditEntry, ocsf, opened, page};
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "export_audit_entries",
    method: Method::GET,
    path: "/api/v1/audit/export",
    summary: "Gives out the audit log as lines of JSON, the newest first. That it was given out is \
              an entry itself.",
    access: Access::Fresh(Permission::AuditRead),
    rate: RateClass::Export,
    audited: Audited::As(Action::AuditExported),
    status: 200,
};

/// How many entries are read at a time.
const AT_A_TIME: i64 = 500;
/// How many pages wait for a caller who reads slowly.
const WAITING: usize = 2;

/// The form of the lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As `GET /api/v1/audit` shows them.
    #[default]
    Jsonl,
    /// As events of OCSF.
    Ocsf,
}

/// The query: the form, and what narrows the log down, as in `GET /api/v1/audit`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ExportAuditEntries")]
pub struct Query {
    /// The form of the lines.
    #[serde(default)]
    pub format: Format,
    /// Only what this operator, API key, visitor or person did.
    #[serde(default)]
    pub actor: Option<AnyId>,
    /// Only what actors of this kind did.
    #[serde(default)]
    pub actor_kind: Option<String>,
    /// Only this action, or those that begin so.
    #[serde(default)]
    pub action: Option<String>,
    /// Only what was done to this.
    #[serde(default)]
    pub target: Option<AnyId>,
    /// Only what was done to things of this kind.
    #[serde(default)]
    pub target_kind: Option<String>,
    /// From this instant on.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Before this instant.
    #[serde(default)]
    pub to: Option<Timestamp>,
    /// Only what happened in this request.
    #[serde(default, deserialize_with = "super::filter::request_id")]
    pub request_id: Option<String>,
}

/// Lines of JSON; the document says only that.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Lines(String);

/// HTTP in, HTTP out. The entry is written before the first line leaves.
///
/// # Errors
/// `Refused` for an action or kind that is none.
pub async fn handler(call: Call<Audit, Nothing, Query>) -> Result<Reply<Lines>> {
    let Call { state: audit, scope, query, .. } = call;
    let format = query.format;
    let wanted = Wanted {
        actor: query.actor,
        actor_kind: query.actor_kind,
        action: query.action,
        target: query.target,
        target_kind: query.target_kind,
        from: query.from,
        to: query.to,
        request_id: query.request_id,
    };
    let filter = Filter::of(&wanted)?;
    let narrowed = Wanted { from: None, to: None, ..wanted.clone() } != Wanted::default();
    let tx = audit.db.write(&scope).await?;
    let entry = Entry::new(Action::AuditExported, scope.operator()?);
    let facts = json!({
        "format": format, "from": wanted.from, "to": wanted.to, "narrowed": narrowed,
    });
    tx.commit(entry.with(facts)).await?;
    let (pages, taken) = mpsc::channel(WAITING);
    tokio::spawn(read(audit, scope, filter, format, pages));
    let pages = stream::unfold(taken, |mut taken| async { Some((taken.recv().await?, taken)) });
    Ok(Reply::streamed(Body::from_stream(pages), "application/x-ndjson"))
}

/// Reads until there is no more, or nobody takes it. An error ends the connection in the middle of
/// the file, so that nobody takes a part for the whole.
async fn read(
    audit: Audit,
    scope: Scope,
    filter: Filter,
    format: Format,
    pages: mpsc::Sender<Result<Bytes>>,
) {
    let mut end = None;
    loop {
        let page = match one_page(&audit, &scope, &filter, end).await {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(?error, "the audit log could not be given out to its end");
                let _ = pages.send(Err(error)).await;
                return;
            }
        };
        let Some(last) = page.last() else { return };
        end = Some(last.id);
        let last = i64::try_from(page.len()).unwrap_or(0) < AT_A_TIME;
        if pages.send(lines(&scope, &page, format)).await.is_err() || last {
            return;
        }
    }
}

async fn one_page(
    audit: &Audit,
    scope: &Scope,
    filter: &Filter,
    end: Option<EntryId>,
) -> Result<Vec<AuditEntry>> {
    let mut tx = audit.db.read(scope).await?;
    let rows = page::rows(&mut tx, filter, end, AT_A_TIME).await?;
    opened(&mut tx, rows).await
}

fn lines(scope: &Scope, page: &[AuditEntry], format: Format) -> Result<Bytes> {
    let mut out = Vec::new();
    for entry in page {
        let line = match format {
            Format::Jsonl => serde_json::to_vec(entry),
            Format::Ocsf => serde_json::to_vec(&ocsf::event(scope.workspace(), entry)),
        };
        out.extend_from_slice(&line.map_err(Error::internal)?);
        out.push(b'\n');
    }
    Ok(Bytes::from(out))
}
