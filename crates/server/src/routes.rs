//! All declared operations of the product.

use lk_audit::Audit;
use lk_identity::Identity;
use lk_inbox::Inbox;
use lk_staff::Staff;
use lk_web::Routes;
use lk_web::openapi::{self, Of};
use serde_json::Value;

/// What the audit log's operations and streams work with.
#[must_use]
pub fn audit(identity: &Identity) -> Audit {
    Audit {
        db: identity.db.clone(),
        outbound: identity.outbound.clone(),
        dashboard_url: identity.dashboard_url.clone(),
    }
}

/// What operators' clients call, on the dashboard's origin.
#[must_use]
pub fn operators(identity: &Identity, inbox: &Inbox, staff: &Staff) -> Routes {
    lk_identity::routes(identity)
        .and(lk_inbox::routes(inbox))
        .and(lk_audit::routes(&audit(identity)))
        .and(lk_staff::workspace_routes(staff))
}

/// What visitors' frames call, on the widget's origin.
#[must_use]
pub fn visitors(inbox: &Inbox) -> Routes {
    lk_inbox::visitor_routes(inbox)
}

/// What staff calls, on the private listener.
#[must_use]
pub fn staff(identity: &Identity, inbox: &Inbox, staff: &Staff) -> Routes {
    lk_staff::routes(staff)
        .and(lk_identity::granted::routes(identity))
        .and(lk_inbox::granted::routes(inbox))
}

/// The OpenAPI document of what operators and visitors call.
#[must_use]
pub fn document(identity: &Identity, inbox: &Inbox, staff: &Staff) -> Value {
    let routes = operators(identity, inbox, staff).and(visitors(inbox));
    openapi::document(routes.declared(), Of::Workspaces, crate::VERSION)
}

/// The OpenAPI document of what staff calls.
#[must_use]
pub fn staff_document(identity: &Identity, inbox: &Inbox, of: &Staff) -> Value {
    openapi::document(staff(identity, inbox, of).declared(), Of::Staff, crate::VERSION)
}
