//! Where staff's routes are, and where they are not.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use lk_authz::StaffRole;
use lk_testkit::Answer;

use crate::house::{Ask, DASHBOARD, House, PRIVATE, WIDGET};

/// What a caller can tell two answers apart by.
fn seen(answer: &Answer) -> (u16, Vec<u8>, Vec<(String, String)>) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status.as_u16(), answer.bytes.clone(), headers.collect())
}

/// Every path of staff, and one of the same form that is none.
fn paths(house: &House) -> Vec<(Method, String, String)> {
    let mut all = vec![
        (Method::GET, "/staff".to_owned(), "/other".to_owned()),
        (Method::GET, "/staff/".to_owned(), "/other/".to_owned()),
        (Method::GET, "/staff/assets/index.js".to_owned(), "/other/assets/index.js".to_owned()),
        (Method::POST, "/staff".to_owned(), "/other".to_owned()),
    ];
    let routes = house.routes();
    let of_staff = routes.declared().iter().filter(|one| one.operation.access.is_of_staff());
    for declared in of_staff {
        let path = declared.operation.path.to_owned();
        let other = path.replace("/api/staff/", "/api/other/");
        all.push((declared.operation.method.clone(), path, other));
    }
    assert!(all.len() > 15);
    all
}

#[tokio::test]
async fn on_the_public_listeners_a_path_of_staff_is_like_one_that_is_not_there() {
    let house = House::new().await;
    let (ada, grace) = (house.owner("Ada").await, house.staff(StaffRole::SuperAdmin).await);
    let product = &house.product;
    for (method, path, other) in paths(&house) {
        for (router, origin) in [(&product.dashboard, DASHBOARD), (&product.widget, WIDGET)] {
            for token in [None, Some(&ada.token), Some(&grace.token)] {
                let ask = |path: &str| {
                    let ask = Ask::new(&method, path).header("cookie", &grace.cookie);
                    match token {
                        Some(token) => ask.header("authorization", format!("Bearer {token}")),
                        None => ask,
                    }
                };
                let there = house.ask_at(router, origin, &ask(&path), Body::empty()).await;
                let missing = house.ask_at(router, origin, &ask(&other), Body::empty()).await;
                assert_eq!(seen(&there), seen(&missing), "{method} {path} at {origin}");
                let is_api = path.starts_with("/api/");
                assert!(!is_api || there.status == StatusCode::NOT_FOUND, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn on_the_private_listener_only_this_machine_finds_them() {
    let house = House::new().await;
    let grace = house.staff(StaffRole::SuperAdmin).await;
    let private = &house.product.private;
    for (method, path, other) in paths(&house) {
        let ask = |path: &str| grace.signed(&method, path);
        let elsewhere: [fn(Ask) -> Ask; 4] = [
            |ask| ask.from("10.0.0.9"),
            |ask| ask.header("host", "evil.test:8450").header("origin", "http://evil.test:8450"),
            |ask| ask.header("x-forwarded-for", "10.0.0.9"),
            |ask| ask.header("forwarded", "for=10.0.0.9"),
        ];
        for changed in elsewhere {
            let there = house.ask_at(private, PRIVATE, &changed(ask(&path)), Body::empty()).await;
            let missing =
                house.ask_at(private, PRIVATE, &changed(ask(&other)), Body::empty()).await;
            assert_eq!(there.status.as_u16(), 404, "{method} {path}");
            assert_eq!(seen(&there), seen(&missing), "{method} {path}");
        }
    }
    let own = house.ask(&grace.get("/api/staff/v1/me")).await;
    assert_eq!(own.status.as_u16(), 200);
}

#[tokio::test]
async fn staffs_page_allows_itself_nothing_but_what_is_its_own() {
    let house = House::new().await;
    let ask = Ask::new(&Method::GET, "/staff");
    let page = house.ask_at(&house.product.private, PRIVATE, &ask, Body::empty()).await;
    let policy = page.headers.get("content-security-policy").unwrap().to_str().unwrap();
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self';",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
}
