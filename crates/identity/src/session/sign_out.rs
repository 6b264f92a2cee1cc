//! `POST /api/v1/auth/sign-out`: a session ends, its cookie is removed.

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, Method};
use lk_base::Result;
use lk_base::id::{Id, OperatorId, PersonId, RefreshTokenId, SessionId, WorkspaceId};
use lk_crypto::TokenHash;
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Operation, OwnCookie, RateClass, Reply};

use super::{end, no_cookie, presented};
use crate::Call;
use crate::authenticate::{membership, operator_scope};
use crate::nobody::nobody_in;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "sign_out",
    method: Method::POST,
    path: "/api/v1/auth/sign-out",
    summary: "End the session in the cookie.",
    access: Access::Cookie(OwnCookie::Refresh),
    rate: RateClass::Refresh,
    audited: Audited::As(Action::SignedOut),
    status: 204,
};

/// HTTP in, HTTP out. Signing out of nothing succeeds too: the wish is fulfilled.
pub async fn handler(call: Call) -> Result<Reply> {
    let Call { state: identity, scope, headers, .. } = call;
    let gone = Reply::nothing().cookie(no_cookie()).header(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    let Some((session, hash)) = presented(&headers) else { return Ok(gone) };
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let Some(owner) = owner(system.tx(), session, &hash).await? else { return Ok(gone) };
    if !end(system.tx(), session, "signed_out").await? {
        return Ok(gone);
    }
    let origin = Arc::clone(scope.origin());
    system.enter(nobody_in(owner.workspace, Arc::clone(&origin))).await?;
    if let Some(member) = membership(system.tx(), owner.operator).await? {
        let scope = operator_scope(
            owner.workspace,
            owner.operator,
            owner.person,
            session,
            member.role,
            origin,
        );
        system.enter(scope).await?;
    }
    system.commit(Entry::new(Action::SignedOut, session)).await?;
    identity.known.forget_session(session);
    Ok(gone)
}

struct Owner {
    person: PersonId,
    workspace: WorkspaceId,
    operator: OperatorId,
}

/// Whose session it is, for the holder of any of its refresh tokens.
async fn owner(tx: &mut WriteTx, session: SessionId, hash: &TokenHash) -> Result<Option<Owner>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select s.person_id            as "person: PersonId",
                  s.context_workspace_id as "workspace: WorkspaceId",
                  s.context_operator_id  as "operator: OperatorId",
                  t.refresh_token_id     as "token: RefreshTokenId"
             from sessions s
             join refresh_tokens t using (workspace_id, session_id)
            where s.workspace_id = $1
              and s.session_id = $2
              and t.token_hash = $3"#,
        workspace,
        session.uuid(),
        hash.bytes(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Owner {
        person: row.person,
        workspace: row.workspace,
        operator: row.operator,
    }))
}
