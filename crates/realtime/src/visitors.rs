//! What a visitor's socket may say, on one page.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header;
use axum::http::request::Parts;
use lk_base::id::{ConversationId, Id, VisitorId, WidgetId, WorkspaceId};
use lk_base::{Error, Result};
use lk_db::{Actor, Scope};
use lk_web::credential::widget_cookie;
use lk_web::limit::{Bucket, RateClass};
use lk_web::{Credential, cookie};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::to_raw_value;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, State, TryData};
use socketioxide::handler::ConnectHandler;

use crate::ending::{self, Holds, end, enter};
use crate::fan_out::Signal;
use crate::heard::FromVisitor;
use crate::presence;
use crate::replay::Replays;
use crate::{Realtime, Unauthorized, origin, recheck, rooms};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Auth {
    widget_id: String,
    site: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Join {
    conversation_id: String,
    #[serde(default)]
    after_seq: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typing {
    conversation_id: String,
    active: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Holder {
    scope: Scope,
    /// Whether presence has counted this socket, so that it is counted off once.
    came: Arc<AtomicBool>,
    /// The conversations whose door has opened.
    joined: Arc<Mutex<HashSet<ConversationId>>>,
    /// What was replayed; held while an answer is made.
    replays: Arc<tokio::sync::Mutex<Replays<ConversationId>>>,
}

impl Holds for Holder {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn left(&self, realtime: &Realtime, _socket: &str) {
        let Ok(visitor) = self.scope.visitor() else { return };
        let workspace = self.scope.workspace();
        if self.came.swap(false, Ordering::SeqCst)
            && realtime.presence.visitor_went(workspace, visitor)
        {
            announce_presence(realtime, workspace, visitor, presence::State::Offline);
        }
    }
}

pub(crate) fn mount(io: &SocketIo, realtime: Realtime) {
    io.ns("/", connected.with(authenticated));
    recheck::spawn::<Holder>(io.clone(), realtime);
}

/// A cookie comes along by itself, so the page that opened the socket must be our own frame.
fn from_our_frame(parts: &Parts, own_origin: &str) -> bool {
    let text =
        |name: header::HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::ORIGIN) {
        Some(origin) => origin == own_origin,
        None => parts.headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin"),
    }
}

async fn authenticated(
    socket: SocketRef,
    TryData(auth): TryData<Auth>,
    State(realtime): State<Realtime>,
) -> Result<(), Unauthorized> {
    let parts = socket.req_parts();
    let origin = origin(parts);
    realtime.admit(&origin).map_err(|_| Unauthorized)?;
    if !from_our_frame(parts, &realtime.widget_origin) {
        return Err(Unauthorized);
    }
    let auth = auth.map_err(|_| Unauthorized)?;
    let widget: WidgetId = auth.widget_id.parse().map_err(|_| Unauthorized)?;
    let session = cookie::read(&parts.headers, &widget_cookie(widget));
    let credential = Credential::Widget { widget, site: auth.site, session };
    let scope = realtime.who(credential, origin).await?;
    if !matches!(scope.actor(), Actor::Visitor { .. }) {
        return Err(Unauthorized);
    }
    // Here and not later: a client speaks as soon as it is connected, and a message that comes in
    // between must find the room.
    for said in FromVisitor::ALL {
        match said {
            FromVisitor::Join => socket.on(said.name(), join),
            FromVisitor::Typing => socket.on(said.name(), typing),
        }
    }
    socket.on_disconnect(gone);
    if let Ok(visitor) = scope.visitor() {
        let workspace = scope.workspace();
        socket.join([rooms::visitor(workspace, visitor), rooms::visitors(workspace)]);
    }
    socket.extensions.insert(Holder {
        scope,
        came: Arc::default(),
        joined: Arc::default(),
        replays: Arc::default(),
    });
    Ok(())
}

async fn connected(socket: SocketRef, State(realtime): State<Realtime>) {
    let Some(holder) = socket.extensions.get::<Holder>() else {
        let _ = socket.disconnect();
        return;
    };
    let Ok(visitor) = holder.scope.visitor() else { return };
    let workspace = holder.scope.workspace();
    // A session that ended between the check and the room was not found there: so look again.
    if let Err(Error::Unauthenticated { .. }) =
        realtime.authenticate.still_good(&holder.scope).await
    {
        return end::<Holder>(&realtime, socket, None);
    }
    let is_first = realtime.presence.visitor_came(workspace, visitor);
    holder.came.store(true, Ordering::SeqCst);
    if socket.extensions.get::<Holder>().is_none() {
        // It ended before it could be counted off.
        return holder.left(&realtime, &socket.id.to_string());
    }
    if is_first {
        announce_presence(&realtime, workspace, visitor, presence::State::Online);
    }
    let online = realtime.presence.anybody_online(workspace);
    let _ = socket.emit("availability", &json!({ "online": online }));
}

/// Asks the door; a missing, a foreign and a nonsensical id get the same answer.
async fn join(
    socket: SocketRef,
    TryData(asked): TryData<Join>,
    ack: AckSender,
    State(realtime): State<Realtime>,
) {
    let Some(holder) = socket.extensions.get::<Holder>() else { return };
    let refused = |code: &str| json!({ "ok": false, "code": code });
    let Ok(asked) = asked else { return drop(ack.send(&refused("malformed"))) };
    let Ok(visitor) = holder.scope.visitor() else { return };
    if realtime
        .limiter
        .check(RateClass::WidgetSend, Bucket::Actor(visitor.uuid().as_u128()))
        .is_err()
    {
        return drop(ack.send(&refused("rate_limited")));
    }
    let Ok(conversation) = asked.conversation_id.parse::<ConversationId>() else {
        return drop(ack.send(&refused("not_found")));
    };
    let after = asked.after_seq.max(0);
    let mut replays = holder.replays.lock().await;
    if socket.extensions.get::<Holder>().is_none() {
        return;
    }
    if !replays.may_tell(&conversation, after) {
        tracing::info!("a socket that asked for the same again and again was cut");
        return end::<Holder>(&realtime, socket, None);
    }
    let Ok((messages, seq)) = realtime.door.visitor_joins(&holder.scope, conversation, after).await
    else {
        return drop(ack.send(&refused("not_found")));
    };
    // An answer may end before the newest message: what is told goes up to the last one in it.
    let last = messages.as_array().and_then(|all| all.last()?.get("seq")?.as_i64());
    let answer = json!({ "ok": true, "messages": messages, "seq": seq });
    let Ok(answer) = to_raw_value(&answer) else { return };
    replays.told(conversation, after, last.unwrap_or(after), answer.get().len());
    holder.joined.lock().unwrap_or_else(PoisonError::into_inner).insert(conversation);
    enter::<Holder>(&socket, rooms::conversation(holder.scope.workspace(), conversation));
    let _ = ack.send(&answer);
}

async fn typing(
    socket: SocketRef,
    TryData(said): TryData<Typing>,
    State(realtime): State<Realtime>,
) {
    let (Some(holder), Ok(said)) = (socket.extensions.get::<Holder>(), said) else { return };
    let (Ok(visitor), Ok(conversation)) =
        (holder.scope.visitor(), said.conversation_id.parse::<ConversationId>())
    else {
        return;
    };
    let own = holder.joined.lock().unwrap_or_else(PoisonError::into_inner).contains(&conversation);
    let limited =
        realtime.limiter.check(RateClass::WidgetSend, Bucket::Actor(visitor.uuid().as_u128()));
    if !own || limited.is_err() {
        return;
    }
    let workspace = holder.scope.workspace();
    let author = json!({ "kind": "visitor", "id": visitor });
    let data = json!({ "conversation_id": conversation, "author": author, "mode": "reply", "active": said.active });
    realtime.signals.send(Signal::InConversation { workspace, conversation, name: "typing", data });
}

async fn gone(socket: SocketRef, State(realtime): State<Realtime>) {
    ending::left::<Holder>(&realtime, &socket);
}

fn announce_presence(
    realtime: &Realtime,
    workspace: WorkspaceId,
    visitor: VisitorId,
    state: presence::State,
) {
    let online = state == presence::State::Online;
    let data = json!({ "visitor_id": visitor, "online": online });
    realtime.signals.send(Signal::InWorkspace { workspace, name: "visitor_presence", data });
}
