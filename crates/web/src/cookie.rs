//! Cookies: `__Host-` names only, so they are Secure, bound to one host, and have the path `/`.

use axum::http::{HeaderMap, HeaderValue, header};
use lk_base::Secret;

/// The cookie by which a browser is known again; what it says is the matter of `identity`.
pub const DEVICE: &str = "__Host-lk_device";

/// How a cookie crosses sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// Never: the dashboard's.
    Strict,
    /// In a frame on another site, in a jar of its own for each of them (CHIPS): the widget's.
    Partitioned,
}

/// Cookies of one answer.
#[derive(Debug, Clone, Default)]
pub struct Cookies(Vec<HeaderValue>);

impl Cookies {
    /// And another one.
    #[must_use]
    pub fn and(mut self, line: HeaderValue) -> Self {
        self.0.push(line);
        self
    }

    pub(crate) fn lines(self) -> Vec<HeaderValue> {
        self.0
    }
}

impl From<HeaderValue> for Cookies {
    fn from(line: HeaderValue) -> Self {
        Self(vec![line])
    }
}

/// The value of a cookie; the first one when there are several of that name.
#[must_use]
pub fn read(headers: &HeaderMap, name: &str) -> Option<Secret> {
    headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok()).find_map(|line| {
        line.split(';').find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then(|| Secret::new(value.to_owned()))
        })
    })
}

/// A `Set-Cookie` line; `max_age` in seconds, 0 removes it.
///
/// `name` must begin with `__Host-`, and `value` consist of letters, digits and `-_.~`.
#[must_use]
pub fn set(name: &str, value: &str, max_age: u64, crossing: Crossing) -> HeaderValue {
    let how = match crossing {
        Crossing::Strict => "SameSite=Strict",
        Crossing::Partitioned => "SameSite=None; Partitioned",
    };
    let line = format!("{name}={value}; Path=/; Secure; HttpOnly; {how}; Max-Age={max_age}");
    HeaderValue::from_str(&line)
        .unwrap_or(HeaderValue::from_static("__Host-invalid=; Path=/; Secure; Max-Age=0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; __Host-lk_refresh=xyz; b=2"));
        assert_eq!(read(&headers, "__Host-lk_refresh").unwrap().expose(), "xyz");
        assert!(read(&headers, "lk_refresh").is_none());
    }

    #[test]
    fn every_cookie_is_secure_and_unreadable_for_scripts() {
        for crossing in [Crossing::Strict, Crossing::Partitioned] {
            let line = set("__Host-x", "v", 60, crossing);
            let line = line.to_str().unwrap();
            assert!(
                line.contains("; Secure")
                    && line.contains("; HttpOnly")
                    && line.contains("SameSite=")
            );
        }
    }
}
