//! Search: from text to words ([`words`]), from words to the table ([`keep`]), and the words of
//! conversations that are older than search ([`owed`]). The operation that asks is
//! [`crate::conversation::search`].

pub(crate) mod keep;
pub(crate) mod owed;
pub(crate) mod words;
