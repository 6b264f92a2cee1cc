//! Somebody is taken out: what ends, what is handed over, what is left to do, and which seats
//! nobody uses.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_authz::Role;
use lk_base::text::{Email, Name};
use lk_identity::directory::WorkspaceName;
use lk_identity::found;
use serde_json::{Value, json};

use super::{person, with_session};
use crate::house::{Ask, House};
use crate::owner::{Owner, keyed};

const KEYS: &str = "/api/v1/api-keys";

fn remove(operator: &str) -> String {
    format!("/api/v1/operators/{operator}/remove")
}

/// A key with a name: its id, and itself.
async fn key(house: &House, maker: &Owner, name: &str) -> (String, String) {
    let named = json!({ "name": name, "scopes": ["members:read"] });
    let made = house.ask(&maker.post(KEYS, named)).await.expect(StatusCode::CREATED);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["api_key"]["id"]), text(&made["key"]))
}

async fn opens(house: &House, key: &str) -> StatusCode {
    house.ask(&keyed(key, &Method::GET, "/api/v1/operators")).await.status
}

async fn assign(house: &House, ada: &Owner, to: &str) {
    let path = format!("/api/v1/conversations/{}/assign", ada.conversation);
    let _ = house.ask(&ada.post(path, json!({ "operator_id": to }))).await.expect(StatusCode::OK);
}

async fn assignee(house: &House, ada: &Owner) -> Value {
    let path = format!("/api/v1/conversations/{}", ada.conversation);
    house.ask(&ada.get(path)).await.expect(StatusCode::OK)["assignee_id"].clone()
}

#[tokio::test]
async fn taking_somebody_out_ends_and_lists_all_that_they_had() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let bob = house.helper(&ada, Role::Admin).await;
    let helper = with_session(&ada, &bob);
    let (alone, secret) = key(&house, &helper, "Alone").await;
    let (too, old_secret) = key(&house, &helper, "Too").await;
    let (_, theirs) = key(&house, &ada, "Theirs").await;
    let rotate = ada.post(format!("{KEYS}/{too}/rotate"), json!({ "overlap_days": 1 }));
    let _ = house.ask(&rotate).await.expect(StatusCode::OK);
    let invited = json!({ "email": "third@newcomer.test", "role": "user" });
    let invited = house.ask(&helper.post("/api/v1/invitations", invited)).await;
    let link = invited.expect(StatusCode::CREATED)["link"].as_str().unwrap().to_owned();
    assign(&house, &ada, &ada.colleague).await;

    let path = format!("/api/v1/operators/{}/removal", ada.colleague);
    let foreseen = house.ask(&ada.get(path)).await.expect(StatusCode::OK);
    assert_eq!(house.me(&bob).await, StatusCode::OK, "to look changes nothing");
    let left = house.ask(&ada.post(remove(&ada.colleague), json!({}))).await;
    let left = left.expect(StatusCode::OK);
    assert_eq!(left, foreseen);
    assert_eq!(
        left,
        json!({
            "sessions": 1,
            "api_keys_revoked": [{ "id": alone, "name": "Alone" }],
            "api_keys_to_rotate": [{ "id": too, "name": "Too" }],
            "invitations": 1,
            "conversations": 1,
        })
    );

    assert_eq!(house.me(&bob).await, StatusCode::UNAUTHORIZED);
    let refresh = house.ask(&Owner::cookied("/api/v1/auth/refresh", &bob.cookie)).await;
    assert_eq!(refresh.refused(StatusCode::UNAUTHORIZED), "session_ended");
    assert_eq!(opens(&house, &secret).await, StatusCode::UNAUTHORIZED);
    assert_eq!(opens(&house, &old_secret).await, StatusCode::OK, "somebody else rotates it");
    assert_eq!(opens(&house, &theirs).await, StatusCode::OK);
    let preview = json!({ "token": link.split_once('#').unwrap().1 });
    let preview = Ask::new(&Method::POST, "/api/v1/invitations/preview").json(preview);
    assert_eq!(
        house.ask(&preview).await.refused(StatusCode::UNPROCESSABLE_ENTITY),
        "link_not_valid"
    );
    assert_eq!(assignee(&house, &ada).await, Value::Null);

    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "operator.removed");
    assert_eq!(entry["change"]["old"], json!({ "role": "admin" }));
    assert_eq!(
        entry["change"]["new"],
        json!({
            "sessions": 1, "api_keys_revoked": [alone], "api_keys_to_rotate": [too],
            "invitations": 1, "conversations": 1, "conversations_to": null,
        })
    );
    let told = house.database.rows("select kind from outbox order by position").await;
    let told: Vec<_> = told.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    for kind in ["session.ended", "api_key.revoked", "conversation.assigned", "operator.removed"] {
        assert!(told.contains(&kind), "{kind} in {told:?}");
    }
}

#[tokio::test]
async fn open_conversations_go_to_whom_the_caller_says_and_to_nobody_from_outside() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let bob = house.helper(&ada, Role::User).await;
    assign(&house, &ada, &ada.colleague).await;
    for nobody in [&mallory.operator, &ada.colleague] {
        let to = json!({ "conversations_to": nobody });
        let refused = house.ask(&ada.post(remove(&ada.colleague), to)).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY), "assignee_not_a_member");
        assert_eq!(house.me(&bob).await, StatusCode::OK, "nothing happened");
        assert_eq!(assignee(&house, &ada).await, json!(ada.colleague));
    }
    let to = json!({ "conversations_to": ada.operator });
    let left = house.ask(&ada.post(remove(&ada.colleague), to)).await.expect(StatusCode::OK);
    assert_eq!(left["conversations"], 1);
    assert_eq!(assignee(&house, &ada).await, json!(ada.operator));
    let path = format!("/api/v1/conversations/{}/messages", ada.conversation);
    let lines = house.ask(&ada.get(path)).await.expect(StatusCode::OK);
    let last = lines["data"].as_array().unwrap().last().unwrap();
    assert_eq!(last["activity"]["operator_id"], json!(ada.operator), "{last}");
}

#[tokio::test]
async fn no_open_conversation_is_left_with_somebody_who_is_taken_out_while_it_is_assigned() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let identity = &house.product.identity;
    let here = WorkspaceName { id: ada.workspace.parse().unwrap(), name: "Ada's".to_owned() };
    for round in 0..20 {
        let email = Email::parse(&format!("round-{round}@newcomer.test")).unwrap();
        let new = found::person(identity, &Name::parse("New").unwrap(), &email).await.unwrap();
        let new = found::colleague(identity, &here, &new, Role::User).await.unwrap().to_string();
        let path = format!("/api/v1/conversations/{}/assign", ada.conversation);
        let (assign, remove) =
            (ada.post(path, json!({ "operator_id": new })), ada.post(remove(&new), json!({})));
        let (assigned, removed) = tokio::join!(house.ask(&assign), house.ask(&remove));
        assert_eq!(removed.status, StatusCode::OK, "round {round}");
        let expected = [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY];
        assert!(expected.contains(&assigned.status), "round {round}: {}", assigned.status);
        assert_ne!(assignee(&house, &ada).await, json!(new), "round {round}");
    }
}

/// The owner's colleague in the list, as `who` sees them.
async fn listed(house: &House, who: &Owner, id: &str) -> Value {
    let list = house.ask(&who.get("/api/v1/operators")).await.expect(StatusCode::OK);
    let found = list["data"].as_array().unwrap().iter().find(|each| each["id"] == id);
    found.unwrap().clone()
}

#[tokio::test]
async fn a_seat_that_nobody_uses_is_marked_for_those_who_manage_members() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let new = listed(&house, &ada, &ada.colleague).await;
    assert_eq!((&new["last_seen_at"], &new["dormant"]), (&Value::Null, &json!(false)));
    assert_eq!(listed(&house, &ada, &ada.operator).await["last_seen_at"], json!(house.clock.now()));
    let by_a_program = house.ask(&ada.keyed(&Method::GET, "/api/v1/operators")).await;
    assert_eq!(by_a_program.expect(StatusCode::OK)["data"][0]["last_seen_at"], Value::Null);
    house.clock.advance(DAY * 90);
    let ada = with_session(&ada, &house.again(&person(&ada)).await);
    assert_eq!(listed(&house, &ada, &ada.colleague).await["dormant"], false, "90 days to the day");
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(listed(&house, &ada, &ada.colleague).await["dormant"], true);
    assert_eq!(listed(&house, &ada, &ada.operator).await["dormant"], false);

    let bob = with_session(&ada, &house.helper(&ada, Role::User).await);
    let seen = listed(&house, &ada, &ada.colleague).await;
    assert_eq!(seen["dormant"], false);
    assert_eq!(seen["last_seen_at"], json!(house.clock.now()));
    let by_a_user = listed(&house, &bob, &ada.operator).await;
    assert_eq!(by_a_user["last_seen_at"], Value::Null, "when colleagues are here is not told");

    let policy = json!({ "dormant_after_days": 7 });
    let _ = house.ask(&ada.patch("/api/v1/workspace/access-policy", policy)).await;
    house.clock.advance(DAY * 8);
    let ada = with_session(&ada, &house.again(&person(&ada)).await);
    assert_eq!(listed(&house, &ada, &ada.colleague).await["dormant"], true);
}
