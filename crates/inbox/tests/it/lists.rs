//! Pages of conversations and of messages.

use std::time::Duration;

use http::StatusCode;
use lk_authz::Role;
use lk_testkit::Operator;
use serde_json::{Value, json};

use crate::stage::{Stage, note, path, reply};

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect()
}

async fn list(operator: &Operator<'_>, query: &str) -> Value {
    operator.get(&format!("/api/v1/conversations{query}")).await.expect(StatusCode::OK)
}

#[tokio::test]
async fn conversations_come_newest_first_in_pages_without_gaps() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let mut made = Vec::new();
    for n in 0..7 {
        // Two at a time share an instant: the id decides then.
        if n % 2 == 0 {
            stage.world.clock.advance(Duration::from_secs(1));
        }
        made.push(stage.conversation(widget).await.1);
    }
    let whole = ids(&list(&ada, "").await);
    assert_eq!(whole.len(), 7);
    assert_eq!(whole[0], made[6]);

    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(&ada, &format!("?limit=3{cursor}")).await;
        paged.extend(ids(&page));
        match page["page"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => {
                assert_eq!(page["page"]["has_more"], false);
                break;
            }
        }
    }
    assert_eq!(paged, whole);

    stage.world.clock.advance(Duration::from_secs(1));
    reply(&ada, &made[0], "Sorry for the wait").await;
    assert_eq!(ids(&list(&ada, "?status=open&limit=1").await), [made[0].clone()]);
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let bob = ada.colleague(Role::User).await;
    let (visitor, mine) = stage.conversation(widget).await;
    let (_, his) = stage.conversation(widget).await;
    let (_, free) = stage.conversation(widget).await;
    let (_, done) = stage.conversation(widget).await;
    for (id, verb, body) in [
        (&mine, "/assign", json!({ "operator_id": ada.id })),
        (&his, "/assign", json!({ "operator_id": bob.id })),
        (&done, "/resolve", json!({})),
    ] {
        let _ = ada.post(&path(id, verb), body).await.expect(StatusCode::OK);
    }
    let second = visitor.start("Another matter").await;
    let _ =
        visitor.patch("/api/widget/v1/me", json!({ "name": "Eve" })).await.expect(StatusCode::OK);
    let contact =
        list(&ada, "?assignee=me").await["data"][0]["contact"]["id"].as_str().unwrap().to_owned();

    let set = |query: String| {
        let ada = &ada;
        async move {
            let mut found = ids(&list(ada, &query).await);
            found.sort();
            found
        }
    };
    let sorted = |mut wanted: Vec<&String>| {
        wanted.sort();
        wanted.into_iter().cloned().collect::<Vec<String>>()
    };
    assert_eq!(set("?assignee=me".into()).await, sorted(vec![&mine]));
    assert_eq!(set(format!("?assignee={}", bob.id)).await, sorted(vec![&his]));
    assert_eq!(set("?assignee=none&status=open".into()).await, sorted(vec![&free, &second]));
    assert_eq!(set("?status=resolved".into()).await, sorted(vec![&done]));
    assert_eq!(set("?status=snoozed".into()).await, sorted(vec![]));
    assert_eq!(set(format!("?contact={contact}")).await, sorted(vec![&mine, &second]));
    assert_eq!(set(format!("?contact={contact}&assignee=none")).await, sorted(vec![&second]));
    for query in [
        "?status=closed",
        "?assignee=somebody",
        "?limit=0",
        "?limit=101",
        "?colour=red",
        "?contact=x",
    ] {
        let answer = ada.get(&format!("/api/v1/conversations{query}")).await;
        assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed", "{query}");
    }
}

#[tokio::test]
async fn a_cursor_opens_only_the_list_it_was_made_for() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (mallory, other) = stage.shop(Role::User).await;
    for _ in 0..2 {
        stage.conversation(widget).await;
        stage.conversation(other).await;
    }
    let cursor = list(&ada, "?limit=1&status=open").await["page"]["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(ids(&list(&ada, &format!("?limit=1&status=open&cursor={cursor}")).await).len(), 1);
    let mut bent = cursor.clone().into_bytes();
    let middle = bent.len() / 2;
    bent[middle] = if bent[middle] == b'A' { b'B' } else { b'A' };
    let bent = String::from_utf8(bent).unwrap();
    for (operator, query) in [
        (&ada, format!("?limit=1&status=resolved&cursor={cursor}")),
        (&ada, format!("?limit=1&cursor={cursor}")),
        (&ada, format!("?limit=1&status=open&assignee=me&cursor={cursor}")),
        (&ada, format!("?limit=1&status=open&cursor={bent}")),
        (&ada, "?cursor=nonsense".to_owned()),
        (&ada, "?cursor=".to_owned()),
        (&mallory, format!("?limit=1&status=open&cursor={cursor}")),
    ] {
        let answer = operator.get(&format!("/api/v1/conversations{query}")).await;
        assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), "bad_cursor", "{query}");
    }
}

#[tokio::test]
async fn messages_come_in_order_from_either_side() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    for n in 2..=7 {
        if n % 2 == 0 {
            note(&ada, &conversation, "a note").await;
        } else {
            reply(&ada, &conversation, "a reply").await;
        }
    }
    let page = |query: &str| {
        let path = path(&conversation, &format!("/messages?{query}"));
        let ada = &ada;
        async move {
            let page = ada.get(&path).await.expect(StatusCode::OK);
            let numbers: Vec<i64> = page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|m| m["seq"].as_i64().unwrap())
                .collect();
            (numbers, page["page"]["has_more"].as_bool().unwrap())
        }
    };
    assert_eq!(page("").await, (vec![1, 2, 3, 4, 5, 6, 7], false));
    assert_eq!(page("limit=3").await, (vec![5, 6, 7], true));
    assert_eq!(page("limit=3&before_seq=5").await, (vec![2, 3, 4], true));
    assert_eq!(page("limit=3&before_seq=2").await, (vec![1], false));
    assert_eq!(page("limit=3&after_seq=2").await, (vec![3, 4, 5], true));
    assert_eq!(page("limit=3&after_seq=7").await, (vec![], false));
    let both = ada.get(&path(&conversation, "/messages?before_seq=5&after_seq=2")).await;
    assert_eq!(both.refused(StatusCode::UNPROCESSABLE_ENTITY), "one_direction_only");
}
