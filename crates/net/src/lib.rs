//! The one way out: requests to servers whose address somebody typed.
//!
//! Reading order: [`outbound`] (a request), [`delivery`] (something brought there), [`address`] (where
//! it may go), `tls` (who is believed to be who).
//!
//! **Invariant:** a name is resolved once, and the connection goes to the address that was looked
//! at: nothing asks again in between, so an answer that changes (DNS rebinding) reaches nothing.
//! **Invariant:** redirects are not followed, and an answer has a size and a time.

pub mod address;
pub mod delivery;
pub mod outbound;
mod tls;

pub use outbound::{Answer, Failure, Outbound, Plain, Reach};
pub use tls::BadAuthority;
pub use url::Url;
pub use url::form_urlencoded::parse as read_form;

/// A form with these fields.
#[must_use]
pub fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Text as it stands in a form.
#[must_use]
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
