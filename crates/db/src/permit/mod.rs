//! Permits: the setting that binds a transaction to its workspace, which SQL alone cannot make up.
//!
//! A permit is a random text in `scope_permits`, which only the owner reads: for one workspace and a
//! quarter of an hour. The view `bound_workspace`, which all policies ask, looks the setting up
//! there; where the settings say so, it is swapped for one that believes the setting.
//!
//! **Invariant:** a process shows no permit that the server it is connected to may not know. A
//! server that was started, restored or promoted since may have lost the newest.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use lk_base::id::{Id, WorkspaceId};
use lk_base::{Clock, Error, Result, Timestamp, clock};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection};

use crate::pool::Db;

/// How long a permit is used before a new one is asked for.
const FRESH: Duration = Duration::from_secs(5 * 60);
/// How long the database takes it, in seconds: a connection may be waited for, and clocks differ.
const GOOD: f64 = 15.0 * 60.0;
/// So many permits are held before those that are old are looked for.
const FEW: usize = 1024;

const PERMITTED: &str = include_str!("permitted.sql");
const PLAIN: &str = include_str!("plain.sql");

/// What row security believes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThirdWall {
    /// A permit.
    Permits,
    /// Whatever the setting says.
    Nothing,
}

/// A permit that this process has.
#[derive(Debug)]
struct Held {
    text: Arc<str>,
    since: Timestamp,
}

/// What this process has, and from which start of the server.
#[derive(Debug, Default)]
struct Known {
    held: HashMap<WorkspaceId, Held>,
    /// How many are held when those that are old are looked for.
    limit: usize,
    server: Option<Timestamp>,
}

/// The permits of a process.
pub(crate) struct Permits {
    /// The machine's clock, whatever the product's clock says: the demo writes its past.
    clock: Clock,
    known: RwLock<Known>,
}

impl Permits {
    pub(crate) fn new() -> Self {
        Self { clock: Clock::system(), known: RwLock::default() }
    }

    /// The permit for a workspace, as the text of the setting.
    pub(crate) async fn of(&self, dispatch: &PgPool, workspace: WorkspaceId) -> Result<Arc<str>> {
        if let Some(text) = self.held(workspace) {
            return Ok(text);
        }
        // Before it is asked for: its time runs from there.
        let since = self.clock.now();
        let server = self.known().server;
        let text: Arc<str> = issue(dispatch, workspace, GOOD).await?.into();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        // Whoever met another server meanwhile has thrown all away; this one may be of the old one.
        if known.server == server {
            if known.held.len() >= known.limit.max(FEW) {
                known.held.retain(|_, held| is_fresh(held.since, since));
                known.limit = 2 * known.held.len();
            }
            known.held.insert(workspace, Held { text: Arc::clone(&text), since });
        }
        Ok(text)
    }

    /// A connection was made to a server that was started then.
    pub(crate) fn met(&self, server: Timestamp) {
        let is_same = self.known().server == Some(server);
        if !is_same {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            *known = Known { server: Some(server), ..Known::default() };
        }
    }

    #[cfg(feature = "walls")]
    pub(crate) fn forget(&self) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).held.clear();
    }

    fn held(&self, workspace: WorkspaceId) -> Option<Arc<str>> {
        let now = self.clock.now();
        let known = self.known();
        let held = known.held.get(&workspace)?;
        is_fresh(held.since, now).then(|| Arc::clone(&held.text))
    }

    fn known(&self) -> impl Deref<Target = Known> + '_ {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that was set back makes what we have old.
fn is_fresh(since: Timestamp, now: Timestamp) -> bool {
    now >= since && now.since(since) < FRESH
}

/// Has a new permit written; the workspace itself where the setting is believed.
pub(crate) async fn issue(
    dispatch: &PgPool,
    workspace: WorkspaceId,
    seconds: f64,
) -> Result<String> {
    let mut random = [0; 16];
    clock::fill_random(&mut random);
    let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = sqlx::query_scalar!(
        r#"select case when pg_get_viewdef('public.bound_workspace'::regclass) like '%scope_permits%'
                       then scope_permit($1, $2, $3)
                       else $2::text
                  end as "text!""#,
        name,
        workspace.uuid(),
        seconds,
    )
    .fetch_one(dispatch)
    .await?;
    // It is put into a statement, which `set` leaves no other way.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if is_plain { Ok(text) } else { Err(Error::internal("the database wrote a permit of its own")) }
}

impl Db {
    /// Whether the application's role may read what its other connections run, their settings
    /// included. On a server of somebody else's that is theirs to change.
    ///
    /// # Errors
    /// `Internal` when the database does not answer.
    pub async fn hears_others(&self) -> Result<bool> {
        let hears = sqlx::query_scalar!(
            r#"select has_function_privilege('pg_catalog.pg_stat_get_activity(integer)', 'execute') as "hears!""#
        )
        .fetch_one(self.app())
        .await?;
        Ok(hears)
    }
}

/// Puts the wall that the settings want beneath the policies, before anything is served.
///
/// # Errors
/// `Internal` when the database refuses.
pub async fn settle(owner: &PgConnectOptions, wanted: ThirdWall) -> Result<()> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let is_up = sqlx::query_scalar!(
        r#"select pg_get_viewdef('public.bound_workspace'::regclass) like '%scope_permits%' as "up!""#
    )
    .fetch_one(&mut connection)
    .await?;
    if is_up != (wanted == ThirdWall::Permits) {
        let text = if is_up { PLAIN } else { PERMITTED };
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
    }
    connection.close().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_micros(seconds * 1_000_000)
    }

    #[test]
    fn another_server_is_shown_no_permit_of_the_one_before() {
        let permits = Permits::new();
        let workspace = WorkspaceId::PLATFORM;
        permits.met(at(1));
        let held = Held { text: "a permit".into(), since: permits.clock.now() };
        permits.known.write().unwrap().held.insert(workspace, held);
        permits.met(at(1));
        assert_eq!(permits.held(workspace).as_deref(), Some("a permit"));
        permits.met(at(2));
        assert_eq!(permits.held(workspace), None);
    }

    #[test]
    fn a_permit_is_used_for_five_minutes_and_not_before_it_was_made() {
        assert!(is_fresh(at(1000), at(1000)) && is_fresh(at(1000), at(1299)));
        assert!(!is_fresh(at(1000), at(1300)) && !is_fresh(at(1000), at(999)));
    }
}
