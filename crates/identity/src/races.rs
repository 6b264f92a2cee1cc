//! Tests where it is decided who wins: links of each kind, an invitation, a sign-in that waits and
//! what a passkey was asked, used by two transactions at the same moment, and two super admins who
//! hand over or go at the same moment, a thousand times. Over HTTP, where most uses cost a hash, a
//! few rounds are run in `crates/server/tests/it/races.rs`.

use lk_authz::Role;
use lk_base::id::{Id, InvitationId, OperatorId, WorkspaceId};
use lk_base::{Result, Secret};
use lk_crypto::TokenHash;
use lk_db::{Action, Entry, Origin, SystemReason, Unaudited};
use lk_testkit::World;

use crate::factor::challenge;
use crate::factor::passkey::challenge::{self as asked, Asked};
use crate::invitation::{mark_accepted, pending};
use crate::link::{self, Purpose};
use crate::nobody::nobody_in;
use crate::operator::transfer::{raise, set_role, step_down};
use crate::operator::{check, lock};

const ROUNDS: usize = 1_000;

fn scope(workspace: WorkspaceId) -> lk_db::Scope {
    nobody_in(workspace, Origin::system("test").into())
}

async fn use_link(world: &World, purpose: Purpose, token: &Secret) -> Result<bool> {
    let scope = scope(WorkspaceId::PLATFORM);
    let mut system = world.db.system(SystemReason::SignIn, &scope).await?;
    let used = link::use_up(system.tx(), purpose, token).await?.is_some();
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

/// Links of these kinds by turns, which live for good: `round-0` and so on.
async fn links(world: &World, kinds: &str) {
    let (platform, now) = (WorkspaceId::PLATFORM.uuid(), world.clock.now());
    world
        .database
        .run(&format!(
            "insert into one_time_links (workspace_id, link_id, purpose, token_hash, created_at, expires_at)
             select '{platform}', gen_random_uuid(), (array[{kinds}])[1 + r % array_length(array[{kinds}], 1)],
                    sha256(convert_to('round-' || r, 'UTF8')), '{now}', 'infinity'
               from generate_series(0, {ROUNDS}) r"
        ))
        .await;
}

#[tokio::test]
async fn of_two_transactions_with_one_link_one_uses_it_up() {
    let world = World::empty().await;
    links(&world, "'reset'").await;
    for round in 0..ROUNDS {
        let (token, reset) = (Secret::new(format!("round-{round}")), Purpose::Reset);
        let (one, two) =
            tokio::join!(use_link(&world, reset, &token), use_link(&world, reset, &token));
        assert!(one.unwrap() ^ two.unwrap(), "round {round}");
    }
}

#[tokio::test]
async fn of_two_transactions_with_one_link_of_any_other_kind_one_uses_it_up() {
    use Purpose::{CancelHelp, ConfirmEmail, Setup, SignIn, SignUp, UndoEmail};
    let world = World::empty().await;
    links(&world, "'setup', 'sign_in', 'confirm_email', 'undo_email', 'sign_up', 'cancel_help'")
        .await;
    let kinds = [Setup, SignIn, ConfirmEmail, UndoEmail, SignUp, CancelHelp];
    for (round, kind) in (0..ROUNDS).zip(kinds.into_iter().cycle()) {
        let token = Secret::new(format!("round-{round}"));
        // For anything else it is no link.
        assert!(!use_link(&world, Purpose::Reset, &token).await.unwrap(), "round {round}");
        let (one, two) =
            tokio::join!(use_link(&world, kind, &token), use_link(&world, kind, &token));
        assert!(one.unwrap() ^ two.unwrap(), "round {round}");
    }
}

/// Goes on with a sign-in that waited for its second factor: whether it still could.
async fn go_on(world: &World, token: &Secret) -> Result<bool> {
    let scope = scope(WorkspaceId::PLATFORM);
    let mut system = world.db.system(SystemReason::SignIn, &scope).await?;
    let Ok(held) = challenge::hold(system.tx(), token).await else { return Ok(false) };
    challenge::use_up(system.tx(), held.id).await?;
    system.commit(Entry::new(Action::SignedIn, held.person)).await?;
    Ok(true)
}

#[tokio::test]
async fn of_two_transactions_with_one_sign_in_that_waits_one_goes_on() {
    let world = World::empty().await;
    let (platform, now) = (WorkspaceId::PLATFORM.uuid(), world.clock.now());
    world
        .database
        .run(&format!(
            "with ada as (
                 insert into persons (workspace_id, person_id, email, email_key, name, password,
                                      created_at, password_changed_at)
                 values ('{platform}', gen_random_uuid(), 'ada@race.test', 'ada@race.test', 'Ada',
                         '$argon2id$', '{now}', '{now}')
                 returning person_id)
             insert into sign_in_challenges (workspace_id, challenge_id, person_id, token_hash,
                                             created_at, expires_at)
             select '{platform}', gen_random_uuid(), person_id,
                    sha256(convert_to('round-' || r, 'UTF8')), '{now}', 'infinity'
               from ada, generate_series(0, {ROUNDS}) r"
        ))
        .await;
    for round in 0..ROUNDS {
        let token = Secret::new(format!("round-{round}"));
        let (one, two) = tokio::join!(go_on(&world, &token), go_on(&world, &token));
        assert!(one.unwrap() ^ two.unwrap(), "round {round}");
    }
}

/// Answers what a passkey was asked: whether that was still to be answered.
async fn answer(world: &World, challenge: &str) -> Result<bool> {
    let scope = scope(WorkspaceId::PLATFORM);
    let mut system = world.db.system(SystemReason::SignIn, &scope).await?;
    let spent = asked::spend(system.tx(), Asked::SignIn, challenge).await?;
    if spent {
        system.commit_unaudited(Unaudited::PasskeyAsked).await?;
    }
    Ok(spent)
}

#[tokio::test]
async fn of_two_transactions_with_one_answer_of_a_passkey_one_counts() {
    let world = World::empty().await;
    let (platform, now) = (WorkspaceId::PLATFORM.uuid(), world.clock.now());
    world
        .database
        .run(&format!(
            "insert into passkey_challenges (workspace_id, challenge_id, token_hash, purpose, created_at, expires_at)
             select '{platform}', gen_random_uuid(), sha256(convert_to('round-' || r, 'UTF8')), 'sign_in',
                    '{now}', 'infinity'
               from generate_series(0, {ROUNDS}) r"
        ))
        .await;
    for round in 0..ROUNDS {
        let challenge = format!("round-{round}");
        let (one, two) = tokio::join!(answer(&world, &challenge), answer(&world, &challenge));
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
