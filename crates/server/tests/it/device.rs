//! A device with a passkey: what a browser and an authenticator answer together.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lk_crypto::token::sha256;
use lk_testkit::Answer;
use serde_json::{Value, json};

use crate::app::Newcomer;
use crate::house::{Ask, DASHBOARD, House};

/// One key on one device. What it says can be changed, to lie.
pub(crate) struct Device {
    pair: EcdsaKeyPair,
    pub(crate) id: Vec<u8>,
    pub(crate) user_handle: Value,
    pub(crate) origin: String,
    pub(crate) party: String,
    /// The flags of an answer: present and verified.
    pub(crate) flags: u8,
    /// How often it has signed.
    pub(crate) count: u32,
    /// What it says that it does, when it answers.
    pub(crate) get: &'static str,
}

pub(crate) fn encoded(bytes: &[u8]) -> Value {
    json!(URL_SAFE_NO_PAD.encode(bytes))
}

impl Device {
    pub(crate) fn new() -> Self {
        Self {
            pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id: lk_crypto::Token::random().expose().as_bytes().to_vec(),
            user_handle: Value::Null,
            origin: DASHBOARD.to_owned(),
            party: DASHBOARD.trim_start_matches("https://").to_owned(),
            flags: 5,
            count: 0,
            get: "webauthn.get",
        }
    }

    fn client(&self, r#type: &str, asked: &Value) -> Vec<u8> {
        let (challenge, origin) = (&asked["challenge"], &self.origin);
        json!({ "type": r#type, "challenge": challenge, "origin": origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn data(&self, flags: u8, tail: &[u8]) -> Vec<u8> {
        let party = sha256(self.party.as_bytes());
        [&party[..], &[flags], &self.count.to_be_bytes(), tail].concat()
    }

    /// The body of `enrol_passkey` for what `begin_passkey_enrolment` answered.
    pub(crate) fn create(&self, asked: &Value) -> Value {
        let point = self.pair.public_key().as_ref();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], &point[1..33]].concat();
        let key = [&key[..], &[0x22, 0x58, 32], &point[33..]].concat();
        let tail = [&[0; 16][..], &length, &self.id, &key].concat();
        let data = self.data(self.flags | 0x40, &tail);
        let object = [
            &b"\xa3cfmtdnonegattStmt\xa0hauthData\x59"[..],
            &u16::try_from(data.len()).unwrap().to_be_bytes(),
            &data,
        ]
        .concat();
        json!({
            "name": "A Key",
            "client_data": encoded(&self.client("webauthn.create", asked)),
            "attestation_object": encoded(&object),
            "transports": ["internal", "made-up"],
        })
    }

    /// An answer to a request; it counts.
    pub(crate) fn get(&mut self, asked: &Value) -> Value {
        self.count += 1;
        let (client, data) = (self.client(self.get, asked), self.data(self.flags, &[]));
        let message = [&data[..], &sha256(&client)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).unwrap();
        json!({
            "credential_id": encoded(&self.id),
            "client_data": encoded(&client),
            "authenticator_data": encoded(&data),
            "signature": encoded(signature.as_ref()),
            "user_handle": self.user_handle,
        })
    }
}

impl House {
    pub(crate) async fn begin_passkey(&self, who: &Newcomer) -> Value {
        let begin = who.post("/api/v1/factors/passkeys/begin", json!({}));
        self.ask(&begin).await.expect(StatusCode::OK)
    }

    /// Enrols a device: it, and the passkey's id.
    pub(crate) async fn passkey(&self, who: &Newcomer) -> (Device, String) {
        let mut device = Device::new();
        let begun = self.begin_passkey(who).await;
        device.user_handle = begun["user_id"].clone();
        let enrol = who.post("/api/v1/factors/passkeys", device.create(&begun));
        let body = self.ask(&enrol).await.expect(StatusCode::CREATED);
        (device, body["passkey"]["id"].as_str().unwrap().to_owned())
    }

    /// What has to be signed in a session.
    pub(crate) async fn ask_passkey(&self, who: &Newcomer) -> Value {
        let ask = who.post("/api/v1/factors/passkeys/challenge", json!({}));
        self.ask(&ask).await.expect(StatusCode::OK)
    }

    /// What has to be signed to sign in.
    pub(crate) async fn ask_to_sign_in(&self) -> Value {
        let ask = Ask::new(&Method::POST, "/api/v1/auth/passkey/begin").json(json!({}));
        self.ask(&ask).await.expect(StatusCode::OK)
    }

    /// Signs in with an answer.
    pub(crate) async fn enter(&self, answer: Value) -> Answer {
        let body = json!({ "passkey": answer });
        self.ask(&Ask::new(&Method::POST, "/api/v1/auth/passkey").json(body)).await
    }
}
