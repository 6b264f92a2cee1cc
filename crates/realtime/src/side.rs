//! One side of the house: operators, or visitors, with their rooms.

use std::marker::PhantomData;

use serde_json::Value;
use serde_json::value::to_raw_value;
use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError, SocketIo};

use crate::Realtime;
use crate::ending::{self, Holds};

/// Sends to the rooms of one side. A socket that does not keep up is cut: it comes back and asks
/// for what it missed, which costs the server less than remembering it.
pub(crate) struct Side<H> {
    io: SocketIo,
    realtime: Realtime,
    holder: PhantomData<fn() -> H>,
}

impl<H: Holds> Side<H> {
    pub(crate) const fn new(io: SocketIo, realtime: Realtime) -> Self {
        Self { io, realtime, holder: PhantomData }
    }

    /// Sends a frame to a room, and cuts whoever has no place left for it.
    pub(crate) fn send(&self, room: String, name: &'static str, data: &Value) {
        let sockets = self.within(room);
        if sockets.is_empty() {
            return;
        }
        // Written once, however many hear it. One by one, because what the library says when it
        // sends to a room does not name the socket that failed.
        let Ok(data) = to_raw_value(data) else { return };
        for socket in sockets {
            if let Err(SendError::Socket(SocketError::InternalChannelFull)) =
                socket.emit(name, &data)
            {
                tracing::info!("a slow socket was cut");
                ending::end::<H>(&self.realtime, socket, None);
            }
        }
    }

    /// Ends the sockets of a room.
    pub(crate) fn end(&self, room: String, reason: &'static str) {
        for socket in self.within(room) {
            ending::end::<H>(&self.realtime, socket, reason);
        }
    }

    fn within(&self, room: String) -> Vec<SocketRef> {
        self.io.of("/").map(|all| all.to(room).sockets()).unwrap_or_default()
    }
}
