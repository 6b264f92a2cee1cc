//! Every operation of this capability, once.

use lk_web::Routes;

use crate::inbox::Inbox;
use crate::{contact, conversation, event, message, thread, visitor, widget};

/// What operators may call.
#[must_use]
pub fn routes(inbox: &Inbox) -> Routes {
    Routes::default()
        .add(inbox, &widget::list::OPERATION, widget::list::handler)
        .add(inbox, &widget::get::OPERATION, widget::get::handler)
        .add(inbox, &widget::update::OPERATION, widget::update::handler)
        .add(inbox, &conversation::list::OPERATION, conversation::list::handler)
        .add(inbox, &conversation::counts::OPERATION, conversation::counts::handler)
        .add(inbox, &conversation::search::OPERATION, conversation::search::handler)
        .add(inbox, &conversation::get::OPERATION, conversation::get::handler)
        .add(inbox, &conversation::assign::OPERATION, conversation::assign::handler)
        .add(inbox, &conversation::resolve::OPERATION, conversation::resolve::handler)
        .add(inbox, &conversation::reopen::OPERATION, conversation::reopen::handler)
        .add(inbox, &conversation::snooze::OPERATION, conversation::snooze::handler)
        .add(inbox, &conversation::read::OPERATION, conversation::read::handler)
        .add(inbox, &conversation::unread::OPERATION, conversation::unread::handler)
        .add(inbox, &message::list::OPERATION, message::list::handler)
        .add(inbox, &message::send::OPERATION, message::send::handler)
        .add(inbox, &message::write_note::OPERATION, message::write_note::handler)
        .add(inbox, &contact::get::OPERATION, contact::get::handler)
        .add(inbox, &contact::update::OPERATION, contact::update::handler)
        .add(inbox, &event::list::OPERATION, event::list::handler)
}

/// What visitors may call, on the widget's origin.
#[must_use]
pub fn visitor_routes(inbox: &Inbox) -> Routes {
    Routes::default()
        .add(inbox, &visitor::config::OPERATION, visitor::config::handler)
        .add(inbox, &visitor::start::OPERATION, visitor::start::handler)
        .add(inbox, &visitor::leave::OPERATION, visitor::leave::handler)
        .add(inbox, &visitor::me::OPERATION, visitor::me::handler)
        .add(inbox, &visitor::identify::OPERATION, visitor::identify::handler)
        .add(inbox, &thread::list::OPERATION, thread::list::handler)
        .add(inbox, &thread::start::OPERATION, thread::start::handler)
        .add(inbox, &thread::messages::OPERATION, thread::messages::handler)
        .add(inbox, &thread::send::OPERATION, thread::send::handler)
        .add(inbox, &thread::read::OPERATION, thread::read::handler)
}
