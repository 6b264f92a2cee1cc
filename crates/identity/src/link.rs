//! Links that work once: first set-up, signing in without a password, reset, a new address.

use std::sync::Arc;
use std::time::Duration;

use lk_base::id::{Id, LinkId, PersonId};
use lk_base::text::Email;
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::{Token, TokenHash};
use lk_db::{Action, Entry, Origin, SystemReason, WriteTx};

use crate::nobody::nobody;
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
    /// A new password.
    Reset,
    /// A new address, shown to be one's own.
    ConfirmEmail,
    /// The old address again.
    UndoEmail,
    /// A login and a workspace of one's own.
    SignUp,
    /// No help with lost factors.
    CancelHelp,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::SignIn => "sign_in",
            Self::Reset => "reset",
            Self::ConfirmEmail => "confirm_email",
            Self::UndoEmail => "undo_email",
            Self::SignUp => "sign_up",
            Self::CancelHelp => "cancel_help",
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

/// A link as it lies in the table.
pub(crate) struct Link {
    /// Whose it is; `None` for the set-up, and for a link that was made for nobody.
    pub(crate) person: Option<PersonId>,
    /// The address it sets.
    pub(crate) email: Option<String>,
    /// When it was made.
    pub(crate) created_at: Timestamp,
}

/// Makes a link, among the platform's rows.
pub(crate) async fn make(
    tx: &mut WriteTx,
    purpose: Purpose,
    person: Option<PersonId>,
    expires_at: Timestamp,
) -> Result<Token> {
    make_with(tx, purpose, person, None, expires_at).await
}

/// Makes a link that sets an address, among the platform's rows.
pub(crate) async fn make_with(
    tx: &mut WriteTx,
    purpose: Purpose,
    person: Option<PersonId>,
    email: Option<&Email>,
    expires_at: Timestamp,
) -> Result<Token> {
    let (workspace, now, id, token) =
        (tx.workspace(), tx.now(), tx.new_id::<LinkId>(), Token::random());
    sqlx::query!(
        "insert into one_time_links
             (workspace_id, link_id, purpose, person_id, token_hash, created_at, expires_at, email)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        workspace,
        id.uuid(),
        purpose.name(),
        person.map(Id::uuid),
        token.hash().into_bytes(),
        now.sql(),
        expires_at.sql(),
        email.map(Email::as_str),
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

/// Whose link it is, if it could be used now; it is not used by looking.
pub(crate) async fn look(
    tx: &mut WriteTx,
    purpose: Purpose,
    token: &Secret,
) -> Result<Option<PersonId>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query_scalar!(
        r#"select person_id as "person: PersonId"
             from one_time_links
            where workspace_id = $1
              and purpose = $2
              and token_hash = $3
              and used_at is null
              and expires_at > $4"#,
        workspace,
        purpose.name(),
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.flatten())
}

/// Uses a link up: `None` when it is unknown, used or expired. Two at once: one wins.
pub(crate) async fn take(
    tx: &mut WriteTx,
    purpose: Purpose,
    token: &Secret,
) -> Result<Option<Link>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_as!(
        Link,
        r#"update one_time_links
              set used_at = $4
            where workspace_id = $1
              and purpose = $2
              and token_hash = $3
              and used_at is null
              and expires_at > $4
           returning person_id as "person: PersonId", email, created_at as "created_at: Timestamp""#,
        workspace,
        purpose.name(),
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Uses a link up that sets no address.
pub(crate) async fn use_up(
    tx: &mut WriteTx,
    purpose: Purpose,
    token: &Secret,
) -> Result<Option<Option<PersonId>>> {
    Ok(take(tx, purpose, token).await?.map(|link| link.person))
}

/// Whether a person has a link of a purpose that could be used now.
pub(crate) async fn alive(tx: &mut WriteTx, purpose: Purpose, person: PersonId) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from one_time_links
                           where workspace_id = $1
                             and purpose = $2
                             and person_id = $3
                             and used_at is null
                             and expires_at > $4) as "alive!""#,
        workspace,
        purpose.name(),
        person.uuid(),
        now.sql(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Uses up what else a person has of these links.
pub(crate) async fn withdraw(
    tx: &mut WriteTx,
    person: PersonId,
    purposes: &[Purpose],
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let names: Vec<String> = purposes.iter().map(|purpose| purpose.name().to_owned()).collect();
    sqlx::query!(
        "update one_time_links
            set used_at = $4
          where workspace_id = $1
            and person_id = $2
            and purpose = any ($3)
            and used_at is null",
        workspace,
        person.uuid(),
        &names,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many of these links were made for a person since an instant; for nobody, none.
pub(crate) async fn made_since(
    tx: &mut WriteTx,
    purpose: Purpose,
    person: Option<PersonId>,
    since: Timestamp,
) -> Result<i64> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!"
             from one_time_links
            where workspace_id = $1
              and person_id = $2
              and purpose = $3
              and created_at > $4"#,
        workspace,
        person.map(Id::uuid),
        purpose.name(),
        since.sql(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The address of a link, if it could be used now; it is not used by looking.
pub(crate) async fn address(
    tx: &mut WriteTx,
    purpose: Purpose,
    token: &Secret,
) -> Result<Option<String>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query_scalar!(
        "select email
           from one_time_links
          where workspace_id = $1
            and purpose = $2
            and token_hash = $3
            and used_at is null
            and expires_at > $4",
        workspace,
        purpose.name(),
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.flatten())
}

/// How many of these links were made for an address since an instant.
pub(crate) async fn mailed_since(
    tx: &mut WriteTx,
    purpose: Purpose,
    email: &Email,
    since: Timestamp,
) -> Result<i64> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!"
             from one_time_links
            where workspace_id = $1
              and purpose = $2
              and lower(email) = lower($3)
              and created_at > $4"#,
        workspace,
        purpose.name(),
        email.as_str(),
        since.sql(),
    )
    .fetch_one(tx.conn())
    .await?)
}
