//! Tests where it is decided who wins: a link and an invitation, used by two transactions at the
//! same moment, a thousand times. Over HTTP, where each use costs a hash, a few rounds are run in
//! `crates/server/tests/it/races.rs`.

use lk_authz::Role;
use lk_base::id::{Id, InvitationId, WorkspaceId};
use lk_base::{Result, Secret};
use lk_crypto::TokenHash;
use lk_db::{Action, Entry, Origin, SystemReason};
use lk_testkit::World;

use crate::authenticate::nobody_in;
use crate::invitation::{mark_accepted, pending};
use crate::link::{self, Purpose};

const ROUNDS: usize = 1_000;

fn scope(workspace: WorkspaceId) -> lk_db::Scope {
    nobody_in(workspace, Origin::system("test").into())
}

async fn use_link(world: &World, token: &Secret) -> Result<bool> {
    let scope = scope(WorkspaceId::PLATFORM);
    let mut system = world.db.system(SystemReason::SignIn, &scope).await?;
    let used = link::use_up(system.tx(), Purpose::Reset, token).await?.is_some();
    if used {
        system.commit(Entry::without_target(Action::PasswordReset)).await?;
    }
    Ok(used)
}

async fn accept(world: &World, workspace: WorkspaceId, hash: &TokenHash) -> Result<bool> {
    let mut system = world.db.system(SystemReason::SignIn, &scope(workspace)).await?;
    let Some((invitation, _)) = pending(system.tx(), hash).await? else { return Ok(false) };
    let id: InvitationId = invitation.id;
    mark_accepted(system.tx(), id).await?;
    system.commit(Entry::new(Action::InvitationAccepted, id)).await?;
    Ok(true)
}

#[tokio::test]
async fn of_two_transactions_with_one_link_one_uses_it_up() {
    let world = World::empty().await;
    let platform = WorkspaceId::PLATFORM.uuid();
    let now = world.clock.now();
    world
        .database
        .run(&format!(
            "insert into one_time_links (workspace_id, link_id, purpose, token_hash, created_at, expires_at)
             select '{platform}', gen_random_uuid(), 'reset',
                    sha256(convert_to('round-' || r, 'UTF8')), '{now}', 'infinity'
               from generate_series(0, {ROUNDS}) r"
        ))
        .await;
    for round in 0..ROUNDS {
        let token = Secret::new(format!("round-{round}"));
        let (one, two) = tokio::join!(use_link(&world, &token), use_link(&world, &token));
        assert!(one.unwrap() ^ two.unwrap(), "round {round}");
    }
}

#[tokio::test]
async fn of_two_transactions_with_one_invitation_one_accepts_it() {
    let world = World::empty().await;
    let ada = world.operator(Role::Admin).await;
    let (workspace, by, now) = (ada.workspace.uuid(), ada.id.uuid(), world.clock.now());
    world
        .database
        .run(&format!(
            "insert into invitations (workspace_id, invitation_id, email, email_key, role, token_hash,
                                      invited_by, created_at, expires_at)
             select '{workspace}', gen_random_uuid(), r || '@new.test', r || '@new.test', 'user',
                    sha256(convert_to('round-' || r, 'UTF8')), '{by}', '{now}', timestamptz '{now}' + interval '3 days'
               from generate_series(0, {ROUNDS}) r"
        ))
        .await;
    for round in 0..ROUNDS {
        let hash = TokenHash::of(&format!("round-{round}"));
        let (one, two) = tokio::join!(
            accept(&world, ada.workspace, &hash),
            accept(&world, ada.workspace, &hash)
        );
        assert!(one.unwrap() ^ two.unwrap(), "round {round}");
    }
}
