//! One valid call of each operation of staff, by somebody whose role has the permission.

use axum::http::StatusCode;
use lk_authz::StaffRole;
use lk_web::Operation;
use serde_json::json;

use super::badge::{PASSWORD, REASON, from_page, sign_in_with};
use crate::house::{Ask, House};
use crate::owner::Owner;
use crate::sample::Things;

pub(crate) async fn sample(
    house: &House,
    operation: &Operation,
    owner: &Owner,
    things: &Things,
) -> Ask {
    let (method, path) = (&operation.method, operation.path);
    match operation.id {
        "look_at_staff_link" => {
            let (_, token) = house.staff_link(StaffRole::Support).await;
            return from_page(path, json!({ "token": token }));
        }
        "enrol_staff" => {
            let (_, token) = house.staff_link(StaffRole::Support).await;
            let code = house.staff_app(&token).await.code(house, 0);
            return from_page(path, json!({ "token": token, "password": PASSWORD, "code": code }));
        }
        "sign_in_as_staff" => {
            let badge = house.staff(StaffRole::Support).await;
            return sign_in_with(&badge.email, PASSWORD, &badge.app.code(house, 1));
        }
        _ => {}
    }
    let badge = house.staff(StaffRole::SuperAdmin).await;
    let other = async |role| house.staff(role).await.id;
    match operation.id {
        "sign_out_as_staff" => badge.signed(method, path),
        "step_up_as_staff" => {
            badge.post(path, json!({ "password": PASSWORD, "code": badge.app.code(house, 1) }))
        }
        "read_staff_standing"
        | "list_staff_sessions"
        | "read_instance"
        | "list_workspaces_as_staff"
        | "list_staff"
        | "list_staff_entries" => badge.get(path),
        "revoke_staff_session" => badge.signed(method, path.replace("{id}", &badge.session)),
        "create_staff" => badge.post(
            path,
            json!({ "email": format!("new-{}", badge.email), "name": "New", "role": "support" }),
        ),
        "change_staff_role" => {
            let path = path.replace("{id}", &other(StaffRole::Support).await);
            badge.signed(method, path).json(json!({ "role": "admin" }))
        }
        "disable_staff" | "renew_staff_link" => {
            badge.post(path.replace("{id}", &other(StaffRole::Admin).await), json!({}))
        }
        "enable_staff" => {
            let other = other(StaffRole::Support).await;
            let stop = badge.post(format!("/api/staff/v1/staff/{other}/disable"), json!({}));
            assert_eq!(house.ask(&stop).await.status, StatusCode::NO_CONTENT);
            badge.post(path.replace("{id}", &other), json!({}))
        }
        "list_grants" => badge.get(path),
        "ask_for_grant" => badge.post(
            path,
            json!({ "workspace_id": owner.workspace, "reason": REASON, "minutes": 60 }),
        ),
        "end_grant" => {
            let grant = house.granted(&badge, &owner.workspace).await;
            badge.post(path.replace("{id}", &grant), json!({}))
        }
        "read_granted_workspace"
        | "list_granted_operators"
        | "list_granted_widgets"
        | "list_granted_conversations"
        | "list_granted_messages" => {
            let grant = house.granted(&badge, &owner.workspace).await;
            badge.get(path.replace("{id}", &things.conversation)).header("leadkeep-grant", grant)
        }
        other => panic!("operation `{other}` of staff has no sample: add one here"),
    }
}
