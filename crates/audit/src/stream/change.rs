//! `PATCH /api/v1/audit-streams/{id}`: rename a stream, move it, pause it, resume it.

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::{AuditStreamId, Id, WorkspaceId};
use lk_base::text::{Line, Text};
use lk_base::{Result, Timestamp};
use lk_db::{Action, Entry, SystemReason, WriteTx};
use lk_web::{Access, Audited, Call, Nothing, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::target::{Target, way_out};
use super::{AuditStream, Because, Kind, one, the_carrier};
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "change_audit_stream",
    method: Method::PATCH,
    path: "/api/v1/audit-streams/{id}",
    summary: "Renames a stream of the audit log, moves it to another address, pauses or resumes \
              it. It goes on where it stopped.",
    access: Access::Fresh(Permission::AuditStream),
    rate: RateClass::Write,
    audited: Audited::As(Action::AuditStreamChanged),
    status: 200,
};

/// The request body; what is left out stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangeAuditStream")]
pub struct Input {
    /// What to call it.
    #[serde(default)]
    pub name: Option<Line<1, 60>>,
    /// Where to: as when it was made, of the same kind.
    #[serde(default)]
    pub address: Option<Line<1, 500>>,
    /// A certificate authority in PEM; empty for the public ones.
    #[serde(default)]
    pub authority: Option<Text<0, 20000>>,
    /// Whether it is paused.
    #[serde(default)]
    pub paused: Option<bool>,
}

/// What can be changed of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Settings {
    name: String,
    kind: Kind,
    address: String,
    authority: Option<String>,
    paused: bool,
}

impl Settings {
    /// What is given replaces what was.
    fn changed(&self, input: &Input) -> Self {
        let authority = match &input.authority {
            None => self.authority.clone(),
            Some(pem) => Some(pem.as_str().to_owned()).filter(|pem| !pem.is_empty()),
        };
        Self {
            name: input.name.as_ref().map_or(&*self.name, Line::as_str).to_owned(),
            kind: self.kind,
            address: input.address.as_ref().map_or(&*self.address, Line::as_str).to_owned(),
            authority,
            paused: input.paused.unwrap_or(self.paused),
        }
    }

    /// What the log says of it: the host, and not what stands behind it.
    fn entered(&self) -> Result<Value> {
        let target = Target::parse(self.kind, &self.address)?;
        Ok(json!({
            "host": target.host(),
            "port": target.port(),
            "own_authority": self.authority.is_some(),
            "paused": self.paused,
        }))
    }
}

/// HTTP in, HTTP out.
///
/// # Errors
/// `NotFound`; `Refused` for an address or authority that cannot be used.
pub async fn handler(
    call: Call<Audit, One<AuditStreamId>, Nothing, Input>,
) -> Result<Reply<AuditStream>> {
    let Call { state: audit, scope, path: One(id), body, .. } = call;
    let mut look = audit.db.write(&scope).await?;
    let seen = lock(&mut look, id).await?;
    drop(look);
    if body.address.is_some() || body.authority.is_some() {
        // Outside of the transaction: names are asked for.
        let wanted = seen.changed(&body);
        let target = Target::parse(wanted.kind, &wanted.address)?;
        target.look(&way_out(&audit, wanted.authority.as_deref())?).await?;
    }
    let mut system = audit.db.system(SystemReason::Stream, &scope).await?;
    let tx = system.tx();
    let (workspace, now) = (tx.workspace(), tx.now());
    let before = lock(tx, id).await?;
    let mut after = before.changed(&body);
    after.address = Target::parse(after.kind, &after.address)?.address();
    let (moved, turned) = (differs(&before, &after), before.paused != after.paused);
    store(tx, id, &after, moved, turned).await?;
    let mut new = after.entered()?;
    if let Some(new) = new.as_object_mut() {
        new.insert("renamed".to_owned(), json!(before.name != after.name));
        new.insert("moved".to_owned(), json!(moved));
    }
    let entry = Entry::new(Action::AuditStreamChanged, id).changed(before.entered()?, new);
    let stream = one(tx.conn(), workspace, now, id).await?;
    let mut recorded = system.record(entry, the_carrier(WorkspaceId::PLATFORM)).await?;
    if moved || turned {
        reschedule(recorded.tx(), id, (!after.paused).then_some(now)).await?;
    }
    recorded.commit().await?;
    Ok(Reply::ok(stream))
}

/// Whether it goes to somewhere else, or trusts somebody else there.
fn differs(before: &Settings, after: &Settings) -> bool {
    before.address != after.address || before.authority != after.authority
}

async fn lock(tx: &mut WriteTx, id: AuditStreamId) -> Result<Settings> {
    let workspace = tx.workspace();
    sqlx::query_as!(
        Settings,
        r#"select name, kind as "kind: Kind", address, authority,
                  (paused_at is not null) as "paused!"
             from audit_streams
            where workspace_id = $1
              and stream_id = $2
              for no key update"#,
        workspace,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()
}

/// A stream that goes elsewhere, or goes on, has not failed there yet.
async fn store(
    tx: &mut WriteTx,
    id: AuditStreamId,
    after: &Settings,
    moved: bool,
    turned: bool,
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let paused = turned.then_some(after.paused);
    sqlx::query!(
        "update audit_streams
            set name = $3,
                address = $4,
                authority = $5,
                attempts = case when $6 then 0 else attempts end,
                failing_since = case when $6 then null else failing_since end,
                next_attempt_at = case when $6 then null else next_attempt_at end,
                paused_at = case $7::boolean when true then $8::timestamptz
                                             when false then null else paused_at end,
                paused_because = case $7::boolean when true then $9::text
                                                  when false then null else paused_because end
          where workspace_id = $1
            and stream_id = $2",
        workspace,
        id.uuid(),
        after.name,
        after.address,
        after.authority,
        moved || turned,
        paused,
        now.sql(),
        Because::ByHand.name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Among the platform's rows: when it is due.
async fn reschedule(tx: &mut WriteTx, id: AuditStreamId, next: Option<Timestamp>) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update audit_stream_directory
            set next_at = $3
          where workspace_id = $1
            and stream_id = $2",
        workspace,
        id.uuid(),
        next.map(Timestamp::sql),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_stays_and_an_empty_authority_means_the_public_ones() {
        let before = Settings {
            name: "SIEM".to_owned(),
            kind: Kind::Syslog,
            address: "siem.test:6514".to_owned(),
            authority: Some("PEM".to_owned()),
            paused: false,
        };
        assert_eq!(before.changed(&Input::default()), before);
        let input = Input { authority: Some(Text::parse("").unwrap()), ..Input::default() };
        let after = before.changed(&input);
        assert_eq!(after, Settings { authority: None, ..before.clone() });
        assert!(differs(&before, &after));
        let paused = before.changed(&Input { paused: Some(true), ..Input::default() });
        assert!(paused.paused && !differs(&before, &paused));
    }
}
