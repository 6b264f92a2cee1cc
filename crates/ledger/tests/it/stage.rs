//! A world with a log, and people who enter something.

use lk_authz::Role;
use lk_base::Timestamp;
use lk_base::id::{Id, WidgetId, WorkspaceId};
use lk_db::{Action, Entry};
use lk_ledger::{Sequencer, key, published};
use lk_testkit::{Operator, World};
use lk_tlog::{Checkpoint, Note};
use serde_json::json;

pub(crate) const ORIGIN: &str = "leadkeep.test/audit-log";

pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) sequencer: Sequencer,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::of(World::empty().await).await
    }

    /// A stage on which it is another time.
    pub(crate) async fn at(start: Timestamp) -> Self {
        Self::of(World::empty_at(start).await).await
    }

    async fn of(world: World) -> Self {
        key::open(&world.db, ORIGIN).await.unwrap();
        let sequencer = Sequencer::new(world.db.clone());
        Self { world, sequencer }
    }

    /// Somebody with a workspace of their own.
    pub(crate) async fn somebody(&self) -> Operator<'_> {
        self.world.operator(Role::User).await
    }

    /// Appends all that waits.
    pub(crate) async fn settle(&self) {
        while self.sequencer.round().await.unwrap() > 0 {}
    }

    pub(crate) async fn checkpoint(&self) -> Checkpoint {
        let note: Note =
            published::checkpoint(&self.world.db).await.unwrap().unwrap().parse().unwrap();
        Checkpoint::parse(note.text()).unwrap()
    }

    /// Runs statements with full rights and nothing in the way.
    pub(crate) async fn tamper(&self, statements: &str) {
        let all = format!("set session_replication_role = replica; {statements}");
        self.world.database.run(&all).await;
    }
}

/// Enters so many changes, one after the other.
pub(crate) async fn enter(who: &Operator<'_>, count: usize) {
    for n in 0..count {
        let tx = who.world.db.write(&who.scope()).await.unwrap();
        let widget: WidgetId = tx.new_id();
        let entry = Entry::new(Action::WidgetChanged, widget);
        tx.commit(entry.with(json!({ "name": format!("Widget {n}") }))).await.unwrap();
    }
}

pub(crate) fn sql(workspace: WorkspaceId) -> String {
    format!("workspace_id = '{}'", workspace.uuid())
}
