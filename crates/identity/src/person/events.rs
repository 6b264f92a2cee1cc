//! `GET /api/v1/me/events`: what happened to one's own login lately.

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::{EntryId, Id, OperatorId, PersonId};
use lk_base::{Error, MaskedAddress, Page, Result, Timestamp, device};
use lk_db::entry::Sealed;
use lk_db::{Action, Actor, SystemReason, WriteTx};
use lk_web::{Access, Audited, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use crate::directory;
use crate::nobody::{nobody, nobody_in};
use crate::{Call, Identity};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "list_own_security_events",
    method: Method::GET,
    path: "/api/v1/me/events",
    summary: "The newest fifty sign-ins, attempts and changes of one's own login.",
    access: Access::Operator(Permission::OwnSession),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// What a person is shown. A session that goes on by itself is none of it.
const SHOWN: [Action; 21] = [
    Action::SignedIn,
    Action::SignInFailed,
    Action::SecondFactorAsked,
    Action::SecondFactorFailed,
    Action::SteppedUp,
    Action::StepUpFailed,
    Action::TotpEnrolled,
    Action::TotpRemoved,
    Action::RecoveryCodesRenewed,
    Action::FactorHelpAsked,
    Action::FactorHelpCancelled,
    Action::FactorsRemoved,
    Action::SignInLinkMade,
    Action::ResetAsked,
    Action::PasswordReset,
    Action::PasswordChanged,
    Action::EmailChangeAsked,
    Action::EmailChanged,
    Action::EmailRestored,
    Action::RefreshReused,
    Action::SessionRevoked,
];
/// How many are shown.
const MOST: usize = 50;

/// Something that happened to one's login.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SecurityEvent {
    /// When.
    at: Timestamp,
    /// What, as in the list of audit actions.
    action: String,
    /// The family of browser and system it was done with.
    device: String,
    /// From where, masked; `null` for what the machine's administrator did.
    masked_ip: Option<MaskedAddress>,
    /// The workspace it happened in; `null` before a session had one.
    workspace: Option<String>,
}

struct Row {
    entry: EntryId,
    at: Timestamp,
    action: String,
    payload: Vec<u8>,
}

/// Opens the rows' payloads: the device and the masked address are in them.
async fn shown(
    tx: &mut WriteTx,
    rows: Vec<Row>,
    workspace: Option<&str>,
) -> Result<Vec<SecurityEvent>> {
    let sealed: Vec<_> = rows
        .iter()
        .map(|row| Sealed { entry: row.entry, at: row.at, payload: &row.payload })
        .collect();
    let contents = tx.open_payloads(&sealed).await?;
    let events = rows.into_iter().zip(&contents).map(|(row, contents)| {
        let payload = contents.payload();
        SecurityEvent {
            at: row.at,
            action: row.action,
            device: device::label(payload.and_then(|payload| payload.user_agent.as_deref())),
            masked_ip: payload
                .and_then(|payload| payload.address.as_ref())
                .map(|address| address.masked.clone()),
            workspace: workspace.map(str::to_owned),
        }
    });
    Ok(events.collect())
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call) -> Result<Reply<Page<SecurityEvent>>> {
    let Call { state: identity, scope, .. } = call;
    let Actor::Operator { person, .. } = scope.actor() else {
        return Err(Error::Forbidden { code: "operators_only" });
    };
    let mut events = newest(&identity, person, &scope).await?;
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events.truncate(MOST);
    Ok(Reply::ok(Page::whole(events)))
}

/// The newest of the platform and of each workspace the person belongs to.
async fn newest(
    identity: &Identity,
    person: PersonId,
    scope: &lk_db::Scope,
) -> Result<Vec<SecurityEvent>> {
    let origin = scope.origin();
    let mut system = identity.db.system(SystemReason::SignIn, &nobody(origin.clone())).await?;
    let places = directory::of(system.tx(), person).await?;
    let rows = about(system.tx(), person).await?;
    let mut events = shown(system.tx(), rows, None).await?;
    for place in places {
        system.enter(nobody_in(place.workspace.id, origin.clone())).await?;
        let rows = by(system.tx(), place.operator).await?;
        events.extend(shown(system.tx(), rows, Some(&place.workspace.name)).await?);
    }
    Ok(events)
}

fn names() -> Vec<String> {
    SHOWN.iter().map(|action| action.name().to_owned()).collect()
}

/// What was entered about a person among the platform's rows.
async fn about(tx: &mut WriteTx, person: PersonId) -> Result<Vec<Row>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Row,
        r#"select entry_id as "entry!: EntryId",
                  at       as "at!: Timestamp",
                  action   as "action!",
                  payload  as "payload!"
             from audit_written
            where workspace_id = $1
              and target_kind = 'person'
              and target_id = $2
              and action = any ($3)
            order by entry_id desc
            limit 50"#,
        workspace,
        person.uuid(),
        &names(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// What an operator did about their own login, in the workspace they were in.
async fn by(tx: &mut WriteTx, operator: OperatorId) -> Result<Vec<Row>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Row,
        r#"select entry_id as "entry!: EntryId",
                  at       as "at!: Timestamp",
                  action   as "action!",
                  payload  as "payload!"
             from audit_written
            where workspace_id = $1
              and target_kind in ('session', 'person')
              and actor_id = $2
              and action = any ($3)
            order by entry_id desc
            limit 50"#,
        workspace,
        operator.uuid(),
        &names(),
    )
    .fetch_all(tx.conn())
    .await?)
}
