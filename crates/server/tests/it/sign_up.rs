//! Signing up: a login and a workspace of one's own, for whoever reads the address.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::house::{Ask, House};
use crate::owner::cookie;

fn ask(email: &str) -> Ask {
    Ask::new(&Method::POST, "/api/v1/auth/sign-up").json(json!({ "email": email }))
}

fn finish(token: &str, password: &str) -> Ask {
    Ask::new(&Method::POST, "/api/v1/auth/sign-up/finish").json(json!({
        "token": token, "workspace_name": "Newly Founded", "name": "Nora New", "password": password,
    }))
}

const NORA: &str = "nora@person.test";
const PASSWORD: &str = "a long enough sentence";
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test]
async fn whoever_reads_the_address_gets_a_login_and_a_workspace_that_is_empty_of_others() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    assert_eq!(house.ask(&ask(NORA)).await.status, StatusCode::ACCEPTED);
    let before =
        house.database.rows("select 1 from persons where email = 'nora@person.test'").await;
    assert!(before.is_empty(), "nobody is somebody before they have shown it");
    let token = house.mailed(NORA, "sign-up").await;
    let answer = house.ask(&finish(&token, PASSWORD)).await;
    assert!(!cookie(&answer).is_empty());
    let session = answer.expect(StatusCode::CREATED);
    assert_eq!(session["workspaces"].as_array().unwrap().len(), 1);
    assert_eq!(session["operator"]["role"], "super_admin");
    let bearer = format!("Bearer {}", session["access_token"].as_str().unwrap());
    let get = |path: &str| Ask::new(&Method::GET, path).header("authorization", &*bearer);
    let conversations = house.ask(&get("/api/v1/conversations")).await.expect(StatusCode::OK);
    assert_eq!(conversations["data"], json!([]));
    let operators = house.ask(&get("/api/v1/operators")).await.expect(StatusCode::OK);
    assert!(!operators.to_string().contains(&ada.email));
}

#[tokio::test]
async fn a_link_works_once_and_for_a_day() {
    let house = House::new().await;
    let _ = house.ask(&ask(NORA)).await.expect(StatusCode::ACCEPTED);
    let token = house.mailed(NORA, "sign-up").await;
    let weak = house.ask(&finish(&token, "nora@person.test")).await;
    assert_eq!(weak.refused(UNPROCESSABLE), "password_is_address", "and the link stays good");
    let (one, two) = (finish(&token, PASSWORD), finish(&token, PASSWORD));
    let (one, two) = tokio::join!(house.ask(&one), house.ask(&two));
    let made = [&one, &two].iter().filter(|a| a.status == StatusCode::CREATED).count();
    assert_eq!(made, 1, "{} {}", one.status, two.status);
    let late = "late@person.test";
    let _ = house.ask(&ask(late)).await.expect(StatusCode::ACCEPTED);
    let token = house.mailed(late, "sign-up").await;
    house.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(house.ask(&finish(&token, PASSWORD)).await.refused(UNPROCESSABLE), "link_not_valid");
}

#[tokio::test]
async fn an_address_with_a_login_gets_the_same_answer_the_same_rows_and_a_mail_without_a_key() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let rows = async || {
        house.database.rows("select purpose, person_id, email is null as bare from one_time_links where purpose = 'sign_up'").await
    };
    let known = house.ask(&ask(&ada.email)).await;
    let of_known = rows().await;
    let unknown = house.ask(&ask(NORA)).await;
    assert_eq!((known.status, known.bytes), (unknown.status, unknown.bytes));
    let of_both = rows().await;
    assert_eq!(of_both[0], of_both[1]);
    assert_eq!((of_known.len(), of_both.len()), (1, 2));
    let letters = house.letters(&ada.email).await;
    assert!(letters.iter().any(|letter| letter.contains("has one already")), "{letters:?}");
    assert!(letters.iter().all(|letter| !letter.contains("sign-up#")), "{letters:?}");
}

#[tokio::test]
async fn one_address_is_sent_three_mails_an_hour_however_it_is_written() {
    let house = House::new().await;
    for address in [NORA, "Nora@person.test", "NORA@PERSON.TEST", NORA, NORA] {
        assert_eq!(house.ask(&ask(address)).await.status, StatusCode::ACCEPTED);
    }
    let all = house.product.identity.postman.mailbox().await.unwrap();
    assert_eq!(all.len(), 3);
}

#[tokio::test]
async fn where_it_is_closed_nobody_signs_up_not_even_with_a_link_from_before() {
    let mut house = House::new().await;
    let _ = house.ask(&ask(NORA)).await.expect(StatusCode::ACCEPTED);
    let token = house.mailed(NORA, "sign-up").await;
    house.reopen(|plan| plan.sign_up = false).await;
    assert_eq!(house.ask(&ask(NORA)).await.refused(UNPROCESSABLE), "sign_up_closed");
    assert_eq!(house.ask(&finish(&token, PASSWORD)).await.refused(UNPROCESSABLE), "sign_up_closed");
    let told = house.ask(&Ask::new(&Method::GET, "/api/v1/setup")).await.expect(StatusCode::OK);
    assert_eq!(told["sign_up"], false);
}
