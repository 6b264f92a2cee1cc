//! The public key of a passkey, as authenticators write it (COSE), and signatures under it.
//!
//! Three algorithms and no more: ES256, EdDSA with Ed25519, and RS256 with 2048 bits or more.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};

use super::Refusal;
use super::cbor::Reader;

/// The numbers of the algorithms, in the order in which a new passkey should choose.
pub const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

/// The fewest bytes of an RSA modulus.
const LEAST_MODULUS: usize = 256;

/// A public key.
#[derive(Debug)]
pub(super) enum Key {
    Es256(ParsedPublicKey),
    EdDsa(ParsedPublicKey),
    Rs256 { modulus: Vec<u8>, exponent: Vec<u8> },
}

/// The members of a COSE key that our algorithms use. `minus_one` is a curve or a modulus.
#[derive(Debug, Default)]
struct Members<'a> {
    kind: Option<i64>,
    algorithm: Option<i64>,
    curve: Option<i64>,
    modulus: Option<&'a [u8]>,
    minus_two: Option<&'a [u8]>,
    minus_three: Option<&'a [u8]>,
}

impl<'a> Members<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let mut members = Self::default();
        let mut before = None;
        for _ in 0..reader.map()? {
            let name = reader.int()?;
            // Neither twice nor, as the canonical form has it, in another order.
            let place = (name < 0, name.unsigned_abs());
            if before.is_some_and(|before| before >= place) {
                return None;
            }
            before = Some(place);
            match name {
                1 => members.kind = Some(reader.int()?),
                3 => members.algorithm = Some(reader.int()?),
                -1 if members.kind == Some(3) => members.modulus = Some(reader.bytes()?),
                -1 => members.curve = Some(reader.int()?),
                -2 => members.minus_two = Some(reader.bytes()?),
                -3 => members.minus_three = Some(reader.bytes()?),
                _ => reader.skip()?,
            }
        }
        Some(members)
    }
}

impl Key {
    /// Reads a key and leaves the reader behind it.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Refusal> {
        let members = Members::read(reader).ok_or(Refusal::Malformed)?;
        let Members { kind, algorithm, curve, modulus, minus_two, minus_three } = members;
        match (kind, algorithm, curve) {
            (Some(2), Some(ES256), Some(1)) => {
                let (Some(x), Some(y)) = (minus_two, minus_three) else {
                    return Err(Refusal::Malformed);
                };
                if x.len() != 32 || y.len() != 32 {
                    return Err(Refusal::Malformed);
                }
                let point = [&[4], x, y].concat();
                // Parsing refuses a point that is not on the curve.
                ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
                    .map(Self::Es256)
                    .map_err(|_| Refusal::Malformed)
            }
            (Some(1), Some(EDDSA), Some(6)) => {
                let x = minus_two.filter(|x| x.len() == 32).ok_or(Refusal::Malformed)?;
                ParsedPublicKey::new(&ED25519, x).map(Self::EdDsa).map_err(|_| Refusal::Malformed)
            }
            (Some(3), Some(RS256), None) => {
                let (Some(modulus), Some(exponent)) = (modulus, minus_two) else {
                    return Err(Refusal::Malformed);
                };
                let (modulus, exponent) = (bare(modulus), bare(exponent));
                if !(LEAST_MODULUS..=1024).contains(&modulus.len()) || exponent.is_empty() {
                    return Err(Refusal::Malformed);
                }
                Ok(Self::Rs256 { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
            }
            (Some(_), Some(_), _) => Err(Refusal::UnknownAlgorithm),
            _ => Err(Refusal::Malformed),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        let good = match self {
            Self::Es256(key) | Self::EdDsa(key) => key.verify_sig(message, signature),
            Self::Rs256 { modulus, exponent } => {
                RsaPublicKeyComponents { n: modulus.as_slice(), e: exponent.as_slice() }.verify(
                    &RSA_PKCS1_2048_8192_SHA256,
                    message,
                    signature,
                )
            }
        };
        good.map_err(|_| Refusal::BadSignature)
    }
}

/// A number without leading zeros.
fn bare(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}
