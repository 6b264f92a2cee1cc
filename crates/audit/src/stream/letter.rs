//! What is written to those who run a workspace when a stream is paused by itself.

use lk_mail::Letter;

use super::Because;

/// To each of them.
pub(super) fn paused(dashboard: &str, workspace: &str, stream: &str, because: Because) -> Letter {
    let why = match because {
        Because::Gone => "Its receiver said that it is gone for good.",
        Because::ByHand | Because::Failing => {
            "Nothing could be delivered to its receiver for three days."
        }
    };
    Letter::new("audit_stream_paused", format!("A stream of {workspace}'s audit log is paused"))
        .says(format!("The stream “{stream}” of the audit log of {workspace} is paused. {why}"))
        .says("Nothing is lost: when you resume it, it goes on where it stopped.")
        .link("Look at the streams", format!("{dashboard}/settings/audit-streams"))
}
