//! Second factors that are required: what is out of reach without one, from when, and until when.

use axum::http::{Method, StatusCode};
use lk_authz::{Permission, Role};
use lk_base::Secret;
use lk_base::text::{Email, Name};
use lk_db::Origin;
use lk_identity::found;
use serde_json::{Value, json};

use crate::app::Newcomer;
use crate::house::{Ask, House};
use crate::owner::Owner;
use crate::sample::{Things, sample};

const POLICY: &str = "/api/v1/workspace/second-factor";
const OPERATORS: &str = "/api/v1/operators";
const REQUIRED: &str = "second_factor_required";

impl House {
    /// The owner's colleague with a role, signed in by a link.
    pub(crate) async fn helper(&self, owner: &Owner, role: Role) -> Newcomer {
        let promote =
            owner.patch(format!("{OPERATORS}/{}", owner.colleague), json!({ "role": role }));
        let _ = self.ask(&promote).await.expect(StatusCode::OK);
        let email = format!("helper@{}.test", owner.canary);
        let (token, cookie, _) = self.sign_in(&email).await;
        Newcomer { email, password: String::new(), token, cookie }
    }

    async fn list_of(&self, who: &Newcomer) -> StatusCode {
        self.ask(&who.get(OPERATORS)).await.status
    }

    async fn refuses(&self, who: &Newcomer) {
        let refused = self.ask(&who.get(OPERATORS)).await;
        assert_eq!(refused.refused(StatusCode::FORBIDDEN), REQUIRED);
    }

    async fn goes_on(&self, who: &mut Newcomer) -> Value {
        let answer = self.ask(&Owner::cookied("/api/v1/auth/refresh", &who.cookie)).await;
        who.cookie = crate::owner::cookie(&answer);
        answer.expect(StatusCode::OK)
    }

    async fn require(&self, owner: &Owner, required: bool) -> Value {
        let ask = owner.signed(&Method::PATCH, POLICY).json(json!({ "required": required }));
        self.ask(&ask).await.expect(StatusCode::OK)
    }
}

#[tokio::test]
async fn an_admin_without_a_factor_reaches_nothing_but_their_own_session() {
    let house = House::guarded().await;
    let ada = house.owner("Ada").await;
    let bob = house.helper(&ada, Role::Admin).await;
    let (mut shut, mut open) = (0, 0);
    for declared in house.routes().declared() {
        let operation = declared.operation;
        let Some(permission) = operation.access.permission() else { continue };
        let ends = ["switch_workspace", "leave_workspace", "close_own_login"];
        if ends.contains(&operation.id) || !Role::Admin.may(permission) {
            continue;
        }
        let mut ask = sample(&house, operation, &ada, &Things::made_up(&house)).await;
        ask.headers.retain(|(name, _)| name != "authorization");
        let ask = ask.header("authorization", format!("Bearer {}", bob.token));
        let answer = house.ask(&ask).await;
        if permission == Permission::OwnSession {
            assert_ne!(answer.status, StatusCode::FORBIDDEN, "{}", operation.id);
            open += 1;
        } else {
            assert_eq!(answer.refused(StatusCode::FORBIDDEN), REQUIRED, "{}", operation.id);
            shut += 1;
        }
    }
    assert!(shut > 20 && open > 5, "{shut} shut, {open} open");
}

#[tokio::test]
async fn enrolling_lifts_it_at_once_and_removing_the_factor_brings_it_back() {
    let house = House::guarded().await;
    let ada = house.owner("Ada").await;
    let mut bob = house.helper(&ada, Role::Admin).await;
    house.refuses(&bob).await;
    let standing = house.goes_on(&mut bob).await;
    assert_eq!(standing[REQUIRED], true);
    assert_eq!(standing["permissions"], json!(["session.own"]));

    let (app, _) = house.enrol(&bob).await;
    assert_eq!(house.list_of(&bob).await, StatusCode::OK);
    let standing = house.goes_on(&mut bob).await;
    assert_eq!(standing[REQUIRED], false);
    assert!(standing["permissions"].as_array().unwrap().contains(&json!("member.manage")));

    let origin = std::sync::Arc::new(Origin::system("test"));
    let token = Secret::new(bob.token.clone());
    let scope = house.product.identity.authenticate(&token, origin).await.unwrap();
    house.product.identity.still_good(&scope).await.unwrap();
    let remove = json!({ "code": app.code(&house, 1) });
    let removed = house.ask(&bob.post("/api/v1/factors/totp/remove", remove)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    house.refuses(&bob).await;
    assert!(house.product.identity.still_good(&scope).await.is_err(), "sockets end, too");
    let told = house.database.rows("select * from outbox where kind = 'session.reach_changed'");
    assert_eq!(told.await[0]["data"]["session_id"], standing["session_id"]);

    // Who answers conversations only was never asked for one.
    let demote = ada.patch(format!("{OPERATORS}/{}", ada.colleague), json!({ "role": "user" }));
    let _ = house.ask(&demote).await.expect(StatusCode::OK);
    assert_eq!(house.list_of(&bob).await, StatusCode::OK);
}

#[tokio::test]
async fn every_way_in_says_that_a_factor_is_required() {
    let house = House::guarded().await;
    let ada = house.owner("Ada").await;
    let invited = json!({ "email": "second@canary-ada.test", "role": "admin" });
    let invited = house.ask(&ada.post("/api/v1/invitations", invited)).await;
    let link = invited.expect(StatusCode::CREATED)["link"].as_str().unwrap().to_owned();
    let password = "a long enough sentence";
    let accept = json!({
        "token": link.split_once('#').unwrap().1, "name": "Second", "password": password,
    });
    let accept = Ask::new(&Method::POST, "/api/v1/invitations/accept").json(accept);
    let accepted = house.ask(&accept).await.expect(StatusCode::CREATED);
    let typed = house.password("second@canary-ada.test", password).await.expect(StatusCode::OK);
    let (_, _, by_link) = house.sign_in("second@canary-ada.test").await;
    for begun in [accepted, typed, by_link] {
        assert_eq!(begun[REQUIRED], true);
        assert_eq!(begun["permissions"], json!(["session.own"]));
    }
}

#[tokio::test]
async fn a_workspace_can_require_a_factor_of_everybody_and_says_beforehand_of_whom() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let by_link = Newcomer {
        email: ada.email.clone(),
        password: String::new(),
        token: ada.token.clone(),
        cookie: ada.cookie.clone(),
    };
    house.enrol(&by_link).await;
    let mut bob = house.helper(&ada, Role::User).await;
    let before = house.ask(&ada.get(POLICY)).await.expect(StatusCode::OK);
    assert_eq!(before["required_since"], Value::Null);
    assert_eq!(before["members"], 2);
    assert_eq!(before["without"].as_array().unwrap().len(), 1);
    assert_eq!(before["without"][0]["operator_id"], ada.colleague);
    assert_eq!(house.list_of(&bob).await, StatusCode::OK);

    let since = house.require(&ada, true).await["required_since"].clone();
    assert!(since.is_string());
    house.refuses(&bob).await;
    assert_eq!(house.list_of(&by_link).await, StatusCode::OK);
    let told = house.database.rows("select * from outbox where kind = 'session.reach_changed'");
    let told = told.await;
    let standing = house.goes_on(&mut bob).await;
    assert_eq!(told.len(), 1, "whoever has a factor is left alone");
    assert_eq!(told[0]["data"]["session_id"], standing["session_id"]);
    // Said once more, it is still required since the first time.
    house.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(house.require(&ada, true).await["required_since"], since);
    house.require(&ada, false).await;
    assert_eq!(house.list_of(&bob).await, StatusCode::OK);
    house.require(&ada, true).await;
    house.refuses(&bob).await;
    house.enrol(&bob).await;
    assert_eq!(house.list_of(&bob).await, StatusCode::OK);
    let entries = house.entries().await;
    let entry =
        entries.iter().find(|entry| entry["action"] == "workspace.factor_policy_changed").unwrap();
    assert_eq!(entry["change"]["old"], json!({ "required": false }));
    assert_eq!(entry["change"]["new"], json!({ "required": true, "without_factor": 1 }));
}

#[tokio::test]
async fn what_one_workspace_requires_is_not_asked_for_in_another() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let bob = house.helper(&ada, Role::User).await;
    let email = Email::parse(&bob.email).unwrap();
    let identity = &house.product.identity;
    let (person, _) = found::places(identity, &email).await.unwrap().unwrap();
    let own = found::workspace(identity, &person, &Name::parse("Own").unwrap()).await.unwrap();
    house.require(&ada, true).await;
    house.refuses(&bob).await;
    let switch = |to: String| bob.post("/api/v1/auth/switch", json!({ "workspace_id": to }));
    let there = house.ask(&switch(own.workspace.id.to_string())).await.expect(StatusCode::OK);
    assert_eq!(there[REQUIRED], false);
    let token = there["access_token"].as_str().unwrap().to_owned();
    let bob = Newcomer { token, ..bob };
    assert_eq!(house.list_of(&bob).await, StatusCode::OK);
    let back = bob.post("/api/v1/auth/switch", json!({ "workspace_id": ada.workspace }));
    let back = house.ask(&back).await.expect(StatusCode::OK);
    assert_eq!(back[REQUIRED], true);
}

#[tokio::test]
async fn only_a_super_admin_who_proved_it_lately_decides_what_is_required() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let change = |who: &str| {
        Ask::new(&Method::PATCH, POLICY)
            .header("authorization", format!("Bearer {who}"))
            .json(json!({ "required": true }))
    };
    let bob = house.helper(&ada, Role::Admin).await;
    assert_eq!(house.ask(&change(&bob.token)).await.refused(StatusCode::FORBIDDEN), "forbidden");
    let read = house.ask(&bob.get(POLICY)).await;
    assert_eq!(read.refused(StatusCode::FORBIDDEN), "forbidden");
    let mut ada = Newcomer {
        email: ada.email,
        password: String::new(),
        token: ada.token,
        cookie: ada.cookie,
    };
    house.pass(601, &mut ada).await;
    let late = house.ask(&change(&ada.token)).await;
    assert_eq!(late.refused(StatusCode::FORBIDDEN), "step_up_needed");
}
