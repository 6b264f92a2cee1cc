//! `leadkeep serve`: from settings to a running product, and down again in order.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use lk_config::{SecondFactor, Settings, SignUp};
use lk_crypto::password::Cost;
use lk_db::Db;
use lk_identity::keys::Keys;
use lk_identity::{Lifetimes, setup};
use lk_staff::instance::Listener as Bound;
use lk_web::edge::{Edge, TrustedProxies};
use lk_web::headers::SecurityHeaders;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch::{self as channel, Receiver};
use tokio::task::JoinSet;

use crate::command::passwords;
use crate::database::{self, Database};
use crate::demo::{self, Shown};
use crate::listener::{self, around, local_authority, redirect, shop, tls};
use crate::mail;
use crate::outbound;
use crate::product::{Place, Plan, Product, assemble, of_admins, private_place};
use crate::redis;
use crate::watch;

/// How often a running node looks for new signing keys: much sooner than a new one signs
/// (`lk_crypto::access_token::ring::SPREAD`).
const KEYS: Duration = Duration::from_secs(20);
/// How often keys that are about to end are looked for.
const EXPIRING: Duration = Duration::from_secs(600);
/// How often snoozed conversations are looked at.
const SNOOZE: Duration = Duration::from_secs(5);
/// How long the words of older conversations wait after the database refused.
const WORDS: Duration = Duration::from_secs(60);
/// How often the months of the audit log are looked at.
const MONTHS: Duration = Duration::from_secs(6 * 3600);

/// The bound ports, before anything slow has happened.
struct Ports {
    dashboard: TcpListener,
    widget: TcpListener,
    private: TcpListener,
    redirect: Option<TcpListener>,
    shop: Option<TcpListener>,
}

impl Ports {
    fn bind(settings: &Settings) -> anyhow::Result<Self> {
        let server = &settings.server;
        Ok(Self {
            dashboard: listener::bind("dashboard", server.dashboard_listen)?,
            widget: listener::bind("widget", server.widget_listen)?,
            private: listener::bind("private listener", server.private_listen)?,
            redirect: server
                .http_listen
                .map(|address| listener::bind("redirect to https", address))
                .transpose()?,
            shop: if settings.demo.enabled {
                Some(listener::bind("demo shop", settings.demo.listen)?)
            } else {
                None
            },
        })
    }
}

/// Runs until it is told to stop.
///
/// # Errors
/// Each a sentence that says what to do.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let start = Instant::now();
    crate::logs::start(&settings.log)?;
    tls::install(settings.tls.compatibility_tls12);
    let ports = Ports::bind(&settings)?;
    let root = database::root_key(&settings)?;
    let Database { db, cluster, .. } = database::open(&settings, &root).await?;
    let plan = plan(&settings).await?;
    let product =
        assemble(&db, &root, &plan).await.context("the product cannot be put together")?;
    let shown =
        if settings.demo.enabled { Some(demo::fill(&product, &settings).await?) } else { None };
    let tls = tls::of(&settings, db.clock())?;

    let (stop, stopping) = channel::channel(false);
    let handle = Handle::new();
    let mut listeners = JoinSet::new();
    let link = setup::new_link(&product.identity).await?;
    let Product {
        dispatcher, sequencer, carrier, sockets, inbox, identity, found, canaries, ..
    } = listen(&mut listeners, ports, tls, &handle, product, &plan, shown.as_ref())?;
    let mut work = JoinSet::new();
    work.spawn(dispatcher.run(stopping.clone()));
    work.spawn(sequencer.run(stopping.clone()));
    let keep_months = settings.audit.keep_months;
    work.spawn(keep_log(identity.db.clone(), keep_months, stopping.clone()));
    work.spawn(keep_words(inbox.clone(), stopping.clone()));
    work.spawn(carrier.run(stopping.clone()));
    work.spawn(wake(inbox, stopping.clone()));
    work.spawn(remind(identity.clone(), stopping.clone()));
    work.spawn(look_for_keys(Arc::clone(&identity.keys), stopping.clone()));
    work.spawn(identity.postman.run(stopping.clone()));
    work.spawn(watch::census(db.clone(), found.clone(), stopping.clone()));
    work.spawn(watch::canaries(db.clone(), canaries, found, stopping));

    announce(&settings, &plan, link.as_deref(), shown.as_ref(), start.elapsed())?;
    tokio::select! {
        how = told_to_stop() => tracing::info!(how, "stopping"),
        Some(ended) = listeners.join_next() => {
            ended.context("a listener broke")??;
        }
    }
    // In this order: no new work, sockets told, requests finished, then what they stood on.
    let _ = stop.send(true);
    sockets.close().await;
    handle.graceful_shutdown(Some(settings.server.shutdown_grace));
    while listeners.join_next().await.is_some() {}
    while work.join_next().await.is_some() {}
    db.close().await;
    if let Some(cluster) = cluster {
        cluster.stop().await;
    }
    tracing::info!("stopped");
    Ok(())
}

async fn plan(settings: &Settings) -> anyhow::Result<Plan> {
    let identity = &settings.identity;
    let cost = if identity.argon2_memory == 0 || identity.argon2_time == 0 {
        tokio::task::spawn_blocking(Cost::calibrated).await?
    } else {
        Cost { memory: identity.argon2_memory, passes: identity.argon2_time }
    };
    tracing::info!(memory_kib = cost.memory, passes = cost.passes, "argon2id");
    let proxies = settings.server.trusted_proxies.clone();
    Ok(Plan {
        dashboard: Place::of(settings.server.dashboard_url.as_str()),
        widget: Place::of(settings.server.widget_url.as_str()),
        private: private_place(settings),
        listeners: bound(settings),
        lifetimes: Lifetimes {
            access_token: identity.access_token,
            idle: identity.session_idle,
            absolute: identity.session_absolute,
            admin_idle: identity.admin_session_idle,
            admin_absolute: identity.admin_session_absolute,
        },
        cost,
        hashes: std::thread::available_parallelism().map_or(2, usize::from),
        rate_factor: settings.server.rate_factor,
        work_bits: identity.work_bits,
        rules: passwords::rules(settings)?,
        sign_up: settings.identity.sign_up == SignUp::Open,
        of_admins: of_admins(settings),
        sender: mail::sender(settings),
        smtp: mail::smtp(settings)?,
        outbound: outbound::of(settings)?,
        redis: redis::of(settings)?,
        proxies: TrustedProxies::new(move |address| {
            proxies.iter().any(|network| network.contains(address))
        }),
    })
}

/// Who listens where; all of them are bound, or the server has not started.
fn bound(settings: &Settings) -> Vec<Bound> {
    let server = &settings.server;
    let mut all = vec![
        Bound { name: "dashboard", address: server.dashboard_listen.to_string() },
        Bound { name: "widget", address: server.widget_listen.to_string() },
        Bound { name: "private", address: server.private_listen.to_string() },
    ];
    if let Some(address) = server.http_listen {
        all.push(Bound { name: "redirect", address: address.to_string() });
    }
    all
}

fn listen(
    listeners: &mut JoinSet<anyhow::Result<()>>,
    ports: Ports,
    tls: RustlsConfig,
    handle: &Handle<SocketAddr>,
    mut product: Product,
    plan: &Plan,
    shown: Option<&Shown>,
) -> anyhow::Result<Product> {
    let plain_edge = Edge {
        clock: product.identity.db.clock().clone(),
        proxies: plan.proxies.clone(),
        authority: String::new(),
        counters: product.counters.clone(),
    };
    let mut over_tls = |port, routes: Router| {
        listeners.spawn(listener::serve_tls(port, tls.clone(), routes, handle.clone()));
    };
    over_tls(ports.dashboard, std::mem::take(&mut product.dashboard));
    over_tls(ports.widget, std::mem::take(&mut product.widget));
    if let (Some(port), Some(shown)) = (ports.shop, shown) {
        let headers = SecurityHeaders::demo("localhost", &plan.widget.origin);
        over_tls(port, around(shop::routes(shown.shop.clone()), plain_edge.clone(), headers));
    }
    if let Some(port) = ports.redirect {
        let host = |place: &Place| {
            place.authority.rsplit_once(':').map_or(place.authority.clone(), |p| p.0.to_owned())
        };
        let origins = [&plan.dashboard, &plan.widget]
            .map(|place| (host(place), place.origin.clone()))
            .to_vec();
        let routes = around(
            redirect::routes(origins),
            plain_edge.clone(),
            SecurityHeaders::plain(&plan.dashboard.authority),
        );
        listeners.spawn(listener::serve_plain(port, routes, handle.clone()));
    }
    let routes = std::mem::take(&mut product.private);
    listeners.spawn(listener::serve_plain(ports.private, routes, handle.clone()));
    Ok(product)
}

/// Wakes snoozed conversations when their time has come.
async fn wake(inbox: lk_inbox::Inbox, mut stopping: Receiver<bool>) {
    while !*stopping.borrow() {
        if let Err(error) = lk_inbox::wake_snoozed(&inbox).await {
            tracing::warn!(?error, "snoozed conversations could not be looked at");
        }
        tokio::select! {
            () = tokio::time::sleep(SNOOZE) => {}
            _ = stopping.changed() => {}
        }
    }
}

/// Keeps the words of conversations that are older than search, until all have theirs.
async fn keep_words(inbox: lk_inbox::Inbox, mut stopping: Receiver<bool>) {
    while !*stopping.borrow() {
        match lk_inbox::keep_owed(&inbox).await {
            Ok(0) => return,
            Ok(conversations) => {
                tracing::info!(conversations, "words were kept for search");
                continue;
            }
            Err(error) => tracing::warn!(?error, "words could not be kept for search"),
        }
        tokio::select! {
            () = tokio::time::sleep(WORDS) => {}
            _ = stopping.changed() => {}
        }
    }
}

/// Tells of API keys that are about to end.
async fn remind(identity: lk_identity::Identity, mut stopping: Receiver<bool>) {
    while !*stopping.borrow() {
        if let Err(error) = lk_identity::api_key::expiring::remind(&identity).await {
            tracing::warn!(?error, "keys that are about to end could not be looked for");
        }
        tokio::select! {
            () = tokio::time::sleep(EXPIRING) => {}
            _ = stopping.changed() => {}
        }
    }
}

/// Makes room for the audit log's next month, and lets go of months that are over their time.
async fn keep_log(db: Db, keep_months: u32, mut stopping: Receiver<bool>) {
    while !*stopping.borrow() {
        match lk_ledger::retention::drop_oldest(&db, keep_months).await {
            Ok(Some(dropped)) => {
                tracing::info!(month = %dropped.month, entries = dropped.entries, "a month of the audit log was dropped");
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(?error, "the months of the audit log could not be kept"),
        }
        tokio::select! {
            () = tokio::time::sleep(MONTHS) => {}
            _ = stopping.changed() => {}
        }
    }
}

/// Goes over to signing keys that were made at the command line.
async fn look_for_keys(keys: Arc<Keys>, mut stopping: Receiver<bool>) {
    while !*stopping.borrow() {
        tokio::select! {
            () = tokio::time::sleep(KEYS) => {}
            _ = stopping.changed() => return,
        }
        if let Err(error) = keys.look().await {
            tracing::warn!(?error, "the signing keys could not be looked at");
        }
    }
}

async fn told_to_stop() -> &'static str {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return "no signals";
    };
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}

/// Tells where to click. The set-up link is a secret: it goes to the terminal and to a file that
/// only the owner reads, never to the log.
fn announce(
    settings: &Settings,
    plan: &Plan,
    link: Option<&str>,
    shown: Option<&Shown>,
    took: Duration,
) -> anyhow::Result<()> {
    let file = settings.data_dir().join("setup-url");
    let mut text = format!("\nLeadkeep is ready ({:.1} s).\n\n", took.as_secs_f64());
    text.push_str(&format!(
        "  Dashboard   {}\n  Widget      {}\n",
        plan.dashboard.origin, plan.widget.origin
    ));
    text.push_str(&format!("  Staff       {}/staff\n", plan.private.origin));
    text.push_str(&format!("  Health      http://{}/readyz\n", settings.server.private_listen));
    if !settings.mail.is_sent() {
        text.push_str(&format!(
            "  Mailbox     http://{}/mail   (no mail is sent: mail.host is empty)\n",
            settings.server.private_listen
        ));
    }
    if settings.identity.second_factor == SecondFactor::Optional {
        text.push_str(
            "\n  Admins need no second factor here (identity.second_factor): for trying out only.\n",
        );
    }
    if settings.tls.mode == lk_config::TlsMode::Local {
        let authority = local_authority::certificate(&settings.data_dir().join("tls"));
        text.push_str(&format!(
            "\n  The certificate is from a local authority. Trust it once, for names of this machine only:\n    {}\n",
            authority.display()
        ));
    }
    if let Some(shown) = shown {
        text.push_str(&shown.text());
    }
    match link {
        Some(link) => {
            text.push_str(&format!("\n  Set up (works once, for 30 minutes):\n    {link}\n"));
            let mut secret = std::fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&file)?;
            writeln!(secret, "{link}")?;
        }
        None => drop(std::fs::remove_file(&file)),
    }
    eprintln!("{text}");
    Ok(())
}
