//! The words of conversations that are older than search: the server keeps them after its start, a few
//! conversations at a time, until all have theirs.

use std::collections::BTreeMap;

use lk_base::id::{ConversationId, Id, WorkspaceId};
use lk_base::{Personal, Result};
use lk_db::{SystemReason, Unaudited, WriteTx};

use super::keep;
use super::words;
use crate::authenticate::system_scope;
use crate::conversation::wake::workspaces;
use crate::inbox::Inbox;

/// How many conversations of one workspace one round keeps.
const BATCH: i64 = 100;
/// How many lines are read at a time.
const LINES: i64 = 500;

/// Keeps the words of some conversations that have none yet; how many they were. 0 means that there
/// is nothing left to do.
///
/// One workspace at a time and one transaction for each conversation, whose row is held: what is
/// written to it at the same time waits, and has newer numbers.
///
/// # Errors
/// `Internal` when the database refuses; what was kept before that stays.
pub async fn keep_owed(inbox: &Inbox) -> Result<usize> {
    let mut kept = 0;
    for workspace in workspaces(inbox).await? {
        for conversation in owed(inbox, workspace).await? {
            kept += usize::from(keep(inbox, workspace, conversation).await?);
        }
    }
    Ok(kept)
}

async fn owed(inbox: &Inbox, workspace: WorkspaceId) -> Result<Vec<ConversationId>> {
    let mut tx = inbox.db.read(&system_scope(workspace, "search")).await?;
    Ok(sqlx::query_scalar!(
        r#"select conversation_id as "id: ConversationId"
             from conversations
            where workspace_id = $1
              and words_at is null
            order by conversation_id desc
            limit $2"#,
        tx.workspace(),
        BATCH,
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn keep(inbox: &Inbox, workspace: WorkspaceId, id: ConversationId) -> Result<bool> {
    let scope = system_scope(workspace, "search");
    let mut system = inbox.db.system(SystemReason::Start, &scope).await?;
    let tx = system.tx();
    if !hold(tx, id).await? {
        // Another node was first.
        return Ok(false);
    }
    let mut after = 0;
    while let Some(last) = keep_lines(tx, id, after).await? {
        after = last;
    }
    let called = called(tx, id).await?;
    keep::name(tx, &[id.uuid()], &called).await?;
    system.commit_unaudited(Unaudited::InstanceFact).await?;
    Ok(true)
}

/// Holds a conversation whose words are owed, and notes that they are kept.
async fn hold(tx: &mut WriteTx, id: ConversationId) -> Result<bool> {
    let held = sqlx::query!(
        "update conversations
            set words_at = $3
          where workspace_id = $1
            and conversation_id = $2
            and words_at is null",
        tx.workspace(),
        id.uuid(),
        tx.now().sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(held.rows_affected() == 1)
}

/// Keeps the words of the next lines; the number of the last one, or none when there are no more.
async fn keep_lines(tx: &mut WriteTx, id: ConversationId, after: i64) -> Result<Option<i64>> {
    let lines = sqlx::query!(
        r#"select seq, body as "body: Personal"
             from messages
            where workspace_id = $1
              and conversation_id = $2
              and seq > $3
              and kind <> 'activity'
            order by seq
            limit $4"#,
        tx.workspace(),
        id.uuid(),
        after,
        LINES,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut newest = BTreeMap::new();
    for line in &lines {
        for word in words::of([line.body.reveal().as_str()]) {
            newest.insert(word, line.seq);
        }
    }
    keep::lines(tx, id, &newest).await?;
    Ok(lines.last().map(|line| line.seq))
}

/// The words of the name and the address of whoever wrote.
async fn called(tx: &mut WriteTx, id: ConversationId) -> Result<Vec<String>> {
    let said = sqlx::query!(
        r#"select ct.name as "name: Personal", ct.email as "email: Personal"
             from conversations c
             join visitors v
               on v.workspace_id = $1
              and v.visitor_id = c.visitor_id
             join contacts ct
               on ct.workspace_id = $1
              and ct.contact_id = v.contact_id
            where c.workspace_id = $1
              and c.conversation_id = $2"#,
        tx.workspace(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(said.map_or_else(Vec::new, |said| keep::words_of([said.name.as_ref(), said.email.as_ref()])))
}
