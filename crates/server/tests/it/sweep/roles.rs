//! A role that is too weak is refused before anything is looked up.

use axum::http::StatusCode;
use lk_authz::Role;

use crate::house::House;
use crate::sample::{Things, sample};

#[tokio::test]
async fn each_role_reaches_exactly_what_the_table_says() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let helper = format!("helper@{}.test", ada.canary);
    // A workspace that the helper makes meanwhile is younger, so that they do not begin there.
    house.clock.advance(std::time::Duration::from_secs(1));
    for role in [Role::User, Role::Admin] {
        let promote = serde_json::json!({ "role": role });
        let path = format!("/api/v1/operators/{}", ada.colleague);
        let _ = house.ask(&ada.patch(path, promote)).await.expect(StatusCode::OK);
        let (token, ..) = house.sign_in(&helper).await;
        for declared in house.routes().declared() {
            let operation = declared.operation;
            let Some(permission) = operation.access.permission() else { continue };
            // These end what the next ones need.
            let ends = ["switch_workspace", "leave_workspace", "close_own_login"];
            if ends.contains(&operation.id) {
                continue;
            }
            let mut ask = sample(&house, operation, &ada, &Things::made_up(&house)).await;
            ask.headers.retain(|(name, _)| name != "authorization");
            let answer = house.ask(&ask.header("authorization", format!("Bearer {token}"))).await;
            if role.may(permission) {
                assert_ne!(
                    answer.status,
                    StatusCode::FORBIDDEN,
                    "{} as {}",
                    operation.id,
                    role.name()
                );
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", operation.id);
                assert_eq!(answer.refused(StatusCode::FORBIDDEN), "forbidden", "{}", operation.id);
            }
        }
    }
}
