//! Rooms full of sockets: whoever is the last to hear a message lets the next one be sent.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _, TryStreamExt as _, stream};
use http::HeaderMap;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::peer::Peer;
use crate::figures::{number, percentile};
use crate::socket::{Socket, Wire};
use crate::stage::Stage;

/// Sockets that are opened at the same time.
const AT_ONCE: usize = 16;
/// More messages than can be in flight.
const SLOTS: u64 = 8;
/// How long the last frames may take when nothing new is sent.
const DRAIN: Duration = Duration::from_millis(500);

type Source = SplitStream<Wire>;
type Sink = tokio::sync::Mutex<SplitSink<Wire, Message>>;

/// A message on its way: when it was sent, and how many have not heard it.
#[derive(Debug, Default)]
struct Slot {
    sent: AtomicU64,
    left: AtomicU32,
}

#[derive(Debug)]
struct Room {
    /// What is sent: the same each time.
    frame: String,
    members: Vec<Arc<Sink>>,
    slots: Vec<Slot>,
    sent: AtomicU64,
}

/// What all share.
#[derive(Debug)]
struct Clock {
    zero: Instant,
    sending: AtomicBool,
    counting: AtomicBool,
    deliveries: AtomicU32,
}

impl Clock {
    fn micros(&self) -> u64 {
        u64::try_from(self.zero.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// All rooms and everybody in them.
#[derive(Debug)]
pub(crate) struct Hall {
    rooms: Vec<Arc<Room>>,
    clock: Arc<Clock>,
    times: Vec<Arc<Mutex<Vec<Duration>>>>,
    readers: Vec<tokio::task::JoinHandle<()>>,
    counted_from: Mutex<Option<Instant>>,
}

/// What was delivered while it counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flow {
    pub(crate) deliveries: u32,
    pub(crate) took: Duration,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

impl Flow {
    pub(crate) fn rate(&self) -> f64 {
        number(self.deliveries) / self.took.as_secs_f64()
    }
}

impl Room {
    fn slot(&self, number: u64) -> Option<&Slot> {
        self.slots.get(usize::try_from(number % SLOTS).ok()?)
    }

    /// Sends the next message; the members take turns.
    async fn send(&self, clock: &Clock) -> Result<()> {
        let number = self.sent.fetch_add(1, Ordering::SeqCst);
        let size = u64::try_from(self.members.len())?;
        let turn = usize::try_from(number % size)?;
        let (Some(slot), Some(member)) = (self.slot(number), self.members.get(turn)) else {
            return Ok(());
        };
        slot.left.store(u32::try_from(size)?, Ordering::SeqCst);
        slot.sent.store(clock.micros(), Ordering::SeqCst);
        Ok(member.lock().await.send(Message::text(self.frame.clone())).await?)
    }

    /// A member heard message `number`; whether it was the last to hear it.
    fn heard(&self, number: u64, clock: &Clock) -> (Duration, bool) {
        let Some(slot) = self.slot(number) else { return (Duration::ZERO, false) };
        let sent = slot.sent.load(Ordering::SeqCst);
        let last = slot.left.fetch_sub(1, Ordering::SeqCst) == 1;
        (Duration::from_micros(clock.micros().saturating_sub(sent)), last)
    }
}

impl Hall {
    /// Opens the sockets and joins them in rooms, one conversation each.
    pub(crate) async fn open(
        peer: &Peer,
        stage: &Stage,
        rooms: usize,
        sockets: usize,
    ) -> Result<Self> {
        let clock = Arc::new(Clock {
            zero: Instant::now(),
            sending: AtomicBool::new(false),
            counting: AtomicBool::new(false),
            deliveries: AtomicU32::new(0),
        });
        let auth = json!({ "token": stage.token });
        let enter = |number: usize| {
            let (auth, conversation) = (&auth, stage.visitors.get(number % rooms));
            async move {
                let conversation = &conversation.context("too few conversations")?.conversation;
                let mut socket = Socket::connect(&peer.place, &HeaderMap::new(), auth).await?;
                socket.wait_for("42[\"welcome\"").await?;
                socket.ask("join", &json!({ "conversation_id": conversation })).await?;
                let (sink, source) = socket.into_wire().split();
                anyhow::Ok((number % rooms, source, Arc::new(Sink::new(sink))))
            }
        };
        let entered: Vec<(usize, Source, Arc<Sink>)> =
            stream::iter((0..sockets).map(enter)).buffer_unordered(AT_ONCE).try_collect().await?;
        let mut groups: Vec<Vec<(Source, Arc<Sink>)>> = (0..rooms).map(|_| vec![]).collect();
        for (room, source, sink) in entered {
            groups.get_mut(room).context("no such room")?.push((source, sink));
        }
        let (mut all, mut times, mut readers) = (vec![], vec![], vec![]);
        for (number, group) in groups.into_iter().enumerate() {
            let (sources, members): (Vec<Source>, Vec<Arc<Sink>>) = group.into_iter().unzip();
            let visitor = stage.visitors.get(number).context("too few conversations")?;
            let said =
                json!({ "conversation_id": visitor.conversation, "mode": "note", "active": true });
            let room = Arc::new(Room {
                frame: format!("42[\"typing\",{said}]"),
                members,
                slots: (0..SLOTS).map(|_| Slot::default()).collect(),
                sent: AtomicU64::new(0),
            });
            for (source, own) in sources.into_iter().zip(room.members.iter()) {
                let heard = Arc::new(Mutex::new(Vec::new()));
                let reader = listen(
                    source,
                    Arc::clone(own),
                    Arc::clone(&room),
                    Arc::clone(&clock),
                    Arc::clone(&heard),
                );
                readers.push(tokio::spawn(async move {
                    // A socket that breaks shows as deliveries that do not come.
                    let _ = reader.await;
                }));
                times.push(heard);
            }
            all.push(room);
        }
        Ok(Self { rooms: all, clock, times, readers, counted_from: Mutex::new(None) })
    }

    /// Sends the first messages of each room.
    pub(crate) async fn start(&self, in_flight: u64) -> Result<()> {
        self.clock.sending.store(true, Ordering::SeqCst);
        for room in &self.rooms {
            for _ in 0..in_flight {
                room.send(&self.clock).await?;
            }
        }
        Ok(())
    }

    /// From now on it counts.
    pub(crate) fn count(&self) {
        self.clock.deliveries.store(0, Ordering::SeqCst);
        self.clock.counting.store(true, Ordering::SeqCst);
        *self.counted_from.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Stops counting and sending, and waits until nothing is on its way.
    pub(crate) async fn finish(&self) -> Result<Flow> {
        self.clock.counting.store(false, Ordering::SeqCst);
        let deliveries = self.clock.deliveries.load(Ordering::SeqCst);
        let from = self.counted_from.lock().unwrap_or_else(PoisonError::into_inner).take();
        let took = from.context("nothing was counted")?.elapsed();
        self.clock.sending.store(false, Ordering::SeqCst);
        tokio::time::sleep(DRAIN).await;
        anyhow::ensure!(
            self.readers.iter().all(|reader| !reader.is_finished()),
            "a socket was closed under load"
        );
        let mut times = Vec::new();
        for heard in &self.times {
            times.append(&mut heard.lock().unwrap_or_else(PoisonError::into_inner));
        }
        Ok(Flow {
            deliveries,
            took,
            p50: percentile(&mut times, 50),
            p99: percentile(&mut times, 99),
        })
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        for reader in &self.readers {
            reader.abort();
        }
    }
}

/// Reads one socket to its end.
async fn listen(
    mut source: Source,
    own: Arc<Sink>,
    room: Arc<Room>,
    clock: Arc<Clock>,
    heard: Arc<Mutex<Vec<Duration>>>,
) -> Result<()> {
    let mut number = 0;
    while let Some(message) = source.next().await {
        let Message::Text(text) = message? else { continue };
        if text.as_str() == "2" {
            own.lock().await.send(Message::text("3")).await?;
        }
        if !text.starts_with("42[\"typing\"") {
            continue;
        }
        let (took, last) = room.heard(number, &clock);
        number += 1;
        if clock.counting.load(Ordering::Relaxed) {
            clock.deliveries.fetch_add(1, Ordering::Relaxed);
            heard.lock().unwrap_or_else(PoisonError::into_inner).push(took);
        }
        if last && clock.sending.load(Ordering::Relaxed) {
            room.send(&clock).await?;
        }
    }
    Ok(())
}
