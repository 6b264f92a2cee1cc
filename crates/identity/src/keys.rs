//! The ring of signing keys: sealed in the database, made at the first start.

use std::sync::Arc;

use lk_base::id::{Id, KeyId};
use lk_base::{Error, Result};
use lk_crypto::{KeyRing, Place};
use lk_db::{Db, Origin, SystemReason, Unaudited};
use uuid::Uuid;

use crate::authenticate::nobody;

/// Loads the ring; makes the first key when there is none.
///
/// # Errors
/// `Internal` when a key does not open, which means that the root key is not the one that sealed it.
pub async fn load(db: &Db, issuer: &str) -> Result<KeyRing> {
    let scope = nobody(Arc::new(Origin::system("start")));
    let mut system = db.system(SystemReason::Start, &scope).await?;
    let tx = system.tx();
    let workspace = tx.workspace();
    // One node makes the first key; the others wait here and find it.
    sqlx::query!("select pg_advisory_xact_lock(5462)").fetch_one(tx.conn()).await?;
    let rows = sqlx::query!(
        r#"select key_id as "id: KeyId", key_sealed
             from signing_keys
            where workspace_id = $1
            order by created_at, key_id"#,
        workspace,
    )
    .fetch_all(tx.conn())
    .await?;
    let place = |row: Uuid| Place { column: "signing_keys.key", workspace, row };
    let mut keys = Vec::new();
    for row in rows {
        let key = db.sealer().open(place(row.id.uuid()), &row.key_sealed).map_err(|_| {
            Error::internal(
                "a signing key does not open: the root key is not the one of this database",
            )
        })?;
        keys.push((row.id, key));
    }
    if keys.is_empty() {
        let id: KeyId = tx.new_id();
        let key = KeyRing::random_key();
        let (sealed, now) = (tx.seal(place(id.uuid()), &key)?, tx.now());
        sqlx::query!(
            "insert into signing_keys (workspace_id, key_id, key_sealed, created_at) values ($1, $2, $3, $4)",
            workspace,
            id.uuid(),
            sealed,
            now.sql(),
        )
        .execute(tx.conn())
        .await?;
        keys.push((id, key));
        system.commit_unaudited(Unaudited::InstanceFact).await?;
    }
    KeyRing::new(issuer.to_owned(), keys)
        .ok_or_else(|| Error::internal("the signing keys are too short"))
}
