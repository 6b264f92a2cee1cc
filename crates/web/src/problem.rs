//! Errors as RFC 9457 problem documents. Only this file knows status codes.
//!
//! The request's id is in the header `X-Request-Id` and not in the body, so that the answers for
//! a missing and for a foreign thing are equal to the byte.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lk_base::Error;
use serde_json::{Map, Value, json};

/// One place in the request that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Fault {
    /// A JSON pointer (RFC 6901) into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// A stable code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

/// A problem document.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Option<String>,
    faults: Vec<Fault>,
    extra: Map<String, Value>,
    retry_after: Option<u64>,
    /// For the log; never shown.
    source: Option<String>,
}

/// What happened inside, for the log line at the edge.
#[derive(Debug, Clone)]
pub struct Cause(pub String);

impl Problem {
    /// A problem with a status and a stable code.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            detail: None,
            faults: Vec::new(),
            extra: Map::new(),
            retry_after: None,
            source: None,
        }
    }

    /// With one sentence for people.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With the places that are wrong.
    #[must_use]
    pub fn faults(mut self, faults: Vec<Fault>) -> Self {
        self.faults = faults;
        self
    }

    /// A body or query that cannot be read.
    #[must_use]
    pub fn malformed(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed")
            .detail("The request cannot be read.")
            .faults(vec![Fault {
                pointer: pointer.into(),
                code: "malformed",
                message: message.into(),
            }])
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => {
                Self::new(StatusCode::NOT_FOUND, "not_found").detail("There is no such thing here.")
            }
            Error::Unauthenticated { code } => {
                Self::new(StatusCode::UNAUTHORIZED, code).detail("Sign in to continue.")
            }
            Error::Forbidden { code: code @ "step_up_needed" } => {
                Self::new(StatusCode::FORBIDDEN, code)
                    .detail("Enter your password again to do this.")
            }
            Error::Forbidden { code: code @ "keys_not_for_browsers" } => {
                Self::new(StatusCode::FORBIDDEN, code).detail(
                    "API keys are for servers: a web page would show this one to everybody.",
                )
            }
            Error::Forbidden { code: code @ "keys_not_here" } => {
                Self::new(StatusCode::FORBIDDEN, code)
                    .detail("API keys are not used with the widget's operations.")
            }
            Error::Forbidden { code: code @ "second_factor_required" } => {
                Self::new(StatusCode::FORBIDDEN, code)
                    .detail("Enrol a second factor first: it is required of you here.")
            }
            Error::Forbidden { code } => {
                Self::new(StatusCode::FORBIDDEN, code).detail("Your role does not allow this.")
            }
            Error::Refused { code, detail } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, code).detail(detail)
            }
            Error::Stale { code, extra } => {
                let mut problem = Self::new(StatusCode::CONFLICT, code)
                    .detail("Something happened in the meantime; look at it first.");
                if let Value::Object(extra) = extra {
                    problem.extra = extra;
                }
                problem
            }
            Error::RateLimited { retry_after } => {
                let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited")
                    .detail("Too many requests; try again a little later.");
                problem.retry_after = Some(retry_after.as_secs().max(1));
                problem
            }
            Error::WorkNeeded { retry_after, extra } => {
                let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "proof_of_work_needed")
                    .detail("Too many attempts: let your device work for this one, or wait.");
                problem.retry_after = Some(retry_after.as_secs().max(1));
                if let Value::Object(extra) = extra {
                    problem.extra = extra;
                }
                problem
            }
            Error::Busy => {
                let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy").detail(
                    "The server has no capacity at this moment; try again in a few seconds.",
                );
                problem.retry_after = Some(5);
                problem
            }
            Error::Internal(source) => {
                let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
                    .detail("Something went wrong on our side; the request's id helps to find it.");
                let mut chain = source.to_string();
                let mut next = source.source();
                while let Some(cause) = next {
                    chain.push_str(": ");
                    chain.push_str(&cause.to_string());
                    next = cause.source();
                }
                problem.source = Some(chain);
                problem
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = self.extra;
        body.insert("type".to_owned(), json!("about:blank"));
        body.insert("title".to_owned(), json!(self.status.canonical_reason().unwrap_or("Error")));
        body.insert("status".to_owned(), json!(self.status.as_u16()));
        body.insert("code".to_owned(), json!(self.code));
        if let Some(detail) = self.detail {
            body.insert("detail".to_owned(), json!(detail));
        }
        if !self.faults.is_empty() {
            body.insert("errors".to_owned(), json!(self.faults));
        }
        let mut response = (self.status, Value::Object(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(source) = self.source {
            response.extensions_mut().insert(Cause(source));
        }
        response
    }
}

/// The shape of a problem document, for the OpenAPI document.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemDocument {
    /// Always `about:blank`: the code says more.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// A stable code, listed in `docs/reference/errors.md`.
    pub code: String,
    /// One sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The places in the request that are wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<Fault>>,
}
