//! The specification's own examples, every refusal, and bytes that somebody changed.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
};

use super::*;

const ORIGIN: &str = "https://app.example:8443";

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16).unwrap()).unwrap();
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// The keys a device may have.
enum Signer {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(Box<RsaKeyPair>),
}

impl Signer {
    fn es256() -> Self {
        Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    fn all() -> [Self; 3] {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        [
            Self::es256(),
            Self::EdDsa(Ed25519KeyPair::generate().unwrap()),
            Self::Rs256(Box::new(rsa)),
        ]
    }

    fn cose(&self) -> Vec<u8> {
        match self {
            Self::Es256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (&point[1..33], &point[33..]);
                [&bytes("a5010203262001215820")[..], x, &bytes("225820"), y].concat()
            }
            Self::EdDsa(pair) => {
                [&bytes("a4010103272006215820")[..], pair.public_key().as_ref()].concat()
            }
            Self::Rs256(pair) => {
                let parts = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                let begin = bytes("a401030339010020590100");
                [&begin[..], &parts.n, &bytes("2143"), &parts.e].concat()
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }
}

fn client(r#type: &str, origin: &str, more: &str) -> Vec<u8> {
    format!(r#"{{"type":"{type}","challenge":"Y2hhbGxlbmdl","origin":"{origin}"{more}}}"#).into()
}

fn data(party: &str, flags: u8, tail: &[u8]) -> Vec<u8> {
    [&sha256(party.as_bytes())[..], &[flags], &7_u32.to_be_bytes(), tail].concat()
}

fn attestation(signer: &Signer, party: &str, flags: u8) -> Vec<u8> {
    let tail = [&[0; 16][..], &[0, 4], b"id-1", &signer.cose()].concat();
    let data = data(party, flags, &tail);
    let length = u16::try_from(data.len()).unwrap().to_be_bytes();
    let begin = bytes("a363666d74646e6f6e656761747453746d74a068617574684461746159");
    [&begin[..], &length, &data].concat()
}

fn assertion(signer: &Signer, client: &[u8], data: &[u8]) -> Result<Answered, Refusal> {
    let signature = signer.sign(&[data, &sha256(client)].concat());
    let client = ClientData::read(client)?;
    answered(&Party::of(ORIGIN), &client, data, &signature, &signer.cose())
}

#[test]
fn the_examples_of_the_specification_are_read_and_their_signatures_hold() {
    // W3C WebAuthn Level 3, 16.2: ES256 without attestation; its authenticator verifies nobody.
    let party = Party::of("https://example.org");
    let object = bytes(
        "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220",
    );
    let client = ClientData::read(&bytes("7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a646354427258426941774a544c453551227d")).unwrap();
    assert_eq!(client.challenge(), "AMMPt4UxxGTStncdq417YDwBFi8vpIa-pw8oOuVW4TA");
    assert_eq!(created(&party, &client, &object), Err(Refusal::NotVerified));
    let inner = authenticator_data(&object).unwrap();
    let fresh = AuthenticatorData::read(inner).unwrap().credential.unwrap();
    assert_eq!(fresh.id, bytes("f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4"));
    let data = bytes("bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000");
    let client = ClientData::read(&bytes("7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d")).unwrap();
    let signature = bytes(
        "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87",
    );
    assert_eq!(signed(&client, &data, &signature, fresh.public_key), Ok(()));
    let unverified = answered(&party, &client, &data, &signature, fresh.public_key);
    assert_eq!(unverified, Err(Refusal::NotVerified));

    // 16.4: the same in a frame on another site's page; its authenticator verifies.
    let object = bytes(
        "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b54500000000883f4f6014f19c09d87aa38123be48d000206e1050c0d2ca2f07c755cb2c66a74c64fa43065c18f938354d9915db2bd5ce57a501020326200121582022200a473f90b11078851550d03b4e44a2279f8c4eca27b3153dedfe03e4e97d225820cbd0be95e746ad6f5a8191be11756e4c0420e72f65b466d39bc56b8b123a9c6e",
    );
    let inner = authenticator_data(&object).unwrap();
    let read = AuthenticatorData::read(inner).unwrap();
    assert_eq!(read.check(&party), Ok(()));
    let data = bytes("bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50500000000");
    let client = ClientData::read(&bytes("7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a226832716c463771445f65356c5f505f62796b7945377135645650674547685f49584a6b655737736e4d5463222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a747275652c22657874726144617461223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869733a2039327063545644304162792d713464746d6a36656667227d")).unwrap();
    let signature = bytes(
        "3046022100eb12fcf23b12764c0f122e22371fab92e283879fd798f38ee1841c951b6e40e7022100c76237ff9db77b3c56f30837cda6a09acfa2e915544e609c0733b1184036d1cf",
    );
    let key = read.credential.unwrap().public_key;
    assert_eq!(signed(&client, &data, &signature, key), Ok(()));
    assert_eq!(answered(&party, &client, &data, &signature, key), Err(Refusal::Framed));
}

#[test]
fn each_of_the_three_algorithms_makes_and_answers() {
    let party = Party::of(ORIGIN);
    assert_eq!(party.id(), "app.example");
    for signer in Signer::all() {
        let object = attestation(&signer, "app.example", 0b0101_1101);
        let client_data = client("webauthn.create", ORIGIN, "");
        let client_data = ClientData::read(&client_data).unwrap();
        let made = created(&party, &client_data, &object).unwrap();
        assert_eq!((made.credential_id.as_slice(), made.sign_count), (&b"id-1"[..], 7));
        assert!(made.backup_eligible && made.backed_up);
        assert_eq!(made.public_key, signer.cose());
        let get = client("webauthn.get", ORIGIN, r#","crossOrigin":false,"later":{}"#);
        let answer = assertion(&signer, &get, &data("app.example", 5, &[])).unwrap();
        assert_eq!(answer, Answered { sign_count: 7, backup_eligible: false, backed_up: false });
        // With extensions behind it.
        let extended = data("app.example", 0x85, &bytes("a161610f"));
        assert!(assertion(&signer, &get, &extended).is_ok());
    }
}

#[test]
fn what_was_made_for_something_else_is_refused() {
    let signer = Signer::es256();
    let get = client("webauthn.get", ORIGIN, "");
    let good = data("app.example", 5, &[]);
    for (client, data, expected) in [
        (client("webauthn.create", ORIGIN, ""), good.clone(), Refusal::WrongType),
        (client("webauthn.get", "https://app.example", ""), good.clone(), Refusal::WrongOrigin),
        (client("webauthn.get", "https://evil.test", ""), good.clone(), Refusal::WrongOrigin),
        (client("webauthn.get", ORIGIN, r#","crossOrigin":true"#), good.clone(), Refusal::Framed),
        (client("webauthn.get", ORIGIN, r#","topOrigin":"x""#), good.clone(), Refusal::Framed),
        (b"{}".to_vec(), good.clone(), Refusal::Malformed),
        (get.clone(), data("evil.test", 5, &[]), Refusal::WrongParty),
        (get.clone(), data("app.example", 4, &[]), Refusal::NotPresent),
        (get.clone(), data("app.example", 1, &[]), Refusal::NotVerified),
        (get.clone(), data("app.example", 0x15, &[]), Refusal::Contradiction),
        (get.clone(), data("app.example", 5, &[0]), Refusal::Malformed),
        (get.clone(), data("app.example", 0x85, &[]), Refusal::Malformed),
        (get.clone(), good[..36].to_vec(), Refusal::Malformed),
    ] {
        assert_eq!(assertion(&signer, &client, &data), Err(expected));
    }
    // Somebody else's key, and a signature over something else.
    let (party, client) = (Party::of(ORIGIN), ClientData::read(&get).unwrap());
    let signature = signer.sign(&[&good[..], &sha256(&get)].concat());
    let other = Signer::es256().cose();
    let wrong = Err(Refusal::BadSignature);
    assert_eq!(answered(&party, &client, &good, &signature, &other), wrong);
    let over = signer.sign(&good);
    assert_eq!(answered(&party, &client, &good, &over, &signer.cose()), wrong);
    assert_eq!(answered(&party, &client, &good, &[], &signer.cose()), wrong);
}

#[test]
fn keys_that_are_weak_or_unknown_are_refused() {
    let read = |cose: &[u8]| Key::read(&mut Reader::new(cose)).map(drop);
    let good = Signer::es256().cose();
    assert_eq!(read(&good), Ok(()));
    // A point beside the curve.
    let mut beside = good.clone();
    beside[12] ^= 1;
    assert_eq!(read(&beside), Err(Refusal::Malformed));
    // ES384, and EdDSA over a curve that it does not have.
    assert_eq!(read(&bytes("a301020338222002")), Err(Refusal::UnknownAlgorithm));
    assert_eq!(read(&bytes("a3010103272001")), Err(Refusal::UnknownAlgorithm));
    // RSA with 1,024 bits.
    let small = [&bytes("a4010303390100205880")[..], &[0xff; 128], &bytes("2143010001")].concat();
    assert_eq!(read(&small), Err(Refusal::Malformed));
    // A member that comes twice.
    assert_eq!(read(&bytes("a201020102")), Err(Refusal::Malformed));
}

#[test]
fn no_change_of_a_bit_and_no_cut_is_taken_or_panics() {
    let signer = Signer::es256();
    let party = Party::of(ORIGIN);
    let get = client("webauthn.get", ORIGIN, "");
    let good = data("app.example", 5, &[]);
    let signature = signer.sign(&[&good[..], &sha256(&get)].concat());
    let key = signer.cose();
    let client_data = ClientData::read(&get).unwrap();
    assert!(answered(&party, &client_data, &good, &signature, &key).is_ok());
    for bit in 0..good.len() * 8 {
        let mut changed = good.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(answered(&party, &client_data, &changed, &signature, &key).is_err(), "{bit}");
    }
    for bit in 0..get.len() * 8 {
        let mut changed = get.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok(client_data) = ClientData::read(&changed) {
            assert!(answered(&party, &client_data, &good, &signature, &key).is_err(), "{bit}");
        }
    }
    let create = ClientData::read(&client("webauthn.create", ORIGIN, "")).unwrap();
    let object = attestation(&signer, "app.example", 0x45);
    assert!(created(&party, &create, &object).is_ok());
    for length in 0..object.len() {
        assert!(created(&party, &create, &object[..length]).is_err(), "cut at {length}");
    }
    // Every byte at every place: most are refused, none panics.
    for place in 0..object.len() {
        for byte in 0..=u8::MAX {
            let mut changed = object.clone();
            changed[place] = byte;
            let _ = created(&party, &create, &changed);
        }
    }
}
