//! The audit log for people: found by its facts, read page by page, given out, unmasked, reviewed.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_web::Operation;
use serde_json::{Value, json};

use crate::app::Newcomer;
use crate::audit_tree;
use crate::house::{Ask, House};
use crate::owner::{Owner, cookie};
use crate::sample::Things;

const LOG: &str = "/api/v1/audit";

/// A call of each operation on the log. Reading was never entered before: what an operation leaves
/// is looked at on its own.
pub(crate) async fn sample(
    house: &House,
    operation: &Operation,
    owner: &Owner,
    things: &Things,
) -> Ask {
    house.database.run("delete from audit_readings").await;
    let (method, path) = (&operation.method, operation.path);
    match operation.id {
        "get_audit_entry" | "unmask_audit_address" => {
            owner.signed(method, path.replace("{id}", &things.entry))
        }
        "prove_audit_entry" => {
            audit_tree::settle(house).await;
            owner.get(path.replace("{id}", &things.entry))
        }
        "mark_audit_reviewed" => owner.post(path, json!({ "until": things.entry })),
        "save_audit_view" => {
            owner.post(path, json!({ "name": "Sign-ins", "query": "action:auth" }))
        }
        "remove_audit_view" => owner.signed(method, path.replace("{id}", &things.audit_view)),
        _ => owner.signed(method, path),
    }
}

/// The same session with a fresh access token: time has passed, and nothing was proved.
async fn refreshed(house: &House, owner: &mut Owner) {
    let answer = house.ask(&Owner::cookied("/api/v1/auth/refresh", &owner.cookie)).await;
    owner.cookie = cookie(&answer);
    owner.token = answer.expect(StatusCode::OK)["access_token"].as_str().unwrap().to_owned();
}

async fn listed(house: &House, owner: &Owner, query: &str) -> Vec<Value> {
    let answer = house.ask(&owner.get(format!("{LOG}?limit=200{query}"))).await;
    let page = answer.expect(StatusCode::OK);
    assert_eq!(page["page"]["has_more"], false, "{query}");
    page["data"].as_array().unwrap().clone()
}

fn ids<'a>(entries: impl IntoIterator<Item = &'a Value>) -> Vec<String> {
    entries.into_iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn page_by_page_every_entry_is_shown_once_the_newest_first() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let all = ids(&listed(&house, &ada, "").await);
    assert!(all.len() > 8 && all.windows(2).all(|pair| pair[0] > pair[1]), "{all:?}");
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = house.ask(&ada.get(format!("{LOG}?limit=3{cursor}"))).await;
        let page = answer.expect(StatusCode::OK);
        paged.extend(ids(page["data"].as_array().unwrap()));
        let Some(next) = page["page"]["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, all);
    let other = format!("{LOG}?limit=3&action=auth{cursor}");
    assert_eq!(
        house.ask(&ada.get(other)).await.refused(StatusCode::UNPROCESSABLE_ENTITY),
        "bad_cursor"
    );
}

#[tokio::test]
async fn each_filter_gives_what_a_look_at_every_entry_gives() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    house.clock.advance(Duration::from_secs(60));
    let _ = house.ask(&ada.patch("/api/v1/workspace", json!({ "name": "Other" }))).await;
    let all = listed(&house, &ada, "").await;
    let text = |entry: &Value, path: &str| entry.pointer(path).unwrap().as_str().map(str::to_owned);
    let newest = &all[0];
    let (at, request) = (text(newest, "/at").unwrap(), text(newest, "/request_id").unwrap());
    let mut looked = BTreeSet::new();
    for (query, path, wanted) in [
        (format!("&actor={}", ada.operator), "/actor/id", ada.operator.clone()),
        (format!("&actor={}", ada.visitor), "/actor/id", ada.visitor.clone()),
        ("&actor_kind=visitor".to_owned(), "/actor/kind", "visitor".to_owned()),
        ("&action=api_key.created".to_owned(), "/action", "api_key.created".to_owned()),
        (format!("&target={}", ada.widget), "/target/id", ada.widget.clone()),
        ("&target_kind=api_key".to_owned(), "/target/kind", "api_key".to_owned()),
        (format!("&request_id={request}"), "/request_id", request.clone()),
        (format!("&from={at}"), "/at", at.clone()),
    ] {
        let fits = |entry: &&Value| text(entry, path).as_ref() == Some(&wanted);
        let expected = ids(all.iter().filter(fits));
        assert!(!expected.is_empty(), "{query}");
        assert_eq!(ids(&listed(&house, &ada, &query).await), expected, "{query}");
        looked.insert(expected);
    }
    assert!(looked.len() > 5, "the filters are told apart");
    let before = ids(all.iter().filter(|entry| text(entry, "/at").unwrap() < at));
    assert_eq!(ids(&listed(&house, &ada, &format!("&to={at}")).await), before);
    let of_keys =
        ids(all.iter().filter(|entry| text(entry, "/action").unwrap().starts_with("api_key.")));
    assert_eq!(ids(&listed(&house, &ada, "&action=api_key").await), of_keys);
    let both = format!("&action=api_key&actor={}&target_kind=api_key&to={at}", ada.operator);
    assert_eq!(ids(&listed(&house, &ada, &both).await), of_keys);
    for (query, code) in
        [("action=nothing", "unknown_action"), ("actor_kind=widget", "unknown_kind")]
    {
        let refused = house.ask(&ada.get(format!("{LOG}?{query}"))).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY), code);
    }
}

#[tokio::test]
async fn an_entry_says_who_what_and_what_changed() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let renamed = json!({ "name": "The new shop" });
    let _ = house.ask(&ada.patch("/api/v1/workspace", renamed)).await.expect(StatusCode::OK);
    let entry = listed(&house, &ada, "&action=workspace.changed").await.remove(0);
    assert_eq!(entry["actor"], json!({ "kind": "operator", "id": ada.operator, "name": null }));
    assert_eq!(entry["target"], json!({ "kind": "workspace", "id": ada.workspace, "name": null }));
    assert_eq!(entry["session_id"], json!(ada.session));
    assert_eq!((&entry["payload"], &entry["version"]), (&json!("open"), &json!(1)));
    assert_eq!(entry["old"]["name"], format!("{} workspace", ada.canary));
    assert_eq!(entry["new"]["name"], "The new shop");
    assert_eq!(entry["masked_ip"], "203.0.113.***");
    let one = house.ask(&ada.get(format!("{LOG}/{}", entry["id"].as_str().unwrap()))).await;
    assert_eq!(one.expect(StatusCode::OK), entry);
}

#[tokio::test]
async fn reading_is_entered_once_for_each_session_and_ten_minutes() {
    let house = House::new().await;
    let mut ada = house.owner("Ada").await;
    let readings = async || {
        let entries = house.entries().await;
        entries.iter().filter(|entry| entry["action"] == "audit.read").count()
    };
    let read = ada.get(LOG);
    let (first, second) = tokio::join!(house.ask(&read), house.ask(&read));
    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(readings().await, 1);
    for (seconds, expected) in [(599, 1), (1, 2)] {
        house.clock.advance(Duration::from_secs(seconds));
        refreshed(&house, &mut ada).await;
        let _ = house.ask(&ada.get(LOG)).await.expect(StatusCode::OK);
        assert_eq!(readings().await, expected);
    }
    let (token, ..) = house.sign_in(&ada.email).await;
    let elsewhere = Ask::new(&Method::GET, LOG).header("authorization", format!("Bearer {token}"));
    let _ = house.ask(&elsewhere).await.expect(StatusCode::OK);
    assert_eq!(readings().await, 3);
}

/// Somebody who joined lately is a user.
#[tokio::test]
async fn a_user_reads_nothing_of_the_log() {
    let house = House::new().await;
    let user: Newcomer = house.newcomer().await;
    for path in [LOG, "/api/v1/audit/export", "/api/v1/audit/review", "/api/v1/audit-views"] {
        assert_eq!(house.ask(&user.get(path)).await.refused(StatusCode::FORBIDDEN), "forbidden");
    }
}

#[tokio::test]
async fn a_whole_address_is_shown_to_whoever_proved_who_they_are_and_leaves_an_entry() {
    let house = House::new().await;
    let mut ada = house.owner("Ada").await;
    let ask = ada.signed(&Method::POST, format!("{LOG}/{}/address", ada.entry));
    let shown = house.ask(&ask).await.expect(StatusCode::OK);
    assert_eq!(shown["ip"], "203.0.113.7");
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "audit.address_unmasked");
    assert!(!entry.to_string().contains("203.0.113.7"));
    house.clock.advance(Duration::from_secs(601));
    refreshed(&house, &mut ada).await;
    let entries = house.entries().await.len();
    let ask = ada.signed(&Method::POST, ask.path);
    assert_eq!(house.ask(&ask).await.refused(StatusCode::FORBIDDEN), "step_up_needed");
    assert_eq!(house.entries().await.len(), entries);
}

#[tokio::test]
async fn the_export_has_every_line_in_both_forms_and_leaves_an_entry() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    house.clock.advance(Duration::from_secs(1));
    let lines = async |query: &str| -> Vec<Value> {
        let answer = house.ask(&ada.get(format!("{LOG}/export?{query}"))).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["content-type"], "application/x-ndjson");
        let text = String::from_utf8(answer.bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let plain = lines("format=jsonl").await;
    let shown = listed(&house, &ada, "&action=api_key.created").await;
    assert_eq!(plain[0]["action"], "audit.exported");
    assert!(plain.iter().any(|line| *line == shown[0]), "as the list shows it");
    let ocsf = lines("format=ocsf&action=api_key.created").await;
    assert_eq!(ocsf.len(), 1);
    assert_eq!(
        (&ocsf[0]["class_uid"], &ocsf[0]["type_uid"], &ocsf[0]["metadata"]["version"]),
        (&json!(3004), &json!(300_401), &json!("1.5.0"))
    );
    assert_eq!(ocsf[0]["entity"]["uid"], json!(ada.api_key));
    assert_eq!(ocsf[0]["actor"]["user"]["uid"], json!(ada.operator));
    let entry = house.last_entry().await;
    assert_eq!(entry["change"]["new"]["format"], "ocsf");
    assert_eq!(entry["change"]["new"]["narrowed"], true);
    assert!(!entry.to_string().contains("api_key.created"));
}

#[tokio::test]
async fn the_mark_of_the_review_only_moves_forward_and_says_who() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let review = "/api/v1/audit/review";
    let read = async || house.ask(&ada.get(review)).await.expect(StatusCode::OK)["review"].clone();
    assert_eq!(read().await, Value::Null);
    let all = ids(&listed(&house, &ada, "").await);
    let mark = async |until: &str| house.ask(&ada.post(review, json!({ "until": until }))).await;
    let _ = mark(&all[1]).await.expect(StatusCode::OK);
    let marked = read().await;
    assert_eq!((&marked["until"], &marked["by"]), (&json!(all[1]), &json!(ada.operator)));
    for back in [&all[1], &all[3]] {
        assert_eq!(mark(back).await.refused(StatusCode::UNPROCESSABLE_ENTITY), "reviewed_further");
    }
    assert_eq!(mark(&mallory.entry).await.status, StatusCode::NOT_FOUND);
    let _ = mark(&all[0]).await.expect(StatusCode::OK);
    let entry = house.last_entry().await;
    assert_eq!(
        entry["change"],
        json!({ "v": 1, "old": { "until": all[1] }, "new": { "until": all[0] } })
    );
}

#[tokio::test]
async fn views_are_kept_for_oneself_alone() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let views = "/api/v1/audit-views";
    let own = house.ask(&ada.get(views)).await.expect(StatusCode::OK);
    assert_eq!(own["data"][0]["query"], "action:auth");
    house.database.run("update audit_views set operator_id = (select operator_id from operators o where o.workspace_id = audit_views.workspace_id and o.operator_id <> audit_views.operator_id limit 1)").await;
    let own = house.ask(&ada.get(views)).await.expect(StatusCode::OK);
    assert_eq!(own["data"], json!([]));
    let gone = ada.signed(&Method::DELETE, format!("{views}/{}", ada.audit_view));
    assert_eq!(house.ask(&gone).await.status, StatusCode::NOT_FOUND);
}
