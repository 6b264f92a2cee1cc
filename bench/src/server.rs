//! The measured server: the release build on a fresh data directory, everything as shipped but
//! for the ports and the rate limits.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::figures::output;
use crate::http::Place;
use crate::postgres::Cluster;
use crate::tls;

/// A first start makes a database; this is far more than it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// An installation: it may be started more than once and keeps its ports, which its tokens name.
#[derive(Debug, Clone)]
pub(crate) struct Installation {
    /// What it runs.
    pub(crate) program: PathBuf,
    /// Its data directory.
    pub(crate) data: PathBuf,
    dashboard: u16,
    widget: u16,
    private: u16,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// What it runs on.
    pub(crate) at: Installation,
    /// Its private database.
    pub(crate) cluster: Cluster,
}

/// A free port, as far as one can know.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The program to measure: the one that was named, or the release build of this tree.
pub(crate) fn program(named: Option<&Path>) -> Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let ours = std::env::current_exe()?;
    let program = ours.with_file_name("leadkeep");
    eprintln!("── building the server");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked", "--release", "--package", "lk-server"]);
    let status = cargo.current_dir(crate::figures::home()).status().context("cannot run cargo")?;
    if !status.success() || !program.exists() {
        bail!("the server was not built");
    }
    Ok(program)
}

impl Installation {
    /// A new one with nothing in it; what an earlier run left is removed.
    pub(crate) fn fresh(program: PathBuf) -> Result<Self> {
        let data = output()?.join("data");
        if data.exists() {
            fs::remove_dir_all(&data)
                .with_context(|| format!("cannot remove {}", data.display()))?;
        }
        let (dashboard, widget, private) = (free_port()?, free_port()?, free_port()?);
        Ok(Self { program, data, dashboard, widget, private })
    }

    /// Removes what it stored.
    pub(crate) fn remove(&self) {
        let _ = fs::remove_dir_all(&self.data);
    }

    /// Starts it and waits until it is ready.
    pub(crate) async fn start(&self) -> Result<Server> {
        let Self { program, data, dashboard, widget, private } = self;
        let (certificate, key) = tls::made()?;
        let log = File::options().create(true).append(true).open(output()?.join("server.log"))?;
        let mut command = Command::new(program);
        command.arg("serve").arg("--data").arg(data).current_dir("/").env_clear();
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        for (key, value) in [
            ("SERVER__ENVIRONMENT", "development".to_owned()),
            ("SERVER__RATE_FACTOR", "10000".to_owned()),
            ("SERVER__DASHBOARD_URL", format!("https://localhost:{dashboard}")),
            ("SERVER__WIDGET_URL", format!("https://localhost:{widget}")),
            ("SERVER__DASHBOARD_LISTEN", format!("127.0.0.1:{dashboard}")),
            ("SERVER__WIDGET_LISTEN", format!("127.0.0.1:{widget}")),
            ("SERVER__PRIVATE_LISTEN", format!("127.0.0.1:{private}")),
            ("IDENTITY__ARGON2_MEMORY", "19456".to_owned()),
            ("IDENTITY__ARGON2_TIME", "2".to_owned()),
            ("IDENTITY__ACCESS_TOKEN", "15m".to_owned()),
            ("IDENTITY__SECOND_FACTOR", "optional".to_owned()),
            ("IDENTITY__SIGN_UP", "open".to_owned()),
            ("DATABASE__ALLOW_VOLATILE", "true".to_owned()),
            ("TLS__MODE", "files".to_owned()),
            ("TLS__CERTIFICATE", certificate.display().to_string()),
            ("TLS__KEY", key.display().to_string()),
        ] {
            command.env(format!("LEADKEEP_{key}"), value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut child =
            command.spawn().with_context(|| format!("cannot run {}", program.display()))?;
        let begun = Instant::now();
        while !ready(*private).await {
            if let Some(status) = child.try_wait()? {
                bail!("the server ended ({status}); bench/output/server.log says why");
            }
            if begun.elapsed() > PATIENCE {
                let _ = child.kill();
                bail!("the server is not ready; bench/output/server.log says why");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let cluster = Cluster::of(data)?;
        Ok(Server { child, at: self.clone(), cluster })
    }
}

impl Server {
    /// A command of the same program, with the settings that come with it.
    pub(crate) fn command(&self) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.at.program);
        command.current_dir("/").env_clear();
        command
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn place(&self, port: u16, protocols: &[&str]) -> Result<Place> {
        Ok(Place {
            tls: tls::connector(&tls::made()?.0, protocols)?,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            authority: format!("localhost:{port}").into(),
        })
    }

    /// The dashboard's origin.
    pub(crate) fn dashboard(&self, protocols: &[&str]) -> Result<Place> {
        self.place(self.at.dashboard, protocols)
    }

    /// The widget's origin.
    pub(crate) fn widget(&self, protocols: &[&str]) -> Result<Place> {
        self.place(self.at.widget, protocols)
    }

    /// The token of the set-up link.
    pub(crate) fn setup_token(&self) -> Result<String> {
        let link = fs::read_to_string(self.at.data.join("setup-url"))?;
        let (_, token) = link.trim().split_once('#').context("the set-up link has no token")?;
        Ok(token.to_owned())
    }

    /// Kills it with no warning; its database is left behind.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits until everything is there again after its database died.
    pub(crate) async fn comes_back(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            if let Ok(cluster) = Cluster::of(&self.at.data)
                && cluster.pid != self.cluster.pid
                && ready(self.at.private).await
            {
                self.cluster = cluster;
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("the database does not come back; bench/output/server.log says why");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends it as an administrator would, and waits.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.tell_to_stop();
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    fn tell_to_stop(&self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // It stops its PostgreSQL; killing would leave that to the system.
            self.tell_to_stop();
            let _ = self.child.wait();
        }
    }
}

/// Whether the private listener says that everything is there. A connection each time: it is
/// asked a few times only.
async fn ready(port: u16) -> bool {
    let asked = async {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
        let (mut way, driver) =
            hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await?;
        tokio::spawn(driver);
        let request = http::Request::get("/readyz")
            .header("host", "localhost")
            .body(http_body_util::Empty::<bytes::Bytes>::new())?;
        anyhow::Ok(way.send_request(request).await?.status().is_success())
    };
    asked.await.unwrap_or(false)
}
