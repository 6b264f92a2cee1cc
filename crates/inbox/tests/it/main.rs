//! The inbox over HTTP and a real PostgreSQL: one file for each group of operations.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise, and so may what tests have in common"
)]

mod assigning;
mod contacts;
mod doors;
mod events;
mod identifying;
mod lists;
mod loaders;
mod notes;
mod reading;
mod searching;
mod sending;
mod sessions;
mod sites;
mod stage;
mod starting;
mod strangers;
mod strings;
mod threads;
mod turning;
mod widgets;
