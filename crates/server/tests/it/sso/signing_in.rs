//! The way there and back, and who somebody is when they arrive.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use super::provider::{CLIENT, Provider, Signer};
use super::{REFUSED, SSO, begun, with_token};
use crate::house::{Ask, DASHBOARD, House};
use crate::owner::Owner;

#[tokio::test]
async fn the_way_to_the_provider_asks_for_little_and_proves_who_set_out() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let _provider = house.provider(&ada).await;
    let away = house.set_out(&ada).await;
    for (name, value) in [
        ("company", "plum"),
        ("response_type", "code"),
        ("response_mode", "query"),
        ("client_id", CLIENT),
        ("redirect_uri", &format!("{DASHBOARD}/sso/return")),
        ("scope", "openid email"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(away.way.get(name), value, "{name}");
    }
    let begin = json!({ "workspace_id": ada.workspace });
    let answer = house.ask(&Ask::new(&Method::POST, "/api/v1/auth/sso").json(begin)).await;
    let line = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(line.starts_with("__Host-lk_sso=") && line.contains("HttpOnly"), "{line}");
    assert!(line.contains("SameSite=Strict") && line.contains("Max-Age=600"), "{line}");
    let other = house.set_out(&ada).await;
    for part in ["state", "nonce", "code_challenge"] {
        assert_ne!(away.way.get(part), other.way.get(part), "{part}");
        assert!(!away.cookie.contains(away.way.get(part)), "{part}");
    }
}

#[tokio::test]
async fn a_member_is_bound_once_and_then_known_by_the_subject_whatever_the_address() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    let answer = house.by_provider(&provider, &ada, "bob", json!({})).await;
    let (token, _) = begun(&answer);
    let body = answer.json();
    assert_eq!(body["workspace"]["id"], *ada.workspace);
    assert_eq!(body["operator"]["role"], "user");
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "auth.signed_in");
    assert_eq!(entry["change"]["new"]["factors"], json!(["sso"]));
    let me = house.ask(&with_token(&Method::GET, "/api/v1/me", &token)).await;
    assert_eq!(me.expect(StatusCode::OK)["person"]["email"], "bob@plum.test");
    // The address changed at the provider, or is not said any more: it is the same person.
    for change in [json!({ "email": "robert@other.test" }), json!({ "email": null })] {
        let again = house.by_provider(&provider, &ada, "bob", change).await;
        assert_eq!(again.expect(StatusCode::OK)["person"]["email"], "bob@plum.test");
    }
    // Somebody else to whom the provider gave Bob's old address is not Bob.
    let recycled = json!({ "email": "bob@plum.test" });
    let answer = house.by_provider(&provider, &ada, "mallory", recycled).await;
    assert_eq!(answer.refused(REFUSED), "sso_not_a_member");
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "sso.refused");
    assert_eq!(entry["change"]["new"]["reason"], "the member is bound to another subject");
}

#[tokio::test]
async fn the_same_subject_at_another_issuer_is_somebody_else() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let (first, second) = (house.provider(&ada).await, Provider::start().await);
    house.member(&ada, "bob@plum.test").await;
    house.member(&ada, "eve@plum.test").await;
    begun(&house.by_provider(&first, &ada, "bob", json!({})).await);
    let _ = house.set(&ada, &second, json!({})).await.expect(StatusCode::OK);
    // Who is called "bob" there has no address that counts, and then Eve's.
    let unproven = json!({ "email_verified": false });
    let answer = house.by_provider(&second, &ada, "bob", unproven).await;
    assert_eq!(answer.refused(REFUSED), "sso_not_a_member");
    let hers = json!({ "email": "eve@plum.test" });
    let answer = house.by_provider(&second, &ada, "bob", hers).await;
    assert_eq!(answer.expect(StatusCode::OK)["person"]["email"], "eve@plum.test");
    // Back at the first, "bob" is whom it always named.
    let _ = house.set(&ada, &first, json!({})).await.expect(StatusCode::OK);
    let answer = house.by_provider(&first, &ada, "bob", json!({ "email": null })).await;
    assert_eq!(answer.expect(StatusCode::OK)["person"]["email"], "bob@plum.test");
}

#[tokio::test]
async fn an_address_binds_nobody_unless_it_is_verified_and_in_a_domain_of_the_workspace() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let provider = house.provider(&mallory).await;
    // Both addresses are members', and sloe.test is the other workspace's own: naming it shows nothing.
    house.member(&mallory, "bob@plum.test").await;
    house.member(&mallory, "eve@sloe.test").await;
    house.own(&ada, "sloe.test").await;
    let claim = mallory.post(format!("{SSO}/domains"), json!({ "domain": "sloe.test" }));
    let _ = house.ask(&claim).await.expect(StatusCode::CREATED);
    for (change, reason) in [
        (json!({ "email_verified": false }), "no verified address"),
        (json!({ "email_verified": null }), "no verified address"),
        (json!({ "email": "eve@sloe.test" }), "an address of a domain that is not verified"),
        (json!({ "email": ada.email }), "an address of a domain that is not verified"),
        (json!({ "email": "stranger@plum.test" }), "not a member"),
        (
            json!({ "email": "bob@plum.test.evil.test" }),
            "an address of a domain that is not verified",
        ),
    ] {
        let answer = house.by_provider(&provider, &mallory, "bob", change.clone()).await;
        assert_eq!(answer.refused(REFUSED), "sso_not_a_member", "{change}");
        assert!(!answer.headers.contains_key(header::SET_COOKIE), "{change}");
        let entry = house.last_entry().await;
        assert_eq!(entry["change"]["new"]["reason"], reason, "{change}");
    }
    let bound = house.database.rows("select * from sso_identities").await;
    assert!(bound.is_empty(), "{bound:?}");
    begun(&house.by_provider(&provider, &mallory, "bob", json!({})).await);
}

#[tokio::test]
async fn whoever_is_unknown_joins_as_a_user_only_where_the_workspace_says_so() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    let answer = house.by_provider(&provider, &ada, "new", json!({})).await;
    assert_eq!(answer.refused(REFUSED), "sso_not_a_member");
    let _ = house.set(&ada, &provider, json!({ "joins": true })).await.expect(StatusCode::OK);
    let answer = house.by_provider(&provider, &ada, "new", json!({ "name": "New Person" })).await;
    begun(&answer);
    let body = answer.json();
    assert_eq!(body["person"]["name"], "New Person");
    assert_eq!(body["operator"]["role"], "user");
    // Taken out, they do not come back by signing in.
    let operator = body["operator"]["id"].as_str().unwrap().to_owned();
    let remove = ada.post(format!("/api/v1/operators/{operator}/remove"), json!({}));
    assert_eq!(house.ask(&remove).await.status, StatusCode::OK);
    let answer = house.by_provider(&provider, &ada, "new", json!({})).await;
    assert_eq!(answer.refused(REFUSED), "sso_not_a_member");
    assert_eq!(house.last_entry().await["change"]["new"]["reason"], "no longer a member");
    let answer = house
        .by_provider(&provider, &ada, "as somebody new", json!({ "email": "new@plum.test" }))
        .await;
    assert_eq!(answer.refused(REFUSED), "sso_not_a_member");
}

#[tokio::test]
async fn an_address_that_the_token_does_not_name_is_asked_for_and_must_be_of_the_same_subject() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    let silent = json!({ "email": null, "email_verified": null });
    let about = |sub: &str| json!({ "sub": sub, "email": "bob@plum.test", "email_verified": true });
    provider.tells(about("somebody else"));
    let answer = house.by_provider(&provider, &ada, "bob", silent.clone()).await;
    assert_eq!(answer.refused(REFUSED), "sso_provider_failed");
    provider.tells(about("bob"));
    begun(&house.by_provider(&provider, &ada, "bob", silent).await);
}

#[tokio::test]
async fn a_session_of_a_provider_stays_in_its_workspace_and_is_no_proof_of_the_person() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    // Bob belongs to both. Mallory, who runs the provider of hers, can say that she is Bob.
    house.member(&ada, "bob@plum.test").await;
    house.member(&mallory, "bob@plum.test").await;
    let provider = house.provider(&mallory).await;
    let answer = house.by_provider(&provider, &mallory, "bob", json!({})).await;
    let (token, cookie) = begun(&answer);
    assert!(!String::from_utf8_lossy(&answer.bytes).contains(&ada.workspace));
    let me = house.ask(&with_token(&Method::GET, "/api/v1/me", &token)).await;
    assert!(!String::from_utf8_lossy(&me.bytes).contains(&ada.workspace));
    let switch = with_token(&Method::POST, "/api/v1/auth/switch", &token)
        .json(json!({ "workspace_id": ada.workspace }));
    assert_eq!(house.ask(&switch).await.refused(REFUSED), "sso_session_bound");
    let enrol = with_token(&Method::POST, "/api/v1/factors/totp", &token).json(json!({}));
    assert_eq!(house.ask(&enrol).await.refused(StatusCode::FORBIDDEN), "step_up_needed");
    // Taken out of Mallory's workspace, the session does not go on in Ada's.
    let operator = answer.json()["operator"]["id"].as_str().unwrap().to_owned();
    let remove = mallory.post(format!("/api/v1/operators/{operator}/remove"), json!({}));
    assert_eq!(house.ask(&remove).await.status, StatusCode::OK);
    let refresh = house.ask(&Owner::cookied("/api/v1/auth/refresh", &cookie)).await;
    assert_eq!(refresh.refused(StatusCode::UNAUTHORIZED), "session_ended");
}

#[tokio::test]
async fn sessions_elsewhere_are_not_seen_from_a_session_of_a_provider_and_not_ended() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    let (own, ..) = house.sign_in("bob@plum.test").await;
    let (token, _) = begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
    let list = |token: &str| with_token(&Method::GET, "/api/v1/sessions", token);
    let seen = house.ask(&list(&token)).await.expect(StatusCode::OK);
    assert_eq!(seen["data"].as_array().unwrap().len(), 1);
    assert_eq!(seen["data"][0]["factors"], json!(["sso"]));
    let both = house.ask(&list(&own)).await.expect(StatusCode::OK);
    assert_eq!(both["data"].as_array().unwrap().len(), 2);
    let other = both["data"].as_array().unwrap().iter().find(|one| one["current"] == true);
    let other = other.unwrap()["id"].as_str().unwrap();
    let end = with_token(&Method::DELETE, &format!("/api/v1/sessions/{other}"), &token);
    assert_eq!(house.ask(&end).await.status, StatusCode::NOT_FOUND);
    let others =
        with_token(&Method::POST, "/api/v1/sessions/revoke-others", &token).json(json!({}));
    assert_eq!(house.ask(&others).await.expect(StatusCode::OK)["revoked"], 0);
    assert_eq!(house.ask(&list(&own)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn our_own_second_factor_is_asked_for_unless_the_workspace_trusts_the_providers() {
    let house = House::new().await;
    let (ada, bob) = (house.owner("Ada").await, house.newcomer().await);
    house.member(&ada, &bob.email).await;
    let (app, _) = house.enrol(&bob).await;
    let provider = house.provider(&ada).await;
    house.database.run(&format!(
        "insert into sso_domains (workspace_id, domain, proof, created_at, verified_at)
         select workspace_id, split_part('{}', '@', 2), 'p', created_at, created_at from sso_connections",
        bob.email
    )).await;
    let said = json!({ "email": bob.email });
    house.clock.advance(Duration::from_secs(60));
    let answer = house.by_provider(&provider, &ada, "bob", said.clone()).await;
    let body = answer.expect(StatusCode::OK);
    assert_eq!(body["outcome"], "second_factor_needed");
    assert!(!String::from_utf8_lossy(&answer.bytes).contains("access_token"));
    let challenge = body["challenge"].as_str().unwrap();
    let code = json!({ "code": app.code(&house, 0) });
    let entered = house.second(challenge, code).await.expect(StatusCode::OK);
    assert_eq!(entered["workspace"]["id"], *ada.workspace);
    let entry = house.last_entry().await;
    assert_eq!(entry["change"]["new"]["factors"], json!(["sso", "totp"]));
    // A provider that asks for two is still not trusted until the workspace says so.
    let mfa = json!({ "email": bob.email, "amr": ["pwd", "mfa"] });
    let answer = house.by_provider(&provider, &ada, "bob", mfa.clone()).await;
    assert_eq!(answer.expect(StatusCode::OK)["outcome"], "second_factor_needed");
    let (fresh, ..) = house.sign_in(&ada.email).await;
    let ada = Owner { token: fresh, ..ada };
    let trust = house.set(&ada, &provider, json!({ "trusts_factors": true })).await;
    let _ = trust.expect(StatusCode::OK);
    begun(&house.by_provider(&provider, &ada, "bob", mfa).await);
    let entry = house.last_entry().await;
    assert_eq!(entry["change"]["new"]["factors"], json!(["sso", "sso_factor"]));
    let one = house.by_provider(&provider, &ada, "bob", said).await;
    assert_eq!(one.expect(StatusCode::OK)["outcome"], "second_factor_needed");
}

#[tokio::test]
async fn a_new_key_is_asked_for_when_a_token_names_it_but_not_more_than_once_a_minute() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mut provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
    house.clock.advance(Duration::from_secs(61));
    provider.signer = Signer::new("second");
    provider.publish(&[&provider.signer]);
    let before = provider.key_requests();
    begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
    assert_eq!(provider.key_requests(), before + 1);
    provider.signer = Signer::new("never published");
    for _ in 0..3 {
        let answer = house.by_provider(&provider, &ada, "bob", json!({})).await;
        assert_eq!(answer.refused(REFUSED), "sso_refused");
    }
    assert_eq!(provider.key_requests(), before + 1);
}

#[tokio::test]
async fn the_answer_to_whoever_asks_for_the_way_is_the_same_and_the_way_goes_by_mail() {
    let house = House::new().await;
    let (ada, bob) = (house.owner("Ada").await, house.owner("Bob").await);
    let _provider = house.provider(&ada).await;
    let ask = |email: &str| {
        Ask::new(&Method::POST, "/api/v1/auth/sso/find").json(json!({ "email": email }))
    };
    let mut answers = Vec::new();
    for email in [&ada.email, &bob.email, "nobody@plum.test", "nobody@nowhere.test", &ada.email] {
        let answer = house.ask(&ask(email)).await;
        answers.push((answer.status, answer.bytes));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, StatusCode::ACCEPTED);
    let way = format!("{DASHBOARD}/sso#{}", ada.workspace);
    let to = |letters: Vec<String>| letters.iter().filter(|text| text.contains(&way)).count();
    assert_eq!(to(house.letters(&ada.email).await), 1, "once in ten minutes");
    assert_eq!(to(house.letters(&bob.email).await), 0);
    assert!(house.letters("nobody@plum.test").await.is_empty());
    house.clock.advance(Duration::from_secs(601));
    let _ = house.ask(&ask(&ada.email)).await;
    assert_eq!(to(house.letters(&ada.email).await), 2);
}

#[tokio::test]
async fn an_unknown_workspace_is_like_one_without_a_provider() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let made_up = house.clock.new_id::<lk_base::id::WorkspaceId>().to_string();
    let mut answers = Vec::new();
    for workspace in [&ada.workspace, &made_up] {
        let begin = json!({ "workspace_id": workspace });
        let answer = house.ask(&Ask::new(&Method::POST, "/api/v1/auth/sso").json(begin)).await;
        assert_eq!(answer.refused(REFUSED), "sso_not_offered");
        answers.push(answer.bytes);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_second_factor_that_is_awaited_leads_nowhere_once_the_provider_is_another() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    let (own, ..) = house.sign_in("bob@plum.test").await;
    let begin = with_token(&Method::POST, "/api/v1/factors/totp", &own).json(json!({}));
    let app = house.begin(&begin).await;
    let confirm = json!({ "code": app.code(&house, 0) });
    let confirm = with_token(&Method::POST, "/api/v1/factors/totp/confirm", &own).json(confirm);
    let _ = house.ask(&confirm).await.expect(StatusCode::OK);
    let asked = house.by_provider(&provider, &ada, "bob", json!({})).await.expect(StatusCode::OK);
    assert_eq!(asked["outcome"], "second_factor_needed");
    let another = Provider::start().await;
    let _ = house.set(&ada, &another, json!({})).await.expect(StatusCode::OK);
    house.clock.advance(Duration::from_secs(60));
    let code = json!({ "code": app.code(&house, 0) });
    let answer = house.second(asked["challenge"].as_str().unwrap(), code).await;
    assert_eq!(answer.refused(REFUSED), "challenge_not_valid");
}

#[tokio::test]
async fn taking_the_provider_away_ends_the_sessions_it_began() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let provider = house.provider(&ada).await;
    house.member(&ada, "bob@plum.test").await;
    let (token, _) = begun(&house.by_provider(&provider, &ada, "bob", json!({})).await);
    let me = with_token(&Method::GET, "/api/v1/me", &token);
    assert_eq!(house.ask(&me).await.status, StatusCode::OK);
    assert_eq!(house.ask(&ada.signed(&Method::DELETE, SSO)).await.status, StatusCode::NO_CONTENT);
    let gone = house.ask(&me).await.refused(StatusCode::UNAUTHORIZED);
    assert_eq!(gone, "session_ended");
    assert_eq!(house.ask(&ada.get("/api/v1/me")).await.status, StatusCode::OK);
}

/// So that the sweeps have somebody who comes back.
pub(crate) async fn arriving(house: &House, owner: &Owner, provider: &Provider) -> Ask {
    house.member(owner, "arriving@plum.test").await;
    let away = house.set_out(owner).await;
    let now = house.clock.now().unix_seconds();
    let claims = provider.claims(&away.way, now, "arriving", "arriving@plum.test");
    let code = provider.code(&away.way, provider.signer.sign("JWT", &claims));
    let said = json!({ "state": away.way.get("state"), "code": code });
    Owner::cookied("/api/v1/auth/sso/finish", &away.cookie).json(said)
}
