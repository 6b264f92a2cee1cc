//! Of whom a second factor is required, and what they reach without one.
//!
//! **Invariant:** this is the only place that decides it; requests, sockets and answers ask here.

use lk_authz::{Reach, Role};
use lk_base::Result;
use lk_base::id::{Id, PersonId, SessionId, WorkspaceId};
use lk_db::{Event, EventKind, WriteTx};
use serde_json::json;

/// Whether admins and super admins need a second factor in this installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfAdmins {
    /// Their roles lie idle without one.
    Required,
    /// They may do without: an installation that only its own machine reaches.
    Optional,
}

/// What a workspace requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfMembers {
    /// A second factor of everybody.
    Required,
    /// Nothing beyond what roles need.
    Optional,
}

/// Whether a person has a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enrolled {
    /// At least one that counts.
    Yes,
    /// None.
    No,
    /// None, because a colleague helped to remove what was lost: they enrol one before all else.
    Owed,
}

impl OfMembers {
    pub(crate) const fn of(required: bool) -> Self {
        if required { Self::Required } else { Self::Optional }
    }
}

/// The rule.
pub(crate) fn reach(admins: OfAdmins, members: OfMembers, role: Role, has: Enrolled) -> Reach {
    let by_role = admins == OfAdmins::Required && role.needs_factor();
    let needs_one = match has {
        Enrolled::Yes => false,
        Enrolled::No => by_role || members == OfMembers::Required,
        Enrolled::Owed => true,
    };
    if needs_one { Reach::Enrolment } else { Reach::Whole }
}

/// Announces for every live session of a person that what it reaches has changed.
pub(crate) async fn announce(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let sessions = sqlx::query_scalar!(
        r#"select session_id as "id: SessionId"
             from sessions
            where workspace_id = $1
              and person_id = $2
              and revoked_at is null
              and expires_at > $3
            order by session_id"#,
        workspace,
        person.uuid(),
        now.sql(),
    )
    .fetch_all(tx.conn())
    .await?;
    emit(tx, sessions);
    Ok(())
}

/// The same for the sessions of these people that are in one workspace.
pub(crate) async fn announce_in(
    tx: &mut WriteTx,
    place: WorkspaceId,
    persons: &[PersonId],
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let persons: Vec<uuid::Uuid> = persons.iter().map(|person| person.uuid()).collect();
    let sessions = sqlx::query_scalar!(
        r#"select session_id as "id: SessionId"
             from sessions
            where workspace_id = $1
              and context_workspace_id = $2
              and person_id = any ($3)
              and revoked_at is null
              and expires_at > $4
            order by session_id"#,
        workspace,
        place.uuid(),
        &persons,
        now.sql(),
    )
    .fetch_all(tx.conn())
    .await?;
    emit(tx, sessions);
    Ok(())
}

fn emit(tx: &mut WriteTx, sessions: Vec<SessionId>) {
    for session in sessions {
        let data = json!({ "session_id": session });
        tx.emit(Event::new(EventKind::ReachChanged, session, data));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admins_need_a_factor_everywhere_and_others_where_their_workspace_says_so() {
        use Role::{Admin, SuperAdmin, User};
        for (admins, members, role, expected) in [
            (OfAdmins::Required, OfMembers::Optional, User, Reach::Whole),
            (OfAdmins::Required, OfMembers::Optional, Admin, Reach::Enrolment),
            (OfAdmins::Required, OfMembers::Optional, SuperAdmin, Reach::Enrolment),
            (OfAdmins::Required, OfMembers::Required, User, Reach::Enrolment),
            (OfAdmins::Optional, OfMembers::Optional, SuperAdmin, Reach::Whole),
            (OfAdmins::Optional, OfMembers::Required, SuperAdmin, Reach::Enrolment),
            (OfAdmins::Optional, OfMembers::Required, User, Reach::Enrolment),
        ] {
            assert_eq!(reach(admins, members, role, Enrolled::No), expected, "{role:?}");
            assert_eq!(reach(admins, members, role, Enrolled::Yes), Reach::Whole, "{role:?}");
            assert_eq!(reach(admins, members, role, Enrolled::Owed), Reach::Enrolment, "{role:?}");
        }
    }
}
