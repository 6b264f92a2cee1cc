//! Settings: one documented file of defaults, overridden by a file and by the environment.
//!
//! `leadkeep.toml` at the root of the repository is the documentation and, compiled in, the
//! defaults. [`Settings::load`] lays the administrator's file and the environment over it, refuses
//! keys it does not know, checks every section, and remembers where each value came from.
//!
//! Built once in `server`; the parts are passed down. There is no global.
//!
//! **Invariant:** a [`Settings`] that exists is valid.

mod audit;
mod data;
mod database;
mod demo;
mod duration;
mod error;
mod identity;
mod layers;
mod log;
mod mail;
mod outbound;
mod redis;
mod reference;
mod root_key;
mod secrets;
mod server;
mod settings;
mod site;
mod sources;
mod suggest;
mod tls;
mod weak;

pub use audit::Audit;
pub use data::Data;
pub use database::Database;
pub use demo::Demo;
pub use error::ConfigError;
pub use identity::{Identity, SecondFactor, SignUp};
pub use layers::Origin;
pub use lk_base::Network;
pub use log::{Log, LogFormat};
pub use mail::{Mail, MailSecurity};
pub use outbound::{FoundAt, Outbound};
pub use redis::Redis;
pub use reference::reference;
pub use secrets::Secrets;
pub use server::{Environment, Server};
pub use settings::{Settings, Shown};
pub use site::Site;
pub use sources::Sources;
pub use tls::{Tls, TlsMode};

/// Every setting with its default and its explanation.
pub const DEFAULTS: &str = include_str!("../../../leadkeep.toml");
