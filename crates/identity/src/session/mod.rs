//! A session: one person on one device, with a stay (context) in one workspace at a time.

pub mod begin_passkey;
pub(crate) mod here;
pub(crate) mod limits;
pub mod link;
pub mod list;
pub mod me;
pub mod passkey;
pub mod refresh;
pub mod revoke;
pub mod revoke_others;
pub mod second_factor;
pub mod sign_in;
pub mod sign_out;
pub mod step_up;
pub mod switch;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue};
use lk_authz::{Permission, Reach, Role};
use lk_base::id::{ContextId, Id, OperatorId, PersonId, RefreshTokenId, SessionId, WorkspaceId};
use lk_base::text::Email;
use lk_base::{Error, Personal, Result, Secret, Shown, Timestamp, device};
use lk_crypto::{Claims, Place as SealedPlace, Token, TokenHash};
use lk_db::{Event, EventKind, SystemTx, WriteTx};
use lk_web::OwnCookie;
use lk_web::cookie::{self, Cookies, Crossing};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::authenticate::{membership, operator_scope};
use crate::brake::device::Device;
use crate::directory::{Place, WorkspaceName};
use crate::factor::{Factor, names, standing};
use crate::nobody::nobody_in;
use crate::person::Person;
use crate::sso::{ByProvider, Offer, admits};
use crate::{Identity, letter, operator};
use limits::Bounds;

/// The cookie that carries the refresh token, to this host only and never across sites.
pub const COOKIE: &str = OwnCookie::Refresh.name();

/// A session, as its owner gets it when it begins or goes on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Session {
    /// Good for ten minutes; keep it in memory, never in storage.
    pub access_token: Shown,
    /// When the access token ends.
    pub expires_at: Timestamp,
    /// Who, where, and what they may do.
    #[serde(flatten)]
    pub standing: Standing,
}

/// Who is signed in, where, and what they may do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Standing {
    /// The session.
    pub session_id: SessionId,
    /// The person.
    pub person: Person,
    /// The workspace they are in.
    pub workspace: WorkspaceName,
    /// Who they are in it.
    pub operator: OperatorRole,
    /// What they may do in it now.
    pub permissions: Vec<Permission>,
    /// Whether nothing is open to them here until they have enrolled a second factor.
    pub second_factor_required: bool,
    /// Where else they belong.
    pub workspaces: Vec<WorkspaceName>,
}

/// An operator and their role.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OperatorRole {
    /// The operator.
    pub id: OperatorId,
    /// The role.
    pub role: Role,
}

/// A session that was just written.
pub(crate) struct Begun {
    pub(crate) session: SessionId,
    pub(crate) context: ContextId,
    refresh: Token,
    /// The browser is known from now on.
    device: HeaderValue,
}

impl Begun {
    /// The cookies of its first answer.
    pub(crate) fn cookies(&self, identity: &Identity) -> Cookies {
        let refresh = refresh_cookie(identity, self.session, self.refresh.expose());
        Cookies::from(self.device.clone()).and(refresh)
    }
}

/// Writes a new session of somebody who proved who they are, among the platform's rows.
pub(crate) async fn begin(
    tx: &mut WriteTx,
    identity: &Identity,
    person: &Person,
    place: &Place,
    factors: &[Factor],
) -> Result<Begun> {
    let proved = tx.now();
    insert(tx, identity, person, place, factors, (proved, None)).await
}

/// Writes a new session of somebody whom a provider vouched for: it counts as no proof of theirs,
/// so that what asks for a fresh one asks for their own.
pub(crate) async fn begin_by_provider(
    tx: &mut WriteTx,
    identity: &Identity,
    person: &Person,
    place: &Place,
    factors: &[Factor],
    by: &ByProvider,
) -> Result<Begun> {
    let never = Timestamp::from_unix_micros(0);
    insert(tx, identity, person, place, factors, (never, Some(by))).await
}

async fn insert(
    tx: &mut WriteTx,
    identity: &Identity,
    person: &Person,
    place: &Place,
    factors: &[Factor],
    (proved, by): (Timestamp, Option<&ByProvider>),
) -> Result<Begun> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let (session, context): (SessionId, ContextId) = (tx.new_id(), tx.new_id());
    let origin = Arc::clone(tx.scope().origin());
    let address = origin
        .address
        .as_ref()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| *address.reveal());
    let sealed_place = SealedPlace { column: "sessions.address", workspace, row: session.uuid() };
    let (sealed, masked) = identity.db.seal_address(sealed_place, address)?;
    let (device, device_cookie) = known_device(identity, origin.device.as_ref(), person)?;
    sqlx::query!(
        "insert into sessions
             (workspace_id, session_id, person_id, context_id, context_workspace_id, context_operator_id,
              device, address_sealed, address_masked, created_at, last_seen_at, expires_at,
              authenticated_at, factors, device_hash, sso_workspace_id, sso_subject, sso_sid)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14, $15, $16, $17)",
        workspace,
        session.uuid(),
        person.id.uuid(),
        context.uuid(),
        place.workspace.id.uuid(),
        place.operator.uuid(),
        device::label(origin.user_agent.as_deref()),
        sealed,
        masked.as_str(),
        now.sql(),
        now.plus(identity.lifetimes.idle).sql(),
        proved.sql(),
        &names(factors),
        device.hash().into_bytes(),
        by.map(|by| by.workspace.uuid()),
        by.map(|by| by.subject.as_str()),
        by.and_then(|by| by.sid.as_deref()),
    )
    .execute(tx.conn())
    .await?;
    let from = (&device, masked.as_str());
    tell_of_new_device(tx, identity, person, session, from).await?;
    let refresh = chain(tx, session, None).await?.1;
    Ok(Begun { session, context, refresh, device: device_cookie })
}

/// The browser of a person, known for their login from now on.
pub(crate) fn known_device(
    identity: &Identity,
    shown: Option<&Secret>,
    person: &Person,
) -> Result<(Device, HeaderValue)> {
    Ok(identity.brake.devices().remember(shown, identity.brake.named_by(person)?))
}

/// Writes to a person who has signed in before, but never in this browser, nor with its kind from
/// this network: a copied password is mostly used from elsewhere, and a browser of the same family
/// is no disguise. Who empties their cookies at home is not written to each time.
async fn tell_of_new_device(
    tx: &mut WriteTx,
    identity: &Identity,
    person: &Person,
    session: SessionId,
    (browser, masked): (&Device, &str),
) -> Result<()> {
    let workspace = tx.workspace();
    let label = device::label(tx.scope().origin().user_agent.as_deref());
    let is_new = sqlx::query_scalar!(
        r#"select count(*) > 0
                  and not bool_or(coalesce(device_hash = $4, false)
                                  or (device = $5 and address_masked = $6)) as "is_new"
             from sessions
            where workspace_id = $1
              and person_id = $2
              and session_id <> $3"#,
        workspace,
        person.id.uuid(),
        session.uuid(),
        browser.hash().into_bytes(),
        label,
        masked,
    )
    .fetch_one(tx.conn())
    .await?;
    let Ok(email) = Email::parse(person.email.reveal()) else { return Ok(()) };
    if is_new == Some(true) {
        let letter = letter::new_device(identity, &label, masked);
        lk_mail::post(tx, Some(&email), &letter).await?;
    }
    Ok(())
}

/// Writes a new refresh token of a session.
pub(crate) async fn chain(
    tx: &mut WriteTx,
    session: SessionId,
    parent: Option<RefreshTokenId>,
) -> Result<(RefreshTokenId, Token)> {
    let (workspace, now, id, token) =
        (tx.workspace(), tx.now(), tx.new_id::<RefreshTokenId>(), Token::random());
    sqlx::query!(
        "insert into refresh_tokens (workspace_id, refresh_token_id, session_id, token_hash, parent_id, issued_at)
         values ($1, $2, $3, $4, $5, $6)",
        workspace,
        id.uuid(),
        session.uuid(),
        token.hash().into_bytes(),
        parent.map(Id::uuid),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok((id, token))
}

/// Who somebody is in a workspace, and how much of it they have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entered {
    pub(crate) role: Role,
    pub(crate) reach: Reach,
}

/// A session that is too old for where it wants to go.
pub(crate) const TOO_OLD: Error = Error::Refused {
    code: "session_too_old",
    detail: "That workspace asks for a newer sign-in. Sign out, and sign in again.",
};

/// Walks from the platform's rows into the workspace as the operator; `None` when they no longer
/// belong to it.
pub(crate) async fn enter(
    system: &mut SystemTx,
    identity: &Identity,
    person: &Person,
    session: SessionId,
    place: &Place,
) -> Result<Option<Entered>> {
    Ok(enter_bounded(system, identity, person, session, place).await?.map(|(entered, _)| entered))
}

/// The same with a session that is not new: which ones are good there.
pub(crate) async fn enter_bounded(
    system: &mut SystemTx,
    identity: &Identity,
    person: &Person,
    session: SessionId,
    place: &Place,
) -> Result<Option<(Entered, Bounds)>> {
    let origin = Arc::clone(system.tx().scope().origin());
    let has = standing(system.tx(), person.id).await?;
    system.enter(nobody_in(place.workspace.id, Arc::clone(&origin))).await?;
    let Some(member) = membership(system.tx(), place.operator).await? else { return Ok(None) };
    if member.person != person.id {
        return Ok(None);
    }
    let scope =
        operator_scope(place.workspace.id, place.operator, person.id, session, member.role, origin);
    let reach = member.reach(identity, has);
    system.enter(scope.reaching(reach)).await?;
    operator::seen(system.tx(), place.operator).await?;
    Ok(Some((Entered { role: member.role, reach }, member.bounds(identity))))
}

impl Standing {
    pub(crate) fn new(
        person: Person,
        session: SessionId,
        place: &Place,
        Entered { role, reach }: Entered,
        places: Vec<Place>,
    ) -> Self {
        let mut permissions = role.permissions();
        permissions.retain(|permission| reach.covers(*permission));
        Self {
            session_id: session,
            person,
            workspace: place.workspace.clone(),
            operator: OperatorRole { id: place.operator, role },
            permissions,
            second_factor_required: reach != Reach::Whole,
            workspaces: places.into_iter().map(|place| place.workspace).collect(),
        }
    }

    /// Signs an access token for this standing.
    pub(crate) fn signed(
        self,
        identity: &Identity,
        context: ContextId,
        now: Timestamp,
    ) -> Result<Session> {
        let expires_at = now.plus(identity.lifetimes.access_token);
        let ring = identity.keys.ring();
        let claims = Claims {
            jti: identity.db.clock().new_id(),
            sub: self.person.id,
            sid: self.session_id,
            ctx: context,
            wsp: self.workspace.id,
            opr: self.operator.id,
            iat: now.unix_seconds(),
            exp: expires_at.unix_seconds(),
            iss: ring.issuer().to_owned(),
            aud: "leadkeep".to_owned(),
        };
        let token = ring.sign(&claims, now).map_err(Error::internal)?;
        Ok(Session { access_token: Shown::once(token), expires_at, standing: self })
    }
}

/// The cookie for a refresh token.
pub(crate) fn refresh_cookie(identity: &Identity, session: SessionId, token: &str) -> HeaderValue {
    let value = format!("{session}.{token}");
    cookie::set(COOKIE, &value, identity.lifetimes.idle.as_secs(), Crossing::Strict)
}

/// The cookie that removes it.
pub(crate) fn no_cookie() -> HeaderValue {
    cookie::set(COOKIE, "", 0, Crossing::Strict)
}

/// The session and the token's hash from a request's cookie.
pub(crate) fn presented(headers: &HeaderMap) -> Option<(SessionId, TokenHash)> {
    let value: Secret = cookie::read(headers, COOKIE)?;
    let (session, token) = value.expose().split_once('.')?;
    Some((session.parse().ok()?, TokenHash::of(token)))
}

/// Ends a session among the platform's rows and announces it; whether it was still alive.
pub(crate) async fn end(
    tx: &mut WriteTx,
    session: SessionId,
    because: &'static str,
) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let ended = sqlx::query!(
        "update sessions
            set revoked_at = $3, revoked_because = $4
          where workspace_id = $1
            and session_id = $2
            and revoked_at is null",
        workspace,
        session.uuid(),
        now.sql(),
        because,
    )
    .execute(tx.conn())
    .await?
    .rows_affected();
    if ended > 0 {
        let data = json!({ "session_id": session, "reason": because });
        tx.emit(Event::new(EventKind::SessionEnded, session, data));
    }
    Ok(ended > 0)
}

/// Ends the sessions of a person, all or all but one, and announces it; which ones ended.
pub(crate) async fn end_all(
    tx: &mut WriteTx,
    person: PersonId,
    but: Option<SessionId>,
    because: &'static str,
) -> Result<Vec<SessionId>> {
    let workspace = tx.workspace();
    let ended = sqlx::query_scalar!(
        r#"select session_id as "id: SessionId"
             from sessions
            where workspace_id = $1
              and person_id = $2
              and session_id is distinct from $3
              and revoked_at is null
            order by session_id
              for update"#,
        workspace,
        person.uuid(),
        but.map(Id::uuid),
    )
    .fetch_all(tx.conn())
    .await?;
    for session in &ended {
        end(tx, *session, because).await?;
    }
    Ok(ended)
}

/// How a session began.
pub(crate) struct Beginning {
    /// The workspace whose provider began it: it stays there.
    pub(crate) bound: Option<WorkspaceId>,
    /// With what its person last proved who they are.
    pub(crate) factors: Vec<Factor>,
    /// When.
    pub(crate) begun: Timestamp,
    /// When it last went on.
    pub(crate) seen: Timestamp,
}

/// How a session began, among the platform's rows; `None` when there is no such session.
pub(crate) async fn beginning(tx: &mut WriteTx, session: SessionId) -> Result<Option<Beginning>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Beginning,
        r#"select sso_workspace_id as "bound: WorkspaceId",
                  factors          as "factors: Vec<Factor>",
                  created_at       as "begun: Timestamp",
                  last_seen_at     as "seen: Timestamp"
             from sessions
            where workspace_id = $1
              and session_id = $2
              and revoked_at is null"#,
        workspace,
        session.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Whether a session would be let in where single sign-on is the only way, among the platform's
/// rows: what a super admin has who makes it the only one.
pub(crate) async fn stands_last_resort(
    tx: &mut WriteTx,
    session: SessionId,
    at: WorkspaceId,
) -> Result<bool> {
    let Some(Beginning { factors, .. }) = beginning(tx, session).await? else { return Ok(false) };
    Ok(admits(Offer::Only, at, Role::SuperAdmin, None, &factors))
}

/// What the audit log keeps of an address somebody typed: enough to recognise it, not to read it.
pub(crate) fn masked_email(email: &Personal) -> String {
    let (local, domain) = email.reveal().rsplit_once('@').unwrap_or((email.reveal(), ""));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    format!("{}***@{}***", first(local), first(domain))
}
