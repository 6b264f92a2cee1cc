//! An authenticator app, and somebody who holds one.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_crypto::{TotpSecret, totp};
use lk_testkit::Answer;
use serde_json::{Value, json};

use crate::house::{Ask, House};
use crate::owner::{Owner, cookie};
use crate::sample::with_password;

/// Somebody with a password and a session.
pub(crate) struct Newcomer {
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) token: String,
    pub(crate) cookie: String,
}

/// What an app has after it read the QR code.
pub(crate) struct App(TotpSecret);

impl App {
    /// The app reads the text that is shown beside the QR code.
    pub(crate) fn of(text: &str) -> Self {
        let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
        for letter in text.bytes() {
            let five =
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter);
            held = (held << 5 | u32::try_from(five.unwrap()).unwrap()) & 0xfff;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(held >> bits & 255).unwrap());
            }
        }
        Self(TotpSecret::stored(bytes))
    }

    /// What it shows at the house's time, or so many steps off.
    pub(crate) fn code(&self, house: &House, steps: i64) -> String {
        self.0.code(totp::step_at(house.clock.now().unix_seconds()) + steps)
    }

    /// Something that it shows neither now nor in the steps around.
    pub(crate) fn wrong(&self, house: &House) -> String {
        let near: Vec<String> = (-2..=2).map(|steps| self.code(house, steps)).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

impl Newcomer {
    pub(crate) fn post(&self, path: &str, body: Value) -> Ask {
        Ask::new(&Method::POST, path)
            .header("authorization", format!("Bearer {}", self.token))
            .json(body)
    }

    pub(crate) fn get(&self, path: &str) -> Ask {
        Ask::new(&Method::GET, path).header("authorization", format!("Bearer {}", self.token))
    }
}

impl House {
    /// Somebody who chose a password and signed in with it.
    pub(crate) async fn newcomer(&self) -> Newcomer {
        let (email, password) = with_password(self).await;
        let answer = self.password(&email, &password).await;
        let cookie = cookie(&answer);
        let body = answer.expect(StatusCode::OK);
        assert_eq!(body["outcome"], "session");
        let token = body["access_token"].as_str().unwrap().to_owned();
        Newcomer { email, password, token, cookie }
    }

    /// Time passes, and the session goes on: access tokens live ten minutes only.
    pub(crate) async fn pass(&self, seconds: u64, who: &mut Newcomer) {
        self.clock.advance(Duration::from_secs(seconds));
        let answer = self.ask(&Owner::cookied("/api/v1/auth/refresh", &who.cookie)).await;
        who.cookie = cookie(&answer);
        let body = answer.expect(StatusCode::OK);
        body["access_token"].as_str().unwrap().clone_into(&mut who.token);
    }

    /// The first half of a sign-in.
    pub(crate) async fn password(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        self.ask(&Ask::new(&Method::POST, "/api/v1/auth/sign-in").json(body)).await
    }

    /// The first half, which asks for the second.
    pub(crate) async fn challenge(&self, who: &Newcomer) -> String {
        let body = self.password(&who.email, &who.password).await.expect(StatusCode::OK);
        assert_eq!(body["outcome"], "second_factor_needed");
        assert!(body.get("access_token").is_none());
        body["challenge"].as_str().unwrap().to_owned()
    }

    /// The app of somebody whose enrolment was begun with this call.
    pub(crate) async fn begin(&self, begin: &Ask) -> App {
        let body = self.ask(begin).await.expect(StatusCode::OK);
        let text = body["secret"].as_str().unwrap();
        assert!(body["uri"].as_str().unwrap().contains(text));
        App::of(text)
    }

    /// Enrols an app: it, and the recovery codes.
    pub(crate) async fn enrol(&self, who: &Newcomer) -> (App, Vec<String>) {
        let app = self.begin(&who.post("/api/v1/factors/totp", json!({}))).await;
        let confirm = json!({ "code": app.code(self, 0) });
        let body = self.ask(&who.post("/api/v1/factors/totp/confirm", confirm)).await;
        let codes = body.expect(StatusCode::OK)["recovery_codes"].clone();
        (app, serde_json::from_value(codes).unwrap())
    }

    /// The second half of a sign-in.
    pub(crate) async fn second(&self, challenge: &str, proof: Value) -> Answer {
        let mut body = proof;
        body["challenge"] = json!(challenge);
        self.ask(&Ask::new(&Method::POST, "/api/v1/auth/second-factor").json(body)).await
    }
}
