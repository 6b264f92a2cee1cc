//! Somebody who owns a workspace with everything in it: the owner of what others must not see.

use axum::http::{Method, StatusCode, header};
use lk_authz::KeyScope;
use lk_base::Secret;
use lk_base::id::{EntryId, Id};
use lk_base::text::{Email, Name};
use lk_identity::factor::reach::OfAdmins;
use lk_identity::{found, link};
use serde_json::{Value, json};

use crate::app::Newcomer;
use crate::house::{Ask, DASHBOARD, House, SITE, WIDGET};
use crate::streams::{STREAMS, nowhere};

/// An owner and the ids of their things.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) cookie: String,
    pub(crate) workspace: String,
    pub(crate) operator: String,
    pub(crate) session: String,
    pub(crate) colleague: String,
    pub(crate) invitation: String,
    pub(crate) invitation_token: String,
    pub(crate) widget: String,
    pub(crate) visitor: String,
    pub(crate) visitor_cookie: String,
    pub(crate) conversation: String,
    pub(crate) contact: String,
    pub(crate) api_key: String,
    /// The API key itself, with every scope.
    pub(crate) key: String,
    /// An entry of the audit log, with an address.
    pub(crate) entry: String,
    /// A kept view of the audit log.
    pub(crate) audit_view: String,
    /// A stream of the audit log, to where nobody listens.
    pub(crate) audit_stream: String,
    /// Words that only this workspace's people may read.
    pub(crate) canary: String,
}

/// The values of `Set-Cookie`, as a `Cookie`: the refresh token is the last.
pub(crate) fn cookie(answer: &lk_testkit::Answer) -> String {
    let lines = answer.headers.get_all(header::SET_COOKIE).iter();
    let pairs = lines.map(|line| line.to_str().unwrap().split(';').next().unwrap());
    let all = pairs.collect::<Vec<_>>().join("; ");
    assert!(!all.is_empty(), "a cookie");
    all
}

/// A call of a program with an API key.
pub(crate) fn keyed(key: &str, method: &Method, path: impl Into<String>) -> Ask {
    Ask::new(method, path).header("authorization", format!("Bearer {key}"))
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl House {
    /// A person, signed in by a link: token, cookie and the answer.
    pub(crate) async fn sign_in(&self, email: &str) -> (String, String, Value) {
        let email = Email::parse(email).unwrap();
        let link: Secret =
            link::for_person(&self.product.identity, &email).await.unwrap().expect("a person");
        let token = link.expose().split_once('#').unwrap().1.to_owned();
        let answer = self
            .ask(&Ask::new(&Method::POST, "/api/v1/auth/link").json(json!({ "token": token })))
            .await;
        let cookie = cookie(&answer);
        let body = answer.expect(StatusCode::OK);
        (text(&body["access_token"]), cookie, body)
    }

    /// An owner of a new workspace with one of everything.
    pub(crate) async fn owner(&self, name: &str) -> Owner {
        let identity = &self.product.identity;
        let canary = format!("canary-{}", name.to_lowercase());
        let email = format!("{}@{canary}.test", name.to_lowercase());
        let person =
            found::person(identity, &Name::parse(name).unwrap(), &Email::parse(&email).unwrap())
                .await
                .unwrap();
        let called = Name::parse(&format!("{canary} workspace")).unwrap();
        let place = found::workspace(identity, &person, &called).await.unwrap();
        let helper = format!("helper@{canary}.test");
        let (called, address) = (Name::parse("Helper").unwrap(), Email::parse(&helper).unwrap());
        let second = found::person(identity, &called, &address).await.unwrap();
        let colleague = found::colleague(identity, &place.workspace, &second, lk_authz::Role::User)
            .await
            .unwrap()
            .to_string();
        let (token, session_cookie, standing) = self.sign_in(&email).await;
        if identity.of_admins == OfAdmins::Required {
            self.enrol(&Newcomer {
                email: email.clone(),
                password: String::new(),
                token: token.clone(),
                cookie: session_cookie.clone(),
            })
            .await;
        }
        let mut owner = Owner {
            session: text(&standing["session_id"]),
            operator: text(&standing["operator"]["id"]),
            workspace: place.workspace.id.to_string(),
            email,
            token,
            cookie: session_cookie,
            colleague,
            invitation: String::new(),
            invitation_token: String::new(),
            widget: String::new(),
            visitor: String::new(),
            visitor_cookie: String::new(),
            conversation: String::new(),
            contact: String::new(),
            api_key: String::new(),
            key: String::new(),
            entry: String::new(),
            audit_view: String::new(),
            audit_stream: String::new(),
            canary,
        };
        self.furnish(&mut owner).await;
        owner
    }

    async fn furnish(&self, owner: &mut Owner) {
        let invited = json!({ "email": format!("invited@{}.test", owner.canary), "role": "user" });
        let created =
            self.ask(&owner.post("/api/v1/invitations", invited)).await.expect(StatusCode::CREATED);
        owner.invitation = text(&created["invitation"]["id"]);
        // Where mail is sent, the link is nowhere but in the mail.
        let link = created["link"].as_str().and_then(|link| link.split_once('#'));
        owner.invitation_token = link.map_or_else(String::new, |(_, token)| token.to_owned());
        let widgets = self.ask(&owner.get("/api/v1/widgets")).await.expect(StatusCode::OK);
        owner.widget = text(&widgets["data"][0]["id"]);
        let sites = owner
            .patch(format!("/api/v1/widgets/{}", owner.widget), json!({ "allowed_sites": [SITE] }));
        let _ = self.ask(&sites).await.expect(StatusCode::OK);
        let started = self.ask(&owner.frame(&Method::POST, "/api/widget/v1/session")).await;
        owner.visitor_cookie = cookie(&started);
        owner.visitor = text(&started.expect(StatusCode::CREATED)["visitor_id"]);
        let words = json!({
            "client_message_id": "first-message",
            "body": format!("hello from {}", owner.canary),
            "name": format!("Visitor {}", owner.canary),
            "email": format!("visitor@{}.test", owner.canary),
        });
        let begun = self
            .ask(&owner.visits(&Method::POST, "/api/widget/v1/conversations").json(words))
            .await;
        owner.conversation = text(&begun.expect(StatusCode::CREATED)["conversation"]["id"]);
        let seen =
            self.ask(&owner.get(format!("/api/v1/conversations/{}", owner.conversation))).await;
        owner.contact = text(&seen.expect(StatusCode::OK)["contact"]["id"]);
        let named = json!({ "name": owner.canary, "scopes": KeyScope::ALL });
        let made = self.ask(&owner.post("/api/v1/api-keys", named)).await;
        let made = made.expect(StatusCode::CREATED);
        owner.api_key = text(&made["api_key"]["id"]);
        owner.key = text(&made["key"]);
        let entry = self.last_entry().await["entry_id"].as_str().and_then(|id| id.parse().ok());
        owner.entry = EntryId::from_uuid(entry.expect("an entry")).to_string();
        let kept = json!({ "name": owner.canary, "query": "action:auth" });
        let kept = self.ask(&owner.post("/api/v1/audit-views", kept)).await;
        owner.audit_view = text(&kept.expect(StatusCode::CREATED)["id"]);
        let made = self.ask(&owner.post(STREAMS, nowhere(&owner.canary))).await;
        owner.audit_stream = text(&made.expect(StatusCode::CREATED)["stream"]["id"]);
    }
}

impl Owner {
    pub(crate) fn signed(&self, method: &Method, path: impl Into<String>) -> Ask {
        Ask::new(method, path).header("authorization", format!("Bearer {}", self.token))
    }

    pub(crate) fn get(&self, path: impl Into<String>) -> Ask {
        self.signed(&Method::GET, path)
    }

    pub(crate) fn post(&self, path: impl Into<String>, body: Value) -> Ask {
        self.signed(&Method::POST, path).json(body)
    }

    pub(crate) fn patch(&self, path: impl Into<String>, body: Value) -> Ask {
        self.signed(&Method::PATCH, path).json(body)
    }

    /// A call of a program with the owner's API key.
    pub(crate) fn keyed(&self, method: &Method, path: impl Into<String>) -> Ask {
        keyed(&self.key, method, path)
    }

    /// A call of our own frame on the allowed site, without a visitor's session.
    pub(crate) fn frame(&self, method: &Method, path: impl Into<String>) -> Ask {
        Ask::new(method, path)
            .header("origin", WIDGET)
            .header("leadkeep-widget", &self.widget)
            .header("leadkeep-site", SITE)
    }

    /// The same with the visitor's session.
    pub(crate) fn visits(&self, method: &Method, path: impl Into<String>) -> Ask {
        self.frame(method, path).header("cookie", &self.visitor_cookie)
    }

    /// A call with the refresh cookie, from our own page.
    pub(crate) fn cookied(path: &str, cookie: &str) -> Ask {
        Ask::new(&Method::POST, path)
            .header("origin", DASHBOARD)
            .header("leadkeep-client", "dashboard")
            .header("cookie", cookie)
    }

    /// Everything that names this owner's things: none of it may appear elsewhere.
    pub(crate) fn traces(&self) -> Vec<&str> {
        vec![
            &self.workspace,
            &self.operator,
            &self.session,
            &self.colleague,
            &self.invitation,
            &self.widget,
            &self.visitor,
            &self.conversation,
            &self.contact,
            &self.api_key,
            &self.entry,
            &self.audit_view,
            &self.audit_stream,
            &self.canary,
        ]
    }
}
