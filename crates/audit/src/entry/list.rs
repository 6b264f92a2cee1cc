//! `GET /api/v1/audit`: the audit log, the newest first.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use lk_authz::Permission;
use lk_base::id::{EntryId, Id};
use lk_base::{Error, Page, PageInfo, Result, Timestamp};
use lk_crypto::Place;
use lk_db::{Action, Scope};
use lk_web::{Access, Audited, Call, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::filter::{Filter, Wanted};
use super::{AuditEntry, opened, page};
use crate::{Audit, reading};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_audit_entries",
    method: Method::GET,
    path: "/api/v1/audit",
    summary: "Lists the audit log, the newest first. Reading it leaves an entry, once for each \
              session and ten minutes.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Read,
    audited: Audited::As(Action::AuditRead),
    status: 200,
};

/// The query. What it narrows the log down by is that of [`Wanted`].
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ListAuditEntries")]
pub struct Query {
    /// Only what this operator, API key, visitor or person did.
    #[serde(default)]
    pub actor: Option<lk_base::id::AnyId>,
    /// Only what actors of this kind did.
    #[serde(default)]
    pub actor_kind: Option<String>,
    /// Only this action, or those that begin so: `auth.signed_in`, `auth`.
    #[serde(default)]
    pub action: Option<String>,
    /// Only what was done to this.
    #[serde(default)]
    pub target: Option<lk_base::id::AnyId>,
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
    /// At most so many rows, 1 to 200.
    #[serde(default)]
    pub limit: Limit,
    /// Where the page before ended.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// How many rows a page has.
#[derive(Debug, Clone, Copy)]
pub struct Limit(u8);

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u8::deserialize(from)? {
            limit @ 1..=200 => Ok(Self(limit)),
            _ => Err(serde::de::Error::custom("limit must be 1 to 200")),
        }
    }
}

impl JsonSchema for Limit {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AuditLimit".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 })
    }
}

/// Where a page ended, and what it was read with: a cursor opens for nothing else.
#[derive(Serialize, Deserialize)]
struct Cursor {
    end: Uuid,
    wanted: Wanted,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `Refused` for an action or kind that is none, and for a cursor of another list.
pub async fn handler(call: Call<Audit, Nothing, Query>) -> Result<Reply<Page<AuditEntry>>> {
    let Call { state: audit, scope, query, .. } = call;
    let Limit(limit) = query.limit;
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
    let end = query.cursor.map(|cursor| open(&audit, &scope, &cursor, &wanted)).transpose()?;
    reading::enter(&audit.db, &scope).await?;
    let mut tx = audit.db.read(&scope).await?;
    let mut rows = page::rows(&mut tx, &filter, end, i64::from(limit) + 1).await?;
    let has_more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    let data = opened(&mut tx, rows).await?;
    let next_cursor = match data.last() {
        Some(last) if has_more => {
            Some(seal(&audit, &scope, &Cursor { end: last.id.uuid(), wanted })?)
        }
        _ => None,
    };
    Ok(Reply::ok(Page { data, page: PageInfo { next_cursor, has_more } }))
}

const fn place(workspace: Uuid) -> Place {
    Place { column: "cursor.audit", workspace, row: Uuid::nil() }
}

fn seal(audit: &Audit, scope: &Scope, cursor: &Cursor) -> Result<String> {
    let plain = serde_json::to_vec(cursor).map_err(Error::internal)?;
    let sealed = audit.db.sealer().seal(place(scope.workspace().uuid()), &plain);
    Ok(URL_SAFE_NO_PAD.encode(sealed.map_err(Error::internal)?))
}

fn open(audit: &Audit, scope: &Scope, cursor: &str, wanted: &Wanted) -> Result<EntryId> {
    let read = || {
        let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let plain = audit.db.sealer().open(place(scope.workspace().uuid()), &sealed).ok()?;
        let cursor: Cursor = serde_json::from_slice(&plain).ok()?;
        (cursor.wanted == *wanted).then(|| EntryId::from_uuid(cursor.end))
    };
    read().ok_or(Error::Refused {
        code: "bad_cursor",
        detail: "This cursor does not belong to this list; start again without one.",
    })
}
