//! What must be true of a database before the product serves from it, and for as long as it does.
//!
//! The census asks the catalogue, so that a table is looked at because it is there, and not because
//! somebody remembered it. Each refusal is a sentence for the administrator.

mod functions;
pub mod holdings;
mod keys;
mod roles;
mod tables;
mod wall;

use lk_base::{Error, Result};

use crate::pool::Db;

impl Db {
    /// Looks at roles, the wall, tables, keys, functions and holdings; the sentences say what is wrong.
    ///
    /// # Errors
    /// `Internal` when the catalogue cannot be read.
    pub async fn census(&self) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        roles::look(self, &mut wrong).await?;
        wall::look(self, &mut wrong).await?;
        tables::look(self, &mut wrong).await?;
        keys::look(self, &mut wrong).await?;
        functions::look(self, &mut wrong).await?;
        Ok(wrong)
    }

    /// The server's version number, for example 150018.
    ///
    /// # Errors
    /// `Internal` when the server does not answer.
    pub async fn server_version(&self) -> Result<u32> {
        let text =
            sqlx::query_scalar!("select current_setting('server_version_num') as \"number!\"")
                .fetch_one(self.app())
                .await?;
        text.parse().map_err(Error::internal)
    }
}
