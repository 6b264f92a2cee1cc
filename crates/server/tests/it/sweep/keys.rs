//! A key reaches exactly what the printed table says, and nothing without a scope.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use lk_authz::KeyScope;
use lk_web::Access;
use serde_json::json;

use crate::house::House;
use crate::owner::keyed;
use crate::sample::{Things, sample};

/// The column of scopes of `docs/reference/operations.md`, by operation.
fn printed() -> BTreeMap<String, Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/operations.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut out = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let scopes = columns[4].split('`').filter(|part| part.contains(':'));
        out.insert(columns[1].trim_matches('`').to_owned(), scopes.map(str::to_owned).collect());
    }
    out
}

/// The table of scopes of `docs/reference/permissions.md`: the permissions of each.
fn permissions() -> BTreeMap<String, Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/permissions.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, scopes) = text.split_once("## Scopes of API keys").unwrap();
    let (scopes, _) = scopes.split_once("## Staff").unwrap();
    let lines = scopes.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let permissions = columns[3].split('`').filter(|part| part.contains('.'));
        (columns[1].trim_matches('`').to_owned(), permissions.map(str::to_owned).collect())
    };
    lines.map(row).collect()
}

#[tokio::test]
async fn a_key_of_each_scope_reaches_exactly_what_the_printed_table_says() {
    let (printed, permissions) = (printed(), permissions());
    assert_eq!(permissions.len(), KeyScope::ALL.len());
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mut keys = Vec::new();
    for scope in KeyScope::ALL {
        let make = json!({ "name": scope.name(), "scopes": [scope] });
        let made = house.ask(&ada.post("/api/v1/api-keys", make)).await.expect(StatusCode::CREATED);
        keys.push((scope.name(), made["key"].as_str().unwrap().to_owned()));
    }
    // What another version could have stored: it must allow nothing here.
    let make = json!({ "name": "none", "scopes": [KeyScope::EventsRead] });
    let made = house.ask(&ada.post("/api/v1/api-keys", make)).await.expect(StatusCode::CREATED);
    house
        .database
        .run("update api_keys set scopes = '{everything:manage}' where name = 'none'")
        .await;
    keys.push(("none", made["key"].as_str().unwrap().to_owned()));

    let mut reached = 0;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if operation.id == "finish_setup" {
            continue;
        }
        let about = sample(&house, operation, &ada, &Things::made_up(&house)).await;
        let mut allowed = Vec::new();
        for (scope, key) in &keys {
            let mut ask = about.clone();
            ask.headers.retain(|(name, _)| name != "authorization");
            let ask = ask.header("authorization", format!("Bearer {key}"));
            let answer = house.ask(&ask).await;
            match operation.access {
                Access::Operator(_) | Access::Fresh(_) => {
                    assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{}", operation.id);
                    if answer.status == StatusCode::FORBIDDEN {
                        let code = answer.refused(StatusCode::FORBIDDEN);
                        assert_eq!(code, "forbidden", "{} with {scope}", operation.id);
                    } else {
                        assert!(!answer.status.is_server_error(), "{}", operation.id);
                        allowed.push((*scope).to_owned());
                    }
                }
                Access::Widget | Access::Visitor => {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", operation.id);
                }
                Access::Staff(_) | Access::StaffFresh(_) | Access::Granted(_) => {
                    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", operation.id);
                }
                // Who calls here is known by a cookie, or not at all.
                Access::Public | Access::Cookie(_) | Access::StaffEntrance => {}
            }
        }
        assert_eq!(allowed, printed[operation.id], "{}", operation.id);
        if let Access::Operator(permission) = operation.access {
            let has =
                |scope: &String| permissions[scope].iter().any(|one| one == permission.name());
            let scopes = KeyScope::ALL.iter().map(|scope| scope.name().to_owned());
            assert_eq!(allowed, scopes.filter(has).collect::<Vec<_>>(), "{}", operation.id);
        }
        reached += allowed.len();
    }
    assert!(reached > 20, "the sweep is blind: {reached}");
}

#[tokio::test]
async fn a_thing_of_another_workspace_is_like_a_made_up_one_to_a_key() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let made_up = Things::made_up(&house);
    let mut walked = 0;
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if operation.access.scopes().is_empty() {
            continue;
        }
        let as_key = async |things: &Things| {
            let mut ask = sample(&house, operation, &mallory, things).await;
            ask.headers.retain(|(name, _)| name != "authorization");
            house.ask(&ask.header("authorization", format!("Bearer {}", mallory.key))).await
        };
        let foreign = as_key(&Things::of(&ada)).await;
        if operation.path.contains("{id}") {
            let missing = as_key(&made_up).await;
            assert_eq!(foreign.refused(StatusCode::NOT_FOUND), "not_found", "{}", operation.id);
            assert_eq!(foreign.bytes, missing.bytes, "{}", operation.id);
            walked += 1;
        } else {
            let text = String::from_utf8_lossy(&foreign.bytes).into_owned();
            for trace in ada.traces() {
                assert!(!text.contains(trace), "{} names {trace}", operation.id);
            }
        }
    }
    assert!(walked > 8, "the sweep is blind: {walked}");
    let own = keyed(
        &mallory.key,
        &Method::GET,
        format!("/api/v1/conversations/{}", mallory.conversation),
    );
    let _ = house.ask(&own).await.expect(StatusCode::OK);
}
