//! Single sign-on, against a provider that signs real tokens.

mod domains;
mod enforcement;
mod forgeries;
mod logout;
pub(crate) mod provider;
mod settings;
pub(crate) mod signing_in;

use axum::http::{Method, StatusCode, header};
use lk_base::text::{Email, Name};
use lk_identity::found;
use lk_testkit::Answer;
use serde_json::{Value, json};

use crate::house::{Ask, House};
use crate::owner::{Owner, cookie};
use provider::{CLIENT, Provider, SECRET, Way};

pub(crate) const SSO: &str = "/api/v1/sso";
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Somebody on their way: where they were sent, and what their browser has.
pub(crate) struct Away {
    pub(crate) way: Way,
    pub(crate) cookie: String,
}

/// What names a provider, as the page sends it.
pub(crate) fn settings(provider: &Provider) -> Value {
    json!({
        "issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET,
        "joins": false, "trusts_factors": false, "enforced": false,
    })
}

impl House {
    /// The owner's workspace gets a provider, and the domain of her addresses is hers.
    pub(crate) async fn provider(&self, owner: &Owner) -> Provider {
        let provider = Provider::start().await;
        let put = owner.signed(&Method::POST, SSO).json(settings(&provider));
        let _ = self.ask(&put).await.expect(StatusCode::OK);
        self.own(owner, "plum.test").await;
        provider
    }

    /// The same with some settings otherwise.
    pub(crate) async fn set(&self, owner: &Owner, provider: &Provider, change: Value) -> Answer {
        let mut body = settings(provider);
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.ask(&owner.signed(&Method::POST, SSO).json(body)).await
    }

    /// Shows that a domain is the owner's.
    pub(crate) async fn own(&self, owner: &Owner, domain: &str) {
        let named = owner.post(format!("{SSO}/domains"), json!({ "domain": domain }));
        let named = self.ask(&named).await.expect(StatusCode::CREATED);
        self.outside.shows(named["proof"].as_str().unwrap());
        let verify = owner.post(format!("{SSO}/domains/verify"), json!({ "domain": domain }));
        let _ = self.ask(&verify).await.expect(StatusCode::OK);
    }

    /// A member of the owner's workspace with this address.
    pub(crate) async fn member(&self, owner: &Owner, email: &str) {
        let identity = &self.product.identity;
        let (name, address) = (Name::parse("Member").unwrap(), Email::parse(email).unwrap());
        let person = found::person(identity, &name, &address).await.unwrap();
        let of = Email::parse(&owner.email).unwrap();
        let (_, places) = found::places(identity, &of).await.unwrap().unwrap();
        let _ = found::colleague(identity, &places[0].workspace, &person, lk_authz::Role::User)
            .await
            .unwrap();
    }

    /// A browser sets out to the workspace's provider.
    pub(crate) async fn set_out(&self, owner: &Owner) -> Away {
        let begin = json!({ "workspace_id": owner.workspace });
        let answer = self.ask(&Ask::new(&Method::POST, "/api/v1/auth/sso").json(begin)).await;
        let cookie = cookie(&answer);
        let body = answer.expect(StatusCode::OK);
        Away { way: Way::of(body["url"].as_str().unwrap()), cookie }
    }

    /// It comes back with what the provider put into the address.
    pub(crate) async fn come_back(&self, away: &Away, said: Value) -> Answer {
        self.ask(&Owner::cookied("/api/v1/auth/sso/finish", &away.cookie).json(said)).await
    }

    /// It comes back with a code for this token.
    pub(crate) async fn bring(&self, provider: &Provider, away: &Away, token: String) -> Answer {
        let code = provider.code(&away.way, token);
        self.come_back(away, json!({ "state": away.way.get("state"), "code": code })).await
    }

    /// Somebody signs in from beginning to end.
    pub(crate) async fn by_provider(
        &self,
        provider: &Provider,
        owner: &Owner,
        subject: &str,
        change: Value,
    ) -> Answer {
        let away = self.set_out(owner).await;
        let now = self.clock.now().unix_seconds();
        let email = format!("{subject}@plum.test");
        let mut claims = provider.claims(&away.way, now, subject, &email);
        for (name, value) in change.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        let token = provider.signer.sign("JWT", &claims);
        self.bring(provider, &away, token).await
    }
}

/// The session that an answer began: token and refresh cookie.
pub(crate) fn begun(answer: &Answer) -> (String, String) {
    let body = answer.expect(StatusCode::OK);
    assert_eq!(body["outcome"], "session", "{body}");
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
    let refresh = cookies
        .map(|line| line.to_str().unwrap())
        .find(|line| line.starts_with("__Host-lk_refresh="))
        .unwrap();
    let refresh = refresh.split(';').next().unwrap().to_owned();
    (body["access_token"].as_str().unwrap().to_owned(), refresh)
}

pub(crate) fn with_token(method: &Method, path: &str, token: &str) -> Ask {
    Ask::new(method, path).header("authorization", format!("Bearer {token}"))
}
