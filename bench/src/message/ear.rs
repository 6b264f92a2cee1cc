//! The operator's ear: a socket that counts what is delivered, and notes when.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use http::HeaderMap;
use serde_json::json;

use crate::http::Place;
use crate::socket::Socket;

/// How long a delivery may take before we call it lost.
const PATIENCE: Duration = Duration::from_secs(20);
const KEY: &str = "\"client_message_id\":\"";

#[derive(Debug, Default)]
struct Heard {
    count: AtomicU32,
    /// When each message of a latency measurement arrived, by its client id.
    when: Mutex<HashMap<String, Instant>>,
}

/// Listens until dropped.
#[derive(Debug)]
pub(crate) struct Ear {
    heard: Arc<Heard>,
    task: tokio::task::JoinHandle<()>,
}

impl Ear {
    /// Connects as the operator. Messages whose client id begins with `noted` are noted.
    pub(crate) async fn open(place: &Place, token: &str, noted: &'static str) -> Result<Self> {
        let auth = json!({ "token": token });
        let mut socket = Socket::connect(place, &HeaderMap::new(), &auth).await?;
        socket.wait_for("42[\"welcome\"").await?;
        let heard = Arc::new(Heard::default());
        let into = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            while let Ok(frame) = socket.next().await {
                if !frame.starts_with("42[\"event\"") || !frame.contains("\"message.created\"") {
                    continue;
                }
                let id = frame.split_once(KEY).and_then(|(_, rest)| rest.split_once('"'));
                if let Some((id, _)) = id.filter(|(id, _)| id.starts_with(noted)) {
                    let now = Instant::now();
                    let mut when = into.when.lock().unwrap_or_else(PoisonError::into_inner);
                    when.entry(id.to_owned()).or_insert(now);
                }
                into.count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(Self { heard, task })
    }

    /// How many messages were delivered so far.
    pub(crate) fn count(&self) -> u32 {
        self.heard.count.load(Ordering::Relaxed)
    }

    /// Waits until so many were delivered.
    pub(crate) async fn wait_for(&self, count: u32) -> Result<()> {
        let begun = Instant::now();
        while self.count() < count {
            if self.task.is_finished() {
                bail!(
                    "the operator's socket was closed after {} of {count} messages",
                    self.count()
                );
            }
            if begun.elapsed() > PATIENCE {
                bail!("{} of {count} messages were delivered", self.count());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    /// When the message with this client id arrived.
    pub(crate) fn arrival(&self, id: &str) -> Result<Instant> {
        let when = self.heard.when.lock().unwrap_or_else(PoisonError::into_inner);
        when.get(id).copied().with_context(|| format!("{id} did not arrive"))
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.task.abort();
    }
}
