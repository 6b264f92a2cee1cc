//! Installs what a fresh Debian with Rust and Node lacks; says nothing when all is there.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

use crate::stamp::Stamp;
use crate::step;

/// What the machine is to be prepared for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// PostgreSQL only.
    Database,
    /// And what the web part is built with.
    Running,
    /// And the browser.
    Testing,
    /// And, instead of the browser, what is measured against.
    Measuring,
    /// And, instead of the browser, what looks at the running product from outside.
    Probing,
}

/// Where the probes' own Python lives, below the target directory.
pub(crate) const PYTHON: &str = "probes/venv/bin/python";

/// Debian's package makes and starts a cluster of its own, which nobody here uses. The directory
/// is read by Debian's default createcluster.conf, which thereby stays as it is.
const NO_MAIN_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/leadkeep.conf";

/// Packages of the system and of npm.
pub(crate) fn prepare(purpose: For) -> Result<()> {
    let mut missing = Vec::new();
    if !has_postgres() {
        missing.push(("postgresql", "the database; Leadkeep runs a private one, unix socket only"));
    }
    if !step::is_installed("setpriv") {
        missing.push(("util-linux", "setpriv, which runs PostgreSQL without privileges"));
    }
    let has_e2e = step::root().join("e2e/package.json").exists();
    if purpose == For::Testing && has_e2e && !step::is_installed("chromium") {
        missing.push(("chromium", "the browser of the end-to-end tests"));
    }
    if purpose == For::Testing && has_e2e && !step::is_installed("oathtool") {
        missing.push(("oathtool", "the authenticator app of the end-to-end tests"));
    }
    if purpose == For::Testing && !step::is_installed("redis-check-rdb") {
        missing.push(("redis-tools", "Redis, by which several nodes count together"));
    }
    if matches!(purpose, For::Testing | For::Measuring) && !step::is_installed("argon2") {
        missing.push(("argon2", "hashes of the reference implementation, to compare with"));
    }
    if purpose == For::Testing && !step::is_installed("python3") {
        missing.push(("python3", "the second verifier of the audit log"));
    }
    if purpose == For::Probing {
        if !step::is_installed("testssl") && !step::is_installed("testssl.sh") {
            missing.push(("testssl.sh", "looks for what is weak in TLS"));
        }
        if !step::is_installed("dig") {
            missing.push(("bind9-dnsutils", "dig, which testssl.sh asks for names with"));
        }
        if !step::is_installed("python3") || !has_venv() {
            missing.push(("python3-venv", "Python, in which the probes are written"));
        }
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    if purpose == For::Database {
        return Ok(());
    }
    for tool in ["node", "npm"] {
        if !step::is_installed(tool) {
            bail!("`{tool}` is missing; install Node.js 20.19 or later (https://nodejs.org)");
        }
    }
    packages_of("web")?;
    if purpose == For::Testing {
        packages_of("e2e")?;
        packages_of("sockets")?;
    }
    if purpose == For::Probing {
        python_of("probes")?;
    }
    Ok(())
}

fn has_venv() -> bool {
    step::command("python3")
        .args(["-c", "import venv, ensurepip"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn has_postgres() -> bool {
    let debian = fs::read_dir("/usr/lib/postgresql").is_ok_and(|versions| {
        versions.flatten().any(|version| version.path().join("bin/postgres").exists())
    });
    debian || step::is_installed("postgres")
}

fn install(missing: &[(&str, &str)]) -> Result<()> {
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    let script = script(&names);
    step::announce("this machine lacks");
    for (name, reason) in missing {
        eprintln!("     {name}: {reason}");
    }
    let prefix: &[&str] = if is_root() {
        &[]
    } else if may_sudo() {
        &["sudo", "-n"]
    } else {
        bail!("cannot install without root; run this as root, then try again:\n\n{script}");
    };
    if !step::is_installed("apt-get") {
        bail!("install {} with your system's package manager, then try again", names.join(", "));
    }
    step::announce(&format!("installing {} with apt-get", names.join(", ")));
    let mut words = prefix.to_vec();
    words.extend(["sh", "-ec", &script]);
    let (program, arguments) = words.split_first().context("no command")?;
    // apt's hundred lines are for stderr: stdout belongs to the verb.
    let status = step::command(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status()
        .with_context(|| format!("cannot run {program}"))?;
    if !status.success() {
        bail!("the installation failed; run this as root, then try again:\n\n{script}");
    }
    Ok(())
}

fn script(names: &[&str]) -> String {
    let mut script = String::new();
    if names.contains(&"postgresql") {
        let directory = Path::new(NO_MAIN_CLUSTER).parent().unwrap_or(Path::new("/"));
        script.push_str(&format!(
            "mkdir -p {}\necho 'create_main_cluster = false' > {NO_MAIN_CLUSTER}\n",
            directory.display()
        ));
    }
    script.push_str(&format!(
        "apt-get update -q\n\
         DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends {}\n",
        names.join(" ")
    ));
    script
}

fn is_root() -> bool {
    step::output(step::command("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0")
}

fn may_sudo() -> bool {
    step::is_installed("sudo")
        && step::command("sudo")
            .args(["-n", "true"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
}

/// npm leaves a copy of the lock file behind; a younger one means that somebody just installed.
fn is_installed_by_hand(place: &Path) -> bool {
    let age = |name: &str| fs::metadata(place.join(name)).and_then(|file| file.modified()).ok();
    match (age("node_modules/.package-lock.json"), age("package-lock.json")) {
        (Some(installed), Some(locked)) => installed >= locked,
        _ => false,
    }
}

/// `npm ci`, when the lock file is another one than last time.
fn packages_of(directory: &str) -> Result<()> {
    let place = step::root().join(directory);
    let lock = place.join("package-lock.json");
    if !lock.exists() {
        return Ok(());
    }
    let stamp = Stamp::of(&format!("npm-{directory}"), &[lock, place.join("package.json")])?;
    if (stamp.is_fresh() && place.join("node_modules").is_dir()) || is_installed_by_hand(&place) {
        return Ok(());
    }
    let mut npm = step::npm(directory);
    step::run(npm.args(["ci", "--no-audit", "--no-fund"]).stdout(std::io::stderr()))?;
    stamp.set()
}

/// A Python of the probes' own with exactly what their list names, made anew when that changes.
fn python_of(directory: &str) -> Result<()> {
    let list = step::root().join(directory).join("requirements.txt");
    let stamp = Stamp::of(&format!("python-{directory}"), &[list])?;
    let target = step::target_directory()?;
    if stamp.is_fresh() && target.join(PYTHON).exists() {
        return Ok(());
    }
    let place = target.join(directory).join("venv");
    step::announce(&format!("installing {directory}/requirements.txt from PyPI"));
    let place = place.display().to_string();
    step::run(step::command("python3").args(["-m", "venv", "--clear", &place]))?;
    let python = target.join(PYTHON).display().to_string();
    let list = format!("{directory}/requirements.txt");
    let mut pip = step::command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    step::run(pip.args(["--no-deps", "--requirement", &list]).stdout(std::io::stderr()))?;
    stamp.set()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_cluster_is_switched_off_before_postgresql_is_installed() {
        let script = script(&["postgresql", "chromium"]);
        let switched = script.find("create_main_cluster = false").unwrap();
        let installed = script.find("apt-get install").unwrap();
        assert!(switched < installed);
        assert!(script.ends_with("--no-install-recommends postgresql chromium\n"));
    }

    #[test]
    fn without_postgresql_nothing_of_it_is_touched() {
        assert!(!script(&["chromium"]).contains("postgresql"));
    }

    #[test]
    fn a_prepared_machine_is_left_alone() {
        // Whoever runs these tests has run the setup, so this must neither install nor complain.
        prepare(For::Database).unwrap();
    }
}
