//! How a canary comes into being: one transaction from the first row to the last, so that there is
//! a whole one or none.

use std::sync::Arc;

use lk_authz::{KeyScope, Role};
use lk_base::id::{
    ApiKeyId, ContactId, ConversationId, Id, OperatorId, VisitorId, WidgetId, WorkspaceId,
};
use lk_base::text::{Email, Name};
use lk_base::{Error, Result, Secret};
use lk_crypto::{Token, TotpSecret};
use lk_db::{Action, Entry, Origin, SystemTx, WriteTx};

use super::{Which, find, platform, read, wait};
use crate::Identity;
use crate::api_key::create as keys;
use crate::directory::{Place, WorkspaceName};
use crate::factor::{Factor, secret_place};
use crate::nobody::{nobody, nobody_in};
use crate::person::{self, Person};
use crate::sso::Offer;
use crate::{operator, session, workspace};

/// A canary that is being made: workspace, people, key and widget are there, and the transaction
/// stands inside the workspace, for the inbox to plant the rest.
#[derive(Debug)]
pub struct Making {
    which: Which,
    workspace: WorkspaceId,
    operator: OperatorId,
    api_key: ApiKeyId,
    /// Its widget.
    pub widget: WidgetId,
    /// The words to plant.
    pub words: String,
    system: SystemTx,
}

/// What the inbox planted.
#[derive(Debug, Clone, Copy)]
pub struct Planted {
    /// The visitor.
    pub visitor: VisitorId,
    /// Who they said they are.
    pub contact: ContactId,
    /// The conversation they opened.
    pub conversation: ConversationId,
}

/// Begins to make a canary; `None` when it is there. Whoever makes it at the same time on another
/// node is waited for, and then it is there.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn begin(identity: &Identity, which: Which) -> Result<Option<Making>> {
    if read(identity, which).await?.is_some() {
        return Ok(None);
    }
    // One hash for all: of a password that nobody has ever seen.
    let hash = identity.hasher.hash(Secret::new(Token::random().expose().to_owned())).await?;
    let mut system = platform(identity).await?;
    wait(system.tx()).await?;
    if find(system.tx(), which).await?.is_some() {
        return Ok(None);
    }
    let name = Name::parse(which.called()).map_err(Error::internal)?;
    let tx = system.tx();
    let (workspace, widget, api_key): (WorkspaceId, WidgetId, ApiKeyId) =
        (tx.new_id(), tx.new_id(), tx.new_id());
    let mut people = Vec::new();
    for role in Role::ALL {
        let person = nobodys(tx, which, workspace, role, &hash).await?;
        let place = Place {
            workspace: WorkspaceName { id: workspace, name: name.as_str().to_owned() },
            operator: tx.new_id(),
            sso: Offer::None,
        };
        // Its refresh token is thrown away here, and its time is over before it begins.
        let begun = session::begin(tx, identity, &person, &place, &[Factor::Password]).await?;
        over(tx, begun.session).await?;
        people.push((role, person, place.operator));
    }
    identity.furnish.on_platform(tx, workspace, widget).await?;
    keys::enter(tx, api_key, workspace).await?;
    let origin = Arc::clone(tx.scope().origin());
    system.enter(nobody_in(workspace, origin)).await?;
    let tx = system.tx();
    workspace::insert(tx, &name).await?;
    for (role, person, id) in &people {
        operator::insert(tx, *id, person, *role).await?;
    }
    let operator = people
        .iter()
        .find_map(|(role, _, id)| (*role == Role::SuperAdmin).then_some(*id))
        .ok_or(Error::NotFound)?;
    key(tx, api_key, operator).await?;
    identity.furnish.inside(tx, name.as_str(), widget).await?;
    let words = words();
    Ok(Some(Making { which, workspace, operator, api_key, widget, words, system }))
}

/// Words that are in no dictionary, each of letters alone, so that a search takes them for words.
fn words() -> String {
    let token = Token::random().expose().to_lowercase();
    let letters: Vec<char> = token.chars().filter(char::is_ascii_lowercase).collect();
    let words: Vec<String> = letters
        .chunks(8)
        .take(3)
        .map(|word| format!("q{}", word.iter().collect::<String>()))
        .collect();
    format!("canary {}", words.join(" "))
}

impl Making {
    /// The transaction, which stands inside the workspace.
    pub const fn system(&mut self) -> &mut SystemTx {
        &mut self.system
    }

    /// Marks it as a canary, and makes all of it visible.
    ///
    /// # Errors
    /// `Internal` when the database refuses; nothing has happened then.
    pub async fn finish(self, planted: Planted) -> Result<()> {
        let Self { which, workspace: canary, operator, api_key, widget, words, mut system } = self;
        let origin = Arc::new(Origin::system("canary"));
        system.enter(nobody_in(canary, Arc::clone(&origin))).await?;
        let entry = Entry::new(Action::CanaryMade, canary);
        let mut recorded = system.record(entry, nobody(origin)).await?;
        let tx = recorded.tx();
        let (workspace, now) = (tx.workspace(), tx.now());
        sqlx::query!(
            "insert into canaries
                 (workspace_id, place, canary_workspace_id, made_at, operator_id, api_key_id,
                  widget_id, visitor_id, contact_id, conversation_id, words)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            workspace,
            which.name(),
            canary.uuid(),
            now.sql(),
            operator.uuid(),
            api_key.uuid(),
            widget.uuid(),
            planted.visitor.uuid(),
            planted.contact.uuid(),
            planted.conversation.uuid(),
            words,
        )
        .execute(tx.conn())
        .await?;
        recorded.commit().await
    }
}

/// A login of a canary, with a second factor, because some roles lie idle without one. Its address
/// is below a name that can belong to nobody (RFC 2606) and cannot be guessed.
async fn nobodys(
    tx: &mut WriteTx,
    which: Which,
    canary: WorkspaceId,
    role: Role,
    hash: &str,
) -> Result<Person> {
    let name = Name::parse(which.called()).map_err(Error::internal)?;
    let email = format!("{}@{}.canary.invalid", role.name(), canary.uuid().simple());
    let email = Email::parse(&email).map_err(Error::internal)?;
    let person = person::insert(tx, &name, &email, hash).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update persons set canary_workspace_id = $3 where workspace_id = $1 and person_id = $2",
        workspace,
        person.id.uuid(),
        canary.uuid(),
    )
    .execute(tx.conn())
    .await?;
    let secret = TotpSecret::random();
    let sealed = tx.seal(secret_place(workspace, person.id.uuid()), secret.bytes())?;
    sqlx::query!(
        "insert into totp_factors (workspace_id, person_id, secret_sealed, created_at, confirmed_at)
         values ($1, $2, $3, $4, $4)",
        workspace,
        person.id.uuid(),
        sealed,
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(person)
}

async fn over(tx: &mut WriteTx, session: lk_base::id::SessionId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update sessions set expires_at = $3 where workspace_id = $1 and session_id = $2",
        workspace,
        session.uuid(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The key, which is over until somebody is let in with it, and of which nobody has this secret. It is
/// good on this machine alone, from where the check calls.
async fn key(tx: &mut WriteTx, id: ApiKeyId, by: OperatorId) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let scopes: Vec<String> = KeyScope::ALL.iter().map(|scope| scope.name().to_owned()).collect();
    sqlx::query!(
        "insert into api_keys
             (workspace_id, api_key_id, name, scopes, allowed_addresses, created_by, created_at,
              expires_at, secret_hash, secret_at, secret_seen_by)
         values ($1, $2, 'Canary', $3, '{127.0.0.1/32}', $4, $5, $5, $6, $5, $4)",
        workspace,
        id.uuid(),
        &scopes,
        by.uuid(),
        now.sql(),
        lk_crypto::ApiKey::random(id).hash().into_bytes(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_four_and_no_two_canaries_share_one() {
        let (one, other) = (words(), words());
        let each = |words: &str| words.split(' ').skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!((each(&one).len(), each(&other).len()), (3, 3), "{one}");
        assert!(each(&one).iter().all(|word| !each(&other).contains(word)));
        assert!(one.len() >= 16 && one.chars().all(|c| c == ' ' || c.is_ascii_lowercase()));
    }
}
