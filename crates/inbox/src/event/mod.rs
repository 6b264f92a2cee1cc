//! Events, as those see them who read them from outside.

pub mod list;

use lk_base::Timestamp;
use lk_base::id::{ApiKeyId, EventId, Id, OperatorId, PersonId, VisitorId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// Who made an event happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventActor {
    /// `operator`, `api_key`, `visitor`, `person` or `system`.
    pub kind: String,
    /// Which one; `null` for the product itself.
    pub id: Option<String>,
}

impl EventActor {
    /// The actor that two columns name.
    #[must_use]
    pub fn stored(kind: String, id: Option<Uuid>) -> Self {
        let id = id.and_then(|id| match kind.as_str() {
            "operator" => Some(OperatorId::from_uuid(id).to_string()),
            "api_key" => Some(ApiKeyId::from_uuid(id).to_string()),
            "visitor" => Some(VisitorId::from_uuid(id).to_string()),
            "person" => Some(PersonId::from_uuid(id).to_string()),
            _ => None,
        });
        Self { kind, id }
    }
}

/// Something that happened in the workspace.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct Told {
    /// Its id.
    pub id: EventId,
    /// One higher than that of the workspace's event before it.
    pub seq: i64,
    /// What happened, for example `message.created`.
    pub r#type: String,
    /// When.
    pub at: Timestamp,
    /// Who made it happen.
    pub actor: EventActor,
    /// What listeners get; see the list of events.
    pub data: Value,
}

/// An event's data without what is meant for listeners inside the process: the members whose
/// names begin with an underscore.
#[must_use]
pub fn public_data(mut data: Value) -> Value {
    if let Value::Object(members) = &mut data {
        members.retain(|name, _| !name.starts_with('_'));
    }
    data
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_for_inside_stays_inside() {
        let data = json!({ "message": { "id": 1 }, "_visitor": { "visitor_id": 2 } });
        assert_eq!(public_data(data), json!({ "message": { "id": 1 } }));
        assert_eq!(public_data(json!(null)), json!(null));
    }
}
