//! The words everything else is written in: ids, time, errors, secrets, text, pages.
//!
//! Reading order: [`id`], [`clock`], [`error`], then [`secret`] and [`text`].
//!
//! **Invariant:** nothing here touches a network, a file or a database.

pub mod address;
pub mod clock;
pub mod device;
pub mod error;
pub mod id;
pub mod network;
pub mod page;
pub mod secret;
pub mod text;
pub mod timestamp;

pub use address::MaskedAddress;
pub use clock::Clock;
pub use error::{Error, Result};
pub use network::Network;
pub use page::{Page, PageInfo};
pub use secret::{Personal, Secret, Shown};
pub use timestamp::Timestamp;
