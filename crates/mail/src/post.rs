//! Into the table: in the transaction of the change that the mail tells about.

use lk_base::Result;
use lk_base::id::{Id, MailId};
use lk_base::text::Email;
use lk_crypto::Place;
use lk_db::WriteTx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::letter::Letter;

/// What is sealed: nobody who reads the table learns whom a mail is for or what it says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope {
    /// `None` for a mail that goes nowhere.
    pub(crate) to: Option<String>,
    pub(crate) letter: Letter,
}

pub(crate) fn place(workspace: Uuid, mail: MailId) -> Place {
    Place { column: "mails.envelope", workspace, row: mail.uuid() }
}

/// Whether somebody can have the address: names below `.invalid` are nobody's for ever (RFC 2606),
/// and canaries' people have theirs there.
fn can_be_somebodys(email: &Email) -> bool {
    !email.key().ends_with(".invalid")
}

/// Writes a mail; it leaves after the commit. The transaction must stand among the platform's rows.
///
/// `to: None` does the same work and sends nothing, so that a caller cannot tell by time whether
/// an address is known.
///
/// # Errors
/// `Internal` when the database refuses, as it does in any other workspace.
pub async fn post(tx: &mut WriteTx, to: Option<&Email>, letter: &Letter) -> Result<()> {
    let (workspace, now, id) = (tx.workspace(), tx.now(), tx.new_id::<MailId>());
    let to = to.filter(|email| can_be_somebodys(email)).map(|email| email.as_str().to_owned());
    let envelope = Envelope { to, letter: letter.clone() };
    let plain = serde_json::to_vec(&envelope).map_err(lk_base::Error::internal)?;
    let sealed = tx.seal(place(workspace, id), &plain)?;
    sqlx::query!(
        "insert into mails (workspace_id, mail_id, kind, envelope_sealed, state, created_at, next_at)
         values ($1, $2, $3, $4, 'waiting', $5, $5)",
        workspace,
        id.uuid(),
        letter.kind,
        sealed,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
