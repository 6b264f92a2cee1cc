//! `PATCH /api/v1/workspace/access-policy`: make sessions shorter here than the installation does.

use std::time::Duration;

use axum::http::Method;
use lk_authz::Permission;
use lk_base::id::Id;
use lk_base::{Error, Result};
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::access_policy::{AccessPolicy, Stored, bounds, members, read};
use super::lock;
use crate::nobody::nobody;
use crate::session::limits::{Tighter, minutes};
use crate::session::{end, here};
use crate::{Call, Lifetimes};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "change_access_policy",
    method: Method::PATCH,
    path: "/api/v1/workspace/access-policy",
    summary: "Set tighter limits of sessions than the installation's; those that are over under them end within a second.",
    access: Access::Fresh(Permission::WorkspaceSecurity),
    rate: RateClass::Write,
    audited: Audited::As(Action::AccessPolicyChanged),
    status: 200,
};

/// The request body. What is not said stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeAccessPolicy")]
pub struct Input {
    /// After how many minutes without use a session ends, 15 at least; 0 = as the installation has it.
    idle_minutes: Option<i32>,
    /// After how many minutes a session ends in any case, 15 at least; 0 = as the installation has it.
    absolute_minutes: Option<i32>,
    /// After how many days without being seen a seat is marked: 7 to 730.
    dormant_after_days: Option<i32>,
}

/// A session that is in use tells of itself that often at least.
const LEAST: Duration = Duration::from_secs(15 * 60);

const OUT_OF_RANGE: Error = Error::Refused {
    code: "session_limits_out_of_range",
    detail: "Sessions can only be made shorter than the installation has it, to 15 minutes at least, and must not rest longer than they live.",
};

const DAYS_OUT_OF_RANGE: Error = Error::Refused {
    code: "dormant_days_out_of_range",
    detail: "A seat can be marked after 7 to 730 days.",
};

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<AccessPolicy>> {
    let Call { state: identity, scope, body, .. } = call;
    let place = scope.workspace();
    let mut system = identity.db.system(SystemReason::Membership, &scope).await?;
    lock(system.tx()).await?;
    let before = read(system.tx()).await?;
    let after = changed(&before, &body);
    check(&identity.lifetimes, &after)?;
    keep(system.tx(), &after).await?;
    let members = members(system.tx()).await?;
    let now = system.tx().now();
    system.enter(nobody(scope.origin().clone())).await?;
    let tighter = Tighter::stored(after.session_idle_minutes, after.session_absolute_minutes);
    let mut live = here::list(system.tx(), place, None).await?;
    live.sort_unstable_by_key(|here| here.id.uuid());
    let (mut sessions, mut ending) = (0, 0);
    for here in live {
        if bounds(&identity, tighter, &members, &here).keep(here.age(), now) {
            sessions += 1;
        } else {
            ending += usize::from(end(system.tx(), here.id, "limits_changed").await?);
        }
    }
    system.enter(scope).await?;
    let told = |stored: &Stored| {
        json!({
            "idle_minutes": stored.session_idle_minutes,
            "absolute_minutes": stored.session_absolute_minutes,
            "dormant_after_days": stored.dormant_after_days,
        })
    };
    let mut new = told(&after);
    if let Some(new) = new.as_object_mut() {
        new.insert("sessions_ended".to_owned(), json!(ending));
    }
    system
        .commit(Entry::new(Action::AccessPolicyChanged, place).changed(told(&before), new))
        .await?;
    identity.known.forget_all();
    Ok(Reply::ok(after.shown(&identity, sessions, ending)))
}

/// What was said, over what was.
fn changed(before: &Stored, said: &Input) -> Stored {
    let minutes = |said: Option<i32>, before| match said {
        Some(0) => None,
        Some(minutes) => Some(minutes),
        None => before,
    };
    Stored {
        session_idle_minutes: minutes(said.idle_minutes, before.session_idle_minutes),
        session_absolute_minutes: minutes(said.absolute_minutes, before.session_absolute_minutes),
        dormant_after_days: said.dormant_after_days.unwrap_or(before.dormant_after_days),
    }
}

/// The rule: tighter than the installation, and not so tight that sessions in use end.
fn check(lifetimes: &Lifetimes, new: &Stored) -> Result<()> {
    let within = |said: Option<i32>, most: Duration| match said {
        None => true,
        said => minutes(said).is_some_and(|time| time >= LEAST && time <= most),
    };
    let idle = minutes(new.session_idle_minutes);
    let absolute = minutes(new.session_absolute_minutes);
    if !within(new.session_idle_minutes, lifetimes.idle)
        || !within(new.session_absolute_minutes, lifetimes.absolute)
        || idle.zip(absolute).is_some_and(|(idle, absolute)| idle > absolute)
    {
        return Err(OUT_OF_RANGE);
    }
    if !(7..=730).contains(&new.dormant_after_days) {
        return Err(DAYS_OUT_OF_RANGE);
    }
    Ok(())
}

async fn keep(tx: &mut WriteTx, new: &Stored) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update workspaces
            set session_idle_minutes = $2, session_absolute_minutes = $3, dormant_after_days = $4
          where workspace_id = $1",
        workspace,
        new.session_idle_minutes,
        new.session_absolute_minutes,
        new.dormant_after_days,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_tighter_than_the_installation_and_not_too_tight() {
        let hour = Duration::from_secs(3600);
        let lifetimes = Lifetimes {
            access_token: hour / 6,
            idle: hour,
            absolute: hour * 24,
            admin_idle: hour,
            admin_absolute: hour * 24,
        };
        let is_good = |idle, absolute, days| {
            let new = Stored {
                session_idle_minutes: idle,
                session_absolute_minutes: absolute,
                dormant_after_days: days,
            };
            check(&lifetimes, &new).is_ok()
        };
        assert!(is_good(None, None, 90) && is_good(Some(15), Some(15), 7));
        assert!(is_good(Some(60), Some(24 * 60), 730));
        assert!(!is_good(Some(61), None, 90) && !is_good(None, Some(24 * 60 + 1), 90));
        assert!(!is_good(Some(14), None, 90) && !is_good(Some(-1), None, 90));
        assert!(!is_good(Some(60), Some(30), 90), "longer at rest than alive");
        assert!(!is_good(None, None, 6) && !is_good(None, None, 731));
    }
}
