//! Streams of the audit log, to receivers that listen for real.

mod carrying;
mod receiver;
mod settings;
mod syslog;
mod webhook;

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_web::Operation;
use serde_json::{Value, json};

use crate::house::{Ask, House};
use crate::owner::{Owner, cookie};
use crate::sample::Things;
use receiver::Receiver;

pub(crate) const STREAMS: &str = "/api/v1/audit-streams";
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const HOUR: Duration = Duration::from_secs(3600);

/// A call of each operation on streams.
pub(crate) fn sample(operation: &Operation, owner: &Owner, things: &Things) -> Ask {
    let about = operation.path.replace("{id}", &things.audit_stream);
    match operation.id {
        "create_audit_stream" => owner.post(operation.path, nowhere("SIEM")),
        "change_audit_stream" => owner.patch(about, json!({ "name": "Moved to Berlin" })),
        _ => owner.signed(&operation.method, about),
    }
}

/// A stream to where nobody listens.
pub(crate) fn nowhere(name: &str) -> Value {
    json!({ "name": name, "kind": "webhook", "address": "http://127.0.0.1:9/", "start": "now" })
}

impl House {
    /// Somebody whose only streams are those that the test makes.
    async fn watcher(&self, name: &str) -> Owner {
        let owner = self.owner(name).await;
        let path = format!("{STREAMS}/{}", owner.audit_stream);
        let gone = self.ask(&owner.signed(&Method::DELETE, path)).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        owner
    }

    /// A stream to this receiver, which is trusted: its id and its secret.
    async fn stream(&self, owner: &Owner, to: &Receiver, start: &str) -> (String, String) {
        let made = json!({
            "name": "SIEM", "kind": to.kind(), "address": to.address(),
            "authority": to.authority, "start": start,
        });
        let made = self.ask(&owner.post(STREAMS, made)).await.expect(StatusCode::CREATED);
        let secret = made["secret"].as_str().unwrap_or_default().to_owned();
        (made["stream"]["id"].as_str().unwrap().to_owned(), secret)
    }

    /// Numbers what was entered and carries what is due; how many batches were taken.
    async fn carry(&self) -> usize {
        while self.product.sequencer.round().await.unwrap() > 0 {}
        self.product.carrier.round().await.unwrap()
    }

    /// Does something that is entered.
    async fn rename(&self, owner: &Owner) {
        let name = format!("Shop {}", lk_crypto::Token::random().expose());
        let renamed = owner.patch("/api/v1/workspace", json!({ "name": name }));
        let _ = self.ask(&renamed).await.expect(StatusCode::OK);
    }

    /// The stream as it is shown.
    async fn shown(&self, owner: &Owner, stream: &str) -> Value {
        let all = self.ask(&owner.get(STREAMS)).await.expect(StatusCode::OK);
        let all = all["data"].as_array().unwrap().clone();
        all.into_iter().find(|each| each["id"] == stream).expect("the stream")
    }

    /// The ids and numbers of a workspace's entries, in their order, as the database has them.
    async fn numbered(&self, owner: &Owner) -> Vec<(i64, String)> {
        use lk_base::id::{EntryId, Id, WorkspaceId};
        let workspace: WorkspaceId = owner.workspace.parse().unwrap();
        let leaves = format!(
            "select number, entry_id from audit_leaves where workspace_id = '{}' order by number",
            workspace.uuid()
        );
        let id = |row: &Value| {
            EntryId::from_uuid(row["entry_id"].as_str().unwrap().parse().unwrap()).to_string()
        };
        let rows = self.database.rows(&leaves).await;
        rows.iter().map(|row| (row["number"].as_i64().unwrap(), id(row))).collect()
    }

    /// The same session with a fresh access token: time has passed, and nothing was proved.
    async fn refreshed(&self, owner: &Owner) -> Owner {
        let answer = self.ask(&Owner::cookied("/api/v1/auth/refresh", &owner.cookie)).await;
        let cookie = cookie(&answer);
        let token = answer.expect(StatusCode::OK)["access_token"].as_str().unwrap().to_owned();
        Owner { token, cookie, ..owner.clone() }
    }

    /// Signed in anew, after a long time.
    async fn returned(&self, owner: &Owner) -> Owner {
        let (token, cookie, _) = self.sign_in(&owner.email).await;
        Owner { token, cookie, ..owner.clone() }
    }
}

/// Number and id of each event, in the order of their arrival.
fn told(events: &[Value]) -> Vec<(i64, String)> {
    let told = |event: &Value| {
        let metadata = &event["metadata"];
        (metadata["sequence"].as_i64().unwrap(), metadata["uid"].as_str().unwrap().to_owned())
    };
    events.iter().map(told).collect()
}
