//! Who may make and change streams, and what is refused.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use lk_base::text::{Email, Name};
use lk_identity::found;
use serde_json::json;

use super::receiver::Receiver;
use super::{REFUSED, STREAMS, nowhere};
use crate::house::{Ask, House};

#[tokio::test]
async fn only_super_admins_who_proved_who_they_are_make_and_change_streams() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let identity = &house.product.identity;
    let email = Email::parse("admin@canary-ada.test").unwrap();
    let called = Name::parse("Admin").unwrap();
    let admin = found::person(identity, &called, &email).await.unwrap();
    let owner = Email::parse(&ada.email).unwrap();
    let (_, places) = found::places(identity, &owner).await.unwrap().unwrap();
    let role = lk_authz::Role::Admin;
    let _ = found::colleague(identity, &places[0].workspace, &admin, role).await.unwrap();
    let (token, ..) = house.sign_in("admin@canary-ada.test").await;
    let list = Ask::new(&Method::GET, STREAMS).header("authorization", format!("Bearer {token}"));
    assert_eq!(house.ask(&list).await.refused(StatusCode::FORBIDDEN), "forbidden");
    house.clock.advance(Duration::from_secs(601));
    let ada = house.refreshed(&ada).await;
    let about = format!("{STREAMS}/{}", ada.audit_stream);
    for ask in [
        ada.post(STREAMS, nowhere("SIEM")),
        ada.patch(&about, json!({ "paused": true })),
        ada.signed(&Method::POST, format!("{about}/rotate")),
    ] {
        let refused = house.ask(&ask).await;
        assert_eq!(refused.refused(StatusCode::FORBIDDEN), "step_up_needed", "{}", ask.path);
    }
    let gone = house.ask(&ada.signed(&Method::DELETE, about)).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "what must not leave is stopped at once");
}

#[tokio::test]
async fn addresses_that_are_none_and_authorities_that_are_none_are_refused() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let before = house.entries().await.len();
    for (kind, address, code) in [
        ("webhook", "http://siem.test/", "stream_address_not_valid"),
        ("webhook", "https://ada:secret@plum.test/", "stream_address_not_valid"),
        ("webhook", "https://plum.test/#part", "stream_address_not_valid"),
        ("webhook", "plum.test", "stream_address_not_valid"),
        ("webhook", "file:///etc/passwd", "stream_address_not_valid"),
        ("webhook", "https://10.0.0.1/", "stream_not_reachable"),
        ("webhook", "https://169.254.169.254/latest", "stream_not_reachable"),
        ("webhook", "https://[::ffff:10.0.0.1]/", "stream_not_reachable"),
        ("webhook", "https://[64:ff9b::a00:1]/", "stream_not_reachable"),
        ("webhook", "https://[2002:a00:1::1]/", "stream_not_reachable"),
        ("webhook", "https://[fd00:ec2::254]/", "stream_not_reachable"),
        ("webhook", "https://[fe80::1]/", "stream_not_reachable"),
        ("webhook", "https://0/", "stream_not_reachable"),
        ("webhook", "https://100.64.0.1/", "stream_not_reachable"),
        ("webhook", "https://224.0.0.1/", "stream_not_reachable"),
        ("webhook", "https://0xa.1/", "stream_not_reachable"),
        ("syslog", "10.0.0.1:6514", "stream_not_reachable"),
        ("syslog", "167772161:6514", "stream_not_reachable"),
        ("syslog", "udp://plum.test:514", "stream_address_not_valid"),
        ("syslog", "plum.test:0x", "stream_address_not_valid"),
    ] {
        let made = json!({ "name": "SIEM", "kind": kind, "address": address, "start": "now" });
        let answer = house.ask(&ada.post(STREAMS, made)).await;
        assert_eq!(answer.refused(REFUSED), code, "{address}");
        let about = format!("{STREAMS}/{}", ada.audit_stream);
        if kind == "webhook" {
            let moved = house.ask(&ada.patch(about, json!({ "address": address }))).await;
            assert_eq!(moved.refused(REFUSED), code, "{address}");
        }
    }
    let mut made = nowhere("SIEM");
    made["authority"] = json!("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let answer = house.ask(&ada.post(STREAMS, made)).await;
    assert_eq!(answer.refused(REFUSED), "authority_not_valid");
    assert_eq!(house.entries().await.len(), before);
}

#[tokio::test]
async fn a_stream_that_is_moved_goes_on_there_where_it_stopped() {
    let house = House::new().await;
    let ada = house.watcher("Ada").await;
    let (here, there) = (Receiver::webhook().await, Receiver::webhook().await);
    let (stream, _) = house.stream(&ada, &here, "beginning").await;
    assert_eq!(house.carry().await, 1);
    let moved = json!({ "address": there.address(), "authority": there.authority });
    let about = format!("{STREAMS}/{stream}");
    let moved = house.ask(&ada.patch(about, moved)).await.expect(StatusCode::OK);
    assert_eq!(moved["address"], json!(there.address()));
    let entry = house.last_entry().await;
    assert_eq!(entry["change"]["new"]["moved"], true);
    assert!(!entry.to_string().contains("/hook"), "the log has the host alone");
    assert_eq!(house.carry().await, 1);
    let all = house.numbered(&ada).await;
    assert_eq!(super::told(&there.events()), all[all.len() - 1..]);
}

#[tokio::test]
async fn a_workspace_has_25_streams_at_most() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for _ in 1..25 {
        let _ = house.ask(&ada.post(STREAMS, nowhere("SIEM"))).await.expect(StatusCode::CREATED);
    }
    let answer = house.ask(&ada.post(STREAMS, nowhere("SIEM"))).await;
    assert_eq!(answer.refused(REFUSED), "too_many_streams");
    let mallory = house.owner("Mallory").await;
    let _ = house.ask(&mallory.post(STREAMS, nowhere("SIEM"))).await.expect(StatusCode::CREATED);
}
