//! A login is closed: everything ends, nothing tells who it was, and what was written stays.

use axum::http::{Method, StatusCode};
use lk_authz::Role;
use serde_json::json;

use super::with_session;
use crate::house::{Ask, House};
use crate::owner::Owner;
use crate::sample::give_password;

const CLOSE: &str = "/api/v1/me/close";
const LOOK: &str = "/api/v1/me/closing";
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test]
async fn closing_ends_everything_and_what_was_written_stays_under_nobodys_name() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mut bob = house.helper(&ada, Role::User).await;
    bob.password = give_password(&house, &bob.email).await;
    let path = format!("/api/v1/conversations/{}/messages", ada.conversation);
    let words = json!({ "client_message_id": "from-bob-1", "body": "words of Bob" });
    let _ = house.ask(&bob.post(&path, words)).await.expect(StatusCode::CREATED);
    let other = house.again(&bob).await;
    house.enrol(&bob).await;
    house.passkey(&bob).await;
    let seen = house.ask(&bob.get(LOOK)).await.expect(StatusCode::OK);
    assert_eq!(seen["workspaces"][0]["last_super_admin"], false);
    assert_eq!(seen["workspaces"][0]["id"], json!(ada.workspace));

    let closed = house.ask(&bob.post(CLOSE, json!({}))).await;
    assert_eq!(closed.status, StatusCode::NO_CONTENT);
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "person.closed");
    assert_eq!(entry["change"]["new"], json!({ "workspaces": 1, "sessions": 2 }));
    for session in [&bob, &other] {
        assert_eq!(house.me(session).await, StatusCode::UNAUTHORIZED);
        let refresh = house.ask(&Owner::cookied("/api/v1/auth/refresh", &session.cookie)).await;
        assert_eq!(refresh.refused(StatusCode::UNAUTHORIZED), "session_ended");
    }
    let wrong = house.password(&bob.email, &bob.password).await;
    assert_eq!(wrong.refused(REFUSED), "wrong_credentials");
    let letters = house.letters(&bob.email).await;
    assert!(letters.iter().any(|each| each.contains("Your login was closed")), "{letters:?}");

    for table in [
        "persons",
        "operators",
        "memberships",
        "invitations",
        "totp_factors",
        "passkeys",
        "recovery_codes",
        "one_time_links",
        "audit_written",
    ] {
        let rows = house.database.rows(&format!("select * from {table}")).await;
        let text = serde_json::to_string(&rows).unwrap();
        for trace in [bob.email.as_str(), "Helper"] {
            assert!(!text.contains(trace), "{table} tells of {trace}: {text}");
        }
    }
    for table in ["totp_factors", "passkeys", "recovery_codes"] {
        assert!(house.database.rows(&format!("select * from {table}")).await.is_empty(), "{table}");
    }
    let lines = house.ask(&ada.get(&path)).await.expect(StatusCode::OK);
    assert!(lines.to_string().contains("words of Bob"));
    let operators = house.ask(&ada.get("/api/v1/operators")).await.expect(StatusCode::OK);
    let gone = operators["data"].as_array().unwrap().iter();
    let gone = gone.filter(|each| each["id"] == json!(ada.colleague)).collect::<Vec<_>>();
    assert_eq!(gone[0]["name"], "Former member");
    assert!(gone[0]["removed_at"].is_string());
}

#[tokio::test]
async fn the_address_is_free_again_and_belongs_to_somebody_new() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let bob = house.helper(&ada, Role::User).await;
    let closed = house.ask(&bob.post(CLOSE, json!({}))).await;
    assert_eq!(closed.status, StatusCode::NO_CONTENT);
    let email = json!({ "email": bob.email, "role": "user" });
    let invited = house.ask(&ada.post("/api/v1/invitations", email)).await;
    let link = invited.expect(StatusCode::CREATED)["link"].as_str().unwrap().to_owned();
    let accept = json!({
        "token": link.split_once('#').unwrap().1, "name": "Bob Again",
        "password": "a long enough sentence",
    });
    let accept = Ask::new(&Method::POST, "/api/v1/invitations/accept").json(accept);
    let back = house.ask(&accept).await.expect(StatusCode::CREATED);
    assert_ne!(back["operator"]["id"], json!(ada.colleague), "a new operator");
}

#[tokio::test]
async fn the_last_super_admin_hands_over_first_and_nothing_happens_before() {
    let house = House::new().await;
    let (ada, cara) = (house.owner("Ada").await, house.owner("Cara").await);
    let bob = house.helper(&ada, Role::User).await;
    let own = house.own_workspace(&bob).await;
    let seen = house.ask(&bob.get(LOOK)).await.expect(StatusCode::OK);
    let told = seen["workspaces"].as_array().unwrap();
    assert_eq!(told.len(), 2);
    for (id, last) in [(&ada.workspace, false), (&own, true)] {
        let found = told.iter().find(|each| each["id"] == json!(id)).unwrap();
        assert_eq!(found["last_super_admin"], last, "{found}");
    }
    let refused = house.ask(&bob.post(CLOSE, json!({}))).await;
    assert_eq!(refused.refused(REFUSED), "hand_over_first");
    assert_eq!(house.me(&bob).await, StatusCode::OK, "nothing happened");
    let still = house.ask(&ada.get("/api/v1/operators")).await.expect(StatusCode::OK);
    assert!(still.to_string().contains("Helper"));
    let alone = house.ask(&cara.post(CLOSE, json!({}))).await;
    assert_eq!(alone.refused(REFUSED), "hand_over_first");
}

#[tokio::test]
async fn the_name_goes_from_where_somebody_was_once_and_each_workspace_has_its_entry() {
    let house = House::new().await;
    let (ada, cara) = (house.owner("Ada").await, house.owner("Cara").await);
    let bob = house.helper(&ada, Role::User).await;
    let password = give_password(&house, &bob.email).await;
    for (owner, leaves) in [(&cara, false), (&house.owner("Dora").await, true)] {
        let email = json!({ "email": bob.email, "role": "user" });
        let invited = house.ask(&owner.post("/api/v1/invitations", email)).await;
        let link = invited.expect(StatusCode::CREATED)["link"].as_str().unwrap().to_owned();
        let accept = json!({ "token": link.split_once('#').unwrap().1, "password": password });
        let accept = Ask::new(&Method::POST, "/api/v1/invitations/accept").json(accept);
        let joined = house.ask(&accept).await.expect(StatusCode::CREATED);
        if leaves {
            let id = joined["operator"]["id"].as_str().unwrap();
            let remove = owner.post(format!("/api/v1/operators/{id}/remove"), json!({}));
            let _ = house.ask(&remove).await.expect(StatusCode::OK);
        }
    }
    let bob = with_session(&ada, &house.again(&bob).await);
    let before = house.entries().await.len();
    let closed = house.ask(&bob.post(CLOSE, json!({}))).await;
    assert_eq!(closed.status, StatusCode::NO_CONTENT);
    let entries = house.entries().await;
    let mut did: Vec<&str> =
        entries[before..].iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    did.sort_unstable();
    assert_eq!(did, ["operator.left", "person.closed"]);
    let names = house.database.rows("select name from operators where name = 'Helper'").await;
    assert_eq!(names.len(), 2, "Cara's and Dora's own helpers keep theirs: {names:?}");
    let left = house.database.rows("select * from former_memberships").await;
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn closing_asks_for_a_fresh_proof() {
    let house = House::new().await;
    let mut ada = house.newcomer().await;
    house.pass(601, &mut ada).await;
    let refused = house.ask(&ada.post(CLOSE, json!({}))).await;
    assert_eq!(refused.refused(StatusCode::FORBIDDEN), "step_up_needed");
}
