//! `leadkeep doctor`: the settings in force, and what can be tested of them.

use std::net::TcpListener;

use lk_base::Clock;
use lk_config::{ConfigError, Settings};
use lk_crypto::password::Cost;
use lk_postgres::Running;

use crate::database;
use crate::listener::tls;

struct Report {
    wrong: usize,
}

impl Report {
    fn line(&mut self, what: &str, found: Result<String, String>) {
        match found {
            Ok(text) => println!("  ok     {what}: {text}"),
            Err(text) => {
                self.wrong += 1;
                println!("  WRONG  {what}: {text}");
            }
        }
    }
}

/// Prints and tests; fails when something is wrong.
///
/// # Errors
/// Settings that cannot be read, or the number of things that are wrong.
pub async fn run(settings: Result<Settings, ConfigError>) -> anyhow::Result<()> {
    let settings = settings?;
    println!("Settings in force (value, then where it comes from):\n");
    for shown in settings.describe() {
        println!("  {} = {}   ({})", shown.key, shown.value, shown.origin);
    }
    println!("\nTests:\n");
    tls::install(settings.tls.compatibility_tls12);
    let mut report = Report { wrong: 0 };
    let running = Running::of(settings.data_dir()).is_some();
    ports(&settings, running, &mut report);
    report.line(
        "certificates",
        tls::of(&settings, &Clock::system())
            .map(|_| format!("{:?}", settings.tls.mode))
            .map_err(|e| format!("{e:#}")),
    );
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
    for (name, what) in [
        ("dashboard", "the dashboard's pages"),
        ("frame", "the widget's frame"),
        ("loader", "the widget's loader"),
    ] {
        let there = match name {
            "dashboard" => crate::assets::Dashboard::get("index.html").is_some(),
            "frame" => crate::assets::Frame::get("index.html").is_some(),
            _ => crate::assets::Loader::get("v1.js").is_some(),
        };
        report.line(
            what,
            if there {
                Ok("in this program".to_owned())
            } else {
                Err("not built in; run: cargo xtask up".to_owned())
            },
        );
    }
    data(&settings, running, &mut report).await;
    if report.wrong == 0 {
        println!("\nNothing is wrong.");
        Ok(())
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

async fn data(settings: &Settings, running: bool, report: &mut Report) {
    let root = match database::root_key(settings) {
        Ok(root) => root,
        Err(error) => return report.line("root key", Err(format!("{error:#}"))),
    };
    report.line("root key", Ok("strong enough".to_owned()));
    let database = match database::join(settings, &root).await {
        Ok(database) => database,
        Err(error) => return report.line("database", Err(format!("{error:#}"))),
    };
    let kind = match (settings.database.is_private(), running) {
        (true, true) => "private cluster, joined beside the running server",
        (true, false) => "private cluster, started for this test",
        (false, _) => "external server",
    };
    match database.db.server_version().await {
        Ok(version) => {
            let safe = lk_postgres::check_version(version).map_err(|error| error.to_string());
            report.line(
                "database",
                safe.map(|()| {
                    format!("{kind}, version {}", lk_postgres::describe_version(version))
                }),
            );
        }
        Err(error) => report.line("database", Err(error.to_string())),
    }
    match database.db.census().await {
        Ok(wrong) if wrong.is_empty() => {
            report.line("isolation", Ok("roles and every table are as they must be".to_owned()));
        }
        Ok(wrong) => wrong.into_iter().for_each(|sentence| report.line("isolation", Err(sentence))),
        Err(error) => report.line("isolation", Err(error.to_string())),
    }
    let keys = lk_identity::keys::load(&database.db, settings.server.dashboard_url.as_str()).await;
    report.line(
        "signing keys",
        keys.map(|_| "they open".to_owned()).map_err(|error| error.to_string()),
    );
    database.db.close().await;
    if let Some(cluster) = database.cluster {
        cluster.stop().await;
    }
}
