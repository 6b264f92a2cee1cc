//! A person's recovery codes: ten, of which each works once.

use lk_base::id::{Id, PersonId};
use lk_base::{Result, Secret, Shown};
use lk_crypto::{RecoveryCode, recovery_code};
use lk_db::WriteTx;

const HOW_MANY: usize = 10;

/// Makes new codes; all older ones end. Shown once.
pub(crate) async fn renew(tx: &mut WriteTx, person: PersonId) -> Result<Vec<Shown>> {
    end(tx, person).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let codes: Vec<RecoveryCode> =
        std::iter::repeat_with(RecoveryCode::random).take(HOW_MANY).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| code.hash().into_bytes()).collect();
    sqlx::query!(
        "insert into recovery_codes (workspace_id, person_id, code_hash, created_at)
         select $1, $2, h.code_hash, $3
           from unnest($4::bytea[]) as h (code_hash)",
        workspace,
        person.uuid(),
        now.sql(),
        &hashes,
    )
    .execute(tx.conn())
    .await?;
    Ok(codes.iter().map(|code| Shown::once(code.expose().to_owned())).collect())
}

/// Ends all codes of a person.
pub(crate) async fn end(tx: &mut WriteTx, person: PersonId) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "delete from recovery_codes where workspace_id = $1 and person_id = $2",
        workspace,
        person.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Uses a code up: whether it was one. Two at once: one wins.
pub(crate) async fn spend(tx: &mut WriteTx, person: PersonId, typed: &Secret) -> Result<bool> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let used = sqlx::query!(
        "update recovery_codes
            set used_at = $4
          where workspace_id = $1
            and person_id = $2
            and code_hash = $3
            and used_at is null",
        workspace,
        person.uuid(),
        recovery_code::hash_of(typed.expose()).into_bytes(),
        now.sql(),
    )
    .execute(tx.conn())
    .await?;
    Ok(used.rows_affected() > 0)
}

/// How many codes are left.
pub(crate) async fn left(tx: &mut WriteTx, person: PersonId) -> Result<i64> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "left!"
             from recovery_codes
            where workspace_id = $1
              and person_id = $2
              and used_at is null"#,
        workspace,
        person.uuid(),
    )
    .fetch_one(tx.conn())
    .await?)
}
