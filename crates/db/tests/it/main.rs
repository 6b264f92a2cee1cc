//! The door to the database, tried against a real one.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail by panicking"
)]

mod audit_log;
mod census;
mod converted;
mod dispatcher;
mod entries;
mod given_up;
mod permits;
mod psql;
mod walls;
