//! What an ID token says, and whether it was meant for us: OpenID Connect Core 3.1.3.7.

use lk_base::text::Email;
use lk_base::{Personal, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// How far the provider's clock may be from ours, in seconds.
const SKEW: i64 = 60;
/// A token that was made longer ago was not made for this sign-in.
const OLDEST: i64 = 10 * 60;
/// No subject is longer (OpenID Connect Core 2).
const LONGEST_SUBJECT: usize = 255;

/// One audience or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub(crate) fn list(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }

    /// Ours, and if others' too, then it says that it was made for us.
    pub(crate) fn is(&self, client: &str, authorised: Option<&str>) -> bool {
        let list = self.list();
        list.iter().any(|one| one == client)
            && (list.len() == 1 || authorised.is_some())
            && authorised.is_none_or(|party| party == client)
    }
}

/// What we read of an ID token; what else it says is nobody's business.
#[derive(Deserialize)]
pub(crate) struct IdClaims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: Audience,
    pub(crate) azp: Option<String>,
    pub(crate) exp: i64,
    pub(crate) iat: i64,
    pub(crate) nonce: Option<String>,
    pub(crate) sid: Option<String>,
    pub(crate) amr: Option<Vec<String>>,
    #[serde(flatten)]
    pub(crate) about: About,
}

/// What a provider says about somebody, in the token or when asked.
#[derive(Default, Deserialize)]
pub(crate) struct About {
    pub(crate) email: Option<String>,
    email_verified: Option<Value>,
    pub(crate) name: Option<String>,
}

impl About {
    /// The address, if the provider says that it was verified. Some say so in quotes.
    pub(crate) fn verified_email(&self) -> Option<Email> {
        let verified = match &self.email_verified {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(verified)) => verified == "true",
            _ => false,
        };
        self.email.as_deref().filter(|_| verified).and_then(|email| Email::parse(email).ok())
    }

    /// What to call somebody new.
    pub(crate) fn called(&self, email: &Email) -> Personal {
        let name = self.name.as_deref().and_then(|name| lk_base::text::Name::parse(name).ok());
        let local = || email.as_str().split('@').next().unwrap_or_default().to_owned();
        Personal::new(name.map_or_else(local, lk_base::text::Name::into_string))
    }
}

/// What we sent somebody away with.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) now: Timestamp,
}

/// The rule; the reason is for the audit log.
pub(crate) fn check(claims: &IdClaims, expected: &Expected<'_>) -> Result<(), &'static str> {
    let now = expected.now.unix_seconds();
    if claims.iss != expected.issuer {
        return Err("another issuer");
    }
    if !claims.aud.is(expected.client_id, claims.azp.as_deref()) {
        return Err("another audience");
    }
    if claims.exp <= now.saturating_sub(SKEW) {
        return Err("expired");
    }
    if claims.iat > now.saturating_add(SKEW) || claims.iat < now.saturating_sub(OLDEST) {
        return Err("made at another time");
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err("another nonce");
    }
    if claims.sub.is_empty() || claims.sub.len() > LONGEST_SUBJECT {
        return Err("no subject");
    }
    if claims.sid.as_ref().is_some_and(|sid| sid.len() > LONGEST_SUBJECT) {
        return Err("no session id");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_795_338_000;

    fn good() -> Value {
        json!({
            "iss": "https://idp.test", "sub": "ada", "aud": "us", "exp": NOW + 300, "iat": NOW,
            "nonce": "n",
        })
    }

    fn judged(change: Value) -> Result<(), &'static str> {
        let mut claims = good();
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let claims: IdClaims = serde_json::from_value(claims).unwrap();
        let now = Timestamp::from_unix_micros(NOW * 1_000_000);
        let expected = Expected { issuer: "https://idp.test", client_id: "us", nonce: "n", now };
        check(&claims, &expected)
    }

    #[test]
    fn a_token_that_was_made_for_this_sign_in_is_good() {
        assert_eq!(judged(json!({})), Ok(()));
        assert_eq!(judged(json!({ "aud": ["us"] })), Ok(()));
        assert_eq!(judged(json!({ "aud": ["us", "them"], "azp": "us" })), Ok(()));
        assert_eq!(judged(json!({ "exp": NOW - 59, "iat": NOW + 59 })), Ok(()));
    }

    #[test]
    fn every_claim_that_is_another_is_refused() {
        for (change, reason) in [
            (json!({ "iss": "https://idp.test/" }), "another issuer"),
            (json!({ "iss": "https://evil.test" }), "another issuer"),
            (json!({ "aud": "them" }), "another audience"),
            (json!({ "aud": [] }), "another audience"),
            (json!({ "aud": ["us", "them"] }), "another audience"),
            (json!({ "aud": ["us", "them"], "azp": "them" }), "another audience"),
            (json!({ "azp": "them" }), "another audience"),
            (json!({ "exp": NOW - 60 }), "expired"),
            (json!({ "exp": i64::MIN }), "expired"),
            (json!({ "iat": NOW + 61 }), "made at another time"),
            (json!({ "iat": NOW - 601 }), "made at another time"),
            (json!({ "nonce": "m" }), "another nonce"),
            (json!({ "nonce": null }), "another nonce"),
            (json!({ "sub": "" }), "no subject"),
            (json!({ "sub": "x".repeat(256) }), "no subject"),
            (json!({ "sid": "x".repeat(256) }), "no session id"),
        ] {
            assert_eq!(judged(change.clone()), Err(reason), "{change}");
        }
    }

    #[test]
    fn a_token_without_one_of_its_claims_cannot_be_read() {
        for name in ["iss", "sub", "aud", "exp", "iat"] {
            let mut claims = good();
            claims.as_object_mut().unwrap().remove(name);
            assert!(serde_json::from_value::<IdClaims>(claims).is_err(), "{name}");
        }
    }

    #[test]
    fn an_address_counts_only_when_the_provider_says_that_it_was_verified() {
        let read = |about: Value| {
            serde_json::from_value::<About>(about).unwrap().verified_email().map(|e| e.key())
        };
        let email = "Ada@Plum.test";
        for yes in [json!(true), json!("true")] {
            let known = read(json!({ "email": email, "email_verified": yes }));
            assert_eq!(known.as_deref(), Some("ada@plum.test"));
        }
        for no in [json!(false), json!("false"), json!(null), json!(1), json!("yes")] {
            assert_eq!(read(json!({ "email": email, "email_verified": no })), None, "{no}");
        }
        assert_eq!(read(json!({ "email": email })), None);
        assert_eq!(read(json!({ "email": "no address", "email_verified": true })), None);
    }
}
