//! Loaders that were pinned stay available.

use lk_inbox::loader;

use crate::stage::Stage;

#[tokio::test]
async fn a_pinned_loader_is_kept_under_its_name() {
    let stage = Stage::new().await;
    let db = &stage.inbox.db;
    loader::pin(db, "v1-0123456789ab.js", b"one").await.unwrap();
    loader::pin(db, "v1-0123456789ab.js", b"another").await.unwrap();
    assert_eq!(
        loader::pinned(db, "v1-0123456789ab.js").await.unwrap().as_deref(),
        Some(&b"one"[..])
    );
    assert_eq!(loader::pinned(db, "v1-ba9876543210.js").await.unwrap(), None);
    assert_eq!(loader::pinned(db, "../../../etc/passwd").await.unwrap(), None);
    assert_eq!(stage.marks().await, (0, 0));
}
