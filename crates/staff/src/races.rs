//! Tests where it is decided who wins: a code and a link of staff, used by two transactions at the
//! same moment, a thousand times. Over HTTP, where each use costs a hash, a few rounds are run in
//! `crates/server/tests/it/staff/signing_in.rs`.

use std::sync::Arc;
use std::time::Duration;

use lk_base::Secret;
use lk_base::id::{Id, StaffId, WorkspaceId};
use lk_crypto::{TotpSecret, totp};
use lk_db::{Action, Entry, Origin};
use lk_testkit::World;

use crate::authenticate::nobody;
use crate::{factor, link};

const ROUNDS: usize = 1_000;

/// Somebody on the staff.
async fn grace(world: &World) -> StaffId {
    let (platform, id): (_, StaffId) = (WorkspaceId::PLATFORM.uuid(), world.clock.new_id());
    world
        .database
        .run(&format!(
            "insert into staff (workspace_id, staff_id, email, email_key, name, role, created_at)
             values ('{platform}', '{}', 'grace@house.test', 'grace@house.test', 'Grace', 'support', '{}')",
            id.uuid(),
            world.clock.now(),
        ))
        .await;
    id
}

async fn spend(world: &World, member: StaffId, code: &Secret) -> bool {
    let scope = nobody(Arc::new(Origin::system("test")));
    let mut tx = world.db.write(&scope).await.unwrap();
    let right = factor::spend(&mut tx, world.db.sealer(), member, code).await.unwrap();
    let action = if right { Action::StaffSignedIn } else { Action::StaffSignInFailed };
    tx.commit(Entry::new(action, member)).await.unwrap();
    right
}

async fn take(world: &World, member: StaffId, token: &Secret) -> bool {
    let scope = nobody(Arc::new(Origin::system("test")));
    let mut tx = world.db.write(&scope).await.unwrap();
    let taken = link::take(&mut tx, token).await.unwrap();
    if taken {
        tx.commit(Entry::new(Action::StaffEnrolled, member)).await.unwrap();
    }
    taken
}

#[tokio::test]
async fn of_two_transactions_with_one_code_of_staff_one_uses_it_up() {
    let world = World::empty().await;
    let member = grace(&world).await;
    let secret = TotpSecret::random();
    let mut tx = world.db.write(&nobody(Arc::new(Origin::system("test")))).await.unwrap();
    factor::put(&mut tx, member, &secret, 0).await.unwrap();
    tx.commit(Entry::new(Action::StaffEnrolled, member)).await.unwrap();
    for round in 0..ROUNDS {
        // A new code each time, and fewer than twenty wrong ones in an hour.
        world.clock.advance(Duration::from_secs(300));
        let step = totp::step_at(world.clock.now().unix_seconds());
        let code = Secret::new(secret.code(step));
        let (one, two) = tokio::join!(spend(&world, member, &code), spend(&world, member, &code));
        assert!(one ^ two, "round {round}");
    }
}

#[tokio::test]
async fn of_two_transactions_with_one_link_of_staff_one_uses_it_up() {
    let world = World::empty().await;
    let member = grace(&world).await;
    let (platform, now) = (WorkspaceId::PLATFORM.uuid(), world.clock.now());
    world
        .database
        .run(&format!(
            "insert into staff_links (workspace_id, staff_link_id, staff_id, token_hash, secret_sealed,
                                      created_at, expires_at)
             select '{platform}', gen_random_uuid(), '{}', sha256(convert_to('round-' || r, 'UTF8')), '',
                    '{now}', 'infinity'
               from generate_series(0, {ROUNDS}) r",
            member.uuid(),
        ))
        .await;
    for round in 0..ROUNDS {
        let token = Secret::new(format!("round-{round}"));
        let (one, two) = tokio::join!(take(&world, member, &token), take(&world, member, &token));
        assert!(one ^ two, "round {round}");
    }
}
