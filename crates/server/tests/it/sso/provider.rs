//! A small OpenID provider: it signs real tokens, and says whatever a test wants it to say.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use lk_crypto::token::sha256;
use rcgen::KeyPair;
use serde_json::{Value, json};

/// What the provider calls us, and what proves it.
pub(crate) const CLIENT: &str = "leadkeep at plum";
pub(crate) const SECRET: &str = "a secret: with a colon, and 100 % more";

/// A signing key and how it is published.
pub(crate) struct Signer {
    pub(crate) kid: String,
    pub(crate) key: EncodingKey,
    pub(crate) jwk: Value,
}

impl Signer {
    pub(crate) fn new(kid: &str) -> Self {
        let pair = KeyPair::generate().unwrap();
        let (x, y) = pair.public_key_raw()[1..].split_at(32);
        let b64 = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
            "x": b64(x), "y": b64(y),
        });
        Self { kid: kid.to_owned(), key: EncodingKey::from_ec_der(&pair.serialize_der()), jwk }
    }

    /// Signs claims as a token of this type.
    pub(crate) fn sign(&self, typ: &str, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.kid.clone());
        header.typ = Some(typ.to_owned());
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}

/// A code that waits for whoever set out.
struct Waiting {
    challenge: String,
    redirect: String,
    token: String,
}

#[derive(Default)]
struct Memory {
    published: Vec<Value>,
    /// What the description says, where a test wants it otherwise.
    described: Value,
    waiting: HashMap<String, Waiting>,
    userinfo: Value,
    /// How often the keys were asked for.
    key_requests: usize,
}

/// A running provider.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) signer: Signer,
    memory: Arc<Mutex<Memory>>,
}

/// What a browser was sent away with.
pub(crate) struct Way(HashMap<String, String>);

impl Way {
    pub(crate) fn of(url: &str) -> Self {
        let url = lk_net::Url::parse(url).unwrap();
        Self(url.query_pairs().into_owned().collect())
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        &self.0[name]
    }
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/plum", listener.local_addr().unwrap());
        let signer = Signer::new("first");
        let memory = Memory {
            published: vec![signer.jwk.clone()],
            described: json!({}),
            ..Memory::default()
        };
        let memory = Arc::new(Mutex::new(memory));
        let router = Router::new()
            .route("/plum/.well-known/openid-configuration", get(describe))
            .route("/plum/keys", get(keys))
            .route("/plum/token", post(token))
            .route("/plum/me", get(userinfo))
            .with_state((issuer.clone(), Arc::clone(&memory)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, signer, memory }
    }

    /// Publishes these keys from now on.
    pub(crate) fn publish(&self, signers: &[&Signer]) {
        self.memory.lock().unwrap().published =
            signers.iter().map(|signer| signer.jwk.clone()).collect();
    }

    /// Describes itself otherwise from now on.
    pub(crate) fn describe(&self, change: Value) {
        self.memory.lock().unwrap().described = change;
    }

    /// What it says when it is asked about somebody.
    pub(crate) fn tells(&self, about: Value) {
        self.memory.lock().unwrap().userinfo = about;
    }

    pub(crate) fn key_requests(&self) -> usize {
        self.memory.lock().unwrap().key_requests
    }

    /// What it would say of Ada, who set out like this.
    pub(crate) fn claims(&self, way: &Way, now: i64, subject: &str, email: &str) -> Value {
        json!({
            "iss": self.issuer, "aud": CLIENT, "sub": subject, "iat": now, "exp": now + 300,
            "nonce": way.get("nonce"), "email": email, "email_verified": true, "name": "Ada",
            "sid": format!("session of {subject}"),
        })
    }

    /// Somebody signed in: the code for this token.
    pub(crate) fn code(&self, way: &Way, token: String) -> String {
        let code = lk_crypto::Token::random().expose().to_owned();
        let waiting = Waiting {
            challenge: way.get("code_challenge").to_owned(),
            redirect: way.get("redirect_uri").to_owned(),
            token,
        };
        self.memory.lock().unwrap().waiting.insert(code.clone(), waiting);
        code
    }
}

type Shared = State<(String, Arc<Mutex<Memory>>)>;

async fn describe(State((issuer, memory)): Shared) -> String {
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth?company=plum"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "code_challenge_methods_supported": ["S256"],
    });
    for (name, value) in memory.lock().unwrap().described.as_object().unwrap() {
        document[name] = value.clone();
    }
    document.to_string()
}

async fn keys(State((_, memory)): Shared) -> String {
    let mut memory = memory.lock().unwrap();
    memory.key_requests += 1;
    json!({ "keys": memory.published }).to_string()
}

async fn userinfo(State((_, memory)): Shared, headers: HeaderMap) -> Response {
    if headers["authorization"] != "Bearer access" {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    memory.lock().unwrap().userinfo.to_string().into_response()
}

async fn token(State((_, memory)): Shared, headers: HeaderMap, form: String) -> Response {
    let form: HashMap<String, String> = lk_net::read_form(form.as_bytes()).into_owned().collect();
    let encoded = |text: &str| lk_net::encoded(text);
    let pair = STANDARD.encode(format!("{}:{}", encoded(CLIENT), encoded(SECRET)));
    let by_header =
        headers.get("authorization").is_some_and(|line| *line == format!("Basic {pair}"));
    let by_form = form.get("client_secret").is_some_and(|secret| secret == SECRET);
    let waiting = memory.lock().unwrap().waiting.remove(&form["code"]);
    let proven = |waiting: &Waiting| {
        let hash = URL_SAFE_NO_PAD.encode(sha256(form["code_verifier"].as_bytes()));
        waiting.challenge == hash && waiting.redirect == form["redirect_uri"]
    };
    match waiting.filter(proven) {
        Some(waiting) if by_header || by_form => {
            json!({ "id_token": waiting.token, "access_token": "access" })
                .to_string()
                .into_response()
        }
        _ => StatusCode::BAD_REQUEST.into_response(),
    }
}
