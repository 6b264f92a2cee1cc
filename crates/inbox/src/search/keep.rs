//! Which words stand where: written in the transaction of what has the words, under the lock of the
//! conversation's row, so that two who write the same words wait for one another in order.

use std::collections::BTreeMap;

use lk_base::id::{ContactId, ConversationId, Id};
use lk_base::{Personal, Result};
use lk_db::WriteTx;
use uuid::Uuid;

use super::words;
use crate::contact::Contact;

/// Keeps the words of a line. The conversation's row is held.
pub(crate) async fn line(
    tx: &mut WriteTx,
    conversation: ConversationId,
    seq: i64,
    body: &str,
) -> Result<()> {
    lines(tx, conversation, &words::of([body]).into_iter().map(|word| (word, seq)).collect()).await
}

/// Keeps words, each with the newest line that has it, after those of all lines before.
pub(crate) async fn lines(
    tx: &mut WriteTx,
    conversation: ConversationId,
    words: &BTreeMap<String, i64>,
) -> Result<()> {
    let (words, seqs): (Vec<String>, Vec<i64>) =
        words.iter().map(|(word, seq)| (word.clone(), *seq)).unzip();
    sqlx::query!(
        "insert into conversation_words (workspace_id, word, conversation_id, seq)
         select $1, word, $2, seq from unnest($3::text[], $4::bigint[]) as line (word, seq)
         on conflict (workspace_id, word, conversation_id) do update set seq = excluded.seq",
        tx.workspace(),
        conversation.uuid(),
        &words,
        &seqs,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps by what a contact is called, for the conversations there are.
pub(crate) async fn contact(
    tx: &mut WriteTx,
    before: Option<&Contact>,
    after: &Contact,
) -> Result<()> {
    let (old, new) = (before.map(called).unwrap_or_default(), called(after));
    let conversations = hold_conversations(tx, after.id).await?;
    if conversations.is_empty() {
        return Ok(());
    }
    let gone: Vec<String> = old.iter().filter(|word| !new.contains(word)).cloned().collect();
    sqlx::query!(
        "delete from conversation_words
          where workspace_id = $1
            and word = any ($2)
            and conversation_id = any ($3)
            and seq = 0",
        tx.workspace(),
        &gone,
        &conversations,
    )
    .execute(tx.conn())
    .await?;
    name(tx, &conversations, &new).await
}

/// Keeps by what a contact is called, for a conversation that has just begun.
pub(crate) async fn begun(
    tx: &mut WriteTx,
    conversation: ConversationId,
    contact: &Contact,
) -> Result<()> {
    name(tx, &[conversation.uuid()], &called(contact)).await
}

/// Keeps by which words a contact is called, for conversations whose rows are held.
pub(crate) async fn name(tx: &mut WriteTx, conversations: &[Uuid], words: &[String]) -> Result<()> {
    sqlx::query!(
        "insert into conversation_words (workspace_id, word, conversation_id, seq)
         select $1, word, conversation, 0
           from unnest($2::uuid[]) as conversation
          cross join unnest($3::text[]) as word
          order by conversation, word
         on conflict (workspace_id, word, conversation_id) do nothing",
        tx.workspace(),
        conversations,
        words,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The words of a contact's name and address.
fn called(contact: &Contact) -> Vec<String> {
    words_of([contact.name.as_ref(), contact.email.as_ref()])
}

/// The words of a name and an address.
pub(crate) fn words_of(said: [Option<&Personal>; 2]) -> Vec<String> {
    words::of(said.into_iter().flatten().map(|text| text.reveal().as_str())).into_iter().collect()
}

async fn hold_conversations(tx: &mut WriteTx, contact: ContactId) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select c.conversation_id
           from conversations c
          where c.workspace_id = $1
            and c.visitor_id in (select v.visitor_id
                                   from visitors v
                                  where v.workspace_id = $1
                                    and v.contact_id = $2)
          order by c.conversation_id
            for no key update of c",
        tx.workspace(),
        contact.uuid(),
    )
    .fetch_all(tx.conn())
    .await?)
}
