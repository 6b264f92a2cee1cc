//! The audit log for people: reading it, giving it out, streaming it to where others watch.
//!
//! Reading order: [`entry`] (an entry as it is shown, and how it is found), [`stream`] (how it is
//! sent on), then one file per operation. What is written, and in which form it lies, is the matter of `lk-db`.
//!
//! **Invariant:** the log is searched by its plain facts only (who, what, when, in which request);
//! payloads are opened for the rows of one page.
//! **Invariant:** whoever reads, exports or unmasks leaves an entry.

pub mod entry;
mod reading;
pub mod review;
mod routes;
pub mod stream;
pub mod tree;
pub mod view;

use lk_db::Db;
use lk_net::Outbound;

pub use routes::routes;

/// What every operation of this capability works with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The database.
    pub db: Db,
    /// The way out, for streams.
    pub outbound: Outbound,
    /// Where the dashboard is: links in mail begin with it, and syslog names its host.
    pub dashboard_url: String,
}

impl Audit {
    /// The name of this installation for others.
    pub(crate) fn host(&self) -> &str {
        let rest =
            self.dashboard_url.split_once("://").map_or(&*self.dashboard_url, |(_, rest)| rest);
        rest.split([':', '/']).next().filter(|host| !host.is_empty()).unwrap_or("-")
    }
}
