//! Everything a socket may say, with somebody else's ids and numbers: answered like those that name
//! nothing, to the byte, and nobody in the other workspace hears of it. What there is to say comes
//! from the lists of which listeners are made, so something new does not compile here before it has a
//! sample.

use std::collections::VecDeque;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use lk_base::id::{EventId, Id, WorkspaceId};
use lk_realtime::heard::{FromOperator, FromVisitor};
use serde_json::{Value, json};

use crate::house::{Ask, DASHBOARD, House, SITE, WIDGET};
use crate::owner::{Owner, cookie};

/// A number that a client gets nothing by, in whichever workspace.
const BEYOND: i64 = 1_000_000;

/// A Socket.IO client that polls, frame by frame.
struct Socket<'a> {
    house: &'a House,
    origin: &'static str,
    headers: Vec<(&'static str, String)>,
    sid: Option<String>,
    waiting: VecDeque<String>,
    /// Frames that answered nothing.
    heard: Vec<String>,
    asked: u32,
    beats: u32,
}

/// What is said with an id in it.
enum Said {
    /// It is answered.
    Asks(Value),
    /// It is not.
    Tells(Value),
    /// There is no id in it.
    OfOneself,
}

impl<'a> Socket<'a> {
    /// Connects; the refusal is the error.
    async fn connect(
        house: &'a House,
        origin: &'static str,
        headers: Vec<(&'static str, String)>,
        auth: &Value,
    ) -> Result<Self, String> {
        let (waiting, heard) = (VecDeque::new(), Vec::new());
        let sid = None;
        let mut socket = Self { house, origin, headers, sid, waiting, heard, asked: 0, beats: 0 };
        let open = socket.http(Method::GET, String::new()).await;
        let open: Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
        socket.sid = Some(open["sid"].as_str().unwrap().to_owned());
        socket.say(format!("40{auth}")).await;
        let first = socket.next().await;
        if first.starts_with("40") { Ok(socket) } else { Err(first) }
    }

    async fn operator(house: &'a House, token: &str) -> Self {
        Self::connect(house, DASHBOARD, Vec::new(), &json!({ "token": token })).await.unwrap()
    }

    async fn visitor(house: &'a House, widget: &str, cookie: &str) -> Result<Self, String> {
        let headers = vec![("origin", WIDGET.to_owned()), ("cookie", cookie.to_owned())];
        let auth = json!({ "widget_id": widget, "site": SITE });
        Self::connect(house, WIDGET, headers, &auth).await
    }

    async fn http(&self, method: Method, body: String) -> String {
        let sid = self.sid.as_ref().map(|sid| format!("&sid={sid}")).unwrap_or_default();
        let path = format!("/socket.io/?EIO=4&transport=polling{sid}");
        let mut ask = Ask::new(&method, path);
        for (name, value) in &self.headers {
            ask = ask.header(name, value);
        }
        let product = &self.house.product;
        let router = if self.origin == WIDGET { &product.widget } else { &product.dashboard };
        let answer = self.house.ask_at(router, self.origin, &ask, Body::from(body)).await;
        assert_eq!(answer.status, StatusCode::OK);
        String::from_utf8(answer.bytes).unwrap()
    }

    async fn say(&self, frame: String) {
        assert_eq!(self.http(Method::POST, frame).await, "ok");
    }

    async fn next(&mut self) -> String {
        loop {
            match self.waiting.pop_front() {
                // One comes at once; the next when nothing else has come for long, and never will.
                Some(frame) if frame == "2" => {
                    self.beats += 1;
                    assert!(self.beats < 3, "nothing came after {:?}", self.heard);
                    self.say("3".to_owned()).await;
                    continue;
                }
                Some(frame) => {
                    self.beats = 0;
                    return frame;
                }
                None => {}
            }
            let frames = self.http(Method::GET, String::new()).await;
            self.waiting.extend(frames.split('\u{1e}').map(str::to_owned));
        }
    }

    /// What an event is answered.
    async fn ask(&mut self, event: &str, data: &Value) -> String {
        self.asked += 1;
        let asked = self.asked;
        self.say(format!("42{asked}[\"{event}\",{data}]")).await;
        let mark = format!("43{asked}[");
        loop {
            let frame = self.next().await;
            match frame.strip_prefix(&mark) {
                Some(answer) => return answer.to_owned(),
                None => self.heard.push(frame),
            }
        }
    }

    /// The frame that tells of an event, and whatever comes before it.
    async fn hears(&mut self, event: &str) {
        while !self.heard.iter().any(|frame| frame.starts_with(&format!("42[\"{event}\""))) {
            let frame = self.next().await;
            self.heard.push(frame);
        }
    }

    /// What comes back; whatever else is heard is looked at in the end.
    async fn outcome(&mut self, event: &str, said: &Said) -> String {
        match said {
            Said::Asks(data) => self.ask(event, data).await,
            Said::Tells(data) => {
                self.say(format!("42[\"{event}\",{data}]")).await;
                // Nonsense is answered at once: what was said before it has been heard.
                self.ask("join", &json!(7)).await
            }
            Said::OfOneself => String::new(),
        }
    }
}

fn of_operator(said: FromOperator, id: &str, seq: i64) -> Said {
    match said {
        FromOperator::Resume => Said::Asks(json!({ "after_seq": seq })),
        FromOperator::Join => Said::Asks(json!({ "conversation_id": id })),
        FromOperator::Leave => Said::Tells(json!({ "conversation_id": id })),
        FromOperator::Typing => {
            Said::Tells(json!({ "conversation_id": id, "mode": "reply", "active": true }))
        }
        FromOperator::Presence => Said::OfOneself,
    }
}

fn of_visitor(said: FromVisitor, id: &str, seq: i64) -> Said {
    match said {
        FromVisitor::Join => Said::Asks(json!({ "conversation_id": id, "after_seq": seq })),
        FromVisitor::Typing => Said::Tells(json!({ "conversation_id": id, "active": true })),
    }
}

fn made_up(house: &House, prefix: &str) -> String {
    let id = house.clock.new_id::<EventId>().to_string();
    format!("{prefix}{}", &id[3..])
}

/// Gives the events of a workspace the numbers that the dispatcher would; the newest.
async fn number(house: &House, owner: &Owner) -> i64 {
    let workspace: WorkspaceId = owner.workspace.parse().unwrap();
    let id = workspace.uuid();
    house
        .database
        .run(&format!(
            "update outbox o set seq = n.n
               from (select event_id, row_number() over (order by event_id) as n
                       from outbox where workspace_id = '{id}') n
              where o.workspace_id = '{id}' and o.event_id = n.event_id;
             update workspace_sequences
                set last_seq = (select count(*) from outbox where workspace_id = '{id}')
              where workspace_id = '{id}';
             insert into workspace_sequences (workspace_id, last_seq)
             select '{id}', count(*) from outbox where workspace_id = '{id}'
             on conflict do nothing"
        ))
        .await;
    let last = "select max(last_seq) as n from workspace_sequences";
    house.database.rows(last).await[0]["n"].as_i64().unwrap()
}

/// Another visitor's conversation at the owner's widget.
async fn neighbour(house: &House, owner: &Owner) -> String {
    let came = house.ask(&owner.frame(&Method::POST, "/api/widget/v1/session")).await;
    let start = owner
        .frame(&Method::POST, "/api/widget/v1/conversations")
        .header("cookie", cookie(&came))
        .json(json!({ "client_message_id": "neighbour-message", "body": "hello" }));
    let begun = house.ask(&start).await.expect(StatusCode::CREATED);
    begun["conversation"]["id"].as_str().unwrap().to_owned()
}

/// Says all of it with each of these, and tells whether it makes a difference.
async fn differs(socket: &mut Socket<'_>, event: &str, all: Vec<Said>) -> Option<String> {
    let mut outcomes = Vec::new();
    for said in &all {
        outcomes.push(socket.outcome(event, said).await);
    }
    outcomes.iter().any(|one| *one != outcomes[0]).then(|| format!("{event}: {outcomes:?}"))
}

#[derive(Debug, Clone, Copy, Default)]
struct Down {
    predicates: bool,
    row_security: bool,
    signature: bool,
}

/// What somebody could tell by it, or others could hear; empty when the promise is kept.
async fn sweep(down: Down) -> Vec<String> {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let newest = number(&house, &ada).await;
    assert!(newest > 1, "there is something to ask for");
    let beside = neighbour(&house, &mallory).await;
    let (user, ..) = house.sign_in(&format!("helper@{}.test", mallory.canary)).await;
    // Before anybody connects: sockets look at the tables of which the wall is taken.
    if down.row_security {
        house.database.take_row_security_down().await;
    }
    if down.signature {
        house.database.take_third_wall_down().await;
        house.db.forget_permits();
    }
    if down.predicates {
        house.db.take_predicates_down();
    }
    let mut theirs = [
        Socket::operator(&house, &ada.token).await,
        Socket::visitor(&house, &ada.widget, &ada.visitor_cookie).await.unwrap(),
    ];
    let own = json!({ "conversation_id": ada.conversation });
    for socket in &mut theirs {
        assert!(socket.ask("join", &own).await.contains("\"ok\":true"));
    }
    let mut operators = [
        ("super admin", Socket::operator(&house, &mallory.token).await),
        ("user", Socket::operator(&house, &user).await),
    ];
    let mut visitor =
        Socket::visitor(&house, &mallory.widget, &mallory.visitor_cookie).await.unwrap();
    let mut seen = Vec::new();
    let missing = made_up(&house, "cnv");
    for said in FromOperator::ALL {
        for (who, socket) in &mut operators {
            let all = [(&*ada.conversation, newest - 1), (&*missing, BEYOND), ("nonsense", -1)];
            let all = all.map(|(id, seq)| of_operator(*said, id, seq)).into();
            let differs = differs(socket, said.name(), all).await;
            seen.extend(differs.map(|what| format!("the {who}: {what}")));
        }
    }
    for said in FromVisitor::ALL {
        let ids = [&*ada.conversation, &*beside, &*missing, "nonsense"];
        let all = ids.map(|id| of_visitor(*said, id, 0)).into();
        let differs = differs(&mut visitor, said.name(), all).await;
        seen.extend(differs.map(|what| format!("the visitor: {what}")));
    }
    // Whose widget it is stands in what a visitor connects with.
    let (_, secret) = mallory.visitor_cookie.split_once('=').unwrap();
    let mut refusals = Vec::new();
    for widget in [ada.widget.clone(), made_up(&house, "wgt"), "nonsense".to_owned()] {
        let cookie = format!("__Host-lk_v_{widget}={secret}");
        refusals.push(Socket::visitor(&house, &widget, &cookie).await.err());
    }
    if refusals.iter().any(|one| one.is_none() || *one != refusals[0]) {
        seen.push(format!("connecting: {refusals:?}"));
    }
    // The last that is said goes the same way as all before it, and their own people hear it.
    let typing = json!({ "conversation_id": ada.conversation, "mode": "reply", "active": true });
    theirs[0].say(format!("42[\"typing\",{typing}]")).await;
    for socket in &mut theirs {
        socket.hears("typing").await;
    }
    let mine = operators.into_iter().map(|(_, socket)| socket).chain([visitor]);
    let heard_here = mine.flat_map(|socket| socket.heard);
    let heard_there = theirs.into_iter().flat_map(|socket| socket.heard);
    seen.extend(tells(heard_there, &mallory).chain(tells(heard_here, &ada)));
    seen
}

/// Frames that name somebody's things.
fn tells(frames: impl Iterator<Item = String>, of: &Owner) -> impl Iterator<Item = String> {
    frames.filter(|frame| of.traces().iter().any(|trace| frame.contains(trace)))
}

#[tokio::test]
async fn what_a_socket_says_about_somebody_elses_things_is_like_said_about_none() {
    assert_eq!(sweep(Down::default()).await, Vec::<String>::new());
}

#[tokio::test]
async fn sockets_keep_it_with_any_one_wall_down() {
    for down in [
        Down { predicates: true, ..Down::default() },
        Down { row_security: true, ..Down::default() },
        Down { signature: true, ..Down::default() },
    ] {
        assert_eq!(sweep(down).await, Vec::<String>::new(), "{down:?}");
    }
}

#[tokio::test]
async fn with_all_walls_down_the_sweep_of_sockets_sees_it() {
    let seen = sweep(Down { predicates: true, row_security: true, signature: true }).await;
    for what in ["the super admin: join", "the user: join", "the user: resume"] {
        assert!(seen.iter().any(|one| one.starts_with(what)), "{what}: {seen:?}");
    }
}
