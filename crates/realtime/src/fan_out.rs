//! From the outbox to the rooms.
//!
//! Listeners must be quick, so hearing only queues; one task sends, in order.

use std::time::Duration;

use lk_base::id::{ConversationId, OperatorId, SessionId, VisitorId, WorkspaceId};
use lk_db::EventKind;
use lk_db::outbox::{Announced, Listener};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::side::Side;
use crate::{operators, rooms, visitors};

type Operators = Side<operators::Holder>;
type Visitors = Side<visitors::Holder>;

/// After so many frames, whoever carries them to the clients gets a turn. Many more may wait for
/// one socket, so a burst alone makes nobody a slow reader.
const AT_A_STRETCH: u32 = 128;
/// Long enough to give up the processor.
const TURN: Duration = Duration::from_millis(1);

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
        /// Whose it is.
        visitor: VisitorId,
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
    operators: Operators,
    visitors: Visitors,
    mut heard: mpsc::UnboundedReceiver<Signal>,
) {
    tokio::spawn(async move {
        let mut sent = 0;
        while let Some(signal) = heard.recv().await {
            match signal {
                Signal::Events(batch) => {
                    for event in &batch {
                        announce(&operators, &visitors, event);
                        give_way(&mut sent).await;
                    }
                }
                other => {
                    signal_rooms(&operators, &visitors, other);
                    give_way(&mut sent).await;
                }
            }
        }
    });
}

async fn give_way(sent: &mut u32) {
    *sent += 1;
    if *sent >= AT_A_STRETCH {
        *sent = 0;
        tokio::time::sleep(TURN).await;
    }
}

fn text(event: &Announced, member: &str) -> String {
    event.data.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn announce(operators: &Operators, visitors: &Visitors, event: &Announced) {
    let workspace = event.workspace;
    if workspace == WorkspaceId::PLATFORM {
        let Ok(session) = text(event, "session_id").parse::<SessionId>() else { return };
        let reason = match event.kind {
            EventKind::SessionEnded => match text(event, "reason").as_str() {
                "signed_out" => "signed_out",
                "removed" => "removed",
                _ => "revoked",
            },
            EventKind::ContextEnded => "context_switched",
            EventKind::ReachChanged => "second_factor_required",
            _ => return,
        };
        operators.end(rooms::session(session), reason);
        return;
    }
    operators.send(rooms::workspace(workspace), "event", &event.public());
    match event.kind {
        EventKind::MessageCreated => tell_visitor(visitors, event, "message"),
        EventKind::ConversationStatusChanged => tell_visitor(visitors, event, "conversation"),
        EventKind::OperatorRoleChanged | EventKind::OperatorRemoved => {
            if let Ok(operator) = text(event, "operator_id").parse::<OperatorId>() {
                let reason = if event.kind == EventKind::OperatorRemoved {
                    "removed"
                } else {
                    "role_changed"
                };
                operators.end(rooms::operator(workspace, operator), reason);
            }
        }
        EventKind::VisitorEnded => {
            if let Ok(visitor) = text(event, "visitor_id").parse::<VisitorId>() {
                visitors.end(rooms::visitor(workspace, visitor), "signed_out");
            }
        }
        _ => {}
    }
}

/// Tells a visitor what an event holds for them, under the name of the frame, if it does.
fn tell_visitor(visitors: &Visitors, event: &Announced, name: &'static str) {
    if let Some(seen) = event.data.get("_visitor")
        && let Some(Ok(visitor)) =
            seen.get("visitor_id").and_then(Value::as_str).map(str::parse::<VisitorId>)
        && let Some(data) = seen.get(name)
    {
        visitors.send(rooms::visitor(event.workspace, visitor), name, data);
    }
}

fn signal_rooms(operators: &Operators, visitors: &Visitors, signal: Signal) {
    match signal {
        Signal::Events(_) => {}
        Signal::Read { workspace, conversation, visitor, operator, seq, public_seq } => {
            let data =
                json!({ "conversation_id": conversation, "operator_id": operator, "seq": seq });
            operators.send(rooms::workspace(workspace), "read", &data);
            let data = json!({ "conversation_id": conversation, "seq": public_seq });
            // To the visitor's own room: they are in it before they have asked for a conversation.
            visitors.send(rooms::visitor(workspace, visitor), "operator_read", &data);
        }
        Signal::VisitorRead { workspace, conversation, seq } => {
            let data = json!({ "conversation_id": conversation, "seq": seq });
            operators.send(rooms::workspace(workspace), "visitor_read", &data);
        }
        Signal::Availability { workspace, online } => {
            visitors.send(rooms::visitors(workspace), "availability", &json!({ "online": online }));
        }
        Signal::TypingForVisitor { workspace, conversation, name, active } => {
            let data = json!({ "conversation_id": conversation, "name": name, "active": active });
            visitors.send(rooms::conversation(workspace, conversation), "typing", &data);
        }
        Signal::InConversation { workspace, conversation, name, data } => {
            operators.send(rooms::conversation(workspace, conversation), name, &data);
        }
        Signal::InWorkspace { workspace, name, data } => {
            operators.send(rooms::workspace(workspace), name, &data);
        }
    }
}
