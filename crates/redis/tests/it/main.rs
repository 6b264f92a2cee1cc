//! Against a real Redis.

#![expect(clippy::unwrap_used, reason = "tests")]

mod limits;
