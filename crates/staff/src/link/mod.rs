//! Links that work once: by them, a member of staff sets a password and a second factor together.
//!
//! The same link brings both back to whoever lost one of them. Until it was used up to the end,
//! what was there before stays good.

pub mod enrol;
pub mod look;

use std::time::Duration;

use lk_base::id::{Id, StaffId, StaffLinkId};
use lk_base::text::Email;
use lk_base::{Error, Personal, Result, Secret, Shown};
use lk_crypto::{Place, Token, TokenHash, TotpSecret};
use lk_db::{Action, Entry, SystemReason, WriteTx};

use crate::authenticate::command_line;
use crate::{Staff, member};

/// How long a link lives that one member of staff hands to another.
pub(crate) const HANDED: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a link lives that was made at the command line.
pub(crate) const AT_HAND: Duration = Duration::from_secs(30 * 60);

/// A link that is unknown, used, withdrawn or expired.
pub(crate) const BAD_LINK: Error = Error::Refused {
    code: "link_not_valid",
    detail: "This link was used already or has expired. Ask for a new one.",
};

/// A link that could be used now.
pub(crate) struct Link {
    pub(crate) member: StaffId,
    pub(crate) email: Personal,
    pub(crate) name: Personal,
    pub(crate) secret: TotpSecret,
}

fn place(workspace: uuid::Uuid, link: StaffLinkId) -> Place {
    Place { column: "staff_links.secret", workspace, row: link.uuid() }
}

/// Makes a link for a member of staff, among the platform's rows; older ones are withdrawn.
pub(crate) async fn make(
    tx: &mut WriteTx,
    staff: &Staff,
    member: StaffId,
    lives: Duration,
) -> Result<Shown> {
    withdraw(tx, member).await?;
    let (workspace, now, id, token) =
        (tx.workspace(), tx.now(), tx.new_id::<StaffLinkId>(), Token::random());
    let sealed = tx.seal(place(workspace, id), TotpSecret::random().bytes())?;
    sqlx::query!(
        "insert into staff_links
             (workspace_id, staff_link_id, staff_id, token_hash, secret_sealed, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        workspace,
        id.uuid(),
        member.uuid(),
        token.hash().into_bytes(),
        sealed,
        now.sql(),
        now.plus(lives).sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(Shown::once(format!("{}/staff/welcome#{}", staff.console_url, token.expose())))
}

/// Uses up what links a member of staff has.
pub(crate) async fn withdraw(tx: &mut WriteTx, member: StaffId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update staff_links
            set used_at = $3
          where workspace_id = $1
            and staff_id = $2
            and used_at is null",
        workspace,
        member.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The link of a token, if it could be used now; it is not used by looking.
pub(crate) async fn find(tx: &mut WriteTx, staff: &Staff, token: &Secret) -> Result<Link> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query!(
        r#"select l.staff_link_id as "id: StaffLinkId",
                  l.staff_id      as "member: StaffId",
                  l.secret_sealed as sealed,
                  m.email         as "email: Personal",
                  m.name          as "name: Personal"
             from staff_links l
             join staff m
               on m.workspace_id = l.workspace_id
              and m.staff_id = l.staff_id
            where l.workspace_id = $1
              and l.token_hash = $2
              and l.used_at is null
              and l.expires_at > $3
              and m.disabled_at is null"#,
        workspace,
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(BAD_LINK)?;
    let bytes =
        staff.db.sealer().open(place(workspace, row.id), &row.sealed).map_err(Error::internal)?;
    let secret = TotpSecret::stored(bytes);
    Ok(Link { member: row.member, email: row.email, name: row.name, secret })
}

/// Uses a link up: whether it could be. Two at once: one wins.
pub(crate) async fn take(tx: &mut WriteTx, token: &Secret) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let taken = sqlx::query!(
        "update staff_links
            set used_at = $3
          where workspace_id = $1
            and token_hash = $2
            and used_at is null
            and expires_at > $3",
        workspace,
        TokenHash::of(token.expose()).into_bytes(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(taken.rows_affected() > 0)
}

/// A new link for a member of staff who lost the password or the app; `None` when there is nobody
/// with the address, or they are stopped. For the command line.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn for_member(staff: &Staff, email: &Email) -> Result<Option<Shown>> {
    let mut system = staff.db.system(SystemReason::CommandLine, &command_line()).await?;
    let Some(id) = member::by_email(system.tx(), email).await? else { return Ok(None) };
    let link = make(system.tx(), staff, id, AT_HAND).await?;
    system.commit(Entry::new(Action::StaffLinkMade, id)).await?;
    Ok(Some(link))
}
