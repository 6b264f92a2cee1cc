//! Cryptography behind seven doors: root key, sealed columns, tokens, passwords (and the list of
//! breached ones), access tokens, second factors, passkeys.
//!
//! **Invariant:** one provider (aws-lc-rs), 256-bit symmetric keys, nothing configurable per call.

pub mod access_token;
pub mod breached;
pub mod passkey;
pub mod password;
pub mod recovery_code;
pub mod root;
pub mod sealed;
pub mod token;
pub mod totp;

pub use access_token::{Claims, KeyRing};
pub use password::Hasher;
pub use recovery_code::RecoveryCode;
pub use root::RootKey;
pub use sealed::{Place, Sealer};
pub use token::{Token, TokenHash};
pub use totp::TotpSecret;
