//! The inbox: widgets, visitors, contacts, conversations, messages.
//!
//! Reading order: [`inbox`] (what every operation works with), [`conversation`] and [`message`]
//! (the nouns), [`message::append`] (how a line gets its number), then one file per operation.
//! What a visitor sees is in [`visitor`] and [`thread`]; what sockets ask is in [`door`].
//!
//! **Invariant:** one operation, one file: declaration, input, rule, SQL, audit entry, event.
//! **Invariant:** a note never reaches a visitor: it has no public number, and everything a
//! visitor reads is selected by that number.
//! **Invariant:** this crate never talks to a socket; it emits events and asks [`Live`].

pub mod authenticate;
pub mod author;
pub mod canary;
pub mod contact;
pub mod conversation;
pub mod cursor;
pub mod directory;
pub mod door;
pub mod event;
pub mod granted;
pub mod inbox;
pub mod live;
pub mod loader;
pub mod masked;
pub mod message;
pub mod routes;
mod search;
pub mod thread;
pub mod visitor;
pub mod widget;

pub use conversation::hand_over::{hand_over, open_of};
pub use conversation::wake::wake_snoozed;
pub use directory::insert_directory;
pub use event::public_data;
pub use inbox::Inbox;
pub use live::{Live, Silent};
pub use routes::{routes, visitor_routes};
pub use search::owed::keep_owed;
pub use widget::create::insert_widget;
pub use widget::hit::record_hit;
