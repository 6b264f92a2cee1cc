//! A second workspace for somebody who has a login: joined, made, left.

use axum::http::{Method, StatusCode};
use lk_authz::Role;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use super::person;
use crate::house::{Ask, House};
use crate::owner::Owner;

const MAKE: &str = "/api/v1/workspaces";
const LEAVE: &str = "/api/v1/workspace/leave";
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test]
async fn whoever_has_a_login_makes_a_further_workspace_and_is_its_super_admin() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let bob = house.helper(&ada, Role::User).await;
    let made = house.ask(&bob.post(MAKE, json!({ "name": "Bob's own" }))).await;
    let made = made.expect(StatusCode::CREATED);
    assert_eq!(made["name"], "Bob's own");
    assert_eq!(house.last_entry().await["action"], "workspace.created");
    let me = house.ask(&bob.get("/api/v1/me")).await.expect(StatusCode::OK);
    assert_eq!(me["workspace"]["id"], json!(ada.workspace), "the session stays where it is");
    assert_eq!(me["workspaces"].as_array().unwrap().len(), 2);
    let switch = bob.post("/api/v1/auth/switch", json!({ "workspace_id": made["id"] }));
    let there = house.ask(&switch).await.expect(StatusCode::OK);
    assert_eq!(there["operator"]["role"], "super_admin");
    let own = Owner { token: there["access_token"].as_str().unwrap().to_owned(), ..ada.clone() };
    let widgets = house.ask(&own.get("/api/v1/widgets")).await.expect(StatusCode::OK);
    assert_eq!(widgets["data"].as_array().unwrap().len(), 1, "furnished like any other");
    let conversations = house.ask(&own.get("/api/v1/conversations")).await;
    assert_eq!(conversations.expect(StatusCode::OK)["data"], json!([]));
}

#[tokio::test]
async fn nobody_makes_one_where_the_installation_is_closed_or_makes_them_without_end() {
    let house = House::with(|plan| plan.sign_up = false).await;
    let ada = house.owner("Ada").await;
    let closed = house.ask(&ada.post(MAKE, json!({ "name": "More" }))).await;
    assert_eq!(closed.refused(REFUSED), "sign_up_closed");

    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for _ in 1..20 {
        let made = house.ask(&ada.post(MAKE, json!({ "name": "More" }))).await;
        assert_eq!(made.status, StatusCode::CREATED);
    }
    let more = house.ask(&ada.post(MAKE, json!({ "name": "More" }))).await;
    assert_eq!(more.refused(REFUSED), "too_many_workspaces");
}

#[tokio::test]
async fn one_leaves_a_workspace_oneself_and_the_session_goes_on_in_another() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let bob = house.helper(&ada, Role::User).await;
    let other = house.again(&bob).await;
    let own = house.own_workspace(&bob).await;
    let left = house.ask(&bob.post(LEAVE, json!({}))).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    let entry = house.last_entry().await;
    assert_eq!(entry["action"], "operator.left");
    assert_eq!(entry["change"]["old"], json!({ "role": "user" }));
    for gone in [&bob, &other] {
        assert_eq!(house.me(gone).await, StatusCode::UNAUTHORIZED);
    }
    let refresh = |cookie: &str| Owner::cookied("/api/v1/auth/refresh", cookie);
    let on = house.ask(&refresh(&bob.cookie)).await.expect(StatusCode::OK);
    assert_eq!(on["workspace"]["id"], json!(own));
    assert_eq!(on["workspaces"].as_array().unwrap().len(), 1);
    let over = house.ask(&refresh(&other.cookie)).await;
    assert_eq!(over.refused(StatusCode::UNAUTHORIZED), "session_ended");
}

#[tokio::test]
async fn who_leaves_the_only_one_is_signed_out_and_the_last_super_admin_stays() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let bob = house.helper(&ada, Role::User).await;
    let stays = house.ask(&ada.post(LEAVE, json!({}))).await;
    assert_eq!(stays.refused(REFUSED), "last_super_admin");
    assert_eq!(house.me(&person(&ada)).await, StatusCode::OK);
    let left = house.ask(&bob.post(LEAVE, json!({}))).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    let over = house.ask(&Owner::cookied("/api/v1/auth/refresh", &bob.cookie)).await;
    assert_eq!(over.refused(StatusCode::UNAUTHORIZED), "session_ended");
    // Asked back, they are who they were, and what they wrote is theirs.
    let email = json!({ "email": bob.email, "role": "user" });
    let invited = house.ask(&ada.post("/api/v1/invitations", email)).await;
    let link = invited.expect(StatusCode::CREATED)["link"].as_str().unwrap().to_owned();
    let password = crate::sample::give_password(&house, &bob.email).await;
    let accept = json!({ "token": link.split_once('#').unwrap().1, "password": password });
    let accept = Ask::new(&Method::POST, "/api/v1/invitations/accept").json(accept);
    let back = house.ask(&accept).await.expect(StatusCode::CREATED);
    assert_eq!(back["operator"]["id"], json!(ada.colleague));
}

#[tokio::test]
async fn an_invitation_is_accepted_with_the_login_one_has_and_its_second_factor() {
    let house = House::new().await;
    let (ada, cara) = (house.owner("Ada").await, house.newcomer().await);
    let (app, _) = house.enrol(&cara).await;
    let email = json!({ "email": cara.email, "role": "user" });
    let invited = house.ask(&ada.post("/api/v1/invitations", email)).await;
    let link = invited.expect(StatusCode::CREATED)["link"].as_str().unwrap().to_owned();
    let accept = json!({ "token": link.split_once('#').unwrap().1, "password": cara.password });
    let accept = Ask::new(&Method::POST, "/api/v1/invitations/accept").json(accept);
    let asked = house.ask(&accept).await.expect(StatusCode::CREATED);
    assert_eq!(asked["outcome"], "second_factor_needed");
    let challenge = asked["challenge"].as_str().unwrap();
    let entered = house.second(challenge, json!({ "code": app.code(&house, 1) })).await;
    let entered = entered.expect(StatusCode::OK);
    let names: Vec<&Value> =
        entered["workspaces"].as_array().unwrap().iter().map(|each| &each["id"]).collect();
    assert!(names.contains(&&json!(ada.workspace)) && names.len() == 2, "{names:?}");
}

/// Fifteen more who belong to the owner's workspace: their ids are the lowest, and their lines in
/// the directory the last.
async fn crowd(house: &House) {
    let sql = "with people as (
                   insert into persons
                   select (jsonb_populate_record(p, jsonb_build_object(
                              'person_id', lpad(to_hex(r), 32, '0')::uuid,
                              'email', r || p.email, 'email_key', r || p.email_key))).*
                     from persons p, generate_series(1, 15) r
                    where p.person_id = (select min(m.person_id::text)::uuid from memberships m)
                   returning person_id)
               insert into memberships
               select (jsonb_populate_record(m, jsonb_build_object(
                          'person_id', people.person_id))).*
                 from memberships m, people
                where m.person_id = (select min(m.person_id::text)::uuid from memberships m)";
    house.database.run(sql).await;
}

/// Two who took the lines in different orders would wait for one another for good.
#[tokio::test]
async fn a_rename_holds_the_lines_of_a_workspace_in_the_order_of_their_people() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    crowd(&house).await;
    let mut beside = PgConnection::connect_with(&house.database.superuser).await.unwrap();
    let mut held = beside.begin().await.unwrap();
    let last = "select 1 from memberships
                 where person_id = (select max(person_id::text)::uuid from memberships) for update";
    sqlx::raw_sql(last).execute(&mut *held).await.unwrap();
    let renaming = ada.patch("/api/v1/workspace", json!({ "name": "Shop" }));
    let looking = async {
        let waits = "select 1 as one from pg_stat_activity
                      where wait_event_type = 'Lock' and datname = current_database()";
        while house.database.rows(waits).await.is_empty() {
            tokio::task::yield_now().await;
        }
        let free = "select person_id from memberships for update skip locked";
        let free = house.database.rows(free).await;
        held.rollback().await.unwrap();
        free
    };
    let (renamed, free) = tokio::join!(house.ask(&renaming), looking);
    assert_eq!(free, Vec::<Value>::new(), "it holds all others before it waits for the last");
    assert_eq!(renamed.status, StatusCode::OK);
    let names = "select workspace_name as name, count(*) as people from memberships group by 1";
    let names = house.database.rows(names).await;
    assert_eq!(names, [json!({ "name": "Shop", "people": 17 })]);
}
