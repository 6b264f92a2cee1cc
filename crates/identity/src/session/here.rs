//! Sessions that are in one workspace as one of its operators: what those see and end who run it.
//!
//! **Invariant:** where else its person belongs is not told; a session that is in another workspace
//! is neither listed nor ended.

use lk_base::Result;
use lk_base::id::{Id, OperatorId, SessionId, WorkspaceId};
use lk_base::{MaskedAddress, Timestamp};
use lk_db::WriteTx;

use super::end;
use super::limits::Age;
use crate::factor::Factor;

/// A live session that is in a workspace.
pub(crate) struct Here {
    pub(crate) id: SessionId,
    pub(crate) operator: OperatorId,
    pub(crate) device: String,
    pub(crate) masked_ip: MaskedAddress,
    pub(crate) factors: Vec<Factor>,
    pub(crate) begun: Timestamp,
    pub(crate) seen: Timestamp,
}

impl Here {
    /// How old it is.
    pub(crate) const fn age(&self) -> Age {
        Age { begun: self.begun, seen: self.seen }
    }
}

/// The live sessions in a workspace, of one operator or of all, among the platform's rows.
pub(crate) async fn list(
    tx: &mut WriteTx,
    place: WorkspaceId,
    operator: Option<OperatorId>,
) -> Result<Vec<Here>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_as!(
        Here,
        r#"select session_id          as "id: SessionId",
                  context_operator_id as "operator: OperatorId",
                  device,
                  address_masked      as "masked_ip: MaskedAddress",
                  factors             as "factors: Vec<Factor>",
                  created_at          as "begun: Timestamp",
                  last_seen_at        as "seen: Timestamp"
             from sessions
            where workspace_id = $1
              and context_workspace_id = $2
              and ($3::uuid is null or context_operator_id = $3)
              and revoked_at is null
              and expires_at > $4
            order by last_seen_at desc, session_id"#,
        workspace,
        place.uuid(),
        operator.map(Id::uuid),
        now.sql(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Ends those of one operator, all or all but one; which ones.
pub(crate) async fn end_of(
    tx: &mut WriteTx,
    place: WorkspaceId,
    (operator, but): (OperatorId, Option<SessionId>),
    because: &'static str,
) -> Result<Vec<SessionId>> {
    let live = list(tx, place, Some(operator)).await?.into_iter().map(|here| here.id);
    let mut live: Vec<SessionId> = live.filter(|id| Some(*id) != but).collect();
    // In one order, so that two who end them at once wait for each other and do not tie.
    live.sort_unstable_by_key(|id| id.uuid());
    let mut ended = Vec::new();
    for session in live {
        if end(tx, session, because).await? {
            ended.push(session);
        }
    }
    Ok(ended)
}
