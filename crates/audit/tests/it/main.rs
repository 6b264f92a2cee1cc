//! The audit log for people, against a real PostgreSQL.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests fail by panicking")]

mod plans;
