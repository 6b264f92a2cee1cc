//! Who may change who is staff.

use axum::http::{Method, StatusCode};
use lk_authz::StaffRole;
use lk_base::id::WorkspaceId;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::badge::{Badge, PASSWORD, from_page, sign_in_with};
use crate::house::{Ask, House};

fn disable(by: &Badge, whom: &Badge) -> Ask {
    by.post(format!("/api/staff/v1/staff/{}/disable", whom.id), json!({}))
}

fn become_(by: &Badge, whom: &Badge, role: StaffRole) -> Ask {
    by.signed(&Method::PATCH, format!("/api/staff/v1/staff/{}", whom.id))
        .json(json!({ "role": role }))
}

#[tokio::test]
async fn whoever_is_stopped_is_out_at_once_and_begins_anew() {
    let house = House::new().await;
    let boss = house.staff(StaffRole::SuperAdmin).await;
    let grace = house.staff(StaffRole::Support).await;
    let me = grace.get("/api/staff/v1/me");
    let _ = house.ask(&me).await.expect(StatusCode::OK);
    assert_eq!(house.ask(&disable(&boss, &grace)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.ask(&me).await.refused(StatusCode::UNAUTHORIZED), "session_ended");

    let again = boss.post(format!("/api/staff/v1/staff/{}/enable", grace.id), json!({}));
    let again = house.ask(&again).await.expect(StatusCode::OK);
    // Neither the old session nor the old password came back with it.
    assert_eq!(house.ask(&me).await.refused(StatusCode::UNAUTHORIZED), "session_ended");
    let old = house.ask(&sign_in_with(&grace.email, PASSWORD, &grace.app.code(&house, 1))).await;
    assert_eq!(old.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
    let token = again["link"].as_str().unwrap().split_once('#').unwrap().1;
    let app = house.staff_app(token).await;
    let enrol = json!({ "token": token, "password": PASSWORD, "code": app.code(&house, 0) });
    let _ =
        house.ask(&from_page("/api/staff/v1/auth/enrol", enrol)).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn an_admin_stops_support_and_nobody_else() {
    let house = House::new().await;
    let admin = house.staff(StaffRole::Admin).await;
    for (role, expected) in [
        (StaffRole::Support, StatusCode::NO_CONTENT),
        (StaffRole::Admin, StatusCode::FORBIDDEN),
        (StaffRole::SuperAdmin, StatusCode::FORBIDDEN),
    ] {
        let whom = house.staff(role).await;
        assert_eq!(house.ask(&disable(&admin, &whom)).await.status, expected, "{role:?}");
        let promote = become_(&admin, &whom, StaffRole::SuperAdmin);
        assert_eq!(house.ask(&promote).await.refused(StatusCode::FORBIDDEN), "forbidden");
    }
}

#[tokio::test]
async fn the_last_super_admin_stays_also_when_two_stop_each_other() {
    let house = House::new().await;
    let alone = house.staff(StaffRole::SuperAdmin).await;
    // One who never came in is none who could help.
    let _ = house.staff_link(StaffRole::SuperAdmin).await;
    for ask in [disable(&alone, &alone), become_(&alone, &alone, StaffRole::Admin)] {
        let refused = house.ask(&ask).await.refused(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused, "last_staff_super_admin");
    }
    for round in 0..10 {
        let house = House::new().await;
        let one = house.staff(StaffRole::SuperAdmin).await;
        let two = house.staff(StaffRole::SuperAdmin).await;
        let (a, b) = (disable(&one, &two), disable(&two, &one));
        let answers = tokio::join!(house.ask(&a), house.ask(&b));
        let done = [answers.0.status, answers.1.status];
        let stopped = done.iter().filter(|status| **status == StatusCode::NO_CONTENT).count();
        assert_eq!(stopped, 1, "round {round}: {done:?}");
    }
}

#[tokio::test]
async fn a_new_link_leaves_the_old_password_good_until_it_is_used() {
    let house = House::new().await;
    let boss = house.staff(StaffRole::SuperAdmin).await;
    let grace = house.staff(StaffRole::Support).await;
    let path = format!("/api/staff/v1/staff/{}/link", grace.id);
    let made = house.ask(&boss.post(path, json!({}))).await.expect(StatusCode::OK);
    let me = grace.get("/api/staff/v1/me");
    let _ = house.ask(&me).await.expect(StatusCode::OK);
    let token = made["link"].as_str().unwrap().split_once('#').unwrap().1;
    let app = house.staff_app(token).await;
    let enrol = json!({ "token": token, "password": "another long enough sentence", "code": app.code(&house, 0) });
    let _ =
        house.ask(&from_page("/api/staff/v1/auth/enrol", enrol)).await.expect(StatusCode::CREATED);
    assert_eq!(house.ask(&me).await.refused(StatusCode::UNAUTHORIZED), "session_ended");
    let old = house.ask(&sign_in_with(&grace.email, PASSWORD, &grace.app.code(&house, 1))).await;
    assert_eq!(old.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
}

#[tokio::test]
async fn the_stream_tells_who_did_what_and_only_grows() {
    let house = House::new().await;
    let boss = house.staff(StaffRole::SuperAdmin).await;
    let grace = house.staff(StaffRole::Support).await;
    let _ = house.ask(&become_(&boss, &grace, StaffRole::Admin)).await.expect(StatusCode::OK);
    let list = house.ask(&grace.get("/api/staff/v1/entries")).await.expect(StatusCode::OK);
    let last = &list["data"][0];
    assert_eq!(last["action"], "staff.role_changed");
    assert_eq!((&last["actor_id"], &last["target_id"]), (&json!(boss.id), &json!(grace.id)));
    assert_eq!(
        last["change"],
        json!({ "v": 1, "old": { "role": "support" }, "new": { "role": "admin" } })
    );
    let places = &house.database.places;
    for options in [&places.app, &places.owner, &house.database.superuser] {
        for change in [
            "update staff_entries set action = 'staff.x'",
            "delete from staff_entries",
            "truncate staff_entries",
        ] {
            let mut connection = PgConnection::connect_with(options).await.unwrap();
            let setting = house.db.setting(WorkspaceId::PLATFORM, 60.0).await.unwrap();
            let bind = AssertSqlSafe(format!("set lk.workspace = '{setting}'"));
            sqlx::raw_sql(bind).execute(&mut connection).await.unwrap();
            let refused = sqlx::raw_sql(change).execute(&mut connection).await.unwrap_err();
            let code = refused.as_database_error().and_then(|error| error.code().map(String::from));
            assert_eq!(code.as_deref(), Some("42501"), "{change}");
        }
    }
}

#[tokio::test]
async fn without_access_staff_sees_of_a_workspace_that_it_is_there() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let grace = house.staff(StaffRole::Support).await;
    let list = house.ask(&grace.get("/api/staff/v1/workspaces")).await.expect(StatusCode::OK);
    let line = list["data"].as_array().unwrap().iter().find(|one| one["id"] == ada.workspace);
    let line = line.unwrap().as_object().unwrap();
    assert_eq!((&line["name"], &line["operators"]), (&json!("canary-ada workspace"), &json!(2)));
    let mut fields: Vec<&String> = line.keys().collect();
    fields.sort();
    assert_eq!(fields, ["created_at", "id", "name", "operators"]);
    let facts = house.ask(&grace.get("/api/staff/v1/instance")).await.expect(StatusCode::OK);
    assert_eq!(
        (&facts["database"], &facts["listeners"][0]["name"]),
        (&json!(true), &json!("private"))
    );
}
