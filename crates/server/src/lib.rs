//! The binary `leadkeep`, as a library so that tests can start it.
//!
//! Reading order: [`serve`] (from settings to a running product), [`wiring`] (how capabilities
//! meet), [`listener`] (who may come in where), [`command`] (the other verbs).
//!
//! **Invariant:** capabilities do not know one another; what one needs of another is a trait it
//! owns, and the only implementations are in [`wiring`].

pub mod assets;
pub mod canary;
pub mod command;
pub mod database;
pub mod demo;
pub mod listener;
pub mod logs;
pub mod mail;
mod outbound;
pub mod product;
mod redis;
pub mod routes;
pub mod serve;
pub mod watch;
pub mod wiring;

/// The version of this build.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
