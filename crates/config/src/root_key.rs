//! The root key: decoded from the settings, read from its file, or made at the first start.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use lk_base::secret::Secret;
use zeroize::Zeroize as _;

use crate::error::ConfigError;
use crate::weak;

/// Reads hex or any common base64.
pub(crate) fn decode(text: &str) -> Option<Secret<Vec<u8>>> {
    let text = text.trim();
    if text.len() >= 64
        && text.len().is_multiple_of(2)
        && text.bytes().all(|b| b.is_ascii_hexdigit())
    {
        let nibble = |byte: u8| char::from(byte).to_digit(16).and_then(|n| u8::try_from(n).ok());
        return text
            .as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
                _ => None,
            })
            .collect::<Option<Vec<u8>>>()
            .map(Secret::new);
    }
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|engine| engine.decode(text).ok())
        .map(Secret::new)
}

/// Reads `<data>/root.key`; `None` when there is none and nothing that one has sealed.
pub(crate) fn read(data: &Path) -> Result<Option<Secret<Vec<u8>>>, ConfigError> {
    let path = data.join("root.key");
    let failed = |source| ConfigError::File { action: "read", path: path.clone(), source };
    match fs::metadata(&path) {
        Ok(found) if found.mode() & 0o077 != 0 => Err(ConfigError::RootKeyOpen { path }),
        Ok(_) => {
            let text = Secret::new(fs::read_to_string(&path).map_err(failed)?);
            let unusable = |why| ConfigError::RootKeyUnusable { path: path.clone(), why };
            let key = decode(text.expose()).ok_or_else(|| unusable("is not written in base64"))?;
            match weak::fault_of_key(key.expose()) {
                Some(why) => Err(unusable(why)),
                None => Ok(Some(key)),
            }
        }
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
        Err(_) if data.join("postgres").exists() => {
            Err(ConfigError::RootKeyLost { key: path, data: data.to_owned() })
        }
        Err(_) => Ok(None),
    }
}

/// Makes `<data>/root.key` (mode 0600), and the data directory when it is missing.
pub(crate) fn make(data: &Path) -> Result<Secret<Vec<u8>>, ConfigError> {
    let path = data.join("root.key");
    let failed = |action: &'static str| {
        let path = path.clone();
        move |source| ConfigError::File { action, path, source }
    };
    if let Some(parent) = data.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(failed("make the directory for"))?;
    }
    // Others may pass through, because PostgreSQL can run as another user; they cannot list it.
    match DirBuilder::new().mode(0o711).create(data) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(failed("make the directory for")(error));
        }
        _ => {}
    }
    let mut bytes = vec![0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| ConfigError::NoRandom)?;
    write(&path, &bytes).and_then(|()| File::open(data)?.sync_all()).map_err(failed("write"))?;
    Ok(Secret::new(bytes))
}

/// Written beside and moved into place, so that a crash leaves a whole key or none.
fn write(path: &Path, key: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("key.new");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let mut text = STANDARD.encode(key);
    let written = writeln!(file, "{text}").and_then(|()| file.sync_all());
    text.zeroize();
    written?;
    // A link fails when the key is there already: two first starts cannot replace each other's.
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    linked
}
