//! HTTP without product nouns: an operation is declared once, and everything else reads it.
//!
//! Reading order: [`operation`] (the declaration), [`call`] (what a handler gets), [`routes`]
//! (the router, and the order of checks), [`problem`] (how errors look), [`edge`] (what happens
//! around every request), [`openapi`] (the document).
//!
//! **Invariant:** identity, permission and rate limit are checked before a handler runs, and a
//! role that is too weak learns nothing about existence: 403 comes before any look-up.

pub mod authenticate;
pub mod call;
pub mod codes;
pub mod cookie;
pub mod credential;
pub mod edge;
pub mod headers;
pub mod limit;
pub mod openapi;
pub mod operation;
pub mod problem;
pub mod routes;

pub use authenticate::{Authenticate, Credential};
pub use call::{Call, Nothing, One, Reply};
pub use limit::{Limiter, RateClass};
pub use operation::{Access, Audited, Operation, OwnCookie};
pub use problem::Problem;
pub use routes::{Declared, Routes};
