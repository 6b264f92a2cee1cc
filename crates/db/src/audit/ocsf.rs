//! What OCSF, the Open Cybersecurity Schema Framework, calls an action: class, activity, outcome.
//!
//! The numbers are those of version 1.5.0 of the schema (`events/iam`, `events/application`).

/// The version of the schema that is written.
pub const VERSION: &str = "1.5.0";

/// A class of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Something about a login: made, its password, its factors.
    PersonChange,
    /// Somebody proved who they are, or failed to.
    Authentication,
    /// Something that is managed was made, changed or taken away.
    EntityManagement,
    /// Somebody's rights changed.
    UserAccess,
    /// The product was used.
    ApiActivity,
}

impl Class {
    /// The number of the class.
    #[must_use]
    pub const fn uid(self) -> u32 {
        match self {
            Self::PersonChange => 3001,
            Self::Authentication => 3002,
            Self::EntityManagement => 3004,
            Self::UserAccess => 3005,
            Self::ApiActivity => 6003,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PersonChange => "Account Change", // words: ok
            Self::Authentication => "Authentication",
            Self::EntityManagement => "Entity Management",
            Self::UserAccess => "User Access Management",
            Self::ApiActivity => "API Activity",
        }
    }

    /// Number and name of the category it belongs to.
    #[must_use]
    pub const fn category(self) -> (u32, &'static str) {
        match self {
            Self::ApiActivity => (6, "Application Activity"),
            _ => (3, "Identity & Access Management"),
        }
    }
}

/// Something else than the class foresees; the action's own name stands beside it.
const OTHER: u32 = 99;

/// What OCSF calls an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ocsf {
    /// The class.
    pub class: Class,
    /// What was done, by its number in the class.
    pub activity: u32,
    /// Whether it came about.
    pub outcome: Outcome,
    /// How much it matters.
    pub severity: Severity,
}

/// Whether something came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did.
    Success,
    /// It was tried.
    Failure,
}

impl Outcome {
    /// Number and name.
    #[must_use]
    pub const fn status(self) -> (u32, &'static str) {
        match self {
            Self::Success => (1, "Success"),
            Self::Failure => (2, "Failure"),
        }
    }
}

/// How much something matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// As every day.
    Informational,
    /// Somebody failed.
    Low,
    /// A secret is in the wrong hands.
    High,
}

impl Severity {
    /// Number and name.
    #[must_use]
    pub const fn level(self) -> (u32, &'static str) {
        match self {
            Self::Informational => (1, "Informational"),
            Self::Low => (2, "Low"),
            Self::High => (4, "High"),
        }
    }
}

impl Ocsf {
    const fn of(class: Class, activity: u32) -> Self {
        Self { class, activity, outcome: Outcome::Success, severity: Severity::Informational }
    }

    /// The same, tried in vain.
    pub(super) const fn failed(mut self) -> Self {
        self.outcome = Outcome::Failure;
        self.severity = Severity::Low;
        self
    }

    /// The same, where a secret is in the wrong hands.
    pub(super) const fn grave(mut self) -> Self {
        self.severity = Severity::High;
        self
    }

    /// The number of class and activity together.
    #[must_use]
    pub const fn type_uid(self) -> u32 {
        self.class.uid() * 100 + self.activity
    }

    /// The activity's name in its class; `None` where the class has none for it.
    #[must_use]
    pub const fn activity_name(self) -> Option<&'static str> {
        Some(match (self.class, self.activity) {
            (Class::PersonChange, 1) | (Class::EntityManagement, 1) | (Class::ApiActivity, 1) => {
                "Create"
            }
            (Class::EntityManagement, 2) | (Class::ApiActivity, 2) => "Read",
            (Class::EntityManagement, 3) | (Class::ApiActivity, 3) => "Update",
            (Class::EntityManagement, 4) | (Class::ApiActivity, 4) => "Delete",
            (Class::PersonChange, 3) => "Password Change",
            (Class::PersonChange, 4) => "Password Reset",
            (Class::PersonChange, 10) => "MFA Factor Enable",
            (Class::PersonChange, 11) => "MFA Factor Disable",
            (Class::Authentication, 1) => "Logon",
            (Class::Authentication, 2) => "Logoff",
            (Class::Authentication, 6) => "Preauth",
            (Class::UserAccess, 1) => "Assign Privileges",
            (Class::UserAccess, 2) => "Revoke Privileges",
            _ => return None,
        })
    }
}

pub(super) const PERSON_CREATE: Ocsf = Ocsf::of(Class::PersonChange, 1);
pub(super) const PASSWORD_CHANGE: Ocsf = Ocsf::of(Class::PersonChange, 3);
pub(super) const PASSWORD_RESET: Ocsf = Ocsf::of(Class::PersonChange, 4);
pub(super) const FACTOR_ENABLE: Ocsf = Ocsf::of(Class::PersonChange, 10);
pub(super) const FACTOR_DISABLE: Ocsf = Ocsf::of(Class::PersonChange, 11);
pub(super) const PERSON_OTHER: Ocsf = Ocsf::of(Class::PersonChange, OTHER);
pub(super) const LOGON: Ocsf = Ocsf::of(Class::Authentication, 1);
pub(super) const LOGON_FAILED: Ocsf = LOGON.failed();
pub(super) const LOGOFF: Ocsf = Ocsf::of(Class::Authentication, 2);
pub(super) const PREAUTH: Ocsf = Ocsf::of(Class::Authentication, 6);
pub(super) const PREAUTH_FAILED: Ocsf = PREAUTH.failed();
pub(super) const AUTH_OTHER: Ocsf = Ocsf::of(Class::Authentication, OTHER);
pub(super) const ENTITY_CREATE: Ocsf = Ocsf::of(Class::EntityManagement, 1);
pub(super) const ENTITY_UPDATE: Ocsf = Ocsf::of(Class::EntityManagement, 3);
pub(super) const ENTITY_DELETE: Ocsf = Ocsf::of(Class::EntityManagement, 4);
pub(super) const PRIVILEGES_ASSIGN: Ocsf = Ocsf::of(Class::UserAccess, 1);
pub(super) const PRIVILEGES_REVOKE: Ocsf = Ocsf::of(Class::UserAccess, 2);
pub(super) const API_CREATE: Ocsf = Ocsf::of(Class::ApiActivity, 1);
pub(super) const API_READ: Ocsf = Ocsf::of(Class::ApiActivity, 2);
pub(super) const API_UPDATE: Ocsf = Ocsf::of(Class::ApiActivity, 3);
pub(super) const API_DELETE: Ocsf = Ocsf::of(Class::ApiActivity, 4);
