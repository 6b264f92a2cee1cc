//! `GET /api/v1/audit/{id}/proof`: an entry with all that is needed to find it in the signed tree,
//! so that whoever asks can check it without believing the server.

use http::Method;
use lk_authz::Permission;
use lk_base::Result;
use lk_base::error::OrNotFound;
use lk_base::id::EntryId;
use lk_db::Action;
use lk_ledger::bundle;
use lk_ledger::shown::{Proved, proved};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::LogKey;
use crate::{Audit, reading};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "prove_audit_entry",
    method: Method::GET,
    path: "/api/v1/audit/{id}/proof",
    summary: "An entry with its proof in the signed tree, as docs/reference/audit-log.md has it.",
    access: Access::Operator(Permission::AuditRead),
    rate: RateClass::Read,
    audited: Audited::As(Action::AuditRead),
    status: 200,
};

/// An entry as the tree knows it. Ids are UUIDs, hashes are base64.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProvedEntry {
    /// Its number in the workspace, counted from 1.
    pub number: u64,
    /// Its place in the tree, counted from 0.
    pub index: u64,
    /// Its id.
    #[schemars(with = "String")]
    pub entry: Uuid,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What was done.
    pub action: String,
    /// Who did it: the kind.
    pub actor_kind: String,
    /// Who did it.
    #[schemars(with = "Option<String>")]
    pub actor: Option<Uuid>,
    /// In which session.
    #[schemars(with = "Option<String>")]
    pub session: Option<Uuid>,
    /// To what: the kind.
    pub target_kind: String,
    /// To what.
    #[schemars(with = "Option<String>")]
    pub target: Option<Uuid>,
    /// In which request.
    pub request: String,
    /// The commitment to the payload.
    pub commitment: String,
    /// What it was made with; `null` when the payload was destroyed or does not open.
    pub salt: Option<String>,
    /// The exact text of the payload; `null` when it was destroyed or does not open.
    pub payload: Option<String>,
    /// The hash of the entry's leaf.
    pub leaf: String,
}

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryProof {
    /// The name of the log.
    pub origin: String,
    /// The workspace, a UUID.
    #[schemars(with = "String")]
    pub workspace: Uuid,
    /// The signed checkpoint that the proof leads to.
    pub checkpoint: String,
    /// The log's keys, the oldest first.
    pub keys: Vec<LogKey>,
    /// The hashes beside the leaf, from left to right.
    pub proof: Vec<String>,
    /// The entry.
    pub entry: ProvedEntry,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`; `Refused` while the entry waits for its place.
pub async fn handler(call: Call<Audit, One<EntryId>>) -> Result<Reply<EntryProof>> {
    let Call { state: audit, scope, path: One(id), .. } = call;
    let mut tx = audit.db.read(&scope).await?;
    let proved = proved(&audit.db, &mut tx, id).await?.or_not_found()?;
    drop(tx);
    reading::enter(&audit.db, &scope).await?;
    shown(proved).map(Reply::ok)
}

fn shown(proved: Proved) -> Result<EntryProof> {
    let line = proved.line()?;
    let entry = ProvedEntry {
        number: line.number,
        index: line.index,
        entry: line.entry,
        at: line.at,
        action: line.action.into_owned(),
        actor_kind: line.actor_kind.into_owned(),
        actor: line.actor,
        session: line.session,
        target_kind: line.target_kind.into_owned(),
        target: line.target,
        request: line.request.into_owned(),
        commitment: line.commitment.into_owned(),
        salt: line.salt.map(Into::into),
        payload: line.payload.map(Into::into),
        leaf: line.leaf.into_owned(),
    };
    Ok(EntryProof {
        origin: proved.keys.origin,
        workspace: proved.stored.workspace,
        checkpoint: proved.checkpoint,
        keys: proved.keys.keys.into_iter().map(LogKey::from).collect(),
        proof: proved.proof.iter().map(bundle::text).collect(),
        entry,
    })
}
