//! The whole product in one process, over a database of its own: sweeps over every declared
//! operation, and journeys across capabilities.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail by panicking"
)]

mod api_keys;
mod app;
mod audit_log;
mod audit_tree;
mod busy;
mod canaries;
mod device;
mod guessing;
mod house;
mod identity;
mod key_ends;
mod key_leaks;
mod lifetimes;
mod mail;
mod malformed;
mod outside;
mod own_events;
mod owner;
mod passkeys;
mod people;
mod persons;
mod races;
mod references;
mod required;
mod reset;
mod sample;
mod second_factor;
mod sign_up;
mod sink;
mod sso;
mod staff;
mod streams;
mod sweep;
mod tokens;
mod watch;
