//! The people of a workspace: how long their sessions are good, how they are taken out, and what
//! is left of them.

mod closing;
mod colleagues;
mod help;
mod leaving;
mod limits;
mod transfer;
mod workspaces;

use axum::http::{Method, StatusCode};
use lk_base::text::{Email, Name};
use lk_identity::found;
use lk_web::Operation;
use serde_json::{Value, json};

use crate::app::Newcomer;
use crate::house::{Ask, House};
use crate::owner::Owner;
use crate::sample::Things;

impl House {
    /// The colleague's own workspace, beside the owner's.
    async fn own_workspace(&self, who: &Newcomer) -> String {
        let identity = &self.product.identity;
        let email = Email::parse(&who.email).unwrap();
        let (person, _) = found::places(identity, &email).await.unwrap().unwrap();
        let own = found::workspace(identity, &person, &Name::parse("Own").unwrap()).await.unwrap();
        own.workspace.id.to_string()
    }

    /// Another session of somebody, by a link.
    async fn again(&self, who: &Newcomer) -> Newcomer {
        let (token, cookie, _) = self.sign_in(&who.email).await;
        Newcomer { email: who.email.clone(), password: who.password.clone(), token, cookie }
    }

    async fn me(&self, who: &Newcomer) -> StatusCode {
        self.ask(&who.get("/api/v1/me")).await.status
    }
}

/// The owner, as somebody with a session that can go on.
fn person(owner: &Owner) -> Newcomer {
    Newcomer {
        email: owner.email.clone(),
        password: String::new(),
        token: owner.token.clone(),
        cookie: owner.cookie.clone(),
    }
}

/// The owner with another session.
fn with_session(owner: &Owner, who: &Newcomer) -> Owner {
    Owner { token: who.token.clone(), cookie: who.cookie.clone(), ..owner.clone() }
}

fn patch(who: &Newcomer, path: &str, body: Value) -> Ask {
    Ask::new(&Method::PATCH, path)
        .header("authorization", format!("Bearer {}", who.token))
        .json(body)
}

/// Samples of the operations by which people help one another, change places and go.
pub(crate) async fn sample(
    house: &House,
    operation: &Operation,
    owner: &Owner,
    things: &Things,
) -> Ask {
    let (method, path) = (&operation.method, operation.path);
    let about = |id: &str| path.replace("{id}", id);
    let public = |body: Value| Ask::new(method, path).json(body);
    match operation.id {
        "transfer_workspace" => {
            owner.post(about(&things.colleague), json!({ "afterwards": "admin" }))
        }
        "create_workspace" => owner.post(path, json!({ "name": "Another" })),
        "leave_workspace" | "close_own_login" => house.newcomer().await.post(path, json!({})),
        "read_own_closing" | "list_factor_helps" => owner.get(path),
        "approve_factor_help" => {
            // The colleague asks, as far as the rows go.
            house
                .database
                .run(&format!(
                    "update factor_helps set ended_at = asked_at, ended_because = 'expired'
                      where ended_at is null;
                     insert into factor_helps
                         (workspace_id, help_id, person_id, asked_at, expires_at)
                     select p.workspace_id, gen_random_uuid(), p.person_id, p.created_at, 'infinity'
                       from persons p where p.email = 'helper@{}.test'",
                    owner.canary
                ))
                .await;
            owner.post(about(&things.colleague), json!({}))
        }
        _ => {
            let newcomer = house.newcomer().await;
            house.enrol(&newcomer).await;
            let challenge = house.challenge(&newcomer).await;
            let ask = json!({ "challenge": challenge });
            if operation.id == "ask_for_factor_help" {
                return public(ask);
            }
            let ask = Ask::new(method, "/api/v1/auth/second-factor/help").json(ask);
            let _ = house.ask(&ask).await.expect(StatusCode::ACCEPTED);
            public(json!({ "token": house.mailed(&newcomer.email, "cancel-help").await }))
        }
    }
}
