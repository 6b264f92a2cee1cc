//! The product in one process, without its listeners: capabilities, sockets, routers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use axum::Router;
use lk_audit::stream::carrier::Carrier;
use lk_config::{SecondFactor, Settings};
use lk_crypto::password::Cost;
use lk_crypto::{Hasher, RootKey};
use lk_db::outbox::Listener;
use lk_db::{Db, Dispatcher};
use lk_identity::brake::Brake;
use lk_identity::factor::reach::OfAdmins;
use lk_identity::keys::Keys;
use lk_identity::password::Rules;
use lk_identity::{Identity, Known, Lifetimes};
use lk_inbox::Inbox;
use lk_inbox::authenticate::Known as VisitorsKnown;
use lk_ledger::Sequencer;
use lk_mail::{Postman, Sender, Smtp};
use lk_net::Outbound;
use lk_realtime::{Presence, Signals, Sockets};
use lk_redis::{Limits, Redis};
use lk_staff::Staff;
use lk_staff::instance::{Facts, Listener as Bound};
use lk_web::edge::{Counters, Edge, TrustedProxies};
use lk_web::headers::SecurityHeaders;
use lk_web::limit::Share;
use lk_web::routes::Gate;
use lk_web::{Authenticate, Limiter};

use crate::canary::{Canaries, Inside};
use crate::listener::widget::LoaderFile;
use crate::listener::{around, audit_log, dashboard, private, staff, widget};
use crate::routes;
use crate::watch::Found;
use crate::wiring::{
    Authenticator, Conversations, Directory, Doorkeeper, FirstWidget, Moment, StaffAuthenticator,
};

/// Where a listener is reached: `https://app.example:8443` and its host and port.
#[derive(Debug, Clone)]
pub struct Place {
    /// Scheme, host and port, as browsers send it in `Origin`.
    pub origin: String,
    /// Host and port, as browsers send it in `Host`.
    pub authority: String,
}

impl Place {
    /// The place of an origin.
    #[must_use]
    pub fn of(origin: &str) -> Self {
        let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
        Self { origin: origin.to_owned(), authority: authority.to_owned() }
    }
}

/// What the product is told before it is put together.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The dashboard's origin.
    pub dashboard: Place,
    /// The widget's origin.
    pub widget: Place,
    /// Where the private listener is reached from this machine.
    pub private: Place,
    /// Who listens where, for staff to see.
    pub listeners: Vec<Bound>,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
    /// What a password's hash costs.
    pub cost: Cost,
    /// How many hashes at a time.
    pub hashes: usize,
    /// Multiplies every rate limit.
    pub rate_factor: u32,
    /// How hard work is to begin with, where strangers tried a login too often.
    pub work_bits: u32,
    /// Which new passwords are good enough.
    pub rules: Arc<Rules>,
    /// Whether people may sign up by themselves.
    pub sign_up: bool,
    /// Whether admins need a second factor.
    pub of_admins: OfAdmins,
    /// Whose name is on mail.
    pub sender: Sender,
    /// The server that takes mail; none = the mailbox.
    pub smtp: Option<Smtp>,
    /// What requests to others may reach.
    pub outbound: Outbound,
    /// What several nodes share; none = there is one.
    pub redis: Option<Redis>,
    /// Whose forwarded addresses to believe.
    pub proxies: TrustedProxies,
}

/// The product, ready to be served.
pub struct Product {
    /// Persons, sessions, workspaces.
    pub identity: Identity,
    /// Conversations.
    pub inbox: Inbox,
    /// Internal administrators.
    pub staff: Staff,
    /// What the dashboard's listener serves.
    pub dashboard: Router,
    /// What the widget's listener serves.
    pub widget: Router,
    /// What the private listener serves.
    pub private: Router,
    /// The sockets of both.
    pub sockets: Sockets,
    /// Numbers events and tells the sockets; the caller runs it.
    pub dispatcher: Dispatcher,
    /// Puts entries into the audit log's tree; the caller runs it.
    pub sequencer: Sequencer,
    /// Carries streams of audit logs to their receivers; the caller runs it.
    pub carrier: Carrier,
    /// The loader of this build.
    pub loader: LoaderFile,
    /// What the edges count.
    pub counters: Counters,
    /// What the running checks found last.
    pub found: Found,
    /// The check that looks through canaries.
    pub canaries: Canaries,
}

impl std::fmt::Debug for Product {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<product>")
    }
}

/// What the settings say about admins without a second factor.
#[must_use]
pub fn of_admins(settings: &Settings) -> OfAdmins {
    match settings.identity.second_factor {
        SecondFactor::Required => OfAdmins::Required,
        SecondFactor::Optional => OfAdmins::Optional,
    }
}

/// Where the private listener is reached from this machine.
#[must_use]
pub fn private_place(settings: &Settings) -> Place {
    let mut address = settings.server.private_listen;
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    Place::of(&format!("http://{address}"))
}

/// Puts the product together over an open database.
///
/// # Errors
/// The signing keys do not open, or the password cost is below the floor.
pub async fn assemble(db: &Db, root: &RootKey, plan: &Plan) -> lk_base::Result<Product> {
    let clock = db.clock().clone();
    let loader = LoaderFile::built();
    lk_inbox::loader::pin(db, &loader.name, &loader.bytes).await?;
    lk_ledger::key::open(db, &format!("{}/audit-log", plan.dashboard.authority)).await?;
    let presence = Arc::new(Presence::default());
    let (signals, heard) = Signals::new();
    let known = Arc::new(Known::default());
    let Counted { brake, staff_brake, limiter } = Counted::of(db, root, plan)?;
    let identity = identity_of(db, root, plan, brake, &known).await?;
    let moment = Moment { presence: Arc::clone(&presence), signals: signals.clone() };
    let inbox = Inbox::new(
        db.clone(),
        Arc::new(moment),
        plan.widget.origin.as_str(),
        &*loader.name,
        &*loader.integrity,
    );
    let authenticate: Arc<dyn Authenticate> =
        Arc::new(Authenticator { identity: identity.clone(), inbox: inbox.clone() });
    let limiter = Arc::new(limiter);
    let sockets = lk_realtime::sockets(
        db.clone(),
        Arc::clone(&authenticate),
        Arc::clone(&limiter),
        Arc::new(Doorkeeper { inbox: inbox.clone() }),
        presence,
        plan.widget.origin.clone(),
        (signals, heard),
    );
    // First the authenticator forgets, then the sockets hear: a socket that comes back at once
    // must not be let in by what was known before.
    let listeners: Vec<Arc<dyn Listener>> =
        vec![known, Arc::<VisitorsKnown>::clone(&inbox.known), Arc::new(sockets.fan_out.clone())];
    let counters = Counters::default();
    let edge = |place: &Place| Edge {
        clock: clock.clone(),
        proxies: plan.proxies.clone(),
        authority: place.authority.clone(),
        counters: counters.clone(),
    };
    let gate = |place: &Place| Gate {
        authenticate: Arc::clone(&authenticate),
        limiter: Arc::clone(&limiter),
        clock: clock.clone(),
        own_origin: place.origin.clone(),
    };
    let staff = staff_of(&identity, staff_brake, plan);
    let dashboard = dashboard::routes(
        routes::operators(&identity, &inbox, &staff),
        &gate(&plan.dashboard),
        sockets.operators.clone(),
        lk_identity::sso::back_channel::routes(&identity, &gate(&plan.dashboard))
            .merge(audit_log::routes(db, &gate(&plan.dashboard))),
    );
    let widget = widget::routes(
        routes::visitors(&inbox),
        &gate(&plan.widget),
        sockets.visitors.clone(),
        inbox.clone(),
        loader.clone(),
        &plan.widget.authority,
    );
    let staff_gate =
        Gate { authenticate: Arc::new(StaffAuthenticator(staff.clone())), ..gate(&plan.private) };
    let found = Found::default();
    let looked = private::Looked {
        db: db.clone(),
        counters: counters.clone(),
        postman: identity.postman.clone(),
        found: found.clone(),
    };
    let private = private::routes(
        looked,
        staff::routes(routes::staff(&identity, &inbox, &staff), &staff_gate),
    );
    // It is reached under any name of this machine, for health and metrics; what is for this
    // machine alone looks at the name itself.
    let any_name = Edge { authority: String::new(), ..edge(&plan.private) };
    // The same routes behind an edge that counts nothing: a check is no traffic.
    let uncounted = |place: &Place, routes: &Router, headers: SecurityHeaders| {
        let edge = Edge { counters: Counters::default(), ..edge(place) };
        Inside { router: around(routes.clone(), edge, headers), place: place.clone() }
    };
    let of_dashboard = SecurityHeaders::dashboard(&plan.dashboard.authority);
    let of_widget = SecurityHeaders::widget(&plan.widget.authority);
    let declared = routes::operators(&identity, &inbox, &staff).and(routes::visitors(&inbox));
    let canaries = Canaries {
        identity: identity.clone(),
        inbox: inbox.clone(),
        operations: declared.declared().iter().map(|declared| declared.operation).collect(),
        dashboard: uncounted(&plan.dashboard, &dashboard, of_dashboard.clone()),
        widget: uncounted(&plan.widget, &widget, of_widget.clone()),
    };
    Ok(Product {
        private: around(private, any_name, SecurityHeaders::plain(&plan.dashboard.authority)),
        dashboard: around(dashboard, edge(&plan.dashboard), of_dashboard),
        widget: around(widget, edge(&plan.widget), of_widget),
        dispatcher: Dispatcher::new(db.clone(), listeners),
        sequencer: Sequencer::new(db.clone()),
        carrier: Carrier::new(routes::audit(&identity)),
        identity,
        inbox,
        staff,
        sockets,
        loader,
        counters,
        found,
        canaries,
    })
}

/// What the operations about persons, sessions and workspaces work with.
async fn identity_of(
    db: &Db,
    root: &RootKey,
    plan: &Plan,
    brake: Brake,
    known: &Arc<Known>,
) -> lk_base::Result<Identity> {
    Ok(Identity {
        db: db.clone(),
        hasher: Hasher::new(root, plan.cost, plan.hashes)?,
        keys: Arc::new(Keys::open(db, &plan.dashboard.origin).await?),
        lifetimes: plan.lifetimes,
        dashboard_url: plan.dashboard.origin.clone(),
        rules: Arc::clone(&plan.rules),
        sign_up: plan.sign_up,
        postman: Postman::new(db.clone(), plan.sender.clone(), plan.smtp.clone()),
        brake: Arc::new(brake),
        of_admins: plan.of_admins,
        known: Arc::clone(known),
        outbound: plan.outbound.clone(),
        providers: Arc::default(),
        furnish: Arc::new(FirstWidget),
        workload: Arc::new(Conversations),
    })
}

/// What counts tries and calls.
struct Counted {
    brake: Brake,
    staff_brake: lk_staff::brake::Brake,
    limiter: Limiter,
}

impl Counted {
    /// In this process, and together with other nodes where there is a Redis.
    fn of(db: &Db, root: &RootKey, plan: &Plan) -> lk_base::Result<Self> {
        let clock = db.clock();
        let brake = Brake::new(root, clock, plan.rate_factor, plan.work_bits)
            .map_err(lk_base::Error::internal)?;
        let limiter = Limiter::new(clock.clone(), plan.rate_factor);
        let staff_brake = lk_staff::brake::Brake::new(root, clock, plan.rate_factor)
            .map_err(lk_base::Error::internal)?;
        let Some(redis) = &plan.redis else { return Ok(Self { brake, staff_brake, limiter }) };
        let limits = Limits::new(redis.clone(), root).map_err(lk_base::Error::internal)?;
        let limits: Arc<dyn Share> = Arc::new(limits);
        Ok(Self {
            brake: brake.shared(&limits),
            staff_brake: staff_brake.shared(&limits),
            limiter: limiter.shared(&limits),
        })
    }
}

/// What staff's operations work with.
fn staff_of(identity: &Identity, brake: lk_staff::brake::Brake, plan: &Plan) -> Staff {
    let (db, clock) = (identity.db.clone(), identity.db.clock());
    let facts = Facts {
        version: crate::VERSION,
        started_at: clock.now(),
        listeners: plan.listeners.clone(),
    };
    Staff {
        db,
        hasher: identity.hasher.clone(),
        rules: Arc::clone(&plan.rules),
        brake: Arc::new(brake),
        workspaces: Arc::new(Directory),
        instance: Arc::new(facts),
        console_url: plan.private.origin.clone(),
        dashboard_url: plan.dashboard.origin.clone(),
    }
}
