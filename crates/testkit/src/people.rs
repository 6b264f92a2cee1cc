//! The people of a world.

use axum::http::Method;
use lk_authz::Role;
use lk_base::Secret;
use lk_base::id::{Id, OperatorId, PersonId, SessionId, WorkspaceId};
use lk_db::{Actor, Scope};
use serde_json::Value;

use crate::answer::Answer;
use crate::world::World;

/// An operator with a badge.
#[derive(Debug)]
pub struct Operator<'w> {
    /// Where they are.
    pub world: &'w World,
    /// Their id.
    pub id: OperatorId,
    /// Their workspace.
    pub workspace: WorkspaceId,
    /// Their role.
    pub role: Role,
    actor: Actor,
    token: Secret,
}

impl World {
    /// An operator in a new workspace of their own.
    pub async fn operator(&self, role: Role) -> Operator<'_> {
        let workspace: WorkspaceId = self.clock.new_id();
        self.database
            .run(&format!(
                "insert into workspaces values ('{}', 'Workspace', '{}')",
                workspace.uuid(),
                self.clock.now()
            ))
            .await;
        self.member(workspace, role).await
    }

    async fn member(&self, workspace: WorkspaceId, role: Role) -> Operator<'_> {
        let (id, person, session): (OperatorId, PersonId, SessionId) =
            (self.clock.new_id(), self.clock.new_id(), self.clock.new_id());
        let name = format!("Operator {}", id.to_string().chars().rev().take(4).collect::<String>());
        self.database
            .run(&format!(
                "insert into operators values ('{}', '{}', '{}', '{name}', '{id}@example.test', '{}', '{}')",
                workspace.uuid(),
                id.uuid(),
                person.uuid(),
                role.name(),
                self.clock.now()
            ))
            .await;
        let actor = Actor::Operator { operator: id, person, session, role };
        let token = self.badge(actor, workspace);
        Operator { world: self, id, workspace, role, actor, token }
    }
}

impl<'w> Operator<'w> {
    /// Somebody else in the same workspace.
    pub async fn colleague(&self, role: Role) -> Operator<'w> {
        self.world.member(self.workspace, role).await
    }

    /// Their scope, for calling an operation's function directly.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let origin = std::sync::Arc::new(lk_db::Origin::system("test"));
        Scope::assume_authenticated(self.workspace, self.actor, origin)
    }

    /// A call with their badge.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {}", self.token.expose());
        self.world.call(method, path, &[("authorization", bearer.as_str())], body).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// PATCH.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }
}
