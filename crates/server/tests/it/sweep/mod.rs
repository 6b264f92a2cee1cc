//! Promises that every declared operation keeps. A new operation is swept without being asked.

mod audit;
mod bodies;
mod callers;
mod isolation;
mod keys;
mod matrix;
mod proof;
mod roles;
mod sockets;
mod strangers;
