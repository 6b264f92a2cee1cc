//! Where a widget may be shown.

use http::{Method, StatusCode};
use lk_authz::Role;
use lk_base::id::WidgetId;
use serde_json::json;

use crate::stage::{SITE, Stage};

const CONFIG: &str = "/api/widget/v1/config";

#[tokio::test]
async fn the_config_says_what_the_frame_needs() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let config = stage.browser(widget).get(CONFIG).await.expect(StatusCode::OK);
    assert_eq!(
        config,
        json!({
            "widget_id": widget, "name": "Workspace", "greeting": "Hello! How can we help?",
            "colour": "#3152d0", "ask_name": true, "ask_email": true, "allowed_sites": [SITE], "online": true,
        })
    );
}

#[tokio::test]
async fn a_site_that_is_not_allowed_and_a_widget_that_is_not_there_are_refused_alike() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let missing: WidgetId = stage.world.clock.new_id();
    let known = stage.browser(missing).get(CONFIG).await;
    assert_eq!(known.refused(StatusCode::FORBIDDEN), "site_not_allowed");
    for site in [
        "https://evil.example.test",
        "http://shop.example.test",
        "https://shop.example.test:8443",
        "https://shop.example.test/",
        "https://shop.example.test.evil.test",
        "HTTPS://SHOP.EXAMPLE.TEST",
        "null",
        "",
    ] {
        let mut browser = stage.browser(widget);
        browser.site = site.to_owned();
        let answer = browser.get(CONFIG).await;
        assert_eq!((answer.status, answer.bytes), (known.status, known.bytes.clone()), "{site}");
    }
}

#[tokio::test]
async fn a_call_without_the_two_headers_is_refused() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let id = widget.to_string();
    for headers in [vec![], vec![("leadkeep-widget", id.as_str())], vec![("leadkeep-site", SITE)]] {
        let answer = stage.world.call(Method::GET, CONFIG, &headers, None).await;
        assert_eq!(answer.refused(StatusCode::FORBIDDEN), "site_not_allowed");
    }
}

#[tokio::test]
async fn a_site_that_is_taken_off_the_list_is_out_at_once() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::Admin).await;
    let visitor = stage.visitor(widget).await;
    let settings = format!("/api/v1/widgets/{widget}");
    let _ = ada.patch(&settings, json!({ "allowed_sites": [] })).await.expect(StatusCode::OK);
    assert_eq!(
        visitor.get("/api/widget/v1/me").await.refused(StatusCode::FORBIDDEN),
        "site_not_allowed"
    );
    assert_eq!(stage.inbox.frame_sites(widget).await.unwrap(), Some(vec![]));
}

#[tokio::test]
async fn the_frame_learns_its_ancestors_from_the_widget() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    assert_eq!(stage.inbox.frame_sites(widget).await.unwrap(), Some(vec![SITE.to_owned()]));
    assert_eq!(stage.inbox.frame_sites(stage.world.clock.new_id()).await.unwrap(), None);
}

#[tokio::test]
async fn the_first_hit_is_noted_once_and_only_on_an_allowed_site() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (entries, events) = stage.marks().await;
    for site in ["https://evil.example.test", "", "null"] {
        lk_inbox::record_hit(&stage.inbox, widget, site).await.unwrap();
    }
    lk_inbox::record_hit(&stage.inbox, stage.world.clock.new_id(), SITE).await.unwrap();
    assert_eq!(stage.marks().await, (entries, events));

    let hits = (0..10).map(|_| lk_inbox::record_hit(&stage.inbox, widget, SITE));
    assert!(futures_util::future::join_all(hits).await.into_iter().all(|hit| hit.is_ok()));

    assert_eq!(stage.marks().await, (entries + 1, events + 1));
    let entry = stage.entry().await;
    assert_eq!(
        (&entry["action"], &entry["actor_kind"]),
        (&json!("widget.first_hit"), &json!("system"))
    );
    let told = &stage.world.events().await[events];
    assert_eq!(told["kind"], "widget.first_hit");
    assert_eq!(
        told["data"],
        json!({ "widget_id": widget, "site": SITE, "at": "2026-11-22T09:00:00.000Z" })
    );
    let seen = ada.get(&format!("/api/v1/widgets/{widget}")).await.expect(StatusCode::OK);
    assert_eq!(
        (&seen["first_hit_site"], &seen["first_hit_at"]),
        (&json!(SITE), &json!("2026-11-22T09:00:00.000Z"))
    );
}
