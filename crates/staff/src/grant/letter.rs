//! What a workspace's super admins are written when staff gets access.

use lk_mail::Letter;

use super::Grant;
use crate::Staff;

pub(super) fn began(staff: &Staff, grant: &Grant) -> Letter {
    let (who, what) = (grant.staff_name.reveal(), grant.workspace_name.reveal());
    Letter::new("staff_access", format!("Staff has access to {what}"))
        .says(format!(
            "{who}, of the staff that runs this installation, has access to {what} from now until {} (UTC) at the latest, to look and not to change anything.",
            grant.ends_at
        ))
        .says(format!("The reason they gave: {}", grant.reason.reveal()))
        .says("What they look at is told in the workspace's audit log. You can end their access at any moment:")
        .link("See and end access", format!("{}/settings/staff-access", staff.dashboard_url))
}
