//! Staff: internal administrators, who are no persons, on a listener of their own.

pub(crate) mod badge;
pub(crate) mod grants;
mod members;
mod private;
pub(crate) mod sample;
mod signing_in;
