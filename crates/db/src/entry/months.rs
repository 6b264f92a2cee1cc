//! The partitions of the log, one for a month, made before the month begins.

use lk_base::Result;

use crate::pool::Db;

impl Db {
    /// Makes the partitions of this month and the next, and puts entries that lie outside of any
    /// month into theirs. To be called at the start and once a day; it waits five seconds at most.
    ///
    /// # Errors
    /// `Internal` when the database refuses, or others hold the log for too long.
    pub async fn make_room(&self) -> Result<()> {
        sqlx::query!("select audit_make_room()::text as \"done\"").fetch_one(self.app()).await?;
        Ok(())
    }
}
