//! Who carries mail to the server: every two seconds what is due, each mail for a day at most.

use std::time::Duration;

use lk_base::id::{Id, MailId, WorkspaceId};
use lk_base::{Personal, Result, Timestamp};
use lk_db::{Actor, Db, Origin, Scope, SystemReason, Unaudited};
use tokio::sync::watch;

use crate::Mode;
use crate::letter::{Letter, Sender};
use crate::post::{Envelope, place};
use crate::smtp::{Failure, Smtp};

/// How often the table is looked at.
const ROUND: Duration = Duration::from_secs(2);
/// After this long without success nobody waits for the mail any more.
const GIVES_UP: Duration = Duration::from_secs(24 * 3600);
/// How long it is known that there was a mail, without its words.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3600);
/// How many mails the mailbox shows.
const MOST_SHOWN: usize = 200;
/// How many pages of 200 are looked through for them.
const PAGES: usize = 20;

/// Carries mail. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Postman {
    db: Db,
    sender: Sender,
    smtp: Option<Smtp>,
}

/// A mail in the mailbox.
#[derive(Debug)]
pub struct Kept {
    /// Its id.
    pub id: MailId,
    /// When it was written.
    pub at: Timestamp,
    /// Whom it is for.
    pub to: Personal,
    /// What it says.
    pub letter: Letter,
}

/// A mail that waits, as it lies in the table.
struct Waiting {
    id: MailId,
    sealed: Vec<u8>,
    at: Timestamp,
}

/// A mail that is due, taken by this process: no other takes it before `next_at`.
struct Taken {
    id: MailId,
    written: Timestamp,
    attempts: i16,
    envelope: Envelope,
}

/// How long until the next attempt: longer than one attempt can take, then twice as long each
/// time, an hour at most.
fn patience(attempts: i16) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(0).min(7);
    Duration::from_secs(60 << doublings).min(Duration::from_secs(3600))
}

#[expect(clippy::disallowed_methods, reason = "the product itself, among the platform's rows")]
fn platform() -> Scope {
    let origin = std::sync::Arc::new(Origin::system("mail"));
    Scope::assume_authenticated(WorkspaceId::PLATFORM, Actor::System, origin)
}

impl Postman {
    /// A postman; without a server, mail waits in the mailbox.
    #[must_use]
    pub const fn new(db: Db, sender: Sender, smtp: Option<Smtp>) -> Self {
        Self { db, sender, smtp }
    }

    /// What becomes of mail.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        if self.smtp.is_some() { Mode::Smtp } else { Mode::Mailbox }
    }

    /// Who writes.
    #[must_use]
    pub const fn sender(&self) -> &Sender {
        &self.sender
    }

    /// Carries mail until it is told to stop.
    pub async fn run(self, mut stopping: watch::Receiver<bool>) {
        while !*stopping.borrow() {
            if let Err(error) = self.round().await {
                tracing::warn!(?error, "mail could not be looked at");
            }
            tokio::select! {
                () = tokio::time::sleep(ROUND) => {}
                _ = stopping.changed() => {}
            }
        }
    }

    /// Sends all that is due; how many were sent.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn round(&self) -> Result<usize> {
        self.clear().await?;
        let Some(smtp) = &self.smtp else { return Ok(0) };
        let mut sent = 0;
        while let Some(mail) = self.take().await? {
            let outcome = match &mail.envelope.to {
                Some(to) => {
                    smtp.send(mail.id, to, &mail.envelope.letter, &self.sender, mail.written).await
                }
                None => Ok(()),
            };
            match outcome {
                Ok(()) => {
                    sent += usize::from(mail.envelope.to.is_some());
                    self.settle(mail.id, "sent").await?;
                }
                Err(Failure::Refused(code)) => {
                    tracing::warn!(mail = %mail.id, code, "mail was refused for good");
                    self.settle(mail.id, "given_up").await?;
                }
                Err(Failure::Later(why)) => {
                    tracing::warn!(mail = %mail.id, attempts = mail.attempts, why, "mail was not sent; it is tried again");
                }
            }
        }
        Ok(sent)
    }

    /// What waits in the mailbox, the newest first.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn mailbox(&self) -> Result<Vec<Kept>> {
        let mut kept = Vec::new();
        let mut before: Option<(Timestamp, MailId)> = None;
        // Mail that is for nobody is passed over, in bounded time.
        for _ in 0..PAGES {
            let page = self.waiting(before).await?;
            let Some(last) = page.last() else { break };
            before = Some((last.at, last.id));
            for row in page {
                let envelope = self.open(row.id, &row.sealed)?;
                if let Some(to) = envelope.to {
                    let to = Personal::new(to);
                    kept.push(Kept { id: row.id, at: row.at, to, letter: envelope.letter });
                }
            }
            if kept.len() >= MOST_SHOWN {
                break;
            }
        }
        kept.truncate(MOST_SHOWN);
        Ok(kept)
    }

    /// One page of what waits, before a mail, the newest first.
    async fn waiting(&self, before: Option<(Timestamp, MailId)>) -> Result<Vec<Waiting>> {
        let mut tx = self.db.read(&platform()).await?;
        let workspace = tx.workspace();
        Ok(sqlx::query_as!(
            Waiting,
            r#"select mail_id         as "id: MailId",
                      envelope_sealed as "sealed!",
                      created_at      as "at: Timestamp"
                 from mails
                where workspace_id = $1
                  and state = 'waiting'
                  and ($2::timestamptz is null or (created_at, mail_id) < ($2, $3))
                order by created_at desc, mail_id desc
                limit 200"#,
            workspace,
            before.map(|(at, _)| at.sql()),
            before.map(|(_, id)| id.uuid()),
        )
        .fetch_all(tx.conn())
        .await?)
    }

    fn open(&self, id: MailId, sealed: &[u8]) -> Result<Envelope> {
        let here = place(WorkspaceId::PLATFORM.uuid(), id);
        let plain = self.db.sealer().open(here, sealed).map_err(lk_base::Error::internal)?;
        serde_json::from_slice(&plain).map_err(lk_base::Error::internal)
    }

    /// Takes the mail that has been due for longest. The row is let go again before anything is
    /// sent, so a slow server holds no transaction; should this process die meanwhile, the mail
    /// is due again later.
    async fn take(&self) -> Result<Option<Taken>> {
        let mut system = self.db.system(SystemReason::Mail, &platform()).await?;
        let tx = system.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        let row = sqlx::query!(
            r#"select mail_id         as "id: MailId",
                      attempts,
                      envelope_sealed as "sealed!",
                      created_at      as "at: Timestamp"
                 from mails
                where workspace_id = $1
                  and state = 'waiting'
                  and next_at <= $2
                order by next_at, mail_id
                limit 1
                  for update skip locked"#,
            workspace,
            now.sql(),
        )
        .fetch_optional(tx.conn())
        .await?;
        let Some(row) = row else { return Ok(None) };
        sqlx::query!(
            "update mails
                set attempts = attempts + 1, next_at = $3
              where workspace_id = $1
                and mail_id = $2",
            workspace,
            row.id.uuid(),
            now.plus(patience(row.attempts)).sql(),
        )
        .execute(tx.conn())
        .await?;
        system.commit_unaudited(Unaudited::MailOnItsWay).await?;
        let envelope = self.open(row.id, &row.sealed)?;
        Ok(Some(Taken { id: row.id, written: row.at, attempts: row.attempts + 1, envelope }))
    }

    /// Ends a mail, and with it what it said.
    async fn settle(&self, id: MailId, state: &'static str) -> Result<()> {
        let mut system = self.db.system(SystemReason::Mail, &platform()).await?;
        let tx = system.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        sqlx::query!(
            "update mails
                set state = $3, settled_at = $4, envelope_sealed = null
              where workspace_id = $1
                and mail_id = $2",
            workspace,
            id.uuid(),
            state,
            now.sql(),
        )
        .execute(tx.conn())
        .await?;
        system.commit_unaudited(Unaudited::MailOnItsWay).await
    }

    /// Gives up what is too old, and forgets what was settled long ago.
    async fn clear(&self) -> Result<()> {
        let mut system = self.db.system(SystemReason::Mail, &platform()).await?;
        let tx = system.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        let given_up = sqlx::query!(
            "update mails
                set state = 'given_up', settled_at = $2, envelope_sealed = null
              where workspace_id = $1
                and state = 'waiting'
                and created_at <= $3",
            workspace,
            now.sql(),
            now.minus(GIVES_UP).sql(),
        )
        .execute(tx.conn())
        .await?
        .rows_affected();
        let forgotten = sqlx::query!(
            "delete from mails where workspace_id = $1 and settled_at <= $2",
            workspace,
            now.minus(REMEMBERED).sql(),
        )
        .execute(tx.conn())
        .await?
        .rows_affected();
        if given_up + forgotten == 0 {
            return Ok(());
        }
        if given_up > 0 && self.smtp.is_some() {
            tracing::warn!(given_up, "mail was given up after a day");
        }
        system.commit_unaudited(Unaudited::MailOnItsWay).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_doubles_up_to_an_hour_and_outlasts_an_attempt() {
        let waits: Vec<u64> = (0..9).map(|attempts| patience(attempts).as_secs()).collect();
        assert_eq!(waits, [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert!(patience(0) > crate::smtp::PATIENCE * 2);
    }
}
