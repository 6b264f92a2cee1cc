//! A browser becomes a visitor, and stops being one.

use std::time::Duration;

use http::{Method, StatusCode, header};
use lk_authz::Role;
use lk_db::Actor;
use serde_json::json;

use crate::stage::{SITE, Stage};

const SESSION: &str = "/api/widget/v1/session";

#[tokio::test]
async fn a_session_sets_a_partitioned_cookie_and_stores_only_a_hash() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let (entries, events) = stage.marks().await;
    let mut browser = stage.browser(widget);
    assert!(matches!(browser.scope().await.unwrap().actor(), Actor::Nobody));

    let answer = browser.post(SESSION, json!({})).await;

    let body = answer.expect(StatusCode::CREATED);
    let line = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(line.starts_with(&format!("__Host-lk_v_{widget}=vis_")), "{line}");
    for part in [
        "; Path=/",
        "; Secure",
        "; HttpOnly",
        "; SameSite=None",
        "; Partitioned",
        "; Max-Age=15552000",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
    browser.keep_cookie(&answer.headers);
    assert_eq!(body["visitor_id"], json!(browser.id().await));
    assert_eq!(stage.marks().await, (entries + 1, events));
    let entry = stage.entry().await;
    assert_eq!(entry["action"], "visitor.started");
    let token = browser.session().unwrap().expose().split_once('.').unwrap().1.to_owned();
    let rows = json!(stage.world.database.rows("select * from visitors").await).to_string();
    assert!(!rows.contains(&token) && !entry.to_string().contains(&token));
    assert!(
        rows.contains("203.0.113.***") && !rows.contains("203.0.113.7"),
        "the address is sealed"
    );
}

#[tokio::test]
async fn a_live_session_is_kept() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let marks = stage.marks().await;
    let answer = visitor.post(SESSION, json!({})).await;
    assert_eq!(answer.expect(StatusCode::OK)["visitor_id"], json!(visitor.id().await));
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    assert_eq!(stage.marks().await, marks);
}

#[tokio::test]
async fn leaving_revokes_the_session_and_takes_the_cookie_away() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let id = visitor.id().await;
    let events = stage.marks().await.1;
    let answer = visitor.delete(SESSION).await;
    let _ = answer.expect(StatusCode::NO_CONTENT);
    assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(stage.entry().await["action"], "visitor.left");
    assert_eq!(stage.kinds(events).await, ["visitor.ended"]);
    assert_eq!(stage.world.events().await[events]["data"], json!({ "visitor_id": id }));
    let me = visitor.get("/api/widget/v1/me").await.expect(StatusCode::OK);
    assert_eq!(me["visitor_id"], json!(null));
    let list = visitor.get("/api/widget/v1/conversations").await;
    assert_eq!(list.refused(StatusCode::UNAUTHORIZED), "unauthenticated");
    assert_eq!(visitor.delete(SESSION).await.refused(StatusCode::UNAUTHORIZED), "unauthenticated");
}

#[tokio::test]
async fn a_cookie_that_was_tampered_with_is_nobody() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let (_, other_widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let other = stage.visitor(widget).await;
    let value = |browser: &crate::stage::Browser<'_>| browser.session().unwrap().expose().clone();
    let (mine, theirs) = (value(&visitor), value(&other));
    let swapped =
        format!("{}.{}", mine.split_once('.').unwrap().0, theirs.split_once('.').unwrap().1);
    for forged in
        [swapped, mine.replace('.', ""), format!("{mine}x"), String::new(), "x".repeat(5000)]
    {
        let mut browser = stage.browser(widget);
        browser.cookie = Some(format!("__Host-lk_v_{widget}={forged}"));
        assert!(matches!(browser.scope().await.unwrap().actor(), Actor::Nobody));
    }
    let mut elsewhere = stage.browser(other_widget);
    elsewhere.cookie = Some(format!("__Host-lk_v_{other_widget}={mine}"));
    let scope = elsewhere.scope().await.unwrap();
    assert!(matches!(scope.actor(), Actor::Nobody), "a session belongs to one widget");
}

#[tokio::test]
async fn who_stays_away_for_half_a_year_begins_anew() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let day = Duration::from_secs(24 * 3600);
    let marks = stage.marks().await;
    stage.world.clock.advance(day * 179);
    assert!(visitor.scope().await.unwrap().visitor().is_ok());
    stage.world.clock.advance(day * 179);
    assert!(visitor.scope().await.unwrap().visitor().is_ok(), "being seen counts");
    assert_eq!(stage.marks().await, marks, "being seen leaves no entry");
    stage.world.clock.advance(day * 181);
    assert!(visitor.scope().await.unwrap().visitor().is_err());
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_act_for_a_visitor() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let id = widget.to_string();
    let headers = [
        ("leadkeep-widget", id.as_str()),
        ("leadkeep-site", SITE),
        ("origin", "https://evil.example.test"),
        ("cookie", visitor.cookie.as_deref().unwrap()),
    ];
    let answer = stage.world.call(Method::DELETE, SESSION, &headers, None).await;
    assert_eq!(answer.refused(StatusCode::FORBIDDEN), "foreign_origin");
    assert!(visitor.scope().await.unwrap().visitor().is_ok(), "the session lives");
}
