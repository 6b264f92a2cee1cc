//! Who wrote a line.

use lk_base::id::{ApiKeyId, Id, OperatorId, VisitorId};
use lk_db::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an author can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum AuthorKind {
    /// The visitor of the conversation.
    Visitor,
    /// An operator of the workspace.
    Operator,
    /// A program with an API key of the workspace.
    ApiKey,
    /// The product itself.
    System,
}

impl AuthorKind {
    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Operator => "operator",
            Self::ApiKey => "api_key",
            Self::System => "system",
        }
    }
}

/// Who wrote a line or did something to a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Author {
    /// What they are.
    pub kind: AuthorKind,
    /// The operator, key or visitor; `null` for the product itself.
    pub id: Option<String>,
}

impl Author {
    /// Whoever acts. Only operators, keys, visitors and the product itself act in an inbox.
    #[must_use]
    pub fn of(actor: Actor) -> Self {
        let kind = match actor {
            Actor::Operator { .. } => AuthorKind::Operator,
            Actor::ApiKey { .. } => AuthorKind::ApiKey,
            Actor::Visitor { .. } => AuthorKind::Visitor,
            // Staff only looks; were it to write, it would be in nobody's name.
            Actor::Staff { .. } | Actor::Person { .. } | Actor::Nobody | Actor::System => {
                AuthorKind::System
            }
        };
        Self::stored(kind, actor.uuid())
    }

    /// The author that two columns name.
    #[must_use]
    pub fn stored(kind: AuthorKind, id: Option<Uuid>) -> Self {
        let id = match kind {
            AuthorKind::Visitor => id.map(|id| VisitorId::from_uuid(id).to_string()),
            AuthorKind::Operator => id.map(|id| OperatorId::from_uuid(id).to_string()),
            AuthorKind::ApiKey => id.map(|id| ApiKeyId::from_uuid(id).to_string()),
            AuthorKind::System => None,
        };
        Self { kind, id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_is_shown_with_the_id_of_its_kind() {
        let id = Uuid::from_u128(7);
        let shown = |kind| serde_json::to_value(Author::stored(kind, Some(id))).unwrap();
        assert_eq!(shown(AuthorKind::Visitor)["id"], VisitorId::from_uuid(id).to_string());
        assert_eq!(shown(AuthorKind::Operator)["id"], OperatorId::from_uuid(id).to_string());
        assert_eq!(shown(AuthorKind::ApiKey)["id"], ApiKeyId::from_uuid(id).to_string());
        assert_eq!(shown(AuthorKind::System), serde_json::json!({ "kind": "system", "id": null }));
    }
}
