//! A workspace is handed over: in one step, told to both, and never to nobody.

use axum::http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use super::{person, with_session};
use crate::house::House;
use crate::owner::Owner;

fn path(operator: &str) -> String {
    format!("/api/v1/operators/{operator}/transfer")
}

/// Ada's and her helper's role, and whether they are here.
async fn roles(house: &House) -> Vec<Value> {
    let rows = "select role, removed_at is null as here from operators
          where workspace_id = (select workspace_id from operators where name = 'Ada')
          order by name";
    let rows = house.database.rows(rows).await;
    rows.iter().map(|row| json!([row["role"], row["here"]])).collect()
}

#[tokio::test]
async fn a_super_admin_hands_over_and_becomes_an_admin_and_both_are_told() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let bob = house.helper(&ada, Role::User).await;
    let handed = house.ask(&ada.post(path(&ada.colleague), json!({ "afterwards": "admin" }))).await;
    assert_eq!(handed.status, StatusCode::NO_CONTENT);
    assert_eq!(roles(&house).await, [json!(["admin", true]), json!(["super_admin", true])]);
    for (email, words) in [
        (&ada.email, "Helper is a super admin of canary-ada workspace now"),
        (&bob.email, "Ada handed canary-ada workspace over to you"),
    ] {
        let letters = house.letters(email).await;
        assert!(letters[0].contains(words), "{letters:?}");
    }
    let policy = "/api/v1/workspace/access-policy";
    let refused = house.ask(&ada.get(policy)).await;
    assert_eq!(refused.refused(StatusCode::FORBIDDEN), "forbidden", "at once");
    assert_eq!(house.ask(&bob.get(policy)).await.status, StatusCode::OK);
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "workspace.transferred");
    assert_eq!(entry["change"]["old"], json!({ "role": "user" }));
    assert_eq!(entry["change"]["new"]["handed_over_by"], json!(ada.operator));

    // And back, by the one who has it now.
    let bob = with_session(&ada, &bob);
    let again = house.ask(&ada.post(path(&ada.colleague), json!({ "afterwards": "admin" }))).await;
    assert_eq!(again.refused(StatusCode::FORBIDDEN), "forbidden");
    let back = house.ask(&bob.post(path(&ada.operator), json!({ "afterwards": "admin" }))).await;
    assert_eq!(back.status, StatusCode::NO_CONTENT);
    assert_eq!(roles(&house).await, [json!(["super_admin", true]), json!(["admin", true])]);
}

#[tokio::test]
async fn whoever_hands_over_and_leaves_is_out_and_leaves_their_work_to_the_other() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let take = format!("/api/v1/conversations/{}/assign", ada.conversation);
    let own = json!({ "operator_id": ada.operator });
    let _ = house.ask(&ada.post(&take, own)).await.expect(StatusCode::OK);
    let handed = house.ask(&ada.post(path(&ada.colleague), json!({ "afterwards": "leave" }))).await;
    assert_eq!(handed.status, StatusCode::NO_CONTENT);
    assert_eq!(roles(&house).await, [json!(["super_admin", false]), json!(["super_admin", true])]);
    assert_eq!(house.me(&person(&ada)).await, StatusCode::UNAUTHORIZED);
    let (bob, ..) = house.sign_in("helper@canary-ada.test").await;
    let bob = Owner { token: bob, ..ada.clone() };
    let seen = house.ask(&bob.get(format!("/api/v1/conversations/{}", ada.conversation))).await;
    assert_eq!(seen.expect(StatusCode::OK)["assignee_id"], json!(ada.colleague));
    assert_eq!(house.letters(&ada.email).await.len(), 1, "told where they are gone to, too");
}

#[tokio::test]
async fn nobody_hands_over_to_themselves_to_strangers_or_without_a_fresh_proof() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let then = json!({ "afterwards": "leave" });
    let own = house.ask(&ada.post(path(&ada.operator), then.clone())).await;
    assert_eq!(own.refused(StatusCode::UNPROCESSABLE_ENTITY), "yourself");
    for then in ["admin", "leave"] {
        let foreign = ada.post(path(&mallory.operator), json!({ "afterwards": then }));
        assert!(house.ask(&foreign).await.status.is_client_error(), "{then}");
    }
    assert_eq!(roles(&house).await, [json!(["super_admin", true]), json!(["user", true])]);
    let mut late = person(&ada);
    house.pass(601, &mut late).await;
    let refused = house.ask(&late.post(&path(&ada.colleague), then)).await;
    assert_eq!(refused.refused(StatusCode::FORBIDDEN), "step_up_needed");
}
