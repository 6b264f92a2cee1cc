//! Runs other programs in the open: each is announced before it starts.

use std::fmt;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// A failure that needs no further word.
#[derive(Debug)]
pub(crate) struct AlreadySaid;

impl fmt::Display for AlreadySaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it failed, as said above")
    }
}

impl std::error::Error for AlreadySaid {}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    // Where cargo says we are counts more than where we were compiled: a repository can be moved.
    let here =
        variable("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned());
    let here = PathBuf::from(here);
    here.parent().unwrap_or(&here).to_owned()
}

/// An environment variable of the process.
pub(crate) fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "xtask has no settings but these few")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A command in the root of the repository.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that started us.
pub(crate) fn cargo() -> Command {
    let mut cargo = command(&variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    // Left over from `cargo run`, they would make every crate that reads them build again.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        cargo.env_remove(name);
    }
    cargo
}

/// npm in a directory below the root.
pub(crate) fn npm(directory: &str) -> Command {
    let mut npm = command("npm");
    npm.current_dir(root().join(directory));
    npm
}

/// Says on stderr what happens next.
pub(crate) fn announce(what: &str) {
    eprintln!("── {what}");
}

/// Announces and runs; fails when the program does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    announce(&shown(command));
    quietly(command)
}

/// Runs without a word of our own; fails when the program does.
pub(crate) fn quietly(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| missing(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// What the program prints; fails when it does.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| missing(command))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", shown(command), output.status);
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed no text", shown(command)))
}

/// Becomes the program, so that signals, the terminal and the exit code are its own.
pub(crate) fn become_it(command: &mut Command) -> Result<()> {
    announce(&shown(command));
    let error = command.exec();
    Err(error).with_context(|| missing(command))
}

/// Whether a program is on the search path.
pub(crate) fn is_installed(program: &str) -> bool {
    let Some(path) = variable("PATH") else { return false };
    std::env::split_paths(&path).any(|place| place.join(program).is_file())
}

fn missing(command: &Command) -> String {
    format!("cannot run `{}`", command.get_program().to_string_lossy())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    // Programs of ours are shown by name; what counts is what they are told to do.
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut text = name.to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    let place = command.get_current_dir().and_then(|place| place.strip_prefix(root()).ok());
    match place.filter(|place| !place.as_os_str().is_empty()) {
        Some(place) => format!("{text}   (in {})", place.display()),
        None => text,
    }
}

/// Where cargo puts what it builds.
pub(crate) fn target_directory() -> Result<PathBuf> {
    let mut metadata = cargo();
    metadata.args(["metadata", "--no-deps", "--format-version=1", "--offline"]);
    let metadata: serde_json::Value = serde_json::from_str(&output(&mut metadata)?)?;
    let directory = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    Ok(PathBuf::from(directory.context("cargo metadata names no target directory")?))
}

/// Builds the server and returns the path of the program.
pub(crate) fn build_server(release: bool) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--locked", "--package", "lk-server"]);
    if release {
        build.arg("--release");
    }
    run(&mut build)?;
    let profile = if release { "release" } else { "debug" };
    Ok(target_directory()?.join(profile).join("leadkeep"))
}
