//! Somebody of a canary who calls: what they show, and what came back.

use std::net::{Ipv4Addr, SocketAddr};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use lk_authz::Role;
use lk_base::{Error, Result, Secret};
use lk_identity::canary::Canary;
use lk_web::credential::widget_cookie;
use lk_web::{Access, Operation};
use serde_json::Value;
use tower::ServiceExt;

use super::{Canaries, Inside};

/// More than any answer of a canary.
const MOST: usize = 1 << 20;

/// Headers that differ between two equal answers: the request's number, and how many calls the
/// caller has left.
const COUNTING: [&str; 2] = ["x-request-id", "ratelimit"];

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Operator(Role),
    Key,
    Visitor,
}

/// Somebody of a canary.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) kind: Kind,
    /// For sentences: `the super_admin of canary a`.
    pub(super) name: String,
    headers: Vec<(&'static str, Secret)>,
}

/// What came back, without what counts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    headers: Vec<(String, Vec<u8>)>,
    bytes: Vec<u8>,
}

impl Answer {
    /// Whether a text stands in it.
    pub(super) fn names(&self, text: &str) -> bool {
        let within = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        within(&self.bytes) || self.headers.iter().any(|(_, value)| within(value))
    }
}

impl Caller {
    /// Somebody with a token or a key.
    pub(super) fn bearer(canary: &Canary, kind: Kind, token: &Secret) -> Self {
        let who = match kind {
            Kind::Operator(role) => role.name(),
            Kind::Key => "key",
            Kind::Visitor => "visitor",
        };
        let line = Secret::new(format!("Bearer {}", token.expose()));
        Self { kind, name: named(who, canary), headers: vec![("authorization", line)] }
    }

    /// The visitor, with their cookie.
    pub(super) fn visitor(canary: &Canary, cookie: &Secret, origin: &str) -> Self {
        let plain = |text: &str| Secret::new(text.to_owned());
        let cookie = format!("{}={}", widget_cookie(canary.widget), cookie.expose());
        let headers = vec![
            ("origin", plain(origin)),
            ("leadkeep-widget", plain(&canary.widget.to_string())),
            ("leadkeep-site", plain(lk_inbox::canary::SITE)),
            ("cookie", Secret::new(cookie)),
        ];
        Self { kind: Kind::Visitor, name: named("visitor", canary), headers }
    }

    /// Whether an operation is for this kind of caller at all.
    pub(super) fn calls(&self, operation: &Operation) -> bool {
        match operation.access {
            Access::Operator(_) | Access::Fresh(_) => self.kind != Kind::Visitor,
            Access::Widget | Access::Visitor => self.kind == Kind::Visitor,
            _ => false,
        }
    }

    /// Whether it lets them in.
    pub(super) fn may(&self, operation: &Operation) -> bool {
        match self.kind {
            Kind::Operator(role) => {
                operation.access.permission().is_some_and(|permission| role.may(permission))
            }
            // A canary's key has every scope there is.
            Kind::Key => !operation.access.scopes().is_empty(),
            Kind::Visitor => self.calls(operation),
        }
    }

    /// Calls, as somebody on this machine.
    ///
    /// # Errors
    /// `Internal` when the answer says nothing about what was asked for: the caller is not known or
    /// is limited, or the database had no time.
    pub(super) async fn ask(
        &self,
        of: &Canaries,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer> {
        let Inside { router, place } =
            if self.kind == Kind::Visitor { &of.widget } else { &of.dashboard };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &place.authority)
            .header(header::USER_AGENT, "leadkeep-canary");
        for (name, value) in &self.headers {
            request = request.header(*name, value.expose());
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        let mut request = request.body(body).map_err(Error::internal)?;
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request).await.map_err(Error::internal)?;
        let (parts, body) = answer.into_parts();
        let status = parts.status;
        if [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS].contains(&status) {
            return Err(self.broken(method, path, status));
        }
        let mut headers: Vec<(String, Vec<u8>)> = parts
            .headers
            .iter()
            .filter(|(name, _)| !COUNTING.contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect();
        headers.sort();
        let bytes = to_bytes(body, MOST).await.map_err(Error::internal)?.to_vec();
        let answer = Answer { status, headers, bytes };
        // A search that took too long has not looked.
        if status == StatusCode::UNPROCESSABLE_ENTITY && answer.names("search_too_broad") {
            return Err(self.broken(method, path, status));
        }
        Ok(answer)
    }

    /// The same for what is not somebody else's: a fault of the server says nothing there.
    ///
    /// # Errors
    /// `Internal`, then too.
    pub(super) async fn ask_plainly(
        &self,
        of: &Canaries,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer> {
        let answer = self.ask(of, method, path, body).await?;
        if answer.status.is_server_error() {
            return Err(self.broken(method, path, answer.status));
        }
        Ok(answer)
    }

    fn broken(&self, method: &Method, path: &str, status: StatusCode) -> Error {
        Error::internal(format!("{} asked {method} {path}: {status}", self.name))
    }
}

fn named(who: &str, canary: &Canary) -> String {
    format!("the {who} of canary {}", canary.which.name())
}
