//! How long a session lives: until it was not used for a while, and never beyond an end that is set.

use std::time::Duration;

use axum::http::StatusCode;

use crate::house::House;
use crate::owner::Owner;

const HOUR: u64 = 3600;

#[tokio::test]
async fn a_session_that_was_not_used_for_its_idle_time_is_over() {
    let house = House::new().await;
    let mut ada = house.newcomer().await;
    house.pass(24 * HOUR - 1, &mut ada).await;
    assert_eq!(house.ask(&ada.get("/api/v1/me")).await.status, StatusCode::OK);
    house.clock.advance(Duration::from_secs(24 * HOUR));
    let late = house.ask(&Owner::cookied("/api/v1/auth/refresh", &ada.cookie)).await;
    assert_eq!(late.refused(StatusCode::UNAUTHORIZED), "session_ended");
}

#[tokio::test]
async fn a_session_that_is_used_every_day_is_over_all_the_same_when_its_time_has_come() {
    let house = House::new().await;
    let mut ada = house.newcomer().await;
    for _ in 0..31 {
        house.pass(23 * HOUR, &mut ada).await;
    }
    // Thirty days have 720 hours; 713 are gone.
    house.clock.advance(Duration::from_secs(7 * HOUR));
    let late = house.ask(&Owner::cookied("/api/v1/auth/refresh", &ada.cookie)).await;
    assert_eq!(late.refused(StatusCode::UNAUTHORIZED), "session_ended");
}
