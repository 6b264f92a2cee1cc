//! An invitation: a link, for one address, that works once and for 72 hours.

pub mod accept;
pub mod create;
pub mod list;
pub mod preview;
pub mod revoke;

use std::time::Duration;

use lk_authz::Role;
use lk_base::id::{Id, InvitationId, OperatorId, WorkspaceId};
use lk_base::text::Email;
use lk_base::{Personal, Result, Secret, Timestamp};
use lk_crypto::TokenHash;
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::Serialize;

/// How long an invitation lives.
pub const LIFETIME: Duration = Duration::from_secs(72 * 3600);

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "InvitationState")]
pub enum State {
    /// It can be accepted.
    Pending,
    /// It was.
    Accepted,
    /// It was withdrawn.
    Revoked,
    /// Nobody accepted it in time.
    Expired,
}

/// An invitation, as operators see it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whom it is for.
    pub email: Personal,
    /// What they will be.
    pub role: Role,
    /// Who invited them.
    pub invited_by: OperatorId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: State,
}

/// A row, with what decides its state.
pub(crate) struct Row {
    pub(crate) id: InvitationId,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) invited_by: OperatorId,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) accepted_at: Option<Timestamp>,
    pub(crate) revoked_at: Option<Timestamp>,
    /// When its maker was shown the link, if they were: then using it proves no address.
    pub(crate) link_shown_at: Option<Timestamp>,
}

impl Row {
    pub(crate) fn state(&self, now: Timestamp) -> State {
        if self.accepted_at.is_some() {
            State::Accepted
        } else if self.revoked_at.is_some() {
            State::Revoked
        } else if self.expires_at <= now {
            State::Expired
        } else {
            State::Pending
        }
    }

    pub(crate) fn shown(self, now: Timestamp) -> Invitation {
        let state = self.state(now);
        Invitation {
            id: self.id,
            email: Personal::new(self.email),
            role: self.role,
            invited_by: self.invited_by,
            created_at: self.created_at,
            expires_at: self.expires_at,
            state,
        }
    }
}

/// The two halves of a token: which workspace, and the secret.
pub(crate) fn halves(token: &Secret) -> Option<(WorkspaceId, TokenHash)> {
    let (workspace, secret) = token.expose().split_once('.')?;
    Some((workspace.parse().ok()?, TokenHash::of(secret)))
}

/// An invitation that can be accepted now, held until the transaction ends.
pub(crate) async fn pending(tx: &mut WriteTx, hash: &TokenHash) -> Result<Option<(Row, Email)>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query_as!(
        Row,
        r#"select invitation_id as "id: InvitationId",
                  email,
                  role          as "role: Role",
                  invited_by    as "invited_by: OperatorId",
                  created_at    as "created_at: Timestamp",
                  expires_at    as "expires_at: Timestamp",
                  accepted_at   as "accepted_at: Timestamp",
                  revoked_at    as "revoked_at: Timestamp",
                  link_shown_at as "link_shown_at: Timestamp"
             from invitations
            where workspace_id = $1
              and token_hash = $2
              for update"#,
        workspace,
        hash.bytes(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.filter(|row| row.state(now) == State::Pending).and_then(|row| {
        let email = Email::parse(&row.email).ok()?;
        Some((row, email))
    }))
}

/// Marks an invitation as accepted.
pub(crate) async fn mark_accepted(tx: &mut WriteTx, id: InvitationId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update invitations set accepted_at = $3 where workspace_id = $1 and invitation_id = $2",
        workspace,
        id.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Withdraws what an operator invited to, above `most`: their word counts no further than their
/// role. `None` withdraws everything. How many could have been accepted until now.
pub(crate) async fn withdraw_above(
    tx: &mut WriteTx,
    by: OperatorId,
    most: Option<Role>,
) -> Result<usize> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let beyond: Vec<String> = Role::ALL
        .into_iter()
        .filter(|role| most.is_none_or(|most| *role > most))
        .map(|role| role.name().to_owned())
        .collect();
    let withdrawn = sqlx::query_scalar!(
        r#"update invitations
              set revoked_at = $3
            where workspace_id = $1
              and invited_by = $2
              and role = any ($4)
              and accepted_at is null
              and revoked_at is null
           returning expires_at > $3 as "alive!""#,
        workspace,
        by.uuid(),
        now.sql(),
        &beyond,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(withdrawn.into_iter().filter(|alive| *alive).count())
}

/// How many invitations of an operator could still be accepted.
pub(crate) async fn pending_of(tx: &mut WriteTx, by: OperatorId) -> Result<usize> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let pending = sqlx::query_scalar!(
        r#"select count(*) as "pending!"
             from invitations
            where workspace_id = $1
              and invited_by = $2
              and accepted_at is null
              and revoked_at is null
              and expires_at > $3"#,
        workspace,
        by.uuid(),
        now.sql(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(usize::try_from(pending).unwrap_or_default())
}
