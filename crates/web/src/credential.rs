//! What a request shows of who is asking, read from its headers.

use axum::http::{HeaderMap, header};
use lk_base::id::{GrantId, WidgetId};
use lk_base::{Error, Result, Secret};
use lk_crypto::api_key;

use crate::authenticate::{Credential, Entering};
use crate::cookie;

/// Headers that browsers put on what pages ask for, and pages cannot leave out. `Sec-Fetch-Mode`
/// is not among them, because Node.js sends it too.
const OF_BROWSERS: [&str; 4] = ["origin", "sec-fetch-site", "sec-fetch-dest", "sec-fetch-user"];

/// The credential of the header `Authorization: Bearer`: an access token or an API key.
///
/// # Errors
/// `Forbidden` for a key, good or not, that a web page sends: everybody who opens the page has it.
pub fn bearer(headers: &HeaderMap) -> Result<Option<Credential>> {
    let Some(token) = token(headers) else { return Ok(None) };
    if !api_key::is_meant(token.expose()) {
        return Ok(Some(Credential::Bearer(token)));
    }
    if OF_BROWSERS.iter().any(|name| headers.contains_key(*name)) {
        return Err(Error::Forbidden { code: "keys_not_for_browsers" });
    }
    Ok(Some(Credential::Key(token)))
}

fn token(headers: &HeaderMap) -> Option<Secret> {
    let line = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::new(token.trim().to_owned()))
}

/// The credential of a widget's call: which widget, on which site, whose session.
///
/// # Errors
/// `Forbidden` without the two headers that our own frame always sends.
pub fn widget(headers: &HeaderMap) -> Result<Credential> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let refused = Error::Forbidden { code: "site_not_allowed" };
    let (Some(widget), Some(site)) = (text("leadkeep-widget"), text("leadkeep-site")) else {
        return Err(refused);
    };
    let widget: WidgetId = widget.parse().map_err(|_| refused)?;
    let session = cookie::read(headers, &widget_cookie(widget));
    Ok(Credential::Widget { widget, site: site.to_owned(), session })
}

/// The cookie of staff's session.
pub const STAFF: &str = "__Host-lk_staff";

/// What tokens of staff begin with: neither access tokens nor API keys do.
pub const OF_STAFF: &str = "lks_";

/// The credential of a call of staff: a token of their kind and a cookie of theirs, or nothing.
#[must_use]
pub fn staff(headers: &HeaderMap, entry: Entering) -> Option<Credential> {
    let token = token(headers).filter(|token| token.expose().starts_with(OF_STAFF))?;
    Some(Credential::Staff { token, cookie: cookie::read(headers, STAFF)?, entry })
}

/// What a call of staff says lets them into a workspace.
#[must_use]
pub fn grant(headers: &HeaderMap) -> Option<GrantId> {
    headers.get("leadkeep-grant")?.to_str().ok()?.parse().ok()
}

/// The name of a visitor's cookie: one for each widget, so that two workspaces never meet.
#[must_use]
pub fn widget_cookie(widget: WidgetId) -> String {
    format!("__Host-lk_v_{widget}")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn staff_shows_both_halves_or_nothing() {
        let of = |lines: &[(&'static str, &'static str)]| {
            let line = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            staff(&lines.iter().map(line).collect(), Entering::Nowhere).is_some()
        };
        let (token, cookie) =
            (("authorization", "Bearer lks_x.y"), ("cookie", "__Host-lk_staff=z"));
        assert!(of(&[token, cookie]));
        assert!(!of(&[token]) && !of(&[cookie]));
        for other in ["Bearer eyJ.x.y", "Bearer lk_x", "Basic lks_x"] {
            assert!(!of(&[("authorization", other), cookie]), "{other}");
        }
    }

    fn shown(lines: &[(&'static str, &'static str)]) -> Result<Option<Credential>> {
        let headers = lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        bearer(&headers)
    }

    #[test]
    fn what_begins_like_a_key_is_one_and_all_else_is_a_token() {
        let key = shown(&[("authorization", "Bearer lk_anything")]);
        assert!(matches!(key, Ok(Some(Credential::Key(_)))));
        let token = shown(&[("authorization", "bearer eyJ.x.y"), ("origin", "https://a.test")]);
        assert!(matches!(token, Ok(Some(Credential::Bearer(_)))));
        for none in ["", "lk_x", "Basic lk_x"] {
            assert!(matches!(shown(&[("authorization", none)]), Ok(None)), "{none}");
        }
    }

    #[test]
    fn a_key_from_a_web_page_is_refused_and_one_from_node_is_not() {
        for name in OF_BROWSERS {
            let page = shown(&[("authorization", "Bearer lk_anything"), (name, "x")]);
            assert!(matches!(page, Err(Error::Forbidden { code: "keys_not_for_browsers" })));
        }
        let node = shown(&[("authorization", "Bearer lk_anything"), ("sec-fetch-mode", "cors")]);
        assert!(matches!(node, Ok(Some(Credential::Key(_)))));
    }
}
