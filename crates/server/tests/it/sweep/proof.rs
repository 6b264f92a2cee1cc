//! What decides who gets in, and with what, is done by somebody who proved lately who they are.

use lk_authz::Permission;
use lk_web::{Access, Audited};

use crate::house::House;

/// The permissions whose changes decide that.
const DECIDE: [Permission; 5] = [
    Permission::MemberInvite,
    Permission::MemberManage,
    Permission::KeyManage,
    Permission::SsoManage,
    Permission::WorkspaceSecurity,
];
/// Ending something must not wait for a proof.
const ENDS: [&str; 3] = ["end_operator_sessions", "revoke_invitation", "revoke_api_key"];
/// These read, and take much away at once or show what is masked elsewhere.
const TAKE_AWAY: [&str; 2] = ["export_audit_entries", "unmask_audit_address"];

#[tokio::test]
async fn whatever_decides_who_gets_in_asks_for_a_fresh_proof_and_ending_it_does_not() {
    let routes = House::new().await.routes();
    let (mut without, mut taken) = (Vec::new(), Vec::new());
    for declared in routes.declared() {
        let operation = declared.operation;
        let changes = matches!(operation.audited, Audited::As(_));
        match operation.access {
            Access::Operator(permission) if changes && DECIDE.contains(&permission) => {
                without.push(operation.id);
            }
            Access::Fresh(Permission::AuditRead) => taken.push(operation.id),
            _ => {}
        }
    }
    without.sort_unstable();
    taken.sort_unstable();
    let mut ends = ENDS;
    ends.sort_unstable();
    assert_eq!(without, ends);
    for id in TAKE_AWAY {
        assert!(taken.contains(&id), "{id} asks for no proof: {taken:?}");
    }
}
