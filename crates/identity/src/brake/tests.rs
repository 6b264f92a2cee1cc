//! Tests of the brake alone; with the product around it: `crates/server/tests/it/guessing.rs`.

use std::sync::Arc;
use std::time::Duration;

use lk_base::{Personal, Secret, Timestamp};
use lk_db::{Origin, Scope};

use super::*;

fn clock() -> Clock {
    Clock::manual(Timestamp::from_unix_micros(1_795_338_000_000_000))
}

fn from(address: &str, device: Option<&String>) -> Scope {
    let origin = Origin {
        address: Some(Personal::new(address.parse().unwrap())),
        device: device.map(|text| Secret::new(text.clone())),
        ..Origin::system("test")
    };
    crate::nobody::nobody(Arc::new(origin))
}

fn brake(clock: &Clock) -> Brake {
    Brake::new(&RootKey::random(), clock, 1, 4).unwrap()
}

fn work(refused: Result<Admitted>) -> String {
    let Err(Error::WorkNeeded { extra, .. }) = refused else { panic!("{refused:?}") };
    let work = work::Work {
        challenge: extra["work"]["challenge"].as_str().unwrap().to_owned(),
        bits: extra["work"]["bits"].as_u64().unwrap().try_into().unwrap(),
        expires_at: Timestamp::from_unix_micros(0),
    };
    work::tests::solve(&work)
}

fn ada(brake: &Brake) -> Named {
    brake.named(&Email::parse("ada@brake.test").unwrap())
}

#[test]
fn an_address_is_one_login_however_it_is_written() {
    let brake = brake(&clock());
    assert_eq!(ada(&brake), brake.named(&Email::parse("ADA@Brake.test").unwrap()));
    assert_ne!(ada(&brake), brake.named(&Email::parse("bob@brake.test").unwrap()));
}

#[test]
fn one_address_has_five_tries_at_a_login_and_all_addresses_ten() {
    let brake = brake(&clock());
    let named = ada(&brake);
    let tries = |address: &str| {
        (0..20)
            .filter(|_| brake.admit(Attempt::SignIn, named, &from(address, None), None).is_ok())
            .count()
    };
    assert_eq!(tries("203.0.113.1"), 5);
    assert_eq!(tries("203.0.113.2"), 5);
    assert_eq!(tries("203.0.113.3"), 0);
    let bob = brake.named(&Email::parse("bob@brake.test").unwrap());
    assert!(brake.admit(Attempt::SignIn, bob, &from("203.0.113.1", None), None).is_ok());
}

#[test]
fn what_was_right_counts_for_nothing() {
    let brake = brake(&clock());
    let named = ada(&brake);
    for _ in 0..100 {
        let admitted = brake.admit(Attempt::SignIn, named, &from("203.0.113.1", None), None);
        brake.forgive(admitted.unwrap());
    }
}

#[test]
fn a_wait_or_work_lets_the_next_one_in() {
    let clock = clock();
    let brake = brake(&clock);
    let (named, here) = (ada(&brake), from("203.0.113.1", None));
    let ask = |shown: Option<&str>| brake.admit(Attempt::SignIn, named, &here, shown);
    while ask(None).is_ok() {}
    let shown = work(ask(None));
    assert!(ask(Some(&shown)).is_ok());
    let Err(Error::WorkNeeded { retry_after, .. }) = ask(Some(&shown)) else { panic!("twice") };
    clock.advance(retry_after);
    assert!(ask(None).is_ok());
    assert!(ask(None).is_err());
}

#[test]
fn whoever_works_for_each_guess_is_slowed_down_too() {
    let clock = clock();
    let brake = brake(&clock);
    let named = ada(&brake);
    let (mut passed, mut hardest) = (0, 0);
    for round in 0..400_u32 {
        let here = from(&format!("203.0.{}.{}", round / 200, round % 200), None);
        match brake.admit(Attempt::SignIn, named, &here, None) {
            Ok(_) => passed += 1,
            refused => {
                let shown = work(refused);
                hardest = hardest.max(shown.split('.').next().unwrap().parse::<u32>().unwrap());
                passed +=
                    u32::from(brake.admit(Attempt::SignIn, named, &here, Some(&shown)).is_ok());
            }
        }
    }
    assert_eq!((passed, hardest), (30, 8), "ten free ones, twenty with ever more work");
    // An hour later there are a few more, and no hard lock.
    clock.advance(Duration::from_secs(3600));
    assert!(brake.admit(Attempt::SignIn, named, &from("198.51.100.1", None), None).is_ok());
}

#[test]
fn strangers_cannot_use_up_what_a_known_device_may() {
    let brake = brake(&clock());
    let named = ada(&brake);
    let (_, line) = brake.devices().remember(None, named);
    let line = line.to_str().unwrap();
    let cookie = line.split_once('=').unwrap().1.split(';').next().unwrap().to_owned();
    for n in 0..200 {
        let _ = brake.admit(Attempt::SignIn, named, &from(&format!("203.0.113.{n}"), None), None);
    }
    let owner = from("203.0.113.1", Some(&cookie));
    let passed =
        (0..50).filter(|_| brake.admit(Attempt::SignIn, named, &owner, None).is_ok()).count();
    assert_eq!(passed, 20);
    // For another login the cookie is nobody's.
    let bob = brake.named(&Email::parse("bob@brake.test").unwrap());
    let passed =
        (0..50).filter(|_| brake.admit(Attempt::SignIn, bob, &owner, None).is_ok()).count();
    assert_eq!(passed, 5);
}

#[test]
fn all_strangers_together_leave_wrong_codes_to_the_owner() {
    let clock = clock();
    let brake = brake(&clock);
    let named = ada(&brake);
    let mut passed = 0;
    for second in 0..3600_u32 {
        let here = from(&format!("203.{}.{}.7", second / 250, second % 250), None);
        match brake.admit(Attempt::SecondFactor, named, &here, None) {
            Ok(_) => passed += 1,
            refused => {
                let shown = work(refused);
                let worked = brake.admit(Attempt::SecondFactor, named, &here, Some(&shown));
                passed += u32::from(worked.is_ok());
            }
        }
        clock.advance(Duration::from_secs(1));
    }
    assert!(passed < 20, "{passed}");
}
