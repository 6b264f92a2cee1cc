//! How the check gets in: for ten minutes the sessions of a canary's people are good and its key has
//! a new secret, which is kept nowhere but in the check.

use std::sync::Arc;
use std::time::Duration;

use lk_authz::Role;
use lk_base::id::{ContextId, Id, OperatorId, PersonId, SessionId};
use lk_base::{Error, Result, Secret};
use lk_crypto::{ApiKey, Claims};
use lk_db::{Action, Entry, SystemTx, WriteTx};

use super::{Canary, platform};
use crate::Identity;
use crate::nobody::nobody_in;

/// How long it stays open: much longer than a look takes.
const OPEN: Duration = Duration::from_secs(10 * 60);

/// With what the check comes in, once [`LetIn::finish`] was called.
#[derive(Debug)]
pub struct LetIn {
    /// Access tokens, one for each role.
    pub tokens: Vec<(Role, Secret)>,
    /// The key.
    pub key: Secret,
    canary: Canary,
    system: SystemTx,
}

struct Stay {
    session: SessionId,
    person: PersonId,
    context: ContextId,
    operator: OperatorId,
}

/// Opens a canary. The transaction stands inside the workspace, for the inbox to let its visitor
/// in as well. Sessions and key are the same ones every time, so that nothing grows.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn let_in(identity: &Identity, canary: &Canary) -> Result<LetIn> {
    let mut system = platform(identity).await?;
    let stays = renew(system.tx(), canary).await?;
    let origin = Arc::clone(system.tx().scope().origin());
    system.enter(nobody_in(canary.workspace, origin)).await?;
    let roles = roles(system.tx(), &stays).await?;
    let mut tokens = Vec::new();
    for role in Role::ALL {
        // Who is missing would ask for nothing, and so find nothing.
        let stay = stays.iter().find(|stay| roles.contains(&(stay.operator, role)));
        let stay = stay.ok_or_else(|| Error::internal("a canary lacks one of its people"))?;
        tokens.push((role, token(identity, canary, stay)?));
    }
    let secret = ApiKey::random(canary.api_key);
    rotate(system.tx(), &secret).await?;
    let key = Secret::new(secret.expose().to_owned());
    Ok(LetIn { tokens, key, canary: canary.clone(), system })
}

impl LetIn {
    /// The transaction, which stands inside the workspace.
    pub const fn tx(&mut self) -> &mut WriteTx {
        self.system.tx()
    }

    /// Enters that the canary was opened, and opens it; the tokens by role, and the key.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn finish(self) -> Result<(Vec<(Role, Secret)>, Secret)> {
        self.system.commit(Entry::new(Action::CanaryOpened, self.canary.workspace)).await?;
        Ok((self.tokens, self.key))
    }
}

async fn renew(tx: &mut WriteTx, canary: &Canary) -> Result<Vec<Stay>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_as!(
        Stay,
        r#"update sessions s
              set created_at = $3, last_seen_at = $3, authenticated_at = $3, expires_at = $4,
                  revoked_at = null, revoked_because = null
             from persons p
            where s.workspace_id = $1
              and p.workspace_id = $1
              and p.person_id = s.person_id
              and p.canary_workspace_id = $2
           returning s.session_id          as "session: SessionId",
                     s.person_id           as "person: PersonId",
                     s.context_id          as "context: ContextId",
                     s.context_operator_id as "operator: OperatorId""#,
        workspace,
        canary.workspace.uuid(),
        now.sql(),
        now.plus(OPEN).sql(),
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn roles(tx: &mut WriteTx, stays: &[Stay]) -> Result<Vec<(OperatorId, Role)>> {
    let workspace = tx.workspace();
    let ids: Vec<uuid::Uuid> = stays.iter().map(|stay| stay.operator.uuid()).collect();
    let rows = sqlx::query!(
        r#"select operator_id as "id: OperatorId", role as "role: Role"
             from operators
            where workspace_id = $1
              and operator_id = any ($2)"#,
        workspace,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.role)).collect())
}

async fn rotate(tx: &mut WriteTx, secret: &ApiKey) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update api_keys
            set secret_hash = $3, secret_at = $4, expires_at = $5,
                revoked_at = null, revoked_because = null
          where workspace_id = $1
            and api_key_id = $2",
        workspace,
        secret.id().uuid(),
        secret.hash().into_bytes(),
        now.sql(),
        now.plus(OPEN).sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn token(identity: &Identity, canary: &Canary, stay: &Stay) -> Result<Secret> {
    let now = identity.db.clock().now();
    let ring = identity.keys.ring();
    let claims = Claims {
        jti: identity.db.clock().new_id(),
        sub: stay.person,
        sid: stay.session,
        ctx: stay.context,
        wsp: canary.workspace,
        opr: stay.operator,
        iat: now.unix_seconds(),
        exp: now.plus(OPEN).unix_seconds(),
        iss: ring.issuer().to_owned(),
        aud: "leadkeep".to_owned(),
    };
    Ok(Secret::new(ring.sign(&claims, now).map_err(Error::internal)?))
}
