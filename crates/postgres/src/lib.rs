//! The private PostgreSQL cluster: made, tuned, supervised and stopped with the server.
//!
//! Without `database.url` the server keeps its data in a cluster of its own under `<data>/postgres`.
//! It listens on a unix socket only, lets in nobody but the operating-system user that runs the
//! server (peer authentication, no passwords), and runs as an unprivileged user even when the
//! server is started by root.
//!
//! Reading order: [`Settings`], [`Cluster`], [`Address`]; then `supervisor`, which owns the process.
//!
//! **Invariant:** while a [`Cluster`] lives, exactly one postmaster or none runs in its directory;
//! after [`Cluster::stop`] (or a drop) no process of it is left.

mod access;
mod address;
mod binaries;
mod cluster;
mod command;
mod error;
mod layout;
mod leftover;
mod lock;
mod make;
mod os_user;
mod postmaster;
mod roles;
mod running;
mod settings;
mod supervisor;
mod throwaway;
mod tuning;
mod version;
mod volume;

pub use address::{Address, Role};
pub use cluster::Cluster;
pub use error::{Error, Result};
pub use roles::HIDDEN_STATEMENTS;
pub use running::Running;
pub use settings::{Durability, Settings};
pub use supervisor::State;
pub use throwaway::Throwaway;
pub use version::{check_version, describe_version};
