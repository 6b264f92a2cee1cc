//! Who may say what the provider is, and what of it is kept.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::provider::{Provider, SECRET};
use super::{REFUSED, SSO, begun, settings};
use crate::house::House;

#[tokio::test]
async fn the_secret_is_sealed_and_never_shown_and_the_super_admins_hear_of_the_change() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    let answer = house.ask(&ada.get(SSO)).await;
    assert!(!String::from_utf8_lossy(&answer.bytes).contains("a secret"));
    let body = answer.expect(StatusCode::OK);
    assert_eq!(body["connection"]["issuer"], provider.issuer);
    assert_eq!(body["connection"]["enforced_since"], Value::Null);
    assert_eq!(body["redirect_uri"], "https://app.leadkeep.test/sso/return");
    let rows = house.database.rows("select * from sso_connections").await;
    assert!(!serde_json::to_string(&rows).unwrap().contains("a secret"));
    let entries = serde_json::to_string(&house.entries().await).unwrap();
    assert!(!entries.contains(SECRET) && entries.contains("sso.changed"));
    let letters = house.letters(&ada.email).await;
    assert!(letters.iter().any(|text| text.contains("single sign-on")), "{letters:?}");
}

#[tokio::test]
async fn changing_the_provider_asks_for_a_fresh_proof() {
    let house = House::new().await;
    let mut ada = house.newcomer().await;
    house.database.run("update operators set role = 'super_admin'").await;
    let provider = Provider::start().await;
    house.pass(601, &mut ada).await;
    let put = super::with_token(&Method::POST, SSO, &ada.token).json(settings(&provider));
    assert_eq!(house.ask(&put).await.refused(StatusCode::FORBIDDEN), "step_up_needed");
}

#[tokio::test]
async fn another_provider_or_client_needs_its_own_secret_so_that_none_is_sent_elsewhere() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let (provider, other) = (house.provider(&ada).await, Provider::start().await);
    house.member(&ada, "bob@plum.test").await;
    let keep = json!({ "client_secret": null, "joins": true });
    let _ = house.set(&ada, &provider, keep).await.expect(StatusCode::OK);
    for change in [
        json!({ "client_secret": null, "issuer": other.issuer }),
        json!({ "client_secret": null, "client_id": "another" }),
        json!({ "client_secret": "", "client_id": "another" }),
    ] {
        let answer = house.set(&ada, &provider, change.clone()).await;
        assert_eq!(answer.refused(REFUSED), "client_secret_needed", "{change}");
    }
    // The old one still works, and with another provider the old one's sessions end.
    let (token, _) = begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
    let me = super::with_token(&Method::GET, "/api/v1/me", &token);
    assert_eq!(house.ask(&me).await.status, StatusCode::OK);
    let _ = house.set(&ada, &other, json!({})).await.expect(StatusCode::OK);
    assert_eq!(house.ask(&me).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_provider_that_is_not_itself_is_not_kept() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = Provider::start().await;
    let issuer = provider.issuer.clone();
    for (document, code) in [
        (json!({ "issuer": format!("{issuer}/") }), "issuer_not_usable"),
        (json!({ "issuer": "https://evil.test" }), "issuer_not_usable"),
        (json!({ "token_endpoint": "http://evil.test/token" }), "issuer_not_valid"),
        (json!({ "authorization_endpoint": "javascript:alert(1)" }), "issuer_not_valid"),
        (json!({ "jwks_uri": "https://10.0.0.1/keys" }), "issuer_not_reachable"),
        (json!({ "jwks_uri": "https://169.254.169.254/" }), "issuer_not_reachable"),
        (json!({ "code_challenge_methods_supported": ["plain"] }), "issuer_not_usable"),
        (json!({ "token_endpoint": 7 }), "issuer_not_usable"),
    ] {
        provider.describe(document.clone());
        let answer = house.set(&ada, &provider, json!({})).await;
        assert_eq!(answer.refused(REFUSED), code, "{document}");
    }
    for (name, code) in [
        ("http://idp.example.test/", "issuer_not_valid"),
        ("https://ada:secret@idp.test/", "issuer_not_valid"),
        ("https://10.0.0.1/", "issuer_not_reachable"),
        ("https://[fd00::1]/", "issuer_not_reachable"),
        ("not an address", "issuer_not_valid"),
    ] {
        let answer = house.set(&ada, &provider, json!({ "issuer": name })).await;
        assert_eq!(answer.refused(REFUSED), code, "{name}");
    }
    let seen = house.ask(&ada.get(SSO)).await.expect(StatusCode::OK);
    assert_eq!(seen["connection"], Value::Null);
}

#[tokio::test]
async fn a_provider_that_wants_the_secret_in_the_form_gets_it_there() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    provider.describe(json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] }));
    house.clock.advance(Duration::from_secs(3600));
    begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
}
