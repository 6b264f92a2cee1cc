//! `leadkeep admin`: things only whoever holds the data directory may do.

use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Subcommand;
use lk_base::Secret;
use lk_base::text::Email;
use lk_config::Settings;
use lk_crypto::Hasher;
use lk_crypto::password::Cost;
use lk_identity::brake::Brake;
use lk_identity::keys::{self, Before, Keys};
use lk_identity::{Identity, Known, Lifetimes, link, setup};
use lk_mail::Postman;

use super::passwords;
use crate::database;
use crate::listener::tls;
use crate::mail;
use crate::product::of_admins;
use crate::wiring::{Conversations, FirstWidget};

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
    /// Make a new key for access tokens. A running server goes over to it within two minutes, and
    /// nobody is signed out.
    RotateSigningKey {
        /// Refuse tokens of the old keys within half a minute: for when one may be known.
        #[arg(long)]
        at_once: bool,
    },
    /// Make a new key for the setting that binds a transaction to its workspace. A running server
    /// goes over to it within a minute.
    RotateScopeKey,
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
    let done = perform(&identity, verb).await;
    database.db.close().await;
    if let Some(cluster) = database.cluster {
        cluster.stop().await;
    }
    done
}

async fn perform(identity: &Identity, verb: Verb) -> anyhow::Result<()> {
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
        Verb::RotateSigningKey { at_once } => {
            let before = if at_once { Before::Refused } else { Before::Good };
            let key = keys::rotate(&identity.db, &identity.dashboard_url, before).await?;
            println!("{key}");
        }
        Verb::RotateScopeKey => println!("{}", identity.db.rotate_scope_key().await?),
    }
    Ok(())
}

/// The one place that prints a secret: to the terminal of whoever asked for it.
fn shown(link: &Secret) -> &str {
    link.expose()
}
