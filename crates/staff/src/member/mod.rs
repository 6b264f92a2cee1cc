//! Members of staff: who they are, what they may do, and the rules for changing that.

pub mod change_role;
pub mod create;
pub mod disable;
pub mod enable;
pub mod list;
pub mod renew_link;

use lk_authz::StaffRole;
use lk_base::error::OrNotFound;
use lk_base::id::{Id, StaffId};
use lk_base::text::{Email, Name};
use lk_base::{Error, Personal, Result, Shown, Timestamp};
use lk_db::{Action, Entry, SystemReason, WriteTx};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::authenticate::command_line;
use crate::{Staff, link};

/// How far somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum MemberState {
    /// Has a link, and no password and factor yet: can do nothing.
    Invited,
    /// Can sign in.
    Active,
    /// Was stopped.
    Disabled,
}

/// A member of staff, as staff sees them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "StaffMember")]
pub struct Member {
    /// Their id.
    pub id: StaffId,
    /// Their address.
    pub email: Personal,
    /// What they are called.
    pub name: Personal,
    /// What they may do.
    pub role: StaffRole,
    /// How far they are.
    pub state: MemberState,
    /// When they were made.
    pub created_at: Timestamp,
    /// Whether it is the one who asks.
    pub you: bool,
}

/// A member of staff with the link that lets them in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StaffMemberWithLink")]
pub struct WithLink {
    /// Who.
    pub(crate) staff: Member,
    /// Shown once: it sets a password and a second factor.
    pub(crate) link: Shown,
    /// When the link ends.
    pub(crate) expires_at: Timestamp,
}

/// What signs in.
pub(crate) struct Login {
    pub(crate) id: StaffId,
    pub(crate) password: String,
}

/// Who can sign in with an address; nobody who was stopped or never enrolled.
pub(crate) async fn login(tx: &mut WriteTx, email: &Email) -> Result<Option<Login>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Login,
        r#"select m.staff_id as "id: StaffId", m.password as "password!"
             from staff m
             join staff_factors f
               on f.workspace_id = m.workspace_id
              and f.staff_id = m.staff_id
            where m.workspace_id = $1
              and m.email_key = $2
              and m.password is not null
              and m.disabled_at is null"#,
        workspace,
        email.key(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The password of a member of staff.
pub(crate) async fn password(tx: &mut WriteTx, member: StaffId) -> Result<Option<String>> {
    let workspace = tx.workspace();
    let found = sqlx::query_scalar!(
        "select password from staff where workspace_id = $1 and staff_id = $2",
        workspace,
        member.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.flatten())
}

/// Who has an address, unless they were stopped.
pub(crate) async fn by_email(tx: &mut WriteTx, email: &Email) -> Result<Option<StaffId>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select staff_id as "id: StaffId"
             from staff
            where workspace_id = $1
              and email_key = $2
              and disabled_at is null"#,
        workspace,
        email.key(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// A member of staff; `asks` is who wants to know.
pub(crate) async fn read(
    tx: &mut WriteTx,
    member: StaffId,
    asks: Option<StaffId>,
) -> Result<Member> {
    let workspace = tx.workspace();
    sqlx::query_as!(
        Member,
        r#"select staff_id   as "id: StaffId",
                  email      as "email: Personal",
                  name       as "name: Personal",
                  role       as "role: StaffRole",
                  case when disabled_at is not null then 'disabled'
                       when password is null then 'invited'
                       else 'active' end as "state!: MemberState",
                  created_at as "created_at: Timestamp",
                  staff_id is not distinct from $3 as "you!"
             from staff
            where workspace_id = $1
              and staff_id = $2"#,
        workspace,
        member.uuid(),
        asks.map(Id::uuid),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()
}

/// Writes a new member of staff.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    email: &Email,
    name: &Name,
    role: StaffRole,
) -> Result<StaffId> {
    let (workspace, now, id) = (tx.workspace(), tx.now(), tx.new_id::<StaffId>());
    let made = sqlx::query!(
        "insert into staff (workspace_id, staff_id, email, email_key, name, role, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (workspace_id, email_key) do nothing",
        workspace,
        id.uuid(),
        email.as_str(),
        email.key(),
        name.as_str(),
        role.name(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    if made.rows_affected() == 0 {
        return Err(Error::Refused {
            code: "staff_exists",
            detail: "Somebody on the staff has this address already.",
        });
    }
    Ok(id)
}

/// Makes a member of staff, and the link that lets them in. For the command line, which makes the
/// first one.
///
/// # Errors
/// `Refused` when somebody on the staff has the address.
pub async fn found(staff: &Staff, email: &Email, name: &Name, role: StaffRole) -> Result<Shown> {
    let mut system = staff.db.system(SystemReason::CommandLine, &command_line()).await?;
    let id = insert(system.tx(), email, name, role).await?;
    let link = link::make(system.tx(), staff, id, link::AT_HAND).await?;
    system.commit(Entry::new(Action::StaffCreated, id).with(json!({ "role": role }))).await?;
    Ok(link)
}

/// A member of staff, held until the transaction ends, with the super admins who can sign in (held
/// too, so that two cannot stop each other at once).
pub(crate) struct Held {
    pub(crate) role: StaffRole,
    /// Active super admins but for the one who is held.
    pub(crate) others: Vec<StaffId>,
}

/// What is to become of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Another role.
    To(StaffRole),
    /// Stopped.
    Stopped,
    /// Let in again, or given a new link.
    LetIn,
}

/// Holds somebody who is to be changed, and checks whether whoever asks may do that.
pub(crate) async fn hold(tx: &mut WriteTx, member: StaffId, change: Change) -> Result<Held> {
    let (asks, _, role) = tx.scope().staff()?;
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select staff_id as "id: StaffId", role as "role: StaffRole",
                  disabled_at is null and password is not null as "active!"
             from staff
            where workspace_id = $1
              and (staff_id = any ($2) or role = 'super_admin')
            order by staff_id
              for update"#,
        workspace,
        &[member.uuid(), asks.uuid()],
    )
    .fetch_all(tx.conn())
    .await?;
    // Stopped, or given another role, by somebody who was quicker.
    if !rows.iter().any(|row| row.id == asks && row.active && row.role == role) {
        return Err(Error::Unauthenticated { code: "session_ended" });
    }
    let held = rows.iter().find(|row| row.id == member).or_not_found()?.role;
    let others = rows
        .iter()
        .filter(|row| row.id != member && row.active && row.role == StaffRole::SuperAdmin)
        .map(|row| row.id)
        .collect();
    let held = Held { role: held, others };
    check(role, &held, change)?;
    Ok(held)
}

/// The rule: a super admin reaches everybody, others only those below them; and one super admin who
/// can sign in stays.
fn check(actor: StaffRole, held: &Held, change: Change) -> Result<()> {
    if actor != StaffRole::SuperAdmin && held.role >= actor {
        return Err(Error::Forbidden { code: "above_own_role" });
    }
    let stays = match change {
        Change::To(role) => role == StaffRole::SuperAdmin,
        Change::Stopped => false,
        Change::LetIn => true,
    };
    if held.role == StaffRole::SuperAdmin && !stays && held.others.is_empty() {
        return Err(Error::Refused {
            code: "last_staff_super_admin",
            detail: "The installation needs a super admin among its staff: make somebody else one first.",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    fn held(role: StaffRole, others: usize) -> Held {
        let clock = Clock::system();
        Held { role, others: (0..others).map(|_| clock.new_id()).collect() }
    }

    #[test]
    fn an_admin_stops_those_below_and_nobody_else() {
        let stop = |role| check(StaffRole::Admin, &held(role, 3), Change::Stopped);
        assert!(stop(StaffRole::Support).is_ok());
        assert!(stop(StaffRole::Admin).is_err());
        assert!(stop(StaffRole::SuperAdmin).is_err());
    }

    #[test]
    fn the_last_super_admin_who_can_sign_in_stays() {
        let last = held(StaffRole::SuperAdmin, 0);
        for change in [Change::Stopped, Change::To(StaffRole::Admin)] {
            assert!(check(StaffRole::SuperAdmin, &last, change).is_err(), "{change:?}");
            let one_of_two = held(StaffRole::SuperAdmin, 1);
            assert!(check(StaffRole::SuperAdmin, &one_of_two, change).is_ok(), "{change:?}");
        }
        assert!(check(StaffRole::SuperAdmin, &last, Change::To(StaffRole::SuperAdmin)).is_ok());
        assert!(check(StaffRole::SuperAdmin, &last, Change::LetIn).is_ok());
    }
}
