//! The root key, and whether it is the one that a database is sealed with.
//!
//! A database keeps the fingerprint of the key it was first opened with. It tells two keys apart
//! and nothing else: it is derived from the key for this one purpose.

use anyhow::{Context, bail};
use lk_config::Settings;
use lk_crypto::RootKey;
use lk_db::Db;

/// The fact that holds the fingerprint.
const FACT: &str = "root_key";

/// The root key of this installation, made when there is nothing that one has sealed.
///
/// # Errors
/// A key that is missing although there is data, or too weak.
pub fn root_key(settings: &Settings) -> anyhow::Result<RootKey> {
    let bytes = settings.root_key()?;
    RootKey::new(bytes.expose().clone()).context("secrets.root_key")
}

/// The root key of this installation; `None` before the first start, and none is made.
///
/// # Errors
/// As [`root_key`].
pub fn kept_root_key(settings: &Settings) -> anyhow::Result<Option<RootKey>> {
    let Some(bytes) = settings.kept_root_key()? else { return Ok(None) };
    RootKey::new(bytes.expose().clone()).context("secrets.root_key").map(Some)
}

fn fingerprint(root: &RootKey) -> anyhow::Result<String> {
    let bytes = root.derive::<8>("fingerprint")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The fingerprint of the key that the database is sealed with, unless it was never opened.
///
/// # Errors
/// The database does not answer.
pub async fn seal(db: &Db) -> anyhow::Result<Option<String>> {
    Ok(db.fact(FACT).await?)
}

/// [`seal`], and refuses when that is of another key than `root`.
///
/// # Errors
/// A sentence that says what to do.
pub async fn sealed_with(db: &Db, root: &RootKey) -> anyhow::Result<Option<String>> {
    let Some(kept) = seal(db).await? else { return Ok(None) };
    let own = fingerprint(root)?;
    if kept != own {
        bail!(
            "the root key is not the one that this database is sealed with (its fingerprint is {own}, the database's is {kept}); put the right one back from your backup, as <data>/root.key or secrets.root_key. If <data>/root.key was missing, a new one was made, which opens nothing here and can be overwritten."
        );
    }
    Ok(Some(kept))
}

/// [`sealed_with`], and notes the fingerprint in a database that has none yet.
pub(crate) async fn settle(db: &Db, root: &RootKey) -> anyhow::Result<()> {
    if sealed_with(db, root).await?.is_some() || db.set_fact(FACT, &fingerprint(root)?).await? {
        return Ok(());
    }
    // Somebody else was first: then it is theirs to agree with.
    sealed_with(db, root).await.map(drop)
}

#[cfg(test)]
mod tests {
    use lk_base::Clock;
    use lk_crypto::Sealer;
    use lk_testkit::private_database;

    use super::*;

    #[tokio::test]
    async fn a_database_keeps_to_the_root_key_it_was_first_opened_with() {
        let (first, other) = (RootKey::random(), RootKey::random());
        let places = private_database().await.places;
        let db = Db::new(&places, Clock::system(), Sealer::new(&first).unwrap());
        assert_eq!(sealed_with(&db, &first).await.unwrap(), None);
        settle(&db, &first).await.unwrap();
        settle(&db, &first).await.unwrap();
        let kept = sealed_with(&db, &first).await.unwrap().unwrap();
        assert!(kept.len() == 16 && kept.bytes().all(|byte| byte.is_ascii_hexdigit()), "{kept}");
        for refused in [settle(&db, &other).await, sealed_with(&db, &other).await.map(drop)] {
            let said = refused.unwrap_err().to_string();
            assert!(said.contains(&kept) && said.contains("from your backup"), "{said}");
        }
        assert_eq!(sealed_with(&db, &first).await.unwrap(), Some(kept));
    }
}
