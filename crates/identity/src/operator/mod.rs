//! An operator: a person's membership in one workspace.

pub mod change_role;
pub mod end_sessions;
pub mod leave;
pub mod leaving;
pub mod list;
pub mod removal;
pub mod remove;
pub mod sessions;
pub mod transfer;

use std::time::Duration;

use lk_authz::Role;
use lk_base::id::{Id, OperatorId, PersonId};
use lk_base::text::Email;
use lk_base::{Error, Personal, Result, Timestamp};
use lk_db::WriteTx;
use schemars::JsonSchema;
use serde::Serialize;

use crate::person::Person;

/// An operator, as their colleagues see them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Operator {
    /// Their id.
    pub id: OperatorId,
    /// Their name.
    pub name: Personal,
    /// Their address.
    pub email: Personal,
    /// What they may do.
    pub role: Role,
    /// Since when they belong here.
    pub joined_at: Timestamp,
    /// When they were removed, if they were.
    pub removed_at: Option<Timestamp>,
    /// Whether it is the one who asks.
    pub you: bool,
    /// When a session of theirs was last here, to the hour; only those know who manage members.
    pub last_seen_at: Option<Timestamp>,
    /// Whether that is longer ago than the workspace wants; only those know who manage members.
    pub dormant: bool,
}

impl Operator {
    /// Somebody who is here, as everybody sees them.
    pub(crate) const fn here(
        id: OperatorId,
        name: Personal,
        email: Personal,
        role: Role,
        joined_at: Timestamp,
    ) -> Self {
        Self {
            id,
            name,
            email,
            role,
            joined_at,
            removed_at: None,
            you: false,
            last_seen_at: None,
            dormant: false,
        }
    }
}

/// How exactly it is kept when somebody was last here.
const SEEN_TO: Duration = Duration::from_secs(3600);

/// Notes that a session of an operator is here.
pub(crate) async fn seen(tx: &mut WriteTx, id: OperatorId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update operators
            set last_seen_at = $3
          where workspace_id = $1
            and operator_id = $2
            and (last_seen_at is null or last_seen_at <= $4)",
        workspace,
        id.uuid(),
        now.sql(),
        now.minus(SEEN_TO).sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes an operator; somebody who comes back gets their old row, with a new role.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    id: OperatorId,
    person: &Person,
    role: Role,
) -> Result<Operator> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let id = sqlx::query_scalar!(
        r#"insert into operators (workspace_id, operator_id, person_id, name, email, role, joined_at)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (workspace_id, person_id)
           do update set role = excluded.role, name = excluded.name, email = excluded.email,
                         joined_at = excluded.joined_at, removed_at = null
                   where operators.removed_at is not null
           returning operator_id as "id: OperatorId""#,
        workspace,
        id.uuid(),
        person.id.uuid(),
        person.name.reveal(),
        person.email.reveal(),
        role.name(),
        now.sql(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::Refused { code: "already_a_member", detail: "This person belongs to the workspace already." })?;
    let (name, email) = (person.name.clone(), person.email.clone());
    Ok(Operator::here(id, name, email, role, now))
}

/// Takes the name and the address out of an operator who has left, and out of the invitation by
/// which they came.
pub(crate) async fn erase(
    tx: &mut WriteTx,
    id: OperatorId,
    name: &str,
    email: &Email,
) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "with invited as (
             update invitations
                set email = '', email_key = 'closed:' || invitation_id
              where workspace_id = $1
                and email_key = $4
         ), bound as (
             delete from sso_identities where workspace_id = $1 and operator_id = $2
         )
         update operators
            set name = $3, email = ''
          where workspace_id = $1
            and operator_id = $2",
        workspace,
        id.uuid(),
        name,
        email.key(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An operator who is still here, held until the transaction ends, and how many other super
/// admins there are (held too, so that two cannot leave at once).
pub(crate) struct Held {
    pub(crate) operator: Operator,
    pub(crate) person: PersonId,
    pub(crate) other_super_admins: usize,
    /// Somebody else who was to be held, if they are here.
    pub(crate) other: Option<Operator>,
}

pub(crate) async fn lock(tx: &mut WriteTx, id: OperatorId) -> Result<Held> {
    lock_with(tx, id, None).await
}

/// The same with somebody else: all are held in one order, so that nobody waits in a circle.
pub(crate) async fn lock_with(
    tx: &mut WriteTx,
    id: OperatorId,
    other: Option<OperatorId>,
) -> Result<Held> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select operator_id as "id: OperatorId", person_id as "person: PersonId", name, email,
                  role as "role: Role", joined_at as "joined_at: Timestamp"
             from operators
            where workspace_id = $1
              and removed_at is null
              and (operator_id = $2 or operator_id = $3 or role = 'super_admin')
            order by operator_id
              for no key update"#,
        workspace,
        id.uuid(),
        other.map(Id::uuid),
    )
    .fetch_all(tx.conn())
    .await?;
    let other_super_admins =
        rows.iter().filter(|row| row.id != id && row.role == Role::SuperAdmin).count();
    let person = rows.iter().find(|row| row.id == id).map(|row| row.person);
    let found = rows.into_iter().map(|row| {
        let (name, email) = (Personal::new(row.name), Personal::new(row.email));
        Operator::here(row.id, name, email, row.role, row.joined_at)
    });
    let found: Vec<Operator> = found.collect();
    let other = found.iter().find(|each| Some(each.id) == other).cloned();
    let operator = found.into_iter().find(|each| each.id == id).ok_or(Error::NotFound)?;
    let person = person.ok_or(Error::NotFound)?;
    Ok(Held { operator, person, other_super_admins, other })
}

/// What is for colleagues only.
pub(crate) const YOURSELF: Error =
    Error::Refused { code: "yourself", detail: "That is you: this is for colleagues only." };

/// The rule of whose sessions one may see and end: nobody's above one's own role.
pub(crate) fn reaches(actor: Role, held: &Held) -> Result<()> {
    if held.operator.role > actor {
        Err(Error::Forbidden { code: "above_own_role" })
    } else {
        Ok(())
    }
}

/// What the workspace is called and the addresses of its super admins, inside the workspace; `None`
/// when there is no such workspace. For whoever has to tell its owners something.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn owners(tx: &mut WriteTx) -> Result<Option<(String, Vec<Email>)>> {
    let workspace = tx.workspace();
    let name =
        sqlx::query_scalar!("select name from workspaces where workspace_id = $1", workspace)
            .fetch_optional(tx.conn())
            .await?;
    let Some(name) = name else { return Ok(None) };
    let emails = sqlx::query_scalar!(
        "select email
           from operators
          where workspace_id = $1
            and role = 'super_admin'
            and removed_at is null
          order by operator_id",
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    let parsed: Result<Vec<Email>, _> = emails.iter().map(|email| Email::parse(email)).collect();
    Ok(Some((name, parsed.map_err(Error::internal)?)))
}

/// The rule for changing or removing an operator: nobody reaches above their own role, and one
/// super admin stays.
pub(crate) fn check(actor: Role, held: &Held, new: Option<Role>) -> Result<()> {
    if held.operator.role > actor || new.is_some_and(|role| role > actor) {
        return Err(Error::Forbidden { code: "above_own_role" });
    }
    if held.operator.role == Role::SuperAdmin
        && new != Some(Role::SuperAdmin)
        && held.other_super_admins == 0
    {
        return Err(Error::Refused {
            code: "last_super_admin",
            detail: "A workspace needs a super admin: make somebody else one first.",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    fn held(role: Role, other_super_admins: usize) -> Held {
        let clock = Clock::system();
        let nameless = || Personal::new(String::new());
        let operator = Operator::here(clock.new_id(), nameless(), nameless(), role, clock.now());
        Held { operator, person: clock.new_id(), other_super_admins, other: None }
    }

    #[test]
    fn an_admin_reaches_nobody_above() {
        assert!(check(Role::Admin, &held(Role::SuperAdmin, 3), Some(Role::User)).is_err());
        assert!(check(Role::Admin, &held(Role::User, 3), Some(Role::SuperAdmin)).is_err());
        assert!(check(Role::Admin, &held(Role::User, 3), Some(Role::Admin)).is_ok());
    }

    #[test]
    fn the_last_super_admin_stays() {
        assert!(check(Role::SuperAdmin, &held(Role::SuperAdmin, 0), None).is_err());
        assert!(check(Role::SuperAdmin, &held(Role::SuperAdmin, 0), Some(Role::Admin)).is_err());
        assert!(check(Role::SuperAdmin, &held(Role::SuperAdmin, 1), None).is_ok());
    }
}
