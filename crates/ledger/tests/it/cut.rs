//! The sequencer is cut off in the middle: nothing is lost, nothing is there twice.

use lk_ledger::Sequencer;
use lk_ledger::check::check;
use lk_tlog::proof::{check_consistency, consistency};
use lk_tlog::{Checkpoint, Hash, Note, Place, Tiles};

use crate::stage::{Stage, enter};

/// What stands in the way of one statement of the transaction.
const STATEMENTS: [(&str, &str); 6] = [
    ("audit_waiting", "delete"),
    ("audit_heads", "insert or update"),
    ("audit_leaves", "insert"),
    ("audit_tiles", "insert or update"),
    ("audit_checkpoints", "insert"),
    ("audit_log", "update of size"),
];

#[tokio::test]
async fn a_transaction_that_is_cut_at_any_statement_has_not_happened() {
    let stage = Stage::new().await;
    let ada = stage.somebody().await;
    let refuse = "create function cut() returns trigger language plpgsql as
        $$ begin raise exception 'cut'; end $$";
    stage.world.database.run(refuse).await;
    let mut size = 0;
    for (table, statement) in STATEMENTS {
        for moment in ["before", "after"] {
            enter(&ada, 2).await;
            let cut = format!(
                "create trigger cut {moment} {statement} on {table} for each statement execute function cut()"
            );
            stage.world.database.run(&cut).await;
            assert!(stage.sequencer.round().await.is_err(), "{moment} {table}");
            let waiting = stage.world.db.waiting().await.unwrap();
            assert_eq!((waiting.count, waiting.size), (2, size), "{moment} {table}");
            stage.world.database.run(&format!("drop trigger cut on {table}")).await;
            // The seat was given up with the connection; until that is through it is not free.
            while stage.sequencer.round().await.unwrap() == 0 {
                tokio::task::yield_now().await;
            }
            size += 2;
        }
    }
    whole(&stage).await;
}

#[tokio::test]
async fn a_sequencer_that_is_killed_a_hundred_times_loses_nothing_and_keeps_every_checkpoint() {
    let stage = Stage::new().await;
    let (ada, bob) = (stage.somebody().await, stage.somebody().await);
    let mut seed = 20_261_123_u64;
    let mut hits = 0;
    for _ in 0..100 {
        enter(&ada, 2).await;
        enter(&bob, 1).await;
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let moment = (seed >> 33) % 24;
        let sequencer = Sequencer::new(stage.world.db.clone());
        let kill = async {
            // A moment is so many round trips to the same server.
            for _ in 0..moment {
                stage.world.db.ping().await.unwrap();
            }
            stage
                .world
                .database
                .run(
                    "select pg_terminate_backend(l.pid) from pg_locks l
                       join pg_database d on d.oid = l.database and d.datname = current_database()
                      where l.locktype = 'advisory' and l.objid = 5464",
                )
                .await;
        };
        let (round, ()) = tokio::join!(sequencer.round(), kill);
        hits += usize::from(round.is_err());
    }
    assert!(hits > 0, "no kill hit the sequencer at work");
    while stage.world.db.waiting().await.unwrap().count > 0 {
        // Until the last killed connection is through, its seat is not free.
        let _ = stage.sequencer.round().await;
    }
    assert_eq!(stage.checkpoint().await.size, 300);
    whole(&stage).await;
}

/// Every entry has one leaf, and each checkpoint ever signed continues the one before it.
async fn whole(stage: &Stage) {
    let checked = check(&stage.world.db, None).await.unwrap();
    assert_eq!(checked.findings, []);
    assert_eq!(checked.entries, checked.size);
    let twice = "select 1 from audit_leaves group by entry_id having count(*) > 1
                 union all select 1 from audit_leaves group by tree_index having count(*) > 1";
    assert!(stage.world.database.rows(twice).await.is_empty());
    let rows = stage.world.database.rows("select note from audit_checkpoints order by size").await;
    let signed: Vec<Checkpoint> = rows
        .iter()
        .map(|row| row["note"].as_str().unwrap().parse::<Note>().unwrap())
        .map(|note| Checkpoint::parse(note.text()).unwrap())
        .collect();
    let tiles = Rows::read(stage).await;
    for pair in signed.windows(2) {
        let (old, new) = (&pair[0], &pair[1]);
        let proof = consistency(&tiles, old.size, new.size).unwrap();
        assert!(check_consistency(old.size, &old.root, new.size, &new.root, &proof).is_ok());
    }
    assert!(signed.len() > 1, "there were {} checkpoints", signed.len());
}

/// The tiles as the superuser sees them.
struct Rows(std::collections::HashMap<Place, Vec<Hash>>);

impl Rows {
    async fn read(stage: &Stage) -> Self {
        let rows = stage
            .world
            .database
            .rows("select level, tile_index, encode(hashes, 'hex') as hashes from audit_tiles")
            .await;
        let tiles = rows.iter().map(|row| {
            let level = u8::try_from(row["level"].as_u64().unwrap()).unwrap();
            let index = row["tile_index"].as_u64().unwrap();
            let digits = row["hashes"].as_str().unwrap().as_bytes();
            let bytes: Vec<u8> = digits
                .chunks(2)
                .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
                .collect();
            (Place { level, index }, bytes.as_chunks::<32>().0.to_vec())
        });
        Self(tiles.collect())
    }
}

impl Tiles for Rows {
    fn tile(&self, place: Place) -> Option<&[Hash]> {
        self.0.get(&place).map(Vec::as_slice)
    }
}
