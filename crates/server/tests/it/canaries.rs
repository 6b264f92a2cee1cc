//! Canaries: two workspaces of nobody, and the check that looks at the walls through them.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_authz::StaffRole;
use lk_db::{Check, Outcome};
use lk_identity::factor::reach::OfAdmins;
use lk_identity::setup;
use lk_server::watch::look;
use serde_json::{Value, json};

use crate::house::{Ask, House};

/// A house as it is shipped: admins need a second factor, and limits are those of production.
async fn shipped() -> House {
    House::with(|plan| {
        plan.of_admins = OfAdmins::Required;
        plan.rate_factor = 1;
    })
    .await
}

async fn count(house: &House, of: &str) -> i64 {
    let rows = house.database.rows(&format!("select count(*) as n from {of}")).await;
    rows[0]["n"].as_i64().unwrap()
}

#[tokio::test]
async fn a_canary_sees_what_is_its_own_and_nothing_of_the_other() {
    let house = shipped().await;
    let (canaries, found) = (&house.product.canaries, &house.product.found);
    let outcome = look(&house.db, found, Check::Canaries, canaries.look()).await;
    let (_, kept) = house.db.newest_evidence(Check::Canaries).await.unwrap().unwrap();
    assert_eq!((outcome, kept.outcome, kept.detail), (Outcome::Passed, Outcome::Passed, vec![]));
    assert!(found.metrics().contains("leadkeep_check_passed{check=\"canaries\"} 1\n"));
    // Nothing of it is traffic.
    assert!(house.product.counters.by_class().iter().all(|(_, count)| *count == 0));
}

#[tokio::test]
async fn a_canary_that_sees_through_the_walls_is_found_out() {
    for (predicates, row_security) in [(true, false), (false, true), (true, true)] {
        let house = shipped().await;
        house.product.canaries.make().await.unwrap();
        if predicates {
            house.db.take_predicates_down();
        }
        if row_security {
            house.database.take_row_security_down().await;
        }
        let wrong = house.product.canaries.look().await.unwrap();
        if predicates && row_security {
            for seen in [
                "/api/v1/contacts/",
                "/messages answers",
                "/notes answers",
                "list_conversations shows",
                "search?q=",
                "the super_admin of canary a",
                "the user of canary b",
                "the key of canary a",
            ] {
                assert!(wrong.iter().any(|sentence| sentence.contains(seen)), "{seen}: {wrong:?}");
            }
        } else {
            // One wall is enough.
            assert_eq!(wrong, Vec::<String>::new(), "{predicates} {row_security}");
        }
    }
}

#[tokio::test]
async fn a_look_that_finds_nothing_of_its_own_is_no_pass() {
    let house = shipped().await;
    house.product.canaries.make().await.unwrap();
    house.database.run("update canaries set words = 'canary qqqzzz qqqyyy qqqxxx'").await;
    let wrong = house.product.canaries.look().await.unwrap();
    assert!(wrong.iter().all(|sentence| sentence.contains("does not find what is their own")));
    assert!(wrong.iter().any(|sentence| sentence.contains("list_messages")), "{wrong:?}");

    // Without one of its people a canary is asked by fewer, which is no pass either.
    let go = "update persons set canary_workspace_id = null where email like 'user@%'";
    house.database.run(go).await;
    assert!(house.product.canaries.look().await.is_err());
    let back = "update persons p set canary_workspace_id = s.context_workspace_id
                  from sessions s where s.person_id = p.person_id";
    house.database.run(back).await;
    assert!(house.product.canaries.look().await.is_ok());
    house.database.run("update operators set role = 'user' where role = 'admin'").await;
    assert!(house.product.canaries.look().await.is_err());
}

#[tokio::test]
async fn nodes_that_start_at_once_make_two_canaries_together() {
    let house = shipped().await;
    let mut nodes = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let canaries = house.product.canaries.clone();
        nodes.spawn(async move { canaries.make().await });
    }
    while let Some(made) = nodes.join_next().await {
        made.unwrap().unwrap();
    }
    house.product.canaries.make().await.unwrap();
    for (of, expected) in [
        ("canaries", 2),
        ("workspaces", 2),
        ("persons", 6),
        ("operators", 6),
        ("api_keys", 2),
        ("widgets", 2),
        ("visitors", 2),
        ("contacts", 2),
        ("conversations", 2),
        ("messages", 2),
        ("memberships", 0),
    ] {
        assert_eq!(count(&house, of).await, expected, "{of}");
    }
}

#[tokio::test]
async fn looks_add_a_line_to_each_log_and_nothing_else() {
    const GROW: [&str; 7] =
        ["sessions", "refresh_tokens", "api_keys", "visitors", "messages", "outbox", "persons"];
    let house = shipped().await;
    house.product.canaries.look().await.unwrap();
    let mut before = Vec::new();
    for table in GROW {
        before.push(count(&house, table).await);
    }
    let entries = house.entries().await.len();
    for _ in 0..3 {
        house.clock.advance(Duration::from_secs(3600));
        assert_eq!(house.product.canaries.look().await.unwrap(), Vec::<String>::new());
    }
    for (table, before) in GROW.iter().zip(before) {
        assert_eq!(count(&house, table).await, before, "{table}");
    }
    let new = house.entries().await.split_off(entries);
    assert_eq!(new.len(), 6);
    assert!(new.iter().all(|entry| entry["action"] == "canary.opened"), "{new:?}");
}

#[tokio::test]
async fn between_two_looks_nothing_opens_a_canary() {
    let house = shipped().await;
    house.product.canaries.look().await.unwrap();
    house.clock.advance(Duration::from_secs(601));
    let now = house.clock.now();
    for of in ["sessions", "api_keys"] {
        let open = format!("{of} where expires_at > '{now}'");
        assert_eq!(count(&house, &open).await, 0, "{of}");
    }
}

#[tokio::test]
async fn canaries_are_nobody() {
    let house = House::new().await;
    house.product.canaries.make().await.unwrap();
    // The first person is still to come.
    let setup = house.ask(&Ask::new(&Method::GET, "/api/v1/setup")).await;
    assert_eq!(setup.expect(StatusCode::OK)["needed"], true);
    assert!(setup::new_link(&house.product.identity).await.unwrap().is_some());

    // Whoever learns an address gets no mail to it, and is answered like for one that nobody has.
    let rows = house.database.rows("select email from persons").await;
    let mut answers = Vec::new();
    for email in [rows[0]["email"].as_str().unwrap(), "nobody@nowhere.test"] {
        let ask = Ask::new(&Method::POST, "/api/v1/auth/reset").json(json!({ "email": email }));
        let answer = house.ask(&ask).await;
        answers.push((answer.status, answer.bytes));
        let sign_in = json!({ "email": email, "password": "a long enough sentence" });
        let ask = Ask::new(&Method::POST, "/api/v1/auth/sign-in").json(sign_in);
        let answer = house.ask(&ask).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
        answers.push((answer.status, answer.bytes));
        assert!(house.mailbox(email).await.is_empty(), "{email}");
    }
    assert_eq!(answers[..2], answers[2..]);

    // Staff sees the workspaces of people.
    let ada = house.owner("Ada").await;
    let grace = house.staff(StaffRole::Support).await;
    let listed = house.ask(&grace.get("/api/staff/v1/workspaces")).await.expect(StatusCode::OK);
    let ids: Vec<&Value> =
        listed["data"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, [&json!(ada.workspace)]);
}

#[tokio::test]
async fn every_operation_that_reads_by_an_id_is_asked_for_or_is_named_here() {
    let house = House::new().await;
    // An entry, and its proof, is read once for each ten minutes and session, and leaves an entry then.
    assert_eq!(house.product.canaries.left_out(), ["get_audit_entry", "prove_audit_entry"]);
}
