//! Tests of the ring: what is forged, stale or somebody else's is refused, and rotation is quiet.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lk_base::Clock;
use serde_json::{Value, json};

use super::*;

const KEY: [u8; 32] = [9; 32];

fn clock() -> Clock {
    Clock::manual(Timestamp::from_unix_micros(1_795_338_000_000_000))
}

fn stored(clock: &Clock, key: [u8; 32]) -> Stored {
    Stored { id: clock.new_id(), key: key.to_vec(), made_at: clock.now() }
}

fn ring() -> (KeyRing, Clock) {
    let clock = clock();
    let ring = KeyRing::new("https://a.test".to_owned(), vec![stored(&clock, KEY)]).unwrap();
    (ring, clock)
}

fn claims(clock: &Clock) -> Claims {
    let iat = clock.now().unix_seconds();
    Claims {
        jti: clock.new_id(),
        sub: clock.new_id(),
        sid: clock.new_id(),
        ctx: clock.new_id(),
        wsp: clock.new_id(),
        opr: clock.new_id(),
        iat,
        exp: iat + 600,
        iss: "https://a.test".to_owned(),
        aud: "leadkeep".to_owned(),
    }
}

/// A text of any header and payload, signed with the ring's own key.
fn signed(header: &str, payload: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &KEY);
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let tag = hmac::sign(&key, text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

fn header(ring: &KeyRing) -> String {
    json!({ "alg": "HS256", "typ": "at+jwt", "kid": ring.keys[0].id.to_string() }).to_string()
}

#[test]
fn a_token_is_good_until_it_expires() {
    let (ring, clock) = ring();
    let token = ring.sign(&claims(&clock), clock.now()).unwrap();
    assert!(ring.verify(&token, clock.now()).is_ok());
    clock.advance(Duration::from_secs(600));
    assert_eq!(ring.verify(&token, clock.now()).unwrap_err(), BadToken::Expired);
}

#[test]
fn nothing_lives_longer_than_the_ceiling() {
    let (ring, clock) = ring();
    let mut long = claims(&clock);
    long.exp = long.iat + 8 * 3600;
    assert_eq!(ring.sign(&long, clock.now()), Err(BadToken::TooLong));
    let forged = signed(&header(&ring), &serde_json::to_string(&long).unwrap());
    assert_eq!(ring.verify(&forged, clock.now()).unwrap_err(), BadToken::TooLong);
}

#[test]
fn what_is_signed_by_hand_as_we_sign_is_accepted() {
    let (ring, clock) = ring();
    let payload = serde_json::to_string(&claims(&clock)).unwrap();
    assert!(ring.verify(&signed(&header(&ring), &payload), clock.now()).is_ok());
}

#[test]
fn a_header_that_chooses_algorithm_key_or_type_is_refused_although_the_key_signed_it() {
    let (ring, clock) = ring();
    let payload = serde_json::to_string(&claims(&clock)).unwrap();
    let kid = ring.keys[0].id.to_string();
    for (member, value) in [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("HS384")),
        ("alg", json!("HS512")),
        ("alg", json!("RS256")),
        ("alg", json!("hs256")),
        ("alg", Value::Null),
        ("typ", json!("JWT")),
        ("typ", Value::Null),
        ("kid", json!("../../key")),
        ("kid", json!("/dev/null")),
        ("kid", json!("' union select 'key")),
        ("kid", json!(clock.new_id::<KeyId>().to_string())),
        ("kid", json!(kid.to_uppercase())),
        ("kid", json!([kid])),
        ("kid", Value::Null),
        ("jku", json!("https://evil.test/keys")),
        ("jwk", json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode(KEY) })),
        ("x5u", json!("https://evil.test/chain")),
        ("x5c", json!([])),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
    ] {
        let mut changed: Value = serde_json::from_str(&header(&ring)).unwrap();
        changed[member] = value;
        if changed[member].is_null() {
            changed.as_object_mut().unwrap().remove(member);
        }
        let forged = signed(&changed.to_string(), &payload);
        let refused = ring.verify(&forged, clock.now());
        assert_eq!(refused.unwrap_err(), BadToken::Foreign, "{changed}");
    }
    let twice = header(&ring).replacen('{', r#"{"alg":"none","#, 1);
    let refused = ring.verify(&signed(&twice, &payload), clock.now());
    assert_eq!(refused.unwrap_err(), BadToken::Foreign, "{twice}");
}

#[test]
fn a_signature_that_is_missing_cut_or_not_of_the_key_is_refused() {
    let (ring, clock) = ring();
    let token = ring.sign(&claims(&clock), clock.now()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let [head, body, tag] = parts[..] else { panic!("three parts") };
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    for forged in [
        format!("{none}.{body}."),
        format!("{none}.{body}"),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{head}..{tag}"),
        format!(".{body}.{tag}"),
        format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode([0_u8; 32])),
        format!("{head}.{body}.{}", tag.get(..tag.len() - 4).unwrap()),
        format!("{head}.{body}.{tag}="),
        format!("{head}.{body}.{tag}A"),
        format!("{head}.{body}.{tag}."),
        format!("{head}.{body}.{tag}.{tag}"),
        format!("{head}.{body}.{tag} "),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{head}.{head}.{tag}"),
        String::new(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        ".".repeat(5000),
        "A".repeat(5000),
    ] {
        let refused = ring.verify(&forged, clock.now());
        assert_eq!(refused.unwrap_err(), BadToken::Foreign, "{forged}");
    }
    let mut other = ring.clone();
    other.keys[0].key = hmac::Key::new(hmac::HMAC_SHA256, &[8; 32]);
    let forged = other.sign(&claims(&clock), clock.now()).unwrap();
    assert_eq!(ring.verify(&forged, clock.now()).unwrap_err(), BadToken::Foreign);
}

#[test]
fn claims_of_another_issuer_audience_time_or_shape_are_refused_although_the_key_signed_them() {
    let (ring, clock) = ring();
    let now = clock.now().unix_seconds();
    for (member, value, why) in [
        ("iss", json!("https://b.test"), BadToken::Foreign),
        ("iss", json!(["https://a.test"]), BadToken::Foreign),
        ("iss", Value::Null, BadToken::Foreign),
        ("aud", json!("somebody else"), BadToken::Foreign),
        ("aud", json!(["leadkeep"]), BadToken::Foreign),
        ("aud", Value::Null, BadToken::Foreign),
        ("exp", json!(now), BadToken::Expired),
        ("exp", json!(now - 1), BadToken::Expired),
        ("exp", json!("never"), BadToken::Foreign),
        ("exp", json!(1e300), BadToken::Foreign),
        ("exp", Value::Null, BadToken::Foreign),
        ("iat", json!(now + 61), BadToken::Expired),
        ("iat", json!(i64::MIN), BadToken::TooLong),
        ("iat", Value::Null, BadToken::Foreign),
        ("sid", Value::Null, BadToken::Foreign),
        ("sid", json!("ses_nonsense"), BadToken::Foreign),
        ("ctx", Value::Null, BadToken::Foreign),
        ("jti", Value::Null, BadToken::Foreign),
        ("jti", json!(7), BadToken::Foreign),
        ("sub", json!(clock.new_id::<KeyId>().to_string()), BadToken::Foreign),
        ("admin", json!(true), BadToken::Foreign),
    ] {
        let mut changed = serde_json::to_value(claims(&clock)).unwrap();
        changed[member] = value;
        if changed[member].is_null() {
            changed.as_object_mut().unwrap().remove(member);
        }
        let refused = ring.verify(&signed(&header(&ring), &changed.to_string()), clock.now());
        assert_eq!(refused.unwrap_err(), why, "{changed}");
    }
    let payload = serde_json::to_string(&claims(&clock)).unwrap();
    for twice in [
        payload.replacen('{', r#"{"aud":"somebody else","#, 1),
        payload.replacen('{', &format!(r#"{{"exp":{},"#, now + 700), 1),
        format!("{payload}{payload}"),
        format!("[{payload}]"),
    ] {
        let refused = ring.verify(&signed(&header(&ring), &twice), clock.now());
        assert_eq!(refused.unwrap_err(), BadToken::Foreign, "{twice}");
    }
}

#[test]
fn a_new_key_signs_when_all_have_heard_of_it_and_the_old_one_verifies_until_its_tokens_are_dead() {
    let clock = clock();
    let (old, issuer) = (stored(&clock, KEY), "https://a.test".to_owned());
    clock.advance(Duration::from_secs(3600));
    let new = stored(&clock, [8; 32]);
    let alone = |key: &Stored| {
        let key = Stored { id: key.id, key: key.key.clone(), made_at: key.made_at };
        KeyRing::new(issuer.clone(), vec![key]).unwrap()
    };
    let (before, after) = (alone(&old), alone(&new));
    let ring = KeyRing::new(issuer.clone(), vec![old, new]).unwrap();
    let sign = || ring.sign(&claims(&clock), clock.now()).unwrap();

    // A node that has not heard of the new key yet reads what the others sign.
    clock.advance(SPREAD - Duration::from_secs(1));
    let last = sign();
    assert!(before.verify(&last, clock.now()).is_ok());
    clock.advance(Duration::from_secs(1));
    let first = sign();
    assert!(after.verify(&first, clock.now()).is_ok());
    assert_eq!(before.verify(&first, clock.now()).unwrap_err(), BadToken::Foreign);
    // The old one's tokens are good as long as they live.
    clock.advance(Duration::from_secs(598));
    assert!(ring.verify(&last, clock.now()).is_ok());
    assert_eq!(ring.alive(clock.now()).len(), 2);
    clock.advance(Duration::from_secs(2));
    assert_eq!(ring.verify(&last, clock.now()).unwrap_err(), BadToken::Expired);
    // Whoever finds the old key later signs nothing with it.
    clock.advance(Duration::from_secs(16 * 60));
    let forged = before.sign(&claims(&clock), clock.now()).unwrap();
    assert_eq!(ring.verify(&forged, clock.now()).unwrap_err(), BadToken::Foreign);
    assert_eq!(ring.alive(clock.now()).len(), 1);
    assert!(ring.verify(&sign(), clock.now()).is_ok());
}

#[test]
fn a_ring_without_keys_or_with_a_short_one_is_none() {
    let clock = clock();
    assert!(KeyRing::new(String::new(), Vec::new()).is_none());
    let short = Stored { id: clock.new_id(), key: vec![9; 31], made_at: clock.now() };
    assert!(KeyRing::new(String::new(), vec![short]).is_none());
}
