//! What a provider publishes (OpenID Connect Discovery), its keys, and what it is asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lk_base::{Error, Secret, Timestamp};
use lk_crypto::{BadProviderToken, ProviderKeys};
use lk_net::outbound::Credential;
use lk_net::{Answer, Failure, Outbound, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Connection;
use super::claims::{About, IdClaims};
use super::flow::Flow;

/// How long what a provider publishes is taken as it was.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How soon its keys are asked for again because a token names one that is not known.
const AGAIN: Duration = Duration::from_secs(60);
/// How many providers are remembered.
const MOST: usize = 1_000;
/// Why a provider could not be used. The reason is for the audit log and for those who set it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It was not reached.
    Reach(Failure),
    /// It answered something else than it should.
    Answer(&'static str),
    /// Its token is not good.
    Token(BadProviderToken),
}

impl Trouble {
    pub(crate) fn reason(self) -> String {
        match self {
            Self::Reach(failure) => failure.to_string(),
            Self::Answer(what) => what.to_owned(),
            Self::Token(bad) => bad.to_string(),
        }
    }

    /// For whoever sets the provider up.
    pub(crate) const fn error(self) -> Error {
        match self {
            Self::Reach(Failure::Form) => Error::Refused {
                code: "issuer_not_valid",
                detail: "The issuer must be an https address that names a server.",
            },
            Self::Reach(Failure::Private) => Error::Refused {
                code: "issuer_not_reachable",
                detail: "The provider is in a private network: whoever runs this installation has to allow it.",
            },
            Self::Reach(Failure::Tls) => Error::Refused {
                code: "issuer_not_reachable",
                detail: "There is no protected connection to the provider: its certificate is not good.",
            },
            Self::Reach(_) => Error::Refused {
                code: "issuer_not_reachable",
                detail: "The provider does not answer.",
            },
            Self::Answer(_) | Self::Token(_) => Error::Refused {
                code: "issuer_not_usable",
                detail: "What the provider publishes cannot be used. Is it the exact name of the issuer?",
            },
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Reach(failure)
    }
}

/// The provider's own description, as far as we need it.
#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    userinfo_endpoint: Option<Url>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// A provider, as it was found.
pub(crate) struct Provider {
    metadata: Metadata,
    keys: ProviderKeys,
    found_at: Timestamp,
    keys_at: Timestamp,
}

/// The providers that were asked a while ago.
#[derive(Default)]
pub struct Providers(Mutex<HashMap<String, Arc<Provider>>>);

impl std::fmt::Debug for Providers {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<providers>")
    }
}

impl Providers {
    fn known(&self, issuer: &str) -> Option<Arc<Provider>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned()
    }

    fn keep(&self, provider: Provider) -> Arc<Provider> {
        let provider = Arc::new(provider);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(provider.metadata.issuer.clone(), Arc::clone(&provider));
        provider
    }

    /// The provider with this name, asked now unless it was a while ago.
    pub(crate) async fn get(
        &self,
        outbound: &Outbound,
        issuer: &str,
        now: Timestamp,
    ) -> Result<Arc<Provider>, Trouble> {
        match self.known(issuer) {
            Some(known) if now.since(known.found_at) < FRESH => Ok(known),
            _ => Ok(self.keep(discover(outbound, issuer, now).await?)),
        }
    }

    /// Asks now, whatever is known: for whoever sets it up.
    pub(crate) async fn ask(
        &self,
        outbound: &Outbound,
        issuer: &str,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        self.keep(discover(outbound, issuer, now).await?);
        Ok(())
    }

    /// Verifies a token of the provider's. A key that is not known makes us ask for the keys
    /// again, but not at the pace of those who send such tokens.
    pub(crate) async fn verify<T: DeserializeOwned>(
        &self,
        outbound: &Outbound,
        issuer: &str,
        token: &str,
        typ: Option<&str>,
        now: Timestamp,
    ) -> Result<T, Trouble> {
        let provider = self.get(outbound, issuer, now).await?;
        match provider.keys.verify(token, typ) {
            Err(BadProviderToken::UnknownKey) if now.since(provider.keys_at) >= AGAIN => {}
            result => return result.map_err(Trouble::Token),
        }
        let renewed = self.keep(discover(outbound, issuer, now).await?);
        renewed.keys.verify(token, typ).map_err(Trouble::Token)
    }
}

async fn discover(outbound: &Outbound, issuer: &str, now: Timestamp) -> Result<Provider, Trouble> {
    let at = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let at = Url::parse(&at).map_err(|_| Trouble::Reach(Failure::Form))?;
    let metadata: Metadata = json(&outbound.get(&at, Credential::None).await?)?;
    // To the letter: a document that names somebody else would have us send codes there.
    if metadata.issuer != issuer {
        return Err(Trouble::Answer("the provider names another issuer"));
    }
    for endpoint in [
        Some(&metadata.authorization_endpoint),
        Some(&metadata.token_endpoint),
        Some(&metadata.jwks_uri),
        metadata.userinfo_endpoint.as_ref(),
    ]
    .into_iter()
    .flatten()
    {
        outbound.check(endpoint)?;
    }
    let methods = metadata.code_challenge_methods_supported.as_deref();
    if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) {
        return Err(Trouble::Answer("the provider does not do PKCE with S256"));
    }
    let answer = outbound.get(&metadata.jwks_uri, Credential::None).await?;
    let keys = ProviderKeys::read(&answer.body).filter(|_| answer.status == 200);
    let keys = keys.ok_or(Trouble::Answer("the provider publishes no keys"))?;
    Ok(Provider { metadata, keys, found_at: now, keys_at: now })
}

fn json<T: DeserializeOwned>(answer: &Answer) -> Result<T, Trouble> {
    if answer.status != 200 {
        return Err(Trouble::Answer("the provider refused"));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|_| Trouble::Answer("the provider's answer cannot be read"))
}

/// What the provider gives for a code.
#[derive(Deserialize)]
struct Granted {
    id_token: String,
    access_token: Option<String>,
}

impl Provider {
    /// Whether the provider says who answers (RFC 9207).
    pub(crate) fn says_issuer(&self) -> bool {
        self.metadata.authorization_response_iss_parameter_supported
    }

    /// Where a browser is sent.
    pub(crate) fn way(&self, connection: &Connection, flow: &Flow, redirect: &str) -> String {
        let mut url = self.metadata.authorization_endpoint.clone();
        let scope = if connection.joins { "openid email profile" } else { "openid email" };
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("response_mode", "query"),
            ("client_id", &connection.client_id),
            ("redirect_uri", redirect),
            ("scope", scope),
            ("state", &flow.state()),
            ("nonce", &flow.nonce()),
            ("code_challenge", &flow.challenge()),
            ("code_challenge_method", "S256"),
        ]);
        url.into()
    }

    /// Asks for the token of a code.
    pub(crate) async fn exchange(
        &self,
        outbound: &Outbound,
        connection: &Connection,
        flow: &Flow,
        redirect: &str,
        code: &Secret,
    ) -> Result<(String, Option<Secret>), Trouble> {
        let verifier = flow.verifier();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", redirect),
            ("code_verifier", &verifier),
        ];
        let methods = self.metadata.token_endpoint_auth_methods_supported.as_deref();
        let by_header = methods
            .is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"));
        let endpoint = &self.metadata.token_endpoint;
        let answer = if by_header {
            // Both halves are encoded first (RFC 6749, 2.3.1), so that a colon stays one.
            let password = Secret::new(lk_net::encoded(connection.secret.expose()));
            let name = lk_net::encoded(&connection.client_id);
            let form = lk_net::form(&fields);
            outbound.post(endpoint, Credential::Basic(&name, &password), form).await?
        } else {
            fields.push(("client_id", &connection.client_id));
            fields.push(("client_secret", connection.secret.expose()));
            outbound.post(endpoint, Credential::None, lk_net::form(&fields)).await?
        };
        if answer.status != 200 {
            return Err(Trouble::Answer("the provider refused the code"));
        }
        let granted: Granted = json(&answer)?;
        Ok((granted.id_token, granted.access_token.map(Secret::new)))
    }

    /// What the provider says about somebody whose token does not name an address.
    pub(crate) async fn about(
        &self,
        outbound: &Outbound,
        claims: &IdClaims,
        token: Option<&Secret>,
    ) -> Result<About, Trouble> {
        #[derive(Deserialize)]
        struct UserInfo {
            sub: String,
            #[serde(flatten)]
            about: About,
        }
        let (Some(endpoint), Some(token)) = (&self.metadata.userinfo_endpoint, token) else {
            return Ok(About::default());
        };
        let info: UserInfo = json(&outbound.get(endpoint, Credential::Bearer(token)).await?)?;
        if info.sub != claims.sub {
            return Err(Trouble::Answer("the provider tells about somebody else"));
        }
        Ok(info.about)
    }
}
