//! Domains of addresses, and what shows that they are one's own.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{REFUSED, SSO};
use crate::house::House;

#[tokio::test]
async fn a_domain_counts_once_its_site_shows_the_line() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let domain = json!({ "domain": "Plum.test" });
    let named = house.ask(&ada.post(format!("{SSO}/domains"), domain.clone())).await;
    let named = named.expect(StatusCode::CREATED);
    assert_eq!(named["domain"], "plum.test");
    assert_eq!(named["file_url"], "https://plum.test/.well-known/leadkeep-domain.txt");
    assert_eq!(named["verified_at"], Value::Null);
    let proof = named["proof"].as_str().unwrap();
    // Naming it again does not take what was put on the site out of force.
    let again = house.ask(&ada.post(format!("{SSO}/domains"), domain.clone())).await;
    assert_eq!(again.expect(StatusCode::CREATED)["proof"], proof);
    let verify = ada.post(format!("{SSO}/domains/verify"), domain.clone());
    assert_eq!(house.ask(&verify).await.refused(REFUSED), "domain_proof_not_found");
    house.outside.redirects();
    assert_eq!(house.ask(&verify).await.refused(REFUSED), "domain_proof_not_found");
    house.outside.shows("leadkeep-domain=of somebody else");
    assert_eq!(house.ask(&verify).await.refused(REFUSED), "domain_proof_not_found");
    house.outside.shows(&format!("# ours\n{proof}\n"));
    let verified = house.ask(&verify).await.expect(StatusCode::OK);
    assert!(verified["verified_at"].is_string());
    let remove = ada.post(format!("{SSO}/domains/remove"), domain);
    assert_eq!(house.ask(&remove).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.ask(&remove).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.ask(&verify).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_proves_a_domain_for_one_workspace_proves_nothing_for_another() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    house.own(&ada, "plum.test").await;
    let domain = json!({ "domain": "plum.test" });
    let named = house.ask(&mallory.post(format!("{SSO}/domains"), domain.clone())).await;
    let _ = named.expect(StatusCode::CREATED);
    // The site still shows Ada's line.
    let verify = mallory.post(format!("{SSO}/domains/verify"), domain);
    assert_eq!(house.ask(&verify).await.refused(REFUSED), "domain_proof_not_found");
}

#[tokio::test]
async fn what_is_no_domain_of_addresses_is_refused_and_so_is_a_site_nobody_can_reach() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    for wrong in
        ["127.0.0.1", "plum.test/..", "plum.test:8443", "@plum.test", "a b", "[::1]", "-.x"]
    {
        let named =
            house.ask(&ada.post(format!("{SSO}/domains"), json!({ "domain": wrong }))).await;
        assert_eq!(named.refused(REFUSED), "domain_not_valid", "{wrong}");
    }
    // `localhost` is a name, and what it leads to has no certificate that we know.
    let local = json!({ "domain": "localhost" });
    let named = house.ask(&ada.post(format!("{SSO}/domains"), local.clone())).await;
    let _ = named.expect(StatusCode::CREATED);
    let verify = house.ask(&ada.post(format!("{SSO}/domains/verify"), local)).await;
    assert_eq!(verify.refused(REFUSED), "domain_not_reachable");
}

#[tokio::test]
async fn a_workspace_names_twenty_domains_at_most() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let named = async |n: i32| {
        let domain = json!({ "domain": format!("d{n}.test") });
        house.ask(&ada.post(format!("{SSO}/domains"), domain)).await
    };
    for n in 0..20 {
        assert_eq!(named(n).await.status, StatusCode::CREATED);
    }
    assert_eq!(named(20).await.refused(REFUSED), "too_many_domains");
}
