//! The two servers: ours, and the reference on Node.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::figures::home;
use crate::http::Place;
use crate::server::{Installation, Server, free_port};
use crate::tls;

const PATIENCE: Duration = Duration::from_secs(20);

/// A server that relays.
pub(crate) struct Peer {
    which: Which,
    /// Where its sockets are.
    pub(crate) place: Place,
}

enum Which {
    Ours(Server),
    Node(Child),
}

fn node_home() -> PathBuf {
    home().join("node")
}

/// Installs exactly what the lock file says.
pub(crate) fn prepare_node() -> Result<()> {
    let directory = node_home();
    if directory.join("node_modules/socket.io").exists() {
        return Ok(());
    }
    eprintln!("── npm ci   (in bench/node)");
    let status =
        Command::new("npm").arg("ci").arg("--ignore-scripts").current_dir(directory).status();
    if !status.context("cannot run npm")?.success() {
        bail!("npm ci failed");
    }
    Ok(())
}

impl Peer {
    /// Ours, on an installation that is set up.
    pub(crate) async fn ours(installation: &Installation) -> Result<Self> {
        let server = installation.start().await?;
        let place = server.dashboard(&["http/1.1"])?;
        Ok(Self { which: Which::Ours(server), place })
    }

    /// The reference.
    pub(crate) async fn node() -> Result<Self> {
        let (certificate, key) = tls::made()?;
        let port = free_port()?;
        let mut node = Command::new("node");
        node.arg("relay.mjs").arg(port.to_string()).arg(&certificate).arg(&key);
        node.current_dir(node_home()).stdin(Stdio::null()).env("NODE_ENV", "production");
        let child = node.spawn().context("cannot run node")?;
        let place = Place {
            tls: tls::connector(&certificate, &["http/1.1"])?,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            authority: format!("localhost:{port}").into(),
        };
        let peer = Self { which: Which::Node(child), place };
        let begun = Instant::now();
        while peer.place.open().await.is_err() {
            if begun.elapsed() > PATIENCE {
                bail!("the reference server does not answer");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(peer)
    }

    /// The server's process.
    pub(crate) fn pid(&self) -> u32 {
        match &self.which {
            Which::Ours(server) => server.pid(),
            Which::Node(child) => child.id(),
        }
    }

    /// Ends it.
    pub(crate) async fn stop(self) -> Result<()> {
        match self.which {
            Which::Ours(server) => server.stop().await,
            Which::Node(mut child) => {
                child.kill()?;
                child.wait()?;
                Ok(())
            }
        }
    }
}
