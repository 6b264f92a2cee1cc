//! A small Socket.IO client (protocol 5 over WebSocket only): connect, emit, wait for a frame.

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use http::HeaderMap;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::http::Place;

/// The wire under a socket.
pub(crate) type Wire = WebSocketStream<TlsStream<TcpStream>>;

/// A connected socket.
pub(crate) struct Socket {
    wire: Wire,
}

impl Socket {
    /// Connects to the main namespace with `auth`.
    pub(crate) async fn connect(place: &Place, headers: &HeaderMap, auth: &Value) -> Result<Self> {
        let url = format!("wss://{}/socket.io/?EIO=4&transport=websocket", place.authority);
        let mut request = url.into_client_request()?;
        request.headers_mut().extend(headers.clone());
        let (wire, _) = tokio_tungstenite::client_async(request, place.open().await?).await?;
        let mut socket = Self { wire };
        socket.wait_for("0").await?;
        socket.say(format!("40{auth}")).await?;
        socket.wait_for("40").await.context("the namespace was refused")?;
        Ok(socket)
    }

    /// The next frame that is not a heartbeat.
    pub(crate) async fn next(&mut self) -> Result<Utf8Bytes> {
        loop {
            match self.wire.next().await.context("the socket was closed")?? {
                Message::Text(text) if text.as_str() == "2" => self.say("3".to_owned()).await?,
                Message::Text(text) => return Ok(text),
                Message::Close(_) => bail!("the socket was closed"),
                _ => {}
            }
        }
    }

    /// The next frame that begins like this; others are passed over.
    pub(crate) async fn wait_for(&mut self, begin: &str) -> Result<Utf8Bytes> {
        loop {
            let frame = self.next().await?;
            if frame.starts_with(begin) {
                return Ok(frame);
            }
            if frame.starts_with("44") || frame.starts_with("41") {
                bail!("refused: {frame}");
            }
        }
    }

    /// Sends a frame.
    pub(crate) async fn say(&mut self, frame: String) -> Result<()> {
        Ok(self.wire.send(Message::text(frame)).await?)
    }

    /// Emits an event and waits for its acknowledgement, which must say `ok`.
    pub(crate) async fn ask(&mut self, event: &str, data: &Value) -> Result<()> {
        self.say(format!("421[\"{event}\",{data}]")).await?;
        let answer = self.wait_for("431").await?;
        if !answer.contains("\"ok\":true") {
            bail!("{event}: {answer}");
        }
        Ok(())
    }

    /// The wire itself, for those who split it.
    pub(crate) fn into_wire(self) -> Wire {
        self.wire
    }
}
