//! Access to a workspace: asked for, told, used, ended.

use std::time::Duration;

use axum::http::StatusCode;
use lk_authz::{Role, StaffRole};
use serde_json::{Value, json};

use super::badge::{Badge, REASON};
use crate::house::{Ask, House};
use crate::owner::Owner;

/// Live access of somebody to the workspace, if it is the owner's; otherwise to another one.
pub(crate) async fn live(house: &House, owner: &Owner, workspace: &str) -> String {
    let badge = house.staff(StaffRole::Support).await;
    if workspace == owner.workspace {
        return house.granted(&badge, &owner.workspace).await;
    }
    let others = house.database.rows("select workspace_id::text as id from workspaces").await;
    let made_up = others.iter().all(|row| wsp(row) != workspace);
    if made_up {
        return house.clock.new_id::<lk_base::id::GrantId>().to_string();
    }
    house.granted(&badge, workspace).await
}

fn wsp(row: &Value) -> String {
    use lk_base::id::{Id, WorkspaceId};
    let id = row["id"].as_str().unwrap().parse().unwrap();
    WorkspaceId::from_uuid(id).to_string()
}

fn look(badge: &Badge, grant: &str) -> Ask {
    badge.get("/api/staff/v1/granted/workspace").header("leadkeep-grant", grant)
}

fn list(badge: &Badge, grant: &str) -> Ask {
    badge.get("/api/staff/v1/granted/conversations").header("leadkeep-grant", grant)
}

async fn is_out(house: &House, badge: &Badge, grant: &str) -> bool {
    let made_up = house.clock.new_id::<lk_base::id::GrantId>().to_string();
    let (mine, none) =
        (house.ask(&look(badge, grant)).await, house.ask(&look(badge, &made_up)).await);
    mine.status == StatusCode::NOT_FOUND && mine.bytes == none.bytes
}

#[tokio::test]
async fn access_is_told_to_the_super_admins_by_mail_and_in_the_log() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let grace = house.staff(StaffRole::Support).await;
    let grant = house.granted(&grace, &ada.workspace).await;
    let letters = house.letters(&ada.email).await;
    let told = letters.iter().find(|letter| letter.contains("has access to canary-ada"));
    let told = told.expect("a mail to the super admin");
    for part in ["Grace of the House", REASON, "/settings/staff-access"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let helper = house.letters("helper@canary-ada.test").await;
    assert!(!helper.iter().any(|letter| letter.contains("has access to")), "{helper:?}");
    let entry = house.last_entry().await;
    assert_eq!((&entry["action"], &entry["actor_kind"]), (&json!("grant.began"), &json!("staff")));
    assert_eq!(entry["change"]["new"]["reason"], REASON);
    let shown = house.ask(&ada.get("/api/v1/staff-access")).await.expect(StatusCode::OK);
    let one = &shown["data"][0];
    assert_eq!((&one["id"], &one["live"]), (&json!(grant), &json!(true)));
    assert_eq!((&one["name"], &one["reason"]), (&json!("Grace of the House"), &json!(REASON)));
}

#[tokio::test]
async fn the_workspaces_log_says_by_name_who_of_staff_did_what() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let grace = house.staff(StaffRole::Support).await;
    let boss = house.staff(StaffRole::SuperAdmin).await;
    let rename = "update staff set name = 'Linus of the House' where role = 'super_admin'";
    house.database.run(rename).await;
    let grant = house.granted(&grace, &ada.workspace).await;
    // Entries of one instant are in no order.
    let later = || house.clock.advance(Duration::from_secs(1));
    later();
    let _ = house.ask(&list(&grace, &grant)).await.expect(StatusCode::OK);
    later();
    let end = boss.post(format!("/api/staff/v1/grants/{grant}/end"), json!({}));
    assert_eq!(house.ask(&end).await.status, StatusCode::NO_CONTENT);
    later();
    // Linus was never in the workspace, and stops Grace while she is.
    let _ = house.granted(&grace, &ada.workspace).await;
    later();
    let disable = boss.post(format!("/api/staff/v1/staff/{}/disable", grace.id), json!({}));
    assert_eq!(house.ask(&disable).await.status, StatusCode::NO_CONTENT);
    let shown = house.ask(&ada.get("/api/v1/audit?actor_kind=staff")).await.expect(StatusCode::OK);
    let entries = shown["data"].as_array().unwrap().iter().rev();
    let told: Vec<_> = entries.map(|one| (&one["action"], &one["actor"]["name"])).collect();
    let expected = [
        ("grant.began", "Grace of the House"),
        ("grant.read_conversations", "Grace of the House"),
        ("grant.ended", "Linus of the House"),
        ("grant.began", "Grace of the House"),
        ("grant.ended", "Linus of the House"),
    ];
    let expected = expected.map(|(action, name)| (json!(action), json!(name)));
    assert_eq!(told, expected.each_ref().map(|(action, name)| (action, name)));
    let of = "format=ocsf&actor_kind=staff&action=grant.read_conversations";
    let lines = house.ask(&ada.get(format!("/api/v1/audit/export?{of}"))).await;
    assert_eq!(lines.status, StatusCode::OK);
    let event: Value = serde_json::from_slice(&lines.bytes).unwrap();
    assert_eq!(event["actor"]["user"]["name"], "Grace of the House");
    // Nobody else has a name there: operators are named by the list of operators.
    let others =
        house.ask(&ada.get("/api/v1/audit?actor_kind=operator")).await.expect(StatusCode::OK);
    assert!(others["data"].as_array().unwrap().iter().all(|one| one["actor"]["name"].is_null()));
}

#[tokio::test]
async fn with_access_staff_looks_at_this_workspace_and_every_look_is_an_entry() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let grace = house.staff(StaffRole::Support).await;
    let grant = house.granted(&grace, &ada.workspace).await;
    for (path, action) in [
        ("workspace".to_owned(), "grant.read_workspace"),
        ("operators".to_owned(), "grant.read_operators"),
        ("widgets".to_owned(), "grant.read_widgets"),
        ("conversations".to_owned(), "grant.read_conversations"),
        (format!("conversations/{}/messages", ada.conversation), "grant.read_messages"),
    ] {
        let ask = grace.get(format!("/api/staff/v1/granted/{path}"));
        let seen = house.ask(&ask.header("leadkeep-grant", &grant)).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        let text = String::from_utf8_lossy(&seen.bytes).into_owned();
        assert!(!text.contains("canary-mallory"), "{path}: {text}");
        let entry = house.last_entry().await;
        assert_eq!((&entry["action"], &entry["actor_kind"]), (&json!(action), &json!("staff")));
        assert_eq!(wsp(&json!({ "id": entry["workspace_id"] })), ada.workspace);
    }
    let theirs = format!("/api/staff/v1/granted/conversations/{}/messages", mallory.conversation);
    let theirs = house.ask(&grace.get(theirs).header("leadkeep-grant", &grant)).await;
    assert_eq!(theirs.refused(StatusCode::NOT_FOUND), "not_found");
}

#[tokio::test]
async fn without_access_a_workspace_is_not_there_whoever_one_is() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let grace = house.staff(StaffRole::Support).await;
    let boss = house.staff(StaffRole::SuperAdmin).await;
    let grant = house.granted(&grace, &ada.workspace).await;
    assert!(is_out(&house, &boss, &grant).await, "somebody else's grant");
    for wrong in ["", "x", &ada.workspace] {
        assert!(is_out(&house, &grace, wrong).await, "{wrong}");
    }
    let none = house.ask(&grace.get("/api/staff/v1/granted/workspace")).await;
    assert_eq!(none.refused(StatusCode::NOT_FOUND), "not_found");
    let _ = house.ask(&look(&grace, &grant)).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_super_admin_of_the_workspace_sends_staff_out_at_once() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let grace = house.staff(StaffRole::Support).await;
    let grant = house.granted(&grace, &ada.workspace).await;
    let _ = house.ask(&list(&grace, &grant)).await.expect(StatusCode::OK);
    let end = ada.post(format!("/api/v1/staff-access/{grant}/end"), json!({}));
    assert_eq!(house.ask(&end).await.status, StatusCode::NO_CONTENT);
    assert!(is_out(&house, &grace, &grant).await);
    let entry = house.last_entry().await;
    assert_eq!(
        (&entry["action"], &entry["actor_kind"]),
        (&json!("grant.ended"), &json!("operator"))
    );
    let of_staff = house.staff_entries().await.pop().unwrap();
    assert_eq!(
        (&of_staff["action"], &of_staff["actor_kind"]),
        (&json!("staff.grant_ended"), &json!("operator"))
    );
    let past = house.ask(&ada.get("/api/v1/staff-access")).await.expect(StatusCode::OK);
    let past = &past["data"][0];
    assert_eq!((&past["live"], &past["ended_by"]), (&json!(false), &json!("workspace")));
    assert_eq!(house.ask(&end).await.refused(StatusCode::NOT_FOUND), "not_found");
}

#[tokio::test]
async fn only_a_super_admin_of_that_workspace_sees_or_ends_access() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let grace = house.staff(StaffRole::Support).await;
    let grant = house.granted(&grace, &ada.workspace).await;
    let path = format!("/api/v1/staff-access/{grant}/end");
    let foreign = house.ask(&mallory.post(&path, json!({}))).await;
    assert_eq!(foreign.refused(StatusCode::NOT_FOUND), "not_found");
    let none = house.ask(&mallory.get("/api/v1/staff-access")).await.expect(StatusCode::OK);
    assert_eq!(none["data"], json!([]));
    let admin = json!({ "role": Role::Admin });
    let admin = ada.patch(format!("/api/v1/operators/{}", ada.colleague), admin);
    let _ = house.ask(&admin).await.expect(StatusCode::OK);
    let (token, ..) = house.sign_in("helper@canary-ada.test").await;
    let mut weak = ada.post(&path, json!({}));
    weak.headers.retain(|(name, _)| name != "authorization");
    let weak = house.ask(&weak.header("authorization", format!("Bearer {token}"))).await;
    assert_eq!(weak.refused(StatusCode::FORBIDDEN), "forbidden");
    let _ = house.ask(&look(&grace, &grant)).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn access_ends_by_itself() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let grace = house.staff(StaffRole::Support).await;
    let ask = json!({ "workspace_id": ada.workspace, "reason": REASON, "minutes": 15 });
    let made =
        house.ask(&grace.post("/api/staff/v1/grants", ask)).await.expect(StatusCode::CREATED);
    let grant = made["id"].as_str().unwrap();
    house.clock.advance(Duration::from_secs(15 * 60 - 1));
    let _ = house.ask(&look(&grace, grant)).await.expect(StatusCode::OK);
    house.clock.advance(Duration::from_secs(1));
    assert!(is_out(&house, &grace, grant).await);
}

#[tokio::test]
async fn support_ends_its_own_access_and_an_admin_anybodys() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let grace = house.staff(StaffRole::Support).await;
    let peer = house.staff(StaffRole::Support).await;
    let admin = house.staff(StaffRole::Admin).await;
    let end =
        |by: &Badge, grant: &str| by.post(format!("/api/staff/v1/grants/{grant}/end"), json!({}));
    let seen = async |by: &Badge| {
        let list = house.ask(&by.get("/api/staff/v1/grants")).await.expect(StatusCode::OK);
        list["data"].as_array().unwrap().len()
    };
    for by in [&grace, &admin] {
        let grant = house.granted(&grace, &ada.workspace).await;
        assert_eq!(
            house.ask(&end(&peer, &grant)).await.refused(StatusCode::NOT_FOUND),
            "not_found"
        );
        let _ = house.ask(&look(&grace, &grant)).await.expect(StatusCode::OK);
        assert_eq!(house.ask(&end(by, &grant)).await.status, StatusCode::NO_CONTENT);
        assert!(is_out(&house, &grace, &grant).await);
        assert_eq!(house.ask(&end(by, &grant)).await.refused(StatusCode::NOT_FOUND), "not_found");
    }
    assert_eq!((seen(&grace).await, seen(&peer).await, seen(&admin).await), (2, 0, 2));
}

#[tokio::test]
async fn whoever_is_stopped_loses_all_access_and_each_workspace_is_told() {
    let house = House::new().await;
    let (ada, bob) = (house.owner("Ada").await, house.owner("Bob").await);
    let boss = house.staff(StaffRole::SuperAdmin).await;
    let grace = house.staff(StaffRole::Support).await;
    let _ = house.granted(&grace, &ada.workspace).await;
    let _ = house.granted(&grace, &bob.workspace).await;
    let before = house.entries().await.len();
    let stop = boss.post(format!("/api/staff/v1/staff/{}/disable", grace.id), json!({}));
    assert_eq!(house.ask(&stop).await.status, StatusCode::NO_CONTENT);
    let told = house.entries().await;
    let mut told: Vec<String> = told[before..]
        .iter()
        .filter(|entry| entry["action"] == "grant.ended")
        .map(|entry| wsp(&json!({ "id": entry["workspace_id"] })))
        .collect();
    told.sort();
    let mut both = [ada.workspace.clone(), bob.workspace.clone()];
    both.sort();
    assert_eq!(told, both);
    for owner in [&ada, &bob] {
        let past = house.ask(&owner.get("/api/v1/staff-access")).await.expect(StatusCode::OK);
        assert_eq!(past["data"][0]["ended_by"], "disabled");
    }
}

#[tokio::test]
async fn asking_needs_a_reason_a_time_a_workspace_and_a_fresh_proof() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let grace = house.staff(StaffRole::SuperAdmin).await;
    let ask = |workspace: &str, reason: &str, minutes: u64| {
        let body = json!({ "workspace_id": workspace, "reason": reason, "minutes": minutes });
        grace.post("/api/staff/v1/grants", body)
    };
    let nowhere = house.clock.new_id::<lk_base::id::WorkspaceId>().to_string();
    let platform = lk_base::id::WorkspaceId::PLATFORM.to_string();
    for (workspace, reason, minutes, status) in [
        (&ada.workspace, "too short", 60, StatusCode::BAD_REQUEST),
        (&ada.workspace, &*"long".repeat(126), 60, StatusCode::BAD_REQUEST),
        (&ada.workspace, REASON, 14, StatusCode::BAD_REQUEST),
        (&ada.workspace, REASON, 241, StatusCode::BAD_REQUEST),
        (&nowhere, REASON, 60, StatusCode::NOT_FOUND),
        (&platform, REASON, 60, StatusCode::NOT_FOUND),
    ] {
        let answer = house.ask(&ask(workspace, reason, minutes)).await;
        assert_eq!(answer.status, status, "{reason} {minutes}");
    }
    let two = (ask(&ada.workspace, REASON, 60), ask(&ada.workspace, REASON, 240));
    let (one, other) = tokio::join!(house.ask(&two.0), house.ask(&two.1));
    let mut both = [one.status, other.status];
    both.sort();
    assert_eq!(both, [StatusCode::CREATED, StatusCode::UNPROCESSABLE_ENTITY], "one at a time");
    house.clock.advance(Duration::from_secs(11 * 60));
    let late = house.ask(&ask(&ada.workspace, REASON, 60)).await;
    assert_eq!(late.refused(StatusCode::FORBIDDEN), "step_up_needed");
}
