//! Who is there: operators, visitors, and who looks at which conversation. In memory only.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use lk_base::id::{ConversationId, OperatorId, VisitorId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// How an operator is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// At the screen.
    Online,
    /// Connected, but elsewhere.
    Away,
    /// Not connected.
    Offline,
}

/// An operator's presence, as clients see it.
#[derive(Debug, Clone, Serialize)]
pub struct OperatorPresence {
    /// Who.
    pub operator_id: OperatorId,
    /// How.
    pub state: State,
}

#[derive(Debug, Default)]
struct Rooms {
    operators: HashMap<(WorkspaceId, OperatorId), (usize, State)>,
    visitors: HashMap<(WorkspaceId, VisitorId), usize>,
    /// Socket id → operator, for each conversation.
    viewers: HashMap<(WorkspaceId, ConversationId), HashMap<String, OperatorId>>,
}

/// Who is there, on this node.
#[derive(Debug, Default)]
pub struct Presence(Mutex<Rooms>);

impl Presence {
    fn with<T>(&self, work: impl FnOnce(&mut Rooms) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A socket of an operator opened; whether it is their first.
    pub fn operator_came(&self, workspace: WorkspaceId, operator: OperatorId) -> bool {
        self.with(|rooms| {
            let entry = rooms.operators.entry((workspace, operator)).or_insert((0, State::Online));
            entry.0 += 1;
            entry.1 = State::Online;
            entry.0 == 1
        })
    }

    /// A socket of an operator closed; whether it was their last.
    pub fn operator_went(&self, workspace: WorkspaceId, operator: OperatorId) -> bool {
        self.with(|rooms| {
            let Some(entry) = rooms.operators.get_mut(&(workspace, operator)) else { return false };
            entry.0 = entry.0.saturating_sub(1);
            if entry.0 > 0 {
                return false;
            }
            rooms.operators.remove(&(workspace, operator));
            true
        })
    }

    /// An operator says how they are there; whether that is new.
    pub fn operator_says(
        &self,
        workspace: WorkspaceId,
        operator: OperatorId,
        state: State,
    ) -> bool {
        self.with(|rooms| {
            let Some(entry) = rooms.operators.get_mut(&(workspace, operator)) else { return false };
            let changed = entry.1 != state;
            entry.1 = state;
            changed
        })
    }

    /// All operators of a workspace who are there.
    pub fn operators(&self, workspace: WorkspaceId) -> Vec<OperatorPresence> {
        self.with(|rooms| {
            let here = rooms.operators.iter().filter(|((of, _), _)| *of == workspace);
            here.map(|((_, operator), (_, state))| OperatorPresence {
                operator_id: *operator,
                state: *state,
            })
            .collect()
        })
    }

    /// Whether an operator is at the screen.
    pub fn anybody_online(&self, workspace: WorkspaceId) -> bool {
        self.operators(workspace).iter().any(|operator| operator.state == State::Online)
    }

    /// A socket of a visitor opened; whether it is their first.
    pub fn visitor_came(&self, workspace: WorkspaceId, visitor: VisitorId) -> bool {
        self.with(|rooms| {
            let count = rooms.visitors.entry((workspace, visitor)).or_insert(0);
            *count += 1;
            *count == 1
        })
    }

    /// A socket of a visitor closed; whether it was their last.
    pub fn visitor_went(&self, workspace: WorkspaceId, visitor: VisitorId) -> bool {
        self.with(|rooms| {
            let Some(count) = rooms.visitors.get_mut(&(workspace, visitor)) else { return false };
            *count = count.saturating_sub(1);
            if *count > 0 {
                return false;
            }
            rooms.visitors.remove(&(workspace, visitor));
            true
        })
    }

    /// Whether a visitor is there.
    pub fn visitor_online(&self, workspace: WorkspaceId, visitor: VisitorId) -> bool {
        self.with(|rooms| rooms.visitors.contains_key(&(workspace, visitor)))
    }

    /// All visitors of a workspace who are there.
    pub fn visitors(&self, workspace: WorkspaceId) -> Vec<VisitorId> {
        self.with(|rooms| {
            rooms.visitors.keys().filter(|(of, _)| *of == workspace).map(|(_, id)| *id).collect()
        })
    }

    /// A socket opens a conversation; who looks at it now.
    pub fn view(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        socket: String,
        operator: OperatorId,
    ) -> Vec<OperatorId> {
        self.with(|rooms| {
            let viewers = rooms.viewers.entry((workspace, conversation)).or_default();
            viewers.insert(socket, operator);
            distinct(viewers)
        })
    }

    /// A socket closes a conversation; who looks at it now.
    pub fn unview(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        socket: &str,
    ) -> Vec<OperatorId> {
        self.with(|rooms| {
            let Some(viewers) = rooms.viewers.get_mut(&(workspace, conversation)) else {
                return Vec::new();
            };
            viewers.remove(socket);
            let left = distinct(viewers);
            if viewers.is_empty() {
                rooms.viewers.remove(&(workspace, conversation));
            }
            left
        })
    }

    /// A socket closed; which conversations it looked at, and who still does.
    pub fn unview_all(
        &self,
        workspace: WorkspaceId,
        socket: &str,
    ) -> Vec<(ConversationId, Vec<OperatorId>)> {
        let looked: Vec<ConversationId> = self.with(|rooms| {
            let here = rooms
                .viewers
                .iter()
                .filter(|((of, _), viewers)| *of == workspace && viewers.contains_key(socket));
            here.map(|((_, conversation), _)| *conversation).collect()
        });
        looked.into_iter().map(|one| (one, self.unview(workspace, one, socket))).collect()
    }
}

fn distinct(viewers: &HashMap<String, OperatorId>) -> Vec<OperatorId> {
    let mut operators: Vec<OperatorId> = viewers.values().copied().collect();
    operators.sort_unstable();
    operators.dedup();
    operators
}

#[cfg(test)]
mod tests {
    use super::*;
    use lk_base::Clock;

    #[test]
    fn somebody_with_two_tabs_goes_when_the_second_closes() {
        let (presence, clock) = (Presence::default(), Clock::system());
        let (workspace, operator) = (clock.new_id(), clock.new_id());
        assert!(presence.operator_came(workspace, operator));
        assert!(!presence.operator_came(workspace, operator));
        assert!(!presence.operator_went(workspace, operator));
        assert!(presence.operator_went(workspace, operator));
        assert!(presence.operators(workspace).is_empty());
    }

    #[test]
    fn presence_of_another_workspace_is_not_seen() {
        let (presence, clock) = (Presence::default(), Clock::system());
        presence.operator_came(clock.new_id(), clock.new_id());
        presence.visitor_came(clock.new_id(), clock.new_id());
        let other = clock.new_id();
        assert!(presence.operators(other).is_empty() && presence.visitors(other).is_empty());
        assert!(!presence.anybody_online(other));
    }

    #[test]
    fn viewers_are_operators_not_tabs() {
        let (presence, clock) = (Presence::default(), Clock::system());
        let (workspace, conversation, ada) = (clock.new_id(), clock.new_id(), clock.new_id());
        presence.view(workspace, conversation, "one".to_owned(), ada);
        assert_eq!(presence.view(workspace, conversation, "two".to_owned(), ada), [ada]);
        assert_eq!(presence.unview_all(workspace, "one"), [(conversation, vec![ada])]);
        assert_eq!(presence.unview(workspace, conversation, "two"), []);
    }
}
