//! One throw-away cluster for the test program, one database for each test.

use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use lk_db::Places;
use lk_postgres::{Address, HIDDEN_STATEMENTS, Role, Throwaway};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;

/// How to reach the cluster as each role.
struct Server {
    superuser: Address,
    owner: Address,
    app: Address,
    dispatch: Address,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static TEMPLATE: OnceCell<()> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Starts the cluster on a thread of its own that lives as long as the program: the supervisor
/// belongs to that thread's runtime, while every test has another.
fn server() -> &'static Server {
    SERVER.get_or_init(|| {
        let (ready, started) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let throwaway = Throwaway::start().await.expect("PostgreSQL starts");
                let cluster = throwaway.cluster().expect("a started cluster");
                let server = Server {
                    superuser: cluster.address(Role::Superuser),
                    owner: cluster.address(Role::Owner),
                    app: cluster.address(Role::App),
                    dispatch: cluster.address(Role::Dispatch),
                };
                ready.send(server).expect("the test program waits");
                std::future::pending::<()>().await;
            });
        });
        started.recv().expect("the cluster starts")
    })
}

fn options(address: &Address) -> PgConnectOptions {
    PgConnectOptions::from_str(&address.to_string()).expect("an address of ours")
}

/// A database of one test.
#[derive(Debug, Clone)]
pub struct Database {
    /// How the product reaches it.
    pub places: Places,
    /// How the test looks behind the wall.
    pub superuser: PgConnectOptions,
}

/// A new database with the whole schema.
///
/// # Panics
/// When PostgreSQL is not installed.
pub async fn private_database() -> Database {
    let server = tokio::task::spawn_blocking(server).await.unwrap();
    let admin = options(&server.superuser);
    TEMPLATE
        .get_or_init(|| async {
            let mut admin = PgConnection::connect_with(&admin).await.unwrap();
            let make = "create database lk_template owner lk_owner template template0 encoding 'UTF8' locale 'C.UTF-8'";
            sqlx::raw_sql(make).execute(&mut admin).await.unwrap();
            let template = options(&server.superuser.clone().with_database("lk_template"));
            let mut inside = PgConnection::connect_with(&template).await.unwrap();
            let settle = format!("alter schema public owner to lk_owner; {HIDDEN_STATEMENTS}");
            sqlx::raw_sql(AssertSqlSafe(settle)).execute(&mut inside).await.unwrap();
            inside.close().await.unwrap();
            let owner = options(&server.owner.clone().with_database("lk_template"));
            lk_db::migrate::apply(&owner).await.unwrap();
            // A template that somebody is connected to cannot be cloned.
            sqlx::raw_sql("alter database lk_template allow_connections false").execute(&mut admin).await.unwrap();
        })
        .await;
    let name = format!("lk_test_{}", NUMBER.fetch_add(1, Ordering::SeqCst));
    let mut admin = PgConnection::connect_with(&admin).await.unwrap();
    let clone = format!("create database {name} owner lk_owner template lk_template");
    sqlx::raw_sql(AssertSqlSafe(clone)).execute(&mut admin).await.unwrap();
    // As every installation has it; a clone does not inherit it.
    let grants = format!(
        "revoke all on database {name} from public;
         grant connect on database {name} to lk_app, lk_dispatch"
    );
    sqlx::raw_sql(AssertSqlSafe(grants)).execute(&mut admin).await.unwrap();
    let of = |address: &Address| options(&address.clone().with_database(name.as_str()));
    let places = Places {
        owner: of(&server.owner),
        app: of(&server.app),
        dispatch: of(&server.dispatch),
        connections: 8,
    };
    Database { places, superuser: of(&server.superuser) }
}

impl Database {
    /// The rows of a query, as JSON, seen by the superuser.
    ///
    /// # Panics
    /// When the query is wrong.
    pub async fn rows(&self, query: &str) -> Vec<serde_json::Value> {
        let mut connection = PgConnection::connect_with(&self.superuser).await.unwrap();
        let sql = format!("select coalesce(json_agg(t), '[]') from ({query}) t");
        let found: serde_json::Value =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap();
        found.as_array().cloned().unwrap_or_default()
    }

    /// Runs statements as the superuser.
    ///
    /// # Panics
    /// When they fail.
    pub async fn run(&self, statements: &str) {
        let mut connection = PgConnection::connect_with(&self.superuser).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut connection).await.unwrap();
    }

    /// What `psql` as this role prints, and what it complains of.
    ///
    /// # Panics
    /// When there is no `psql`.
    pub async fn psql(&self, role: &PgConnectOptions, commands: &[&str]) -> (String, String) {
        let mut psql = std::process::Command::new("psql");
        psql.args(["--no-psqlrc", "--quiet", "-At", "-U", role.get_username()]);
        psql.arg("-h").arg(role.get_socket().expect("a cluster on a socket"));
        psql.args(["-p", &role.get_port().to_string(), "-d", role.get_database().expect("a name")]);
        for command in commands {
            psql.args(["-c", command]);
        }
        let output = tokio::task::spawn_blocking(move || psql.output()).await.unwrap().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    }

    /// Takes the third wall down in this database.
    ///
    /// # Panics
    /// When the owner cannot.
    pub async fn take_third_wall_down(&self) {
        lk_db::permit::settle(&self.places.owner, lk_db::ThirdWall::Nothing).await.unwrap();
    }

    /// Takes row security down in this database.
    pub async fn take_row_security_down(&self) {
        self.run(
            "do $$ declare t regclass; begin
               for t in select oid from pg_class
                         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity loop
                 execute format('alter table %s disable row level security', t);
                 execute format('alter table %s no force row level security', t);
               end loop;
             end $$",
        )
        .await;
    }
}
