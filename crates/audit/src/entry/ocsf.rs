//! An entry as an event of OCSF, the Open Cybersecurity Schema Framework.
//!
//! Which class, activity and outcome an action has is declared beside it (`lk_db::audit::action`);
//! here is only how who, what and when are laid out in each class.

use lk_base::id::WorkspaceId;
use lk_db::Action;
use lk_db::audit::ocsf::{Class, Ocsf, VERSION};
use serde_json::{Map, Value, json};

use super::{AuditEntry, Named};

/// The event. An action that this version does not know any more is other API activity.
#[must_use]
pub fn event(workspace: WorkspaceId, entry: &AuditEntry) -> Value {
    let ocsf = Action::named(&entry.action).map_or(Ocsf::UNKNOWN, Action::ocsf);
    let (category, category_name) = ocsf.class.category();
    let (status, status_name) = ocsf.outcome.status();
    let (severity, severity_name) = ocsf.severity.level();
    let activity = ocsf.activity_name().unwrap_or(&entry.action);
    let mut event = Map::new();
    let mut put = |name: &str, value: Value| drop(event.insert(name.to_owned(), value));
    put("category_uid", json!(category));
    put("category_name", json!(category_name));
    put("class_uid", json!(ocsf.class.uid()));
    put("class_name", json!(ocsf.class.name()));
    put("activity_id", json!(ocsf.activity));
    put("activity_name", json!(activity));
    put("type_uid", json!(ocsf.type_uid()));
    put("type_name", json!(format!("{}: {activity}", ocsf.class.name())));
    put("time", json!(entry.at.unix_micros() / 1000));
    put("severity_id", json!(severity));
    put("severity", json!(severity_name));
    put("status_id", json!(status));
    put("status", json!(status_name));
    put("metadata", metadata(workspace, entry));
    put("actor", actor(entry));
    put("src_endpoint", source(entry));
    if let Some(agent) = &entry.user_agent {
        put("http_request", json!({ "user_agent": agent, "uid": entry.request_id }));
    }
    if let Some(reason) = text(entry, "reason") {
        put("status_detail", json!(reason));
    }
    match ocsf.class {
        Class::Authentication => {
            put("user", subject(entry));
            put("service", json!({ "name": "Leadkeep" }));
            put("is_remote", json!(entry.masked_ip.is_some()));
            if let Some(factors) = new(entry, "factors").and_then(Value::as_array) {
                put("is_mfa", json!(factors.len() > 1));
            }
        }
        Class::PersonChange => put("user", subject(entry)),
        Class::UserAccess => {
            put("user", user(&entry.target));
            let roles = [new(entry, "role"), old(entry, "role")];
            let role = roles.into_iter().flatten().next().cloned();
            put("privileges", json!([role.unwrap_or(json!("unknown"))]));
            put("resources", json!([{ "type": "workspace", "uid": workspace.to_string() }]));
        }
        Class::EntityManagement => {
            put("entity", thing(&entry.target, entry.old.as_ref()));
            put("entity_result", thing(&entry.target, entry.new.as_ref()));
        }
        Class::ApiActivity => {
            put(
                "api",
                json!({
                    "operation": entry.action,
                    "service": { "name": "Leadkeep" },
                    "request": { "uid": entry.request_id },
                }),
            );
            put("resources", json!([thing(&entry.target, None)]));
        }
    }
    put(
        "unmapped",
        json!({
            "payload": entry.payload,
            "version": entry.version,
            "old": entry.old,
            "new": entry.new,
        }),
    );
    Value::Object(event)
}

fn metadata(workspace: WorkspaceId, entry: &AuditEntry) -> Value {
    json!({
        "version": VERSION,
        "product": { "name": "Leadkeep", "vendor_name": "Leadkeep" },
        "uid": entry.id.to_string(),
        "event_code": entry.action,
        "correlation_uid": entry.request_id,
        "tenant_uid": workspace.to_string(), // words: ok
        "log_name": "audit",
        "original_time": entry.at,
    })
}

fn actor(entry: &AuditEntry) -> Value {
    let mut actor = Map::new();
    actor.insert("user".to_owned(), user(&entry.actor));
    if let Some(session) = entry.session_id {
        actor.insert("session".to_owned(), json!({ "uid": session.to_string() }));
    }
    Value::Object(actor)
}

/// A user of the schema: 1 is a user, 3 the system, 99 another kind, by its name.
fn user(named: &Named) -> Value {
    let type_id = match named.kind.as_str() {
        "operator" | "person" | "staff" => 1,
        "system" => 3,
        _ => 99,
    };
    let uid = named.id.map_or_else(|| named.kind.clone(), |id| id.to_string());
    let mut user = json!({ "uid": uid, "type": named.kind, "type_id": type_id });
    if let (Some(name), Value::Object(user)) = (&named.name, &mut user) {
        user.insert("name".to_owned(), json!(name));
    }
    user
}

/// Whom it is about: the person who is the target, or else who acted.
fn subject(entry: &AuditEntry) -> Value {
    let is_user = matches!(entry.target.kind.as_str(), "person" | "operator");
    user(if is_user { &entry.target } else { &entry.actor })
}

fn thing(named: &Named, data: Option<&Map<String, Value>>) -> Value {
    let uid = named.id.map_or_else(|| named.kind.clone(), |id| id.to_string());
    let mut thing = Map::new();
    thing.insert("uid".to_owned(), json!(uid));
    thing.insert("type".to_owned(), json!(named.kind));
    if let Some(data) = data {
        thing.insert("data".to_owned(), json!(data));
    }
    Value::Object(thing)
}

/// The schema's `ip` is a whole address; ours is masked, so it is a name.
fn source(entry: &AuditEntry) -> Value {
    entry
        .masked_ip
        .as_ref()
        .map_or_else(|| json!({ "name": "leadkeep" }), |masked| json!({ "name": masked }))
}

fn new<'a>(entry: &'a AuditEntry, field: &str) -> Option<&'a Value> {
    entry.new.as_ref()?.get(field)
}

fn old<'a>(entry: &'a AuditEntry, field: &str) -> Option<&'a Value> {
    entry.old.as_ref()?.get(field)
}

fn text<'a>(entry: &'a AuditEntry, field: &str) -> Option<&'a str> {
    new(entry, field)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Readable;
    use lk_base::Timestamp;
    use lk_base::id::{EntryId, Id};
    use uuid::Uuid;

    fn entry(action: Action) -> AuditEntry {
        let operator = Some(Uuid::from_u128(7));
        AuditEntry {
            id: EntryId::from_uuid(Uuid::from_u128(1)),
            at: Timestamp::from_unix_micros(1_795_338_000_123_456),
            action: action.name().to_owned(),
            actor: Named::of("operator".to_owned(), operator),
            session_id: None,
            target: Named::of("operator".to_owned(), operator),
            request_id: "req_1".to_owned(),
            payload: Readable::Open,
            version: Some(1),
            old: None,
            new: None,
            masked_ip: None,
            device: None,
            user_agent: None,
        }
    }

    /// What version 1.5.0 of the schema requires of each class, beside what it requires of all.
    #[test]
    fn every_action_becomes_an_event_with_what_its_class_requires() {
        let workspace = WorkspaceId::from_uuid(Uuid::from_u128(9));
        for action in Action::ALL {
            let event = event(workspace, &entry(*action));
            let required: &[&str] = match event["class_uid"].as_u64().unwrap() {
                3001 => &["user"],
                3002 => &["user", "service"],
                3004 => &["entity"],
                3005 => &["user", "privileges"],
                6003 => &["actor", "api", "src_endpoint"],
                other => panic!("{other} is none of our classes"),
            };
            let always =
                ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time"];
            for field in always.iter().chain(required) {
                assert!(!event[field].is_null(), "{} has no {field}", action.name());
            }
            let type_uid =
                event["class_uid"].as_u64().unwrap() * 100 + event["activity_id"].as_u64().unwrap();
            assert_eq!(event["type_uid"], type_uid);
            assert_eq!(
                event["class_uid"].as_u64().unwrap() / 1000,
                event["category_uid"].as_u64().unwrap()
            );
            assert_eq!(event["time"], 1_795_338_000_123_u64);
        }
    }
}
