//! The audit log's tree against a real database: growing, cut short, tampered with, checked.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

mod bundles;
mod cut;
mod growing;
mod kept;
mod stage;
mod tampered;
mod witnessed;
