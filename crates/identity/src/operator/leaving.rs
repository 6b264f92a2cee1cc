//! What somebody leaves behind who goes: sessions, keys they know, invitations, open work.

use lk_base::id::{ApiKeyId, Id, OperatorId, SessionId};
use lk_base::{Error, Result, Timestamp};
use lk_db::{Event, EventKind, Scope, SystemTx, WriteTx};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{Held, lock_with};
use crate::Identity;
use crate::invitation::withdraw_above;
use crate::nobody::nobody;
use crate::session::here;

/// What somebody leaves behind, and what becomes of it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WhatTheyLeave")]
pub struct Leaving {
    /// How many of their sessions are in this workspace: they end.
    pub(crate) sessions: usize,
    /// API keys whose secret only they were shown: they are revoked.
    pub(crate) api_keys_revoked: Vec<KnownKey>,
    /// API keys whose secret somebody else was shown, too: they work on, and should be rotated.
    pub(crate) api_keys_to_rotate: Vec<KnownKey>,
    /// How many of their invitations nobody accepted yet: they are withdrawn.
    pub(crate) invitations: usize,
    /// How many conversations of theirs are not resolved: they go to whom the caller says.
    pub(crate) conversations: usize,
}

/// An API key that somebody knows.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KnownKey {
    /// Its id.
    pub(crate) id: ApiKeyId,
    /// What it is for.
    pub(crate) name: String,
}

/// A row of a key, as far as it says who knows it.
struct Secrets {
    id: ApiKeyId,
    name: String,
    seen_by: OperatorId,
    old_seen_by: Option<OperatorId>,
    old_ends_at: Option<Timestamp>,
}

/// Who knows a key that works.
#[derive(Debug, PartialEq, Eq)]
enum Knows {
    /// They and nobody else.
    Alone,
    /// They, and somebody else knows another secret of it.
    Too,
    /// Not they.
    Not,
}

/// The rule: a secret counts while it works.
fn knows(who: OperatorId, secrets: &Secrets, now: Timestamp) -> Knows {
    let old = secrets.old_seen_by.filter(|_| secrets.old_ends_at.is_some_and(|ends| ends > now));
    match (secrets.seen_by == who, old) {
        (true, None) => Knows::Alone,
        (true, Some(old)) if old == who => Knows::Alone,
        (true, Some(_)) => Knows::Too,
        (false, Some(old)) if old == who => Knows::Too,
        (false, _) => Knows::Not,
    }
}

/// The keys that an operator knows alone, and those that somebody else knows, too. Held until the
/// transaction ends.
pub(crate) async fn keys(
    tx: &mut WriteTx,
    operator: OperatorId,
) -> Result<(Vec<KnownKey>, Vec<KnownKey>)> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let rows = sqlx::query_as!(
        Secrets,
        r#"select api_key_id     as "id: ApiKeyId",
                  name,
                  secret_seen_by as "seen_by: OperatorId",
                  old_seen_by    as "old_seen_by: OperatorId",
                  old_ends_at    as "old_ends_at: Timestamp"
             from api_keys
            where workspace_id = $1
              and (secret_seen_by = $2 or old_seen_by = $2)
              and revoked_at is null
              and expires_at > $3
            order by api_key_id
              for update"#,
        workspace,
        operator.uuid(),
        now.sql(),
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut alone, mut too) = (Vec::new(), Vec::new());
    for row in rows {
        let knows = knows(operator, &row, now);
        let key = KnownKey { id: row.id, name: row.name };
        match knows {
            Knows::Alone => alone.push(key),
            Knows::Too => too.push(key),
            Knows::Not => {}
        }
    }
    Ok((alone, too))
}

/// Who is taken out, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    /// Who.
    pub(crate) id: OperatorId,
    /// Who gets their open conversations; nobody: the queue.
    pub(crate) work_to: Option<OperatorId>,
    /// The session that is spared, because it goes on elsewhere.
    pub(crate) but: Option<SessionId>,
}

const NOT_HERE: Error = Error::Refused {
    code: "assignee_not_a_member",
    detail: "Only an operator of this workspace who stays can take the conversations over.",
};

/// Takes an operator out of the workspace of `scope`, if `check` has nothing against it, with all
/// that follows from it. Begins among the platform's rows and ends in the workspace; what is left
/// to do is the directory.
///
/// Sessions first, then work, then operators: a session that goes on and somebody who assigns take
/// them in this order, too.
pub(crate) async fn take_out(
    system: &mut SystemTx,
    identity: &Identity,
    scope: &Scope,
    Taken { id, work_to, but }: Taken,
    check: impl FnOnce(&Held) -> Result<()>,
) -> Result<(Held, Leaving)> {
    let ended = here::end_of(system.tx(), scope.workspace(), (id, but), "removed").await?;
    system.enter(scope.clone()).await?;
    depart(system.tx(), identity, (id, work_to), ended.len(), check).await
}

/// The part of it that is in the workspace, after so many sessions have ended.
pub(crate) async fn depart(
    tx: &mut WriteTx,
    identity: &Identity,
    (id, work_to): (OperatorId, Option<OperatorId>),
    sessions: usize,
    check: impl FnOnce(&Held) -> Result<()>,
) -> Result<(Held, Leaving)> {
    if let Some(to) = work_to
        && (to == id || !is_known(tx, to).await?)
    {
        return Err(NOT_HERE);
    }
    let mut conversations = identity.workload.hand_over(tx, id, work_to).await?;
    let held = lock_with(tx, id, work_to).await?;
    check(&held)?;
    if work_to.is_some() && held.other.is_none() {
        return Err(NOT_HERE);
    }
    // What was assigned to them between the two steps; from here on nothing is.
    conversations += identity.workload.hand_over(tx, id, work_to).await?;
    let (api_keys_revoked, api_keys_to_rotate) = keys(tx, id).await?;
    for key in &api_keys_revoked {
        crate::api_key::end(tx, key.id, "revoked").await?;
        tx.emit(Event::new(EventKind::ApiKeyRevoked, key.id, json!({ "api_key_id": key.id })));
    }
    let invitations = withdraw_above(tx, id, None).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update operators set removed_at = $3 where workspace_id = $1 and operator_id = $2",
        workspace,
        id.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    tx.emit(Event::new(EventKind::OperatorRemoved, id, json!({ "operator_id": id })));
    let leaving =
        Leaving { sessions, api_keys_revoked, api_keys_to_rotate, invitations, conversations };
    Ok((held, leaving))
}

/// Whether the workspace has ever known an operator. Whether they are here is asked once they are
/// held; rows of operators are never deleted.
async fn is_known(tx: &mut WriteTx, id: OperatorId) -> Result<bool> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from operators
                           where workspace_id = $1 and operator_id = $2) as "known!""#,
        workspace,
        id.uuid(),
    )
    .fetch_one(tx.conn())
    .await?)
}

impl Leaving {
    /// What the audit log keeps of it.
    pub(crate) fn entered(&self, work_to: Option<OperatorId>) -> serde_json::Value {
        let ids = |keys: &[KnownKey]| keys.iter().map(|key| key.id).collect::<Vec<_>>();
        json!({
            "sessions": self.sessions,
            "api_keys_revoked": ids(&self.api_keys_revoked),
            "api_keys_to_rotate": ids(&self.api_keys_to_rotate),
            "invitations": self.invitations,
            "conversations": self.conversations,
            "conversations_to": work_to,
        })
    }

    /// Forgets what was known of the keys that ended.
    pub(crate) fn forget(&self, identity: &Identity) {
        for key in &self.api_keys_revoked {
            identity.known.forget_key(key.id);
        }
    }
}

/// What an operator who is here would leave behind. Begins in the workspace and ends among the
/// platform's rows.
pub(crate) async fn look(
    system: &mut SystemTx,
    identity: &Identity,
    scope: &Scope,
    id: OperatorId,
) -> Result<Leaving> {
    let tx = system.tx();
    let (api_keys_revoked, api_keys_to_rotate) = keys(tx, id).await?;
    let invitations = crate::invitation::pending_of(tx, id).await?;
    let conversations = identity.workload.open_of(tx, id).await?;
    system.enter(nobody(scope.origin().clone())).await?;
    let sessions = here::list(system.tx(), scope.workspace(), Some(id)).await?.len();
    Ok(Leaving { sessions, api_keys_revoked, api_keys_to_rotate, invitations, conversations })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    #[test]
    fn a_key_is_known_alone_only_when_no_other_secret_of_it_works_that_somebody_else_saw() {
        let clock = Clock::system();
        let (ada, bob): (OperatorId, OperatorId) = (clock.new_id(), clock.new_id());
        let (now, soon) =
            (Timestamp::from_unix_micros(1_000_000), Timestamp::from_unix_micros(2_000_000));
        let key = |seen_by, old: Option<(OperatorId, Timestamp)>| Secrets {
            id: clock.new_id(),
            name: String::new(),
            seen_by,
            old_seen_by: old.map(|(by, _)| by),
            old_ends_at: old.map(|(_, ends)| ends),
        };
        assert_eq!(knows(ada, &key(ada, None), now), Knows::Alone);
        assert_eq!(knows(ada, &key(ada, Some((ada, soon))), now), Knows::Alone);
        assert_eq!(knows(ada, &key(ada, Some((bob, now))), now), Knows::Alone);
        assert_eq!(knows(ada, &key(ada, Some((bob, soon))), now), Knows::Too);
        assert_eq!(knows(ada, &key(bob, Some((ada, soon))), now), Knows::Too);
        assert_eq!(knows(ada, &key(bob, Some((ada, now))), now), Knows::Not);
        assert_eq!(knows(ada, &key(bob, None), now), Knows::Not);
    }
}
