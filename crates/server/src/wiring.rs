//! How capabilities meet: each trait below is owned by the one that needs it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use lk_base::id::{ConversationId, OperatorId, VisitorId, WidgetId, WorkspaceId};
use lk_base::{Error, Personal, Result};
use lk_db::{Actor, Origin, Scope, WriteTx};
use lk_identity::{Furnish, Identity, Workload};
use lk_inbox::live::OperatorRead;
use lk_inbox::{Inbox, Live};
use lk_realtime::fan_out::Signal;
use lk_realtime::{Door, Presence, Signals};
use lk_staff::{Listed, Owned, Staff, Workspaces};
use lk_web::{Authenticate, Credential};
use serde_json::Value;

const UNKNOWN: Error = Error::Unauthenticated { code: "unauthenticated" };

/// One authenticator for requests and sockets, operators, keys and visitors.
#[derive(Debug)]
pub struct Authenticator {
    /// Knows operators and keys.
    pub identity: Identity,
    /// Knows visitors.
    pub inbox: Inbox,
}

impl Authenticate for Authenticator {
    fn authenticate(
        &self,
        credential: Credential,
        origin: Arc<Origin>,
    ) -> BoxFuture<'_, Result<Scope>> {
        Box::pin(async move {
            match credential {
                Credential::Bearer(token) => self.identity.authenticate(&token, origin).await,
                Credential::Key(key) => self.identity.authenticate_key(&key, origin).await,
                Credential::Widget { widget, site, session } => {
                    self.inbox.authenticate_widget(widget, &site, session, origin).await
                }
                // Staff has a listener and an authenticator of its own.
                Credential::Staff { .. } => Err(UNKNOWN),
            }
        })
    }

    fn still_good<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match scope.actor() {
                Actor::Visitor { .. } => {
                    lk_inbox::door::visitor_still_good(&self.inbox.db, scope).await
                }
                _ => self.identity.still_good(scope).await,
            }
        })
    }
}

/// The authenticator of the private listener: it knows staff, and nobody else.
#[derive(Debug)]
pub struct StaffAuthenticator(pub Staff);

impl Authenticate for StaffAuthenticator {
    fn authenticate(
        &self,
        credential: Credential,
        origin: Arc<Origin>,
    ) -> BoxFuture<'_, Result<Scope>> {
        Box::pin(async move {
            match credential {
                Credential::Staff { token, cookie, entry } => {
                    self.0.authenticate(&token, &cookie, entry, origin).await
                }
                _ => Err(UNKNOWN),
            }
        })
    }

    fn still_good<'a>(&'a self, _: &'a Scope) -> BoxFuture<'a, Result<()>> {
        // Staff has no sockets.
        Box::pin(async { Err(UNKNOWN) })
    }
}

/// Identity keeps the directory of workspaces.
#[derive(Debug, Clone, Copy)]
pub struct Directory;

impl Workspaces for Directory {
    fn list<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        after: Option<WorkspaceId>,
        limit: i64,
    ) -> BoxFuture<'a, Result<Vec<Listed>>> {
        Box::pin(async move {
            let seen = lk_identity::directory::workspaces(tx, after, limit).await?;
            let listed =
                |(id, name, operators)| Listed { id, name: Personal::new(name), operators };
            Ok(seen.into_iter().map(listed).collect())
        })
    }

    fn owned<'a>(&'a self, tx: &'a mut WriteTx) -> BoxFuture<'a, Result<Option<Owned>>> {
        Box::pin(async move {
            let owned = lk_identity::operator::owners(tx).await?;
            Ok(owned.map(|(name, super_admins)| Owned { name, super_admins }))
        })
    }
}

/// A new workspace gets a widget.
#[derive(Debug, Clone, Copy)]
pub struct FirstWidget;

impl Furnish for FirstWidget {
    fn on_platform<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        workspace: WorkspaceId,
        widget: WidgetId,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(lk_inbox::insert_directory(tx, widget, workspace))
    }

    fn inside<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        name: &'a str,
        widget: WidgetId,
    ) -> BoxFuture<'a, Result<()>> {
        let _ = name;
        Box::pin(lk_inbox::insert_widget(tx, widget))
    }
}

/// Who leaves had conversations.
#[derive(Debug, Clone, Copy)]
pub struct Conversations;

impl Workload for Conversations {
    fn open_of<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        operator: OperatorId,
    ) -> BoxFuture<'a, Result<usize>> {
        Box::pin(lk_inbox::open_of(tx, operator))
    }

    fn hand_over<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        from: OperatorId,
        to: Option<OperatorId>,
    ) -> BoxFuture<'a, Result<usize>> {
        Box::pin(lk_inbox::hand_over(tx, from, to))
    }
}

/// What the inbox wants to know of the moment, and what it tells it.
#[derive(Debug)]
pub struct Moment {
    /// Who is there.
    pub presence: Arc<Presence>,
    /// The way to the sockets.
    pub signals: Signals,
}

impl Live for Moment {
    fn visitor_online(&self, workspace: WorkspaceId, visitor: VisitorId) -> bool {
        self.presence.visitor_online(workspace, visitor)
    }

    fn anybody_online(&self, workspace: WorkspaceId) -> bool {
        self.presence.anybody_online(workspace)
    }

    fn operator_read(&self, workspace: WorkspaceId, read: OperatorRead) {
        let OperatorRead { conversation, visitor, operator, seq, public_seq } = read;
        self.signals.send(Signal::Read {
            workspace,
            conversation,
            visitor,
            operator,
            seq,
            public_seq,
        });
    }

    fn visitor_read(&self, workspace: WorkspaceId, conversation: ConversationId, seq: i64, _: i64) {
        self.signals.send(Signal::VisitorRead { workspace, conversation, seq });
    }
}

/// The inbox keeps the door of conversations.
#[derive(Debug)]
pub struct Doorkeeper {
    /// Knows conversations and operators' names.
    pub inbox: Inbox,
}

impl Door for Doorkeeper {
    fn operator_joins<'a>(
        &'a self,
        scope: &'a Scope,
        conversation: ConversationId,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            // Whose conversation it is, sockets need not know.
            lk_inbox::door::operator_may_see(&self.inbox.db, scope, conversation).await.map(drop)
        })
    }

    fn operator_name<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<String>> {
        Box::pin(async move {
            let name =
                lk_inbox::door::operator_name(&self.inbox.db, scope, scope.operator()?).await?;
            Ok(name.into_revealed())
        })
    }

    fn visitor_joins<'a>(
        &'a self,
        scope: &'a Scope,
        conversation: ConversationId,
        after_seq: i64,
    ) -> BoxFuture<'a, Result<(Value, i64)>> {
        Box::pin(async move {
            let (messages, seq) =
                lk_inbox::door::visitor_catch_up(&self.inbox.db, scope, conversation, after_seq)
                    .await?;
            Ok((serde_json::to_value(messages).map_err(lk_base::Error::internal)?, seq))
        })
    }
}
