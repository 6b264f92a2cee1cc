//! What a canary has in its inbox: a widget on a site of nobody, a visitor, a contact, a
//! conversation with one message of random words.

use lk_base::id::{ContactId, ConversationId, Id, VisitorId, WidgetId, WorkspaceId};
use lk_base::text::{Email, Name};
use lk_base::{Error, Result, Secret};
use lk_crypto::Token;
use lk_db::{SystemTx, WriteTx};

use crate::authenticate::canary_scope;
use crate::inbox::Inbox;
use crate::message::ClientMessageId;
use crate::message::append::{Line, store};
use crate::thread;
use crate::visitor::identify::{self, identify};
use crate::visitor::start;

/// The site of a canary's widget: below a name that is nobody's for ever (RFC 2606).
pub const SITE: &str = "https://canary.invalid";

/// Plants a visitor with a contact, and a conversation that begins with these words. The
/// transaction must stand in the canary, and leaves it as the visitor.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn plant(
    inbox: &Inbox,
    system: &mut SystemTx,
    widget: WidgetId,
    words: &str,
) -> Result<(VisitorId, ContactId, ConversationId)> {
    let tx = system.tx();
    show_on(tx, widget, SITE).await?;
    let (visitor, _) = start::insert(inbox, tx, widget, SITE).await?;
    let workspace = WorkspaceId::from_uuid(tx.workspace());
    system.enter(canary_scope(workspace, visitor)).await?;
    let tx = system.tx();
    let said = identify::Input {
        name: Some(Name::parse(words).map_err(Error::internal)?),
        email: Some(address(words)?),
    };
    let contact = identify(tx, visitor, None, said).await?.after.ok_or(Error::NotFound)?;
    let conversation = thread::start::insert(tx, visitor, Some(&contact)).await?;
    let id = ClientMessageId::parse(&format!("canary-{conversation}")).ok_or(Error::NotFound)?;
    let line = Line::Reply(words, &id);
    store(tx, conversation, line).await?.ok_or(Error::NotFound)?;
    Ok((visitor, contact.id, conversation))
}

/// Gives the canary's visitor a new token, in the transaction that opens the canary; what its
/// browser would send as a cookie.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn let_in(inbox: &Inbox, tx: &mut WriteTx, visitor: VisitorId) -> Result<Secret> {
    let token = Token::random();
    sqlx::query!(
        "update visitors
            set token_hash = $3, last_seen_at = $4, revoked_at = null
          where workspace_id = $1
            and visitor_id = $2",
        tx.workspace(),
        visitor.uuid(),
        token.hash().into_bytes(),
        tx.now().sql(),
    )
    .execute(tx.conn())
    .await?;
    inbox.known.forget_visitor(visitor);
    Ok(Secret::new(format!("{visitor}.{}", token.expose())))
}

async fn show_on(tx: &mut WriteTx, widget: WidgetId, site: &str) -> Result<()> {
    sqlx::query!(
        "update widgets set allowed_sites = array[$3] where workspace_id = $1 and widget_id = $2",
        tx.workspace(),
        widget.uuid(),
        site,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An address of nobody, found by the same words.
fn address(words: &str) -> Result<Email> {
    let local: String = words.chars().filter(char::is_ascii_lowercase).take(40).collect();
    Email::parse(&format!("{local}@canary.invalid")).map_err(Error::internal)
}
