//! Cryptography behind eleven doors: root key, sealed columns, tokens, tags, passwords (and the list
//! of breached ones), access tokens, second factors, passkeys, API keys, tokens that providers
//! signed, signatures of webhooks.
//!
//! **Invariant:** one provider (aws-lc-rs), 256-bit symmetric keys, nothing configurable per call.

pub mod access_token;
pub mod api_key;
pub mod breached;
pub mod mac;
pub mod passkey;
pub mod password;
pub mod provider_key;
pub mod recovery_code;
pub mod root;
pub mod sealed;
pub mod token;
pub mod totp;
pub mod webhook;

pub use access_token::{Claims, KeyRing};
pub use api_key::ApiKey;
pub use mac::Mac;
pub use password::Hasher;
pub use provider_key::{BadProviderToken, ProviderKeys};
pub use recovery_code::RecoveryCode;
pub use root::RootKey;
pub use sealed::{DataKey, Place, Sealer, Unopened};
pub use token::{Token, TokenHash};
pub use totp::TotpSecret;
pub use webhook::WebhookSecret;
