//! Sockets: events of the outbox become frames; typing and presence live and die here.
//!
//! Reading order: [`rooms`] (who hears what), [`operators`] and [`visitors`] (what clients may
//! say, after the lists in [`heard`]), [`fan_out`] (how events reach the rooms), [`presence`] (who is there), `ending` (how a
//! socket is ended that does not read).
//!
//! **Invariant:** a client never names a room. It names a conversation, a [`Door`] is asked, and
//! until the door has opened not a single frame about it is sent.
//! **Invariant:** sockets are authenticated by the same [`lk_web::Authenticate`] as requests.
//! **Invariant:** this crate knows no table; what it must know it asks through the door.

mod ending;
pub mod fan_out;
pub mod heard;
pub mod operators;
pub mod presence;
mod recheck;
mod replay;
pub mod rooms;
mod side;
pub mod visitors;

use std::sync::Arc;
use std::time::Duration;

use axum::http::request::Parts;
use futures_util::future::BoxFuture;
use lk_base::id::ConversationId;
use lk_base::{Error, Result};
use lk_db::{Db, Origin, Scope};
use lk_web::limit::RateClass;
use lk_web::{Authenticate, Credential, Limiter};
use serde_json::Value;
use socketioxide::SocketIo;
use socketioxide::layer::SocketIoLayer;
use tokio::sync::mpsc;

pub use fan_out::{FanOut, Signals};
pub use presence::Presence;

use side::Side;

/// Decides who may hear a conversation. Wired in `server`, answered by the inbox.
pub trait Door: Send + Sync + 'static {
    /// An operator wants to follow a conversation.
    ///
    /// The future fails with `NotFound` alike for a missing and for a foreign one.
    fn operator_joins<'a>(
        &'a self,
        scope: &'a Scope,
        conversation: ConversationId,
    ) -> BoxFuture<'a, Result<()>>;

    /// What visitors see of the operator: a name.
    fn operator_name<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<String>>;

    /// A visitor wants to follow their conversation: the messages after `after_seq` and the
    /// newest number.
    fn visitor_joins<'a>(
        &'a self,
        scope: &'a Scope,
        conversation: ConversationId,
        after_seq: i64,
    ) -> BoxFuture<'a, Result<(Value, i64)>>;
}

/// What sockets work with.
#[derive(Clone)]
pub struct Realtime {
    db: Db,
    authenticate: Arc<dyn Authenticate>,
    limiter: Arc<Limiter>,
    door: Arc<dyn Door>,
    presence: Arc<Presence>,
    /// The widget's own origin: visitors' sockets carry a cookie, so they must come from there.
    widget_origin: String,
    signals: Signals,
}

impl std::fmt::Debug for Realtime {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<realtime>")
    }
}

/// The two layers to mount and what feeds them.
pub struct Sockets {
    /// For the dashboard's origin.
    pub operators: SocketIoLayer,
    /// For the widget's origin.
    pub visitors: SocketIoLayer,
    /// Hears the outbox.
    pub fan_out: FanOut,
    operator_io: SocketIo,
    visitor_io: SocketIo,
}

impl std::fmt::Debug for Sockets {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("<sockets>")
    }
}

/// Frames larger than this end the socket: nothing we accept comes near.
const MOST_FRAME: usize = 64 * 1024;
/// Frames that may wait for a slow client; the next one ends its socket. The largest batch of the
/// outbox, 500 events, has place twice: whoever had read everything before it is never behind.
const MOST_WAITING: usize = 1_024;
/// How long the server waits for sockets to end when it stops.
const FAREWELL: Duration = Duration::from_secs(2);

fn layer(state: Realtime) -> (SocketIoLayer, SocketIo) {
    SocketIo::builder()
        .ping_interval(Duration::from_secs(25))
        .ping_timeout(Duration::from_secs(20))
        .connect_timeout(Duration::from_secs(10))
        .max_payload(64 * 1024)
        .ws_max_message_size(MOST_FRAME)
        .ws_max_frame_size(MOST_FRAME)
        .ws_read_buffer_size(4096)
        .max_buffer_size(MOST_WAITING)
        .with_state(state)
        .build_layer()
}

/// Builds the sockets of one server. The presence and the signals are made before, because the
/// door needs them.
#[must_use]
pub fn sockets(
    db: Db,
    authenticate: Arc<dyn Authenticate>,
    limiter: Arc<Limiter>,
    door: Arc<dyn Door>,
    presence: Arc<Presence>,
    widget_origin: String,
    (signals, heard): (Signals, mpsc::UnboundedReceiver<fan_out::Signal>),
) -> Sockets {
    let realtime = Realtime { db, authenticate, limiter, door, presence, widget_origin, signals };
    let (operators, operator_io) = layer(realtime.clone());
    let (visitors, visitor_io) = layer(realtime.clone());
    operators::mount(&operator_io, realtime.clone());
    visitors::mount(&visitor_io, realtime.clone());
    let fan_out = FanOut::new(realtime.signals.clone());
    fan_out::spawn(
        Side::new(operator_io.clone(), realtime.clone()),
        Side::new(visitor_io.clone(), realtime),
        heard,
    );
    Sockets { operators, visitors, fan_out, operator_io, visitor_io }
}

impl Sockets {
    /// Ends all sockets: the server stops. Those that do not read would never be done.
    pub async fn close(&self) {
        let all = async { tokio::join!(self.operator_io.close(), self.visitor_io.close()) };
        let _ = tokio::time::timeout(FAREWELL, all).await;
    }
}

/// Where a socket came from, as the edge saw it.
pub(crate) fn origin(parts: &Parts) -> Arc<Origin> {
    parts
        .extensions
        .get::<Arc<Origin>>()
        .cloned()
        .unwrap_or_else(|| Arc::new(Origin::system("socket")))
}

impl Realtime {
    /// Who stands behind a credential. In a task of its own: a client who goes away in the middle
    /// must not leave a transaction half begun (see `lk_web::routes::to_the_end`).
    pub(crate) async fn who(
        &self,
        credential: Credential,
        origin: Arc<Origin>,
    ) -> Result<Scope, Unauthorized> {
        let authenticate = Arc::clone(&self.authenticate);
        let asked =
            tokio::spawn(async move { authenticate.authenticate(credential, origin).await });
        asked.await.map_err(|_| Unauthorized)?.map_err(|_| Unauthorized)
    }

    /// Counts a new socket against its address.
    pub(crate) fn admit(&self, origin: &Origin) -> Result<()> {
        let address = origin.address.as_ref().ok_or(Error::Forbidden { code: "no_address" })?;
        self.limiter.check_address(RateClass::Socket, *address.reveal()).map(drop)
    }
}

/// A refusal as clients hear it: the same word for all reasons.
#[derive(Debug)]
pub(crate) struct Unauthorized;

impl std::fmt::Display for Unauthorized {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("unauthorized")
    }
}
