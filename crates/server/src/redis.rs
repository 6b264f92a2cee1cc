//! From the settings to what several nodes share.

use anyhow::Context;
use lk_config::Settings;
use lk_redis::{Address, Redis};

/// The way to Redis; `None` when there is one node.
///
/// # Errors
/// An authority's file that cannot be read or used, or an address that is none.
pub(crate) fn of(settings: &Settings) -> anyhow::Result<Option<Redis>> {
    let redis = &settings.redis;
    if !redis.is_set() {
        return Ok(None);
    }
    let authority = if redis.authority.as_os_str().is_empty() {
        None
    } else {
        let file = redis.authority.display();
        Some(std::fs::read(&redis.authority).with_context(|| format!("redis.authority: {file}"))?)
    };
    let address = Address { url: redis.url.clone(), authority };
    Ok(Some(Redis::new(&address).context("redis.url")?))
}
