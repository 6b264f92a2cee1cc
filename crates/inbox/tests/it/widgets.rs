//! Operators look at the widget and change it.

use http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use crate::stage::{SITE, Stage};

#[tokio::test]
async fn the_list_shows_the_widget_with_its_loader() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let list = ada.get("/api/v1/widgets").await.expect(StatusCode::OK);
    assert_eq!(list["page"], json!({ "next_cursor": null, "has_more": false }));
    assert_eq!(
        list["data"],
        json!([{
            "id": widget, "name": "Website", "greeting": "Hello! How can we help?", "colour": "#3152d0",
            "allowed_sites": [SITE], "ask_name": true, "ask_email": true,
            "first_hit_at": null, "first_hit_site": null,
            "loader_url": format!("https://chat.example.test/lk/v1-0123456789ab.js?w={widget}"),
            "integrity": "sha384-test",
            "created_at": "2026-11-22T09:00:00.000Z",
        }])
    );
    let one = ada.get(&format!("/api/v1/widgets/{widget}")).await.expect(StatusCode::OK);
    assert_eq!(one, list["data"][0]);
}

#[tokio::test]
async fn a_change_is_stored_audited_and_announced_with_what_differs() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::Admin).await;
    let (entries, events) = stage.marks().await;
    let after = ada
        .patch(
            &format!("/api/v1/widgets/{widget}"),
            json!({
                "colour": "#AABBCC",
                "allowed_sites": ["https://Shop.Example.test:443", "http://localhost:3000", "https://shop.example.test"],
                "ask_email": false,
            }),
        )
        .await
        .expect(StatusCode::OK);
    assert_eq!(after["colour"], "#aabbcc");
    assert_eq!(after["allowed_sites"], json!([SITE, "http://localhost:3000"]));
    assert_eq!(stage.marks().await, (entries + 1, events + 1));
    let entry = stage.entry().await;
    assert_eq!(entry["action"], "widget.changed");
    assert_eq!(
        entry["change"],
        json!({
            "v": 1,
            "old": { "colour": "#3152d0", "allowed_sites": [SITE], "ask_email": true },
            "new": { "colour": "#aabbcc", "allowed_sites": [SITE, "http://localhost:3000"], "ask_email": false },
        })
    );
    let told = &stage.world.events().await[events];
    assert_eq!((&told["kind"], &told["data"]["widget"]), (&json!("widget.updated"), &after));
}

#[tokio::test]
async fn what_is_no_exact_origin_or_colour_is_refused_with_its_place() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::Admin).await;
    let settings = format!("/api/v1/widgets/{widget}");
    let marks = stage.marks().await;
    for (body, pointer) in [
        (json!({ "allowed_sites": [SITE, "https://*.example.test"] }), "/allowed_sites/1"),
        (json!({ "allowed_sites": ["http://shop.example.test"] }), "/allowed_sites/0"),
        (json!({ "allowed_sites": ["https://shop.example.test/path"] }), "/allowed_sites/0"),
        (json!({ "allowed_sites": ["https://a.test; script-src *"] }), "/allowed_sites/0"),
        (json!({ "colour": "red" }), "/colour"),
        (json!({ "name": "" }), "/name"),
        (json!({ "greeting": "x".repeat(281) }), "/greeting"),
        (json!({ "id": "wgt_x" }), "/id"),
    ] {
        let answer = ada.patch(&settings, body).await;
        assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let many: Vec<Value> =
        (0..51).map(|n| json!(format!("https://shop{n}.example.test"))).collect();
    let answer = ada.patch(&settings, json!({ "allowed_sites": many })).await;
    assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), "too_many_sites");
    assert_eq!(stage.marks().await, marks);
}

#[tokio::test]
async fn a_user_may_look_but_not_change() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let answer = ada.patch(&format!("/api/v1/widgets/{widget}"), json!({ "name": "Mine" })).await;
    assert_eq!(answer.refused(StatusCode::FORBIDDEN), "forbidden");
}
