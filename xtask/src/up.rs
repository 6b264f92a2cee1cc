//! `up`: from a fresh clone to a running Leadkeep with demo data.

use anyhow::{Result, bail};

use crate::setup::{self, For};
use crate::{step, web};

pub(crate) fn run(words: &[String]) -> Result<()> {
    let (mut release, mut demo, mut data) = (false, true, "data".to_owned());
    let mut words = words.iter();
    let mut passed_on = Vec::new();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--release" => release = true,
            "--no-demo" => demo = false,
            "--data" => match words.next() {
                Some(directory) => data.clone_from(directory),
                None => bail!("--data needs a directory"),
            },
            "--" => passed_on.extend(words.by_ref()),
            other => bail!("up does not know `{other}`; it takes --release, --data DIR, --no-demo"),
        }
    }
    setup::prepare(For::Running)?;
    web::build()?;
    let program = step::build_server(release)?;
    let data = std::path::absolute(data)?;
    step::announce(&format!(
        "starting Leadkeep; everything it keeps is in {}; Ctrl-C stops it and its database",
        data.display()
    ));
    let mut server = step::command(&program.display().to_string());
    server.arg("serve").args(passed_on);
    server.env("LEADKEEP_DATA__DIR", data);
    if demo {
        server.env("LEADKEEP_DEMO__ENABLED", "true");
        // The demo's people have no phone; without the demo nothing is let off.
        server.env("LEADKEEP_IDENTITY__SECOND_FACTOR", "optional");
    }
    step::become_it(&mut server)
}
