//! Nodes that count together.

use std::sync::Arc;
use std::time::Duration;

use lk_base::{Clock, Secret, Timestamp};
use lk_crypto::RootKey;
use lk_redis::{Address, Limits, Redis};
use lk_testkit::RedisServer;
use lk_web::limit::{Allowance, Buckets, Change, Share};
use tokio::sync::oneshot;

const FIVE: Allowance = Allowance { per_hour: 60, burst: 5 };

/// One of several nodes.
struct Node {
    share: Arc<dyn Share>,
    buckets: Buckets<&'static str>,
}

impl Node {
    fn new(redis: Redis, root: &RootKey, clock: &Clock) -> Self {
        let share: Arc<dyn Share> = Arc::new(Limits::new(redis, root).unwrap());
        let buckets = Buckets::new(clock.clone(), 1).shared("test", &share);
        Self { share, buckets }
    }

    fn takes(&self, tries: usize) -> usize {
        (0..tries).filter(|_| self.buckets.take([("203.0.113.9", FIVE)]).is_ok()).count()
    }

    /// Waits until everything before was told; `false` when Redis did not hear it.
    async fn told(&self) -> bool {
        let (heard, hears) = oneshot::channel();
        let told = Box::new(move |_| heard.send(()).unwrap_or_default());
        self.share.tell(Change { bucket: "the end".to_owned(), step: 0, now: 0, told });
        hears.await.is_ok()
    }
}

fn redis(server: &RedisServer) -> Redis {
    Redis::new(&Address { url: Secret::new(server.url()), authority: None }).unwrap()
}

fn clock() -> Clock {
    Clock::manual(Timestamp::from_unix_micros(1_795_338_000_000_000))
}

#[tokio::test]
async fn what_one_node_let_through_another_counts() {
    let (server, root, clock) = (RedisServer::start(), RootKey::random(), clock());
    let (one, other) =
        (Node::new(redis(&server), &root, &clock), Node::new(redis(&server), &root, &clock));
    assert_eq!(one.takes(9), 5);
    assert!(one.told().await);
    // It hears of the bucket by telling of it, so one gets through and no more.
    assert_eq!(other.takes(1), 1);
    assert!(other.told().await);
    assert_eq!(other.takes(9), 0);
    clock.advance(Duration::from_secs(120));
    assert_eq!(other.takes(9), 1, "two have dripped, one was owed");
}

#[tokio::test]
async fn what_is_put_back_on_one_node_is_put_back_for_all() {
    let (server, root, clock) = (RedisServer::start(), RootKey::random(), clock());
    let (one, other) =
        (Node::new(redis(&server), &root, &clock), Node::new(redis(&server), &root, &clock));
    assert_eq!(one.takes(5), 5);
    (0..3).for_each(|_| one.buckets.put_back(&"203.0.113.9", FIVE));
    assert!(one.told().await);
    assert_eq!(other.takes(1), 1);
    assert!(other.told().await);
    assert_eq!(other.takes(9), 2);
}

#[tokio::test]
async fn without_redis_each_node_holds_to_its_own_count_and_afterwards_they_count_together() {
    let (mut server, root, clock) = (RedisServer::start(), RootKey::random(), clock());
    let one = Node::new(redis(&server), &root, &clock);
    assert_eq!(one.takes(2), 2);
    assert!(one.told().await);
    server.kill();
    assert_eq!(one.takes(9), 3, "nothing opens because Redis is away");
    assert!(!one.told().await);
    server.start_again();
    clock.advance(Duration::from_secs(300));
    // The first words after a failure may still be lost to the broken connection.
    while !one.told().await {}
    assert_eq!(one.takes(5), 5);
    assert!(one.told().await);
    let other = Node::new(redis(&server), &root, &clock);
    assert_eq!(other.takes(1), 1);
    assert!(other.told().await);
    assert_eq!(other.takes(9), 0);
}

#[tokio::test]
async fn redis_learns_neither_addresses_nor_logins_and_forgets_by_itself() {
    let (server, root, clock) = (RedisServer::start(), RootKey::random(), clock());
    let node = Node::new(redis(&server), &root, &clock);
    assert_eq!(node.takes(2), 2);
    assert!(node.told().await);
    let keys = server.ask(&["keys", "*"]);
    assert_eq!(keys.len(), 1, "{keys:?}");
    let key = keys.first().unwrap();
    assert!(key.starts_with("lk:limit:") && !key.contains("203") && !key.contains("test"), "{key}");
    let expires: i64 = server.ask(&["pttl", key]).first().unwrap().parse().unwrap();
    assert!((1..=2 * 60_000 + 1000).contains(&expires), "{expires}");
    let strange = Node::new(redis(&server), &RootKey::random(), &clock);
    assert_eq!(strange.takes(1), 1);
    assert!(strange.told().await);
    assert_eq!(server.ask(&["keys", "*"]).len(), 2, "another installation has other names");
}
