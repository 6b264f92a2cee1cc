//! Who may connect: the server's own operating-system user, over the socket, and nobody else.

use crate::address::Role;
use crate::os_user::OsUser;
use crate::settings::Durability;

/// Everything not named here is refused by PostgreSQL.
pub(crate) const HBA: &str = "\
# Written by Leadkeep at every start: peer authentication over the unix socket, nothing else.
local all all peer map=leadkeep
local replication postgres peer map=leadkeep
";

/// The text of `pg_ident.conf`: which operating-system user may be which role.
///
/// The superuser is for the user PostgreSQL runs as, not for the server (unless they are the same,
/// or the cluster is for tests, where walls are taken down on purpose).
pub(crate) fn ident(server: &OsUser, postgres: &OsUser, durability: Durability) -> String {
    let mut text = String::from("# Written by Leadkeep at every start.\n");
    let mut admit = |user: &OsUser, role: Role| {
        let name = user.name.replace('"', "\"\"");
        text.push_str(&format!("leadkeep \"{name}\" {}\n", role.name()));
    };
    for role in [Role::Owner, Role::App, Role::Dispatch] {
        admit(server, role);
    }
    if postgres != server {
        admit(postgres, Role::Superuser);
    }
    if postgres == server || durability == Durability::None {
        admit(server, Role::Superuser);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str, uid: u32) -> OsUser {
        OsUser { name: name.to_owned(), uid, gid: uid }
    }

    #[test]
    fn a_server_run_by_root_cannot_become_the_superuser() {
        let text = ident(&user("root", 0), &user("postgres", 101), Durability::Full);
        assert!(text.contains("\"root\" lk_app"));
        assert!(text.contains("\"postgres\" postgres"));
        assert!(!text.contains("\"root\" postgres"));
        assert!(!text.contains("\"postgres\" lk_"));
    }

    #[test]
    fn a_name_that_looks_like_a_pattern_stays_a_name() {
        let text = ident(&user("a \"b", 7), &user("a \"b", 7), Durability::Full);
        assert!(text.contains("leadkeep \"a \"\"b\" postgres"), "{text}");
    }
}
