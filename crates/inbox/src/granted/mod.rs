//! What staff may look at in a workspace's inbox while it has access: each look is an entry of the
//! workspace's log, and nothing can be changed.

pub mod conversations;
pub mod messages;
pub mod widgets;

use lk_web::Routes;

use crate::inbox::Inbox;

/// What staff calls with a grant, on the private listener.
#[must_use]
pub fn routes(inbox: &Inbox) -> Routes {
    Routes::default()
        .add(inbox, &widgets::OPERATION, widgets::handler)
        .add(inbox, &conversations::OPERATION, conversations::handler)
        .add(inbox, &messages::OPERATION, messages::handler)
}
