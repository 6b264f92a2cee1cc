//! `GET /audit-log/…`: the newest checkpoint, the tiles and the public keys of the audit log, for
//! whoever wants to check it. Nothing but hashes leaves here.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use lk_base::{Error, Result};
use lk_db::{Db, Origin};
use lk_ledger::published;
use lk_web::limit::Bucket;
use lk_web::routes::{Gate, not_found};
use lk_web::{Problem, RateClass};

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";
/// The newest checkpoint is another one in a second.
const SOON: &str = "no-cache";
/// A tile of one width never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";

#[derive(Clone)]
struct Published {
    db: Db,
    gate: Gate,
}

/// The routes, for the dashboard's listener.
pub(crate) fn routes(db: &Db, gate: &Gate) -> Router {
    Router::new()
        .route("/audit-log/checkpoint", get(checkpoint))
        .route("/audit-log/keys", get(keys))
        .route("/audit-log/tile/{*path}", get(tile))
        .route("/audit-log/{*path}", get(async || not_found()))
        .with_state(Published { db: db.clone(), gate: gate.clone() })
}

/// From where a request came.
type From = Option<Extension<Arc<Origin>>>;

async fn checkpoint(State(log): State<Published>, from: From) -> Response {
    let found = async {
        log.admit(from)?;
        Ok(published::checkpoint(&log.db).await?.map(String::into_bytes))
    };
    answer(found.await, TEXT, SOON)
}

async fn keys(State(log): State<Published>, from: From) -> Response {
    let found = async {
        log.admit(from)?;
        let keys = published::keys(&log.db).await?;
        serde_json::to_vec(&keys).map(Some).map_err(Error::internal)
    };
    answer(found.await, JSON, SOON)
}

async fn tile(State(log): State<Published>, Path(path): Path<String>, from: From) -> Response {
    let found = async {
        log.admit(from)?;
        published::tile(&log.db, &path).await
    };
    answer(found.await, BYTES, FOREVER)
}

impl Published {
    /// Counts the request against its address.
    fn admit(&self, from: From) -> Result<()> {
        let address = from.as_ref().and_then(|Extension(origin)| origin.address.as_ref());
        let bucket = address.map_or(Bucket::Actor(0), |address| Bucket::of(*address.reveal()));
        self.gate.limiter.check(RateClass::Read, bucket).map(drop)
    }
}

fn answer(found: Result<Option<Vec<u8>>>, kind: &'static str, keep: &'static str) -> Response {
    match found {
        Ok(Some(bytes)) => {
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], bytes).into_response()
        }
        Ok(None) => not_found(),
        Err(error) => Problem::from(error).into_response(),
    }
}
