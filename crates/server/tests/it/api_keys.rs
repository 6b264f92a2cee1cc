//! API keys: what they can, when they end, and that nothing tells them.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_base::id::ApiKeyId;
use lk_base::{Error, Secret};
use lk_crypto::ApiKey;
use lk_db::outbox::{Announced, Listener};
use lk_db::{EventKind, Origin};
use lk_testkit::Answer;
use serde_json::{Value, json};

use crate::house::{Ask, DASHBOARD, House};
use crate::owner::{Owner, keyed};

const DAY: Duration = Duration::from_secs(24 * 3600);
const PROBE: &str = "/api/v1/workspace";

/// A key that was just made or rotated.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) body: Value,
}

impl House {
    pub(crate) async fn key(&self, owner: &Owner, more: Value) -> Made {
        let mut body = json!({ "name": "Reports", "scopes": ["workspace:read"] });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        made(&self.ask(&owner.post("/api/v1/api-keys", body)).await.expect(StatusCode::CREATED))
    }

    pub(crate) async fn shows(&self, key: &str) -> Answer {
        self.ask(&keyed(key, &Method::GET, PROBE)).await
    }

    pub(crate) async fn listed(&self, owner: &Owner, id: &str) -> Value {
        let list = self.ask(&owner.get("/api/v1/api-keys")).await.expect(StatusCode::OK);
        list["data"].as_array().unwrap().iter().find(|key| key["id"] == id).unwrap().clone()
    }

    pub(crate) async fn report(&self, key: &str) -> Answer {
        let report = Ask::new(&Method::POST, "/api/v1/key-leaks").json(json!({ "key": key }));
        self.ask(&report).await
    }
}

pub(crate) fn made(body: &Value) -> Made {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Made {
        id: text(&body["api_key"]["id"]),
        key: text(&body["key"]),
        body: body["api_key"].clone(),
    }
}

#[tokio::test]
async fn a_key_is_shown_once_and_works_in_its_workspace() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let made = house.key(&ada, json!({})).await;
    assert_eq!(made.body["state"], "active");
    assert_eq!(made.body["created_by"], ada.operator);
    assert_eq!(made.body["seen_by"], json!([ada.operator]));
    assert_eq!(house.shows(&made.key).await.expect(StatusCode::OK)["id"], ada.workspace);
    let list = house.ask(&ada.get("/api/v1/api-keys")).await;
    let text = String::from_utf8_lossy(&list.bytes).into_owned();
    assert!(text.contains(&made.id) && !text.contains(&made.key));
    let rows = serde_json::to_string(&house.database.rows("select * from api_keys").await).unwrap();
    assert!(!rows.contains(made.key.rsplit_once('_').unwrap().1), "the secret is stored");
}

#[tokio::test]
async fn what_a_key_does_is_done_in_its_own_name() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let words = json!({ "client_message_id": "from-a-program", "body": "An answer" });
    let path = format!("/api/v1/conversations/{}/messages", ada.conversation);
    let send = ada.keyed(&Method::POST, &path).json(words);
    let author = json!({ "kind": "api_key", "id": ada.api_key });
    let sent = house.ask(&send).await.expect(StatusCode::CREATED);
    assert_eq!(sent["author"], author);
    let entry = house.last_entry().await;
    assert_eq!(
        (&entry["action"], &entry["actor_kind"]),
        (&json!("message.sent"), &json!("api_key"))
    );
    assert_eq!(house.ask(&send).await.expect(StatusCode::OK)["id"], sent["id"], "sent once only");

    let resolve = format!("/api/v1/conversations/{}/resolve", ada.conversation);
    let after = house.ask(&ada.keyed(&Method::POST, resolve).json(json!({}))).await;
    let after = after.expect(StatusCode::OK);
    assert_eq!((&after["status"], &after["unread"]), (&json!("resolved"), &json!(0)));
    assert_eq!(after["last_message"]["author"], author);
    let lines = house.ask(&ada.get(&path)).await.expect(StatusCode::OK);
    let last = lines["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["activity"]["by"], author);
    let event = house.database.rows("select * from outbox order by position desc limit 1").await;
    assert_eq!(event[0]["actor_kind"], "api_key");

    // The visitor is told that no person wrote it, and not which key did.
    let path = format!("/api/widget/v1/conversations/{}/messages", ada.conversation);
    let seen = house.ask(&ada.visits(&Method::GET, path)).await;
    assert!(!String::from_utf8_lossy(&seen.bytes).contains(&ada.api_key));
    let seen = seen.expect(StatusCode::OK);
    assert_eq!(seen["data"][1]["author"], json!({ "kind": "api_key", "name": null }));
    let all = house.ask(&ada.visits(&Method::GET, "/api/widget/v1/conversations")).await;
    assert_eq!(all.expect(StatusCode::OK)["data"][0]["unread"], 1);
}

#[tokio::test]
async fn a_key_is_nobody_s_assignee_and_counts_nothing_as_unread() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mine = house.ask(&ada.keyed(&Method::GET, "/api/v1/conversations?assignee=me")).await;
    assert_eq!(mine.refused(StatusCode::FORBIDDEN), "operators_only");
    let counts = house.ask(&ada.keyed(&Method::GET, "/api/v1/conversations/counts")).await;
    let counts = counts.expect(StatusCode::OK);
    assert_eq!(
        (&counts["open"], &counts["mine"], &counts["unread"]),
        (&json!(1), &json!(0), &json!(0))
    );
    let people = house.ask(&ada.keyed(&Method::GET, "/api/v1/operators")).await;
    let people = people.expect(StatusCode::OK);
    assert!(people["data"].as_array().unwrap().iter().all(|one| one["you"] == false));
}

#[tokio::test]
async fn a_revoked_key_is_dead_at_once() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let made = house.key(&ada, json!({})).await;
    let _ = house.shows(&made.key).await.expect(StatusCode::OK);
    let path = format!("/api/v1/api-keys/{}", made.id);
    let revoke = ada.signed(&Method::DELETE, &path);
    assert_eq!(house.ask(&revoke).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.shows(&made.key).await.refused(StatusCode::UNAUTHORIZED), "unauthenticated");
    assert_eq!(house.listed(&ada, &made.id).await["state"], "revoked");
    assert_eq!(house.ask(&revoke).await.status, StatusCode::NOT_FOUND);
    let rotate = ada.post(format!("{path}/rotate"), json!({}));
    assert_eq!(house.ask(&rotate).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_revoked_elsewhere_is_forgotten_with_the_event() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let made = house.key(&ada, json!({})).await;
    let _ = house.shows(&made.key).await.expect(StatusCode::OK);
    // As another node does it: this process hears of it from the dispatcher only.
    house.database.run("update api_keys set revoked_at = now(), revoked_because = 'revoked'").await;
    let heard = Announced {
        workspace: ada.workspace.parse().unwrap(),
        id: house.clock.new_id(),
        seq: 1,
        kind: EventKind::ApiKeyRevoked,
        actor: ("operator".to_owned(), None),
        data: json!({ "api_key_id": made.id }),
        at: house.clock.now(),
    };
    house.product.identity.known.hear(&[heard]);
    assert_eq!(house.shows(&made.key).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_key_ends_with_its_time_and_rotating_gives_it_a_new_one() {
    let house = House::new().await;
    let mut ada = house.owner("Ada").await;
    let made = house.key(&ada, json!({ "expires_in_days": 2 })).await;
    house.clock.advance(DAY * 2 - Duration::from_secs(1));
    let _ = house.shows(&made.key).await.expect(StatusCode::OK);
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(house.shows(&made.key).await.status, StatusCode::UNAUTHORIZED);
    (ada.token, ..) = house.sign_in(&ada.email).await;
    assert_eq!(house.listed(&ada, &made.id).await["state"], "expired");
    let path = format!("/api/v1/api-keys/{}/rotate", made.id);
    let new = house.ask(&ada.post(path, json!({ "overlap_days": 7 }))).await.expect(StatusCode::OK);
    assert_eq!(
        new["api_key"]["old_secret_ends_at"],
        Value::Null,
        "what is over does not come back"
    );
    assert_eq!(house.shows(&made.key).await.status, StatusCode::UNAUTHORIZED);
    let _ = house.shows(new["key"].as_str().unwrap()).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn without_a_word_a_key_lives_for_ninety_days_and_never_longer_than_a_year() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let made = house.key(&ada, json!({})).await;
    let ends = serde_json::to_value(house.clock.now().plus(DAY * 90)).unwrap();
    assert_eq!(made.body["expires_at"], ends);
    for wrong in [
        json!({ "expires_in_days": 366 }),
        json!({ "expires_in_days": 0 }),
        json!({ "scopes": [] }),
        json!({ "scopes": ["session.own"] }),
        json!({ "scopes": ["*"] }),
        json!({ "allowed_addresses": ["10.1.2.3/8"] }),
        json!({ "allowed_addresses": vec!["10.0.0.0/8"; 21] }),
        json!({ "name": "" }),
    ] {
        let mut body = json!({ "name": "Reports", "scopes": ["workspace:read"] });
        body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let answer = house.ask(&ada.post("/api/v1/api-keys", body)).await;
        assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed", "{wrong}");
    }
}

#[tokio::test]
async fn a_key_works_from_its_networks_only_and_no_header_changes_that() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let near =
        house.key(&ada, json!({ "allowed_addresses": ["203.0.113.0/24", "fd00::/8"] })).await;
    assert_eq!(near.body["allowed_addresses"], json!(["203.0.113.0/24", "fd00::/8"]));
    let _ = house.shows(&near.key).await.expect(StatusCode::OK);
    let far = house.key(&ada, json!({ "allowed_addresses": ["198.51.100.0/24"] })).await;
    assert_eq!(house.shows(&far.key).await.status, StatusCode::UNAUTHORIZED);
    let claims = keyed(&far.key, &Method::GET, PROBE).header("x-forwarded-for", "198.51.100.9");
    assert_eq!(house.ask(&claims).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.listed(&ada, &far.id).await["last_used_at"], Value::Null);
}

#[tokio::test]
async fn the_old_secret_works_until_its_overlap_is_over() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let first = house.key(&ada, json!({})).await;
    let _ = house.shows(&first.key).await.expect(StatusCode::OK);
    let path = format!("/api/v1/api-keys/{}/rotate", first.id);
    let rotate = async |days: u32| {
        let ask = ada.post(&path, json!({ "overlap_days": days }));
        made(&house.ask(&ask).await.expect(StatusCode::OK))
    };
    let second = rotate(7).await;
    assert_eq!(second.id, first.id);
    for key in [&first.key, &second.key] {
        let _ = house.shows(key).await.expect(StatusCode::OK);
    }
    let entry = serde_json::to_string(&house.last_entry().await).unwrap();
    assert!(entry.contains("api_key.rotated") && !entry.contains(&second.key));
    // Two secrets at most: the first ends although its overlap is not over.
    let third = rotate(1).await;
    assert_eq!(house.shows(&first.key).await.status, StatusCode::UNAUTHORIZED);
    let _ = house.shows(&second.key).await.expect(StatusCode::OK);
    house.clock.advance(DAY);
    assert_eq!(house.shows(&second.key).await.status, StatusCode::UNAUTHORIZED);
    let _ = house.shows(&third.key).await.expect(StatusCode::OK);
    let too_long = house.ask(&ada.post(&path, json!({ "overlap_days": 8 }))).await;
    assert!(too_long.status.is_client_error());
}

#[tokio::test]
async fn an_overlap_of_nothing_ends_the_old_secret_at_once() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let first = house.key(&ada, json!({})).await;
    let _ = house.shows(&first.key).await.expect(StatusCode::OK);
    let path = format!("/api/v1/api-keys/{}/rotate", first.id);
    let second = made(
        &house.ask(&ada.post(path, json!({ "overlap_days": 0 }))).await.expect(StatusCode::OK),
    );
    assert_eq!(house.shows(&first.key).await.status, StatusCode::UNAUTHORIZED);
    let _ = house.shows(&second.key).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_key_the_answer_is_the_same() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let revoked = house.key(&ada, json!({})).await;
    let gone = ada.signed(&Method::DELETE, format!("/api/v1/api-keys/{}", revoked.id));
    assert_eq!(house.ask(&gone).await.status, StatusCode::NO_CONTENT);
    let far = house.key(&ada, json!({ "allowed_addresses": ["198.51.100.0/24"] })).await;
    let expired = house.key(&ada, json!({ "expires_in_days": 1 })).await;
    house.clock.advance(DAY);
    let unknown = ApiKey::random(house.clock.new_id::<ApiKeyId>()).expose().to_owned();
    let other_secret = ApiKey::random(far.id.parse().unwrap()).expose().to_owned();
    // The last letter of a checksum is one of four, and never this one.
    let typo = format!("{}1", &ada.key[..ada.key.len() - 1]);
    let expected = house.shows("lk_nonsense").await;
    assert_eq!(expected.refused(StatusCode::UNAUTHORIZED), "unauthenticated");
    for key in [&revoked.key, &far.key, &expired.key, &unknown, &other_secret, &typo] {
        let answer = house.shows(key).await;
        assert_eq!((answer.status, answer.bytes), (expected.status, expected.bytes.clone()));
    }
}

#[tokio::test]
async fn a_web_page_cannot_use_a_key_and_learns_nothing_about_it() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for (name, value) in
        [("origin", DASHBOARD), ("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "empty")]
    {
        let good = house.ask(&ada.keyed(&Method::GET, PROBE).header(name, value)).await;
        assert_eq!(good.refused(StatusCode::FORBIDDEN), "keys_not_for_browsers", "{name}");
        let bad = house.ask(&keyed("lk_nonsense", &Method::GET, PROBE).header(name, value)).await;
        assert_eq!((good.status, good.bytes), (bad.status, bad.bytes));
    }
    assert_eq!(house.listed(&ada, &ada.api_key).await["last_used_at"], Value::Null);
}

#[tokio::test]
async fn a_key_is_no_session_and_no_visitor() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let origin = Arc::new(Origin::system("test"));
    // What sockets hand over is an access token, whatever it looks like.
    let token = Secret::new(ada.key.clone());
    let socket = house.product.identity.authenticate(&token, origin).await;
    assert!(matches!(socket, Err(Error::Unauthenticated { code: "unauthenticated" })));
    let visit = ada
        .visits(&Method::GET, "/api/widget/v1/me")
        .header("authorization", format!("Bearer {}", ada.key));
    let mut quiet = visit.clone();
    quiet.headers.retain(|(name, _)| name != "origin");
    assert_eq!(house.ask(&visit).await.refused(StatusCode::FORBIDDEN), "keys_not_for_browsers");
    assert_eq!(house.ask(&quiet).await.refused(StatusCode::FORBIDDEN), "keys_not_here");
}

#[tokio::test]
async fn making_and_rotating_ask_who_one_is_and_revoking_does_not() {
    let house = House::new().await;
    let mut ada = house.newcomer().await;
    let operators = house.database.rows("select * from operators order by joined_at desc").await;
    assert!(operators.iter().any(|row| row["email"] == ada.email));
    house.database.run("update operators set role = 'admin'").await;
    let make = json!({ "name": "Reports", "scopes": ["workspace:read"] });
    let first = house.ask(&ada.post("/api/v1/api-keys", make.clone())).await;
    let first = made(&first.expect(StatusCode::CREATED));
    house.pass(601, &mut ada).await;
    let rotate = format!("/api/v1/api-keys/{}/rotate", first.id);
    for ask in [ada.post("/api/v1/api-keys", make), ada.post(&rotate, json!({}))] {
        assert_eq!(house.ask(&ask).await.refused(StatusCode::FORBIDDEN), "step_up_needed");
    }
    let revoke = Ask::new(&Method::DELETE, format!("/api/v1/api-keys/{}", first.id))
        .header("authorization", format!("Bearer {}", ada.token));
    assert_eq!(house.ask(&revoke).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn use_is_written_once_a_minute_and_masked() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let made = house.key(&ada, json!({})).await;
    let first = house.clock.now();
    let _ = house.shows(&made.key).await.expect(StatusCode::OK);
    for _ in 0..3 {
        house.clock.advance(Duration::from_secs(15));
        house.product.identity.known.forget_key(made.id.parse().unwrap());
        let _ = house.shows(&made.key).await.expect(StatusCode::OK);
    }
    let listed = house.listed(&ada, &made.id).await;
    assert_eq!(listed["last_used_at"], serde_json::to_value(first).unwrap());
    assert_eq!(listed["last_used_from"], "203.0.113.***");
    house.clock.advance(Duration::from_secs(15));
    house.product.identity.known.forget_key(made.id.parse().unwrap());
    let _ = house.shows(&made.key).await.expect(StatusCode::OK);
    let now = serde_json::to_value(house.clock.now()).unwrap();
    assert_eq!(house.listed(&ada, &made.id).await["last_used_at"], now);
}

#[tokio::test]
async fn each_key_has_a_bucket_of_its_own() {
    let mut house = House::new().await;
    house.reopen(|plan| plan.rate_factor = 1).await;
    let ada = house.owner("Ada").await;
    let (one, two) = (house.key(&ada, json!({})).await, house.key(&ada, json!({})).await);
    let mut limited = 0;
    for _ in 0..310 {
        limited += u32::from(house.shows(&one.key).await.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(limited, 10);
    let _ = house.shows(&two.key).await.expect(StatusCode::OK);
    let _ = house.ask(&ada.get(PROBE)).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn made_up_keys_are_counted_before_they_are_looked_up() {
    let mut house = House::new().await;
    house.reopen(|plan| plan.rate_factor = 1).await;
    let ada = house.owner("Ada").await;
    let mut answer = house.shows("lk_nonsense").await;
    for _ in 0..1200 {
        answer = house.shows("lk_nonsense").await;
    }
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(house.shows(&ada.key).await.status, StatusCode::TOO_MANY_REQUESTS);
    let _ = house.ask(&ada.get(PROBE)).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_workspace_has_a_hundred_working_keys_at_most() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    house
        .database
        .run(
            "insert into api_keys (workspace_id, api_key_id, name, scopes, allowed_addresses, created_by,
                                   created_at, expires_at, secret_hash, secret_at, secret_seen_by)
             select workspace_id, gen_random_uuid(), name, scopes, allowed_addresses, created_by,
                    created_at, expires_at, secret_hash, secret_at, secret_seen_by
               from api_keys, generate_series(1, 98)",
        )
        .await;
    let last = house.key(&ada, json!({})).await;
    let make = json!({ "name": "Reports", "scopes": ["workspace:read"] });
    let one_more = house.ask(&ada.post("/api/v1/api-keys", make)).await;
    assert_eq!(one_more.refused(StatusCode::UNPROCESSABLE_ENTITY), "too_many_api_keys");
    let gone = ada.signed(&Method::DELETE, format!("/api/v1/api-keys/{}", last.id));
    assert_eq!(house.ask(&gone).await.status, StatusCode::NO_CONTENT);
    house.key(&ada, json!({})).await;
}

#[tokio::test]
async fn whoever_was_shown_a_secret_that_works_is_named_until_it_does_not() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let promote = json!({ "role": "admin" });
    let path = format!("/api/v1/operators/{}", ada.colleague);
    let _ = house.ask(&ada.patch(path, promote)).await.expect(StatusCode::OK);
    let (helper, ..) = house.sign_in(&format!("helper@{}.test", ada.canary)).await;
    let helper = Owner { token: helper, ..ada.clone() };
    let made = house.key(&helper, json!({})).await;
    assert_eq!(made.body["seen_by"], json!([ada.colleague]));
    let path = format!("/api/v1/api-keys/{}/rotate", made.id);
    let _ = house.ask(&ada.post(path, json!({ "overlap_days": 1 }))).await.expect(StatusCode::OK);
    let listed = house.listed(&ada, &made.id).await;
    assert_eq!(listed["seen_by"], json!([ada.operator, ada.colleague]));
    house.clock.advance(DAY);
    let (token, ..) = house.sign_in(&ada.email).await;
    let ada = Owner { token, ..ada };
    let listed = house.listed(&ada, &made.id).await;
    assert_eq!(
        (&listed["seen_by"], &listed["created_by"]),
        (&json!([ada.operator]), &json!(ada.colleague))
    );
}

#[tokio::test]
async fn no_entry_and_no_event_holds_a_key() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let made = house.key(&ada, json!({})).await;
    let _ = house.shows(&made.key).await.expect(StatusCode::OK);
    let path = format!("/api/v1/api-keys/{}/rotate", made.id);
    let new = self::made(&house.ask(&ada.post(path, json!({}))).await.expect(StatusCode::OK));
    assert_eq!(house.report(&new.key).await.status, StatusCode::ACCEPTED);
    for table in ["audit_entries", "outbox"] {
        let rows = house.database.rows(&format!("select * from {table}")).await;
        let rows = serde_json::to_string(&rows).unwrap();
        assert!(rows.contains("api_key.rotated"), "{table} is not read");
        for key in [&made.key, &new.key] {
            let secret = key.rsplit_once('_').unwrap().1;
            assert!(!rows.contains(secret), "{table} holds a key");
        }
    }
}
