//! How a socket ends: at once in what it hears and says, and on the wire as soon as there is room.
//!
//! The library's `disconnect` queues a packet first, and does nothing at all when the queue is
//! full. So whoever does not read could not be ended, and would hear everything later.
//! **Invariant:** from the moment [`end`] returns, the socket is in no room and nothing it says is
//! heard, whether its client reads or not.

use std::time::Duration;

use lk_db::Scope;
use serde_json::json;
use socketioxide::extract::SocketRef;

use crate::Realtime;

/// How often a full queue is tried again. A client that never reads is ended by the heartbeat.
const AGAIN: Duration = Duration::from_millis(250);

/// What a socket was let in with. It is taken from a socket that ends: who has none is not heard.
pub(crate) trait Holds: Clone + Send + Sync + 'static {
    /// Who it is.
    fn scope(&self) -> &Scope;

    /// Takes the socket off the books of presence.
    fn left(&self, realtime: &Realtime, socket: &str);
}

/// Ends a socket, with a reason that its client is told when it reads.
pub(crate) fn end<H: Holds>(
    realtime: &Realtime,
    socket: SocketRef,
    reason: impl Into<Option<&'static str>>,
) {
    left::<H>(realtime, &socket);
    let mut farewell = reason.into();
    if closed(&socket, &mut farewell) {
        return;
    }
    tokio::spawn(async move {
        while socket.connected() && !closed(&socket, &mut farewell) {
            tokio::time::sleep(AGAIN).await;
        }
    });
}

/// What follows from a socket that is gone, once.
pub(crate) fn left<H: Holds>(realtime: &Realtime, socket: &SocketRef) {
    // In this order: who joins a room in between looks for the holder afterwards.
    let holder = socket.extensions.remove::<H>();
    socket.leave_all();
    if let Some(holder) = holder {
        holder.left(realtime, &socket.id.to_string());
    }
}

/// Lets a socket into a room, unless it has ended meanwhile.
pub(crate) fn enter<H: Holds>(socket: &SocketRef, room: String) {
    socket.join(room);
    if socket.extensions.get::<H>().is_none() {
        socket.leave_all();
    }
}

fn closed(socket: &SocketRef, farewell: &mut Option<&'static str>) -> bool {
    if let Some(reason) = farewell {
        if socket.emit("ended", &json!({ "reason": reason })).is_err() {
            return false;
        }
        *farewell = None;
    }
    socket.clone().disconnect().is_ok()
}
