//! Links that work once: first set-up, and signing in without a password.

use std::sync::Arc;
use std::time::Duration;

use lk_base::id::{Id, LinkId, PersonId};
use lk_base::text::Email;
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::{Token, TokenHash};
use lk_db::{Action, Entry, Origin, SystemReason, WriteTx};

use crate::authenticate::nobody;
use crate::{Identity, person};

/// How long a sign-in link lives.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// A link that is unknown, used or expired.
pub(crate) const BAD_LINK: Error = Error::Refused {
    code: "link_not_valid",
    detail: "This link was used already or has expired. Ask for a new one.",
};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The first person and workspace.
    Setup,
    /// A session for a known person.
    SignIn,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::SignIn => "sign_in",
        }
    }
}

/// A link that signs a person in once; `None` when nobody has the address. For the command line.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn for_person(identity: &Identity, email: &Email) -> Result<Option<Secret>> {
    let scope = nobody(Arc::new(Origin::system("command line")));
    let mut system = identity.db.system(SystemReason::CommandLine, &scope).await?;
    let Some(login) = person::by_email(system.tx(), email).await? else { return Ok(None) };
    let expires = system.tx().now().plus(LIFETIME);
    let token = make(system.tx(), Purpose::SignIn, Some(login.person.id), expires).await?;
    system.commit(Entry::new(Action::SignInLinkMade, login.person.id)).await?;
    Ok(Some(Secret::new(format!("{}/link#{}", identity.dashboard_url, token.expose()))))
}

/// Makes a link, among the platform's rows.
pub(crate) async fn make(
    tx: &mut WriteTx,
    purpose: Purpose,
    person: Option<PersonId>,
    expires_at: Timestamp,
) -> Result<Token> {
    let (workspace, now, id, token) =
        (tx.workspace(), tx.now(), tx.new_id::<LinkId>(), Token::random());
    sqlx::query!(
        "insert into one_time_links
             (workspace_id, link_id, purpose, person_id, token_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        workspace,
        id.uuid(),
        purpose.name(),
        person.map(Id::uuid),
        token.hash().into_bytes(),
        now.sql(),
        expires_at.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(token)
}

/// Whether a link could be used now.
pub(crate) async fn good(tx: &mut WriteTx, purpose: Purpose, token: &Secret) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from one_time_links
                           where workspace_id = $1
                             and purpose = $2
                             and token_hash = $3
                             and used_at is null
                             and expires_at > $4) as "good!""#,
        workspace,
        purpose.name(),
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Uses a link up: `None` when it is unknown, used or expired. Two at once: one wins.
pub(crate) async fn use_up(
    tx: &mut WriteTx,
    purpose: Purpose,
    token: &Secret,
) -> Result<Option<Option<PersonId>>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query!(
        r#"update one_time_links
              set used_at = $4
            where workspace_id = $1
              and purpose = $2
              and token_hash = $3
              and used_at is null
              and expires_at > $4
           returning person_id as "person: PersonId""#,
        workspace,
        purpose.name(),
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| row.person))
}
