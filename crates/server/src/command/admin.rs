//! `leadkeep admin`: things only whoever holds the data directory may do.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use lk_authz::StaffRole;
use lk_base::text::{Email, Name};
use lk_base::{Error, Secret};
use lk_config::Settings;
use lk_crypto::Hasher;
use lk_crypto::password::Cost;
use lk_identity::brake::Brake;
use lk_identity::keys::{self, Before, Keys};
use lk_identity::{Identity, Known, Lifetimes, directory, link, setup};
use lk_mail::Postman;
use lk_staff::Staff;
use lk_staff::brake::Brake as StaffBrake;
use lk_staff::instance::Facts;

use super::passwords;
use crate::database;
use crate::listener::tls;
use crate::mail;
use crate::product::{of_admins, private_place};
use crate::wiring::{Conversations, Directory, FirstWidget};

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Print a new link for the first set-up (works once, for 30 minutes).
    SetupLink,
    /// Print a link that signs a person in once, for 15 minutes: for those who are locked out.
    SignInLink {
        /// The person's address.
        email: String,
    },
    /// Print each workspace's id, its number of operators and its name, the oldest first.
    Workspaces,
    /// Make a member of staff, and print the link that lets them in (works once, for 30 minutes):
    /// it sets a password and a second factor.
    CreateStaff {
        /// Their address.
        email: String,
        /// What they may do: support, admin or super_admin.
        role: String,
        /// What they are called; workspaces are told this name. Otherwise the address.
        #[arg(long)]
        name: Option<String>,
    },
    /// Print a new link for a member of staff who lost the password or the app (works once, for 30
    /// minutes).
    StaffLink {
        /// Their address.
        email: String,
    },
    /// Make a new key for access tokens. A running server goes over to it within two minutes, and
    /// nobody is signed out.
    RotateSigningKey {
        /// Refuse tokens of the old keys within half a minute: for when one may be known.
        #[arg(long)]
        at_once: bool,
    },
    /// Make a new key that signs the audit log, endorsed by the one before it. The old one stays
    /// published, and the change is entered.
    RotateLogKey,
}

/// Does it, beside a running server or alone.
///
/// # Errors
/// Each a sentence that says what to do.
pub async fn run(settings: &Settings, verb: Verb) -> anyhow::Result<()> {
    tls::install(settings.tls.compatibility_tls12);
    let root = database::root_key(settings)?;
    let database = database::join(settings, &root).await?;
    let dashboard_url = settings.server.dashboard_url.as_str().to_owned();
    let identity = Identity {
        db: database.db.clone(),
        hasher: Hasher::new(&root, Cost::LEAST, 1)?,
        keys: Arc::new(Keys::open(&database.db, &dashboard_url).await?),
        lifetimes: Lifetimes {
            access_token: settings.identity.access_token,
            idle: settings.identity.session_idle,
            absolute: settings.identity.session_absolute,
            admin_idle: settings.identity.admin_session_idle,
            admin_absolute: settings.identity.admin_session_absolute,
        },
        dashboard_url,
        rules: passwords::rules(settings)?,
        sign_up: false,
        postman: Postman::new(database.db.clone(), mail::sender(settings), mail::smtp(settings)?),
        brake: Arc::new(Brake::new(&root, database.db.clock(), 1, settings.identity.work_bits)?),
        of_admins: of_admins(settings),
        known: Arc::new(Known::default()),
        outbound: crate::outbound::of(settings)?,
        providers: Arc::default(),
        furnish: Arc::new(FirstWidget),
        workload: Arc::new(Conversations),
    };
    let staff = Staff {
        db: database.db.clone(),
        hasher: identity.hasher.clone(),
        rules: Arc::clone(&identity.rules),
        brake: Arc::new(StaffBrake::new(&root, database.db.clock(), 1)?),
        workspaces: Arc::new(Directory),
        instance: Arc::new(Facts {
            version: crate::VERSION,
            started_at: database.db.clock().now(),
            listeners: Vec::new(),
        }),
        console_url: private_place(settings).origin,
        dashboard_url: identity.dashboard_url.clone(),
    };
    let done = perform(&identity, &staff, verb).await;
    database.db.close().await;
    if let Some(cluster) = database.cluster {
        cluster.stop().await;
    }
    done
}

async fn perform(identity: &Identity, staff: &Staff, verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::SetupLink => match setup::new_link(identity).await? {
            Some(link) => println!("{link}"),
            None => bail!(
                "Leadkeep is set up already; sign in, or use: leadkeep admin sign-in-link <e-mail>"
            ),
        },
        Verb::SignInLink { email } => {
            let email = Email::parse(&email).context("that is no e-mail address")?;
            let Some(link) = link::for_person(identity, &email).await? else {
                bail!("nobody signs in with that address");
            };
            println!("{}", shown(&link));
        }
        Verb::Workspaces => {
            for (id, name, operators) in directory::all_workspaces(identity).await? {
                println!("{id}  {operators:>5}  {name}");
            }
        }
        Verb::CreateStaff { email, role, name } => {
            let address = Email::parse(&email).context("that is no e-mail address")?;
            let role = StaffRole::named(&role)
                .context("there is no such role; there are: support, admin, super_admin")?;
            let name = Name::parse(name.as_deref().unwrap_or(&email))
                .context("a name has 1 to 80 characters; give one with --name")?;
            let made = lk_staff::member::found(staff, &address, &name, role).await;
            println!("{}", made.map_err(in_words)?.expose());
        }
        Verb::StaffLink { email } => {
            let address = Email::parse(&email).context("that is no e-mail address")?;
            let Some(link) = lk_staff::link::for_member(staff, &address).await? else {
                bail!("nobody on the staff has that address, or they were stopped");
            };
            println!("{}", link.expose());
        }
        Verb::RotateSigningKey { at_once } => {
            let before = if at_once { Before::Refused } else { Before::Good };
            let key = keys::rotate(&identity.db, &identity.dashboard_url, before).await?;
            println!("{key}");
        }
        Verb::RotateLogKey => println!("{}", lk_ledger::key::rotate(&identity.db).await?),
    }
    Ok(())
}

/// A rule's own sentence.
fn in_words(error: Error) -> anyhow::Error {
    match error {
        Error::Refused { detail, .. } => anyhow!(detail),
        other => other.into(),
    }
}

/// The one place that prints a secret: to the terminal of whoever asked for it.
fn shown(link: &Secret) -> &str {
    link.expose()
}
