//! The audit log's words: what can be entered, and what may go unentered.
//!
//! Reading order: [`action`] (the catalogue), [`schema`] (what its payloads may hold), [`ocsf`]
//! (what others call it).

pub mod action;
mod lists;
pub mod ocsf;
pub mod schema;

use lk_base::id::Id;
use lk_base::{Error, Result};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub use action::Action;

/// Why a change leaves no entry. A closed list, each with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unaudited {
    /// How far somebody has read: it changes nothing but a counter of one's own.
    ReadMarker,
    /// When a session, a visitor or a key was last seen: it is the audit log's own subject matter.
    LastSeen,
    /// The same answer given again (an idempotent retry): nothing changed.
    NothingChanged,
    /// Bookkeeping of the installation itself at its start.
    InstanceFact,
    /// What a passkey was asked to sign: nothing happens before it answers, and the answer is entered.
    PasskeyAsked,
    /// How far a mail has come: what it tells about was entered when it was written.
    MailOnItsWay,
    /// How far a stream of the audit log has come: what it delivers are entries already.
    StreamOnItsWay,
    /// What a running check found: it changes nothing of what it looked at.
    Evidence,
}

/// One line of the audit log, without the who, when and where, which the transaction knows.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(crate) action: Action,
    pub(crate) target_kind: &'static str,
    pub(crate) target_id: Option<Uuid>,
    old: Value,
    new: Value,
}

impl Entry {
    /// Something was done to `target`.
    #[must_use]
    pub fn new<I: Id>(action: Action, target: I) -> Self {
        let target_id = Some(target.uuid());
        Self { target_kind: I::KIND, target_id, ..Self::without_target(action) }
    }

    /// Something was done to nothing that has an id.
    #[must_use]
    pub const fn without_target(action: Action) -> Self {
        Self { action, target_kind: "none", target_id: None, old: Value::Null, new: Value::Null }
    }

    /// What changed: the values before and the values after, field by field.
    #[must_use]
    pub fn changed(mut self, old: impl Serialize, new: impl Serialize) -> Self {
        (self.old, self.new) = (value(old), value(new));
        self
    }

    /// Facts about something that did not exist before.
    #[must_use]
    pub fn with(self, new: impl Serialize) -> Self {
        self.changed(Value::Null, new)
    }

    /// What is stored of the change. What is not in the catalogue is refused where the product is
    /// being made, and marked where it is used: a change there is not lost over its entry.
    ///
    /// # Errors
    /// `Internal`, in debug builds only.
    pub(crate) fn payload(&self) -> Result<Value> {
        let name = self.action.name();
        let (payload, wrong) = self.action.schema().checked(self.old.clone(), self.new.clone());
        if !wrong.is_empty() {
            tracing::error!(action = name, fields = ?wrong, "an entry is not of the catalogue");
            if cfg!(debug_assertions) {
                let wrong = wrong.join(", ");
                return Err(Error::internal(format!("{name} has no such field or value: {wrong}")));
            }
        }
        Ok(payload)
    }
}

fn value(of: impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or(Value::Null)
}

/// The catalogue as Markdown: what each action means and may hold, and what OCSF calls it.
#[must_use]
pub fn printed_list() -> String {
    let table = |of_staff: bool| {
        let mut out =
            String::from("| Action | Meaning | Version | Payload |\n| --- | --- | --- | --- |\n");
        for action in Action::ALL.iter().filter(|action| action.is_of_staff() == of_staff) {
            let (name, meaning, schema) = (action.name(), action.meaning().trim(), action.schema());
            out.push_str(&format!("| `{name}` | {meaning} | {} | {schema} |\n", schema.version));
        }
        out
    };
    let mut out = table(false);
    out.push_str(
        "\n## Staff's own stream\n\nOf the installation, not of a workspace; read on the private listener.\n\n",
    );
    out.push_str(&table(true));
    out.push_str(&format!(
        "\n## In OCSF\n\nThe export `format=ocsf` writes events of version {} of the schema.\n\n\
         | Action | Class | Activity | Type | Outcome | Severity |\n\
         | --- | --- | --- | --- | --- | --- |\n",
        ocsf::VERSION
    ));
    for action in Action::ALL {
        let ocsf = action.ocsf();
        out.push_str(&format!(
            "| `{}` | {} {} | {} {} | {} | {} | {} |\n",
            action.name(),
            ocsf.class.uid(),
            ocsf.class.name(),
            ocsf.activity,
            ocsf.activity_name().unwrap_or("Other"),
            ocsf.type_uid(),
            ocsf.outcome.status().1,
            ocsf.severity.level().1,
        ));
    }
    out
}
