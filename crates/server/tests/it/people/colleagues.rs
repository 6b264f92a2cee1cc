//! What those who run a workspace do about a colleague's sessions and role, and what they must prove.

use std::time::Duration;

use axum::http::StatusCode;
use lk_authz::Role;
use serde_json::json;

use super::{patch, person};
use crate::house::House;
use crate::owner::Owner;

fn of(operator: &str) -> String {
    format!("/api/v1/operators/{operator}/sessions")
}

fn end(operator: &str) -> String {
    format!("/api/v1/operators/{operator}/sessions/end")
}

#[tokio::test]
async fn an_admin_ends_a_colleagues_sessions_here_and_learns_nothing_of_elsewhere() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let admin = {
        let bob = house.helper(&ada, Role::Admin).await;
        let listed = house.ask(&bob.get(&of(&ada.colleague))).await.expect(StatusCode::OK);
        assert_eq!(listed["data"].as_array().unwrap().len(), 1, "one's own are listed, too");
        person(&ada)
    };
    let bob = house.helper(&ada, Role::User).await;
    let mut elsewhere = house.again(&bob).await;
    let own = house.own_workspace(&bob).await;
    let switch = |to: &str| json!({ "workspace_id": to });
    let there = house.ask(&elsewhere.post("/api/v1/auth/switch", switch(&own))).await;
    let there = there.expect(StatusCode::OK);
    there["access_token"].as_str().unwrap().clone_into(&mut elsewhere.token);

    let listed = house.ask(&admin.get(&of(&ada.colleague))).await.expect(StatusCode::OK);
    let listed_here = listed["data"].as_array().unwrap();
    assert_eq!(listed_here.len(), 2, "the two that are here: {listed}");
    assert_eq!(listed_here[0]["masked_ip"], "203.0.113.***");
    assert!(!listed.to_string().contains(there["session_id"].as_str().unwrap()));

    let ended = house.ask(&admin.post(&end(&ada.colleague), json!({}))).await;
    assert_eq!(ended.expect(StatusCode::OK)["ended"], 2);
    assert_eq!(house.me(&bob).await, StatusCode::UNAUTHORIZED);
    let refresh = house.ask(&Owner::cookied("/api/v1/auth/refresh", &bob.cookie)).await;
    assert_eq!(refresh.refused(StatusCode::UNAUTHORIZED), "session_ended");
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "operator.sessions_ended");
    assert_eq!(entry["change"]["new"], json!({ "sessions": 2 }));
    let told = house.database.rows("select * from outbox where kind = 'session.ended'").await;
    assert_eq!(told.len(), 2, "their sockets close");

    // What was elsewhere stays there, and cannot come back by a switch.
    assert_eq!(house.me(&elsewhere).await, StatusCode::OK);
    let back = house.ask(&elsewhere.post("/api/v1/auth/switch", switch(&ada.workspace))).await;
    assert_eq!(back.refused(StatusCode::UNPROCESSABLE_ENTITY), "session_too_old");
    house.clock.advance(Duration::from_secs(1));
    let again = house.again(&bob).await;
    assert_eq!(house.me(&again).await, StatusCode::OK, "a new sign-in opens it");
}

#[tokio::test]
async fn no_admin_sees_or_ends_a_super_admins_sessions_and_nobody_their_own_this_way() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let bob = house.helper(&ada, Role::Admin).await;
    for ask in [bob.get(&of(&ada.operator)), bob.post(&end(&ada.operator), json!({}))] {
        assert_eq!(house.ask(&ask).await.refused(StatusCode::FORBIDDEN), "above_own_role");
    }
    assert_eq!(house.me(&person(&ada)).await, StatusCode::OK, "nothing happened");
    let own = house.ask(&ada.post(end(&ada.operator), json!({}))).await;
    assert_eq!(own.refused(StatusCode::UNPROCESSABLE_ENTITY), "yourself");
}

#[tokio::test]
async fn roles_invitations_and_removals_ask_for_a_proof_of_the_last_ten_minutes() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mut late = person(&ada);
    house.pass(601, &mut late).await;
    let colleague = format!("/api/v1/operators/{}", ada.colleague);
    let invite = json!({ "email": "third@newcomer.test", "role": "admin" });
    for ask in [
        patch(&late, &colleague, json!({ "role": "admin" })),
        late.post("/api/v1/invitations", invite),
        late.post(&format!("{colleague}/remove"), json!({})),
    ] {
        let refused = house.ask(&ask).await;
        assert_eq!(refused.refused(StatusCode::FORBIDDEN), "step_up_needed", "{}", ask.path);
    }
    let quick = house.ask(&late.post(&end(&ada.colleague), json!({}))).await;
    assert_eq!(quick.status, StatusCode::OK, "shutting a door asks for nothing");
}
