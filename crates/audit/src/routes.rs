//! The operations of this capability.

use lk_web::Routes;

use crate::Audit;
use crate::entry::{actions, export, get, list, unmask};
use crate::review::{mark, read};
use crate::view::{list as views, remove, save};

/// What operators' clients call.
#[must_use]
pub fn routes(audit: &Audit) -> Routes {
    Routes::default()
        .add(audit, &list::OPERATION, list::handler)
        .add(audit, &actions::OPERATION, actions::handler)
        .add(audit, &get::OPERATION, get::handler)
        .add(audit, &unmask::OPERATION, unmask::handler)
        .add(audit, &export::OPERATION, export::handler)
        .add(audit, &read::OPERATION, read::handler)
        .add(audit, &mark::OPERATION, mark::handler)
        .add(audit, &views::OPERATION, views::handler)
        .add(audit, &save::OPERATION, save::handler)
        .add(audit, &remove::OPERATION, remove::handler)
}
