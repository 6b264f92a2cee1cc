//! The only door to the database: a scope becomes a transaction, a transaction ends with an entry.
//!
//! Reading order: [`scope`] (who acts, where), [`tx`] (the door), [`audit`] and [`event`] (what a
//! write leaves behind), [`outbox`] (how events get their numbers), [`census`] (what must be true
//! of a database before and while it is used).
//!
//! **Invariant:** no [`Scope`], no query. Every transaction is bound to one workspace, by the
//! statements (`workspace_id = $1`) and by row security (`lk.workspace`, which is signed).
//! **Invariant:** a write commits with its audit entry, or for a listed reason without one.
//!
//! A write cannot be finished without saying what it was:
//!
//! ```compile_fail
//! async fn forget(db: lk_db::Db, scope: lk_db::Scope) {
//!     let tx = db.write(&scope).await.unwrap();
//!     tx.commit().await.unwrap(); // there is no such commit: an entry is missing
//! }
//! ```

pub mod audit;
pub mod census;
mod conn;
pub mod entry;
pub mod event;
pub mod evidence;
mod facts;
pub mod migrate;
pub mod outbox;
pub mod permit;
mod pool;
pub mod recent;
pub mod scope;
pub mod seat;
pub mod tx;

pub use audit::{Action, Entry, Unaudited};
pub use conn::Conn;
pub use event::{Event, EventKind};
pub use evidence::{Check, Evidence, Outcome};
pub use outbox::{Announced, Dispatcher};
pub use permit::ThirdWall;
pub use pool::{Db, Places};
pub use recent::Recent;
pub use scope::{Actor, Origin, Scope};
pub use tx::{ReadTx, SystemReason, SystemTx, WriteTx, is_over_time};
