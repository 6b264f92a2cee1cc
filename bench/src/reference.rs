//! The reference: pgbench with the product's statements, on the same cluster, in a database of its
//! own with the same migrations.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::figures::home;
use crate::postgres::{Cluster, Measured};
use crate::stage::{BODY, BROWSER};

const DATABASE: &str = "reference";
const WORKSPACE: &str = "00000000-0000-7000-8000-0000000000aa";
const FILL: &str = include_str!("../sql/fill.sql");
const MESSAGE: &str = include_str!("../sql/message.sql");
const ENTERED: &str = include_str!("../sql/entered.sql");
const ANNOUNCED: &str = include_str!("../sql/announced.sql");
const MANY: &str = include_str!("../sql/many.sql");
const PLAIN: &str = include_str!("../sql/page_plain.sql");
const SCOPED: &str = include_str!("../sql/page_scoped.sql");
/// The setting as the scripts have it; a permit is put in its place.
const BARE: &str = "set local lk.workspace = '00000000-0000-7000-8000-0000000000aa'";
const PERMITTED: &str = include_str!("../../crates/db/src/permit/permitted.sql");
const BELIEVED: &str = include_str!("../../crates/db/src/permit/plain.sql");
/// A permit that is good for ever.
const ISSUE: &str = "
insert into scope_permits (permit, workspace_id, until)
values (md5(random()::text), '00000000-0000-7000-8000-0000000000aa', 'infinity') returning permit;";

/// How each of many workspaces binds its transaction: its permit, written beforehand.
const BIND_MANY: &str =
    "select set_config('lk.workspace', setting, true) from bindings where place = :place";

/// Whose messages are written, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Writing {
    /// In two hundred workspaces instead of one.
    pub(crate) in_many: bool,
    /// With an audit entry, as the product does it.
    pub(crate) audited: bool,
}

impl Writing {
    /// What the product writes for one busy workspace.
    pub(crate) const USUAL: Self = Self { in_many: false, audited: true };
}

/// How a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// In a plain transaction past row security.
    Plain,
    /// Bound to its workspace by a setting that is believed.
    Bound,
    /// Bound to its workspace as the product does it.
    Permitted,
}

/// The reference database.
#[derive(Debug)]
pub(crate) struct Reference {
    cluster: Cluster,
    /// How often it ran: each run makes ids of its own.
    runs: u32,
    /// The statement that binds a transaction.
    bind: String,
}

impl Reference {
    /// Makes the database: migrations as the owner, rows as the superuser.
    pub(crate) async fn make(cluster: &Cluster) -> Result<Self> {
        let create = format!(
            "create database {DATABASE} owner lk_owner template template0 encoding 'UTF8' locale 'C.UTF-8';"
        );
        cluster.sql("postgres", "postgres", &create).await.context("the reference database")?;
        cluster.sql("postgres", DATABASE, "alter schema public owner to lk_owner;").await?;
        let directory = home().join("../migrations");
        let mut files: Vec<PathBuf> =
            fs::read_dir(&directory)?.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file)?;
            cluster
                .sql("lk_owner", DATABASE, &text)
                .await
                .with_context(|| file.display().to_string())?;
        }
        cluster.sql("postgres", DATABASE, FILL).await.context("filling the reference database")?;
        let setting = cluster.sql("lk_owner", DATABASE, ISSUE).await.context("a permit")?;
        cluster.sql("postgres", DATABASE, MANY).await.context("many workspaces")?;
        cluster
            .sql("lk_owner", DATABASE, "select audit_make_room();")
            .await
            .context("the months of the log")?;
        let bind = format!("set local lk.workspace = '{}'", setting.trim());
        Ok(Self { cluster: cluster.clone(), runs: 0, bind })
    }

    /// Messages, one transaction each.
    pub(crate) async fn messages(
        &mut self,
        writing: Writing,
        clients: u32,
        span: Duration,
    ) -> Result<Measured> {
        self.runs += 1;
        let first = 10_000_000 + self.runs * 1_000_000;
        let id = "01jd8x3v5n7e9r2t4y6w8k0m1p";
        let shown = json!({
            "author": { "kind": "visitor", "name": null }, "body": BODY,
            "client_message_id": "load-0000-00000000-0000", "conversation_id": format!("cnv_{id}"),
            "created_at": "2026-11-22T20:00:00.000Z", "id": format!("msg_{id}"), "seq": 1000,
        });
        let line = json!({
            "activity": null, "author": { "id": format!("vis_{id}"), "kind": "visitor" }, "body": BODY,
            "client_message_id": "load-0000-00000000-0000", "conversation_id": format!("cnv_{id}"),
            "created_at": "2026-11-22T20:00:00.000Z", "id": format!("msg_{id}"), "kind": "reply", "seq": 1000,
        });
        let data = json!({ "message": line, "_visitor": { "visitor_id": format!("vis_{id}"), "message": shown } });
        let change = json!({ "old": null, "new": { "conversation_id": format!("cnv_{id}"), "length": 81, "seq": 1000 } });
        let variables = [
            ("number", first.to_string()),
            ("workspace", WORKSPACE.to_owned()),
            ("kind", "reply".to_owned()),
            ("author", "visitor".to_owned()),
            ("body", BODY.to_owned()),
            ("event", "message.created".to_owned()),
            ("action", "message.sent".to_owned()),
            ("data", data.to_string()),
            // As long as the product's: seal, salt, change, browser and sealed address.
            (
                "payload",
                format!(
                    "\\x{}",
                    "5a".repeat(41 + 32 + 170 + change.to_string().len() + BROWSER.len())
                ),
            ),
            ("digest", format!("\\x{}", "5a".repeat(32))),
            ("request", format!("req_{id}")),
        ];
        let end = if writing.audited { ENTERED } else { ANNOUNCED };
        let script = format!("{MESSAGE}{end}");
        let script = if writing.in_many {
            let workspace = "('00000000-0000-7000-a000-' || :place::text)::uuid";
            script.replace(BARE, BIND_MANY).replace(":workspace::uuid", workspace)
        } else {
            script.replace(BARE, &self.bind)
        };
        self.cluster.pgbench(("lk_app", DATABASE), &script, clients, span, &variables).await
    }

    /// A page of messages.
    pub(crate) async fn page(&self, how: How, span: Duration) -> Result<Measured> {
        let (role, script, wall) = match how {
            How::Plain => ("postgres", PLAIN.to_owned(), PERMITTED),
            How::Bound => ("lk_app", SCOPED.to_owned(), BELIEVED),
            How::Permitted => ("lk_app", SCOPED.replace(BARE, &self.bind), PERMITTED),
        };
        self.cluster.sql("lk_owner", DATABASE, wall).await.context("the wall")?;
        let variables = [("workspace", WORKSPACE.to_owned())];
        let measured = self.cluster.pgbench((role, DATABASE), &script, 1, span, &variables).await;
        self.cluster.sql("lk_owner", DATABASE, PERMITTED).await.context("the wall")?;
        measured
    }
}
