//! Access tokens at the door: forged ones, and what the rotation of their key does to sessions.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_identity::keys::{self, Before};
use serde_json::Value;

use crate::house::{Ask, DASHBOARD, House};
use crate::owner::{Owner, cookie};

const REFRESH: &str = "/api/v1/auth/refresh";

async fn me(house: &House, token: &str) -> lk_testkit::Answer {
    let ask = Ask::new(&Method::GET, "/api/v1/me");
    house.ask(&ask.header("authorization", format!("Bearer {token}"))).await
}

/// The name of the key that signed a token.
fn kid(token: &str) -> String {
    let header = token.split('.').next().unwrap();
    let bytes: Vec<u8> = decoded(header);
    let header: Value = serde_json::from_slice(&bytes).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

fn decoded(text: &str) -> Vec<u8> {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for sign in text.bytes() {
        let six = SIGNS.iter().position(|known| *known == sign).unwrap();
        held = (held << 6 | u32::try_from(six).unwrap()) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 255).unwrap());
        }
    }
    out
}

#[tokio::test]
async fn a_new_signing_key_takes_over_and_nobody_notices() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let keys = &house.product.identity.keys;
    let first = kid(&ada.token);
    house.clock.advance(Duration::from_secs(3));
    let made = keys::rotate(&house.db, DASHBOARD, Before::Good).await.unwrap();
    keys.look().await.unwrap();
    // The old one goes on signing until every node has heard of the new one.
    let answer = house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await;
    let next = cookie(&answer);
    let still = answer.expect(StatusCode::OK)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(kid(&still), first);
    house.clock.advance(Duration::from_secs(120));
    let answer = house.ask(&Owner::cookied(REFRESH, &next)).await;
    let renewed = answer.expect(StatusCode::OK)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(kid(&renewed), made.to_string());
    for token in [&ada.token, &still, &renewed] {
        assert_eq!(me(&house, token).await.status, StatusCode::OK);
    }
    let entry =
        house.entries().await.into_iter().find(|e| e["action"] == "instance.signing_key_made");
    assert!(entry.is_some());
    // Once the old one's tokens are dead, the next rotation destroys it.
    house.clock.advance(Duration::from_secs(3600));
    keys::rotate(&house.db, DASHBOARD, Before::Good).await.unwrap();
    let left = house.database.rows("select key_id from signing_keys").await;
    assert_eq!(left.len(), 2);
}

#[tokio::test]
async fn a_key_that_may_be_known_is_refused_at_once_and_sessions_go_on() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    keys::rotate(&house.db, DASHBOARD, Before::Refused).await.unwrap();
    house.product.identity.keys.look().await.unwrap();
    let refused = me(&house, &ada.token).await.refused(StatusCode::UNAUTHORIZED);
    assert_eq!(refused, "unauthenticated");
    let answer = house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await;
    let token = answer.expect(StatusCode::OK)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(me(&house, &token).await.status, StatusCode::OK);
    assert_eq!(house.database.rows("select key_id from signing_keys").await.len(), 1);
}

#[tokio::test]
async fn a_forged_token_is_answered_like_none() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let none = house.ask(&Ask::new(&Method::GET, "/api/v1/me")).await;
    let parts: Vec<&str> = ada.token.split('.').collect();
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"; // {"alg":"none","typ":"at+jwt"}
    for forged in [
        format!("{unsigned}.{}.", parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.", ada.token),
        "nonsense".to_owned(),
    ] {
        let answer = me(&house, &forged).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.bytes, none.bytes, "{forged}");
    }
}
