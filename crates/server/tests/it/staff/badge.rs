//! A member of staff with a session, and the app that got them there.

use axum::http::{Method, StatusCode, header};
use lk_authz::StaffRole;
use lk_base::text::{Email, Name};
use lk_testkit::Answer;
use serde_json::{Value, json};

use crate::app::App;
use crate::house::{Ask, House, PRIVATE};

pub(crate) const REASON: &str = "The list stays empty, they say.";
pub(crate) const PASSWORD: &str = "a long enough sentence";

/// Somebody on the staff.
pub(crate) struct Badge {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) session: String,
    pub(crate) token: String,
    pub(crate) cookie: String,
    pub(crate) app: App,
}

/// A call from staff's own page.
pub(crate) fn from_page(path: &str, body: Value) -> Ask {
    Ask::new(&Method::POST, path).header("origin", PRIVATE).json(body)
}

pub(crate) fn sign_in_with(email: &str, password: &str, code: &str) -> Ask {
    from_page(
        "/api/staff/v1/auth/sign-in",
        json!({ "email": email, "password": password, "code": code }),
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The other half of a session.
fn half(answer: &Answer) -> String {
    let line = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    assert!(line.contains("; Secure") && line.contains("; HttpOnly") && line.contains("=Strict"));
    line.split(';').next().unwrap().to_owned()
}

impl House {
    /// A link of a new member of staff: their address, and what follows the `#`.
    pub(crate) async fn staff_link(&self, role: StaffRole) -> (String, String) {
        let unique = lk_crypto::Token::random().expose()[..12].to_lowercase();
        let email = format!("{}@house.test", unique.replace(['-', '_'], "x"));
        let (address, name) =
            (Email::parse(&email).unwrap(), Name::parse("Grace of the House").unwrap());
        let link = lk_staff::member::found(&self.product.staff, &address, &name, role).await;
        let link = link.unwrap().expose().to_owned();
        let token = link.strip_prefix(&format!("{PRIVATE}/staff/welcome#")).unwrap();
        (email, token.to_owned())
    }

    /// The app that comes with a link.
    pub(crate) async fn staff_app(&self, token: &str) -> App {
        let look = from_page("/api/staff/v1/auth/link", json!({ "token": token }));
        let shown = self.ask(&look).await.expect(StatusCode::OK);
        assert!(shown["uri"].as_str().unwrap().contains(shown["secret"].as_str().unwrap()));
        App::of(shown["secret"].as_str().unwrap())
    }

    /// A member of staff who has just come in by their link.
    pub(crate) async fn staff(&self, role: StaffRole) -> Badge {
        let (email, token) = self.staff_link(role).await;
        let app = self.staff_app(&token).await;
        let body = json!({ "token": token, "password": PASSWORD, "code": app.code(self, 0) });
        let answer = self.ask(&from_page("/api/staff/v1/auth/enrol", body)).await;
        Badge::of(email, app, &answer, StatusCode::CREATED)
    }
}

impl House {
    /// Access to a workspace, for an hour: the grant.
    pub(crate) async fn granted(&self, badge: &Badge, workspace: &str) -> String {
        let ask = json!({ "workspace_id": workspace, "reason": REASON, "minutes": 60 });
        let made = self.ask(&badge.post("/api/staff/v1/grants", ask)).await;
        text(&made.expect(StatusCode::CREATED)["id"])
    }
}

impl Badge {
    /// Whoever an answer begins a session for.
    pub(crate) fn of(email: String, app: App, answer: &Answer, status: StatusCode) -> Self {
        let body = answer.expect(status);
        Self {
            id: text(&body["staff"]["id"]),
            session: text(&body["session_id"]),
            token: text(&body["token"]),
            cookie: half(answer),
            email,
            app,
        }
    }

    /// A call of theirs.
    pub(crate) fn signed(&self, method: &Method, path: impl Into<String>) -> Ask {
        Ask::new(method, path)
            .header("origin", PRIVATE)
            .header("authorization", format!("Bearer {}", self.token))
            .header("cookie", &self.cookie)
    }

    pub(crate) fn get(&self, path: impl Into<String>) -> Ask {
        self.signed(&Method::GET, path)
    }

    pub(crate) fn post(&self, path: impl Into<String>, body: Value) -> Ask {
        self.signed(&Method::POST, path).json(body)
    }
}
