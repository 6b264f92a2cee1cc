//! A visitor's first message opens a conversation.

use http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use crate::stage::{Stage, fresh, look, path};

const START: &str = "/api/widget/v1/conversations";

#[tokio::test]
async fn the_first_message_makes_a_conversation_that_is_audited_and_announced() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let (entries, events) = stage.marks().await;

    let body = json!({ "client_message_id": "first-0001", "body": "Do you ship to Oslo?" });
    let started = visitor.post(START, body).await.expect(StatusCode::CREATED);

    let id = started["conversation"]["id"].as_str().unwrap();
    assert_eq!(
        started["conversation"],
        json!({
            "id": id, "status": "open", "last_seq": 1, "unread": 0, "operator_read_seq": 0,
            "created_at": "2026-11-22T09:00:00.000Z", "updated_at": "2026-11-22T09:00:00.000Z",
        })
    );
    assert_eq!(started["message"]["body"], "Do you ship to Oslo?");
    let audit = stage.world.audit().await;
    assert_eq!(audit.len(), entries + 1);
    assert_eq!(audit[entries]["action"], "conversation.started");
    assert_eq!(audit[entries]["actor_kind"], "visitor");
    assert!(!audit[entries].to_string().contains("Oslo"));
    assert_eq!(stage.kinds(events).await, ["conversation.created", "message.created"]);
    let told = &stage.world.events().await[events]["data"]["conversation"];
    assert_eq!((&told["last_seq"], &told["unread"]), (&json!(1), &json!(0)));
    assert_eq!(told["last_message"]["preview"], "Do you ship to Oslo?");

    let seen = look(&ada, id).await;
    assert_eq!(seen["unread"], 1);
    let code = &lk_inbox::conversation::code(visitor.id().await);
    assert_eq!(seen["title"], format!("Visitor {code}"));
    assert_eq!(seen["visitor"]["code"], json!(code));
    assert_eq!(seen["visitor"]["masked_ip"], "203.0.113.***");
    assert_eq!(seen["visitor"]["site"], crate::stage::SITE);
    assert_eq!(seen["contact"], Value::Null);
}

#[tokio::test]
async fn a_name_given_with_it_makes_an_unverified_contact() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let events = stage.marks().await.1;
    let body = json!({
        "client_message_id": fresh(), "body": "Hello", "name": "Eve Moneypenny", "email": "eve@example.test",
    });
    let started = visitor.post(START, body).await.expect(StatusCode::CREATED);
    let seen = look(&ada, started["conversation"]["id"].as_str().unwrap()).await;
    assert_eq!(seen["title"], "Eve Moneypenny");
    assert_eq!(seen["contact"]["email"], "eve@example.test");
    assert_eq!(seen["contact"]["verified"], false);
    assert_eq!(stage.kinds(events).await, ["conversation.created", "message.created"]);
    assert_eq!(
        stage.world.events().await[events]["data"]["conversation"]["title"],
        "Eve Moneypenny"
    );
    let entry = stage.entry().await;
    let facts = &entry["change"]["new"];
    assert_eq!(
        [&facts["contact_name"], &facts["contact_email"], &facts["contact_verified"]],
        [&json!("E***"), &json!("e***@e***.test"), &json!(false)]
    );
    assert!(!entry.to_string().contains("Moneypenny") && !entry.to_string().contains("eve@"));
}

#[tokio::test]
async fn the_same_first_message_at_once_opens_one_conversation() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let body = json!({ "client_message_id": "impatient", "body": "Hello", "name": "Eve" });
    let answers =
        futures_util::future::join_all((0..20).map(|_| visitor.post(START, body.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count(), 1);
    assert!(answers.iter().all(|answer| answer.json() == answers[0].json()));
    let own = visitor.get(START).await.expect(StatusCode::OK);
    assert_eq!(own["data"].as_array().unwrap().len(), 1);
    let contacts = stage.world.database.rows("select 1 from contacts").await;
    assert_eq!(contacts.len(), 1);
}

#[tokio::test]
async fn two_visitors_may_use_the_same_client_id() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let (one, two) = (stage.visitor(widget).await, stage.visitor(widget).await);
    let body = json!({ "client_message_id": "same-same", "body": "Hello" });
    let first = one.post(START, body.clone()).await.expect(StatusCode::CREATED);
    let second = two.post(START, body).await.expect(StatusCode::CREATED);
    assert_ne!(first["conversation"]["id"], second["conversation"]["id"]);
}

#[tokio::test]
async fn twenty_conversations_at_a_time_are_enough() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let first = visitor.start("1").await;
    for n in 2..=20 {
        visitor.start(&n.to_string()).await;
    }
    let marks = stage.marks().await;
    let body = || json!({ "client_message_id": fresh(), "body": "21" });
    let answer = visitor.post(START, body()).await;
    assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), "too_many_conversations");
    assert_eq!(stage.marks().await, marks);
    let _ = ada.post(&path(&first, "/resolve"), json!({})).await.expect(StatusCode::OK);
    let _ = visitor.post(START, body()).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn without_a_session_nothing_starts() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let browser = stage.browser(widget);
    let body = json!({ "client_message_id": fresh(), "body": "Hello" });
    assert_eq!(
        browser.post(START, body).await.refused(StatusCode::UNAUTHORIZED),
        "unauthenticated"
    );
}
