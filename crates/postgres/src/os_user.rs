//! Who runs the server, and whom PostgreSQL runs as.

use std::fs;
use std::process::Command;

use crate::error::{Error, Result};

/// An operating-system user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OsUser {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// The user this process acts as.
pub(crate) fn ourselves() -> Result<OsUser> {
    let status =
        fs::read_to_string("/proc/self/status").map_err(Error::io("read /proc/self/status"))?;
    // Real, effective, saved, file system: the effective one is who peer authentication sees.
    let uid = status
        .lines()
        .find_map(|line| line.strip_prefix("Uid:"))
        .and_then(|ids| ids.split_whitespace().nth(1))
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Error::Io {
            action: "find the Uid line in /proc/self/status".to_owned(),
            source: std::io::Error::from(std::io::ErrorKind::InvalidData),
        })?;
    look_up(&format!("{uid}"))?.ok_or(Error::NamelessUser { uid })
}

/// The user PostgreSQL is to run as: `wanted` when we are root, otherwise ourselves.
pub(crate) fn for_postgres(us: &OsUser, wanted: &str) -> Result<OsUser> {
    if us.uid != 0 {
        return Ok(us.clone());
    }
    let user = look_up(wanted)?.ok_or_else(|| Error::NoUser { name: wanted.to_owned() })?;
    if user.uid == 0 {
        return Err(Error::RootUser);
    }
    Ok(user)
}

/// Asks the name service, so that users outside of /etc/passwd are found too.
fn look_up(key: &str) -> Result<Option<OsUser>> {
    let answer = Command::new("getent")
        .args(["passwd", "--", key])
        .output()
        .map_err(|_| Error::NoProgram { program: "getent", package: "libc-bin" })?;
    Ok(parse(&String::from_utf8_lossy(&answer.stdout)))
}

fn parse(line: &str) -> Option<OsUser> {
    let mut fields = line.trim_end().split(':');
    let name = fields.next().filter(|name| !name.is_empty())?.to_owned();
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(OsUser { name, uid, gid })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passwd_line_is_understood() {
        let user =
            parse("postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/sh\n");
        assert_eq!(user, Some(OsUser { name: "postgres".to_owned(), uid: 101, gid: 104 }));
        assert_eq!(parse(""), None);
    }

    #[test]
    fn an_ordinary_user_stays_what_it_is() {
        let ada = OsUser { name: "ada".to_owned(), uid: 1000, gid: 1000 };
        assert_eq!(for_postgres(&ada, "postgres").unwrap(), ada);
    }

    #[test]
    fn root_is_never_given_the_database() {
        let root = OsUser { name: "root".to_owned(), uid: 0, gid: 0 };
        assert!(matches!(for_postgres(&root, "root"), Err(Error::RootUser)));
        assert!(matches!(for_postgres(&root, "nobody-here"), Err(Error::NoUser { .. })));
    }
}
