//! Staff: internal administrators of the installation, their sessions, and their access to
//! workspaces.
//!
//! Reading order: [`authenticate`] (two halves become a scope), [`link`] and [`session`] (how one
//! begins and ends), [`member`] (who is staff), [`grant`] (how they get into a workspace, and out),
//! [`access`] (the same, as the workspace sees it).
//!
//! **Invariant:** staff are no persons: nothing here reads a login, a session or an operator, and
//! nothing elsewhere reads what is here.
//! **Invariant:** without a second factor there is no session, and without a grant no workspace.
//! Both are read again on every request.

pub mod access;
pub mod authenticate;
pub mod brake;
pub mod entry;
pub mod factor;
pub mod grant;
pub mod instance;
pub mod link;
pub mod member;
#[cfg(test)]
mod races;
pub mod session;
pub mod workspace;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use lk_base::id::WorkspaceId;
use lk_base::text::Email;
use lk_base::{Personal, Result};
use lk_crypto::Hasher;
use lk_crypto::password::rules::Rules;
use lk_db::{Db, WriteTx};
use lk_web::Routes;

/// A workspace, as the directory knows it.
#[derive(Debug)]
pub struct Listed {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: Personal,
    /// How many operators it has.
    pub operators: i64,
}

/// Whoever has to be told of access to a workspace.
#[derive(Debug)]
pub struct Owned {
    /// What the workspace is called.
    pub name: String,
    /// The addresses of its super admins.
    pub super_admins: Vec<Email>,
}

/// What staff may know of workspaces without access: answered by whoever keeps them.
pub trait Workspaces: Send + Sync + 'static {
    /// The next workspaces after one, among the platform's rows, by their ids.
    fn list<'a>(
        &'a self,
        tx: &'a mut WriteTx,
        after: Option<WorkspaceId>,
        limit: i64,
    ) -> BoxFuture<'a, Result<Vec<Listed>>>;

    /// Who is told, inside the workspace; `None` when there is no such workspace.
    fn owned<'a>(&'a self, tx: &'a mut WriteTx) -> BoxFuture<'a, Result<Option<Owned>>>;
}

/// What staff's operations work with. Cheap to clone.
#[derive(Clone)]
pub struct Staff {
    /// The database.
    pub db: Db,
    /// Passwords.
    pub hasher: Hasher,
    /// Which new passwords are good enough.
    pub rules: Arc<Rules>,
    /// How often somebody may try to sign in.
    pub brake: Arc<brake::Brake>,
    /// The directory of workspaces.
    pub workspaces: Arc<dyn Workspaces>,
    /// What is known of the running installation.
    pub instance: Arc<instance::Facts>,
    /// Where staff's page is, in front of links: `http://127.0.0.1:8450`.
    pub console_url: String,
    /// Where workspaces look at who has access, in front of links.
    pub dashboard_url: String,
}

impl std::fmt::Debug for Staff {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<staff>")
    }
}

/// What staff calls, on the private listener.
#[must_use]
pub fn routes(staff: &Staff) -> Routes {
    Routes::default()
        .add(staff, &link::look::OPERATION, link::look::handler)
        .add(staff, &link::enrol::OPERATION, link::enrol::handler)
        .add(staff, &session::sign_in::OPERATION, session::sign_in::handler)
        .add(staff, &session::sign_out::OPERATION, session::sign_out::handler)
        .add(staff, &session::step_up::OPERATION, session::step_up::handler)
        .add(staff, &session::me::OPERATION, session::me::handler)
        .add(staff, &session::list::OPERATION, session::list::handler)
        .add(staff, &session::revoke::OPERATION, session::revoke::handler)
        .add(staff, &instance::OPERATION, instance::handler)
        .add(staff, &workspace::list::OPERATION, workspace::list::handler)
        .add(staff, &member::list::OPERATION, member::list::handler)
        .add(staff, &member::create::OPERATION, member::create::handler)
        .add(staff, &member::change_role::OPERATION, member::change_role::handler)
        .add(staff, &member::disable::OPERATION, member::disable::handler)
        .add(staff, &member::enable::OPERATION, member::enable::handler)
        .add(staff, &member::renew_link::OPERATION, member::renew_link::handler)
        .add(staff, &entry::list::OPERATION, entry::list::handler)
        .add(staff, &grant::ask::OPERATION, grant::ask::handler)
        .add(staff, &grant::list::OPERATION, grant::list::handler)
        .add(staff, &grant::end::OPERATION, grant::end::handler)
}

/// What a workspace's super admins call, on the dashboard's origin.
#[must_use]
pub fn workspace_routes(staff: &Staff) -> Routes {
    Routes::default().add(staff, &access::list::OPERATION, access::list::handler).add(
        staff,
        &access::end::OPERATION,
        access::end::handler,
    )
}

/// A request as staff's handlers get it.
pub type Call<P = lk_web::Nothing, Q = lk_web::Nothing, B = lk_web::Nothing> =
    lk_web::Call<Staff, P, Q, B>;
