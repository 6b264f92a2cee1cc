//! The provider says that somebody signed out there.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use lk_testkit::Answer;
use serde_json::{Value, json};

use super::provider::{CLIENT, Provider, Signer};
use super::{begun, with_token};
use crate::house::{Ask, House};
use crate::owner::Owner;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn logout(provider: &Provider, house: &House, jti: &str, who: Value) -> Value {
    let now = house.clock.now().unix_seconds();
    let mut claims = json!({
        "iss": provider.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": jti,
        "events": { EVENT: {} },
    });
    for (name, value) in who.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

async fn send(house: &House, workspace: &str, form: String) -> Answer {
    let ask = Ask::new(&Method::POST, format!("/sso/back-channel/{workspace}"))
        .header("content-type", "application/x-www-form-urlencoded");
    house.ask_with(&ask, Body::from(form)).await
}

async fn tell(house: &House, owner: &Owner, token: &str) -> StatusCode {
    send(house, &owner.workspace, format!("logout_token={token}")).await.status
}

async fn is_in(house: &House, token: &str) -> bool {
    house.ask(&with_token(&Method::GET, "/api/v1/me", token)).await.status == StatusCode::OK
}

#[tokio::test]
async fn the_named_session_ends_at_once_and_is_announced_to_its_sockets() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    let there = |sid: &str| json!({ "sid": sid });
    let (one, cookie) = begun(&house.by_provider(&provider, &ada, "bob", there("one")).await);
    let (two, _) = begun(&house.by_provider(&provider, &ada, "bob", there("two")).await);
    assert!(is_in(&house, &one).await && is_in(&house, &two).await);
    let claims = logout(&provider, &house, "first", json!({ "sub": "bob", "sid": "one" }));
    let token = provider.signer.sign("logout+jwt", &claims);
    assert_eq!(tell(&house, &ada, &token).await, StatusCode::OK);
    assert!(!is_in(&house, &one).await && is_in(&house, &two).await);
    let refresh = house.ask(&Owner::cookied("/api/v1/auth/refresh", &cookie)).await;
    assert_eq!(refresh.status, StatusCode::UNAUTHORIZED);
    // What closes sockets within a second is this event; that it does is the sockets' own test.
    let events = house.database.rows("select * from outbox where kind = 'session.ended'").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["data"]["reason"], "provider_signed_out");
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "sso.provider_signed_out");
    assert_eq!(entry["change"]["new"]["sessions"], 1);
}

#[tokio::test]
async fn a_subject_without_a_session_means_all_of_theirs_and_nobody_elses() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    house.member(&ada, "eve@plum.test").await;
    let (one, _) = begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
    let (two, _) = begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
    let (eve, _) = begun(&house.by_provider(&provider, &ada, "eve", json!({})).await);
    let (own, ..) = house.sign_in("bob@plum.test").await;
    let claims = logout(&provider, &house, "all", json!({ "sub": "bob" }));
    let token = provider.signer.sign("logout+jwt", &claims);
    assert_eq!(tell(&house, &ada, &token).await, StatusCode::OK);
    assert!(!is_in(&house, &one).await && !is_in(&house, &two).await);
    assert!(is_in(&house, &eve).await && is_in(&house, &own).await);
}

#[tokio::test]
async fn a_line_with_many_networks_cannot_send_logout_tokens_without_end() {
    let house = House::strict().await;
    let workspace = house.clock.new_id::<lk_base::id::WorkspaceId>().to_string();
    let from = |line: &str, n: usize| {
        Ask::new(&Method::POST, format!("/sso/back-channel/{workspace}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .from(format!("{line}:{n:x}::1"))
    };
    // One network of 64 bits has what an address has, and the line around them eight times that.
    let mut heard = 0;
    for n in 0..1000 {
        match house.ask_with(&from("2001:db8:1", n), Body::from("logout_token=x")).await.status {
            StatusCode::BAD_REQUEST => heard += 1,
            StatusCode::TOO_MANY_REQUESTS => break,
            other => panic!("{other}"),
        }
    }
    assert_eq!(heard, 8 * 60, "the line is limited over all its networks");
    let other = house.ask_with(&from("2001:db8:2", 0), Body::from("logout_token=x")).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST, "another line is not");
}

#[tokio::test]
async fn a_logout_token_is_heard_once() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    let claims = logout(&provider, &house, "once", json!({ "sub": "bob" }));
    let token = provider.signer.sign("logout+jwt", &claims);
    assert_eq!(tell(&house, &ada, &token).await, StatusCode::OK);
    let (bob, _) = begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
    assert_eq!(tell(&house, &ada, &token).await, StatusCode::BAD_REQUEST);
    assert!(is_in(&house, &bob).await, "a replay must not end what began after it");
    house.clock.advance(Duration::from_secs(300));
    assert_eq!(tell(&house, &ada, &token).await, StatusCode::BAD_REQUEST);
    assert!(is_in(&house, &bob).await);
}

#[tokio::test]
async fn what_is_no_logout_token_of_the_provider_ends_nothing() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    let (bob, _) = begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
    let who = || json!({ "sub": "bob" });
    let good = |jti: &str| logout(&provider, &house, jti, who());
    let with = |jti: &str, name: &str, value: Value| {
        let mut claims = good(jti);
        claims[name] = value;
        provider.signer.sign("logout+jwt", &claims)
    };
    let away = house.set_out(&ada).await;
    let now = house.clock.now().unix_seconds();
    let id_token = provider.claims(&away.way, now, "bob", "bob@plum.test");
    for (what, token) in [
        ("an ID token", provider.signer.sign("JWT", &id_token)),
        ("an ID token that says it is one", provider.signer.sign("logout+jwt", &id_token)),
        ("another type", provider.signer.sign("JWT", &good("a"))),
        ("another key", Signer::new("first").sign("logout+jwt", &good("b"))),
        ("a nonce", with("c", "nonce", json!("n"))),
        ("no event", with("d", "events", json!({}))),
        ("another audience", with("e", "aud", json!("them"))),
        ("another issuer", with("f", "iss", json!("https://evil.test"))),
        ("an old one", with("g", "iat", json!(now - 121))),
        ("nothing", String::new()),
    ] {
        assert_eq!(tell(&house, &ada, &token).await, StatusCode::BAD_REQUEST, "{what}");
        assert!(is_in(&house, &bob).await, "{what}");
    }
    // Of a workspace that has none, of nobody, and in another form.
    let token = provider.signer.sign("logout+jwt", &good("h"));
    assert_eq!(tell(&house, &mallory, &token).await, StatusCode::BAD_REQUEST);
    let twice = format!("logout_token={token}&logout_token={token}");
    for (workspace, form, status) in [
        (ada.workspace.as_str(), twice, StatusCode::BAD_REQUEST),
        (ada.workspace.as_str(), String::new(), StatusCode::BAD_REQUEST),
        (ada.workspace.as_str(), "x".repeat(40 * 1024), StatusCode::BAD_REQUEST),
        ("wsp_nonsense", format!("logout_token={token}"), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(send(&house, workspace, form).await.status, status);
    }
    assert!(is_in(&house, &bob).await);
}

#[tokio::test]
async fn a_provider_signs_nobody_out_of_another_workspace() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let (plum, evil) = (house.provider(&ada).await, house.provider(&mallory).await);
    house.member(&ada, "bob@plum.test").await;
    let (bob, _) = begun(&house.by_provider(&plum, &ada, "bob", json!({})).await);
    let claims = logout(&evil, &house, "evil", json!({ "sub": "bob" }));
    let token = evil.signer.sign("logout+jwt", &claims);
    assert_eq!(tell(&house, &ada, &token).await, StatusCode::BAD_REQUEST);
    assert_eq!(tell(&house, &mallory, &token).await, StatusCode::OK);
    assert!(is_in(&house, &bob).await);
}
