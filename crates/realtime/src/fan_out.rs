//! From the outbox to the rooms.
//!
//! Listeners must be quick, so hearing only queues; one task sends, in order. A socket that does
//! not keep up is cut: it comes back and asks for what it missed, which costs the server less
//! than remembering it.

use lk_base::id::{ConversationId, OperatorId, SessionId, VisitorId, WorkspaceId};
use lk_db::EventKind;
use lk_db::outbox::{Announced, Listener};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use tokio::sync::mpsc;

use crate::rooms;

/// Something to send.
#[derive(Debug)]
pub enum Signal {
    /// Durable events, in order.
    Events(Vec<Announced>),
    /// An operator read a conversation up to a message.
    Read {
        /// Where.
        workspace: WorkspaceId,
        /// Which conversation.
        conversation: ConversationId,
        /// Who.
        operator: OperatorId,
        /// Up to which message.
        seq: i64,
        /// The same place, as the visitor counts.
        public_seq: i64,
    },
    /// A visitor read their conversation up to a message.
    VisitorRead {
        /// Where.
        workspace: WorkspaceId,
        /// Which conversation.
        conversation: ConversationId,
        /// Up to which message.
        seq: i64,
    },
    /// Whether an operator is at the screen changed.
    Availability {
        /// Where.
        workspace: WorkspaceId,
        /// Whether one is.
        online: bool,
    },
    /// An operator types, for the visitor's eyes.
    TypingForVisitor {
        /// Where.
        workspace: WorkspaceId,
        /// In which conversation.
        conversation: ConversationId,
        /// The operator's name.
        name: String,
        /// Whether they do.
        active: bool,
    },
    /// Something for the operators who have a conversation open.
    InConversation {
        /// Where.
        workspace: WorkspaceId,
        /// Which conversation.
        conversation: ConversationId,
        /// The frame's name.
        name: &'static str,
        /// The frame.
        data: Value,
    },
    /// Something for all operators of a workspace.
    InWorkspace {
        /// Where.
        workspace: WorkspaceId,
        /// The frame's name.
        name: &'static str,
        /// The frame.
        data: Value,
    },
}

/// The way to the rooms. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Signals(mpsc::UnboundedSender<Signal>);

impl Signals {
    /// A way and its end.
    #[must_use]
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Signal>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Queues something; it is lost when the server is stopping.
    pub fn send(&self, signal: Signal) {
        let _ = self.0.send(signal);
    }
}

/// Hears the outbox.
#[derive(Debug, Clone)]
pub struct FanOut(Signals);

impl FanOut {
    pub(crate) const fn new(signals: Signals) -> Self {
        Self(signals)
    }
}

impl Listener for FanOut {
    fn hear(&self, batch: &[Announced]) {
        self.0.send(Signal::Events(batch.to_vec()));
    }
}

pub(crate) fn spawn(
    operators: SocketIo,
    visitors: SocketIo,
    mut heard: mpsc::UnboundedReceiver<Signal>,
) {
    tokio::spawn(async move {
        while let Some(signal) = heard.recv().await {
            match signal {
                Signal::Events(batch) => {
                    for event in &batch {
                        announce(&operators, &visitors, event).await;
                    }
                }
                other => signal_rooms(&operators, &visitors, other).await,
            }
        }
    });
}

/// Sends a frame to a room and cuts whoever does not keep up.
async fn send(io: &SocketIo, room: String, name: &'static str, data: &Value) {
    let Some(all) = io.of("/") else { return };
    if all.to(room.clone()).emit(name, data).await.is_err() {
        for socket in io.of("/").map(|all| all.to(room).sockets()).unwrap_or_default() {
            // A probe that does not fit either tells who is behind.
            if socket.emit("behind", &()).is_err() {
                tracing::info!("a slow socket was cut");
                let _ = socket.disconnect();
            }
        }
    }
}

fn end(io: &SocketIo, room: String, reason: &str) {
    let Some(all) = io.of("/") else { return };
    for socket in all.to(room).sockets() {
        let _ = socket.emit("ended", &json!({ "reason": reason }));
        let _ = socket.disconnect();
    }
}

fn text(event: &Announced, member: &str) -> String {
    event.data.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}

async fn announce(operators: &SocketIo, visitors: &SocketIo, event: &Announced) {
    let workspace = event.workspace;
    if workspace == WorkspaceId::PLATFORM {
        let Ok(session) = text(event, "session_id").parse::<SessionId>() else { return };
        let reason = match event.kind {
            EventKind::SessionEnded if text(event, "reason") == "signed_out" => "signed_out",
            EventKind::SessionEnded => "revoked",
            EventKind::ContextEnded => "context_switched",
            _ => return,
        };
        end(operators, rooms::session(session), reason);
        return;
    }
    send(operators, rooms::workspace(workspace), "event", &event.public()).await;
    match event.kind {
        EventKind::MessageCreated => {
            if let Some(seen) = event.data.get("_visitor")
                && let Some(Ok(visitor)) =
                    seen.get("visitor_id").and_then(Value::as_str).map(str::parse::<VisitorId>)
                && let Some(message) = seen.get("message")
            {
                send(visitors, rooms::visitor(workspace, visitor), "message", message).await;
            }
        }
        EventKind::OperatorRoleChanged | EventKind::OperatorRemoved => {
            if let Ok(operator) = text(event, "operator_id").parse::<OperatorId>() {
                let reason = if event.kind == EventKind::OperatorRemoved {
                    "removed"
                } else {
                    "role_changed"
                };
                end(operators, rooms::operator(workspace, operator), reason);
            }
        }
        EventKind::VisitorEnded => {
            if let Ok(visitor) = text(event, "visitor_id").parse::<VisitorId>() {
                end(visitors, rooms::visitor(workspace, visitor), "signed_out");
            }
        }
        _ => {}
    }
}

async fn signal_rooms(operators: &SocketIo, visitors: &SocketIo, signal: Signal) {
    match signal {
        Signal::Events(_) => {}
        Signal::Read { workspace, conversation, operator, seq, public_seq } => {
            let data =
                json!({ "conversation_id": conversation, "operator_id": operator, "seq": seq });
            send(operators, rooms::workspace(workspace), "read", &data).await;
            let data = json!({ "conversation_id": conversation, "seq": public_seq });
            send(visitors, rooms::conversation(workspace, conversation), "operator_read", &data)
                .await;
        }
        Signal::VisitorRead { workspace, conversation, seq } => {
            let data = json!({ "conversation_id": conversation, "seq": seq });
            send(operators, rooms::workspace(workspace), "visitor_read", &data).await;
        }
        Signal::Availability { workspace, online } => {
            send(
                visitors,
                rooms::visitors(workspace),
                "availability",
                &json!({ "online": online }),
            )
            .await;
        }
        Signal::TypingForVisitor { workspace, conversation, name, active } => {
            let data = json!({ "conversation_id": conversation, "name": name, "active": active });
            send(visitors, rooms::conversation(workspace, conversation), "typing", &data).await;
        }
        Signal::InConversation { workspace, conversation, name, data } => {
            send(operators, rooms::conversation(workspace, conversation), name, &data).await;
        }
        Signal::InWorkspace { workspace, name, data } => {
            send(operators, rooms::workspace(workspace), name, &data).await;
        }
    }
}
