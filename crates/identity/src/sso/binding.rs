//! Who somebody at the provider is here.

use std::sync::Arc;

use lk_authz::Role;
use lk_base::id::{Id, OperatorId, PersonId, WorkspaceId};
use lk_base::text::{Email, Name};
use lk_base::{Error, Result};
use lk_db::{Event, EventKind, SystemTx, WriteTx};
use serde_json::json;

use super::claims::About;
use super::{Connection, owns, still_is};
use crate::authenticate::membership;
use crate::directory;
use crate::nobody::{nobody, nobody_in};
use crate::operator;
use crate::person::{self, Person};

/// Somebody who was recognised.
pub(crate) struct Recognised {
    pub(crate) person: Person,
    /// What happened, for the entry.
    pub(crate) how: How,
}

/// How somebody was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    /// They were here before.
    Known,
    /// A member came this way for the first time.
    Bound,
    /// They joined.
    Joined,
}

/// Why somebody was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// They were a member and are no more.
    Removed,
    /// Nobody knows an address of theirs that counts.
    NoAddress,
    /// The address is of a domain that nobody showed to be the workspace's own.
    ForeignDomain,
    /// No member has the address, and nobody joins by signing in.
    NoMember,
    /// The member with the address came as somebody else before.
    BoundToAnother,
    /// The provider was changed while they were on their way.
    AnotherProvider,
}

impl Stranger {
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Removed => "no longer a member",
            Self::NoAddress => "no verified address",
            Self::ForeignDomain => "an address of a domain that is not verified",
            Self::NoMember => "not a member",
            Self::BoundToAnother => "the member is bound to another subject",
            Self::AnotherProvider => "the provider was changed meanwhile",
        }
    }
}

/// What is known about the address that somebody came with.
struct Found {
    email: Email,
    owned: bool,
    person: Option<Person>,
    operator: Option<OperatorId>,
    /// They were here, and somebody took them out.
    removed: bool,
}

/// The rule for somebody who was never seen: bind, join or refuse.
fn judge(found: Option<&Found>, joins: bool) -> Result<How, Stranger> {
    let found = found.ok_or(Stranger::NoAddress)?;
    if !found.owned {
        return Err(Stranger::ForeignDomain);
    }
    if found.removed {
        return Err(Stranger::Removed);
    }
    match (found.operator, joins) {
        (Some(_), _) => Ok(How::Bound),
        (None, true) => Ok(How::Joined),
        (None, false) => Err(Stranger::NoMember),
    }
}

/// The operator that a subject is bound to.
pub(crate) async fn bound(
    tx: &mut WriteTx,
    issuer: &str,
    subject: &str,
) -> Result<Option<OperatorId>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select operator_id as "operator: OperatorId"
             from sso_identities
            where workspace_id = $1
              and issuer = $2
              and subject = $3"#,
        workspace,
        issuer,
        subject,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Somebody who came back from a provider.
pub(crate) struct Arrived<'a> {
    pub(crate) at: WorkspaceId,
    pub(crate) connection: &'a Connection,
    pub(crate) subject: &'a str,
    pub(crate) about: &'a About,
    /// The hash of a password that nobody knows, for somebody new: hashing takes longer than a
    /// transaction should.
    pub(crate) unusable: Option<String>,
}

/// Recognises somebody, or binds or joins them. Begins and ends among the platform's rows.
pub(crate) async fn recognise(
    system: &mut SystemTx,
    arrived: &Arrived<'_>,
) -> Result<Result<Recognised, Stranger>> {
    let Arrived { at, connection, subject, about, .. } = *arrived;
    let origin = Arc::clone(system.tx().scope().origin());
    let (platform, inside) = (nobody(Arc::clone(&origin)), nobody_in(at, origin));
    system.enter(inside.clone()).await?;
    if !still_is(system.tx(), connection).await? {
        system.enter(platform).await?;
        return Ok(Err(Stranger::AnotherProvider));
    }
    if let Some(operator) = bound(system.tx(), &connection.issuer, subject).await? {
        let member = membership(system.tx(), operator).await?;
        system.enter(platform).await?;
        let Some(member) = member else { return Ok(Err(Stranger::Removed)) };
        let person = person::by_id(system.tx(), member.person).await?.ok_or(Error::NotFound)?;
        return Ok(Ok(Recognised { person, how: How::Known }));
    }
    let found = match about.verified_email() {
        Some(email) => Some(find(system, at, email).await?),
        None => None,
    };
    let how = match judge(found.as_ref(), connection.joins) {
        Ok(how) => how,
        Err(stranger) => {
            system.enter(platform).await?;
            return Ok(Err(stranger));
        }
    };
    let Some(found) = found else { return Ok(Err(Stranger::NoAddress)) };
    let (person, operator) = match (found.person, found.operator) {
        (Some(person), Some(operator)) => (person, operator),
        (known, _) => join(system, arrived, known, &found.email).await?,
    };
    system.enter(inside).await?;
    let fresh = bind(system.tx(), &connection.issuer, subject, operator).await?;
    system.enter(platform).await?;
    if !fresh {
        return Ok(Err(Stranger::BoundToAnother));
    }
    Ok(Ok(Recognised { person, how }))
}

/// Looks an address up; begins in the workspace and ends there.
async fn find(system: &mut SystemTx, at: WorkspaceId, email: Email) -> Result<Found> {
    let origin = Arc::clone(system.tx().scope().origin());
    let domain = email.key().rsplit_once('@').map(|(_, domain)| domain.to_owned());
    let owned = owns(system.tx(), domain.as_deref().unwrap_or_default()).await?;
    system.enter(nobody(Arc::clone(&origin))).await?;
    let person = person::by_email(system.tx(), &email).await?.map(|login| login.person);
    system.enter(nobody_in(at, origin)).await?;
    let operator = match &person {
        Some(person) => operator_of(system.tx(), person.id).await?,
        None => None,
    };
    let removed = operator.is_some_and(|(_, removed)| removed);
    let operator = operator.filter(|_| !removed).map(|(id, _)| id);
    Ok(Found { email, owned, person, operator, removed })
}

/// Who a person is in the workspace, and whether they were taken out.
async fn operator_of(tx: &mut WriteTx, person: PersonId) -> Result<Option<(OperatorId, bool)>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select operator_id as "id: OperatorId", removed_at is not null as "removed!"
             from operators
            where workspace_id = $1
              and person_id = $2"#,
        workspace,
        person.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id, row.removed)))
}

/// Makes somebody a member, and a person where they are none: with a password that nobody knows.
async fn join(
    system: &mut SystemTx,
    arrived: &Arrived<'_>,
    known: Option<Person>,
    email: &Email,
) -> Result<(Person, OperatorId)> {
    let at = arrived.at;
    let origin = Arc::clone(system.tx().scope().origin());
    let tx = system.tx();
    let workspace = tx.workspace();
    let name =
        sqlx::query_scalar!("select name from workspaces where workspace_id = $1", workspace)
            .fetch_one(tx.conn())
            .await?;
    system.enter(nobody(Arc::clone(&origin))).await?;
    let person = match known {
        Some(person) => person,
        None => {
            let called = arrived.about.called(email);
            let called = Name::parse(called.reveal()).map_err(Error::internal)?;
            let hash = arrived.unusable.as_deref().ok_or(Error::Busy)?;
            person::insert(system.tx(), &called, email, hash).await?
        }
    };
    system.enter(nobody_in(at, Arc::clone(&origin))).await?;
    let id: OperatorId = system.tx().new_id();
    let joined = operator::insert(system.tx(), id, &person, Role::User).await?;
    let data = json!({ "operator": joined });
    system.tx().emit(Event::new(EventKind::OperatorJoined, joined.id, data));
    system.enter(nobody(origin)).await?;
    directory::insert(system.tx(), person.id, at, &name, joined.id).await?;
    Ok((person, joined.id))
}

/// Whether the two now belong together; not when the operator has another subject already.
async fn bind(tx: &mut WriteTx, issuer: &str, subject: &str, operator: OperatorId) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let bound = sqlx::query!(
        "insert into sso_identities (workspace_id, issuer, subject, operator_id, bound_at)
         values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        workspace,
        issuer,
        subject,
        operator.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(bound.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    #[test]
    fn an_address_binds_only_in_a_domain_of_the_workspace() {
        let operator = Some(Clock::system().new_id());
        let found = |owned, operator| {
            let email = Email::parse("ada@plum.test").unwrap();
            Some(Found { email, owned, person: None, operator, removed: false })
        };
        for joins in [false, true] {
            assert_eq!(judge(None, joins), Err(Stranger::NoAddress));
            for operator in [None, operator] {
                let foreign = judge(found(false, operator).as_ref(), joins);
                assert_eq!(foreign, Err(Stranger::ForeignDomain));
            }
            assert_eq!(judge(found(true, operator).as_ref(), joins), Ok(How::Bound));
        }
        assert_eq!(judge(found(true, None).as_ref(), true), Ok(How::Joined));
        assert_eq!(judge(found(true, None).as_ref(), false), Err(Stranger::NoMember));
        // Whoever was taken out does not come back by signing in.
        let removed = Found { removed: true, ..found(true, None).unwrap() };
        assert_eq!(judge(Some(&removed), true), Err(Stranger::Removed));
    }
}
