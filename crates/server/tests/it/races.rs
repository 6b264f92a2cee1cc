//! What works once works once, also when it is sent twice at the same moment: a thousand rounds.

use std::time::Duration;

use axum::http::StatusCode;
use lk_testkit::Answer;
use serde_json::json;

use crate::house::House;

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
