//! Mail: written with the change, carried afterwards, and nothing kept of it.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_mail::Security;
use serde_json::{Value, json};

use crate::house::{Ask, House, token};
use crate::sink::{Sink, Trusted};

async fn rows(house: &House) -> Vec<Value> {
    house.database.rows("select * from mails order by created_at, mail_id").await
}

async fn ask_reset(house: &House, email: &str) {
    let ask = Ask::new(&Method::POST, "/api/v1/auth/reset").json(json!({ "email": email }));
    let _ = house.ask(&ask).await.expect(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_mail_goes_out_over_starttls_in_text_and_html_and_nothing_of_it_is_kept() {
    let sink = Sink::starttls().await;
    let smtp = sink.smtp(Security::StartTls, Trusted::Yes);
    let house = House::with_smtp(Some(smtp)).await;
    let ada = house.owner("Ada").await;
    assert!(house.product.identity.postman.round().await.unwrap() > 0);
    ask_reset(&house, &ada.email).await;
    assert_eq!(house.product.identity.postman.round().await.unwrap(), 1);
    let mail = sink.arrived().pop().unwrap();
    assert_eq!((mail.to.as_str(), mail.over_tls), (ada.email.as_str(), true));
    assert_eq!(mail.credentials.as_deref(), Some("\0leadkeep\0open sesame"));
    let text = mail.text();
    for part in [
        "From: \"Plum House\" <leadkeep@app.leadkeep.test>",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain",
        "Content-Type: text/html",
        "Date: Sun, 22 Nov 2026 09:00:00 +0000",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(token(&text, "reset").is_some(), "{text}");
    for row in rows(&house).await {
        assert_eq!((&row["state"], &row["envelope_sealed"]), (&json!("sent"), &Value::Null));
    }
}

#[tokio::test]
async fn a_server_with_a_certificate_of_a_strangers_authority_gets_nothing() {
    let sink = Sink::starttls().await;
    let smtp = sink.smtp(Security::StartTls, Trusted::No);
    let house = House::with_smtp(Some(smtp)).await;
    let ada = house.owner("Ada").await;
    ask_reset(&house, &ada.email).await;
    assert_eq!(house.product.identity.postman.round().await.unwrap(), 0);
    assert!(sink.arrived().is_empty());
    assert!(rows(&house).await.iter().all(|row| row["state"] == "waiting"));
}

#[tokio::test]
async fn a_server_that_does_not_offer_starttls_gets_nothing() {
    let sink = Sink::plain().await;
    let smtp = sink.smtp(Security::StartTls, Trusted::Yes);
    let house = House::with_smtp(Some(smtp)).await;
    let ada = house.owner("Ada").await;
    ask_reset(&house, &ada.email).await;
    assert_eq!(house.product.identity.postman.round().await.unwrap(), 0);
    assert!(sink.arrived().is_empty());
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again_and_given_up_after_a_day() {
    let sink = Sink::plain().await;
    let house = House::with_smtp(Some(sink.smtp(Security::None, Trusted::No))).await;
    let ada = house.owner("Ada").await;
    let postman = &house.product.identity.postman;
    postman.round().await.unwrap();
    let before = sink.arrived().len();
    sink.answer(Some("451 not now"));
    ask_reset(&house, &ada.email).await;
    assert_eq!(postman.round().await.unwrap(), 0);
    sink.answer(None);
    // Not before its time.
    assert_eq!(postman.round().await.unwrap(), 0);
    house.clock.advance(Duration::from_secs(60));
    assert_eq!(postman.round().await.unwrap(), 1);
    assert_eq!(sink.arrived().len(), before + 1);

    sink.answer(Some("451 not now"));
    ask_reset(&house, &ada.email).await;
    postman.round().await.unwrap();
    house.clock.advance(Duration::from_secs(24 * 3600));
    postman.round().await.unwrap();
    let last = rows(&house).await.pop().unwrap();
    assert_eq!((&last["state"], &last["envelope_sealed"]), (&json!("given_up"), &Value::Null));
    house.clock.advance(Duration::from_secs(30 * 24 * 3600));
    postman.round().await.unwrap();
    assert!(rows(&house).await.is_empty(), "even that there was mail is forgotten");
}

#[tokio::test]
async fn an_address_that_the_server_does_not_know_is_given_up_at_once() {
    let sink = Sink::plain().await;
    let house = House::with_smtp(Some(sink.smtp(Security::None, Trusted::No))).await;
    let ada = house.owner("Ada").await;
    sink.answer(Some("550 nobody here"));
    ask_reset(&house, &ada.email).await;
    house.product.identity.postman.round().await.unwrap();
    let last = rows(&house).await.pop().unwrap();
    assert_eq!((&last["state"], &last["attempts"]), (&json!("given_up"), &json!(1)));
}

#[tokio::test]
async fn two_postmen_never_carry_the_same_mail() {
    let sink = Sink::plain().await;
    let house = House::with_smtp(Some(sink.smtp(Security::None, Trusted::No))).await;
    let ada = house.owner("Ada").await;
    for n in 0..10 {
        let body = json!({ "email": format!("new{n}@colleague.test"), "role": "user" });
        let _ = house.ask(&ada.post("/api/v1/invitations", body)).await.expect(StatusCode::CREATED);
    }
    let postman = &house.product.identity.postman;
    let (one, two, three) = tokio::join!(postman.round(), postman.round(), postman.round());
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 11);
    let mut to: Vec<String> = sink.arrived().into_iter().map(|mail| mail.to).collect();
    to.sort();
    to.dedup();
    assert_eq!(to.len(), 11);
}

#[tokio::test]
async fn with_a_server_an_invitation_is_mailed_and_its_link_shown_to_nobody_else() {
    let sink = Sink::plain().await;
    let house = House::with_smtp(Some(sink.smtp(Security::None, Trusted::No))).await;
    let ada = house.owner("Ada").await;
    assert_eq!(ada.invitation_token, "", "the inviter is shown no link");
    house.product.identity.postman.round().await.unwrap();
    let invited = format!("invited@{}.test", ada.canary);
    let mail = sink.arrived().into_iter().find(|mail| mail.to == invited).unwrap();
    let accept = json!({
        "token": token(&mail.text(), "invite").unwrap(), "name": "Newcomer",
        "password": "a long enough sentence",
    });
    let accept = Ask::new(&Method::POST, "/api/v1/invitations/accept").json(accept);
    let _ = house.ask(&accept).await.expect(StatusCode::CREATED);
    let verified = "select email from persons where email_verified_at is not null";
    assert_eq!(house.database.rows(verified).await, [json!({ "email": invited })]);
}

#[tokio::test]
async fn without_a_server_the_link_is_shown_and_using_it_proves_no_address() {
    let house = House::new().await;
    let (email, _) = crate::sample::with_password(&house).await;
    assert_eq!(house.mailbox(&email).await.len(), 1, "the mailbox has it too");
    let verified = "select 1 from persons where email_verified_at is not null";
    assert_eq!(house.database.rows(verified).await.len(), 0);
}

#[tokio::test]
async fn nobody_reads_recipients_or_words_in_the_table() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    ask_reset(&house, &ada.email).await;
    let token = house.mailed(&ada.email, "reset").await;
    let everything = serde_json::to_string(&rows(&house).await).unwrap();
    let hex = |text: &str| text.bytes().map(|b| format!("{b:02x}")).collect::<String>();
    for secret in [token.as_str(), ada.email.as_str(), "Choose a new password"] {
        assert!(!everything.contains(secret) && !everything.contains(&hex(secret)), "{secret}");
    }
}
