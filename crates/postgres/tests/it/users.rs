//! The same as an ordinary user, and what other users can do.

use std::io::Read;

use lk_postgres::{Address, Role};

use crate::{Place, ask, ask_as, program, we_are_root};

const NOBODY: [&str; 5] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];

#[tokio::test]
async fn an_ordinary_user_runs_it_and_no_other_user_gets_in() {
    if !we_are_root() {
        return; // Then every other test of this binary is this one.
    }
    let place = Place::new("ordinary");
    let (mut child, lines) = program(&NOBODY, &place);
    assert_eq!(lines.last().map(String::as_str), Some("ready"));
    let address = Address {
        socket_dir: place.0.join(format!("leadkeep-test-{}-0/postgres/run", child.id())),
        port: 5432,
        database: "leadkeep".to_owned(),
        role: Role::App,
    };
    assert_eq!(ask_as(&NOBODY, &address, "select current_user").unwrap(), "lk_app");
    // Root can reach the socket, but PostgreSQL asks the system who is calling.
    let refused = ask(&address, "select 1").unwrap_err();
    assert!(refused.to_lowercase().contains("peer authentication failed"), "{refused}");
    // The end of its input is its order to end.
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert_eq!(std::fs::read_dir(&place.0).unwrap().count(), 0);
}

#[tokio::test]
async fn a_uid_without_a_name_is_told_so() {
    if !we_are_root() {
        return; // Only root can become such a user.
    }
    let place = Place::new("nameless");
    let become_nameless = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--"];
    let (mut child, _) = program(&become_nameless, &place);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(said.contains("uid 54321") && said.contains("no entry in /etc/passwd"), "{said}");
}
