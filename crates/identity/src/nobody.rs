//! Scopes of those who prove nothing: somebody who has not signed in yet, and the clock.

use std::sync::Arc;

use lk_base::id::WorkspaceId;
use lk_db::{Actor, Origin, Scope};

/// The clock, in a workspace or among the platform's rows.
#[expect(clippy::disallowed_methods, reason = "the product itself, when a time has come")]
pub(crate) fn the_clock(workspace: WorkspaceId) -> Scope {
    Scope::assume_authenticated(workspace, Actor::System, Arc::new(Origin::system("clock")))
}

/// Nobody yet, among the platform's rows.
pub(crate) fn nobody(origin: Arc<Origin>) -> Scope {
    nobody_in(WorkspaceId::PLATFORM, origin)
}

/// Nobody yet, in a workspace: to find out whether somebody belongs there.
#[expect(clippy::disallowed_methods, reason = "nobody is claimed: the actor is Nobody")]
pub(crate) fn nobody_in(workspace: WorkspaceId, origin: Arc<Origin>) -> Scope {
    Scope::assume_authenticated(workspace, Actor::Nobody, origin)
}
