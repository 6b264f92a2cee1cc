//! `POST /api/v1/conversations/{id}/snooze`: put a conversation off until an instant.

use std::time::Duration;

use http::Method;
use lk_authz::Permission;
use lk_base::id::ConversationId;
use lk_base::{Error, Result, Timestamp};
use lk_db::{Action, Entry, Scope};
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::turn::turn;
use super::{Conversation, Held, Status, lock, shape};
use crate::inbox::Inbox;

/// The longest time, a year with its leap day.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "snooze_conversation",
    method: Method::POST,
    path: "/api/v1/conversations/{id}/snooze",
    summary: "Puts a conversation off; it opens by itself at that time, or when the visitor writes.",
    access: Access::Operator(Permission::ConversationManage),
    rate: RateClass::Write,
    audited: Audited::As(Action::ConversationSnoozed),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SnoozeConversation")]
pub struct Input {
    /// When it shall open again: in the future, at most a year ahead.
    pub until: Timestamp,
}

/// HTTP in, HTTP out.
///
/// # Errors
/// See [`snooze`].
pub async fn handler(
    call: Call<Inbox, One<ConversationId>, Nothing, Input>,
) -> Result<Reply<Conversation>> {
    Ok(Reply::ok(snooze(&call.state, &call.scope, call.path.0, call.body.until).await?))
}

/// The operation itself.
///
/// # Errors
/// `NotFound`, or `Refused` by [`check`]'s rule.
pub async fn snooze(
    inbox: &Inbox,
    scope: &Scope,
    id: ConversationId,
    until: Timestamp,
) -> Result<Conversation> {
    let reader = scope.reader()?;
    let mut tx = inbox.db.write(scope).await?;
    let before = lock(&mut tx, id).await?;
    check(until, tx.now())?;
    if changes(&before, until) {
        turn(&mut tx, id, before.status, Status::Snoozed, Some(until)).await?;
    }
    let after = shape::one(&mut tx, &*inbox.live, id, reader).await?;
    let entry = Entry::new(Action::ConversationSnoozed, id).changed(
        json!({ "status": before.status, "snoozed_until": before.snoozed_until }),
        json!({ "status": after.status, "snoozed_until": after.snoozed_until }),
    );
    tx.commit(entry).await?;
    Ok(after)
}

/// The rule: in the future, and not out of sight.
fn check(until: Timestamp, now: Timestamp) -> Result<()> {
    if until <= now {
        return Err(Error::Refused {
            code: "snooze_not_in_future",
            detail: "Choose a time in the future.",
        });
    }
    if until.since(now) > LONGEST {
        return Err(Error::Refused {
            code: "snooze_too_long",
            detail: "A conversation can be put off for a year at most.",
        });
    }
    Ok(())
}

/// The rule: the same once more changes nothing.
fn changes(before: &Held, until: Timestamp) -> bool {
    before.status != Status::Snoozed || before.snoozed_until != Some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<()>) -> &'static str {
        match result {
            Err(Error::Refused { code, .. }) => code,
            _ => "accepted",
        }
    }

    #[test]
    fn a_conversation_is_put_off_into_the_future_for_a_year_at_most() {
        let now = Timestamp::from_unix_micros(1_795_338_000_000_000);
        assert_eq!(code(check(now, now)), "snooze_not_in_future");
        assert_eq!(code(check(now.minus(Duration::from_secs(1)), now)), "snooze_not_in_future");
        assert_eq!(code(check(now.plus(Duration::from_secs(1)), now)), "accepted");
        assert_eq!(code(check(now.plus(LONGEST), now)), "accepted");
        assert_eq!(code(check(now.plus(LONGEST + Duration::from_secs(1)), now)), "snooze_too_long");
    }
}
