//! Sessions, tokens, invitations: how they begin, go on and end.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use crate::house::{Ask, House};
use crate::owner::{Owner, cookie};
use crate::sample::with_password;

const REFRESH: &str = "/api/v1/auth/refresh";

fn sign_in(email: &str, password: &str) -> Ask {
    Ask::new(&Method::POST, "/api/v1/auth/sign-in")
        .json(json!({ "email": email, "password": password }))
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let house = House::new().await;
    let (email, password) = with_password(&house).await;
    let wrong = house.ask(&sign_in(&email, "not the password at all")).await;
    let unknown = house.ask(&sign_in("nobody@example.test", &password)).await;
    assert_eq!(wrong.refused(StatusCode::UNPROCESSABLE_ENTITY), "wrong_credentials");
    assert_eq!(wrong.bytes, unknown.bytes);
    let right = house.ask(&sign_in(&email.to_uppercase(), &password)).await;
    assert_eq!(right.status, StatusCode::OK);
}

#[tokio::test]
async fn passwords_are_stored_as_argon2id_with_a_salt_each() {
    let house = House::new().await;
    house.owner("Ada").await;
    let rows = house.database.rows("select password from persons").await;
    let stored: std::collections::HashSet<String> =
        rows.iter().map(|row| row["password"].as_str().unwrap().to_owned()).collect();
    assert_eq!(stored.len(), rows.len());
    assert!(stored.iter().all(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid=")));
}

#[tokio::test]
async fn the_refresh_cookie_is_for_this_host_only_and_never_crosses_sites() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let answer = house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await;
    let lines = answer.headers.get_all(header::SET_COOKIE);
    let lines: Vec<&str> = lines.iter().map(|line| line.to_str().unwrap()).collect();
    for (line, name) in lines.iter().zip(["__Host-lk_device=", "__Host-lk_refresh="]) {
        for part in [name, "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
            assert!(line.contains(part), "{part} is missing in {line}");
        }
        assert!(!line.contains("Domain"));
    }
    assert_eq!(lines.len(), 2);
}

#[tokio::test]
async fn a_refresh_token_works_once_and_the_new_one_goes_on() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let first = house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await;
    let next = cookie(&first);
    assert_ne!(next, ada.cookie);
    house.clock.advance(Duration::from_secs(600));
    let second = house.ask(&Owner::cookied(REFRESH, &next)).await;
    let token = second.expect(StatusCode::OK)["access_token"].as_str().unwrap().to_owned();
    let me = house
        .ask(
            &Ask::new(&Method::GET, "/api/v1/me")
                .header("authorization", format!("Bearer {token}")),
        )
        .await;
    assert_eq!(me.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_that_goes_on_leaves_an_entry_only_when_that_is_odd() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let before = house.entries().await.len();
    let mut now = ada.cookie.clone();
    for _ in 0..3 {
        let answer = house.ask(&Owner::cookied(REFRESH, &now)).await;
        assert_eq!(answer.status, StatusCode::OK);
        now = cookie(&answer);
    }
    assert_eq!(house.entries().await.len(), before, "it went on where it was");
    let answer = house.ask(&Owner::cookied(REFRESH, &now)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let again = house.ask(&Owner::cookied(REFRESH, &now)).await;
    assert_eq!(again.status, StatusCode::OK);
    let both = cookie(&again);
    let (_, refresh) = both.split_once("; ").unwrap();
    let elsewhere = house.ask(&Owner::cookied(REFRESH, refresh)).await;
    assert_eq!(elsewhere.status, StatusCode::OK);
    let entries = house.entries().await.split_off(before);
    let told: Vec<_> =
        entries.iter().map(|one| (&one["action"], &one["change"]["new"]["reason"])).collect();
    let refreshed = json!("session.refreshed");
    let (lost, another) = (json!("answer_lost"), json!("another_browser"));
    assert_eq!(told, [(&refreshed, &lost), (&refreshed, &another)]);
}

#[tokio::test]
async fn a_spent_refresh_token_ends_the_whole_session() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let next = cookie(&house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await);
    let socket = house.socket(&ada).await;
    house.product.identity.still_good(&socket).await.unwrap();
    house.clock.advance(Duration::from_secs(11));
    let stolen = house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await;
    assert_eq!(stolen.refused(StatusCode::UNAUTHORIZED), "session_ended");
    let owner = house.ask(&Owner::cookied(REFRESH, &next)).await;
    assert_eq!(owner.refused(StatusCode::UNAUTHORIZED), "session_ended");
    assert_eq!(
        house.ask(&ada.get("/api/v1/me")).await.refused(StatusCode::UNAUTHORIZED),
        "session_ended"
    );
    assert!(house.product.identity.still_good(&socket).await.is_err());
    told_of_a_copy(&house, &ada).await;
}

impl House {
    /// What a socket keeps of the one who opened it.
    async fn socket(&self, owner: &Owner) -> lk_db::Scope {
        let origin = std::sync::Arc::new(lk_db::Origin::system("test"));
        let token = lk_base::Secret::new(owner.token.clone());
        self.product.identity.authenticate(&token, origin).await.unwrap()
    }
}

/// The entry, the event that ends the sockets, and the mail.
async fn told_of_a_copy(house: &House, ada: &Owner) {
    assert!(house.entries().await.iter().any(|entry| entry["action"] == "session.refresh_reused"));
    let ended = house.database.rows("select data from outbox where kind = 'session.ended'").await;
    let of_ada = ended.iter().filter(|event| event["data"]["session_id"] == *ada.session);
    let reasons: Vec<_> = of_ada.map(|event| event["data"]["reason"].clone()).collect();
    assert_eq!(reasons, ["refresh_reused"]);
    let letters = house.letters(&ada.email).await;
    let copied = letters.iter().filter(|letter| letter.contains("used from two places"));
    assert_eq!(copied.count(), 1, "{letters:?}");
}

#[tokio::test]
async fn a_lost_answer_is_not_given_to_another_browser() {
    for thief in [None, Some("__Host-lk_device=AAAAAAAAAAAAAAAAAAAAAA"), Some("another's")] {
        let house = House::new().await;
        let (ada, bob) = (house.owner("Ada").await, house.owner("Bob").await);
        let (device, refresh) = ada.cookie.split_once("; ").unwrap();
        assert!(
            device.starts_with("__Host-lk_device=") && refresh.starts_with("__Host-lk_refresh=")
        );
        let (others, _) = bob.cookie.split_once("; ").unwrap();
        let next = cookie(&house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await);
        house.clock.advance(Duration::from_secs(5));
        // The very token, within the grace, with no device cookie, a made-up one, somebody else's.
        let stolen = match thief {
            None => refresh.to_owned(),
            Some("another's") => format!("{others}; {refresh}"),
            Some(made_up) => format!("{made_up}; {refresh}"),
        };
        let answer = house.ask(&Owner::cookied(REFRESH, &stolen)).await;
        assert_eq!(answer.refused(StatusCode::UNAUTHORIZED), "session_ended", "{thief:?}");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
        let owner = house.ask(&Owner::cookied(REFRESH, &next)).await;
        assert_eq!(owner.refused(StatusCode::UNAUTHORIZED), "session_ended");
        let me = house.ask(&ada.get("/api/v1/me")).await;
        assert_eq!(me.refused(StatusCode::UNAUTHORIZED), "session_ended");
        told_of_a_copy(&house, &ada).await;
    }
}

#[tokio::test]
async fn whoever_has_the_token_without_the_browser_is_never_given_its_name() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let (_, refresh) = ada.cookie.split_once("; ").unwrap();
    let stolen = house.ask(&Owner::cookied(REFRESH, refresh)).await;
    assert_eq!(stolen.status, StatusCode::OK);
    assert!(!cookie(&stolen).contains("__Host-lk_device"));
    // And the owner's next call ends what the thief has, without any grace.
    let owner = house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await;
    assert_eq!(owner.refused(StatusCode::UNAUTHORIZED), "session_ended");
    let thief = house.ask(&Owner::cookied(REFRESH, &cookie(&stolen))).await;
    assert_eq!(thief.refused(StatusCode::UNAUTHORIZED), "session_ended");
}

#[tokio::test]
async fn a_lost_answer_may_be_asked_for_again_and_is_the_same() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let first = cookie(&house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await);
    house.clock.advance(Duration::from_secs(5));
    let again = cookie(&house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await);
    assert_eq!(first, again);
    assert_eq!(house.ask(&ada.get("/api/v1/me")).await.status, StatusCode::OK);
    // Once the child was used, the parent is a copy.
    let _ = house.ask(&Owner::cookied(REFRESH, &first)).await.expect(StatusCode::OK);
    let late = house.ask(&Owner::cookied(REFRESH, &ada.cookie)).await;
    assert_eq!(late.refused(StatusCode::UNAUTHORIZED), "session_ended");
}

#[tokio::test]
async fn only_hashes_of_tokens_are_stored() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let secrets = [
        ada.cookie.rsplit_once('.').unwrap().1,
        ada.visitor_cookie.rsplit_once('.').unwrap().1,
        ada.invitation_token.rsplit_once('.').unwrap().1,
    ];
    for table in
        ["refresh_tokens", "visitors", "invitations", "one_time_links", "outbox", "sessions"]
    {
        let text =
            serde_json::to_string(&house.database.rows(&format!("select * from {table}")).await)
                .unwrap();
        for secret in secrets {
            assert!(!text.contains(secret), "{table} holds a token");
        }
    }
    let entries = serde_json::to_string(&house.entries().await).unwrap();
    for secret in secrets {
        assert!(!entries.contains(secret), "the audit log holds a token");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let answer = house.ask(&Owner::cookied("/api/v1/auth/sign-out", &ada.cookie)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(
        house.ask(&ada.get("/api/v1/me")).await.refused(StatusCode::UNAUTHORIZED),
        "session_ended"
    );
}

#[tokio::test]
async fn switching_ends_the_old_context_and_reads_the_role_again() {
    let house = House::new().await;
    let (ada, bob) = (house.owner("Ada").await, house.owner("Bob").await);
    // Ada is a super admin at home and a user at Bob's.
    let invited = bob.post("/api/v1/invitations", json!({ "email": ada.email, "role": "user" }));
    let link =
        house.ask(&invited).await.expect(StatusCode::CREATED)["link"].as_str().unwrap().to_owned();
    let (person, _) = lk_identity::found::places(
        &house.product.identity,
        &lk_base::text::Email::parse(&ada.email).unwrap(),
    )
    .await
    .unwrap()
    .unwrap();
    assert!(link.contains('#'));
    let place = lk_identity::directory::WorkspaceName {
        id: bob.workspace.parse().unwrap(),
        name: "Bob's".to_owned(),
    };
    lk_identity::found::colleague(&house.product.identity, &place, &person, lk_authz::Role::User)
        .await
        .unwrap();

    let moved =
        house.ask(&ada.post("/api/v1/auth/switch", json!({ "workspace_id": bob.workspace }))).await;
    let body = moved.expect(StatusCode::OK);
    assert_eq!(body["operator"]["role"], "user");
    assert_eq!(
        house.ask(&ada.get("/api/v1/me")).await.refused(StatusCode::UNAUTHORIZED),
        "context_switched"
    );
    let token = body["access_token"].as_str().unwrap();
    let here = Ask::new(&Method::GET, "/api/v1/invitations")
        .header("authorization", format!("Bearer {token}"));
    assert_eq!(house.ask(&here).await.refused(StatusCode::FORBIDDEN), "forbidden");
}

#[tokio::test]
async fn a_role_change_and_a_removal_act_on_the_next_request() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let helper = format!("helper@{}.test", ada.canary);
    let (token, ..) = house.sign_in(&helper).await;
    let ask = |path: &str| {
        Ask::new(&Method::GET, path).header("authorization", format!("Bearer {token}"))
    };
    assert_eq!(house.ask(&ask("/api/v1/invitations")).await.status, StatusCode::FORBIDDEN);
    let path = format!("/api/v1/operators/{}", ada.colleague);
    let _ = house.ask(&ada.patch(&path, json!({ "role": "admin" }))).await.expect(StatusCode::OK);
    assert_eq!(house.ask(&ask("/api/v1/invitations")).await.status, StatusCode::OK);
    let remove = ada.post(format!("{path}/remove"), json!({}));
    assert_eq!(house.ask(&remove).await.status, StatusCode::OK);
    assert_eq!(house.ask(&ask("/api/v1/me")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_last_super_admin_stays() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let own = format!("/api/v1/operators/{}", ada.operator);
    let lowered = house.ask(&ada.patch(&own, json!({ "role": "user" }))).await;
    assert_eq!(lowered.refused(StatusCode::UNPROCESSABLE_ENTITY), "last_super_admin");
    let removed = house.ask(&ada.post(format!("{own}/remove"), json!({}))).await;
    assert_eq!(removed.refused(StatusCode::UNPROCESSABLE_ENTITY), "last_super_admin");
}

#[tokio::test]
async fn two_super_admins_cannot_remove_each_other_at_once() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let path = format!("/api/v1/operators/{}", ada.colleague);
    let _ =
        house.ask(&ada.patch(&path, json!({ "role": "super_admin" }))).await.expect(StatusCode::OK);
    let (token, ..) = house.sign_in(&format!("helper@{}.test", ada.canary)).await;
    let other = Ask::new(&Method::POST, format!("/api/v1/operators/{}/remove", ada.operator))
        .header("authorization", format!("Bearer {token}"));
    let own = ada.post(format!("{path}/remove"), json!({}));
    let (one, two) = tokio::join!(house.ask(&own), house.ask(&other));
    let left = house
        .database
        .rows(&format!(
            "select 1 from operators where role = 'super_admin' and removed_at is null and operator_id in \
             (select operator_id from memberships where workspace_name like '%{}%')",
            ada.canary
        ))
        .await;
    assert_eq!(left.len(), 1, "{} {}", one.status, two.status);
}

#[tokio::test]
async fn an_invitation_works_once_and_for_three_days() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let accept = |token: &str| {
        Ask::new(&Method::POST, "/api/v1/invitations/accept").json(
            json!({ "token": token, "name": "Newcomer", "password": "a long enough sentence" }),
        )
    };
    assert_eq!(house.ask(&accept(&ada.invitation_token)).await.status, StatusCode::CREATED);
    let again = house.ask(&accept(&ada.invitation_token)).await;
    assert_eq!(again.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");

    let late =
        ada.post("/api/v1/invitations", json!({ "email": "late@newcomer.test", "role": "user" }));
    let link =
        house.ask(&late).await.expect(StatusCode::CREATED)["link"].as_str().unwrap().to_owned();
    house.clock.advance(Duration::from_secs(72 * 3600));
    let expired = house.ask(&accept(link.split_once('#').unwrap().1)).await;
    assert_eq!(expired.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");
}

#[tokio::test]
async fn a_withdrawn_invitation_opens_nothing() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let withdraw = ada.signed(&Method::DELETE, format!("/api/v1/invitations/{}", ada.invitation));
    assert_eq!(house.ask(&withdraw).await.status, StatusCode::NO_CONTENT);
    let accept = json!({
        "token": ada.invitation_token, "name": "Newcomer", "password": "a long enough sentence",
    });
    let look = json!({ "token": ada.invitation_token });
    for (path, body) in [("accept", accept), ("preview", look)] {
        let path = format!("/api/v1/invitations/{path}");
        let refused = house.ask(&Ask::new(&Method::POST, path).json(body)).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");
    }
}

#[tokio::test]
async fn nobody_invites_above_their_own_role() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let path = format!("/api/v1/operators/{}", ada.colleague);
    let _ = house.ask(&ada.patch(&path, json!({ "role": "admin" }))).await.expect(StatusCode::OK);
    let (token, ..) = house.sign_in(&format!("helper@{}.test", ada.canary)).await;
    let invite = Ask::new(&Method::POST, "/api/v1/invitations")
        .header("authorization", format!("Bearer {token}"))
        .json(json!({ "email": "x@newcomer.test", "role": "super_admin" }));
    assert_eq!(house.ask(&invite).await.refused(StatusCode::FORBIDDEN), "above_own_role");
}

#[tokio::test]
async fn what_somebody_invited_to_ends_with_their_membership() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let path = format!("/api/v1/operators/{}", ada.colleague);
    let _ = house.ask(&ada.patch(&path, json!({ "role": "admin" }))).await.expect(StatusCode::OK);
    let (token, ..) = house.sign_in(&format!("helper@{}.test", ada.canary)).await;
    let invite = |email: &str, role: &str| {
        Ask::new(&Method::POST, "/api/v1/invitations")
            .header("authorization", format!("Bearer {token}"))
            .json(json!({ "email": email, "role": role }))
    };
    for (email, role) in [("one@new.test", "admin"), ("two@new.test", "user")] {
        let _ = house.ask(&invite(email, role)).await.expect(StatusCode::CREATED);
    }
    let pending = || async {
        let rows = "select email from invitations where revoked_at is null and email like '%@new.test' order by 1";
        house.database.rows(rows).await.len()
    };
    assert_eq!(pending().await, 2);
    let _ = house.ask(&ada.patch(&path, json!({ "role": "user" }))).await.expect(StatusCode::OK);
    assert_eq!(pending().await, 1);
    let remove = ada.post(format!("{path}/remove"), json!({}));
    assert_eq!(house.ask(&remove).await.status, StatusCode::OK);
    assert_eq!(pending().await, 0);
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_transaction_behind() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let path = format!("/api/v1/conversations/{}/messages", ada.conversation);
    for n in 0..200 {
        let body = json!({ "client_message_id": format!("gone-{n:05}"), "body": "words" });
        let ask = ada.post(&path, body);
        // Each call is dropped a little later than the one before.
        let gone = tokio::time::timeout(Duration::from_micros(n * 40), house.ask(&ask)).await;
        drop(gone);
    }
    let open = "select 1 from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()";
    // What was begun runs to its end; the pool has eight connections, so eight calls see them all.
    for n in 0..8 {
        let body = json!({ "client_message_id": format!("last-{n:05}"), "body": "words" });
        let _ = house.ask(&ada.post(&path, body)).await.expect(StatusCode::CREATED);
    }
    assert_eq!(house.database.rows(open).await.len(), 0);
    let seqs = house.database.rows("select seq from messages order by seq").await;
    let count = i64::try_from(seqs.len()).unwrap();
    assert_eq!(seqs.last().unwrap()["seq"], json!(count));
}

#[tokio::test]
async fn the_setup_link_works_once_for_half_an_hour_and_only_in_an_empty_house() {
    let house = House::new().await;
    let finish = |token: &str| {
        Ask::new(&Method::POST, "/api/v1/setup").json(json!({
            "token": token, "workspace_name": "First", "name": "Ada", "email": "ada@first.test",
            "password": "a long enough sentence",
        }))
    };
    let identity = house.product.identity.clone();
    let link = || async { lk_identity::setup::new_link(&identity).await.unwrap() };
    let expired = link().await.unwrap();
    house.clock.advance(Duration::from_secs(30 * 60));
    let answer = house.ask(&finish(expired.split_once('#').unwrap().1)).await;
    assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), "link_not_valid");
    let (one, two) = (link().await.unwrap(), link().await.unwrap());
    let made = house.ask(&finish(one.split_once('#').unwrap().1)).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let second = house.ask(&finish(two.split_once('#').unwrap().1)).await;
    assert_eq!(second.refused(StatusCode::UNPROCESSABLE_ENTITY), "already_set_up");
    assert!(link().await.is_none());
}

#[tokio::test]
async fn one_ends_ones_own_sessions_and_nobody_elses() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let path = format!("/api/v1/sessions/{}", ada.session);
    assert_eq!(
        house.ask(&mallory.signed(&Method::DELETE, &path)).await.status,
        StatusCode::NOT_FOUND
    );
    let (other, ..) = house.sign_in(&ada.email).await;
    let listed = house.ask(&ada.get("/api/v1/sessions")).await.expect(StatusCode::OK);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert_eq!(listed["data"][0]["masked_ip"], "203.0.113.***");
    let revoked = house.ask(&ada.signed(&Method::POST, "/api/v1/sessions/revoke-others")).await;
    assert_eq!(revoked.expect(StatusCode::OK)["revoked"], 1);
    let gone =
        Ask::new(&Method::GET, "/api/v1/me").header("authorization", format!("Bearer {other}"));
    assert_eq!(house.ask(&gone).await.refused(StatusCode::UNAUTHORIZED), "session_ended");
    assert_eq!(house.ask(&ada.get("/api/v1/me")).await.status, StatusCode::OK);
}
