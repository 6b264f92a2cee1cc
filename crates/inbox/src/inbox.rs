//! What every operation of this capability works with.

use std::sync::Arc;

use lk_db::Db;

use crate::authenticate::Known;
use crate::directory::Directory;
use crate::live::Live;

/// The capability's parts. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    /// The database.
    pub db: Db,
    /// Who is there at this moment, and who wants to hear what is not worth an event.
    pub live: Arc<dyn Live>,
    /// The origin that serves the widget, for example `https://chat.example`.
    pub widget_origin: Arc<str>,
    /// The name of this build's loader, which changes with its bytes: `v1-….js`.
    pub loader_name: Arc<str>,
    /// The subresource-integrity value of the loader, `sha384-…`.
    pub loader_integrity: Arc<str>,
    /// Widgets and visitors looked at within the last second.
    pub known: Arc<Known>,
    pub(crate) directory: Arc<Directory>,
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<inbox with widgets at {}>", self.widget_origin)
    }
}

impl Inbox {
    /// The capability with its parts.
    #[must_use]
    pub fn new(
        db: Db,
        live: Arc<dyn Live>,
        widget_origin: impl Into<Arc<str>>,
        loader_name: impl Into<Arc<str>>,
        loader_integrity: impl Into<Arc<str>>,
    ) -> Self {
        Self {
            db,
            live,
            widget_origin: widget_origin.into(),
            loader_name: loader_name.into(),
            loader_integrity: loader_integrity.into(),
            known: Arc::default(),
            directory: Arc::default(),
        }
    }

    /// The same capability over another handle of the database: the demo writes its past with it.
    #[must_use]
    pub fn with_db(&self, db: Db) -> Self {
        Self { db, ..self.clone() }
    }
}
