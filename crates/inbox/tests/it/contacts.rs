//! Operators look at contacts and correct them.

use http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use crate::stage::{Stage, look};

async fn contact(stage: &Stage, widget: lk_base::id::WidgetId) -> (String, String) {
    let (visitor, conversation) = stage.conversation(widget).await;
    let body = json!({ "name": "Eve", "email": "eve@example.test" });
    let _ = visitor.patch("/api/widget/v1/me", body).await.expect(StatusCode::OK);
    let rows = stage.world.events().await;
    let set = rows.iter().find(|event| event["kind"] == "conversation.contact_set").unwrap();
    (set["data"]["contact"]["id"].as_str().unwrap().to_owned(), conversation)
}

#[tokio::test]
async fn a_correction_is_stored_audited_masked_and_announced() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (contact, conversation) = contact(&stage, widget).await;
    let (entries, events) = stage.marks().await;
    let path = format!("/api/v1/contacts/{contact}");
    let after = ada.patch(&path, json!({ "name": "Eve Moneypenny" })).await.expect(StatusCode::OK);
    assert_eq!(
        (&after["name"], &after["email"]),
        (&json!("Eve Moneypenny"), &json!("eve@example.test"))
    );
    assert_eq!(stage.marks().await, (entries + 1, events + 1));
    let entry = stage.entry().await;
    assert_eq!(entry["action"], "contact.changed");
    assert!(!entry.to_string().contains("Moneypenny") && !entry.to_string().contains("eve@"));
    let told = &stage.world.events().await[events];
    assert_eq!((&told["kind"], &told["data"]["contact"]), (&json!("contact.updated"), &after));
    assert_eq!(ada.get(&path).await.expect(StatusCode::OK), after);
    assert_eq!(look(&ada, &conversation).await["title"], "Eve Moneypenny");
}

#[tokio::test]
async fn null_takes_away_and_nothing_new_is_recorded_but_not_told() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (contact, conversation) = contact(&stage, widget).await;
    let path = format!("/api/v1/contacts/{contact}");
    let after = ada.patch(&path, json!({ "name": null })).await.expect(StatusCode::OK);
    assert_eq!(after["name"], Value::Null);
    assert_eq!(look(&ada, &conversation).await["title"], "eve@example.test");
    let (entries, events) = stage.marks().await;
    assert_eq!(ada.patch(&path, json!({ "name": null })).await.expect(StatusCode::OK), after);
    assert_eq!(stage.marks().await, (entries + 1, events));
}

#[tokio::test]
async fn a_new_address_is_not_proven_by_the_old_one() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (contact, _) = contact(&stage, widget).await;
    stage.world.database.run("update contacts set verified = true").await;
    let path = format!("/api/v1/contacts/{contact}");
    let named = ada.patch(&path, json!({ "name": "Eve M." })).await.expect(StatusCode::OK);
    assert_eq!(named["verified"], true);
    let moved =
        ada.patch(&path, json!({ "email": "mallory@example.test" })).await.expect(StatusCode::OK);
    assert_eq!(moved["verified"], false);
}

#[tokio::test]
async fn a_contact_of_another_workspace_is_not_found() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let (contact, _) = contact(&stage, widget).await;
    let mallory = stage.world.operator(Role::SuperAdmin).await;
    let path = format!("/api/v1/contacts/{contact}");
    assert_eq!(mallory.get(&path).await.refused(StatusCode::NOT_FOUND), "not_found");
    let answer = mallory.patch(&path, json!({ "name": "Mine" })).await;
    assert_eq!(answer.refused(StatusCode::NOT_FOUND), "not_found");
}
