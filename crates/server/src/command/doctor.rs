//! `leadkeep doctor`: the settings in force, and what can be tested of them.
//!
//! **Invariant:** it makes no file, changes no row and asks no authority for a certificate.

use std::net::TcpListener;

use lk_base::{Clock, Error};
use lk_config::{ConfigError, SecondFactor, Settings, TlsMode};
use lk_crypto::RootKey;
use lk_crypto::password::Cost;
use lk_db::{Check, Outcome};
use lk_postgres::Running;

use super::say;
use crate::database::{self, Looked};
use crate::listener::{local_authority, tls};

/// What PostgreSQL answers to a write over a connection that only reads.
const READ_ONLY: &str = "25006";

#[derive(Default)]
struct Report {
    lines: Vec<String>,
    wrong: usize,
}

impl Report {
    fn line(&mut self, what: &str, found: Result<String, String>) {
        match found {
            Ok(text) => self.lines.push(format!("  ok     {what}: {text}")),
            Err(text) => {
                self.wrong += 1;
                self.lines.push(format!("  WRONG  {what}: {text}"));
            }
        }
    }

    /// Neither right nor wrong: what is still to come.
    fn note(&mut self, what: &str, text: &str) {
        self.lines.push(format!("  note   {what}: {text}"));
    }
}

/// Prints and tests; fails when something is wrong.
///
/// # Errors
/// Settings that cannot be read, or the number of things that are wrong.
pub async fn run(settings: Result<Settings, ConfigError>) -> anyhow::Result<()> {
    let settings = settings?;
    say("Settings in force (value, then where it comes from):\n\n")?;
    for shown in settings.describe() {
        say(&format!("  {} = {}   ({})\n", shown.key, shown.value, shown.origin))?;
    }
    say("\nTests:\n\n")?;
    tls::install(settings.tls.compatibility_tls12);
    let mut report = Report::default();
    let running = Running::of(settings.data_dir()).is_some();
    ports(&settings, running, &mut report);
    certificates(&settings, &mut report);
    hashing(&settings, &mut report).await?;
    second_factors(&settings, &mut report);
    pages(&mut report);
    mail(&settings, &mut report).await;
    redis(&settings, &mut report).await;
    data(&settings, running, &mut report).await;
    say(&format!("{}\n", report.lines.join("\n")))?;
    if report.wrong == 0 {
        say("\nNothing is wrong.\n")
    } else {
        anyhow::bail!("{} of the tests above found something wrong", report.wrong)
    }
}

fn ports(settings: &Settings, running: bool, report: &mut Report) {
    let server = &settings.server;
    let wanted = [
        ("dashboard port", Some(server.dashboard_listen)),
        ("widget port", Some(server.widget_listen)),
        ("private port", Some(server.private_listen)),
        ("http port", server.http_listen),
    ];
    for (what, address) in wanted {
        let Some(address) = address else { continue };
        let free = TcpListener::bind(address);
        let found = match (free, running) {
            (Ok(_), false) => Ok(format!("{address} is free")),
            (Ok(_), true) => Err(format!("{address} is not served although the server runs")),
            (Err(_), true) => Ok(format!("{address} is served")),
            (Err(error), false) => Err(format!("{address}: {error}")),
        };
        report.line(what, found);
    }
}

/// What the server makes or asks for when it starts is not made or asked for here.
fn certificates(settings: &Settings, report: &mut Report) {
    let what = "certificates";
    let authority = local_authority::certificate(&settings.data_dir().join("tls"));
    let is_made = authority.exists() && authority.with_extension("key").exists();
    match settings.tls.mode {
        TlsMode::Local if !is_made => {
            report
                .note(what, "there is no local authority yet; the first `leadkeep serve` makes it");
        }
        TlsMode::Acme => {
            let text = "asked for when the server starts; its log says how that went";
            report.note(what, text);
        }
        mode => report.line(
            what,
            tls::of(settings, &Clock::system())
                .map(|_| format!("{mode:?}"))
                .map_err(|e| format!("{e:#}")),
        ),
    }
}

async fn hashing(settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    let cost =
        Cost { memory: settings.identity.argon2_memory, passes: settings.identity.argon2_time };
    let calibrated = cost.memory == 0 || cost.passes == 0;
    let argon =
        if calibrated { tokio::task::spawn_blocking(Cost::calibrated).await? } else { cost };
    let text = format!(
        "{} MiB, {} passes{}",
        argon.memory / 1024,
        argon.passes,
        if calibrated { ", calibrated" } else { "" }
    );
    report.line(
        "argon2id",
        if argon.acceptable() { Ok(text) } else { Err(format!("{text}: below the OWASP floor")) },
    );
    Ok(())
}

fn second_factors(settings: &Settings, report: &mut Report) {
    let what = "second factors";
    match settings.identity.second_factor {
        SecondFactor::Required => report.line(
            what,
            Ok("admins and super admins can do nothing before they have one".to_owned()),
        ),
        SecondFactor::Optional => report.note(
            what,
            "admins and super admins may do without; identity.second_factor is \"optional\", which is for trying out on this machine",
        ),
    }
}

/// Signs in at the mail server and sends nothing.
async fn mail(settings: &Settings, report: &mut Report) {
    let what = "mail";
    match crate::mail::smtp(settings) {
        Ok(None) => report.note(
            what,
            "none is sent, because mail.host is empty; it waits for a day in the private mailbox",
        ),
        Ok(Some(smtp)) => {
            let found = smtp.test().await;
            report.line(what, found.map(|()| format!("{} answers", settings.mail.host)));
        }
        Err(error) => report.line(what, Err(format!("{error:#}"))),
    }
}

/// Asks Redis for a word, where there is one.
async fn redis(settings: &Settings, report: &mut Report) {
    let what = "redis";
    match crate::redis::of(settings) {
        Ok(None) => report.note(what, "none, because redis.url is empty; one node needs none"),
        Ok(Some(redis)) => report.line(what, redis.test().await.map(|()| "it answers".to_owned())),
        Err(error) => report.line(what, Err(format!("{error:#}"))),
    }
}

fn pages(report: &mut Report) {
    for (what, there) in [
        ("the dashboard's pages", crate::assets::Dashboard::get("index.html").is_some()),
        ("the widget's frame", crate::assets::Frame::get("index.html").is_some()),
        ("the widget's loader", crate::assets::Loader::get("v1.js").is_some()),
    ] {
        report.line(
            what,
            if there {
                Ok("in this program".to_owned())
            } else {
                Err("not built in; run: cargo xtask up".to_owned())
            },
        );
    }
}

async fn data(settings: &Settings, running: bool, report: &mut Report) {
    let root = match database::kept_root_key(settings) {
        Ok(root) => root,
        Err(error) => return report.line("root key", Err(format!("{error:#}"))),
    };
    match &root {
        Some(_) => report.line("root key", Ok("strong enough".to_owned())),
        None => report.note("root key", "there is none yet; the first `leadkeep serve` makes it"),
    }
    // Without a key of ours any other will do: nothing is opened with it.
    let looking = root.clone().unwrap_or_else(RootKey::random);
    let looked = match database::look(settings, &looking).await {
        Ok(Some(looked)) => looked,
        Ok(None) => {
            let text = "nothing is there yet; the first `leadkeep serve` makes a private cluster";
            return report.note("database", text);
        }
        Err(error) => return report.line("database", Err(format!("{error:#}"))),
    };
    let kind = match (settings.database.is_private(), running) {
        (true, true) => "private cluster, joined beside the running server",
        (true, false) => "private cluster, started for this test",
        (false, _) => "external server",
    };
    version(&looked, kind, report).await;
    inside(settings, &looked, root.as_ref(), report).await;
    looked.db.close().await;
    if let Some(cluster) = looked.cluster {
        cluster.stop().await;
    }
}

async fn version(looked: &Looked, kind: &str, report: &mut Report) {
    let found = match looked.db.server_version().await {
        Ok(version) => lk_postgres::check_version(version)
            .map(|()| format!("{kind}, version {}", lk_postgres::describe_version(version)))
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    report.line("database", found);
}

/// What can be said of tables depends on whether they are there.
async fn inside(settings: &Settings, looked: &Looked, root: Option<&RootKey>, report: &mut Report) {
    let (known, applied) = (looked.pending.known, looked.pending.applied);
    if applied > 0 {
        sealed(looked, root, report).await;
    }
    if applied < known {
        let text = format!(
            "{} of {known} migrations pending; `leadkeep serve` or `leadkeep migrate` applies them",
            known - applied
        );
        return report.note("migrations", &text);
    }
    report.line("migrations", Ok(format!("all {known} are applied")));
    match looked.db.census().await {
        Ok(wrong) if wrong.is_empty() => {
            report.line("isolation", Ok("roles and every table are as they must be".to_owned()));
        }
        Ok(wrong) => wrong.into_iter().for_each(|sentence| report.line("isolation", Err(sentence))),
        Err(error) => report.line("isolation", Err(error.to_string())),
    }
    third_wall(settings, looked, report).await;
    evidence(looked, report).await;
    if root.is_none() {
        return;
    }
    match lk_identity::keys::load(&looked.db, settings.server.dashboard_url.as_str()).await {
        Ok(_) => report.line("signing keys", Ok("they open".to_owned())),
        Err(error) if wanted_to_write(&error) => {
            report.note("signing keys", "there are none yet; the first `leadkeep serve` makes one");
        }
        Err(error) => report.line("signing keys", Err(format!("{:#}", anyhow::Error::from(error)))),
    }
}

async fn third_wall(settings: &Settings, looked: &Looked, report: &mut Report) {
    let what = "third wall";
    if !settings.database.scope_permits {
        report.note(
            what,
            "database.scope_permits is false: an injected statement can change workspaces",
        );
    }
    if let Ok(true) = looked.db.hears_others().await {
        report.note(
            what,
            "lk_app can read what its other connections run; docs/guides/install.md says how to hide that",
        );
    }
}

/// What the checks of the running server found last.
async fn evidence(looked: &Looked, report: &mut Report) {
    for check in Check::ALL {
        let what = format!("last {}", check.name());
        match looked.db.newest_evidence(*check).await {
            Ok(None) => report.note(&what, "none is kept yet; the running server keeps them"),
            Ok(Some((at, found))) => {
                let text = format!(
                    "{} on {at} in {} ms, version {}",
                    found.outcome.name(),
                    found.took.as_millis(),
                    found.build
                );
                report.line(
                    &what,
                    match found.outcome {
                        Outcome::Passed => Ok(text),
                        _ => Err(format!("{text}: {}", found.detail.join(" "))),
                    },
                );
            }
            Err(error) => report.line(&what, Err(error.to_string())),
        }
    }
}

async fn sealed(looked: &Looked, root: Option<&RootKey>, report: &mut Report) {
    let what = "sealed with";
    let found = match root {
        Some(root) => database::sealed_with(&looked.db, root).await,
        None => match database::seal(&looked.db).await {
            Ok(Some(fingerprint)) => Err(anyhow::anyhow!(
                "a root key that is missing here (its fingerprint is {fingerprint}); put it back from your backup"
            )),
            other => other,
        },
    };
    match found {
        Ok(Some(fingerprint)) => {
            report.line(what, Ok(format!("this root key, fingerprint {fingerprint}")));
        }
        Ok(None) => report.note(what, "no key yet; the next `leadkeep serve` notes this one"),
        Err(error) => report.line(what, Err(format!("{error:#}"))),
    }
}

fn wanted_to_write(error: &Error) -> bool {
    let Error::Internal(source) = error else { return false };
    source
        .downcast_ref::<sqlx::Error>()
        .and_then(sqlx::Error::as_database_error)
        .and_then(|error| error.code())
        .is_some_and(|code| code == READ_ONLY)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use lk_base::Clock;
    use lk_config::Sources;
    use lk_crypto::Sealer;
    use lk_db::Db;
    use lk_db::migrate::Pending;
    use lk_testkit::private_database;

    use super::*;

    fn settings(data: &Path) -> Settings {
        let working_directory = data.parent().unwrap().to_owned();
        let data = Some(data.to_owned());
        Settings::load(&Sources { data, working_directory, ..Sources::default() }).unwrap()
    }

    #[tokio::test]
    async fn before_the_first_start_nothing_is_wrong_and_nothing_is_made() {
        let place = std::env::temp_dir().join(format!("lk-doctor-{}", std::process::id()));
        fs::create_dir_all(place.join("empty")).unwrap();
        for data in [place.join("empty"), place.join("missing")] {
            let mut report = Report::default();
            certificates(&settings(&data), &mut report);
            super::data(&settings(&data), false, &mut report).await;
            assert_eq!(report.wrong, 0, "{:?}", report.lines);
            assert!(report.lines.iter().any(|line| line.contains("nothing is there yet")));
        }
        let left: Vec<_> = fs::read_dir(&place).unwrap().flatten().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(fs::read_dir(place.join("empty")).unwrap().count(), 0);
        fs::remove_dir_all(&place).unwrap();
    }

    async fn said(looked: &Looked, root: Option<&RootKey>) -> Report {
        let mut report = Report::default();
        inside(&settings(Path::new("/nowhere/data")), looked, root, &mut report).await;
        report
    }

    #[tokio::test]
    async fn pending_migrations_are_told_and_the_census_waits_for_them() {
        let root = RootKey::random();
        let places = private_database().await.places;
        let db = Db::new(&places, Clock::system(), Sealer::new(&root).unwrap());
        let pending = Pending { known: 3, applied: 0 };
        let report = said(&Looked { db, cluster: None, pending }, Some(&root)).await;
        let expected = "  note   migrations: 3 of 3 migrations pending; `leadkeep serve` or `leadkeep migrate` applies them";
        assert_eq!((report.lines, report.wrong), (vec![expected.to_owned()], 0));
    }

    #[tokio::test]
    async fn a_missing_or_another_root_key_is_wrong() {
        let (root, other) = (RootKey::random(), RootKey::random());
        let places = private_database().await.places;
        let db = Db::new(&places, Clock::system(), Sealer::new(&root).unwrap());
        let looked = |db| Looked { db, cluster: None, pending: Pending { known: 3, applied: 3 } };
        let unopened = said(&looked(db.clone()), Some(&root)).await;
        assert_eq!(unopened.wrong, 0, "{:?}", unopened.lines);
        database::settle(&db, &root).await.unwrap();
        lk_identity::keys::load(&db, "").await.unwrap();
        let right = said(&looked(db.clone()), Some(&root)).await;
        assert_eq!(right.wrong, 0, "{:?}", right.lines);
        let missing = said(&looked(db), None).await;
        assert!(missing.lines[0].contains("missing here"), "{:?}", missing.lines);
        let db = Db::new(&places, Clock::system(), Sealer::new(&other).unwrap());
        let wrong = said(&looked(db), Some(&other)).await;
        assert!(wrong.lines[0].contains("is not the one"), "{:?}", wrong.lines);
        assert!(wrong.lines.iter().any(|line| line.starts_with("  WRONG  signing keys")));
    }
}
