//! An operator answers.

use http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use crate::stage::{Stage, fresh, lines, look, note, path, reply};

#[tokio::test]
async fn a_reply_is_stored_audited_and_announced_without_its_text_in_the_log() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let (entries, events) = stage.marks().await;

    let sent = reply(&ada, &conversation, "Of course, Eve!").await;

    assert_eq!(sent["seq"], 2);
    assert_eq!(sent["kind"], "reply");
    assert_eq!(sent["author"], json!({ "kind": "operator", "id": ada.id }));
    assert_eq!(sent["created_at"], "2026-11-22T09:00:00.000Z");
    let audit = stage.world.audit().await;
    assert_eq!(audit.len(), entries + 1);
    let entry = &audit[entries];
    assert_eq!(entry["action"], "message.sent");
    assert_eq!(entry["target_kind"], "message");
    assert_eq!(
        entry["change"]["new"],
        json!({ "conversation_id": conversation, "seq": 2, "characters": 15 })
    );
    assert!(!entry.to_string().contains("Eve"));

    let told = &stage.world.events().await[events];
    assert_eq!(told["kind"], "message.created");
    assert_eq!(told["data"]["message"], sent);
    let shown = &told["data"]["_visitor"];
    assert_eq!(shown["visitor_id"], json!(visitor.id().await));
    assert_eq!(shown["message"]["seq"], 2);
    assert_eq!(shown["message"]["author"]["kind"], "operator");
    assert!(shown["message"]["author"]["name"].as_str().unwrap().starts_with("Operator"));
    assert_eq!(visitor.sees(&conversation).await[1], shown["message"]);

    let conversation = look(&ada, &conversation).await;
    assert_eq!(conversation["last_seq"], 2);
    assert_eq!(conversation["last_message"]["preview"], "Of course, Eve!");
}

#[tokio::test]
async fn sending_the_same_again_answers_with_the_first_message_and_changes_nothing() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let messages = path(&conversation, "/messages");
    let body = json!({ "client_message_id": "retry-me-1", "body": "Once" });
    let first = ada.post(&messages, body.clone()).await.expect(StatusCode::CREATED);
    let marks = stage.marks().await;

    let again = ada.post(&messages, body).await.expect(StatusCode::OK);
    let other = json!({ "client_message_id": "retry-me-1", "body": "Something else" });
    let changed = ada.post(&messages, other).await.expect(StatusCode::OK);

    assert_eq!((&again, &changed), (&first, &first));
    assert_eq!(stage.marks().await, marks);
    assert_eq!(look(&ada, &conversation).await["last_seq"], 2);
    assert_eq!(
        reply(&ada, &conversation, "Next").await["seq"],
        3,
        "the spent number was given back"
    );
}

#[tokio::test]
async fn the_same_message_sent_fifty_times_at_once_is_stored_once() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let messages = path(&conversation, "/messages");
    let body = json!({ "client_message_id": "impatient", "body": "Now!" });

    let answers =
        futures_util::future::join_all((0..50).map(|_| ada.post(&messages, body.clone()))).await;

    let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(created, 1);
    assert!(answers.iter().all(|answer| answer.json() == answers[0].json()));
    assert_eq!(lines(&ada, &conversation).await.len(), 2);
}

#[tokio::test]
async fn colleagues_may_use_the_same_client_id() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let bob = ada.colleague(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let body = json!({ "client_message_id": "draft-0001", "body": "Hello" });
    for operator in [&ada, &bob] {
        let _ = operator
            .post(&path(&conversation, "/messages"), body.clone())
            .await
            .expect(StatusCode::CREATED);
    }
    assert_eq!(lines(&ada, &conversation).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_at_once_get_numbers_without_holes() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let visitor_path = format!("/api/widget/v1/conversations/{conversation}/messages");
    let (messages, notes) = (path(&conversation, "/messages"), path(&conversation, "/notes"));
    let body = || json!({ "client_message_id": fresh(), "body": "At once" });

    let sends = (0..50).map(|n| {
        let (ada, visitor, body) = (&ada, &visitor, body());
        let (messages, notes, visitor_path) = (&messages, &notes, &visitor_path);
        async move {
            let answer = match n % 3 {
                0 => ada.post(messages, body).await,
                1 => ada.post(notes, body).await,
                _ => visitor.post(visitor_path, body).await,
            };
            let _ = answer.expect(StatusCode::CREATED);
        }
    });
    futures_util::future::join_all(sends).await;

    let seen = lines(&ada, &conversation).await;
    let numbers: Vec<i64> = seen.iter().map(|line| line["seq"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=51).collect::<Vec<i64>>());
    let public: Vec<i64> =
        visitor.sees(&conversation).await.iter().map(|m| m["seq"].as_i64().unwrap()).collect();
    let replies = seen.iter().filter(|line| line["kind"] == "reply").count();
    assert_eq!(public, (1..=i64::try_from(replies).unwrap()).collect::<Vec<i64>>());
    assert_eq!(replies, 34);
    // The events are told in the order of the numbers.
    stage.dispatch().await;
    let mut events = stage.world.events().await;
    events.retain(|event| event["kind"] == "message.created");
    assert_eq!(events.len(), 51);
}

#[tokio::test]
async fn a_reply_to_an_old_picture_is_held_back_with_what_was_missed() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let bob = ada.colleague(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    visitor.says(&conversation, "Never mind").await;
    note(&bob, &conversation, "I take this").await;
    let marks = stage.marks().await;
    let messages = path(&conversation, "/messages");
    let body = |seen: i64| json!({ "client_message_id": "stale-0001", "body": "Sure", "if_last_seq": seen });

    let answer = ada.post(&messages, body(1)).await;
    assert_eq!(answer.refused(StatusCode::CONFLICT), "stale_thread");
    let missed = answer.json()["missed"].as_array().unwrap().clone();
    assert_eq!(
        missed.iter().map(|m| m["body"].as_str().unwrap()).collect::<Vec<_>>(),
        ["Never mind", "I take this"]
    );
    assert_eq!(stage.marks().await, marks, "nothing happened");
    assert_eq!(look(&ada, &conversation).await["last_seq"], 3);

    let sent = ada.post(&messages, body(3)).await.expect(StatusCode::CREATED);
    assert_eq!(sent["seq"], 4);
}

#[tokio::test]
async fn what_was_merely_done_and_ones_own_words_do_not_make_a_picture_old() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let bob = ada.colleague(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    reply(&ada, &conversation, "Mine").await;
    let _ = bob
        .post(&path(&conversation, "/assign"), json!({ "operator_id": bob.id }))
        .await
        .expect(StatusCode::OK);
    let body = json!({ "client_message_id": fresh(), "body": "Sure", "if_last_seq": 1 });
    let sent = ada.post(&path(&conversation, "/messages"), body).await.expect(StatusCode::CREATED);
    assert_eq!(sent["seq"], 4);
}

#[tokio::test]
async fn a_repeated_reply_is_answered_even_when_others_wrote_since() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let messages = path(&conversation, "/messages");
    let body = json!({ "client_message_id": "lost-answer", "body": "Sure", "if_last_seq": 1 });
    let first = ada.post(&messages, body.clone()).await.expect(StatusCode::CREATED);
    visitor.says(&conversation, "Thanks").await;
    assert_eq!(ada.post(&messages, body).await.expect(StatusCode::OK), first);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_place() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let marks = stage.marks().await;
    let good = |key: &str, value: Value| {
        let mut body = json!({ "client_message_id": fresh(), "body": "Hello" });
        body[key] = value;
        body
    };
    for (body, pointer) in [
        (good("body", json!("")), "/body"),
        (good("body", json!("   ")), "/body"),
        (good("body", json!("x".repeat(4001))), "/body"),
        (good("body", json!("a\u{0}b")), "/body"),
        (good("client_message_id", json!("short")), "/client_message_id"),
        (good("client_message_id", json!("not/allowed")), "/client_message_id"),
        (good("kind", json!("note")), "/kind"),
    ] {
        let answer = ada.post(&path(&conversation, "/messages"), body).await;
        assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    assert_eq!(stage.marks().await, marks);
    let most = json!({ "client_message_id": fresh(), "body": "ä".repeat(4000) });
    let _ = ada.post(&path(&conversation, "/messages"), most).await.expect(StatusCode::CREATED);
}
