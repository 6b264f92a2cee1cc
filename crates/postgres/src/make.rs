//! Makes a new cluster with `initdb`, all or nothing, and writes its settings at every start.

use std::path::Path;

use crate::access;
use crate::command::{Runner, finish};
use crate::error::Result;
use crate::layout::Layout;
use crate::os_user::OsUser;
use crate::settings::Durability;
use crate::tuning::{Machine, conf};

/// Makes the cluster. An `initdb` that was cut short leaves `data.new`, never half a `data`.
pub(crate) fn make(layout: &Layout, runner: &Runner, durability: Durability) -> Result<()> {
    let unfinished = layout.root.join("data.new");
    runner.run("rm", &["-rf".as_ref(), "--".as_ref(), unfinished.as_os_str()])?;
    // Without us nobody would take its result; the next start begins anew.
    let mut initdb = runner.command_with(&["--pdeathsig", "KILL"], runner.binaries.join("initdb"));
    initdb.arg("--pgdata").arg(&unfinished).args([
        "--username=postgres",
        "--auth-local=peer",
        "--auth-host=reject",
        "--encoding=UTF8",
        // Byte order, the same on every machine and in every version; nothing to re-index later.
        "--locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
    ]);
    if durability == Durability::None {
        initdb.arg("--no-sync");
    }
    finish("initdb", &mut initdb, None)?;
    runner.run(
        "mv",
        &["-T".as_ref(), "--".as_ref(), unfinished.as_os_str(), layout.pgdata.as_os_str()],
    )
}

/// Writes settings and access rules: the machine and our user may have changed since last time.
pub(crate) fn write_settings(
    layout: &Layout,
    runner: &Runner,
    server: &OsUser,
    socket: &Path,
    durability: Durability,
) -> Result<()> {
    let file = |name: &str| layout.pgdata.join(name);
    runner.write(&file("postgresql.conf"), &conf(Machine::here(), socket, durability))?;
    runner.write(&file("pg_hba.conf"), access::HBA)?;
    runner.write(&file("pg_ident.conf"), &access::ident(server, &runner.user, durability))
}
