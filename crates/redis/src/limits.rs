//! Buckets of rate limits that nodes have in common.
//!
//! A node decides by its own buckets, at once. What it took out is told to Redis behind the
//! request's back, and the answer (what all nodes together took out) raises the node's own
//! bucket. So nodes let through what one alone would, plus what was on its way: no request waits
//! for Redis, and none gets through because Redis is away.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lk_crypto::root::BadKey;
use lk_crypto::{Mac, RootKey};
use lk_web::limit::{Change, Share};
use tokio::sync::mpsc;

use crate::Redis;

/// How many changes may wait. Those beyond are counted on this node alone.
const WAITING: usize = 8192;
/// How many are told at once.
const BATCH: usize = 128;

/// Moves a bucket's instant, in microseconds since 1970, and says where it is. The buckets empty
/// by time alone, so a key may go when its instant has passed.
const MOVE: &str = r"
local now, step = tonumber(ARGV[1]), tonumber(ARGV[2])
local at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + step
if at > now then
  redis.call('SET', KEYS[1], string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000) + 1000)
else
  redis.call('DEL', KEYS[1])
end
return string.format('%.0f', at)";

/// The nodes' common buckets.
#[derive(Debug)]
pub struct Limits(mpsc::Sender<Change>);

impl Limits {
    /// Common buckets at a Redis; a task tells it of changes until the last user is gone.
    ///
    /// # Errors
    /// See [`RootKey::derive`].
    pub fn new(redis: Redis, root: &RootKey) -> Result<Self, BadKey> {
        let names = Mac::new(root, "names of common limits")?;
        let (sender, changes) = mpsc::channel(WAITING);
        tokio::spawn(tell(redis, names, changes));
        Ok(Self(sender))
    }
}

impl Share for Limits {
    fn tell(&self, change: Change) {
        // A full queue means that Redis is slow or away; the node's own bucket has counted.
        let _ = self.0.try_send(change);
    }
}

async fn tell(redis: Redis, names: Mac, mut changes: mpsc::Receiver<Change>) {
    let mut connection = redis.0;
    let (mut batch, mut failures) = (Vec::with_capacity(BATCH), 0_u32);
    while changes.recv_many(&mut batch, BATCH).await > 0 {
        let mut asked = redis::pipe();
        for change in &batch {
            asked.cmd("EVAL").arg(MOVE).arg(1).arg(key(&names, &change.bucket));
            asked.arg(change.now).arg(change.step);
        }
        match asked.query_async::<Vec<i64>>(&mut connection).await {
            Ok(instants) => {
                failures = 0;
                for (change, instant) in batch.drain(..).zip(instants) {
                    (change.told)(instant);
                }
            }
            Err(error) => {
                batch.clear();
                failures = failures.saturating_add(1);
                if failures.is_power_of_two() {
                    tracing::warn!(%error, failures, "Redis does not answer: each node limits on its own");
                }
            }
        }
    }
}

/// What a bucket is called there: a tag, because whose bucket it is (an address, a login) is
/// nobody's business.
fn key(names: &Mac, bucket: &str) -> String {
    format!("lk:limit:{}", BASE64_URL_SAFE_NO_PAD.encode(names.tag(&[bucket.as_bytes()])))
}
