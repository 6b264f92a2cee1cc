//! A small world for tests: a real database of its own, a clock that stands still, people in it.
//!
//! ```ignore
//! let world = World::new(|parts| lk_inbox::routes(&inbox(parts))).await;
//! let ada = world.operator(Role::User).await;              // a workspace of her own
//! let bob = ada.colleague(Role::Admin).await;              // in the same workspace
//! let body = ada.post("/api/v1/…", json!({ … })).await.expect(StatusCode::OK);
//! assert_eq!(world.audit().await[0]["action"], "conversation.assigned");
//! ```
//!
//! Each test has a database cloned from a template that was migrated once; nothing is shared but
//! the server process. People are Ada, Bob and Mallory; addresses are 203.0.113.x.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "this crate is used in tests only, where a panic is the way to fail"
)]

mod answer;
mod cluster;
pub mod entries;
mod people;
mod redis;
mod world;

pub use answer::Answer;
pub use cluster::{Database, private_database};
pub use people::Operator;
pub use redis::RedisServer;
pub use world::{Parts, World};
