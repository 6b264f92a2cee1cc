//! Browsers that are known again: a cookie with a random name and a mark for each login that
//! was signed in to with it.
//!
//! The mark is a tag over login and name, so it is worth nothing with another name, and nothing
//! needs to be looked up to see that it is good.

use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lk_base::{Secret, clock};
use lk_crypto::root::BadKey;
use lk_crypto::{Mac, RootKey, TokenHash};
use lk_web::cookie::{self, Crossing};

use super::Named;

/// As long as browsers keep a cookie.
const LIFETIME_SECONDS: u64 = 400 * 24 * 3600;
/// So many logins are remembered in one browser, the latest first.
const MOST_MARKS: usize = 8;
/// Bytes of a name.
const NAME: usize = 16;
/// Bytes of a mark: half a tag is as hard to guess as a name.
const MARK: usize = 16;

/// A browser.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Device([u8; NAME]);

impl Device {
    fn random() -> Self {
        let mut name = [0; NAME];
        clock::fill_random(&mut name);
        Self(name)
    }

    /// What a session keeps of it.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::of(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// A cookie, read.
struct Shown {
    device: Device,
    marks: Vec<[u8; MARK]>,
}

impl Shown {
    /// `name~mark~mark…`, all in base64url; whatever else is there is as if nothing was.
    fn read(value: &Secret) -> Option<Self> {
        let mut parts = value.expose().split('~').map(|part| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            <[u8; 16]>::try_from(bytes).ok()
        });
        let device = Device(parts.next()??);
        let marks: Vec<[u8; MARK]> = parts.take(MOST_MARKS + 1).collect::<Option<_>>()?;
        (marks.len() <= MOST_MARKS).then_some(Self { device, marks })
    }
}

/// Knows browsers again.
#[derive(Debug)]
pub(crate) struct Devices(Mac);

impl Devices {
    pub(super) fn new(root: &RootKey) -> Result<Self, BadKey> {
        Ok(Self(Mac::new(root, "known devices")?))
    }

    fn mark(&self, device: &Device, named: Named) -> [u8; MARK] {
        let tag = self.0.tag(&[&device.0, &named.0.to_be_bytes()]);
        let mut mark = [0; MARK];
        mark.iter_mut().zip(tag).for_each(|(to, from)| *to = from);
        mark
    }

    /// The browser, whatever it was used for.
    pub(crate) fn shown(value: Option<&Secret>) -> Option<Device> {
        Some(Shown::read(value?)?.device)
    }

    /// The browser, if the login was signed in to with it.
    pub(crate) fn known(&self, value: Option<&Secret>, named: Named) -> Option<Device> {
        let shown = Shown::read(value?)?;
        let own = Secret::new(URL_SAFE_NO_PAD.encode(self.mark(&shown.device, named)));
        // Hashes are compared, so that time says nothing about how much of a mark is right.
        let own = TokenHash::of(own.expose());
        let is_own = |mark: &[u8; MARK]| TokenHash::of(&URL_SAFE_NO_PAD.encode(mark)).matches(&own);
        shown.marks.iter().any(is_own).then_some(shown.device)
    }

    /// The browser with one more login, and the cookie that says so.
    pub(crate) fn remember(&self, value: Option<&Secret>, named: Named) -> (Device, HeaderValue) {
        let shown = value.and_then(Shown::read);
        let shown = shown.unwrap_or_else(|| Shown { device: Device::random(), marks: Vec::new() });
        let own = self.mark(&shown.device, named);
        let others = shown.marks.into_iter().filter(|mark| *mark != own);
        let parts: Vec<String> = [shown.device.0, own]
            .into_iter()
            .chain(others.take(MOST_MARKS - 1))
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .collect();
        let line =
            cookie::set(cookie::DEVICE, &parts.join("~"), LIFETIME_SECONDS, Crossing::Strict);
        (shown.device, line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(line: &HeaderValue) -> Secret {
        let line = line.to_str().unwrap();
        let (_, rest) = line.split_once('=').unwrap();
        Secret::new(rest.split(';').next().unwrap().to_owned())
    }

    #[test]
    fn a_browser_is_known_for_the_logins_that_were_signed_in_to_with_it() {
        let devices = Devices::new(&RootKey::random()).unwrap();
        let (ada, bob) = (Named(1), Named(2));
        let (device, line) = devices.remember(None, ada);
        let first = value(&line);
        assert_eq!(devices.known(Some(&first), ada), Some(device.clone()));
        assert_eq!(devices.known(Some(&first), bob), None);
        let (same, line) = devices.remember(Some(&first), bob);
        assert_eq!(same, device);
        let both = value(&line);
        assert!(devices.known(Some(&both), ada).is_some());
        assert!(devices.known(Some(&both), bob).is_some());
        let (_, line) = devices.remember(Some(&both), ada);
        assert_eq!(value(&line).expose().len(), both.expose().len(), "no mark twice");
    }

    #[test]
    fn a_mark_is_worth_nothing_elsewhere() {
        let (devices, other) =
            (Devices::new(&RootKey::random()).unwrap(), Devices::new(&RootKey::random()).unwrap());
        let (ada, bob) = (Named(1), Named(2));
        let mine = value(&devices.remember(None, ada).1);
        let theirs = value(&devices.remember(None, bob).1);
        let (_, mark) = mine.expose().split_once('~').unwrap();
        let (name, _) = theirs.expose().split_once('~').unwrap();
        let mixed = Secret::new(format!("{name}~{mark}"));
        assert_eq!(devices.known(Some(&mixed), ada), None);
        assert_eq!(other.known(Some(&mine), ada), None);
        for text in ["", "~", "x", "~~~~", &format!("{mark}~x"), &format!("{mark}~{mark}~")] {
            assert_eq!(devices.known(Some(&Secret::new(text.to_owned())), ada), None, "{text}");
        }
        let many = Secret::new(format!("{}{}", mine.expose(), format!("~{mark}").repeat(9)));
        assert_eq!(devices.known(Some(&many), ada), None, "more marks than we write");
    }

    #[test]
    fn the_oldest_of_many_logins_is_forgotten() {
        let devices = Devices::new(&RootKey::random()).unwrap();
        let mut shown = None;
        for named in 0..9 {
            shown = Some(value(&devices.remember(shown.as_ref(), Named(named)).1));
        }
        assert_eq!(devices.known(shown.as_ref(), Named(0)), None);
        assert!((1..9).all(|named| devices.known(shown.as_ref(), Named(named)).is_some()));
    }
}
