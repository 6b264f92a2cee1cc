//! Values nobody expects: in every field of every body, every parameter of every query, and the
//! headers that we read. Some of them are allowed; none of them may break anything.

use axum::http::{HeaderValue, Method, StatusCode};
use lk_testkit::Answer;
use serde_json::{Value, json};

use super::corpus::{texts, values};
use super::{is_refused, still_serves, valid};
use crate::house::{Ask, House};

/// Answers that are no success are refusals as they should be; says whether it was one.
#[track_caller]
fn is_refused_or_done(answer: &Answer, what: &str) -> bool {
    if answer.status.is_success() {
        return false;
    }
    is_refused(answer, what);
    true
}

/// Text as a query takes it.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn no_value_in_a_field_breaks_an_operation() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let (mut refused, mut done) = (0, 0);
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if operation.method == Method::GET {
            continue;
        }
        let ask = valid(&house, operation, &ada).await;
        let Some(body) = ask.body.clone() else { continue };
        for field in body.as_object().unwrap().keys() {
            for value in values() {
                let mut body = body.clone();
                body[field] = value.clone();
                let answer = house.ask(&ask.clone().json(body)).await;
                let shown: String = value.to_string().chars().take(60).collect();
                let what = format!("{}: {field} = {shown}", operation.id);
                if is_refused_or_done(&answer, &what) { refused += 1 } else { done += 1 }
            }
        }
    }
    // Both happen: a sweep that is only refused, or never, would not have reached the rules.
    assert!(refused > 500 && done > 50, "refused {refused}, done {done}");
    still_serves(&house, &ada).await;
}

#[tokio::test]
async fn no_body_is_read_by_position() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if operation.method == Method::GET {
            continue;
        }
        let ask = valid(&house, operation, &ada).await;
        let fields = ask.body.clone().unwrap_or_else(|| json!({}));
        let values: Vec<Value> = fields.as_object().unwrap().values().cloned().collect();
        let answer = house.ask(&ask.json(Value::Array(values))).await;
        assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed", "{}", operation.id);
    }
}

#[tokio::test]
async fn no_value_in_a_query_breaks_an_operation() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let document = lk_server::routes::document(
        &house.product.identity,
        &house.product.inbox,
        &house.product.staff,
    );
    let mut asked = 0;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        let method = operation.method.as_str().to_lowercase();
        let named = document["paths"][operation.path][method]["parameters"].as_array();
        let names: Vec<&str> = named
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "query")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let ask = if names.is_empty() { continue } else { valid(&house, operation, &ada).await };
        for name in names {
            let raw =
                ["%00", "%ff%fe", "%c0%af", "%", "%zz", "%u0041", "1&{}=2", "&&&", "+", "[]=1"];
            let naughty = texts().into_iter().filter(|text| text.len() < 20_000);
            let all = raw.map(|text| text.replace("{}", name)).into_iter();
            for text in all.chain(naughty.map(|text| escaped(&text))) {
                let mut ask = ask.clone();
                ask.path = format!("{}?{name}={text}", ask.path);
                let answer = house.ask(&ask).await;
                let shown: String = ask.path.chars().take(120).collect();
                is_refused_or_done(&answer, &shown);
                asked += 1;
            }
        }
    }
    assert!(asked > 300, "the sweep is blind: {asked}");
    still_serves(&house, &ada).await;
}

#[tokio::test]
async fn no_value_of_a_header_breaks_an_operation() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let me = ada.get("/api/v1/me");
    let frame = ada.visits(&Method::GET, "/api/widget/v1/me");
    let odd = [
        "",
        " ",
        ",",
        ";",
        "=",
        "\"",
        "é",
        "\u{85}",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "a=b; c",
    ];
    let odd = odd.into_iter().map(str::to_owned).chain(["x".repeat(8_000), "=;".repeat(4_000)]);
    for value in odd {
        for name in [
            "authorization",
            "cookie",
            "leadkeep-widget",
            "leadkeep-site",
            "origin",
            "user-agent",
            "content-type",
            "content-length",
            "x-forwarded-for",
            "accept-encoding",
        ] {
            for ask in [&me, &frame] {
                let mut ask: Ask = ask.clone();
                ask.headers.retain(|(held, _)| held != name);
                assert!(HeaderValue::from_str(&value).is_ok(), "{value}");
                let answer = house.ask(&ask.header(name, &value)).await;
                let shown: String = value.chars().take(40).collect();
                is_refused_or_done(&answer, &format!("{name}: {shown}"));
            }
        }
    }
    still_serves(&house, &ada).await;
}

#[tokio::test]
async fn a_method_that_is_not_declared_is_refused_on_every_path() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for declared in house.routes().declared() {
        let ask = valid(&house, declared.operation, &ada).await;
        for method in ["PUT", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW"] {
            let mut ask = ask.clone();
            ask.method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = house.ask(&ask).await;
            let what = format!("{method} {}", ask.path);
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
            is_refused(&answer, &what);
        }
    }
    let _: Value = house.ask(&ada.get("/api/v1/me")).await.expect(StatusCode::OK);
}
