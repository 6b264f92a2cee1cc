//! The loader under its pinned name, kept as long as the installation lives.
//!
//! A page with an integrity value names one exact script. After an update it must still get that
//! one, or its visitors lose the widget: so each loader that was ever served is remembered.

use lk_base::Result;
use lk_db::Db;

fn fact(name: &str) -> String {
    format!("loader:{name}")
}

/// Remembers a loader under its name; the same bytes again change nothing.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn pin(db: &Db, name: &str, bytes: &[u8]) -> Result<()> {
    if db.fact(&fact(name)).await?.is_none() {
        db.set_fact(&fact(name), &String::from_utf8_lossy(bytes)).await?;
    }
    Ok(())
}

/// A loader that was served once, by its pinned name.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn pinned(db: &Db, name: &str) -> Result<Option<Vec<u8>>> {
    Ok(db.fact(&fact(name)).await?.map(String::into_bytes))
}
