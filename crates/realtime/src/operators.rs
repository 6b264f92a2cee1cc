//! What an operator's socket may say, on one page.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lk_base::id::{ConversationId, Id};
use lk_base::{Error, Result, Secret};
use lk_db::{Scope, outbox};
use lk_web::Credential;
use lk_web::limit::{Bucket, RateClass};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, State, TryData};
use socketioxide::handler::ConnectHandler;

use crate::ending::{self, Holds, end, enter};
use crate::fan_out::Signal;
use crate::heard::FromOperator;
use crate::presence;
use crate::replay::Replays;
use crate::{Realtime, Unauthorized, origin, recheck, rooms};

/// At most this many events are replayed; whoever missed more fetches anew.
const MOST_REPLAYED: i64 = 500;

#[derive(Debug, Deserialize)]
struct Auth {
    token: Secret,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resume {
    after_seq: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    conversation_id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Reply,
    Note,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typing {
    conversation_id: String,
    mode: Mode,
    active: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Says {
    state: presence::State,
}

/// What a socket knows about its owner.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    scope: Scope,
    name: String,
    /// Whether presence has counted this socket, so that it is counted off once.
    came: Arc<AtomicBool>,
    /// The conversations whose door has opened.
    joined: Arc<Mutex<HashSet<ConversationId>>>,
    /// What was replayed; held while an answer is made.
    replays: Arc<tokio::sync::Mutex<Replays<()>>>,
}

impl Holds for Holder {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn left(&self, realtime: &Realtime, socket: &str) {
        let Ok(operator) = self.scope.operator() else { return };
        let workspace = self.scope.workspace();
        for (conversation, viewers) in realtime.presence.unview_all(workspace, socket) {
            announce_viewers(realtime, self, conversation, &json!(viewers));
        }
        if self.came.swap(false, Ordering::SeqCst)
            && realtime.presence.operator_went(workspace, operator)
        {
            announce_presence(realtime, self, presence::State::Offline);
        }
    }
}

impl Holder {
    fn opened(&self, conversation: &str) -> Option<ConversationId> {
        let id: ConversationId = conversation.parse().ok()?;
        self.joined.lock().unwrap_or_else(PoisonError::into_inner).contains(&id).then_some(id)
    }
}

pub(crate) fn mount(io: &SocketIo, realtime: Realtime) {
    io.ns("/", connected.with(authenticated));
    recheck::spawn::<Holder>(io.clone(), realtime);
}

/// Runs before the socket belongs to the namespace: whoever is refused here is sent nothing.
async fn authenticated(
    socket: SocketRef,
    TryData(auth): TryData<Auth>,
    State(realtime): State<Realtime>,
) -> Result<(), Unauthorized> {
    let origin = origin(socket.req_parts());
    realtime.admit(&origin).map_err(|_| Unauthorized)?;
    let auth = auth.map_err(|_| Unauthorized)?;
    let scope = realtime.who(Credential::Bearer(auth.token), origin).await?;
    if scope.is_idle() {
        return Err(Unauthorized);
    }
    let name = realtime.door.operator_name(&scope).await.map_err(|_| Unauthorized)?;
    // Here and not later: a client speaks as soon as it is connected, and what has no listener yet
    // gets no answer.
    listen(&socket);
    // To be ended, before anything else: a session that ends from now on finds this socket.
    if let (Ok(operator), Some(session)) = (scope.operator(), scope.actor().session()) {
        socket.join([rooms::session(session), rooms::operator(scope.workspace(), operator)]);
    }
    socket.extensions.insert(Holder {
        scope,
        name,
        came: Arc::default(),
        joined: Arc::default(),
        replays: Arc::default(),
    });
    Ok(())
}

fn listen(socket: &SocketRef) {
    for said in FromOperator::ALL {
        match said {
            FromOperator::Resume => socket.on(said.name(), resume),
            FromOperator::Join => socket.on(said.name(), join),
            FromOperator::Leave => socket.on(said.name(), leave),
            FromOperator::Typing => socket.on(said.name(), typing),
            FromOperator::Presence => socket.on(said.name(), says),
        }
    }
    socket.on_disconnect(gone);
}

async fn connected(socket: SocketRef, State(realtime): State<Realtime>) {
    let Some(holder) = socket.extensions.get::<Holder>() else {
        let _ = socket.disconnect();
        return;
    };
    let workspace = holder.scope.workspace();
    let Ok(operator) = holder.scope.operator() else {
        return end::<Holder>(&realtime, socket, None);
    };
    // A session that ended between the check and the room was not found there: so look again.
    if realtime.authenticate.still_good(&holder.scope).await.is_err() {
        return end::<Holder>(&realtime, socket, None);
    }
    let is_first = realtime.presence.operator_came(workspace, operator);
    holder.came.store(true, Ordering::SeqCst);
    if socket.extensions.get::<Holder>().is_none() {
        // It ended before it could be counted off.
        return holder.left(&realtime, &socket.id.to_string());
    }
    if is_first {
        announce_presence(&realtime, &holder, presence::State::Online);
    }
    if welcome(&socket, &realtime, &holder).await.is_err() {
        end::<Holder>(&realtime, socket, None);
    }
}

/// The welcome comes first, then the room, then whatever happened between the two.
async fn welcome(socket: &SocketRef, realtime: &Realtime, holder: &Holder) -> Result<()> {
    let workspace = holder.scope.workspace();
    let seq = outbox::newest(&mut realtime.db.read(&holder.scope).await?).await?;
    let data = json!({
        "seq": seq,
        "workspace_id": workspace,
        "operator_id": holder.scope.operator()?,
        "presence": realtime.presence.operators(workspace),
        "online_visitors": realtime.presence.visitors(workspace),
    });
    let _ = socket.emit("welcome", &data);
    enter::<Holder>(socket, rooms::workspace(workspace));
    let missed =
        outbox::after(&mut realtime.db.read(&holder.scope).await?, seq, MOST_REPLAYED).await?;
    for event in missed {
        let _ = socket.emit("event", &event.public());
    }
    Ok(())
}

fn allowed(realtime: &Realtime, holder: &Holder, class: RateClass) -> bool {
    let Ok(operator) = holder.scope.operator() else { return false };
    realtime.limiter.check(class, Bucket::Actor(operator.uuid().as_u128())).is_ok()
}

fn refused(ack: AckSender, code: &str) {
    let _ = ack.send(&json!({ "ok": false, "code": code }));
}

async fn resume(
    socket: SocketRef,
    TryData(asked): TryData<Resume>,
    ack: AckSender,
    State(realtime): State<Realtime>,
) {
    let Some(holder) = socket.extensions.get::<Holder>() else { return };
    let Ok(asked) = asked else { return refused(ack, "malformed") };
    if !allowed(&realtime, &holder, RateClass::Read) {
        return refused(ack, "rate_limited");
    }
    let mut replays = holder.replays.lock().await;
    if socket.extensions.get::<Holder>().is_none() {
        return;
    }
    if !replays.may_tell(&(), asked.after_seq) {
        tracing::info!("a socket that asked for the same again and again was cut");
        return end::<Holder>(&realtime, socket, None);
    }
    match replayed(&realtime, &holder, asked.after_seq).await {
        Ok((answer, upto)) => {
            replays.told((), asked.after_seq, upto, answer.get().len());
            let _ = ack.send(&answer);
        }
        Err(_) => refused(ack, "busy"),
    }
}

/// What happened after a number, as the answer that tells it, and up to which number it goes.
async fn replayed(
    realtime: &Realtime,
    holder: &Holder,
    after: i64,
) -> Result<(Box<RawValue>, i64)> {
    let mut tx = realtime.db.read(&holder.scope).await?;
    let newest = outbox::newest(&mut tx).await?;
    let (answer, upto) = if after < 0 || after > newest || newest - after > MOST_REPLAYED {
        (json!({ "ok": false, "code": "resync", "seq": newest }), newest)
    } else {
        let events = outbox::after(&mut tx, after, MOST_REPLAYED).await?;
        let seq = events.last().map_or(after, |event| event.seq);
        let events: Vec<Value> = events.iter().map(outbox::Announced::public).collect();
        (json!({ "ok": true, "events": events, "seq": seq }), seq)
    };
    Ok((to_raw_value(&answer).map_err(Error::internal)?, upto))
}

/// Asks the door first; a missing, a foreign and a nonsensical id get the same answer.
async fn join(
    socket: SocketRef,
    TryData(asked): TryData<Named>,
    ack: AckSender,
    State(realtime): State<Realtime>,
) {
    let Some(holder) = socket.extensions.get::<Holder>() else { return };
    let Ok(asked) = asked else { return refused(ack, "malformed") };
    if !allowed(&realtime, &holder, RateClass::Read) {
        return refused(ack, "rate_limited");
    }
    let Ok(conversation) = asked.conversation_id.parse::<ConversationId>() else {
        return refused(ack, "not_found");
    };
    let Ok(operator) = holder.scope.operator() else { return refused(ack, "not_found") };
    if realtime.door.operator_joins(&holder.scope, conversation).await.is_err() {
        return refused(ack, "not_found");
    }
    let workspace = holder.scope.workspace();
    holder.joined.lock().unwrap_or_else(PoisonError::into_inner).insert(conversation);
    enter::<Holder>(&socket, rooms::conversation(workspace, conversation));
    let id = socket.id.to_string();
    let viewers = realtime.presence.view(workspace, conversation, id.clone(), operator);
    if socket.extensions.get::<Holder>().is_none() {
        // It ended while the door was asked.
        return holder.left(&realtime, &id);
    }
    let _ = ack.send(&json!({ "ok": true, "viewers": viewers }));
    announce_viewers(&realtime, &holder, conversation, &json!(viewers));
}

async fn leave(
    socket: SocketRef,
    TryData(asked): TryData<Named>,
    State(realtime): State<Realtime>,
) {
    let Some(holder) = socket.extensions.get::<Holder>() else { return };
    let Some(conversation) = asked.ok().and_then(|asked| holder.opened(&asked.conversation_id))
    else {
        return;
    };
    let workspace = holder.scope.workspace();
    holder.joined.lock().unwrap_or_else(PoisonError::into_inner).remove(&conversation);
    socket.leave(rooms::conversation(workspace, conversation));
    let viewers = realtime.presence.unview(workspace, conversation, &socket.id.to_string());
    announce_viewers(&realtime, &holder, conversation, &json!(viewers));
}

async fn typing(
    socket: SocketRef,
    TryData(said): TryData<Typing>,
    State(realtime): State<Realtime>,
) {
    let (Some(holder), Ok(said)) = (socket.extensions.get::<Holder>(), said) else { return };
    let Some(conversation) = holder.opened(&said.conversation_id) else { return };
    let Ok(operator) = holder.scope.operator() else { return };
    if !allowed(&realtime, &holder, RateClass::Write) {
        return;
    }
    let workspace = holder.scope.workspace();
    let author = json!({ "kind": "operator", "id": operator });
    let data = json!({ "conversation_id": conversation, "author": author, "mode": said.mode, "active": said.active });
    realtime.signals.send(Signal::InConversation { workspace, conversation, name: "typing", data });
    // Visitors hear of replies only: that somebody writes a note is not theirs to know.
    if said.mode == Mode::Reply {
        let (name, active) = (holder.name.clone(), said.active);
        realtime.signals.send(Signal::TypingForVisitor { workspace, conversation, name, active });
    }
}

async fn says(socket: SocketRef, TryData(said): TryData<Says>, State(realtime): State<Realtime>) {
    let (Some(holder), Ok(said)) = (socket.extensions.get::<Holder>(), said) else { return };
    let Ok(operator) = holder.scope.operator() else { return };
    if said.state == presence::State::Offline || !allowed(&realtime, &holder, RateClass::Write) {
        return;
    }
    if realtime.presence.operator_says(holder.scope.workspace(), operator, said.state) {
        announce_presence(&realtime, &holder, said.state);
    }
}

async fn gone(socket: SocketRef, State(realtime): State<Realtime>) {
    ending::left::<Holder>(&realtime, &socket);
}

fn announce_viewers(
    realtime: &Realtime,
    holder: &Holder,
    conversation: ConversationId,
    operators: &Value,
) {
    let workspace = holder.scope.workspace();
    let data = json!({ "conversation_id": conversation, "operators": operators });
    realtime.signals.send(Signal::InConversation {
        workspace,
        conversation,
        name: "viewers",
        data,
    });
}

fn announce_presence(realtime: &Realtime, holder: &Holder, state: presence::State) {
    let workspace = holder.scope.workspace();
    let Ok(operator) = holder.scope.operator() else { return };
    let data = json!({ "operator_id": operator, "state": state });
    realtime.signals.send(Signal::InWorkspace { workspace, name: "presence", data });
    let online = realtime.presence.anybody_online(workspace);
    realtime.signals.send(Signal::Availability { workspace, online });
}
