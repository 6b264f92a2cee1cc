//! Lays file and environment over the defaults, key by key, remembering where each value is from.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::DEFAULTS;
use crate::error::ConfigError;
use crate::sources::Sources;
use crate::suggest;

/// Keys whose values are never shown.
pub(crate) const SECRETS: [&str; 6] = [
    "database.url",
    "database.app_url",
    "database.dispatch_url",
    "secrets.root_key",
    "mail.password",
    "redis.url",
];
/// Variables with our prefix that are no settings.
const OTHER_VARIABLES: [&str; 2] = ["LEADKEEP_CONFIG", "LEADKEEP_BIN"];
const PREFIX: &str = "LEADKEEP_";

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The compiled-in `leadkeep.toml`.
    Default,
    /// A settings file.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// A file named by an environment variable.
    SecretFile(String, PathBuf),
    /// The command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "from {}", path.display()),
            Self::Variable(name) => write!(f, "from {name}"),
            Self::SecretFile(name, path) => write!(f, "from {}, named by {name}", path.display()),
            Self::Flag(name) => write!(f, "from {name}"),
        }
    }
}

/// Every known key (`section.key`) with its value and where that is from.
#[derive(Clone, Debug)]
pub(crate) struct Layers {
    pub(crate) values: BTreeMap<String, (Value, Origin)>,
}

impl Layers {
    /// Gathers all layers.
    pub(crate) fn gather(sources: &Sources) -> Result<Self, ConfigError> {
        let mut layers = Self { values: flatten(parse(Path::new("leadkeep.toml"), DEFAULTS)?) };
        let known = layers.clone();
        // The data directory may hold the settings file, so the upper layers are asked for it first.
        let mut above = known.clone();
        above.environment(sources)?;
        if let Some((path, text)) = file(sources, &above)? {
            for (key, value) in flatten(parse(&path, &text)?) {
                layers.set(&key, value.0, Origin::File(path.clone()))?;
            }
        }
        layers.environment(sources)?;
        Ok(layers)
    }

    fn environment(&mut self, sources: &Sources) -> Result<(), ConfigError> {
        if let Some(url) = sources.variable("DATABASE_URL") {
            let origin = Origin::Variable("DATABASE_URL".to_owned());
            self.set("database.url", Value::String(url.to_owned()), origin)?;
        }
        let mut from_files = Vec::new();
        for (name, text) in &sources.environment {
            let Some(rest) = name.strip_prefix(PREFIX) else { continue };
            if OTHER_VARIABLES.contains(&name.as_str()) || rest.starts_with("TEST_") {
                continue;
            }
            let key = rest.to_ascii_lowercase().replacen("__", ".", 1);
            if let Some(secret) = key.strip_suffix("_file").filter(|key| SECRETS.contains(key)) {
                from_files.push((name, secret.to_owned(), PathBuf::from(text)));
                continue;
            }
            let origin = Origin::Variable(name.clone());
            let Some((current, _)) = self.values.get(&key) else {
                return Err(self.unknown_variable(name, origin));
            };
            let value =
                read_as(current, text).ok_or_else(|| wrong_kind(&key, current, origin.clone()))?;
            self.set(&key, value, origin)?;
        }
        for (name, key, path) in from_files {
            let text = fs::read_to_string(&path).map_err(|source| ConfigError::File {
                action: "read",
                path: path.clone(),
                source,
            })?;
            let value = Value::String(text.trim().to_owned());
            self.set(&key, value, Origin::SecretFile(name.clone(), path))?;
        }
        if let Some(data) = &sources.data {
            let value = Value::String(data.display().to_string());
            self.set("data.dir", value, Origin::Flag("--data"))?;
        }
        Ok(())
    }

    fn set(&mut self, key: &str, value: Value, origin: Origin) -> Result<(), ConfigError> {
        let Some(slot) = self.values.get_mut(key) else {
            let known = self.values.keys().map(String::as_str);
            let suggestion = suggest::nearest(key, known).map(str::to_owned);
            return Err(ConfigError::Unknown { key: key.to_owned(), origin, suggestion });
        };
        if !value.same_type(&slot.0) {
            return Err(wrong_kind(key, &slot.0, origin));
        }
        *slot = (value, origin);
        Ok(())
    }

    fn unknown_variable(&self, name: &str, origin: Origin) -> ConfigError {
        let known: Vec<String> = self
            .values
            .keys()
            .map(|key| format!("{PREFIX}{}", key.replacen('.', "__", 1).to_ascii_uppercase()))
            .collect();
        let suggestion =
            suggest::nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        ConfigError::Unknown { key: name.to_owned(), origin, suggestion }
    }

    /// A text value of the layers as they stand.
    fn text(&self, key: &str) -> &str {
        self.values.get(key).and_then(|(value, _)| value.as_str()).unwrap_or_default()
    }

    /// All values as the nested table that the sections are read from.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new();
        for (key, (value, _)) in &self.values {
            if let Some((section, name)) = key.split_once('.') {
                let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
                if let Value::Table(section) = section {
                    section.insert(name.to_owned(), value.clone());
                }
            }
        }
        table
    }

    /// Where the value of a key is from.
    pub(crate) fn origin(&self, key: &str) -> Origin {
        self.values.get(key).map_or(Origin::Default, |(_, origin)| origin.clone())
    }
}

/// The settings file to read: the first that is named, or the first that is there.
fn file(sources: &Sources, above: &Layers) -> Result<Option<(PathBuf, String)>, ConfigError> {
    let named =
        sources.config.clone().or_else(|| sources.variable("LEADKEEP_CONFIG").map(PathBuf::from));
    let is_named = named.is_some();
    let candidates = match named {
        Some(path) => vec![path],
        None => vec![
            sources.working_directory.join(above.text("data.dir")).join("leadkeep.toml"),
            sources.working_directory.join("leadkeep.toml"),
        ],
    };
    for path in candidates {
        match fs::read_to_string(&path) {
            Ok(text) => return Ok(Some((path, text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => {}
            Err(source) => return Err(ConfigError::File { action: "read", path, source }),
        }
    }
    Ok(None)
}

fn parse(path: &Path, text: &str) -> Result<Table, ConfigError> {
    text.parse::<Table>().map_err(|error| ConfigError::Syntax {
        path: path.to_owned(),
        line: error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| before.matches('\n').count() + 1),
        // The parser's message without its excerpt, which could show a secret.
        why: error.message().to_owned(),
    })
}

/// `[section] key` becomes `section.key`; anything deeper or shallower stays as it is and is then
/// refused as unknown.
fn flatten(table: Table) -> BTreeMap<String, (Value, Origin)> {
    let mut flat = BTreeMap::new();
    for (section, value) in table {
        match value {
            Value::Table(keys) => {
                for (key, value) in keys {
                    flat.insert(format!("{section}.{key}"), (value, Origin::Default));
                }
            }
            other => {
                flat.insert(section, (other, Origin::Default));
            }
        }
    }
    flat
}

/// Reads a variable's text as the kind of value the default is.
fn read_as(like: &Value, text: &str) -> Option<Value> {
    Some(match like {
        Value::String(_) => Value::String(text.to_owned()),
        Value::Integer(_) => Value::Integer(text.trim().parse().ok()?),
        Value::Boolean(_) => Value::Boolean(text.trim().parse().ok()?),
        Value::Array(_) => Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.to_owned()))
                .collect(),
        ),
        _ => return None,
    })
}

fn wrong_kind(key: &str, like: &Value, origin: Origin) -> ConfigError {
    let kind = match like {
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts",
        _ => "a text in quotes",
    };
    ConfigError::Invalid { key: key.to_owned(), why: format!("must be {kind}"), origin }
}
