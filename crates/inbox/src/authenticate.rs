//! Visitors: from a widget's id, a site and a cookie to a scope.
//!
//! **Invariant:** an unknown widget and a site that is not allowed are refused with equal words,
//! so nobody can ask which widgets exist or where they are used.

use std::sync::Arc;
use std::time::Duration;

use lk_base::id::{Id, VisitorId, WidgetId, WorkspaceId};
use lk_base::{Error, Result, Secret, Timestamp};
use lk_crypto::TokenHash;
use lk_db::outbox::{Announced, Listener};
use lk_db::{Actor, EventKind, Origin, Recent, Scope, Unaudited};

use crate::inbox::Inbox;

/// A visitor who stays away longer begins anew.
pub const STAY: Duration = Duration::from_secs(180 * 24 * 3600);
/// How exactly it is known when a visitor was last seen.
const SEEN_EVERY: Duration = Duration::from_secs(15 * 60);

const REFUSED: Error = Error::Forbidden { code: "site_not_allowed" };

#[expect(clippy::disallowed_methods, reason = "this is where visitors are authenticated")]
fn scope(workspace: WorkspaceId, actor: Actor, origin: Arc<Origin>) -> Scope {
    Scope::assume_authenticated(workspace, actor, origin)
}

/// The product itself in a workspace: the clock, the look-up of widgets.
pub(crate) fn system_scope(workspace: WorkspaceId, what: &str) -> Scope {
    scope(workspace, Actor::System, Arc::new(Origin::system(what)))
}

/// The visitor of a canary, while it is planted.
pub(crate) fn canary_scope(workspace: WorkspaceId, visitor: VisitorId) -> Scope {
    scope(workspace, Actor::Visitor { visitor }, Arc::new(Origin::system("canary")))
}

/// What the database says of a widget and of a visitor who was named beside it.
#[derive(Debug)]
pub(crate) struct Found {
    allowed_sites: Vec<String>,
    /// The hash of the visitor's token and when they were last seen.
    session: Option<(TokenHash, Timestamp)>,
}

/// Widgets and visitors that were looked at a moment ago.
#[derive(Debug, Default)]
pub struct Known(Recent<(WidgetId, Option<VisitorId>), Arc<Found>>);

impl Known {
    /// Forgets a visitor: the next request asks the database.
    pub(crate) fn forget_visitor(&self, visitor: VisitorId) {
        self.0.forget(|(_, known), _| *known == Some(visitor));
    }

    /// Forgets a widget, and who came through it.
    pub(crate) fn forget_widget(&self, widget: WidgetId) {
        self.0.forget(|(known, _), _| *known == widget);
    }
}

impl Listener for Known {
    fn hear(&self, batch: &[Announced]) {
        let ends = |event: &Announced| {
            matches!(event.kind, EventKind::VisitorEnded | EventKind::WidgetUpdated)
        };
        if batch.iter().any(ends) {
            self.0.forget(|_, _| true);
        }
    }
}

impl Inbox {
    /// Who stands behind a widget's call: a visitor with a live session, or nobody yet.
    ///
    /// # Errors
    /// `Forbidden` when there is no such widget or the site is not allowed.
    pub async fn authenticate_widget(
        &self,
        widget: WidgetId,
        site: &str,
        session: Option<Secret>,
        origin: Arc<Origin>,
    ) -> Result<Scope> {
        let workspace = self.known_widget(widget).await?.ok_or(REFUSED)?.workspace;
        let nobody = scope(workspace, Actor::Nobody, Arc::clone(&origin));
        let shown = session.as_ref().and_then(|session| split(session.expose()));

        let key = (widget, shown.map(|(visitor, _)| visitor));
        let found = match self.known.0.get(&key) {
            Some(found) => found,
            None => {
                let begun = self.known.0.begin();
                let found = self.look_up(&nobody, key).await?;
                self.known.0.put(key, found.clone(), begun);
                found
            }
        };
        let now = self.db.clock().now();
        if !found.allowed_sites.iter().any(|allowed| allowed == site) {
            return Err(REFUSED);
        }
        let (Some((visitor, token)), Some((hash, seen))) = (shown, &found.session) else {
            return Ok(nobody);
        };
        if !hash.matches(&TokenHash::of(token)) || now.since(*seen) > STAY {
            return Ok(nobody);
        }
        let scope = scope(workspace, Actor::Visitor { visitor }, origin);
        if now.since(*seen) > SEEN_EVERY {
            self.note_seen(&scope, visitor).await?;
            self.known.forget_visitor(visitor);
        }
        Ok(scope)
    }

    async fn look_up(
        &self,
        nobody: &Scope,
        (widget, visitor): (WidgetId, Option<VisitorId>),
    ) -> Result<Arc<Found>> {
        let mut tx = self.db.read(nobody).await?;
        let row = sqlx::query!(
            r#"select w.allowed_sites,
                      v.token_hash   as "token_hash?",
                      v.last_seen_at as "last_seen_at?: Timestamp"
                 from widgets w
                 left join visitors v
                   on v.workspace_id = w.workspace_id
                  and v.widget_id = w.widget_id
                  and v.visitor_id = $3
                  and v.revoked_at is null
                where w.workspace_id = $1
                  and w.widget_id = $2"#,
            tx.workspace(),
            widget.uuid(),
            visitor.map(Id::uuid),
        )
        .fetch_optional(tx.conn())
        .await?
        .ok_or(REFUSED)?;
        Ok(Arc::new(Found {
            allowed_sites: row.allowed_sites,
            session: row.token_hash.map(TokenHash::stored).zip(row.last_seen_at),
        }))
    }

    /// The sites that may show a widget's frame; `None` when there is no such widget.
    ///
    /// # Errors
    /// `Internal` when the database does not answer.
    pub async fn frame_sites(&self, widget: WidgetId) -> Result<Option<Vec<String>>> {
        let Some(known) = self.known_widget(widget).await? else { return Ok(None) };
        let mut tx = self.db.read(&system_scope(known.workspace, "frame")).await?;
        let sites = sqlx::query_scalar!(
            "select allowed_sites from widgets where workspace_id = $1 and widget_id = $2",
            tx.workspace(),
            widget.uuid(),
        )
        .fetch_optional(tx.conn())
        .await?;
        Ok(sites)
    }

    async fn note_seen(&self, scope: &Scope, visitor: VisitorId) -> Result<()> {
        let mut tx = self.db.write(scope).await?;
        sqlx::query!(
            "update visitors
                set last_seen_at = greatest(last_seen_at, $3)
              where workspace_id = $1
                and visitor_id = $2",
            tx.workspace(),
            visitor.uuid(),
            tx.now().sql(),
        )
        .execute(tx.conn())
        .await?;
        tx.commit_unaudited(Unaudited::LastSeen).await
    }
}

/// The two halves of a visitor's cookie: `<visitor id>.<token>`.
fn split(cookie: &str) -> Option<(VisitorId, &str)> {
    let (visitor, token) = cookie.split_once('.')?;
    Some((visitor.parse().ok()?, token))
}

#[cfg(test)]
mod tests {
    use lk_crypto::Token;

    use super::*;

    #[test]
    fn a_cookie_names_the_visitor_and_proves_it() {
        let (visitor, token) = (VisitorId::from_uuid(uuid::Uuid::from_u128(7)), Token::random());
        let cookie = format!("{visitor}.{}", token.expose());
        let (named, shown) = split(&cookie).unwrap();
        assert_eq!(named, visitor);
        assert!(TokenHash::of(shown).matches(&token.hash()));
    }

    #[test]
    fn a_cookie_of_another_form_is_nobody() {
        let conversation = lk_base::id::ConversationId::from_uuid(uuid::Uuid::from_u128(7));
        for cookie in
            [String::new(), "abc".to_owned(), ".abc".to_owned(), format!("{conversation}.abc")]
        {
            assert!(split(&cookie).is_none(), "{cookie}");
        }
    }
}
