//! `POST /api/v1/invitations`: invite a colleague; the link is mailed, or shown once.

use axum::http::Method;
use lk_authz::{Permission, Role};
use lk_base::id::{Id, InvitationId};
use lk_base::text::Email;
use lk_base::{Error, Result, Shown, Timestamp};
use lk_crypto::Token;
use lk_db::{Action, Actor, Entry, Event, EventKind, SystemReason};
use lk_mail::Mode;
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Invitation, LIFETIME, Row};
use crate::nobody::nobody;
use crate::session::masked_email;
use crate::{Call, letter};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "create_invitation",
    method: Method::POST,
    path: "/api/v1/invitations",
    summary: "Invite a colleague. The link is mailed; where no mail is sent, it is in this answer.",
    access: Access::Fresh(Permission::MemberInvite),
    rate: RateClass::Invite,
    audited: Audited::As(Action::InvitationCreated),
    status: 201,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateInvitation")]
pub struct Input {
    /// Whom to invite; only this address can accept.
    email: Email,
    /// What they will be; not above one's own role.
    role: Role,
}

/// The invitation and its link.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CreatedInvitation")]
pub struct Created {
    /// The invitation.
    invitation: Invitation,
    /// The link, shown once, where no mail is sent.
    link: Option<Shown>,
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Created>> {
    let Call { state: identity, scope, body, .. } = call;
    let Actor::Operator { operator, role, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    if body.role > role {
        return Err(Error::Forbidden { code: "above_own_role" });
    }
    let shown = identity.postman.mode() == Mode::Mailbox;
    let mut system = identity.db.system(SystemReason::Mail, &scope).await?;
    let tx = system.tx();
    let (workspace, now, id, token) =
        (tx.workspace(), tx.now(), tx.new_id::<InvitationId>(), Token::random());
    let row = Row {
        id,
        email: body.email.as_str().to_owned(),
        role: body.role,
        invited_by: operator,
        created_at: now,
        expires_at: now.plus(LIFETIME),
        accepted_at: None,
        revoked_at: None,
        link_shown_at: shown.then_some(now),
    };
    sqlx::query!(
        "insert into invitations
             (workspace_id, invitation_id, email, email_key, role, token_hash, invited_by, created_at,
              expires_at, link_shown_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        workspace,
        id.uuid(),
        row.email,
        body.email.key(),
        body.role.name(),
        token.hash().into_bytes(),
        operator.uuid(),
        now.sql(),
        row.expires_at.sql(),
        row.link_shown_at.map(Timestamp::sql),
    )
    .execute(tx.conn())
    .await?;
    tx.emit(Event::new(EventKind::InvitationCreated, id, json!({ "invitation_id": id })));
    let name =
        sqlx::query_scalar!("select name from workspaces where workspace_id = $1", workspace)
            .fetch_one(tx.conn())
            .await?;
    let link =
        format!("{}/invite#{}.{}", identity.dashboard_url, scope.workspace(), token.expose());
    let whom = masked_email(&body.email.clone().into_personal());
    let entry = Entry::new(Action::InvitationCreated, id);
    let entry = entry.with(json!({ "email": whom, "role": body.role }));
    // The mail lies among the platform's rows.
    let mut recorded = system.record(entry, nobody(scope.origin().clone())).await?;
    let letter = letter::invitation(&identity, &name, body.role, &link);
    lk_mail::post(recorded.tx(), Some(&body.email), &letter).await?;
    recorded.commit().await?;
    let link = shown.then(|| Shown::once(link));
    Ok(Reply::created(Created { invitation: row.shown(now), link }))
}
