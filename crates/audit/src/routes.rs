//! The operations of this capability.

use lk_web::Routes;

use crate::Audit;
use crate::entry::{actions, export, get, list, unmask};
use crate::review::{mark, read};
use crate::stream;
use crate::tree::{proof, read as tree};
use crate::view::{list as views, remove, save};

/// What operators' clients call.
#[must_use]
pub fn routes(audit: &Audit) -> Routes {
    Routes::default()
        .add(audit, &list::OPERATION, list::handler)
        .add(audit, &actions::OPERATION, actions::handler)
        .add(audit, &tree::OPERATION, tree::handler)
        .add(audit, &get::OPERATION, get::handler)
        .add(audit, &proof::OPERATION, proof::handler)
        .add(audit, &unmask::OPERATION, unmask::handler)
        .add(audit, &export::OPERATION, export::handler)
        .add(audit, &read::OPERATION, read::handler)
        .add(audit, &mark::OPERATION, mark::handler)
        .add(audit, &views::OPERATION, views::handler)
        .add(audit, &save::OPERATION, save::handler)
        .add(audit, &remove::OPERATION, remove::handler)
        .add(audit, &stream::list::OPERATION, stream::list::handler)
        .add(audit, &stream::create::OPERATION, stream::create::handler)
        .add(audit, &stream::change::OPERATION, stream::change::handler)
        .add(audit, &stream::rotate::OPERATION, stream::rotate::handler)
        .add(audit, &stream::send_test::OPERATION, stream::send_test::handler)
        .add(audit, &stream::remove::OPERATION, stream::remove::handler)
}
