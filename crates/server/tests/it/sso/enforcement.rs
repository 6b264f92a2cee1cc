//! Single sign-on as the only way in, and the last resort beside it.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::provider::Provider;
use super::{REFUSED, SSO, begun, settings, with_token};
use crate::app::{App, Newcomer};
use crate::house::House;
use crate::owner::Owner;

/// A workspace with a super admin who has a password and an app, a user with a password, and a
/// provider that somebody has come by.
struct Scene {
    house: House,
    ada: Newcomer,
    app: App,
    bob: Newcomer,
    owner: Owner,
    provider: Provider,
}

async fn scene() -> Scene {
    let house = House::new().await;
    let (ada, bob) = (house.newcomer().await, house.newcomer().await);
    let owner = house.owner("Owner").await;
    // The two belong to this workspace only.
    house.member(&owner, &ada.email).await;
    house.member(&owner, &bob.email).await;
    house.database.run(&format!(
        "delete from memberships
          where member_workspace_id not in (select workspace_id from workspaces where name = '{0} workspace')
            and person_id in (select person_id from persons where email in ('{1}', '{2}'));
         update operators set role = 'super_admin' where email = '{1}'",
        owner.canary, ada.email, bob.email
    )).await;
    let provider = house.provider(&owner).await;
    house.member(&owner, "first@plum.test").await;
    begun(&house.by_provider(&provider, &owner, "first", json!({})).await);
    let (app, _) = house.enrol(&sign_in(&house, &ada).await).await;
    house.clock.advance(Duration::from_secs(60));
    Scene { house, ada, app, bob, owner, provider }
}

async fn sign_in(house: &House, who: &Newcomer) -> Newcomer {
    let answer = house.password(&who.email, &who.password).await;
    let (token, cookie) = begun(&answer);
    Newcomer { email: who.email.clone(), password: who.password.clone(), token, cookie }
}

impl Scene {
    /// Ada signs in with her password and a code.
    async fn ada(&self) -> String {
        let challenge = self.house.challenge(&self.ada).await;
        let code = json!({ "code": self.app.code(&self.house, 0) });
        let body = self.house.second(&challenge, code).await.expect(StatusCode::OK);
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// She makes single sign-on the only way in.
    async fn enforce(&self, token: &str) -> lk_testkit::Answer {
        let mut body = settings(&self.provider);
        body["enforced"] = json!(true);
        self.house.ask(&with_token(&Method::POST, SSO, token).json(body)).await
    }
}

#[tokio::test]
async fn the_password_opens_nothing_any_more_and_sessions_it_opened_end() {
    let scene = scene().await;
    let bob = sign_in(&scene.house, &scene.bob).await;
    assert_eq!(scene.house.ask(&bob.get("/api/v1/me")).await.status, StatusCode::OK);
    let ada = scene.ada().await;
    let _ = scene.enforce(&ada).await.expect(StatusCode::OK);
    let ended = scene.house.ask(&bob.get("/api/v1/me")).await;
    assert_eq!(ended.refused(StatusCode::UNAUTHORIZED), "session_ended");
    let refresh = scene.house.ask(&Owner::cookied("/api/v1/auth/refresh", &bob.cookie)).await;
    assert_eq!(refresh.refused(StatusCode::UNAUTHORIZED), "session_ended");
    let answer = scene.house.password(&bob.email, &bob.password).await;
    assert_eq!(answer.refused(REFUSED), "sso_required");
    let entry = scene.house.last_entry().await;
    assert_eq!(entry["action"], "auth.sign_in_failed");
    // Whoever has the wrong password does not learn that there is another way.
    let wrong = scene.house.password(&bob.email, "not the password").await;
    assert_eq!(wrong.refused(REFUSED), "wrong_credentials");
    begun(&scene.house.by_provider(&scene.provider, &scene.owner, "first", json!({})).await);
}

#[tokio::test]
async fn the_last_super_admin_gets_in_with_a_password_and_a_second_factor() {
    let scene = scene().await;
    let token = scene.ada().await;
    let _ = scene.enforce(&token).await.expect(StatusCode::OK);
    // The owner, who has no second factor, is no super admin any more: Ada is the last.
    scene
        .house
        .database
        .run(&format!("update operators set role = 'user' where email = '{}'", scene.owner.email))
        .await;
    assert_eq!(
        scene.house.ask(&with_token(&Method::GET, "/api/v1/me", &token)).await.status,
        StatusCode::OK,
        "her own session goes on"
    );
    scene.house.clock.advance(Duration::from_secs(60));
    let token = scene.ada().await;
    let seen = scene.house.ask(&with_token(&Method::GET, SSO, &token)).await;
    assert!(seen.expect(StatusCode::OK)["connection"]["enforced_since"].is_string());
    // As an admin she is like everybody else.
    scene
        .house
        .database
        .run(&format!("update operators set role = 'admin' where email = '{}'", scene.ada.email))
        .await;
    scene.house.clock.advance(Duration::from_secs(60));
    let challenge = scene.house.challenge(&scene.ada).await;
    let code = json!({ "code": scene.app.code(&scene.house, 0) });
    let answer = scene.house.second(&challenge, code).await;
    assert_eq!(answer.refused(REFUSED), "sso_required");
}

#[tokio::test]
async fn nobody_locks_themselves_out() {
    let scene = scene().await;
    // The owner has no second factor: she came by a link, which the machine's administrator made.
    scene
        .house
        .database
        .run("update sessions set factors = '{password}' where 'link' = any (factors)")
        .await;
    let answer = scene.enforce(&scene.owner.token).await;
    assert_eq!(answer.refused(REFUSED), "last_resort_needed");
    let ada = scene.ada().await;
    scene.house.database.run("delete from sso_identities").await;
    assert_eq!(scene.enforce(&ada).await.refused(REFUSED), "sso_not_proven");
}

#[tokio::test]
async fn a_session_of_elsewhere_does_not_walk_in() {
    let scene = scene().await;
    let ada = scene.ada().await;
    let _ = scene.enforce(&ada).await.expect(StatusCode::OK);
    // Carol belongs to a workspace of her own, too; there the password is enough.
    let carol = scene.house.newcomer().await;
    scene.house.member(&scene.owner, &carol.email).await;
    let own = sign_in(&scene.house, &carol).await;
    let switch = json!({ "workspace_id": scene.owner.workspace });
    let answer = scene.house.ask(&own.post("/api/v1/auth/switch", switch)).await;
    assert_eq!(answer.refused(REFUSED), "sso_required");
    assert_eq!(scene.house.ask(&own.get("/api/v1/me")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_accepts_an_invitation_joins_and_gets_in_by_the_provider() {
    let scene = scene().await;
    let ada = scene.ada().await;
    let _ = scene.enforce(&ada).await.expect(StatusCode::OK);
    let accept = json!({
        "token": scene.owner.invitation_token, "name": "Newcomer",
        "password": "a long enough sentence",
    });
    let ask = crate::house::Ask::new(&Method::POST, "/api/v1/invitations/accept").json(accept);
    assert_eq!(scene.house.ask(&ask).await.refused(REFUSED), "sso_required");
    let entry = scene.house.last_entry().await;
    assert_eq!(entry["action"], "invitation.accepted");
    let members = scene
        .house
        .database
        .rows("select * from operators where email like 'invited@canary-owner%' and removed_at is null")
        .await;
    assert_eq!(members.len(), 1);
}
