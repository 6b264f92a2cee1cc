//! `POST /api/v1/auth/refresh`: a refresh token is spent, a session goes on.
//!
//! A token works once. Because answers get lost on the way, the same browser gets the same child
//! again for ten seconds, as long as that child is unused. Anything else that comes with a spent
//! token is a copy: the whole session ends, and its owner is told. Which browser it is, is known by
//! the device cookie, which no answer to a refresh gives away.
//!
//! A session that goes on where it was leaves no entry: every open page does that every few
//! minutes, and a log full of it hides what matters. What is odd about going on is entered.

use std::time::Duration;

use axum::http::Method;
use lk_base::id::{ContextId, Id, OperatorId, PersonId, RefreshTokenId, SessionId, WorkspaceId};
use lk_base::text::Email;
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::{Place as SealedPlace, TokenHash};
use lk_db::{Action, Entry, SystemReason, SystemTx, Unaudited, WriteTx};
use lk_mail::Letter;
use lk_web::cookie::Cookies;
use lk_web::{Access, Audited, Operation, OwnCookie, RateClass, Reply};
use serde::Serialize;
use serde_json::json;

use super::limits::Age;
use super::{
    Session, Standing, chain, end, enter_bounded, known_device, presented, refresh_cookie,
};
use crate::brake::device::Devices;
use crate::factor::Factor;
use crate::sso::admits;
use crate::{Call, Identity, directory, person};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "refresh_session",
    method: Method::POST,
    path: "/api/v1/auth/refresh",
    summary: "Get a new access token for the session in the cookie.",
    access: Access::Cookie(OwnCookie::Refresh),
    rate: RateClass::Refresh,
    audited: Audited::Exempt(Unaudited::LastSeen),
    status: 200,
};

/// How long a lost answer may be asked for again, and how often.
const GRACE: Duration = Duration::from_secs(10);
const REPLAYS: i16 = 3;

const ENDED: Error = Error::Unauthenticated { code: "session_ended" };

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Session>> {
    let Call { state: identity, scope, headers, .. } = call;
    let (session, hash) = presented(&headers).ok_or(ENDED)?;
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    let held = lock(system.tx(), session, &hash).await?.ok_or(ENDED)?;
    let now = system.tx().now();
    if held.revoked_at.is_some() || held.expires_at <= now {
        return Err(ENDED);
    }
    let device = Devices::shown(scope.origin().device.as_ref()).map(|device| device.hash());
    let used = judge(&held, now, device.as_ref());
    let child = match used {
        Use::First => spend(&mut system, session, &held, device.as_ref()).await?,
        Use::Again => repeat(&identity, &mut system, &held).await?,
        Use::Stolen => {
            end(system.tx(), session, "refresh_reused").await?;
            tell(&identity, system.tx(), &held).await?;
            system.commit(Entry::new(Action::RefreshReused, session)).await?;
            identity.known.forget_session(session);
            return Err(ENDED);
        }
    };
    go_on(&identity, system, session, (held, used), &child).await
}

/// A spent or unspent token, with its session, both locked.
struct Held {
    token: RefreshTokenId,
    used_at: Option<Timestamp>,
    replays: i16,
    child_sealed: Option<Vec<u8>>,
    child_used: bool,
    person: PersonId,
    context: ContextId,
    workspace: WorkspaceId,
    operator: OperatorId,
    device: String,
    device_hash: Option<Vec<u8>>,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
    bound: Option<WorkspaceId>,
    factors: Vec<Factor>,
}

impl Held {
    /// Whether the browser is the one in which the session began.
    fn is_of(&self, device: Option<&TokenHash>) -> bool {
        let own = self.device_hash.clone().map(TokenHash::stored);
        own.zip(device).is_some_and(|(own, shown)| own.matches(shown))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    First,
    Again,
    Stolen,
}

/// The rule.
fn judge(held: &Held, now: Timestamp, device: Option<&TokenHash>) -> Use {
    match held.used_at {
        None => Use::First,
        Some(used) => {
            let in_time = now.since(used) <= GRACE;
            let is_lost = held.replays < REPLAYS && !held.child_used && held.child_sealed.is_some();
            if in_time && is_lost && held.is_of(device) { Use::Again } else { Use::Stolen }
        }
    }
}

/// What is odd about a session that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Odd {
    /// Another browser than the one in which it began holds its token.
    AnotherBrowser,
    /// The same answer was asked for again.
    AnswerLost,
    /// Its operator was removed: it goes on in another workspace.
    AnotherWorkspace,
}

/// The rule.
fn odd(held: &Held, used: Use, device: Option<&TokenHash>, context: ContextId) -> Option<Odd> {
    if !held.is_of(device) {
        Some(Odd::AnotherBrowser)
    } else if used == Use::Again {
        Some(Odd::AnswerLost)
    } else if context != held.context {
        Some(Odd::AnotherWorkspace)
    } else {
        None
    }
}

async fn lock(tx: &mut WriteTx, session: SessionId, hash: &TokenHash) -> Result<Option<Held>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Held,
        r#"select t.refresh_token_id     as "token: RefreshTokenId",
                  t.used_at              as "used_at: Timestamp",
                  t.replays,
                  t.child_sealed,
                  exists (select 1 from refresh_tokens c
                           where c.workspace_id = $1
                             and c.parent_id = t.refresh_token_id
                             and c.session_id = t.session_id
                             and c.used_at is not null) as "child_used!",
                  s.person_id            as "person: PersonId",
                  s.context_id           as "context: ContextId",
                  s.context_workspace_id as "workspace: WorkspaceId",
                  s.context_operator_id  as "operator: OperatorId",
                  s.device,
                  s.device_hash,
                  s.created_at           as "created_at: Timestamp",
                  s.last_seen_at         as "last_seen_at: Timestamp",
                  s.expires_at           as "expires_at: Timestamp",
                  s.revoked_at           as "revoked_at: Timestamp",
                  s.sso_workspace_id     as "bound: WorkspaceId",
                  s.factors              as "factors: Vec<Factor>"
             from sessions s
             join refresh_tokens t using (workspace_id, session_id)
            where s.workspace_id = $1
              and s.session_id = $2
              and t.token_hash = $3
              for update of s, t"#,
        workspace,
        session.uuid(),
        hash.bytes(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

const fn child_place(workspace: uuid::Uuid, row: uuid::Uuid) -> SealedPlace {
    SealedPlace { column: "refresh_tokens.child", workspace, row }
}

/// Spends the token: its child, sealed, is kept for those ten seconds, unless another browser than
/// the session's own spends it. Then the owner's call is the one that shows the copy.
async fn spend(
    system: &mut SystemTx,
    session: SessionId,
    held: &Held,
    device: Option<&TokenHash>,
) -> Result<Secret> {
    let tx = system.tx();
    let (workspace, now) = (tx.workspace(), tx.now());
    let (_, child) = chain(tx, session, Some(held.token)).await?;
    let sealed = if held.is_of(device) {
        let place = child_place(workspace, held.token.uuid());
        Some(tx.seal(place, child.expose().as_bytes())?)
    } else {
        None
    };
    sqlx::query!(
        "update refresh_tokens
            set used_at = $3, child_sealed = $4
          where workspace_id = $1
            and refresh_token_id = $2",
        workspace,
        held.token.uuid(),
        now.sql(),
        sealed,
    )
    .execute(tx.conn())
    .await?;
    Ok(Secret::new(child.expose().to_owned()))
}

/// Gives the same child again.
async fn repeat(identity: &Identity, system: &mut SystemTx, held: &Held) -> Result<Secret> {
    let tx = system.tx();
    let workspace = tx.workspace();
    let sealed = held.child_sealed.as_deref().ok_or(ENDED)?;
    let child = identity.db.sealer().open(child_place(workspace, held.token.uuid()), sealed);
    let child = String::from_utf8(child.map_err(Error::internal)?).map_err(Error::internal)?;
    sqlx::query!(
        "update refresh_tokens set replays = replays + 1 where workspace_id = $1 and refresh_token_id = $2",
        workspace,
        held.token.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(Secret::new(child))
}

/// The session goes on where it was, or, when its operator was removed, where the person still
/// belongs.
async fn go_on(
    identity: &Identity,
    mut system: SystemTx,
    session: SessionId,
    (held, used): (Held, Use),
    child: &Secret,
) -> Result<Reply<Session>> {
    let tx = system.tx();
    let (workspace, now) = (tx.workspace(), tx.now());
    let person = person::by_id(tx, held.person).await?.ok_or(ENDED)?;
    let mut places = directory::of(tx, held.person).await?;
    places.retain(|place| held.bound.is_none_or(|bound| bound == place.workspace.id));
    let here = places
        .iter()
        .find(|place| place.workspace.id == held.workspace && place.operator == held.operator);
    let (place, context) = match here {
        Some(place) => (place.clone(), held.context),
        None => (places.first().cloned().ok_or(ENDED)?, tx.new_id()),
    };
    let shown = system.tx().scope().origin().device.clone();
    let hash = Devices::shown(shown.as_ref()).map(|device| device.hash());
    let (is_same, odd) = (held.is_of(hash.as_ref()), odd(&held, used, hash.as_ref(), context));
    let device =
        if is_same { Some(known_device(identity, shown.as_ref(), &person)?.1) } else { None };
    let tx = system.tx();
    let end =
        held.created_at.plus(identity.lifetimes.absolute).min(now.plus(identity.lifetimes.idle));
    sqlx::query!(
        "update sessions
            set last_seen_at = $3, expires_at = $4, context_id = $5,
                context_workspace_id = $6, context_operator_id = $7
          where workspace_id = $1
            and session_id = $2",
        workspace,
        session.uuid(),
        now.sql(),
        end.sql(),
        context.uuid(),
        place.workspace.id.uuid(),
        place.operator.uuid(),
    )
    .execute(tx.conn())
    .await?;
    let (entered, bounds) =
        enter_bounded(&mut system, identity, &person, session, &place).await?.ok_or(ENDED)?;
    let age = Age { begun: held.created_at, seen: held.last_seen_at };
    if !bounds.keep(age, now)
        || !admits(place.sso, place.workspace.id, entered.role, held.bound, &held.factors)
    {
        return Err(ENDED);
    }
    match odd {
        Some(odd) => {
            let entry = Entry::new(Action::SessionRefreshed, session);
            system.commit(entry.with(json!({ "reason": odd }))).await?;
        }
        None => system.commit_unaudited(Unaudited::LastSeen).await?,
    }
    let standing =
        Standing::new(person, session, &place, entered, places).signed(identity, context, now)?;
    // The browser's name goes on with the session; one that lost it keeps none.
    let refresh = refresh_cookie(identity, session, child.expose());
    let cookies = device.map_or_else(Cookies::default, Cookies::from).and(refresh);
    Ok(Reply::ok(standing).cookie(cookies))
}

/// Writes to the person: a copy of their session was used somewhere.
async fn tell(identity: &Identity, tx: &mut WriteTx, held: &Held) -> Result<()> {
    let Some(person) = person::by_id(tx, held.person).await? else { return Ok(()) };
    let Ok(email) = Email::parse(person.email.reveal()) else { return Ok(()) };
    lk_mail::post(tx, Some(&email), &session_copied(identity, &held.device)).await
}

fn session_copied(identity: &Identity, device: &str) -> Letter {
    let name = &identity.postman.sender().name;
    Letter::new("session_copied", format!("A session of yours at {name} was ended"))
        .says(format!("Your session with {device} was used from two places, so we ended it."))
        .says("This happens when somebody copied it from your browser, and now and then when a browser comes back from a backup. Sign in again. If you cannot explain it, choose a new password; that ends all sessions.")
        .link("Choose a new password", format!("{}/forgot", identity.dashboard_url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    fn held(used: Option<i64>) -> Held {
        let clock = Clock::manual(Timestamp::from_unix_micros(0));
        Held {
            token: clock.new_id(),
            used_at: used.map(Timestamp::from_unix_micros),
            replays: 0,
            child_sealed: Some(Vec::new()),
            child_used: false,
            person: clock.new_id(),
            context: clock.new_id(),
            workspace: clock.new_id(),
            operator: clock.new_id(),
            device: "Firefox on Linux".to_owned(),
            device_hash: Some(TokenHash::of("here").into_bytes()),
            created_at: clock.now(),
            last_seen_at: clock.now(),
            expires_at: clock.now(),
            revoked_at: None,
            bound: None,
            factors: Vec::new(),
        }
    }

    fn judged(held: &Held, device: &str) -> Use {
        judge(held, Timestamp::from_unix_micros(20_000_000), Some(&TokenHash::of(device)))
    }

    #[test]
    fn a_spent_token_works_again_only_for_a_lost_answer() {
        let here = "here";
        assert_eq!(judged(&held(None), here), Use::First);
        assert_eq!(judged(&held(Some(11_000_000)), here), Use::Again);
        assert_eq!(judged(&held(Some(9_000_000)), here), Use::Stolen);
        assert_eq!(judged(&held(Some(11_000_000)), "elsewhere"), Use::Stolen);
        let now = Timestamp::from_unix_micros(20_000_000);
        assert_eq!(judge(&held(Some(11_000_000)), now, None), Use::Stolen);
        let from_before = Held { device_hash: None, ..held(Some(11_000_000)) };
        assert_eq!(judged(&from_before, here), Use::Stolen);
        assert_eq!(judge(&from_before, now, None), Use::Stolen);
        assert_eq!(judged(&Held { child_used: true, ..held(Some(11_000_000)) }, here), Use::Stolen);
        let by_another = Held { child_sealed: None, ..held(Some(11_000_000)) };
        assert_eq!(judged(&by_another, here), Use::Stolen);
        assert_eq!(judged(&Held { replays: 3, ..held(Some(11_000_000)) }, here), Use::Stolen);
    }

    #[test]
    fn going_on_is_entered_only_when_something_about_it_is_odd() {
        let (session, here) = (held(None), TokenHash::of("here"));
        let told = |used, device, context| odd(&session, used, device, context);
        assert_eq!(told(Use::First, Some(&here), session.context), None);
        assert_eq!(told(Use::Again, Some(&here), session.context), Some(Odd::AnswerLost));
        let elsewhere = TokenHash::of("elsewhere");
        for device in [None, Some(&elsewhere)] {
            assert_eq!(told(Use::First, device, session.context), Some(Odd::AnotherBrowser));
        }
        let moved = Clock::manual(Timestamp::from_unix_micros(1_000_000)).new_id();
        assert_eq!(told(Use::First, Some(&here), moved), Some(Odd::AnotherWorkspace));
    }
}
