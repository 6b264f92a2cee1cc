//! What came back.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The bytes of the body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON; `null` when it is empty.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        if self.bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&self.bytes).expect("a JSON body")
        }
    }

    /// The body, when the status is the wanted one.
    ///
    /// # Panics
    /// When it is another one; the body is shown.
    #[must_use]
    #[track_caller]
    pub fn expect(&self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// The code of a problem document with this status.
    ///
    /// # Panics
    /// When it is another status or no problem document.
    #[must_use]
    #[track_caller]
    pub fn refused(&self, status: StatusCode) -> String {
        let body = self.expect(status);
        body.get("code").and_then(Value::as_str).expect("a problem document").to_owned()
    }
}
