//! Staff's own audit stream.

pub mod list;
