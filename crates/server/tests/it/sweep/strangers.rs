//! Nobody unknown is answered.

use axum::http::StatusCode;
use lk_web::Access;

use crate::house::{House, SITE};
use crate::sample::{Things, sample};

/// The doors that are open to everybody, named: a new one must be put here on purpose.
const PUBLIC: &[&str] = &[
    "read_setup",
    "finish_setup",
    "sign_in",
    "sign_in_second_factor",
    "ask_for_factor_help",
    "cancel_factor_help",
    "begin_passkey_sign_in",
    "sign_in_with_passkey",
    "sign_in_by_link",
    "begin_sso",
    "find_sso",
    "ask_for_reset",
    "finish_reset",
    "ask_for_sign_up",
    "finish_sign_up",
    "confirm_email",
    "undo_email",
    "preview_invitation",
    "accept_invitation",
    "report_key_leak",
];

/// The same on the private listener.
const STAFF_ENTRANCES: &[&str] = &["look_at_staff_link", "enrol_staff", "sign_in_as_staff"];

#[tokio::test]
async fn only_the_listed_operations_are_open_to_everybody() {
    let house = House::new().await;
    let routes = house.routes();
    let open = |access: Access| -> Vec<&str> {
        let declared = routes.declared().iter().map(|declared| declared.operation);
        declared.filter(|one| one.access == access).map(|one| one.id).collect()
    };
    assert_eq!(open(Access::Public), PUBLIC);
    assert_eq!(open(Access::StaffEntrance), STAFF_ENTRANCES);
}

#[tokio::test]
async fn no_operation_answers_a_stranger() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if matches!(operation.access, Access::Public | Access::StaffEntrance) {
            continue;
        }
        let mut ask = sample(&house, operation, &ada, &Things::of(&ada)).await;
        ask.headers.retain(|(name, _)| !matches!(name.as_str(), "authorization" | "cookie"));
        let bare = house.ask(&ask).await;
        match operation.access {
            Access::Widget => {
                assert!(bare.status.is_success(), "{}: a widget needs no session", operation.id)
            }
            // Signing out of nothing is done already.
            Access::Cookie(_) if operation.id == "sign_out" => {
                assert_eq!(bare.status, StatusCode::NO_CONTENT)
            }
            _ => assert_eq!(bare.status, StatusCode::UNAUTHORIZED, "{}", operation.id),
        }
        let forged = ask
            .clone()
            .header("authorization", "Bearer forged")
            .header("cookie", "__Host-lk_refresh=x.y; __Host-lk_staff=x");
        if !matches!(operation.access, Access::Widget) && operation.id != "sign_out" {
            assert_eq!(
                house.ask(&forged).await.status,
                StatusCode::UNAUTHORIZED,
                "{}",
                operation.id
            );
        }
    }
}

#[tokio::test]
async fn no_visitor_operation_answers_a_site_that_is_not_allowed() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if !matches!(operation.access, Access::Widget | Access::Visitor) {
            continue;
        }
        let ask = sample(&house, operation, &ada, &Things::of(&ada)).await;
        for site in
            ["https://evil.test", "https://shop.test.evil.test", "http://shop.test", "null", ""]
        {
            let mut elsewhere = ask.clone();
            for (name, value) in &mut elsewhere.headers {
                if name == "leadkeep-site" {
                    site.clone_into(value);
                }
            }
            let code = house.ask(&elsewhere).await.refused(StatusCode::FORBIDDEN);
            assert_eq!(code, "site_not_allowed", "{} on {site}", operation.id);
        }
        assert!(ask.headers.iter().any(|(_, value)| value == SITE));
    }
}

#[tokio::test]
async fn no_cookie_works_from_another_origin() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        let cookied =
            matches!(operation.access, Access::Cookie(_) | Access::Widget | Access::Visitor)
                || operation.access.is_of_staff();
        if !cookied || operation.method == axum::http::Method::GET {
            continue;
        }
        let ask = sample(&house, operation, &ada, &Things::of(&ada)).await;
        for origin in [Some("https://evil.test"), Some("null"), None] {
            let mut forged = ask.clone();
            forged.headers.retain(|(name, _)| name != "origin");
            if let Some(origin) = origin {
                forged = forged.header("origin", origin);
            }
            let code = house.ask(&forged).await.refused(StatusCode::FORBIDDEN);
            assert_eq!(code, "foreign_origin", "{} from {origin:?}", operation.id);
        }
    }
}

#[tokio::test]
async fn what_lives_on_the_session_cookie_wants_a_header_that_no_form_can_send() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mut seen = 0;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if !matches!(operation.access, Access::Cookie(_)) {
            continue;
        }
        let mut bare = sample(&house, operation, &ada, &Things::of(&ada)).await;
        bare.headers.retain(|(name, _)| name != "leadkeep-client");
        let code = house.ask(&bare).await.refused(StatusCode::FORBIDDEN);
        assert_eq!(code, "client_header_missing", "{}", operation.id);
        seen += 1;
    }
    assert!(seen >= 3, "only {seen} operations live on the cookie");
}
