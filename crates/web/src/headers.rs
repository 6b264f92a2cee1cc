//! Security headers on every response, errors and redirects included.
//!
//! Sources: OWASP ASVS 5.0 V3.4, RFC 6797 (HSTS), W3C CSP Level 3 and Trusted Types.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Features that none of our pages uses.
const FEATURES_OFF: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), \
microphone=(), midi=(), payment=(), publickey-credentials-create=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), \
xr-spatial-tracking=()";

/// The headers of one listener.
#[derive(Debug, Clone)]
pub struct SecurityHeaders {
    lines: Vec<(HeaderName, HeaderValue)>,
}

fn name(text: &'static str) -> HeaderName {
    HeaderName::from_static(text)
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Two years for a host of its own. `localhost` is everybody's: a browser that remembered it would
/// force https on every other project of the person at this machine, so there it forgets soon.
fn transport_security(authority: &str) -> &'static str {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let shared =
        matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost");
    if shared { "max-age=300" } else { "max-age=63072000; includeSubDomains" }
}

impl SecurityHeaders {
    fn base(policy: &str, authority: &str) -> Self {
        Self {
            lines: vec![
                (header::STRICT_TRANSPORT_SECURITY, value(transport_security(authority))),
                (header::CONTENT_SECURITY_POLICY, value(policy)),
                (header::X_CONTENT_TYPE_OPTIONS, value("nosniff")),
                (header::REFERRER_POLICY, value("no-referrer")),
                (name("permissions-policy"), value(FEATURES_OFF)),
                (name("cross-origin-resource-policy"), value("same-origin")),
                (name("cross-origin-opener-policy"), value("same-origin")),
                (name("cross-origin-embedder-policy"), value("require-corp")),
                (name("x-permitted-cross-domain-policies"), value("none")),
                // What may be kept says so itself; sockets and redirects say nothing.
                (header::CACHE_CONTROL, value("no-store")),
            ],
        }
    }

    /// For the dashboard and the API: everything from itself, framed by nobody; passkeys are made
    /// and used here and on none of our other pages.
    #[must_use]
    pub fn dashboard(authority: &str) -> Self {
        let mut headers = Self::base(
            &format!(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                 font-src 'self'; connect-src 'self' wss://{authority}; base-uri 'none'; form-action 'self'; \
                 frame-ancestors 'none'; manifest-src 'self'; require-trusted-types-for 'script'; \
                 trusted-types 'none'"
            ),
            authority,
        );
        headers.lines.push((header::X_FRAME_OPTIONS, value("DENY")));
        let passkeys = FEATURES_OFF
            .replace("publickey-credentials-create=()", "publickey-credentials-create=(self)")
            .replace("publickey-credentials-get=()", "publickey-credentials-get=(self)");
        for (header, line) in &mut headers.lines {
            if *header == "permissions-policy" {
                *line = value(&passkeys);
            }
        }
        headers
    }

    /// For the widget's origin: the frame's document sets its own policy, for its workspace, and
    /// what other sites may load (loader and frame) says so itself.
    #[must_use]
    pub fn widget(authority: &str) -> Self {
        Self::base(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'",
            authority,
        )
    }

    /// For a page of the demo: its shop, with the widget in it.
    #[must_use]
    pub fn demo(authority: &str, widget_origin: &str) -> Self {
        Self::base(
            &format!(
                "default-src 'none'; img-src 'self'; style-src 'self'; script-src {widget_origin}; \
                 frame-src {widget_origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            authority,
        )
    }

    /// For staff's page on the private listener, which is plain: everything from itself, framed by
    /// nobody.
    #[must_use]
    pub fn staff() -> Self {
        let mut headers = Self::base(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            "localhost",
        );
        headers.lines.push((header::X_FRAME_OPTIONS, value("DENY")));
        headers
    }

    /// For plain answers: redirects and the private listener.
    #[must_use]
    pub fn plain(authority: &str) -> Self {
        Self::base("default-src 'none'; frame-ancestors 'none'", authority)
    }

    /// The policy of a widget's frame: only these sites may show it.
    #[must_use]
    pub fn frame_policy(authority: &str, allowed_sites: &[String]) -> HeaderValue {
        let ancestors =
            if allowed_sites.is_empty() { "'none'".to_owned() } else { allowed_sites.join(" ") };
        value(&format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; \
             connect-src 'self' wss://{authority}; base-uri 'none'; form-action 'none'; \
             frame-ancestors {ancestors}; require-trusted-types-for 'script'; trusted-types 'none'"
        ))
    }
}

/// The middleware: adds what the response has not set itself.
pub async fn security_headers(
    State(headers): State<SecurityHeaders>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in &headers.lines {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_of_its_own_is_remembered_for_two_years_and_localhost_is_not() {
        assert_eq!(transport_security("app.example"), "max-age=63072000; includeSubDomains");
        assert_eq!(transport_security("app.example:8443"), "max-age=63072000; includeSubDomains");
        assert_eq!(transport_security("localhost:8443"), "max-age=300");
        assert_eq!(transport_security("[::1]:8443"), "max-age=300");
    }

    #[test]
    fn a_frame_without_allowed_sites_is_shown_by_nobody() {
        let policy = SecurityHeaders::frame_policy("chat.example", &[]);
        assert!(policy.to_str().unwrap().contains("frame-ancestors 'none'"));
    }
}
