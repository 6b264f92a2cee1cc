//! The audit log's tree as others see it: the proof of one entry, and what everybody may fetch.

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lk_db::entry::{self, Facts, payload};
use lk_tlog::{Checkpoint, Hash, Note, VerifyingKey, leaf_hash, node_hash, proof};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{Ask, House};
use crate::owner::Owner;

/// Puts everything that waits into the tree.
pub(crate) async fn settle(house: &House) {
    while house.product.sequencer.round().await.unwrap() > 0 {}
}

async fn newest_change(house: &House, owner: &Owner) -> String {
    let changed = house.ask(&owner.patch("/api/v1/workspace", json!({ "name": "Renamed" }))).await;
    let _ = changed.expect(StatusCode::OK);
    let asked = house.ask(&owner.get("/api/v1/audit?action=workspace.changed&limit=1")).await;
    asked.expect(StatusCode::OK)["data"][0]["id"].as_str().unwrap().to_owned()
}

fn hash(of: &Value) -> Hash {
    STANDARD.decode(of.as_str().unwrap()).unwrap().try_into().unwrap()
}

fn id(of: &Value) -> Option<Uuid> {
    of.as_str().map(|text| text.parse().unwrap())
}

/// The checkpoint that an answer carries, signed by the last of its keys.
fn checkpoint(of: &Value) -> Checkpoint {
    let note: Note = of["checkpoint"].as_str().unwrap().parse().unwrap();
    let keys = of["keys"].as_array().unwrap();
    let key: VerifyingKey = keys.last().unwrap()["key"].as_str().unwrap().parse().unwrap();
    assert_eq!(note.verify(&[key]).unwrap().len(), 1);
    Checkpoint::parse(note.text()).unwrap()
}

/// The leaf that the facts and the payload of an answer give.
fn leaf(of: &Value) -> Hash {
    let (entry, text) = (&of["entry"], |name: &str| of["entry"][name].as_str().unwrap().to_owned());
    let workspace = id(&of["workspace"]).unwrap();
    let commitment = payload::commitment(&hash(&entry["salt"]), &text("payload"));
    assert_eq!(commitment, hash(&entry["commitment"]));
    let (action, actor_kind, target_kind, request) =
        (text("action"), text("actor_kind"), text("target_kind"), text("request"));
    let facts = Facts {
        workspace,
        entry: id(&entry["entry"]).unwrap(),
        at: lk_base::Timestamp::from_unix_micros(entry["at"].as_i64().unwrap()),
        action: &action,
        actor_kind: &actor_kind,
        actor: id(&entry["actor"]),
        session: id(&entry["session"]),
        target_kind: &target_kind,
        target: id(&entry["target"]),
        request: &request,
    };
    let number = entry["number"].as_u64().unwrap();
    leaf_hash(&entry::leaf(workspace, number, &entry::digest(&facts, &commitment)))
}

#[tokio::test]
async fn an_entry_comes_with_all_that_is_needed_to_find_it_under_the_signed_root() {
    let house = House::new().await;
    let (ada, _) = (house.owner("Ada").await, house.owner("Bob").await);
    let changed = newest_change(&house, &ada).await;
    settle(&house).await;
    let answer = house.ask(&ada.get(format!("/api/v1/audit/{changed}/proof"))).await;
    let proved = answer.expect(StatusCode::OK);
    let checkpoint = checkpoint(&proved);
    let (leaf, index) = (leaf(&proved), proved["entry"]["index"].as_u64().unwrap());
    assert_eq!(leaf, hash(&proved["entry"]["leaf"]));
    let path: Vec<Hash> = proved["proof"].as_array().unwrap().iter().map(hash).collect();
    let root = |leaf| proof::batch_root(&[(index, leaf)], checkpoint.size, &path).unwrap();
    assert_eq!(root(leaf), checkpoint.root);
    assert_ne!(root(node_hash(&leaf, &leaf)), checkpoint.root);
    assert!(proved["entry"]["payload"].as_str().unwrap().contains("Renamed"));
}

#[tokio::test]
async fn an_entry_that_waits_has_no_proof_yet_and_the_tree_says_how_many_do() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    settle(&house).await;
    let tree = async || house.ask(&ada.get("/api/v1/audit/tree")).await.expect(StatusCode::OK);
    let before = tree().await;
    assert_eq!((&before["waiting"], &before["waiting_since"]), (&json!(0), &Value::Null));
    let changed = newest_change(&house, &ada).await;
    let waits = tree().await;
    assert!(
        waits["waiting"].as_u64().unwrap() > 0 && waits["waiting_since"].is_string(),
        "{waits}"
    );
    let proof = ada.get(format!("/api/v1/audit/{changed}/proof"));
    let refused = house.ask(&proof).await;
    assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY), "entry_waits");
    settle(&house).await;
    let _ = house.ask(&proof).await.expect(StatusCode::OK);
    let after = tree().await;
    assert!(after["entries"].as_u64() > before["entries"].as_u64(), "{after}");
    assert!(after["size"].as_u64() >= after["entries"].as_u64(), "{after}");
    assert!(after["signed_at"].is_string());
}

#[tokio::test]
async fn what_waits_is_counted_for_ones_own_workspace_alone() {
    let house = House::new().await;
    let (ada, bob) = (house.owner("Ada").await, house.owner("Bob").await);
    settle(&house).await;
    let _ = newest_change(&house, &bob).await;
    let tree = house.ask(&ada.get("/api/v1/audit/tree")).await.expect(StatusCode::OK);
    assert_eq!((&tree["waiting"], &tree["waiting_since"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn everybody_may_fetch_the_checkpoint_the_keys_and_the_tiles_and_they_add_up() {
    let house = House::new().await;
    let _ = house.owner("Ada").await;
    let get =
        async |path: &str| house.ask(&Ask::new(&Method::GET, format!("/audit-log/{path}"))).await;
    assert_eq!(get("checkpoint").await.status, StatusCode::NOT_FOUND);
    settle(&house).await;
    let note: Note = String::from_utf8(get("checkpoint").await.bytes).unwrap().parse().unwrap();
    let keys = get("keys").await.expect(StatusCode::OK);
    let key: VerifyingKey = keys["keys"][0]["key"].as_str().unwrap().parse().unwrap();
    assert_eq!(note.verify(&[key]).unwrap().len(), 1);
    let signed = Checkpoint::parse(note.text()).unwrap();
    assert_eq!(signed.origin, keys["origin"].as_str().unwrap());
    assert!(signed.size < 256, "one tile");
    let tile = get(&format!("tile/0/000.p/{}", signed.size)).await;
    assert_eq!(tile.status, StatusCode::OK);
    let mut edge = lk_tlog::Edge::default();
    drop(edge.append(tile.bytes.as_chunks::<32>().0));
    assert_eq!((edge.size(), edge.root()), (signed.size, signed.root));
    for none in ["tile/0/000.p/255", "tile/0/001", "tile/9/x", "tile/0/000.p/0", "entries/000"] {
        assert_eq!(get(none).await.status, StatusCode::NOT_FOUND, "{none}");
    }
}
