//! Everything that looks like the provider's answer and is not.

use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::provider::{Provider, Signer};
use super::{Away, REFUSED, begun};
use crate::house::House;
use crate::owner::Owner;

struct Scene {
    house: House,
    ada: Owner,
    provider: Provider,
}

async fn scene() -> Scene {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    Scene { house, ada, provider }
}

impl Scene {
    fn claims(&self, away: &Away) -> Value {
        let now = self.house.clock.now().unix_seconds();
        self.provider.claims(&away.way, now, "bob", "bob@plum.test")
    }

    /// What comes of a token, and the reason that is entered.
    async fn judged(&self, away: &Away, token: String) -> (StatusCode, Value) {
        let answer = self.house.bring(&self.provider, away, token).await;
        let entry = self.house.last_entry().await;
        (answer.status, entry["change"]["new"]["reason"].clone())
    }
}

#[tokio::test]
async fn a_token_that_says_something_else_is_refused_with_the_reason_in_the_audit_log() {
    let scene = scene().await;
    let now = scene.house.clock.now().unix_seconds();
    for (name, value, reason) in [
        ("iss", json!("https://evil.test"), "another issuer"),
        ("iss", json!(format!("{}/", scene.provider.issuer)), "another issuer"),
        ("aud", json!("somebody else"), "another audience"),
        ("aud", json!(["leadkeep at plum", "somebody else"]), "another audience"),
        ("azp", json!("somebody else"), "another audience"),
        ("exp", json!(now - 61), "expired"),
        ("iat", json!(now - 3600), "made at another time"),
        ("nonce", json!("of another sign-in"), "another nonce"),
        ("nonce", Value::Null, "another nonce"),
        ("sub", json!(""), "no subject"),
        ("sub", Value::Null, "claims not readable"),
        ("exp", Value::Null, "claims not readable"),
    ] {
        let away = scene.house.set_out(&scene.ada).await;
        let mut claims = scene.claims(&away);
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value,
        }
        let token = scene.provider.signer.sign("JWT", &claims);
        assert_eq!(scene.judged(&away, token).await, (REFUSED, json!(reason)), "{name}: {reason}");
    }
    begun(&scene.house.by_provider(&scene.provider, &scene.ada, "bob", json!({})).await);
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_is_refused() {
    let scene = scene().await;
    let mallory = Signer::new("first");
    let unknown = Signer::new("unknown");
    let published = scene.provider.signer.jwk.to_string();
    for kind in ["none", "hmac", "other key", "unknown key", "changed", "logout token"] {
        let away = scene.house.set_out(&scene.ada).await;
        let claims = scene.claims(&away);
        let b64 = |text: String| URL_SAFE_NO_PAD.encode(text);
        let (token, reason) = match kind {
            "none" => {
                let head = b64(r#"{"alg":"none","kid":"first"}"#.to_owned());
                (format!("{head}.{}.", b64(claims.to_string())), "not a token")
            }
            "hmac" => {
                let mut header = Header::new(Algorithm::HS256);
                header.kid = Some("first".to_owned());
                let key = EncodingKey::from_secret(published.as_bytes());
                let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
                (token, "algorithm not of the key")
            }
            "other key" => (mallory.sign("JWT", &claims), "bad signature"),
            "unknown key" => (unknown.sign("JWT", &claims), "unknown key"),
            "changed" => {
                let good = scene.provider.signer.sign("JWT", &claims);
                let parts: Vec<&str> = good.split('.').collect();
                let mut changed = claims.clone();
                changed["sub"] = json!("ada");
                (format!("{}.{}.{}", parts[0], b64(changed.to_string()), parts[2]), "bad signature")
            }
            _ => (scene.provider.signer.sign("logout+jwt", &claims), "not a token"),
        };
        assert_eq!(scene.judged(&away, token).await, (REFUSED, json!(reason)), "{kind}");
    }
    let bound = scene.house.database.rows("select * from sso_identities").await;
    assert!(bound.is_empty(), "{bound:?}");
}

#[tokio::test]
async fn an_answer_works_once() {
    let scene = scene().await;
    let away = scene.house.set_out(&scene.ada).await;
    let token = scene.provider.signer.sign("JWT", &scene.claims(&away));
    begun(&scene.house.bring(&scene.provider, &away, token.clone()).await);
    let again = scene.house.bring(&scene.provider, &away, token).await;
    assert_eq!(again.refused(StatusCode::UNAUTHORIZED), "unauthenticated");
    // So does one that was refused: its cookie leads nowhere any more.
    let away = scene.house.set_out(&scene.ada).await;
    let refused = scene.house.bring(&scene.provider, &away, "no token".to_owned()).await;
    assert_eq!(refused.refused(REFUSED), "sso_refused");
    let good = scene.provider.signer.sign("JWT", &scene.claims(&away));
    let again = scene.house.bring(&scene.provider, &away, good).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn of_two_who_bring_the_same_answer_at_once_one_gets_in() {
    let scene = scene().await;
    let away = scene.house.set_out(&scene.ada).await;
    let token = scene.provider.signer.sign("JWT", &scene.claims(&away));
    let (one, two) = tokio::join!(
        scene.house.bring(&scene.provider, &away, token.clone()),
        scene.house.bring(&scene.provider, &away, token),
    );
    let let_in = [one.status, two.status].iter().filter(|status| status.is_success()).count();
    assert_eq!(let_in, 1, "{} {}", one.status, two.status);
    let sessions = scene
        .house
        .database
        .rows("select * from sessions where sso_workspace_id is not null")
        .await;
    assert_eq!(sessions.len(), 1);
}

#[tokio::test]
async fn the_answer_to_one_browser_is_none_for_another() {
    let scene = scene().await;
    let (ada, mallory) =
        (scene.house.set_out(&scene.ada).await, scene.house.set_out(&scene.ada).await);
    let token = scene.provider.signer.sign("JWT", &scene.claims(&ada));
    let code = scene.provider.code(&ada.way, token);
    // With the state of the one who has the code: it is not this browser's.
    let said = json!({ "state": ada.way.get("state"), "code": code });
    let stolen = scene.house.come_back(&mallory, said.clone()).await;
    assert_eq!(stolen.refused(REFUSED), "sso_not_valid");
    // With one's own state: the provider wants the other's verifier.
    let said = json!({ "state": mallory.way.get("state"), "code": code });
    let stolen = scene.house.come_back(&mallory, said).await;
    assert_eq!(stolen.refused(REFUSED), "sso_provider_failed");
    let reason = &scene.house.last_entry().await["change"]["new"]["reason"];
    assert_eq!(*reason, "the provider refused the code");
    let no_cookie = Away { cookie: "a=b".to_owned(), ..scene.house.set_out(&scene.ada).await };
    let said = json!({ "state": no_cookie.way.get("state"), "code": "x" });
    let nobody = scene.house.come_back(&no_cookie, said).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_of_another_sign_in_is_refused_even_with_a_code_of_ones_own() {
    let scene = scene().await;
    let (bob, mallory) =
        (scene.house.set_out(&scene.ada).await, scene.house.set_out(&scene.ada).await);
    let of_bob = scene.provider.signer.sign("JWT", &scene.claims(&bob));
    let judged = scene.judged(&mallory, of_bob).await;
    assert_eq!(judged, (REFUSED, json!("another nonce")));
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_none() {
    let scene = scene().await;
    let away = scene.house.set_out(&scene.ada).await;
    scene.house.clock.advance(Duration::from_secs(600));
    let token = scene.provider.signer.sign("JWT", &scene.claims(&away));
    let late = scene.house.bring(&scene.provider, &away, token).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_answer_of_another_provider_is_refused_and_must_name_itself_where_it_says_it_does() {
    let scene = scene().await;
    let issuer = scene.provider.issuer.clone();
    let finish = async |iss: Option<&str>| {
        let away = scene.house.set_out(&scene.ada).await;
        let token = scene.provider.signer.sign("JWT", &scene.claims(&away));
        let code = scene.provider.code(&away.way, token);
        let mut said = json!({ "state": away.way.get("state"), "code": code });
        if let Some(iss) = iss {
            said["iss"] = json!(iss);
        }
        scene.house.come_back(&away, said).await
    };
    assert_eq!(finish(Some("https://evil.test")).await.refused(REFUSED), "sso_refused");
    begun(&finish(Some(&issuer)).await);
    begun(&finish(None).await);
    scene.provider.describe(json!({ "authorization_response_iss_parameter_supported": true }));
    scene.house.clock.advance(Duration::from_secs(3600));
    assert_eq!(finish(None).await.refused(REFUSED), "sso_refused");
    begun(&finish(Some(&issuer)).await);
}

#[tokio::test]
async fn a_provider_that_refuses_is_heard_and_ends_the_way() {
    let scene = scene().await;
    let away = scene.house.set_out(&scene.ada).await;
    let said = json!({ "state": away.way.get("state") });
    let answer = scene.house.come_back(&away, said).await;
    assert_eq!(answer.refused(REFUSED), "sso_refused");
    let entry = scene.house.last_entry().await;
    assert_eq!(entry["action"], "sso.refused");
    assert_eq!(entry["change"]["new"]["reason"], "the provider refused");
}
