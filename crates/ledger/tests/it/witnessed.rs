//! What a witness signs, and what it reports instead.

use lk_ledger::published;
use lk_ledger::witness::{Alarm, cosign, look};
use lk_tlog::note::Kind;
use lk_tlog::{Checkpoint, Note, SigningKey, VerifyingKey};

use crate::stage::{Stage, enter};

async fn keys(stage: &Stage) -> Vec<VerifyingKey> {
    let keys = published::keys(&stage.world.db).await.unwrap();
    vec![keys.keys[0].key.parse().unwrap()]
}

async fn seen(
    stage: &Stage,
    before: Option<&Checkpoint>,
    change: impl Fn(String, Option<Vec<u8>>) -> Option<Vec<u8>>,
) -> Result<(Note, Checkpoint), Alarm> {
    let db = &stage.world.db;
    let note = published::checkpoint(db).await.unwrap().unwrap();
    let change = &change;
    let fetch = |path: String| async move {
        let tile = published::tile(db, &path).await.map_err(|error| error.to_string())?;
        Ok(change(path, tile))
    };
    look(before, &note, &keys(stage).await, fetch).await
}

#[tokio::test]
async fn a_witness_follows_a_log_that_grows_and_signs_what_it_saw() {
    let stage = Stage::new().await;
    let ada = stage.somebody().await;
    let mut before: Option<Checkpoint> = None;
    for count in [1, 2, 260, 7] {
        enter(&ada, count).await;
        stage.settle().await;
        let (note, now) = seen(&stage, before.as_ref(), |_, tile| tile).await.unwrap();
        assert_eq!(now, stage.checkpoint().await);
        let key = SigningKey::from_seed("w.test", Kind::Cosignature, &[5; 32]).unwrap();
        let cosigned: Note = cosign(note, &key, 1_795_338_000).parse().unwrap();
        let signed = cosigned.verify(&[key.public().clone()]).unwrap();
        assert_eq!(signed[0].at, Some(1_795_338_000));
        // Nothing new is no alarm.
        assert!(seen(&stage, Some(&now), |_, tile| tile).await.is_ok());
        before = Some(now);
    }
}

#[tokio::test]
async fn what_does_not_continue_is_reported_by_name() {
    let stage = Stage::new().await;
    let ada = stage.somebody().await;
    enter(&ada, 5).await;
    stage.settle().await;
    let old = stage.checkpoint().await;
    enter(&ada, 5).await;
    stage.settle().await;
    let same = |_, tile| tile;
    let larger = Checkpoint { size: 11, ..old.clone() };
    assert_eq!(seen(&stage, Some(&larger), same).await.err(), Some(Alarm::Rollback(11, 10)));
    let other = Checkpoint { root: [7; 32], ..old.clone() };
    assert_eq!(seen(&stage, Some(&other), same).await.err(), Some(Alarm::Fork(5, 10)));
    let other = Checkpoint { root: [7; 32], ..stage.checkpoint().await };
    assert_eq!(seen(&stage, Some(&other), same).await.err(), Some(Alarm::Fork(10, 10)));
    let other = Checkpoint { origin: "other".to_owned(), ..old.clone() };
    assert!(matches!(seen(&stage, Some(&other), same).await, Err(Alarm::Checkpoint(_))));
    let gone = seen(&stage, Some(&old), |_, _| None).await.err();
    assert_eq!(gone, Some(Alarm::Withheld("0/000.p/10".to_owned())));
    let changed = |_, tile: Option<Vec<u8>>| {
        tile.map(|mut tile| {
            tile[3] ^= 1;
            tile
        })
    };
    assert_eq!(seen(&stage, Some(&old), changed).await.err(), Some(Alarm::Tiles));
    // A checkpoint of a key that nobody told the witness of.
    let db = &stage.world.db;
    let note = published::checkpoint(db).await.unwrap().unwrap();
    let stranger = SigningKey::from_seed("x", Kind::Note, &[5; 32]).unwrap();
    let fetch = |_: String| async { Ok(None) };
    let refused = look(None, &note, &[stranger.public().clone()], fetch).await;
    assert!(matches!(refused, Err(Alarm::Checkpoint(_))));
}
