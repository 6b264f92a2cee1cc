//! `GET /api/v1/workspace/access-policy`: how long sessions are good here, and which seats are marked.

use std::time::Duration;

use axum::http::Method;
use lk_authz::{Permission, Role};
use lk_base::Result;
use lk_base::id::OperatorId;
use lk_db::{SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::nobody::nobody;
use crate::session::here::{self, Here};
use crate::session::limits::{Bounds, Tighter, limits};
use crate::{Call, Identity, Lifetimes};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "read_access_policy",
    method: Method::GET,
    path: "/api/v1/workspace/access-policy",
    summary: "How long sessions are good in this workspace, and how many would end at once under other limits.",
    access: Access::Operator(Permission::WorkspaceSecurity),
    rate: RateClass::Read,
    audited: Audited::Reads,
    status: 200,
};

/// Limits that somebody thinks about.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// After how many minutes without use a session would end; as the installation has it, when not
    /// said.
    idle_minutes: Option<i32>,
    /// After how many minutes it would end in any case.
    absolute_minutes: Option<i32>,
}

/// What a workspace has set.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct AccessPolicy {
    /// After how many minutes without use a session ends; null = as the installation has it.
    pub(crate) idle_minutes: Option<i32>,
    /// After how many minutes a session ends in any case; null = as the installation has it.
    pub(crate) absolute_minutes: Option<i32>,
    /// After how many days without being seen a seat is marked.
    pub(crate) dormant_after_days: i32,
    /// What the installation has: a workspace can be tighter and nothing else.
    pub(crate) installation: Installation,
    /// How many sessions are in this workspace now.
    pub(crate) sessions: usize,
    /// How many of them would end under the limits that were asked about, or ended under new ones.
    pub(crate) ending: usize,
}

/// The installation's limits, in minutes.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "InstallationSessionLimits")]
pub struct Installation {
    idle_minutes: u64,
    absolute_minutes: u64,
    admin_idle_minutes: u64,
    admin_absolute_minutes: u64,
}

impl Installation {
    pub(crate) const fn of(lifetimes: &Lifetimes) -> Self {
        const fn minutes(time: Duration) -> u64 {
            time.as_secs() / 60
        }
        Self {
            idle_minutes: minutes(lifetimes.idle),
            absolute_minutes: minutes(lifetimes.absolute),
            admin_idle_minutes: minutes(lifetimes.admin_idle),
            admin_absolute_minutes: minutes(lifetimes.admin_absolute),
        }
    }
}

/// The columns.
pub(crate) struct Stored {
    pub(crate) session_idle_minutes: Option<i32>,
    pub(crate) session_absolute_minutes: Option<i32>,
    pub(crate) dormant_after_days: i32,
}

impl Stored {
    pub(crate) fn shown(
        &self,
        identity: &Identity,
        sessions: usize,
        ending: usize,
    ) -> AccessPolicy {
        AccessPolicy {
            idle_minutes: self.session_idle_minutes,
            absolute_minutes: self.session_absolute_minutes,
            dormant_after_days: self.dormant_after_days,
            installation: Installation::of(&identity.lifetimes),
            sessions,
            ending,
        }
    }
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Proposed>) -> Result<Reply<AccessPolicy>> {
    let Call { state: identity, scope, query, .. } = call;
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    let stored = read(system.tx()).await?;
    let members = members(system.tx()).await?;
    let now = system.tx().now();
    system.enter(nobody(scope.origin().clone())).await?;
    let live = here::list(system.tx(), scope.workspace(), None).await?;
    let set = Tighter::stored(stored.session_idle_minutes, stored.session_absolute_minutes);
    let keeps = |tighter: Tighter| {
        let keep = |here: &&Here| bounds(&identity, tighter, &members, here).keep(here.age(), now);
        live.iter().filter(keep).count()
    };
    let sessions = keeps(set);
    let ending =
        sessions.saturating_sub(keeps(Tighter::stored(query.idle_minutes, query.absolute_minutes)));
    Ok(Reply::ok(stored.shown(&identity, sessions, ending)))
}

/// What the workspace of the transaction has set.
pub(crate) async fn read(tx: &mut WriteTx) -> Result<Stored> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Stored,
        "select session_idle_minutes, session_absolute_minutes, dormant_after_days
           from workspaces
          where workspace_id = $1",
        workspace,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Who is here, as what.
pub(crate) async fn members(tx: &mut WriteTx) -> Result<Vec<(OperatorId, Role)>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select operator_id as "id: OperatorId", role as "role: Role"
             from operators
            where workspace_id = $1
              and removed_at is null"#,
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.role)).collect())
}

/// Which sessions are good for the one whose session this is. Whoever is no member has none anyway.
pub(crate) fn bounds(
    identity: &Identity,
    tighter: Tighter,
    members: &[(OperatorId, Role)],
    here: &Here,
) -> Bounds {
    let member = members.iter().find(|(id, _)| *id == here.operator);
    let role = member.map_or(Role::SuperAdmin, |(_, role)| *role);
    Bounds { limits: limits(&identity.lifetimes, tighter, role), ended_at: None }
}
