//! What staff may look at in a workspace while it has access: each look is an entry of its log.

pub mod operators;
pub mod workspace;

use lk_web::Routes;

use crate::Identity;

/// What staff calls with a grant, on the private listener.
#[must_use]
pub fn routes(identity: &Identity) -> Routes {
    Routes::default().add(identity, &workspace::OPERATION, workspace::handler).add(
        identity,
        &operators::OPERATION,
        operators::handler,
    )
}
