//! Identity: persons, sessions, workspaces, operators, invitations.
//!
//! Reading order: [`authenticate`] (a token becomes a scope), [`session`] (how one begins, goes on
//! and ends), [`factor`] (what is asked beside the password), [`reset`] (of a forgotten password),
//! [`setup`] (the first person), [`sign_up`] (further ones), [`sso`] (a workspace's provider), then
//! [`workspace`], [`operator`], [`invitation`], [`api_key`]; [`canary`] is for the running check.
//!
//! **Invariant:** a token alone proves nothing: the session behind it, its context and the
//! operator's role are read again, at most a second old, on every request and for every socket.
//! **Invariant:** a password is checked outside any transaction, on the bounded pool.

pub mod api_key;
pub mod authenticate;
pub mod brake;
pub mod canary;
pub mod directory;
mod evenly;
pub mod factor;
pub mod found;
pub mod granted;
pub mod invitation;
pub mod keys;
mod letter;
pub mod link;
mod nobody;
pub mod operator;
pub mod person;
#[cfg(test)]
mod races;
pub mod reset;
pub mod session;
pub mod setup;
pub mod sign_up;
pub mod sso;
pub mod workspace;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use lk_base::Result;
use lk_base::id::{OperatorId, WidgetId, WorkspaceId};
use lk_crypto::Hasher;
use lk_db::{Db, WriteTx};
use lk_mail::Postman;
use lk_net::Outbound;
use lk_web::Routes;

pub use authenticate::Known;
pub use lk_crypto::password::rules as password;

/// How long things live.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// An access token.
    pub access_token: Duration,
    /// A session without use.
    pub idle: Duration,
    /// A session, whatever happens.
    pub absolute: Duration,
    /// A session of an admin without use, where that is shorter.
    pub admin_idle: Duration,
    /// A session of an admin, whatever happens, where that is shorter.
    pub admin_absolute: Duration,
}

/// What another capability puts into a workspace that has just been made.
pub trait Furnish: Send + Sync + 'static {
    /// Writes what belongs on the platform.
    fn on_platform<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        workspace: WorkspaceId,
        widget: WidgetId,
    ) -> BoxFuture<'a, Result<()>>;

    /// Writes what belongs in the workspace.
    fn inside<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        name: &'a str,
        widget: WidgetId,
    ) -> BoxFuture<'a, Result<()>>;
}

/// What another capability does with the work of somebody who leaves.
pub trait Workload: Send + Sync + 'static {
    /// How much of it is open, in the workspace of the transaction.
    fn open_of<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        operator: OperatorId,
    ) -> BoxFuture<'a, Result<usize>>;

    /// Gives what is open to somebody else, or to nobody; how much it was. Called before the
    /// operators' rows are held, because whoever assigns work holds the work first.
    fn hand_over<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        from: OperatorId,
        to: Option<OperatorId>,
    ) -> BoxFuture<'a, Result<usize>>;
}

/// What identity works with. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    /// The database.
    pub db: Db,
    /// Passwords.
    pub hasher: Hasher,
    /// Which new passwords are good enough.
    pub rules: Arc<password::Rules>,
    /// Access tokens.
    pub keys: Arc<keys::Keys>,
    /// Lifetimes.
    pub lifetimes: Lifetimes,
    /// The origin of the dashboard, in front of links.
    pub dashboard_url: String,
    /// Mail: how it leaves, and whose name is on it.
    pub postman: Postman,
    /// Whether people may sign up by themselves.
    pub sign_up: bool,
    /// How often somebody may try a login.
    pub brake: Arc<brake::Brake>,
    /// Whether admins need a second factor.
    pub of_admins: factor::reach::OfAdmins,
    /// Sessions looked at within the last second.
    pub known: Arc<Known>,
    /// Requests to providers.
    pub outbound: Outbound,
    /// Providers that were asked a while ago.
    pub providers: Arc<sso::Providers>,
    /// Who furnishes new workspaces.
    pub furnish: Arc<dyn Furnish>,
    /// Who takes over the work of those who leave.
    pub workload: Arc<dyn Workload>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<identity>")
    }
}

/// Every operation of this capability.
#[must_use]
pub fn routes(identity: &Identity) -> Routes {
    Routes::default()
        .add(identity, &setup::status::OPERATION, setup::status::handler)
        .add(identity, &setup::finish::OPERATION, setup::finish::handler)
        .add(identity, &session::sign_in::OPERATION, session::sign_in::handler)
        .add(identity, &session::second_factor::OPERATION, session::second_factor::handler)
        .add(identity, &factor::help::ask::OPERATION, factor::help::ask::handler)
        .add(identity, &factor::help::cancel::OPERATION, factor::help::cancel::handler)
        .add(identity, &session::begin_passkey::OPERATION, session::begin_passkey::handler)
        .add(identity, &session::passkey::OPERATION, session::passkey::handler)
        .add(identity, &session::link::OPERATION, session::link::handler)
        .add(identity, &sso::begin::OPERATION, sso::begin::handler)
        .add(identity, &sso::find::OPERATION, sso::find::handler)
        .add(identity, &sso::finish::OPERATION, sso::finish::handler)
        .add(identity, &reset::ask::OPERATION, reset::ask::handler)
        .add(identity, &reset::finish::OPERATION, reset::finish::handler)
        .add(identity, &sign_up::ask::OPERATION, sign_up::ask::handler)
        .add(identity, &sign_up::finish::OPERATION, sign_up::finish::handler)
        .add(identity, &person::change_password::OPERATION, person::change_password::handler)
        .add(identity, &person::change_email::OPERATION, person::change_email::handler)
        .add(identity, &person::confirm_email::OPERATION, person::confirm_email::handler)
        .add(identity, &person::undo_email::OPERATION, person::undo_email::handler)
        .add(identity, &person::events::OPERATION, person::events::handler)
        .add(identity, &person::closing::OPERATION, person::closing::handler)
        .add(identity, &person::close::OPERATION, person::close::handler)
        .add(identity, &session::refresh::OPERATION, session::refresh::handler)
        .add(identity, &session::sign_out::OPERATION, session::sign_out::handler)
        .add(identity, &session::switch::OPERATION, session::switch::handler)
        .add(identity, &session::step_up::OPERATION, session::step_up::handler)
        .add(identity, &session::me::OPERATION, session::me::handler)
        .add(identity, &session::list::OPERATION, session::list::handler)
        .add(identity, &session::revoke::OPERATION, session::revoke::handler)
        .add(identity, &session::revoke_others::OPERATION, session::revoke_others::handler)
        .add(identity, &factor::read::OPERATION, factor::read::handler)
        .add(identity, &factor::begin_totp::OPERATION, factor::begin_totp::handler)
        .add(identity, &factor::confirm_totp::OPERATION, factor::confirm_totp::handler)
        .add(identity, &factor::remove_totp::OPERATION, factor::remove_totp::handler)
        .add(identity, &factor::renew_recovery::OPERATION, factor::renew_recovery::handler)
        .add(identity, &factor::passkey::begin::OPERATION, factor::passkey::begin::handler)
        .add(identity, &factor::passkey::enrol::OPERATION, factor::passkey::enrol::handler)
        .add(identity, &factor::passkey::ask::OPERATION, factor::passkey::ask::handler)
        .add(identity, &factor::passkey::remove::OPERATION, factor::passkey::remove::handler)
        .add(identity, &workspace::read::OPERATION, workspace::read::handler)
        .add(identity, &workspace::change::OPERATION, workspace::change::handler)
        .add(identity, &workspace::create::OPERATION, workspace::create::handler)
        .add(identity, &operator::leave::OPERATION, operator::leave::handler)
        .add(identity, &operator::transfer::OPERATION, operator::transfer::handler)
        .add(identity, &factor::help::list::OPERATION, factor::help::list::handler)
        .add(identity, &factor::help::approve::OPERATION, factor::help::approve::handler)
        .add(identity, &sso::read::OPERATION, sso::read::handler)
        .add(identity, &sso::configure::OPERATION, sso::configure::handler)
        .add(identity, &sso::remove::OPERATION, sso::remove::handler)
        .add(identity, &sso::add_domain::OPERATION, sso::add_domain::handler)
        .add(identity, &sso::verify_domain::OPERATION, sso::verify_domain::handler)
        .add(identity, &sso::remove_domain::OPERATION, sso::remove_domain::handler)
        .add(identity, &workspace::factor_policy::OPERATION, workspace::factor_policy::handler)
        .add(
            identity,
            &workspace::change_factor_policy::OPERATION,
            workspace::change_factor_policy::handler,
        )
        .add(identity, &workspace::access_policy::OPERATION, workspace::access_policy::handler)
        .add(
            identity,
            &workspace::change_access_policy::OPERATION,
            workspace::change_access_policy::handler,
        )
        .add(identity, &operator::list::OPERATION, operator::list::handler)
        .add(identity, &operator::change_role::OPERATION, operator::change_role::handler)
        .add(identity, &operator::sessions::OPERATION, operator::sessions::handler)
        .add(identity, &operator::end_sessions::OPERATION, operator::end_sessions::handler)
        .add(identity, &operator::removal::OPERATION, operator::removal::handler)
        .add(identity, &operator::remove::OPERATION, operator::remove::handler)
        .add(identity, &invitation::list::OPERATION, invitation::list::handler)
        .add(identity, &invitation::create::OPERATION, invitation::create::handler)
        .add(identity, &invitation::revoke::OPERATION, invitation::revoke::handler)
        .add(identity, &invitation::preview::OPERATION, invitation::preview::handler)
        .add(identity, &invitation::accept::OPERATION, invitation::accept::handler)
        .add(identity, &api_key::list::OPERATION, api_key::list::handler)
        .add(identity, &api_key::create::OPERATION, api_key::create::handler)
        .add(identity, &api_key::rotate::OPERATION, api_key::rotate::handler)
        .add(identity, &api_key::revoke::OPERATION, api_key::revoke::handler)
        .add(identity, &api_key::report_leak::OPERATION, api_key::report_leak::handler)
}

/// A request as identity's handlers get it.
pub type Call<P = lk_web::Nothing, Q = lk_web::Nothing, B = lk_web::Nothing> =
    lk_web::Call<Identity, P, Q, B>;
