//! Staff's access, as the workspace sees it: on the dashboard, for its super admins.

pub mod end;
pub mod list;
