//! Builds the dashboard, staff's page and the widget when something they are made of changed.

use anyhow::Result;

use crate::stamp::Stamp;
use crate::{step, tree};

/// What the server carries inside; all of it must be there.
const BUILT: [&str; 4] = [
    "dashboard/dist/index.html",
    "staff/dist/index.html",
    "widget/frame/dist/index.html",
    "widget/loader/dist/v1.js",
];

/// Whether there is a web part at all.
pub(crate) fn exists() -> bool {
    step::root().join("web/package.json").exists()
}

/// Builds when needed.
pub(crate) fn build() -> Result<()> {
    if !exists() {
        return Ok(());
    }
    let stamp = stamp()?;
    let is_built = BUILT.iter().all(|file| step::root().join("web").join(file).exists());
    if stamp.is_fresh() && is_built {
        return Ok(());
    }
    step::run(step::npm("web").args(["run", "build"]).stdout(std::io::stderr()))?;
    stamp.set()
}

/// Remembers a build that another script made.
pub(crate) fn was_built() -> Result<()> {
    stamp()?.set()
}

fn stamp() -> Result<Stamp> {
    Stamp::of("web", &tree::files(&step::root().join("web"))?)
}
