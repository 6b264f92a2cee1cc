//! Every operation leaves exactly the audit entry it declares.

use lk_web::Audited;

use crate::house::House;
use crate::sample::{Things, sample};

#[tokio::test]
async fn every_operation_leaves_exactly_the_entry_it_declares() {
    let routes = House::new().await.routes();
    let mut house = House::new().await;
    let mut ada = house.owner("Ada").await;
    for declared in routes.declared() {
        let operation = declared.operation;
        if operation.id == "finish_setup" {
            let empty = House::new().await;
            let ask = sample(&empty, operation, &ada, &Things::of(&ada)).await;
            let before = empty.entries().await.len();
            assert!(empty.ask(&ask).await.status.is_success());
            assert_eq!(actions(&empty, before).await, ["instance.set_up"]);
            continue;
        }
        let ask = sample(&house, operation, &ada, &Things::of(&ada)).await;
        let before = house.entries().await.len();
        let answer = house.ask(&ask).await;
        assert!(
            answer.status.is_success(),
            "{}: {} {}",
            operation.id,
            answer.status,
            String::from_utf8_lossy(&answer.bytes)
        );
        let expected: Vec<&str> = match operation.audited {
            Audited::As(action) => vec![action.name()],
            Audited::Reads | Audited::Exempt(_) => vec![],
        };
        assert_eq!(actions(&house, before).await, expected, "{}", operation.id);
        assert_eq!(u16::from(answer.status), operation.status, "{}", operation.id);
        // Some calls end what the next ones need.
        if matches!(
            operation.id,
            "switch_workspace"
                | "revoke_own_session"
                | "remove_operator"
                | "revoke_invitation"
                | "revoke_api_key"
                | "accept_invitation"
                | "end_visitor_session"
                | "change_operator_role"
        ) {
            house = House::new().await;
            ada = house.owner("Ada").await;
        }
    }
}

async fn actions(house: &House, before: usize) -> Vec<String> {
    let entries = house.entries().await;
    entries[before..].iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn no_entry_holds_words_names_addresses_or_secrets() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if matches!(
            operation.id,
            "finish_setup" | "switch_workspace" | "revoke_own_session" | "end_visitor_session"
        ) {
            continue;
        }
        let _ = house.ask(&sample(&house, operation, &ada, &Things::of(&ada)).await).await;
    }
    let text = serde_json::to_string(&house.entries().await).unwrap();
    let key = ada.key.rsplit_once('_').unwrap().1;
    let (token, visitor) = (ada.token.as_str(), ada.visitor_cookie.split_once('.').unwrap().1);
    let invitation = ada.invitation_token.split_once('.').unwrap().1;
    let mails = [&ada.email, "invited@newcomer.test", "visitor@canary-ada.test"];
    for secret in [
        token,
        visitor,
        invitation,
        key,
        "hello from canary-ada",
        "a long enough sentence",
        "203.0.113.7\"",
    ]
    .into_iter()
    .chain(mails)
    {
        assert!(!text.contains(secret), "the audit log holds {secret}");
    }
    assert!(text.contains("203.0.113.***"));
}
