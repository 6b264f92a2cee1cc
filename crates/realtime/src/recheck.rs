//! Sockets live long; what let them in may not. Each is asked again every minute.
//!
//! Ends that are announced (sign-out, removal, another role) act at once, through events. This is
//! for those that are not: a session that runs out, a site that is taken off a widget's list, an
//! event that another node announced and this one missed.

use std::time::Duration;

use lk_base::Error;
use socketioxide::SocketIo;

use crate::Realtime;
use crate::ending::{Holds, end};

const EVERY: Duration = Duration::from_secs(60);
/// How long what is announced has to arrive first: it says why, and we do not know.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) fn spawn<H: Holds>(io: SocketIo, realtime: Realtime) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            let mut lapsed = Vec::new();
            for socket in io.of("/").map(|all| all.sockets()).unwrap_or_default() {
                let Some(holder) = socket.extensions.get::<H>() else { continue };
                // A database that does not answer ends nobody's socket.
                if let Err(Error::Unauthenticated { .. }) =
                    realtime.authenticate.still_good(holder.scope()).await
                {
                    lapsed.push(socket);
                }
            }
            if lapsed.is_empty() {
                continue;
            }
            tokio::time::sleep(PATIENCE).await;
            for socket in lapsed.into_iter().filter(|socket| socket.connected()) {
                end::<H>(&realtime, socket, "revoked");
            }
        }
    });
}
