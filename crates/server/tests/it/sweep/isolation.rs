//! No operation sees another workspace, with both walls up and with either one down; with both
//! down the same sweep must find something, so that it is known to see.

use axum::http::{HeaderMap, StatusCode};
use lk_web::{Access, Operation};

use crate::house::House;
use crate::owner::Owner;
use crate::sample::{Things, sample};

/// Which walls stand during a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Walls {
    row_security: bool,
    predicates: bool,
}

/// But for the request's number, and for how many calls the caller has left, which counts down.
pub(super) fn without_what_counts(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut lines: Vec<_> = headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "ratelimit"].contains(&name.as_str()))
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    lines.sort();
    lines
}

/// What an operation shows of somebody else's things; empty when it keeps the promise.
async fn look(house: &House, operation: &Operation, ada: &Owner, mallory: &Owner) -> Vec<String> {
    let mut seen = Vec::new();
    let foreign = house.ask(&sample(house, operation, mallory, &Things::of(ada)).await).await;
    let text = String::from_utf8_lossy(&foreign.bytes).into_owned();
    for trace in ada.traces() {
        if text.contains(trace) && !operation.path.contains("{id}") {
            seen.push(format!("{}: the answer names {trace}", operation.id));
        }
    }
    if operation.path.contains("{id}") {
        let missing =
            house.ask(&sample(house, operation, mallory, &Things::made_up(house)).await).await;
        if foreign.status != StatusCode::NOT_FOUND {
            seen.push(format!("{}: foreign answers {}", operation.id, foreign.status));
        }
        if (foreign.status, &foreign.bytes) != (missing.status, &missing.bytes)
            || without_what_counts(&foreign.headers) != without_what_counts(&missing.headers)
        {
            seen.push(format!("{}: foreign and missing differ", operation.id));
        }
    }
    seen
}

async fn sweep(walls: Walls) -> Vec<String> {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    if !walls.row_security {
        house.database.take_row_security_down().await;
    }
    if !walls.predicates {
        house.db.take_predicates_down();
    }
    let mut seen = Vec::new();
    for declared in house.routes().declared() {
        let operation = declared.operation;
        // It would come to pass, and take what the next ones need.
        if operation.id == "transfer_workspace" && !walls.row_security && !walls.predicates {
            continue;
        }
        // What has no caller yet has no workspace either; these doors have tests of their own.
        if (operation.access.permission().is_some()
            || matches!(operation.access, Access::Visitor | Access::Widget | Access::Granted(_)))
            && !matches!(
                operation.id,
                "switch_workspace" | "end_visitor_session" | "revoke_own_other_sessions"
            )
        {
            seen.extend(look(&house, operation, &ada, &mallory).await);
        }
    }
    seen
}

#[tokio::test]
async fn no_operation_sees_another_workspace() {
    assert_eq!(sweep(Walls { row_security: true, predicates: true }).await, Vec::<String>::new());
}

#[tokio::test]
async fn no_operation_sees_another_workspace_without_row_security() {
    assert_eq!(sweep(Walls { row_security: false, predicates: true }).await, Vec::<String>::new());
}

#[tokio::test]
async fn no_operation_sees_another_workspace_without_the_predicates() {
    assert_eq!(sweep(Walls { row_security: true, predicates: false }).await, Vec::<String>::new());
}

#[tokio::test]
async fn with_both_walls_down_the_sweep_sees_it() {
    let seen = sweep(Walls { row_security: false, predicates: false }).await;
    assert!(seen.len() > 10, "the sweep is blind: {seen:?}");
}

#[tokio::test]
async fn an_id_of_another_workspace_in_a_body_is_like_a_made_up_one() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let made_up = Things::made_up(&house);
    for (path, foreign, missing) in [
        (
            format!("/api/v1/conversations/{}/assign", mallory.conversation),
            serde_json::json!({ "operator_id": ada.operator }),
            serde_json::json!({ "operator_id": made_up.colleague }),
        ),
        (
            "/api/v1/auth/switch".to_owned(),
            serde_json::json!({ "workspace_id": ada.workspace }),
            serde_json::json!({ "workspace_id": house.clock.new_id::<lk_base::id::WorkspaceId>() }),
        ),
    ] {
        let foreign = house.ask(&mallory.post(&path, foreign)).await;
        let missing = house.ask(&mallory.post(&path, missing)).await;
        assert!(foreign.status.is_client_error(), "{path}");
        assert_eq!((foreign.status, foreign.bytes), (missing.status, missing.bytes), "{path}");
    }
    for query in ["contact", "assignee"] {
        let (theirs, none) = if query == "contact" {
            (&ada.contact, &made_up.contact)
        } else {
            (&ada.operator, &made_up.colleague)
        };
        let foreign =
            house.ask(&mallory.get(format!("/api/v1/conversations?{query}={theirs}"))).await;
        let missing =
            house.ask(&mallory.get(format!("/api/v1/conversations?{query}={none}"))).await;
        assert_eq!((foreign.status, foreign.bytes), (missing.status, missing.bytes), "{query}");
    }
}

#[tokio::test]
async fn a_visitor_of_another_workspace_is_nobody_here() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    // Mallory's widget with Ada's visitor: the cookie is of another workspace.
    let value = ada.visitor_cookie.split_once('=').unwrap().1;
    let stolen = format!("__Host-lk_v_{}={value}", mallory.widget);
    let path = format!("/api/widget/v1/conversations/{}/messages", ada.conversation);
    let answer =
        house.ask(&mallory.frame(&axum::http::Method::GET, path).header("cookie", stolen)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
