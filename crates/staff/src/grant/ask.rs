//! `POST /api/staff/v1/grants`: get access to a workspace, for a reason and a time. Its super admins
//! are told at once.

use std::time::Duration;

use axum::http::Method;
use lk_authz::StaffPermission;
use lk_base::id::{GrantId, Id, StaffId, WorkspaceId};
use lk_base::text::Text;
use lk_base::{Error, Personal, Result};
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Grant, letter};
use crate::authenticate::inside;
use crate::{Call, Staff, member};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "ask_for_grant",
    method: Method::POST,
    path: "/api/staff/v1/grants",
    summary: "Get access to a workspace for a reason and a time; its super admins are told at once, by mail and in its audit log.",
    access: Access::StaffFresh(StaffPermission::GrantAsk),
    rate: RateClass::Write,
    audited: Audited::InBoth { staff: Action::StaffGrantBegan, workspace: Action::GrantBegan },
    status: 201,
};

/// How long access may be, in minutes.
#[derive(Debug, Clone, Copy)]
pub struct Minutes(u16);

impl<'de> Deserialize<'de> for Minutes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u16::deserialize(from)? {
            minutes @ 15..=240 => Ok(Self(minutes)),
            _ => Err(serde::de::Error::custom("minutes must be 15 to 240")),
        }
    }
}

impl JsonSchema for Minutes {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Minutes".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 15, "maximum": 240 })
    }
}

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskForGrant")]
pub struct Input {
    /// To which workspace.
    workspace_id: WorkspaceId,
    /// What for; its super admins read this.
    reason: Text<10, 500>,
    /// For how long.
    minutes: Minutes,
}

const HAS_ONE: Error = Error::Refused {
    code: "grant_exists",
    detail: "You have access to this workspace already. End it first to ask for another time.",
};

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound` for a workspace that is none, `Refused` for one that the caller is in already.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<Grant>> {
    let Call { state: staff, scope, body: Input { workspace_id, reason, minutes }, .. } = call;
    let (id, ..) = scope.staff()?;
    let mut system = staff.db.system(SystemReason::Staff, &scope).await?;
    if !hold(system.tx(), id).await? {
        return Err(Error::Unauthenticated { code: "session_ended" });
    }
    if has_one(system.tx(), id, workspace_id).await? {
        return Err(HAS_ONE);
    }
    let who = member::read(system.tx(), id, None).await?.name;
    let (grant, now): (GrantId, _) = (system.tx().new_id(), system.tx().now());
    let there = inside(&scope, workspace_id, Some(grant))?;
    system.enter(there.clone()).await?;
    let owned = staff.workspaces.owned(system.tx()).await?.ok_or(Error::NotFound)?;
    system.enter(scope).await?;
    let grant = Grant {
        id: grant,
        staff_id: id,
        staff_name: who,
        workspace_id,
        workspace_name: Personal::new(owned.name),
        reason: Personal::new(reason.into_string()),
        began_at: now,
        ends_at: now.plus(Duration::from_secs(60 * u64::from(minutes.0))),
        ended_at: None,
        ended_by: None,
        live: true,
        yours: true,
    };
    insert(system.tx(), &grant).await?;
    tell(system.tx(), &staff, &grant, &owned.super_admins).await?;
    let (why, until) = (&grant.reason, grant.ends_at);
    let kept = json!({ "workspace_id": workspace_id, "reason": why, "ends_at": until });
    let told = json!({ "staff_name": grant.staff_name, "reason": why, "ends_at": until });
    let entry = Entry::new(Action::StaffGrantBegan, grant.id).with(kept);
    let recorded = system.record(entry, there).await?;
    recorded.commit_with(Entry::new(Action::GrantBegan, grant.id).with(told)).await?;
    Ok(Reply::created(grant))
}

/// Holds the caller until the transaction ends, unless they were stopped: who is stopped loses all
/// access, and none may come into being meanwhile.
async fn hold(tx: &mut WriteTx, member: StaffId) -> Result<bool> {
    let workspace = tx.workspace();
    let held = sqlx::query_scalar!(
        r#"select 1 as "there!"
             from staff
            where workspace_id = $1
              and staff_id = $2
              and disabled_at is null
              for update"#,
        workspace,
        member.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(held.is_some())
}

async fn has_one(tx: &mut WriteTx, member: StaffId, to: WorkspaceId) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from staff_grants
                           where workspace_id = $1
                             and staff_id = $2
                             and granted_workspace_id = $3
                             and ended_at is null
                             and ends_at > $4) as "has_one!""#,
        workspace,
        member.uuid(),
        to.uuid(),
        now.sql(),
    )
    .fetch_one(tx.conn())
    .await?)
}

async fn insert(tx: &mut WriteTx, grant: &Grant) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "insert into staff_grants
             (workspace_id, grant_id, staff_id, granted_workspace_id, workspace_name, reason,
              began_at, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        workspace,
        grant.id.uuid(),
        grant.staff_id.uuid(),
        grant.workspace_id.uuid(),
        grant.workspace_name.reveal(),
        grant.reason.reveal(),
        grant.began_at.sql(),
        grant.ends_at.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn tell(
    tx: &mut WriteTx,
    staff: &Staff,
    grant: &Grant,
    super_admins: &[lk_base::text::Email],
) -> Result<()> {
    let letter = letter::began(staff, grant);
    for email in super_admins {
        lk_mail::post(tx, Some(email), &letter).await?;
    }
    Ok(())
}
