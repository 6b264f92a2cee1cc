//! Mail: written in the transaction of what it tells about, sent afterwards.
//!
//! Reading order: [`letter`] (what a mail says, in text and HTML), [`post`] (into the table),
//! [`smtp`] (to a server), [`postman`] (who carries it there, again and again, for a day).
//!
//! **Invariant:** a mail exists if and only if the change it tells about was committed.
//! **Invariant:** once a mail was sent or given up, neither its words nor its recipient are kept.
//! **Invariant:** a log line names a mail by its id, never by its recipient or its words.

mod admins;
pub mod letter;
mod post;
pub mod postman;
pub mod smtp;

pub use admins::admins;
pub use letter::{Letter, Sender};
pub use post::post;
pub use postman::{Kept, Postman};
pub use smtp::{BadRelay, Relay, Security, Smtp};

/// What becomes of mail here; people are told, because it decides what they can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is sent by SMTP.
    Smtp,
    /// No SMTP server is set: mail waits in a mailbox that the private listener shows.
    Mailbox,
}
