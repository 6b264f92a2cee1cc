//! Tests where it is decided who wins: a link and an invitation, used by two transactions at the
//! same moment, and two super admins who hand over or go at the same moment, a thousand times. Over HTTP, where each use costs a hash, a few rounds are run in
//! `crates/server/tests/it/races.rs`.

use lk_authz::Role;
use lk_base::id::{Id, InvitationId, OperatorId, WorkspaceId};
use lk_base::{Result, Secret};
use lk_crypto::TokenHash;
use lk_db::{Action, Entry, Origin, SystemReason};
use lk_testkit::World;

use crate::authenticate::nobody_in;
use crate::invitation::{mark_accepted, pending};
use crate::link::{self, Purpose};
use crate::operator::transfer::{raise, set_role, step_down};
use crate::operator::{check, lock};

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

/// One hands over to another: whether it came to that.
async fn transfer(
    world: &World,
    place: WorkspaceId,
    from: OperatorId,
    to: OperatorId,
) -> Result<bool> {
    let mut system = world.db.system(SystemReason::Membership, &scope(place)).await?;
    let Ok(held) = step_down(system.tx(), from, to).await else { return Ok(false) };
    raise(system.tx(), &held, to).await?;
    system.commit(Entry::new(Action::WorkspaceTransferred, to)).await?;
    Ok(true)
}

/// A super admin goes, or steps down: whether that was allowed. What follows of it is for both that
/// there is one super admin less.
async fn step_back(
    world: &World,
    place: WorkspaceId,
    who: OperatorId,
    new: Option<Role>,
) -> Result<bool> {
    let mut system = world.db.system(SystemReason::Membership, &scope(place)).await?;
    let held = lock(system.tx(), who).await?;
    if held.operator.role != Role::SuperAdmin || check(Role::SuperAdmin, &held, new).is_err() {
        return Ok(false);
    }
    set_role(system.tx(), who, Role::Admin).await?;
    system.commit(Entry::new(Action::RoleChanged, who)).await?;
    Ok(true)
}

/// The one who stepped back is a super admin again.
async fn come_back(world: &World, place: WorkspaceId, who: OperatorId) {
    let mut system = world.db.system(SystemReason::Membership, &scope(place)).await.unwrap();
    set_role(system.tx(), who, Role::SuperAdmin).await.unwrap();
    system.commit(Entry::new(Action::RoleChanged, who)).await.unwrap();
}

async fn super_admins(world: &World, place: WorkspaceId) -> usize {
    let place = place.uuid();
    let rows = format!(
        "select 1 from operators
          where workspace_id = '{place}' and role = 'super_admin' and removed_at is null"
    );
    world.database.rows(&rows).await.len()
}

#[tokio::test]
async fn of_two_who_are_handed_one_workspace_at_once_one_gets_it() {
    let world = World::empty().await;
    let ada = world.operator(Role::SuperAdmin).await;
    let (bob, cara) = (ada.colleague(Role::User).await, ada.colleague(Role::User).await);
    let place = ada.workspace;
    let (mut has, mut others) = (ada.id, [bob.id, cara.id]);
    for round in 0..ROUNDS {
        let [one, two] = others;
        let (first, second) =
            tokio::join!(transfer(&world, place, has, one), transfer(&world, place, has, two));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first ^ second, "round {round}");
        (has, others) = if first { (one, [has, two]) } else { (two, [has, one]) };
        if round % 100 == 0 {
            assert_eq!(super_admins(&world, place).await, 1, "round {round}");
        }
    }
    assert_eq!(super_admins(&world, place).await, 1);
}

#[tokio::test]
async fn of_two_last_super_admins_who_go_at_once_one_stays() {
    let world = World::empty().await;
    let ada = world.operator(Role::SuperAdmin).await;
    let bob = ada.colleague(Role::SuperAdmin).await;
    let place = ada.workspace;
    for round in 0..ROUNDS {
        // By turns they go, step down, and one of each.
        let new = |odd: bool| if odd { Some(Role::Admin) } else { None };
        let (one, two) = tokio::join!(
            step_back(&world, place, ada.id, new(round % 2 == 1)),
            step_back(&world, place, bob.id, new(round % 3 == 1))
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        assert!(one ^ two, "round {round}");
        if round % 100 == 0 {
            assert_eq!(super_admins(&world, place).await, 1, "round {round}");
        }
        come_back(&world, place, if one { ada.id } else { bob.id }).await;
    }
}
