//! All declared operations of the product.

use lk_audit::Audit;
use lk_identity::Identity;
use lk_inbox::Inbox;
use lk_web::Routes;
use lk_web::openapi;
use serde_json::Value;

/// What operators' clients call, on the dashboard's origin.
#[must_use]
pub fn operators(identity: &Identity, inbox: &Inbox) -> Routes {
    let audit = Audit { db: identity.db.clone() };
    lk_identity::routes(identity).and(lk_inbox::routes(inbox)).and(lk_audit::routes(&audit))
}

/// What visitors' frames call, on the widget's origin.
#[must_use]
pub fn visitors(inbox: &Inbox) -> Routes {
    lk_inbox::visitor_routes(inbox)
}

/// The OpenAPI document of all of them.
#[must_use]
pub fn document(identity: &Identity, inbox: &Inbox) -> Value {
    openapi::document(operators(identity, inbox).and(visitors(inbox)).declared(), crate::VERSION)
}
