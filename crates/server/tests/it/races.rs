//! What works once works once, also when it is sent twice at the same moment: a thousand rounds
//! where a round is cheap. A link and an invitation cost a hash each time; their thousand rounds are
//! run on the transactions that decide (`crates/identity/src/races.rs`), and a few here.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_base::id::{Id, SessionId};
use lk_testkit::Answer;
use serde_json::json;
use uuid::Uuid;

use crate::house::{Ask, House};
use crate::owner::Owner;

const ROUNDS: usize = 1_000;

/// Challenges of everybody who has an app, two for each round, which wait for good. Their tokens
/// are `round-0-a`, `round-0-b` and so on.
async fn challenges(house: &House) {
    house
        .database
        .run(&format!(
            "insert into sign_in_challenges
                 (workspace_id, challenge_id, person_id, token_hash, created_at, expires_at)
             select f.workspace_id, gen_random_uuid(), f.person_id,
                    sha256(convert_to('round-' || r || '-' || half, 'UTF8')),
                    f.created_at, 'infinity'
               from totp_factors f, generate_series(0, {ROUNDS}) r, unnest(array['a', 'b']) half"
        ))
        .await;
}

#[track_caller]
fn exactly_one(one: &Answer, two: &Answer, round: usize) {
    let mut statuses = [one.status, two.status];
    statuses.sort();
    let expected = [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY];
    assert_eq!(statuses, expected, "round {round}");
}

#[tokio::test]
async fn of_two_at_once_with_one_code_one_gets_in() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (app, _) = house.enrol(&ada).await;
    challenges(&house).await;
    for round in 0..ROUNDS {
        // A new code each time, and fewer than twenty wrong ones in an hour.
        house.clock.advance(Duration::from_secs(300));
        let code = json!({ "code": app.code(&house, 0) });
        let (a, b) = (format!("round-{round}-a"), format!("round-{round}-b"));
        let (one, two) =
            tokio::join!(house.second(&a, code.clone()), house.second(&b, code.clone()));
        exactly_one(&one, &two, round);
    }
}

#[tokio::test]
async fn of_two_at_once_with_one_recovery_code_one_gets_in() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    house.enrol(&ada).await;
    challenges(&house).await;
    house
        .database
        .run(&format!(
            "insert into recovery_codes (workspace_id, person_id, code_hash, created_at)
             select f.workspace_id, f.person_id, sha256(convert_to('c0de' || r, 'UTF8')), f.created_at
               from totp_factors f, generate_series(0, {ROUNDS}) r"
        ))
        .await;
    for round in 0..ROUNDS {
        let code = json!({ "recovery_code": format!("c0de-{round}") });
        let (a, b) = (format!("round-{round}-a"), format!("round-{round}-b"));
        let (one, two) =
            tokio::join!(house.second(&a, code.clone()), house.second(&b, code.clone()));
        exactly_one(&one, &two, round);
    }
}

#[tokio::test]
async fn of_two_at_once_with_one_challenge_one_gets_in() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (app, recovery) = house.enrol(&ada).await;
    house.clock.advance(Duration::from_secs(300));
    let challenge = house.challenge(&ada).await;
    let (code, saved) =
        (json!({ "code": app.code(&house, 0) }), json!({ "recovery_code": recovery[0] }));
    let (one, two) = tokio::join!(house.second(&challenge, code), house.second(&challenge, saved));
    exactly_one(&one, &two, 0);
}

/// A thousand sessions like Ada's, each with a refresh token of its own: `round-0` and so on.
async fn sessions(house: &House, like: SessionId) {
    house
        .database
        .run(&format!(
            "with new as (
                 insert into sessions
                 select (jsonb_populate_record(s, jsonb_build_object(
                             'session_id', lpad(to_hex(r + 1), 32, '0')::uuid))).*
                   from sessions s, generate_series(0, {ROUNDS} - 1) r
                  where s.session_id = '{}'
                 returning workspace_id, session_id, created_at)
             insert into refresh_tokens (workspace_id, refresh_token_id, session_id, token_hash, issued_at)
             select workspace_id, gen_random_uuid(), session_id,
                    sha256(convert_to('round-' || session_id, 'UTF8')), created_at
               from new",
            like.uuid(),
        ))
        .await;
}

#[tokio::test]
async fn of_two_browsers_at_once_with_one_refresh_token_one_goes_on_and_the_session_ends() {
    let house = House::new().await;
    let ada = house.newcomer().await;
    let (device, refresh) = ada.cookie.split_once("; ").unwrap();
    let (session, _) = refresh.split_once('=').unwrap().1.split_once('.').unwrap();
    sessions(&house, session.parse().unwrap()).await;
    for round in 0..ROUNDS {
        let id = Uuid::from_u128(u128::try_from(round).unwrap() + 1);
        let token = format!("__Host-lk_refresh={}.round-{id}", SessionId::from_uuid(id));
        let mine = Owner::cookied("/api/v1/auth/refresh", &format!("{device}; {token}"));
        let theirs = Owner::cookied("/api/v1/auth/refresh", &token);
        let (one, two) = tokio::join!(house.ask(&mine), house.ask(&theirs));
        let mut statuses = [one.status, two.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED], "round {round}");
    }
    let ended = "select 1 from sessions where revoked_because = 'refresh_reused'";
    assert_eq!(house.database.rows(ended).await.len(), ROUNDS);
}

#[tokio::test]
async fn of_a_few_at_once_with_one_invitation_one_joins() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for round in 0..10 {
        let email = format!("new-{round}@newcomer.test");
        let invite = ada.post("/api/v1/invitations", json!({ "email": email, "role": "user" }));
        let invited = house.ask(&invite).await.expect(StatusCode::CREATED);
        let token = invited["link"].as_str().unwrap().split_once('#').unwrap().1;
        let accept = |name: &str| {
            let body =
                json!({ "token": token, "name": name, "password": "a long enough sentence" });
            Ask::new(&Method::POST, "/api/v1/invitations/accept").json(body)
        };
        let (one, two) = (accept("One"), accept("Two"));
        let (one, two) = tokio::join!(house.ask(&one), house.ask(&two));
        let mut statuses = [one.status, two.status];
        statuses.sort();
        let expected = [StatusCode::CREATED, StatusCode::UNPROCESSABLE_ENTITY];
        assert_eq!(statuses, expected, "round {round}");
    }
}
