//! One authenticator for HTTP and sockets, operators, keys, visitors and staff.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use lk_base::id::{GrantId, WidgetId};
use lk_base::{Result, Secret};
use lk_db::{Origin, Scope};

/// What a caller shows.
#[derive(Debug, Clone)]
pub enum Credential {
    /// An access token.
    Bearer(Secret),
    /// An API key, from a program.
    Key(Secret),
    /// A widget on a site, perhaps with a visitor's session.
    Widget {
        /// The widget that the page names.
        widget: WidgetId,
        /// The origin of the host page, as the frame verified it.
        site: String,
        /// The visitor's cookie.
        session: Option<Secret>,
    },
    /// A session of staff, both halves of it.
    Staff {
        /// The half that the tab keeps.
        token: Secret,
        /// The half that the browser keeps.
        cookie: Secret,
        /// What should let them into a workspace.
        entry: Entering,
    },
}

/// Where staff wants to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entering {
    /// Among the platform's rows.
    Nowhere,
    /// In the workspace of a grant, if it lets them in: otherwise that is not found.
    With(Option<GrantId>),
}

/// Turns a credential into a scope. Plugged in by `server`; HTTP and sockets call the same one.
pub trait Authenticate: Send + Sync + 'static {
    /// Who stands behind the credential, in which workspace.
    ///
    /// # Errors
    /// `Unauthenticated` when nobody does, `Forbidden` when the site is not allowed.
    fn authenticate(
        &self,
        credential: Credential,
        origin: Arc<Origin>,
    ) -> BoxFuture<'_, Result<Scope>>;

    /// Whether a scope that was given out long ago still holds: sockets ask now and then.
    ///
    /// # Errors
    /// `Unauthenticated` when it does not.
    fn still_good<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<()>>;
}
