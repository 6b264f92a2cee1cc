//! Every body and every query refuses what it does not know.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::House;
use crate::sample::{Things, sample};

#[tokio::test]
async fn every_body_refuses_an_unknown_field() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if operation.method == Method::GET || operation.id == "finish_setup" {
            continue;
        }
        let mut ask = sample(&house, operation, &ada, &Things::of(&ada)).await;
        let mut body = ask.body.take().unwrap_or_else(|| json!({}));
        body.as_object_mut().unwrap().insert("surprise".to_owned(), Value::Null);
        let answer = house.ask(&ask.json(body)).await;
        assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed", "{}", operation.id);
    }
}

#[tokio::test]
async fn every_query_refuses_an_unknown_parameter() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if operation.id == "finish_setup" {
            continue;
        }
        let mut ask = sample(&house, operation, &ada, &Things::of(&ada)).await;
        ask.path.push_str(if ask.path.contains('?') { "&surprise=1" } else { "?surprise=1" });
        let answer = house.ask(&ask).await;
        assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed", "{}", operation.id);
    }
}

#[tokio::test]
async fn an_id_of_the_wrong_kind_or_form_is_not_found() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if !operation.path.contains("{id}") {
            continue;
        }
        for nonsense in
            ["x", "%00", "..%2f..", "wsp_00000000000000000000000000", "%F0%9F%98%80", "%ff"]
        {
            let mut ask = sample(&house, operation, &ada, &Things::of(&ada)).await;
            ask.path = operation.path.replace("{id}", nonsense);
            let answer = house.ask(&ask).await;
            assert_eq!(
                answer.refused(StatusCode::NOT_FOUND),
                "not_found",
                "{} with {nonsense}",
                operation.id
            );
        }
    }
}
