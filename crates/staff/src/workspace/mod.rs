//! Workspaces, as staff sees them without access: that they are there.

pub mod list;
