//! What a handler gets and what it gives back.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lk_base::id::Id;
use lk_db::Scope;
use schemars::JsonSchema;
use serde::Serialize;

use crate::cookie::Cookies;
use crate::problem::Problem;

/// A request whose caller, permission, rate and shape are already checked.
#[derive(Debug)]
pub struct Call<S, P = Nothing, Q = Nothing, B = Nothing> {
    /// What the capability works with.
    pub state: S,
    /// Who calls, in which workspace. For public operations: nobody, on the platform.
    pub scope: Scope,
    /// The path's parameters.
    pub path: P,
    /// The query's parameters.
    pub query: Q,
    /// The body.
    pub body: B,
    /// The headers, for cookies.
    pub headers: HeaderMap,
}

/// No parameters, no body: an unknown field is refused here as everywhere.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// One id in the path.
#[derive(Debug, Clone, Copy)]
pub struct One<I>(pub I);

/// Parameters of a path, in its order.
pub trait PathParams: Sized + Send + 'static {
    /// How many.
    const COUNT: usize;
    /// Reads them; `None` is answered like a missing row.
    fn read(values: &[String]) -> Option<Self>;
    /// Their schemas.
    fn schemas(generator: &mut schemars::SchemaGenerator) -> Vec<schemars::Schema>;
}

impl PathParams for Nothing {
    const COUNT: usize = 0;
    fn read(_: &[String]) -> Option<Self> {
        Some(Self {})
    }
    fn schemas(_: &mut schemars::SchemaGenerator) -> Vec<schemars::Schema> {
        Vec::new()
    }
}

impl<I: Id + JsonSchema + Send + 'static> PathParams for One<I> {
    const COUNT: usize = 1;
    fn read(values: &[String]) -> Option<Self> {
        values.first()?.parse().ok().map(Self)
    }
    fn schemas(generator: &mut schemars::SchemaGenerator) -> Vec<schemars::Schema> {
        vec![generator.subschema_for::<I>()]
    }
}

/// A success.
#[derive(Debug)]
pub struct Reply<T = Nothing> {
    status: StatusCode,
    body: Option<T>,
    stream: Option<Body>,
    headers: HeaderMap,
}

impl<T> Reply<T> {
    /// 200 with a body.
    pub fn ok(body: T) -> Self {
        Self::of(StatusCode::OK, Some(body))
    }

    fn of(status: StatusCode, body: Option<T>) -> Self {
        Self { status, body, stream: None, headers: HeaderMap::new() }
    }

    /// 200 with a body that is sent as it comes into being. What makes it runs on its own, because
    /// nothing that touches the database is left to the caller.
    pub fn streamed(stream: Body, kind: &'static str) -> Self {
        let reply = Self { stream: Some(stream), ..Self::of(StatusCode::OK, None) };
        reply.header(header::CONTENT_TYPE, HeaderValue::from_static(kind))
    }

    /// 201 with what came into being.
    pub fn created(body: T) -> Self {
        Self::of(StatusCode::CREATED, Some(body))
    }

    /// Adds one cookie or several.
    #[must_use]
    pub fn cookie(mut self, cookies: impl Into<Cookies>) -> Self {
        for line in cookies.into().lines() {
            self.headers.append(header::SET_COOKIE, line);
        }
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

impl Reply<Nothing> {
    /// 202: it was heard; what comes of it is not said here.
    #[must_use]
    pub fn accepted() -> Self {
        Self::of(StatusCode::ACCEPTED, Some(Nothing {}))
    }

    /// 204.
    #[must_use]
    pub fn nothing() -> Self {
        Self::of(StatusCode::NO_CONTENT, None)
    }
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            None if self.stream.is_some() => {
                (self.status, self.stream.unwrap_or_default()).into_response()
            }
            None => self.status.into_response(),
            Some(body) => match serde_json::to_vec(&body) {
                Ok(json) => {
                    let mut response = (self.status, json).into_response();
                    response
                        .headers_mut()
                        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                    response
                }
                Err(error) => {
                    return Problem::from(lk_base::Error::internal(error)).into_response();
                }
            },
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.headers_mut().extend(self.headers);
        response
    }
}

/// A body that is not shown when nothing comes back.
impl Serialize for Nothing {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        out.serialize_map(Some(0))?.end()
    }
}
