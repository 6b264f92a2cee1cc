//! What a write leaves behind: its entry and its events, in the transaction of the change itself.

use lk_base::Result;
use lk_base::id::Id;
use lk_crypto::Place;
use serde_json::Value;
use uuid::Uuid;

use super::WriteTx;
use crate::audit::Entry;
use crate::entry::{Facts, digest, payload};

impl WriteTx {
    fn take_events(&mut self) -> (Vec<Uuid>, Vec<String>, Vec<Uuid>, Vec<Value>) {
        let (mut ids, mut kinds, mut subjects, mut data) = (vec![], vec![], vec![], vec![]);
        for (id, event) in self.events.drain(..) {
            ids.push(id);
            kinds.push(event.kind.name().to_owned());
            subjects.push(event.subject);
            data.push(event.data);
        }
        (ids, kinds, subjects, data)
    }

    /// Writes an entry, and the events so far: into staff's own stream, or into the workspace's log
    /// in one statement with them.
    pub(super) async fn record(&mut self, entry: Entry) -> Result<()> {
        if entry.action.is_of_staff() {
            self.announce().await?;
            return self.record_of_staff(entry).await;
        }
        let change = entry.payload()?;
        let (ids, kinds, subjects, data) = self.take_events();
        let entry_id = self.db.clock().new_id::<lk_base::id::EntryId>().uuid();
        let (actor, origin) = (self.scope.actor(), self.scope.origin().clone());
        let sealer = self.data_key().await?;
        let made = payload::seal(&sealer, self.workspace(), entry_id, change, &origin)?;
        let digest = digest(
            &Facts {
                workspace: self.workspace(),
                entry: entry_id,
                at: self.now,
                action: entry.action.name(),
                actor_kind: actor.kind(),
                actor: actor.uuid(),
                session: actor.session_uuid(),
                target_kind: entry.target_kind,
                target: entry.target_id,
                request: &origin.request_id,
            },
            &made.commitment,
        );
        sqlx::query!(
            r#"with announced as (
                   insert into outbox
                       (workspace_id, event_id, kind, subject_id, actor_kind, actor_id, data, at)
                   select $1, e.event_id, e.kind, e.subject_id, $2, $3, e.data, $4
                     from unnest($5::uuid[], $6::text[], $7::uuid[], $8::jsonb[])
                          as e (event_id, kind, subject_id, data)
               )
               insert into audit_waiting
                   (workspace_id, entry_id, at, action, actor_kind, actor_id, session_id, target_kind,
                    target_id, request_id, commitment, payload, digest)
               values ($1, $9, $4, $10, $2, $3, $11, $12, $13, $14, $15, $16, $17)"#,
            self.workspace(),
            actor.kind(),
            actor.uuid(),
            self.now.sql(),
            &ids,
            &kinds,
            &subjects,
            &data,
            entry_id,
            entry.action.name(),
            actor.session_uuid(),
            entry.target_kind,
            entry.target_id,
            origin.request_id,
            made.commitment.as_slice(),
            made.sealed,
            digest.as_slice(),
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Writes an entry into staff's own stream, among the platform's rows; elsewhere the database
    /// refuses it.
    async fn record_of_staff(&mut self, entry: Entry) -> Result<()> {
        let payload = entry.payload()?;
        let entry_id = self.db.clock().new_id::<lk_base::id::EntryId>().uuid();
        let (actor, origin) = (self.scope.actor(), self.scope.origin().clone());
        let (sealed, masked) = self.address("staff_entries.address", entry_id)?;
        sqlx::query!(
            "insert into staff_entries
                 (workspace_id, entry_id, at, action, actor_kind, actor_id, session_id,
                  address_sealed, address_masked, user_agent, target_kind, target_id, change, request_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            self.workspace(),
            entry_id,
            self.now.sql(),
            entry.action.name(),
            actor.kind(),
            actor.uuid(),
            actor.session_uuid(),
            sealed,
            masked,
            origin.user_agent,
            entry.target_kind,
            entry.target_id,
            payload,
            origin.request_id,
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The caller's address as an entry keeps it: sealed for its place, and masked.
    fn address(
        &self,
        column: &'static str,
        row: Uuid,
    ) -> Result<(Option<Vec<u8>>, Option<String>)> {
        let Some(address) = &self.scope.origin().address else { return Ok((None, None)) };
        let place = Place { column, workspace: self.scope.workspace().uuid(), row };
        let (sealed, masked) = self.db.seal_address(place, *address.reveal())?;
        Ok((Some(sealed), Some(masked.as_str().to_owned())))
    }

    /// Writes the events so far.
    pub(super) async fn announce(&mut self) -> Result<()> {
        if self.events.is_empty() {
            return Ok(());
        }
        let (ids, kinds, subjects, data) = self.take_events();
        let actor = self.scope.actor();
        sqlx::query!(
            r#"insert into outbox
                   (workspace_id, event_id, kind, subject_id, actor_kind, actor_id, data, at)
               select $1, e.event_id, e.kind, e.subject_id, $2, $3, e.data, $4
                 from unnest($5::uuid[], $6::text[], $7::uuid[], $8::jsonb[])
                      as e (event_id, kind, subject_id, data)"#,
            self.workspace(),
            actor.kind(),
            actor.uuid(),
            self.now.sql(),
            &ids,
            &kinds,
            &subjects,
            &data,
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
