//! The server that the protocol suites of socketio/socket.io ask for, on the library and with the
//! limits of this product; see docs/decisions/0007.
//!
//! Engine.IO at `/engine.io` and Socket.IO at `/socket.io`, both on port 3000. The interval, the
//! timeout, the payload, the namespaces and the echoes are what the suites want.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use engineioxide::config::EngineIoConfig;
use engineioxide::handler::EngineIoHandler;
use engineioxide::layer::EngineIoLayer;
use engineioxide::{DisconnectReason, Socket, Str};
use rmpv::Value;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeTuple, Serializer};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

const INTERVAL: Duration = Duration::from_millis(300);
const TIMEOUT: Duration = Duration::from_millis(200);
const MOST_PAYLOAD: u64 = 1_000_000;

#[derive(Debug, Clone)]
struct Echo;

impl EngineIoHandler for Echo {
    type Data = ();

    fn on_connect(self: Arc<Self>, _: Arc<Socket<()>>) {}

    fn on_disconnect(&self, _: Arc<Socket<()>>, _: DisconnectReason) {}

    fn on_message(self: &Arc<Self>, message: Str, socket: Arc<Socket<()>>) {
        let _ = socket.emit(message);
    }

    fn on_binary(self: &Arc<Self>, data: Bytes, socket: Arc<Socket<()>>) {
        let _ = socket.emit_binary(data);
    }
}

/// All arguments of an event, however many.
struct Arguments(Vec<Value>);

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Arguments;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("arguments")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Arguments, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = from.next_element()? {
                    all.push(one);
                }
                Ok(Arguments(all))
            }
        }
        // Any tuple makes the library hand over all that came, not only the first.
        from.deserialize_tuple(2, All)
    }
}

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        let mut all = into.serialize_tuple(self.0.len())?;
        for one in &self.0 {
            all.serialize_element(one)?;
        }
        all.end()
    }
}

async fn connected(socket: SocketRef, Data(data): Data<Value>) {
    let _ = socket.emit("auth", &data);
    socket.on("message", async |socket: SocketRef, Data::<Arguments>(data)| {
        let _ = socket.emit("message-back", &data);
    });
    socket.on("message-with-ack", async |Data::<Arguments>(data), ack: AckSender| {
        let _ = ack.send(&data);
    });
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = EngineIoConfig::builder()
        .ping_interval(INTERVAL)
        .ping_timeout(TIMEOUT)
        .max_payload(MOST_PAYLOAD)
        .build();
    let engine = EngineIoLayer::from_config(Arc::new(Echo), config);
    let (layer, io) = SocketIo::builder()
        .ping_interval(INTERVAL)
        .ping_timeout(TIMEOUT)
        .connect_timeout(Duration::from_secs(1))
        .max_payload(MOST_PAYLOAD)
        .ws_max_message_size(64 * 1024)
        .ws_max_frame_size(64 * 1024)
        .ws_read_buffer_size(4096)
        .max_buffer_size(1_024)
        .build_layer();
    io.ns("/", connected);
    io.ns("/custom", connected);
    let routes = axum::Router::new().layer(layer).layer(engine);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, routes).await?;
    Ok(())
}
