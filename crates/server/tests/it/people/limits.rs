//! How long sessions are good: shorter for those who run things, and where a workspace says so.

use std::time::Duration;

use axum::http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use super::{patch, person, with_session};
use crate::app::Newcomer;
use crate::house::House;
use crate::owner::Owner;

const POLICY: &str = "/api/v1/workspace/access-policy";
const REFRESH: &str = "/api/v1/auth/refresh";
const MINUTE: u64 = 60;

async fn goes_on(house: &House, who: &Newcomer) -> StatusCode {
    house.ask(&Owner::cookied(REFRESH, &who.cookie)).await.status
}

#[tokio::test]
async fn those_who_run_a_workspace_are_signed_out_sooner() {
    let house = House::with(|plan| {
        plan.lifetimes.admin_idle = Duration::from_secs(30 * MINUTE);
        plan.lifetimes.admin_absolute = Duration::from_secs(60 * MINUTE);
    })
    .await;
    let ada = house.owner("Ada").await;
    let (mut bob, mut late) = (house.helper(&ada, Role::User).await, person(&ada));
    house.pass(29 * MINUTE, &mut late).await;
    house.pass(0, &mut bob).await;
    house.clock.advance(Duration::from_secs(30 * MINUTE));
    assert_eq!(goes_on(&house, &late).await, StatusCode::UNAUTHORIZED, "it rested for too long");
    house.pass(0, &mut bob).await;

    let mut busy = house.again(&late).await;
    for _ in 0..3 {
        house.pass(19 * MINUTE, &mut busy).await;
    }
    house.clock.advance(Duration::from_secs(3 * MINUTE));
    assert_eq!(house.me(&busy).await, StatusCode::UNAUTHORIZED, "an hour is over, used or not");
    assert_eq!(goes_on(&house, &busy).await, StatusCode::UNAUTHORIZED);
    house.pass(0, &mut bob).await;

    // Whoever becomes an admin has an admin's limits from then on.
    let promoted = house.helper(&with_session(&ada, &house.again(&late).await), Role::Admin).await;
    assert_eq!(house.me(&promoted).await, StatusCode::OK);
    assert_eq!(house.me(&bob).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_workspace_makes_sessions_shorter_and_those_that_are_over_end_at_once() {
    let house = House::new().await;
    let old = house.owner("Ada").await;
    let mut bob = house.helper(&old, Role::User).await;
    house.pass(20 * MINUTE, &mut bob).await;
    let mut ada = house.again(&person(&old)).await;
    let ask = format!("{POLICY}?absolute_minutes=15");
    let seen = house.ask(&ada.get(&ask)).await.expect(StatusCode::OK);
    assert_eq!((&seen["sessions"], &seen["ending"]), (&json!(3), &json!(2)));
    assert_eq!(seen["absolute_minutes"], Value::Null);
    assert_eq!(seen["installation"]["absolute_minutes"], json!(30 * 24 * 60));
    let origin = std::sync::Arc::new(lk_db::Origin::system("test"));
    let token = lk_base::Secret::new(bob.token.clone());
    let socket = house.product.identity.authenticate(&token, origin).await.unwrap();
    house.product.identity.still_good(&socket).await.unwrap();

    let set = house.ask(&patch(&ada, POLICY, json!({ "absolute_minutes": 15 }))).await;
    let set = set.expect(StatusCode::OK);
    assert_eq!((&set["sessions"], &set["ending"]), (&json!(1), &json!(2)));
    assert_eq!(house.me(&bob).await, StatusCode::UNAUTHORIZED);
    assert!(house.product.identity.still_good(&socket).await.is_err());
    assert_eq!(house.me(&ada).await, StatusCode::OK);
    let told = house.database.rows("select * from outbox where kind = 'session.ended'").await;
    let reasons: Vec<_> = told.iter().map(|event| &event["data"]["reason"]).collect();
    assert_eq!(reasons, ["limits_changed", "limits_changed"], "their sockets close");
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "workspace.access_policy_changed");
    assert_eq!(entry["change"]["new"]["sessions_ended"], 2);

    // From then on it is asked at every request, whatever the row of the session says.
    let mut bob = house.again(&bob).await;
    house.pass(9 * MINUTE, &mut bob).await;
    assert_eq!(house.me(&bob).await, StatusCode::OK);
    house.pass(0, &mut ada).await;
    house.clock.advance(Duration::from_secs(6 * MINUTE));
    // What was read a moment ago, by the clock on the wall.
    house.product.identity.known.forget_all();
    assert_eq!(house.me(&bob).await, StatusCode::UNAUTHORIZED);
    assert_eq!(goes_on(&house, &bob).await, StatusCode::UNAUTHORIZED);
    let ada = house.again(&ada).await;
    let set = house.ask(&patch(&ada, POLICY, json!({ "absolute_minutes": 0 }))).await;
    assert_eq!(set.expect(StatusCode::OK)["absolute_minutes"], Value::Null);
    assert_eq!(house.me(&bob).await, StatusCode::OK, "as the installation has it");
}

#[tokio::test]
async fn a_session_that_rested_for_too_long_for_its_workspace_is_over() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mut bob = house.helper(&ada, Role::User).await;
    let set = house.ask(&ada.patch(POLICY, json!({ "idle_minutes": 15 }))).await;
    assert_eq!(set.expect(StatusCode::OK)["idle_minutes"], 15);
    for _ in 0..4 {
        house.pass(14 * MINUTE, &mut bob).await;
    }
    house.clock.advance(Duration::from_secs(15 * MINUTE));
    assert_eq!(goes_on(&house, &bob).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn going_to_a_workspace_needs_a_sign_in_as_new_as_it_wants() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mut bob = house.helper(&ada, Role::User).await;
    let own = house.own_workspace(&bob).await;
    let switch =
        |who: &Newcomer, to: &str| who.post("/api/v1/auth/switch", json!({ "workspace_id": to }));
    let _ = house.ask(&ada.patch(POLICY, json!({ "absolute_minutes": 60 }))).await;
    let there = house.ask(&switch(&bob, &own)).await.expect(StatusCode::OK);
    there["access_token"].as_str().unwrap().clone_into(&mut bob.token);
    house.pass(60 * MINUTE, &mut bob).await;
    let back = house.ask(&switch(&bob, &ada.workspace)).await;
    assert_eq!(back.refused(StatusCode::UNPROCESSABLE_ENTITY), "session_too_old");
    assert_eq!(house.me(&bob).await, StatusCode::OK, "it stays where it is");
}

#[tokio::test]
async fn a_workspace_cannot_be_laxer_and_only_a_super_admin_who_proved_it_decides() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let two_days = json!({ "idle_minutes": 2 * 24 * 60 });
    for (body, code) in [
        (two_days, "session_limits_out_of_range"),
        (json!({ "absolute_minutes": 14 }), "session_limits_out_of_range"),
        (json!({ "idle_minutes": 60, "absolute_minutes": 30 }), "session_limits_out_of_range"),
        (json!({ "dormant_after_days": 6 }), "dormant_days_out_of_range"),
    ] {
        let refused = house.ask(&ada.patch(POLICY, body)).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY), code);
    }
    let bob = house.helper(&ada, Role::Admin).await;
    for ask in [bob.get(POLICY), patch(&bob, POLICY, json!({ "idle_minutes": 30 }))] {
        assert_eq!(house.ask(&ask).await.refused(StatusCode::FORBIDDEN), "forbidden");
    }
    let mut late = person(&ada);
    house.pass(601, &mut late).await;
    let refused = house.ask(&patch(&late, POLICY, json!({ "idle_minutes": 30 }))).await;
    assert_eq!(refused.refused(StatusCode::FORBIDDEN), "step_up_needed");
}
